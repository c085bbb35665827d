"""Ways to a list are walked by turns until one of them has met all."""

import sqlite3
from dataclasses import replace

import pytest

from gis.access import EVERYTHING, NOWHERE, WHOLE, Scope
from gis.events import Loop, Task
from gis.models import Instant
from layers.stores.geopackage.loop_lists import FileWalker
from layers.stores.loop_lists import INDEXES, departments_of, is_listed, newest_rows
from layers.stores.loops import LoopQuery
from support.makers.loop_rows import table_of

COUNT = 5_000


class CountingWalker(FileWalker):
    """Counts the entries that were asked for, by index."""

    def __init__(self, connection):
        super().__init__(connection)
        self.entries = {}

    def turn(self, walk, starts, size, limit):
        name = walk.index.name
        self.entries[name] = self.entries.get(name, 0) + size * len(starts)
        return super().turn(walk, starts, size, limit)


@pytest.fixture(scope="module")
def connection():
    """5,000 loops: 1 in 1,000 of kind rare, those of G9 and of kind old long ago."""
    loops = [
        Loop(
            "E",
            kind="rare" if n % 1_000 == 7 else "old" if n < 300 else "noise",
            area_path="C1/G9/" if n < 500 else f"C1/G{n % 8}/",
            phase="assigned" if n % 500 == 3 else "closed",
            due_at=Instant(n),
            is_sensitive=n % 3 == 0,
        )
        for n in range(COUNT)
    ]
    loops, opened = table_of(loops)
    opened.execute("ALTER TABLE loops RENAME TO rows")
    opened.execute("CREATE TABLE loops AS SELECT * FROM rows")
    opened.execute("DROP TABLE loop_departments")
    columns = "department_id, event_row, kind, is_sensitive, state, phase, due_at"
    opened.execute(f"CREATE TABLE loop_departments ({columns}, area_path, source)")
    for index in INDEXES:
        head = "".join(f"{name}, " for name in index.columns)
        only = " WHERE phase <> 'closed'" if "open" in index.name else ""
        opened.execute(
            f"CREATE INDEX {index.name} ON {index.table} ({head}event_row){only}"
        )
    return opened


def test_what_is_frequent_is_met_among_the_newest_rows(connection):
    walker = CountingWalker(connection)
    rows = newest_rows(LoopQuery(limit=3), EVERYTHING, walker)
    assert rows == [5_000, 4_998, 4_997]
    assert walker.entries == {"loops": 1_000}


@pytest.mark.parametrize(
    ("query", "count"),
    [({"kinds": ("rare",)}, 5), ({"kinds": ("old",)}, 9), ({"kinds": ("none",)}, 0)],
    ids=["rare", "old", "none"],
)
def test_what_is_rare_is_met_by_its_index(connection, query, count):
    walker = CountingWalker(connection)
    rows = newest_rows(LoopQuery(limit=9, **query), WHOLE, walker)
    assert len(rows) == count
    assert rows == sorted(rows, reverse=True)
    assert set(walker.entries) == {"loops", "loops_newest_kind"}


def test_quiet_area_is_met_by_its_own_entries(connection):
    walker = CountingWalker(connection)
    rows = newest_rows(LoopQuery(limit=2), Scope(("C1/G9/",)), walker)
    assert rows == [500, 498]
    assert set(walker.entries) == {"loops", "loops_newest_area"}


def test_open_ones_are_few_and_met_by_their_index(connection):
    walker = CountingWalker(connection)
    query = LoopQuery(limit=4, overdue_at=Instant(600))
    assert newest_rows(query, WHOLE, walker) == [504, 4]
    assert set(walker.entries) == {"loops", "loops_newest_open"}


def test_scope_that_sees_nothing_asks_for_nothing():
    with sqlite3.connect(":memory:") as nothing:
        walker = FileWalker(nothing)
        assert newest_rows(LoopQuery(), NOWHERE, walker) == []
        assert newest_rows(LoopQuery(limit=0), WHOLE, walker) == []


def test_lists_cover_what_the_doors_ask_for():
    query = LoopQuery(("a",), ("b",), is_open=True, overdue_at=Instant(3), below=7)
    assert is_listed(replace(query, area_path="C1/", limit=5))
    assert not is_listed(replace(query, sources=("hotline",)))
    assert not is_listed(replace(query, since=Instant(0)))


def test_departments_of_a_loop_stand_once_and_nobody_is_none():
    loops = {"E": Loop("E", 7, kind="noise", source="hotline")}
    owners = [("E", "police"), ("E", ""), ("E", "police"), ("F", "fire"), ("E", "fire")]
    tasks = [
        Task(f"{event}/{n}", event, department_id=owner)
        for n, (event, owner) in enumerate(owners)
    ]
    rows = departments_of(loops, tasks)
    assert [row[:3] for row in rows] == [("police", 7, "noise"), ("fire", 7, "noise")]
    assert rows[0][-1] == "hotline"
