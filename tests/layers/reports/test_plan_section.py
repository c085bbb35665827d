"""The plan in a report names each circle, its trades and its hazards in words."""

import datetime as dt

import pandas as pd

from layers.packs.scenario_files import scenarios
from layers.rating.plan import CheckPlan
from layers.reports.blocks import Table
from layers.reports.plan_section import plan_section
from support.makers.report_days import RULE

PLAN = CheckPlan(
    (dt.date(2026, 10, 1), dt.date(2026, 10, 30)),
    8,
    pd.DataFrame(
        {
            "circle_id": ["C21", ""],
            "name": ["东圈", ""],
            "places": [3, 1],
            "checks": [31, 1],
            "posts": [2, 0],
            "capacity": [480, 0],
            "hazards": [(("critical-finding", 2), ("fire_hazard", 1)), ()],
        }
    ),
    pd.DataFrame(
        {
            "circle_id": ["C21", "C21"],
            "scene": ["street_shop", "residential_compound"],
            "checks": [30, 1],
        }
    ),
)


def test_row_has_numbers_trades_and_hazards_in_words() -> None:
    *_, table = plan_section(PLAN, RULE, scenarios())
    assert isinstance(table, Table)
    assert table.rows[0] == (
        "东圈 C21",
        "3",
        "31",
        "2",
        "480",
        "6 %",
        "沿街店铺 30，residential_compound 1",
        "有重大隐患未整改 2，消防隐患 1",
    )


def test_places_in_no_circle_have_a_row_without_capacity() -> None:
    *_, table = plan_section(PLAN, RULE, scenarios())
    assert isinstance(table, Table)
    assert table.rows[1] == ("未落指挥圈 In no circle", "1", "1", "0", "0", "—", "", "")


def test_days_and_the_measure_of_a_post_are_said() -> None:
    _, paragraph, _ = plan_section(PLAN, RULE, scenarios())
    assert "2026-10-01 至 2026-10-30" in str(paragraph)
    assert "full-time does 8 checks on a working day" in str(paragraph)
