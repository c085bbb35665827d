"""What is derived can be made again from the actions in memory."""

from dataclasses import replace

from gis.access import EVERYTHING
from gis.models import Instant
from layers.stores.loops import LoopQuery
from layers.stores.memory import MemoryStore
from support.makers.loop_entries import AT, intake_of


def store_of(*entries):
    store = MemoryStore(now=lambda: AT)
    store.append(entries).result()
    return store


def test_a_damaged_loop_is_made_again():
    store = store_of(intake_of("1"), intake_of("2"))
    [second, first] = store.loops(LoopQuery(), EVERYTHING)
    store._loops[first.event_id] = replace(first, state="closed")
    assert store.rebuild_loops() == 1
    assert store.loops(LoopQuery(), EVERYTHING) == (second, first)
    assert store.rebuild_loops() == 0


def test_deliveries_of_an_event_come_one_after_the_other():
    store = store_of(intake_of("1", destinations=("hotline", "desk")), intake_of("2"))
    first, second = store.waiting(AT, 9)
    assert (first.destination, second.destination) == ("hotline", "desk")
    later = replace(first, next_at=Instant(AT + 1), attempts=1)
    store.record_delivery(later)
    assert store.waiting(AT, 9) == (second,)
    assert store.delivery(1) == later
    assert store.delivery(9) is None


def test_destinations_with_enough_to_do_are_left_out():
    store = store_of(intake_of("1", destinations=("hotline", "desk")))
    assert [d.destination for d in store.waiting(AT, 9, {"hotline"})] == ["desk"]
    assert (store.count_deliveries("waiting"), store.count_deliveries("dead")) == (2, 0)
