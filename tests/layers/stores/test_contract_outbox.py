"""One suite for every store: each destination of an action is told of it in order."""

from dataclasses import replace

import pytest

from gis.models import Instant
from layers.stores.loops import Entry
from layers.stores.outbox import Delivery
from support.harness.two_writers import handle_on
from support.makers.contract_rows import faults_of
from support.makers.loop_entries import AT, action_of, intake_of
from support.makers.store_history import day


@pytest.fixture
def event_ids(store):
    """Two events: of the first two phases are told, of the second one."""
    first, second = (
        intake_of("1", destinations=("police", "desk")),
        intake_of("2", destinations=("police",)),
    )
    event_ids = [entry.event.event.event_id for entry in (first, second)]
    later = action_of(event_ids[0], "accept", destinations=("police",))
    quiet = action_of(event_ids[0], "note")
    store.append([first, second, Entry(None, (later,)), Entry(None, (quiet,))]).result()
    return event_ids


def rows(deliveries):
    return [delivery.outbox_row for delivery in deliveries]


def test_each_destination_of_an_action_waits_from_its_record_on(store, event_ids):
    first, second = event_ids
    assert store.deliveries(None) == (
        Delivery(1, "police", first, 1, next_at=day(1)),
        Delivery(2, "desk", first, 1, next_at=day(1)),
        Delivery(3, "police", second, 2, next_at=day(1)),
        Delivery(4, "police", first, 3, next_at=day(1)),
    )
    assert store.delivery(2) == store.deliveries(None)[1]
    assert store.delivery(0) is store.delivery(5) is None
    assert faults_of(store) == []


def test_of_a_destination_and_an_event_the_earliest_waits_alone(store, event_ids):
    assert rows(store.waiting(day(1), 9)) == [1, 2, 3]
    assert rows(store.waiting(day(1), 2)) == [1, 2]
    assert store.waiting(Instant(day(1) - 1), 9) == ()
    first = store.delivery(1)
    store.record_delivery(replace(first, state="delivered", next_at=None, status=200))
    assert rows(store.waiting(day(1), 9)) == [2, 3, 4]


def test_phase_that_is_tried_later_holds_up_those_after_it(store, event_ids):
    later = replace(
        store.delivery(1),
        attempts=1,
        at=AT,
        status=503,
        error="忙 '\"\n",
        next_at=Instant(day(1) + 1),
    )
    store.record_delivery(later)
    assert store.delivery(1) == later
    assert rows(store.waiting(day(1), 9)) == [2, 3]
    assert rows(store.waiting(Instant(day(1) + 1), 9)) == [1, 2, 3]


def test_what_is_given_up_holds_up_nothing(store, event_ids):
    dead = replace(store.delivery(1), state="dead", attempts=9, next_at=None)
    store.record_delivery(dead)
    assert rows(store.waiting(day(1), 9)) == [2, 3, 4]
    assert store.deliveries("dead") == (dead,)
    assert rows(store.deliveries("waiting")) == [2, 3, 4]
    assert store.deliveries("delivered") == ()


def test_deliveries_are_read_on_from_a_row(store, event_ids):
    assert rows(store.deliveries(None, after=1, limit=2)) == [2, 3]
    assert rows(store.deliveries("waiting", after=3)) == [4]
    assert store.deliveries(None, limit=0) == ()


def test_delivery_is_recorded_for_who_opens_the_store_next(store, event_ids):
    delivered = replace(store.delivery(3), state="delivered", next_at=None, attempts=1)
    store.record_delivery(delivered)
    other = handle_on(store)
    assert other.delivery(3) == delivered
    if other is not store:
        other.close()


def test_outbox_of_new_actions_goes_on_where_it_ended(store, event_ids):
    audit = action_of(None, "write_fact", destinations=("desk",))
    store.append([Entry(None, (audit,))]).result()
    assert store.delivery(5) == Delivery(5, "desk", "", 5, next_at=day(1))
