"""Each circle has a panel: its own grids, numbers with units, its late places."""

import re
from dataclasses import replace

import numpy as np
import pytest

from layers.reports.blocks import Heading, Panel, Table
from layers.reports.circle_sections import SHOWN_PLACES, circle_sections
from support.makers.report_days import daily_report, make_hamlet_day


@pytest.fixture(scope="module")
def figures():
    return daily_report(make_hamlet_day())


def panels_of(figures):
    blocks = [*circle_sections(figures)]
    return {b.words.en: b for b in blocks if isinstance(b, Panel)}


def test_each_tier_has_a_heading_a_table_and_a_panel_a_circle(figures):
    blocks = [*circle_sections(figures)]
    circles = figures.rows("circle")
    kinds = [type(block) for block in blocks]
    tiers = circles["tier"].nunique()
    assert (kinds.count(Heading), kinds.count(Table)) == (tiers, tiers)
    assert [*panels_of(figures)] == circles["area_id"].tolist()


def test_map_of_a_circle_has_the_grids_below_it_at_any_depth(figures):
    parents = dict(figures.rows("circle")[["area_id", "parent_id"]].to_numpy().tolist())
    for circle_id, panel in panels_of(figures).items():
        below = 0
        for owner in figures.ground["parent_id"]:
            while owner in parents:
                below += owner == circle_id
                owner = parents[owner]  # noqa: PLW2901  up the tree
        letters = re.findall(r">([A-Z])</text>", panel.pictures[0].plot.body)
        assert len(letters) == below


def test_circle_without_grids_has_no_map_and_its_other_plots(figures):
    moved = figures.ground.assign(parent_id="C21")
    panel = panels_of(replace(figures, ground=moved))["C22"]
    assert [p.words.en for p in panel.pictures] == ["Events by day", "Events by module"]
    assert "nan" not in panel.pictures[0].plot.body


def test_numbers_of_a_circle_have_units_and_no_data_is_said(figures):
    areas = figures.areas.copy()
    areas.loc[areas["area_id"] == "C21", ["score", "change"]] = np.nan
    areas.loc[areas["area_id"] == "C22", ["score", "change"]] = (7.0, np.nan)
    panels = panels_of(replace(figures, areas=areas))
    scores = {key: panel.lines[0][1].zh for key, panel in panels.items()}
    assert re.match(
        r"得分 [\d.]+ 分，较七天前 [+-][\d.]+；事件 \d+ 起（上期", scores["C1"]
    )
    assert scores["C21"].startswith("得分无数据；")
    assert re.match(r"得分 [\d.]+ 分，较七天前无数据；", scores["C22"])
    assert re.fullmatch(
        r"检查 \d+ 次，发现隐患 \d+ 处，整改 \d+ 处", panels["C1"].lines[1][1].zh
    )


def test_late_places_beyond_the_first_few_are_counted(figures):
    late = figures.attention.iloc[[0] * (SHOWN_PLACES + 2)].assign(
        circle_id="C21", overdue_days=3
    )
    panel = panels_of(replace(figures, attention=late))["C21"]
    lines = [words.zh for _, words in panel.lines]
    assert sum(line.startswith("逾期 3 天：") for line in lines) == SHOWN_PLACES
    assert lines[-1] == "另有 2 处逾期，全部列于 attention.csv"
