"""Rows of README.md here on scenarios: whose a kind is, and on which platform and line.

What is counted is the month of S town.
"""

import csv

import pandas as pd
import pytest

from api.cli.text.packs import table_lines
from api.schemas.packs import PacksOut
from api.service.events.scenarios import packs_in_force
from gis.events import CORE_PLATFORMS, LINES
from gis.index import GridIndex
from layers.maps.offline import page
from layers.packs.scenario_files import scenarios
from layers.rating.map import draw_risk_day
from support.makers.drawn_maps import model_of
from support.makers.pack_texts import TEXT
from support.makers.rated_towns import Town, event


@pytest.fixture(scope="module")
def month(s_town):
    """The month's events with grid (-1: none), platform and line of their kind."""
    kinds = scenarios().kinds
    grids = s_town.grids
    index = GridIndex.build(grids["grid_id"].to_numpy(), grids.geometry.to_numpy())
    events = s_town.events
    rows = index.locate_many(events["lon"].to_numpy(), events["lat"].to_numpy())
    return pd.DataFrame(
        {
            "grid_row": rows,
            "platform": [kinds[kind].platform for kind in events["category"]],
            "line": [kinds[kind].line for kind in events["category"]],
        }
    )


def test_row_0_02_four_platforms_and_further_ones_and_each_kind_has_one(month):
    platforms = scenarios().platforms
    cores = [platform.code for platform in platforms if platform.is_core]
    assert cores == [*CORE_PLATFORMS]
    assert [p.zh for p in platforms[:4]] == [
        "综治工作",
        "市场监管",
        "综合执法",
        "便民服务",
    ]
    assert len(platforms) > 4
    totals = month["platform"].value_counts()
    assert set(totals.index) <= set(cores)
    assert totals.sum() == len(month)


def test_row_0_02_table_of_kinds_and_platforms_can_be_exported():
    rows = [*csv.DictReader(table_lines(scenarios()))]
    assert {row["kind"]: row["platform"] for row in rows} == {
        kind.kind: kind.platform for kind in scenarios().kinds.values()
    }
    assert len(rows) == len(scenarios().kinds)


def test_row_0_02_strange_kind_has_no_pack_and_is_left_to_triage():
    assert scenarios().kind("kite") is None
    assert scenarios().pack_of("kite") is None


def test_row_4_02_no_category_is_without_a_destination():
    kinds = scenarios().kinds.values()
    bodies = {body for kind in kinds for body in kind.departments}
    assert scenarios().without_destination(bodies) == ()
    # the certificate can fail: without the police nobody takes a theft
    assert scenarios().without_destination(bodies - {"police"}) == ("theft",)


def test_row_4_06_each_category_has_one_of_five_lines_that_sum_by_grid(month):
    assert len(LINES) == 5
    table = pd.crosstab(month["grid_row"], month["line"])
    assert set(table.columns) <= set(LINES)
    by_grid = month["grid_row"].value_counts()
    assert len(table) == 126
    assert table.sum(axis=1).to_dict() == by_grid.to_dict()
    assert int(table.to_numpy().sum()) == len(month) == 21_000


def test_row_2_04_a_further_scenario_is_a_row_and_shows_in_service_and_legend():
    town = Town().events(event(1, 1, 30, kind="kite"), event(2, 1, 30, kind="noise"))

    def legend():
        """Sign and names of each scenario on the map."""
        model = model_of(page(draw_risk_day(town.rated())))
        packs = model["points"]["events"]["packs"]
        return [(pack["sign"], pack["zh"], pack["en"]) for pack in packs]

    city = ("城", "数字城管", "Digital city management")
    assert legend() == [("", "其他", "Other"), city]
    town.rule("pack/kites", {"toml": TEXT})
    assert legend() == [city, ("风", "风筝", "Kites")]
    answer = PacksOut.of(packs_in_force(town.store, town.store.now(), None))
    assert answer.count == len(scenarios().packs) + 1
    assert answer.packs[-1].name_zh == "风筝"
