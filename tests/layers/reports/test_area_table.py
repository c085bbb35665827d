"""Every area has a row, every column its own number."""

import pytest

from layers.figures.counting import MODULE_COLUMNS
from layers.reports.area_table import AREA_COUNTS, area_table, change_text, score_text
from layers.reports.blocks import level_chip
from support.makers.report_days import daily_report, make_hamlet_day


def test_cells_are_the_counts_of_the_area_in_order():
    figures = daily_report(make_hamlet_day())
    grids = figures.rows("grid")
    table = area_table(figures, grids)
    assert len(table.rows) == len(grids)
    for row, (_, grid) in zip(table.rows, grids.iterrows(), strict=True):
        assert row[:3] == (grid["name"], grid["area_id"], level_chip(grid["level"]))
        names = ("events", "events_before", *MODULE_COLUMNS, *AREA_COUNTS)
        # a column of each module, and one of none
        counts = [int(text.replace(",", "")) for text in row[5:]]
        assert counts == [grid[name] for name in names]
        assert len(row) == len(table.columns)


@pytest.mark.parametrize(
    ("score", "change", "texts"),
    [
        (41.26, -4.04, ("41.3", "-4.0")),
        (0.0, 0.04, ("0.0", "+0.0")),
        (float("nan"), float("nan"), ("—", "—")),
    ],
)
def test_scores_have_a_tenth_and_changes_a_sign(score, change, texts):
    assert (score_text(score), change_text(change)) == texts
