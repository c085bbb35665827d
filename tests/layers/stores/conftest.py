"""Every store, empty or with two versions, for the contract suite."""

import pytest

from layers.stores import create_store
from layers.stores.memory import MemoryStore
from support.harness import postgres
from support.makers.contract_rows import GROUND
from support.makers.store_history import Clock, day, publish_grounds

# each takes a folder of its own, a clock and the id of a store to restore, or None
FACTORIES = {
    "memory": lambda folder, now, store_id=None: MemoryStore(
        now=now, store_id=store_id
    ),
    "geopackage": lambda folder, now, store_id=None: create_store(
        str(folder / "town.gpkg"), now=now, store_id=store_id
    ),
    "postgis": lambda folder, now, store_id=None: postgres.make_store(now, store_id),
}


@pytest.fixture(params=FACTORIES)
def make_store(request, tmp_path):
    """Makes stores of one kind; all of them are closed in the end."""
    made = []

    def make(now, store_id=None):
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(FACTORIES[request.param](folder, now, store_id))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.fixture
def clock():
    return Clock(day(1))


@pytest.fixture
def store(make_store, clock):
    return make_store(clock)


@pytest.fixture
def town(store):
    """Version 1 from day 0; version 2 from day 10, where G2 is split."""
    publish_grounds(store, {day(0): GROUND}, base=None)
    after = {"G1": (0, 4), "G4": (4, 6), "G5": (6, 8), "G3": (8, 12)}
    publish_grounds(store, {day(10): after}, base=1, before=GROUND)
    return store
