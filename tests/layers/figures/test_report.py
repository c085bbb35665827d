"""Figures of reports: counted right, the same again, telling nothing small."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import orjson
import pytest

from gis.errors import SettingError
from layers.reports import community_ledgers
from layers.words import Words
from support.makers.report_days import daily_report, make_hamlet_day, monthly_report
from support.oracles.report_sums import SUMMED, total

REPORTS = {"daily": daily_report, "monthly": monthly_report}


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


def test_a_day_is_counted_by_hand() -> None:
    figures = daily_report(make_hamlet_day())
    by_id = figures.areas.set_index(["layer", "area_id"])
    # V1, V2 and V5; what lies in no grid stands apart, disputes stand nowhere
    assert by_id.loc["grid", "events"].tolist() == [2, 0, 1]
    assert by_id.loc["town", "events"].item() == 4
    assert set(figures.areas["layer"]) == {"town", "circle", "community", *SUMMED}
    assert by_id.loc["no_grid", "yellow"].item() == 1
    assert by_id.loc[("circle", "C21"), "campaigns"] == 1
    assert by_id.loc[("circle", "C1"), "checks"] == 4
    assert by_id.loc[("grid", "G2"), "events_before"] == 1
    assert figures.attention["place_id"].tolist() == ["H1", "H3"]


def test_a_month_is_compared_with_the_month_before() -> None:
    town = monthly_report(make_hamlet_day()).rows("town").iloc[0]
    assert (town["events"], town["events_before"]) == (6, 1)


def test_a_month_is_asked_for_on_its_last_day() -> None:
    with pytest.raises(SettingError, match="the last day of a month"):
        monthly_report(make_hamlet_day(day=dt.date(2026, 9, 29)))


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
    figures = monthly_report(bare, town=Words("村", "Village"))
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
    figures = daily_report(replace(day, **empty))
    assert total(figures, *SUMMED).sum() == 0
    assert figures.counters.empty
    assert figures.attention.empty


def test_events_in_no_grid_are_counted_and_so_not_left_out() -> None:
    day = make_hamlet_day(left_out={"no_grid": 3, "no_event_grid": 1})
    figures = daily_report(day)
    assert figures.left_out == {"no_grid": 3}
    assert figures.rows("no_grid")["events"].item() == 1
