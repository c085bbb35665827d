"""What registers say of places, row by row."""

import pytest

from gis.models import Instant
from layers.gazetteer.places import PlaceRegister, read_places
from layers.snapshots import build_snapshot
from layers.stores import Store
from layers.stores.memory import MemoryStore
from support.makers.contract_rows import GROUND
from support.makers.named_places import named_places
from support.makers.store_history import Clock, day, publish_grounds

NOW = day(1)


@pytest.fixture
def store() -> Store:
    """A town of three strips with named places."""
    store = MemoryStore(now=Clock(day(1)))
    publish_grounds(store, {day(0): GROUND}, base=None)
    store.record("enterprises", named_places())
    return store


def register_of(store: Store, at: Instant = NOW) -> PlaceRegister:
    """The places at a time."""
    return read_places(store, at, build_snapshot(store, at))


def test_a_row_says_what_its_register_says_and_the_grid_of_its_place(
    store: Store,
) -> None:
    register = register_of(store)
    entries = [register.entry(row) for row in range(len(register))]
    of_bar = [e for e in entries if e.place_id == "E-3"]
    assert {(e.source, e.name, e.lon, e.grid_id) for e in of_bar} == {
        ("market", "东湖 Bar", 120.095, "G1"),
        ("fire", "东湖酒吧", 120.015, "G1"),
    }
    [nowhere] = [e for e in entries if e.place_id == "E-4"]
    assert (nowhere.lon, nowhere.lat, nowhere.grid_id) == (None, None, None)


def test_each_place_is_where_its_actual_address_is(store: Store) -> None:
    register = register_of(store)
    entries = [register.entry(row) for row in register.places.tolist()]
    assert sorted((e.place_id, e.source) for e in entries) == [
        ("E-1", "market"),
        ("E-12", "market"),
        ("E-2", "market"),
        ("E-3", "fire"),
        ("E-4", "market"),
    ]


def test_rows_are_those_in_force_and_the_next_change_is_told(store: Store) -> None:
    later, end = "1970-01-05T00:00:00+00:00", "1970-01-07T00:00:00+00:00"
    rows = named_places(
        [("E-9", "market", "actual", "新店", None, 120.005, 30.005)],
        valid_from=later,
        valid_to=end,
    )
    store.record("enterprises", rows)
    edges = {1: day(4), 4: day(6), 6: None}
    for number, expires_at in edges.items():
        register = register_of(store, day(number))
        assert register.expires_at == expires_at
        assert ("E-9" in register.texts["place_id"]) == (number == 4)


def test_the_same_rows_stand_in_the_grids_of_a_later_version(store: Store) -> None:
    after = {"G1": (0, 1), "G4": (1, 4), "G2": (4, 8), "G3": (8, 12)}
    publish_grounds(store, {day(10): after}, base=1, before=GROUND)
    register = register_of(store)
    moved = register.in_grids(build_snapshot(store, day(11)))
    grids = {
        (e.place_id, e.grid_id) for e in (moved.entry(row) for row in range(len(moved)))
    }
    assert (register.version, moved.version) == (1, 2)
    assert {("E-1", "G1"), ("E-3", "G4"), ("E-2", "G2")} <= grids
    assert moved.index is register.index
