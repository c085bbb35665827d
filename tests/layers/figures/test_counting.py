"""Every fact counts once, in the grid that it carries; areas are sums of grids."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from layers.figures.counting import (
    CODE_COLUMNS,
    COUNT_COLUMNS,
    COUNTERS,
    FACT_COLUMNS,
    MODULE_COLUMNS,
    SEVERITY_COLUMNS,
    Span,
    count_campaigns,
    count_grids,
    rows_of,
)
from layers.figures.report import Figures
from layers.words import Words
from support.makers.report_days import DAY, MadeDay, make_hamlet_day, monthly_report
from support.oracles.report_sums import SUMMED, total


@pytest.fixture(scope="module")
def town_month(s_town_day: MadeDay) -> Figures:
    return monthly_report(s_town_day, town=Words("S镇", "S town"), synthetic=True)


def test_modules_and_severities_sum_to_the_total(town_month: Figures) -> None:
    areas = town_month.areas
    for columns in (MODULE_COLUMNS, SEVERITY_COLUMNS):
        assert (areas[list(columns)].sum(axis=1) == areas["events"]).all()
    assert (areas[list(CODE_COLUMNS)].sum(axis=1) == areas["places"]).all()


def test_grids_sum_to_the_town(town_month: Figures, s_town_day: MadeDay) -> None:
    assert (total(town_month, "town") == total(town_month, *SUMMED)).all()
    assert total(town_month, "town")["events"] == len(s_town_day.events)
    assert len(s_town_day.events) + len(s_town_day.sensitive_events) == 21_000


def test_circles_of_a_tier_and_communities_sum_to_the_grids(
    town_month: Figures,
) -> None:
    grids, circles = total(town_month, "grid"), town_month.rows("circle")
    for tier in (1, 2, 3, 4):
        of_tier = circles[circles["tier"] == tier][list(COUNT_COLUMNS)].sum()
        assert (of_tier == grids).all()
    assert (total(town_month, "community") == grids).all()


def test_counters_give_the_five_totals_by_summing_grids(s_town_day: MadeDay) -> None:
    day = s_town_day
    # the figures of row 2-21: all patrols lie in the month
    held = day.inspections.assign(day=np.datetime64(DAY), kind="check")
    figures = monthly_report(replace(day, inspections=held))
    sums = figures.counters.groupby("grid_id")[list(COUNTERS)].sum().sum()
    assert sums["places"] == 11_000
    assert sums["checks"] == 21_443
    assert sums["campaigns"] == 18
    assert sums["fixed"] == held["fixed"].sum() > 5_000
    assert sums["red"] == (day.places["code"] == 3).sum()
    town = figures.rows("town").iloc[0]
    assert [int(town[name]) for name in COUNTERS] == sums.tolist()


def test_span_holds_both_its_ends_and_no_missing_day() -> None:
    days = ["2026-08-31", "2026-09-01", "2026-09-30", "2026-10-01", None]
    span = Span(dt.date(2026, 9, 1), DAY)
    assert span.days == 30
    assert span.holds(pd.Series(pd.to_datetime(days))).tolist() == [
        False,
        True,
        True,
        False,
        False,
    ]


def test_id_that_is_nowhere_has_the_row_after_the_last() -> None:
    ids = pd.Series(["G2", None, "G1", "elsewhere"])
    assert rows_of(ids, pd.Index(["G1", "G2"])).tolist() == [1, 2, 0, 2]


def test_facts_of_a_day_count_in_their_grid_or_in_the_last_row() -> None:
    table = count_grids(make_hamlet_day(), Span(DAY, DAY))
    assert [*table] == [*FACT_COLUMNS]
    assert table["places"].tolist() == [1, 1, 0, 1]
    assert table["checks"].tolist() == [2, 2, 0, 1]
    assert table["drills"].tolist() == [0, 1, 0, 0]
    assert table["found"].tolist() == [2, 0, 0, 1]
    assert table["overdue"].tolist() == [1, 0, 0, 1]


def test_campaign_counts_once_where_most_of_its_inspections_were() -> None:
    month = Span(dt.date(2026, 9, 1), DAY)
    counters = count_campaigns(make_hamlet_day(), month)
    leading = counters[counters["campaigns"] > 0]
    assert leading[["grid_id", "campaign"]].to_numpy().tolist() == [
        ["", "campaign/fire"],
        ["G2", "campaign/gas"],
    ]
    assert counters[list(COUNTERS)].sum().tolist() == [3, 1, 6, 2, 3]
