"""Of events that are brought together each is new once, in the order they came."""

from dataclasses import replace

import pytest

from gis.errors import InvalidLayerError
from layers.stores.event_admission import Intake, KnownEvents, sources_of
from layers.stores.event_records import EventReceipt, StoredEvent
from layers.stores.events import EventIds, event_bytes
from support.makers.store_history import day, new_event

NOTHING = KnownEvents({}, frozenset(), 0)
ID = "00000000-0000-7000-8000-000000000001"


def intake_of(*events, stock=NOTHING):
    return Intake(events, stock, EventIds())


def test_events_are_named_by_source_and_number():
    events = [new_event("1"), new_event("1", source="app")]
    assert list(sources_of(events)) == [("hotline", "1"), ("app", "1")]


def test_new_events_have_the_rows_after_the_last_and_the_batch_of_the_call():
    stock = KnownEvents({}, frozenset(), 7)
    intake = intake_of(new_event("1"), new_event("2"), stock=stock)
    receipts = [stored.receipt for stored in intake.admitted(3, day(1))]
    assert [(r.row, r.batch, r.recorded_at) for r in receipts] == [
        (8, 3, day(1)),
        (9, 3, day(1)),
    ]
    assert list(intake.receipts()) == receipts


def test_event_brought_twice_is_admitted_once_and_new_once():
    intake = intake_of(new_event("1"), new_event("1", received_at=day(2)))
    [stored] = intake.admitted(1, day(1))
    assert stored.new.event.received_at < day(2)
    first, again = intake.receipts()
    assert first == again == stored.receipt
    assert (first.is_new, again.is_new) == (True, False)


def test_event_appended_before_keeps_its_first_receipt():
    before = EventReceipt(ID, 1, 1, day(0))
    stored = StoredEvent(new_event("1"), before)
    stock = KnownEvents({("hotline", "1"): stored}, frozenset(), 1)
    intake = intake_of(new_event("1"), stock=stock)
    assert list(intake.admitted(2, day(1))) == []
    [receipt] = intake.receipts()
    assert (receipt, receipt.is_new) == (before, False)
    assert intake.rows == intake.due == []


def test_event_that_came_before_with_other_content_is_refused():
    stored = StoredEvent(new_event("1"), EventReceipt(ID, 1, 1, day(0)))
    stock = KnownEvents({("hotline", "1"): stored}, frozenset(), 1)
    with pytest.raises(
        InvalidLayerError, match=r"row 2, .* came before with other kind"
    ):
        intake_of(new_event("2"), new_event("1", kind="fire"), stock=stock)


def test_what_the_log_holds_and_what_is_due_follow_the_admitted_events():
    event = replace(new_event("1"), destinations=("police", "fire"))
    intake = intake_of(event, new_event("1"), new_event("2"))
    stored = list(intake.admitted(1, day(1)))
    assert intake.rows == [event_bytes(event) for event in stored]
    assert intake.due == [(1, 0, "police"), (1, 1, "fire"), (2, 0, "police")]


@pytest.mark.parametrize(
    ("events", "ids"),
    [
        ([new_event("1", event_id=ID)], {ID}),
        ([new_event("1", event_id=ID), new_event("2", event_id=ID)], set()),
    ],
    ids=["in the store", "in the call"],
)
def test_id_that_is_in_use_is_refused(events, ids):
    intake = intake_of(*events, stock=KnownEvents({}, ids, 0))
    with pytest.raises(InvalidLayerError, match=f"Event id '{ID}' is in use"):
        list(intake.admitted(1, day(1)))
