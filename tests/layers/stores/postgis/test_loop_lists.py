"""Lists are met by an index that has them newest first, whatever the scope."""

import re
from itertools import count

import psycopg
import pytest

from gis.access import EVERYTHING, NOWHERE, Scope
from layers.stores import loop_lists
from layers.stores.loop_conditions import Condition
from layers.stores.loop_lists import (
    COVERED,
    DEPARTMENT_ROWS,
    INDEXES,
    Walk,
    newest_rows,
)
from layers.stores.loops import LoopQuery
from layers.stores.postgis import loop_lists as postgis_lists
from layers.stores.postgis.loop import ADD_DEPARTMENTS, read_rows
from layers.stores.postgis.loop_lists import SNAPSHOT, DatabaseWalker, turn_sql
from support.harness.plans import EXPLAIN, rows_of
from support.harness.postgres_rooms import open_connection

FEW = 200


@pytest.fixture(scope="module")
def connection(postgis):
    """A store with 20,000 loops in 64 grids."""
    with open_connection(postgis) as opened:
        opened.execute(
            """
            INSERT INTO loops SELECT 'E' || n, n, '', '', '', 'closed', 1, 'noise', 1,
                's' || n % 9, '', NULL, 'C1/C2-' || CASE WHEN n < 2000 THEN '0/OLD/'
                    ELSE n % 4 || '/G' || n % 64 || '/' END, '',
                '', '', '', '', n % 7 = 0, false, false, 0, 0, NULL, NULL, NULL, NULL,
                NULL, NULL, NULL, NULL, ''
            FROM generate_series(1, 20000) AS n
            """
        )
        opened.execute(
            """
            INSERT INTO tasks SELECT 'E' || n, 'E' || n, n, 'handle', '', 'd' || n % 9,
                '', 0, 0, 0, 0, NULL, 'done', '', NULL, NULL, NULL, ''
            FROM generate_series(1, 20000) AS n
            """
        )
        opened.execute(f"{ADD_DEPARTMENTS}{DEPARTMENT_ROWS}".encode())
        opened.execute("VACUUM ANALYZE")
        yield opened


SCOPES = {
    "everywhere": EVERYTHING,
    "circle": Scope(("C1/C2-1/",)),
    "grid whose events are old": Scope(("C1/C2-0/OLD/",)),
    "grid": Scope(("C1/C2-1/G5/",)),
    "grids": Scope(tuple(f"C1/C2-{n % 4}/G{n}/" for n in range(9))),
    "no grid": Scope(("C1/C2-9/",)),
    "source": Scope(sources=("s1",)),
    "department": Scope(departments=("d1", "d2")),
}


@pytest.mark.parametrize("name", SCOPES)
def test_list_of_any_scope_reads_few_rows(connection, name, monkeypatch):
    plans = []

    def explained(opened, question, values):
        plans.append(plan_for_any_values(opened, question, values))
        return read_rows(opened, question, values)

    for reader in ("read_rows", "read_alike"):
        monkeypatch.setattr(postgis_lists, reader, explained)
    monkeypatch.setattr(loop_lists, "FIRST", 20)
    with connection.transaction():
        connection.execute(SNAPSHOT)
        newest_rows(LoopQuery(limit=10), SCOPES[name], DatabaseWalker(connection))
    assert max(rows for plan in plans for rows in rows_of(plan)) <= FEW


def plan_for_any_values(connection, question, values):
    """Return the plan that a question gets which is planned before its values."""
    numbered = count(1)
    prepared = re.sub("%s", lambda _: f"${next(numbered)}", question)
    marks = ", ".join("%s" for _ in values)
    connection.execute(f"PREPARE question AS {prepared}")
    with psycopg.ClientCursor(connection) as cursor:
        cursor.execute(f"{EXPLAIN}EXECUTE question ({marks})", values)
        [[plan]] = cursor.fetchall()
    connection.execute("DEALLOCATE question")
    return plan[0]["Plan"]


KEYS = {
    "kind": "noise",
    "is_sensitive": False,
    "state": "",
    "area_path": "C1/C2-1/G5/",
    "source": "s1",
    "department_id": "d1",
}
COVERING = Condition(" AND ".join(f"{name} IS NOT NULL" for name in COVERED))


@pytest.mark.parametrize("index", INDEXES, ids=lambda index: index.name)
def test_turn_reads_nothing_but_its_index(connection, index):
    walk = Walk(index, (tuple(KEYS[name] for name in index.columns),), COVERING)
    arrays = [[0], [99], *([KEYS[name]] for name in index.columns)]
    question, values = turn_sql(walk), (*arrays, 9)
    with connection.transaction():
        # there are too few rows to show that an index is the shorter way
        connection.execute("SET LOCAL enable_seqscan = off")
        connection.execute("SET LOCAL enable_bitmapscan = off")
        [[plan]] = read_rows(connection, EXPLAIN + question, values)
    scans = [node for node in nodes_of(plan[0]["Plan"]) if "Index Name" in node]
    assert {(scan["Node Type"], scan["Index Name"]) for scan in scans} == {
        ("Index Only Scan", index.name)
    }


def nodes_of(node):
    """Yield every step of a plan."""
    yield node
    for part in node.get("Plans", ()):
        yield from nodes_of(part)


def test_scope_that_sees_nothing_asks_for_nothing():
    assert newest_rows(LoopQuery(), NOWHERE, DatabaseWalker(None)) == []
