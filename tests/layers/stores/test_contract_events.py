"""One suite for every store: an event comes back to the last byte."""

import datetime as dt
import threading
import uuid
from dataclasses import replace

import pytest

from gis.errors import InvalidLayerError, RowFault
from gis.models import Instant, Position
from layers.stores.events import EVENT_COLUMNS
from support.makers.contract_rows import faults_of
from support.makers.store_history import day, new_event


def test_event_comes_back_to_the_last_byte(store):
    new = new_event("1")
    [receipt] = store.append_events([new])
    stored = store.event(receipt.event_id)
    assert stored.receipt == receipt
    assert stored.new.event == replace(new.event, event_id=receipt.event_id)
    assert stored.new.event.position == Position(120.0123456789012, 30.0051, "gcj02")
    assert (stored.new.at_occurrence, stored.new.acting) == (
        new.at_occurrence,
        new.acting,
    )
    assert (stored.new.lon, stored.new.lat) == (120.008123457, 30.0073)
    assert stored.new.details == new.details
    assert stored.new.destinations == ("police",)


def test_event_without_position_grid_and_accuracy_comes_back(store):
    new = replace(
        new_event("1", position=None, accuracy_m=None, community_id="330199101001"),
        lon=None,
        lat=None,
        grid_id=None,
        destinations=(),
    )
    [receipt] = store.append_events([new])
    event = replace(new.event, event_id=receipt.event_id)
    assert store.event(receipt.event_id).new == replace(new, event=event)
    assert store.events().geometry.isna().tolist() == [True]


def test_event_sent_twice_has_the_first_receipt(store, clock):
    first, again, other = store.append_events(
        [new_event("1"), new_event("1"), new_event("2")]
    )
    clock.now = day(9)
    [late] = store.append_events([new_event("1", received_at=day(9))])
    assert first == again == late != other
    assert [r.is_new for r in (first, again, other, late)] == [True, False, True, False]
    assert store.events()["severity"].tolist() == [2, 2]
    assert len(list(store.log())) == 1


def test_same_number_of_another_source_is_another_event(store):
    store.append_events([new_event("1"), new_event("1", source="camera")])
    assert len(store.events()) == 2


def test_event_ids_are_uuid7_in_order_of_the_log_even_when_the_clock_goes_back(
    store, clock
):
    ids = []
    for number, now in enumerate([day(5), day(5), day(2), day(9)]):
        clock.now = now
        made = store.append_events([new_event(f"{number}a"), new_event(f"{number}b")])
        ids += [receipt.event_id for receipt in made]
    assert {uuid.UUID(i).version for i in ids} == {7}
    assert ids == sorted(ids)
    assert store.events()["event_id"].tolist() == ids
    assert store.events()["row"].tolist() == list(range(1, 9))


BAD_EVENTS = {
    "no source": (new_event("1", source=" "), "row 2, field 'source'"),
    "no number": (new_event(""), "row 2, field 'source_id'"),
    "half a position": (replace(new_event("1"), lat=None), "row 2, field 'lon'"),
    "infinite": (replace(new_event("1"), lon=float("inf")), "row 2, field 'lon'"),
    "no number as reported": (
        new_event("1", position=Position(float("nan"), 30.0)),
        "row 2, field 'x'",
    ),
    "no UUIDv7": (new_event("1", event_id=str(uuid.UUID(int=7))), "not a UUIDv7"),
    "NUL": (new_event("1\0"), "row 2, field 'source_id'"),
    "half a pair": (replace(new_event("1"), details="\ud800"), "no database keeps"),
}


@pytest.mark.parametrize("name", BAD_EVENTS)
def test_faulty_event_is_refused_with_the_whole_call(store, name):
    event, words = BAD_EVENTS[name]
    with pytest.raises(InvalidLayerError, match=words):
        store.append_events([new_event("good"), event])
    assert store.events().empty
    assert store.last_link() is None


