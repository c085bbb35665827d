"""A small town in memory, whose rows the rooms of the other stores take."""

from dataclasses import replace

from layers.stores.memory import MemoryStore
from support.makers.contract_rows import GROUND, MIDNIGHT, enterprises, posts
from support.makers.store_history import (
    Clock,
    day,
    new_event,
    publish_grounds,
    split,
)


def make_memory_town():
    """A town of one of everything, by link of its log.

    1 and 2 are versions, of which 3 withdraws the second; 4 are enterprises, one
    without a point; 5 a post; 6 three events, the second without position and grid.
    """
    store = MemoryStore(now=Clock(day(1)), store_id="S")
    publish_grounds(store, {day(0): GROUND}, base=None)
    after = split(GROUND, "G2", "G4", "G5")
    publish_grounds(store, {day(10): after}, base=1, before=GROUND)
    store.withdraw(2, reason="postponed", reviewer="chief")
    places = enterprises(("E1", "tax", "甲"), ("E2", "fire", None))
    places.loc[1, "geometry"] = None
    store.record("enterprises", places)
    store.record("posts", posts(("P1", "G1", "grid_leader", None, MIDNIGHT)))
    nowhere = new_event("2", position=None, accuracy_m=None, occurred_at=day(2))
    store.append_events(
        [
            new_event("1"),
            replace(nowhere, lon=None, lat=None, grid_id=None, destinations=()),
            replace(
                new_event("3", source="app", occurred_at=day(40)),
                grid_id="G3",
                destinations=("fire", "police"),
            ),
        ]
    )
    return store


def events_of_town(store):
    """All events of a store with both answers and their destinations."""
    return [store.event(event_id) for event_id in store.events()["event_id"]]


def bare(stored):
    """An event as it is read where nobody asked for its destinations."""
    return replace(stored, new=replace(stored.new, destinations=()))
