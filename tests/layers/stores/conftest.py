"""Every store, empty or with two versions, for the contract suite."""

from contextlib import ExitStack
from itertools import count

import pytest

from layers.stores import create_store
from layers.stores.memory import MemoryStore
from support.makers.contract_rows import GROUND
from support.makers.store_history import Clock, day, publish_grounds

KINDS = ["memory", "geopackage", "postgis"]


@pytest.fixture(params=KINDS)
def make_store(request, tmp_path):
    """Makes stores of one kind; all of them are closed in the end.

    It takes a clock and the id of a store to restore, or None.
    """
    server = request.getfixturevalue("postgis") if request.param == "postgis" else None
    numbers = count()

    def make(now, store_id=None):
        if server:
            store = server.make_store(now, store_id)
        elif request.param == "geopackage":
            path = tmp_path / f"town-{next(numbers)}.gpkg"
            store = create_store(str(path), now=now, store_id=store_id)
        else:
            store = MemoryStore(now=now, store_id=store_id)
        opened.callback(store.close)
        return store

    with ExitStack() as opened:
        yield make


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
