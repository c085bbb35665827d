"""Deliveries are rows that say how far telling is."""

from dataclasses import replace

import pytest

from gis.access import EVERYTHING
from gis.models import Instant
from layers.stores import open_store
from layers.stores.geopackage.tables import create_geopackage
from layers.stores.loops import Entry, LoopQuery
from support.makers.loop_entries import AT, action_of, intake_of


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "town.gpkg"
    create_geopackage(path)
    store = open_store(str(path), now=lambda: AT)
    store.append([intake_of("1", destinations=("hotline", "desk"))]).result()
    yield store
    store.close()


def test_a_delivery_waits_until_its_time(store):
    first, second = store.waiting(AT, 9)
    store.record_delivery(
        replace(first, attempts=1, at=AT, status=503, error="busy", next_at=AT + 5)
    )
    assert store.waiting(AT, 9) == (second,)
    assert [d.attempts for d in store.waiting(Instant(AT + 5), 9)] == [1, 0]


def test_what_is_delivered_or_dead_waits_no_more(store):
    first, second = store.waiting(AT, 9)
    store.record_delivery(replace(first, state="delivered", next_at=None))
    store.record_delivery(replace(second, state="dead", next_at=None))
    assert store.waiting(AT, 9) == ()
    assert [d.outbox_row for d in store.deliveries("dead")] == [2]
    assert [d.outbox_row for d in store.deliveries(None, after=1)] == [2]
    assert store.delivery(1).state == "delivered"
    assert store.delivery(3) is None


def test_destinations_with_enough_to_do_are_left_out(store):
    assert [d.destination for d in store.waiting(AT, 9, {"hotline"})] == ["desk"]
    assert store.waiting(AT, 9, ["hotline", "desk"]) == ()


def test_later_phase_waits_for_the_earlier_one_of_its_destination(store):
    [loop] = store.loops(LoopQuery(), EVERYTHING)
    note = action_of(loop.event_id, destinations=("desk",))
    store.append([Entry(None, (note,))]).result()
    assert [d.outbox_row for d in store.waiting(AT, 9)] == [1, 2]
    store.record_delivery(replace(store.delivery(2), next_at=Instant(AT + 9)))
    assert [d.outbox_row for d in store.waiting(AT, 9)] == [1]
    store.record_delivery(replace(store.delivery(2), state="dead", next_at=None))
    assert [d.outbox_row for d in store.waiting(AT, 9)] == [1, 3]


def test_deliveries_are_counted_by_state(store):
    store.record_delivery(replace(store.delivery(2), state="dead", next_at=None))
    counts = [store.count_deliveries(s) for s in ("waiting", "delivered", "dead")]
    assert counts == [1, 0, 1]
