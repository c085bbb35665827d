"""Figures of reports: counted right, the same again, telling nothing small."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import orjson
import pandas as pd
import pytest

from gis.errors import SettingError
from gis.models import Instant
from layers.reports import community_ledgers, daily_figures, monthly_figures
from layers.reports.counting import (
    CODE_COLUMNS,
    COUNT_COLUMNS,
    COUNTERS,
    MODULE_COLUMNS,
    SEVERITY_COLUMNS,
)
from layers.reports.figures import Figures
from report_days import DAY, MadeDay, make_hamlet_day

REPORTS = {"daily": daily_figures, "monthly": monthly_figures}
SUMMED = ("grid", "no_grid", "town_only")


@pytest.fixture(scope="module")
def town_month(s_town_day: MadeDay) -> Figures:
    return monthly_figures(s_town_day, town="S镇", synthetic=True)


def total(figures: Figures, *layers: str) -> pd.Series:
    rows = figures.areas[figures.areas["layer"].isin(layers)]
    return rows[list(COUNT_COLUMNS)].sum()


@pytest.mark.parametrize("kind", REPORTS)
def test_figures_are_as_they_were(
    kind: str, golden: Callable[[str, str], None]
) -> None:
    figures = REPORTS[kind](make_hamlet_day(), synthetic=True)
    golden(f"report_{kind}.json", figures.to_json().decode())
    tables = figures.to_csv()
    golden(
        f"report_{kind}_areas.csv", tables["areas.csv"].decode().replace("\r\n", "\n")
    )


@pytest.mark.parametrize("kind", REPORTS)
def test_figures_do_not_depend_on_the_order_of_facts(kind: str) -> None:
    day = make_hamlet_day()
    turned = replace(
        day,
        **{
            name: getattr(day, name).iloc[::-1].reset_index(drop=True)
            for name in ("places", "events", "inspections", "circles", "communities")
        },
    )
    figures, again = REPORTS[kind](day), REPORTS[kind](turned)
    assert figures.to_json() == again.to_json()
    assert figures.to_csv() == again.to_csv()
    assert community_ledgers(day, figures) == community_ledgers(turned, again)


def test_modules_and_severities_sum_to_the_total(town_month: Figures) -> None:
    areas = town_month.areas
    for columns in (MODULE_COLUMNS, SEVERITY_COLUMNS):
        assert (areas[list(columns)].sum(axis=1) == areas["events"]).all()
    assert (areas[list(CODE_COLUMNS)].sum(axis=1) == areas["places"]).all()


def test_grids_sum_to_the_town(town_month: Figures) -> None:
    assert (total(town_month, "town") == total(town_month, *SUMMED)).all()
    assert total(town_month, "town")["events"] == 21_000


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
    figures = monthly_figures(replace(day, inspections=held))
    sums = figures.counters.groupby("grid_id")[list(COUNTERS)].sum().sum()
    assert sums["places"] == 11_000
    assert sums["checks"] == 21_443
    assert sums["campaigns"] == 18
    assert sums["fixed"] == held["fixed"].sum() > 5_000
    assert sums["red"] == (day.places["code"] == 3).sum()
    town = figures.rows("town").iloc[0]
    assert [int(town[name]) for name in COUNTERS] == sums.tolist()


def test_a_day_is_counted_by_hand() -> None:
    figures = daily_figures(make_hamlet_day())
    by_id = figures.areas.set_index(["layer", "area_id"])
    # V1, V2 and V5; disputes and what lies in no grid stand apart
    assert by_id.loc["grid", "events"].tolist() == [2, 0, 1]
    assert by_id.loc["town", "events"].item() == 6
    assert by_id.loc["town_only", "module_safety"].item() == 2
    assert by_id.loc["no_grid", "yellow"].item() == 1
    assert by_id.loc[("circle", "C21"), "campaigns"] == 1
    assert by_id.loc[("circle", "C1"), "checks"] == 4
    assert by_id.loc[("grid", "G2"), "events_before"] == 1
    assert figures.attention["place_id"].tolist() == ["H1", "H3"]


def test_a_month_is_compared_with_the_month_before() -> None:
    town = monthly_figures(make_hamlet_day()).rows("town").iloc[0]
    assert (town["events"], town["events_before"]) == (8, 1)


def test_a_month_is_asked_for_on_its_last_day() -> None:
    with pytest.raises(SettingError, match="the last day of a month"):
        monthly_figures(make_hamlet_day(day=dt.date(2026, 9, 29)))


@pytest.mark.parametrize("kind", REPORTS)
def test_a_sensitive_category_is_named_in_no_area(kind: str) -> None:
    figures = REPORTS[kind](make_hamlet_day())
    told = orjson.loads(figures.to_json())
    assert "dispute" not in str(told["areas"]) + str(told["counters"])
    assert all(
        b"\xe7\xba\xa0\xe7\xba\xb7" not in table for table in figures.to_csv().values()
    )


def test_a_town_without_tree_and_communities_has_a_report() -> None:
    day = make_hamlet_day(circles=None, communities=None)
    bare = replace(day, grids=day.grids.drop(columns=["parent_id", "community_id"]))
    figures = monthly_figures(bare, town="村")
    assert set(figures.areas["layer"]) == {"town", *SUMMED}
    assert set(community_ledgers(bare, figures)) == {
        "ledger_events_none.csv",
        "ledger_inspections_none.csv",
    }


def test_a_day_without_facts_has_a_report() -> None:
    day = make_hamlet_day()
    empty = {
        name: getattr(day, name).iloc[:0]
        for name in ("places", "events", "inspections")
    }
    figures = daily_figures(replace(day, **empty))
    assert total(figures, *SUMMED).sum() == 0
    assert figures.counters.empty
    assert figures.attention.empty


def test_sensitive_counts_of_a_closed_month_hide_small_ones(
    town_month: Figures,
) -> None:
    told = town_month.sensitive
    assert told.rows[-1][1:] == ("合计", *(told.rows[-1][2],) * 2)
    shown = [int(row[2]) for row in told.rows if row[2].isdigit()]
    assert min(shown) >= 5


def test_small_sensitive_counts_are_withheld(s_town_day: MadeDay) -> None:
    day = s_town_day
    first = day.communities["community_id"].iloc[0]
    of_first = day.grids.loc[day.grids["community_id"] == first, "grid_id"]
    is_there = day.events["grid_id"].isin(of_first) & (
        day.events["category"] == "dispute"
    )
    kept = day.events[~is_there | (is_there.cumsum() <= 2)]
    told = monthly_figures(replace(day, events=kept)).sensitive
    withheld = [row for row in told.rows if not row[2].isdigit()]
    # another one hides the difference to the total
    assert withheld[0][0] == first
    assert len(withheld) > 1
    assert "2" not in {row[2] for row in told.rows}


@pytest.mark.parametrize(
    "known_at",
    [
        None,
        Instant(1791648000001),
        Instant(1791648000000 + 86_400_000),
        Instant(1790784000000),
    ],
    ids=["none", "a millisecond later", "a day later", "before it is closed"],
)
def test_another_cut_off_gives_no_sensitive_counts(
    s_town_day: MadeDay, known_at: Instant | None
) -> None:
    told = monthly_figures(replace(s_town_day, known_at=known_at)).sensitive
    assert told.rows == ()
    assert told.note is not None


def test_a_town_total_that_is_small_gives_no_sensitive_counts() -> None:
    assert monthly_figures(make_hamlet_day()).sensitive.rows == ()


def test_a_daily_report_gives_no_sensitive_counts(s_town_day: MadeDay) -> None:
    told = daily_figures(s_town_day).sensitive
    assert told.rows == ()
    assert "矛盾纠纷" in told.rule.zh
