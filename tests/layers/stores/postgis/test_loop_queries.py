"""Lists are met by an index that has them newest first, whatever the scope."""

import pytest

from gis.access import EVERYTHING, NOWHERE, Scope
from layers.stores.loops import LoopQuery
from layers.stores.postgis.loop import read_rows
from layers.stores.postgis.loop_queries import in_area, newest, seen_condition
from support.harness.postgres_rooms import open_connection

EXPLAIN = "EXPLAIN (ANALYZE, FORMAT JSON) SELECT * FROM loops WHERE "
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
        opened.execute("ANALYZE")
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
def test_list_of_any_scope_reads_and_sorts_few_rows(connection, name):
    asked = newest(LoopQuery(limit=10), SCOPES[name])
    [[plan]] = read_rows(connection, EXPLAIN + asked.sql, asked.values)
    assert max(rows_of(plan[0]["Plan"])) <= FEW


def rows_of(node):
    """Yield how many rows each step of a plan met, whether it kept them or not."""
    dropped = node.get("Rows Removed by Filter", 0)
    yield (node["Actual Rows"] + dropped) * node["Actual Loops"]
    for part in node.get("Plans", ()):
        yield from rows_of(part)


def test_scope_that_sees_nothing_asks_for_nothing():
    assert newest(LoopQuery(), NOWHERE).sql == "false"
    assert seen_condition(NOWHERE).sql == "false"


def test_area_inside_another_is_no_way_of_its_own():
    both = newest(LoopQuery(), Scope(("C1/", "C1/C2/", "C1/")))
    assert both == newest(LoopQuery(), Scope(("C1/",)))


def test_area_below_the_tiers_with_an_index_is_met_by_its_path():
    assert "substring" in in_area("a/b/c/d/e/").sql
    assert in_area("a/b/c/d/e/f/").values == ("a/b/c/d/e/f/", "a/b/c/d/e/f0")
