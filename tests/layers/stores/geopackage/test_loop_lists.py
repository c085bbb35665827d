"""Turns of lists read the indexes of lists and nothing else."""

from contextlib import closing

import pytest

from layers.stores import create_store
from layers.stores.geopackage.loop_lists import FileWalker, turn_sql
from layers.stores.loop_conditions import Condition
from layers.stores.loop_lists import COVERED, INDEXES, KIND, Walk
from support.makers.loop_entries import AT, intake_of


@pytest.fixture
def connection(tmp_path):
    """Six loops in two grids, of two kinds."""
    store = create_store(str(tmp_path / "town.gpkg"), now=lambda: AT)
    entries = [
        intake_of(
            str(n),
            loop={"area_path": f"C1/G{n % 2}/", "kind": "ab"[n % 2]},
            tasks=({"department_id": "police"},),
        )
        for n in range(6)
    ]
    store.append(entries).result()
    with closing(store), store._file.reading() as opened:
        yield opened


KEYS = {
    "kind": "noise",
    "is_sensitive": False,
    "state": "",
    "area_path": "C1/G1/",
    "source": "hotline",
    "department_id": "police",
}
COVERING = Condition(" AND ".join(f"+{name} IS NOT NULL" for name in COVERED))


@pytest.mark.parametrize("index", INDEXES, ids=lambda index: index.name)
def test_turn_reads_nothing_but_its_index(connection, index):
    entry, wanted = turn_sql(Walk(index, ((),), COVERING))
    key = [KEYS[name] for name in index.columns]
    for question, values in ((entry, (99, 9)), (wanted, (99, 1, 9))):
        steps = connection.execute(f"EXPLAIN QUERY PLAN {question}", [*key, *values])
        [(*_, step)] = steps
        assert f"USING COVERING INDEX {index.name} (" in step


def test_turn_ends_at_an_entry_and_goes_on_before_it(connection):
    walk = Walk(KIND, (("a", False), ("b", False)), Condition("true"))
    walker = FileWalker(connection)
    first = walker.turn(walk, {0: 99, 1: 99}, 2, 9)
    assert first == {0: (3, [5, 3]), 1: (4, [6, 4])}
    assert walker.turn(walk, {0: 3}, 2, 9) == {0: (0, [1])}


def test_areas_and_kinds_with_events_are_met(connection):
    walker = FileWalker(connection)
    assert walker.areas_in(["C1/G1/", "C2/"], 9) == ["C1/G1/"]
    assert sorted(walker.areas_in(["C1/"], 9)) == ["C1/G0/", "C1/G1/"]
    assert len(walker.areas_in(["C1/"], 1)) == 1
    police = ["fire", "police"]
    assert sorted(walker.kinds_of(police)) == [("police", "a"), ("police", "b")]
