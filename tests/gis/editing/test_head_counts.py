"""Counts of people as a draft has them: of its base, typed, or following the ground."""

import shapely

from gis.editing.caseload import Redrawing
from gis.editing.head_counts import (
    counted_rows,
    counts_after,
    counts_of_rows,
    typed_counts,
)
from gis.editing.populations import Count
from gis.editing.recorded import Operation

WEST, EAST = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
BOTH = shapely.box(0, 0, 2, 1)
ROWS = {"A": {"residents": 10, "name": "a"}, "B": {"residents": 20, "name": "b"}}


def typed(grid: str, **figures: object) -> Operation:
    return Operation.of("set_figures", grid=grid, figures=figures)


def test_name_without_any_count_is_not_loaded() -> None:
    rows = {
        "A": {"residents": 10, "households": None},
        "B": {"residents": float("nan")},
    }
    assert counts_of_rows(rows) == {"residents": {"A": 10, "B": None}}


def test_last_count_that_was_typed_stays_also_where_it_is_none() -> None:
    steps = [typed("A", residents=1, name="x"), typed("A", residents=None)]
    assert typed_counts([*steps, typed("B", residents=3)]) == {
        "residents": {"A": None, "B": 3}
    }


def test_merger_adds_up_unless_its_count_was_typed() -> None:
    change = Redrawing({"A": WEST, "B": EAST}, {"A": BOTH})
    counts = counts_after(ROWS, change, [])
    assert counts["residents"] == {"A": Count(30, is_estimate=False)}
    counts = counts_after(ROWS, change, [typed("A", residents=28)])
    assert counts["residents"] == {"A": Count(28, is_estimate=False)}


def test_rows_take_counts_of_their_columns_but_for_typed_ones() -> None:
    counts = {
        "residents": {"A": Count(30, is_estimate=False), "B": None},
        "households": {"A": Count(9, is_estimate=True)},
    }
    rows = counted_rows(ROWS, counts, {"residents": {"B": 20}})
    assert rows == {
        "A": {"residents": 30, "name": "a"},
        "B": {"residents": 20, "name": "b"},
    }
    assert ROWS["A"]["residents"] == 10