def test_events_are_asked_by_time_owner_and_place_in_the_log(store):
    events = [new_event(str(n), occurred_at=day(n)) for n in range(6)]
    events[3] = replace(events[3], grid_id="G2")
    store.append_events(events)

    def numbers(**asked):
        return store.events(**asked)["source_id"].tolist()

    assert numbers(since=day(1), until=day(4)) == ["1", "2", "3"]
    assert numbers(grid_ids={"G2"}) == ["3"]
    assert numbers(grid_ids=[]) == []
    assert numbers(after=2, limit=2) == ["2", "3"]
    assert numbers(limit=0) == []
    assert list(store.events().columns) == [*EVENT_COLUMNS, "geometry"]
    assert store.events().dtypes.to_dict() == store.events(limit=0).dtypes.to_dict()


def test_outbox_names_events_for_a_destination_in_order(store):
    quiet = replace(new_event("2"), destinations=())
    receipts = store.append_events([new_event("1"), quiet, new_event("3")])
    assert store.outbox("police") == (receipts[0], receipts[2])
    assert store.outbox("police", limit=1) == (receipts[0],)
    assert store.outbox("police", after=receipts[0].row) == (receipts[2],)
    assert store.outbox("fire") == ()


def test_unknown_event_is_none_and_nothing_to_append_is_no_link(store):
    assert store.event("018f0000-0000-7000-8000-000000000000") is None
    assert store.append_events([]) == ()
    assert store.last_link() is None


def test_threads_that_append_lose_nothing(store):
    def append(worker):
        for number in range(20):
            store.append_events([new_event(f"{worker}-{number}")])

    workers = [threading.Thread(target=append, args=(n,)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert store.events()["source_id"].nunique() == 80
    assert store.events()["row"].tolist() == list(range(1, 81))
    assert faults_of(store) == []


MONTHS = [dt.datetime(2025, month, 28, 23, tzinfo=dt.UTC) for month in (1, 2, 3, 12)]


@pytest.mark.parametrize("until", [None, *MONTHS])
@pytest.mark.parametrize("since", [None, *MONTHS])
def test_events_of_grids_are_those_of_a_plain_filter_whatever_the_months(
    store, since, until
):
    moments = [
        Instant(int(moment.timestamp() * 1000) + step)
        for moment in MONTHS
        for step in (-1, 0, 90_000_000)
    ]
    rows = [
        replace(
            new_event(
                str(number),
                occurred_at=at,
                captured_at=at,
                received_at=at,
            ),
            grid_id=f"G{number % 2}",
        )
        for number, at in enumerate(moments)
    ]
    store.append_events(rows)
    first, last = (
        None if moment is None else Instant(int(moment.timestamp() * 1000))
        for moment in (since, until)
    )
    found = store.events(since=first, until=last, grid_ids=["G1", "G7"])
    expected = [
        str(number)
        for number, at in enumerate(moments)
        if number % 2 and (first or 0) <= at and (last is None or at < last)
    ]
    assert found["source_id"].tolist() == expected


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("kind", {"kind": "fire"}),
        ("severity", {"severity": 5}),
        ("position", {"position": Position(120.0, 30.0, "gcj02")}),
        ("position", {"position": None}),
        ("accuracy_m", {"accuracy_m": None}),
        ("community_id", {"community_id": "330199101001"}),
        ("occurred_at", {"occurred_at": day(0)}),
        ("captured_at", {"captured_at": day(1)}),
    ],
)
def test_event_that_came_before_with_other_content_is_refused(store, name, changes):
    store.append_events([new_event("1")])
    events = [new_event("2"), new_event("1", **changes)]
    [fault] = store.changed_events(events)
    with pytest.raises(InvalidLayerError) as refusal:
        store.append_events(events)
    assert list(refusal.value.faults) == [fault]
    assert fault == RowFault(
        2,
        "source_id",
        f"'1' of 'hotline' came before with other {name}; expected the same event, or "
        "another id",
    )
    assert store.events()["source_id"].tolist() == ["1"]


def test_event_twice_in_one_call_with_other_content_is_refused(store):
    with pytest.raises(InvalidLayerError, match="row 2, field 'source_id'"):
        store.append_events([new_event("1"), new_event("1", severity=3)])
    assert store.last_link() is None
