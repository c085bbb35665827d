"""Few loops are sorted and many are walked; both give the newest first."""

import pytest

from gis.access import EVERYTHING, Scope
from layers.stores import open_store
from layers.stores.geopackage import loop_queries
from layers.stores.geopackage.tables import create_geopackage
from layers.stores.loops import LoopQuery
from support.makers.loop_entries import AT, intake_of


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "town.gpkg"
    create_geopackage(path)
    store = open_store(str(path), now=lambda: AT)
    store.append(
        [
            intake_of(str(n), loop={"area_path": f"C1/G{n % 2}/", "kind": "noise"})
            for n in range(6)
        ]
    ).result()
    yield store
    store.close()


@pytest.mark.parametrize("few", [1, 1000], ids=["walked", "sorted"])
def test_newest_come_first_however_they_are_met(store, monkeypatch, few):
    monkeypatch.setattr(loop_queries, "FEW", few)
    query = LoopQuery(limit=2, sources=("hotline",))
    rows = [loop.row for loop in store.loops(query, Scope(("C1/G1/",)))]
    assert rows == [6, 4]
    assert store.count_loops(query, Scope(("C1/G1/",))) == 3


def test_lists_go_on_below_a_row(store):
    assert [x.row for x in store.loops(LoopQuery(below=3), EVERYTHING)] == [2, 1]


def test_damage_of_what_is_derived_is_mended_and_counted(store):
    before = store.loops(LoopQuery(), EVERYTHING)
    with store._file.writing() as connection:
        connection.execute("UPDATE loops SET state = 'closed' WHERE event_row = 1")
        connection.execute("DELETE FROM loops WHERE event_row = 2")
    assert store.rebuild_loops() == 2
    assert store.loops(LoopQuery(), EVERYTHING) == before
    assert store.rebuild_loops() == 0
