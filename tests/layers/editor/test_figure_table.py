"""Figures before and after are those of gis, and a missing layer is not loaded."""

import numpy as np
import pyproj
import pytest

from gis.editing import Operation, Workspace
from gis.editing.caseload import Redrawing
from gis.editing.figures import Events, GroundFacts, Places, Staff, figures_of
from gis.models import Post, PostId, SafetyCode
from layers.editor.figure_table import NOT_LOADED, FigureTable
from support.makers.edited_towns import WESTERN, community_town, place, points

FIVE = f"{WESTERN}005"
# none on a border, which would change hands with the code of a new grid
XY = place([(x + 0.5, y + 0.5) for x in range(1, 80, 3) for y in range(1, 80, 3)]).T


@pytest.fixture
def draft():
    return Workspace(community_town())


@pytest.fixture
def facts(draft):
    grids = draft.base_polygons
    codes = [SafetyCode(1 + n % 3) for n in range(XY.shape[1])]
    return GroundFacts(
        pyproj.CRS(draft.crs),
        {"residents": dict.fromkeys(grids, 100)},
        Places.locate(grids, (XY[0], XY[1]), ["hotel"] * XY.shape[1], codes),
        Events.locate(grids, (XY[0], XY[1]), 60.0),
        None,
        Staff([Post(PostId("P-1"), FIVE, "full_time_member")]),
    )


def split(new_id="X"):
    return Operation.of(
        "split", grid=FIVE, line=points((35, 20), (35, 40)), new_id=new_id
    )


def test_a_preview_has_the_figures_of_what_it_would_make(draft, facts):
    table = FigureTable(draft, facts)
    preview = draft.preview(split())
    five, new = table.rows([FIVE, "X"], preview, split())
    assert new["before"] is None
    assert five["before"]["residents"] == 100
    assert five["after"]["residents"] + new["after"]["residents"] == 100
    assert "residents" in new["estimates"]
    assert five["after"]["places"] + new["after"]["places"] == five["before"]["places"]
    # the very same once it is done
    with draft.edit("too heavy", author="planner") as e:
        e.do(split())
    assert FigureTable(draft, facts).rows([FIVE, "X"]) == [five, new]
    draft.undo()
    [undone] = table.rows([FIVE])
    assert undone["after"] == undone["before"] == five["before"]


def test_figures_are_those_that_gis_counts(draft, facts):
    table = FigureTable(draft, facts)
    with draft.edit("too heavy", author="planner") as e:
        e.do(split())
        e.merge([f"{WESTERN}001", f"{WESTERN}002"], keep=f"{WESTERN}001")
    change = Redrawing.between(draft.base_polygons, draft.planar.polygons)
    plain = {f.grid_id: f for f in figures_of(facts, change, table.rule)}
    for row in table.rows(plain):
        figures, after = plain[row["grid"]], row["after"]
        assert after["area_km2"] == pytest.approx(figures.area_m2 / 1e6, abs=1e-6)
        assert after["load_h"] == pytest.approx(figures.load_h, abs=1e-6)
        assert after["residents"] == figures.residents.value
        codes = [after[f"code_{code.name.lower()}"] for code in SafetyCode]
        assert sum(codes) == after["places"] == figures.value("places")
        assert [b["name"] for b in row["beyond"]] == [
            excess.name for excess in figures.beyond(table.rule)
        ]


def test_a_missing_layer_is_not_loaded_and_never_zero(draft):
    [row] = FigureTable(draft).rows([FIVE])
    missing = {name for name, value in row["after"].items() if value == NOT_LOADED}
    assert {"places", "code_red", "checks", "events", "members", "load_h"} <= missing
    assert not any(value == 0 for value in row["after"].values())
    assert FigureTable(draft).loads([FIVE]) == {FIVE: None}


def test_a_grid_without_a_member_has_no_load_of_one_though_posts_are_loaded(
    draft, facts
):
    row = FigureTable(draft, facts).rows([f"{WESTERN}001"])[0]["after"]
    assert (row["members"], row["load_a_member_h"]) == (0, None)


def test_typed_people_are_no_estimate_also_before_they_are_typed(draft):
    table = FigureTable(draft)
    typed = Operation.of("set_figures", grid=FIVE, figures={"residents": 77})
    [row] = table.rows([FIVE], draft.preview(typed), typed)
    assert row["after"]["residents"] == 77
    with draft.edit("counted", author="planner") as e:
        e.do(typed)
        e.do(split())
    five, _ = table.rows([FIVE, "X"])
    assert (five["after"]["residents"], five["estimates"]) == (77, [])


def test_every_figure_of_a_row_has_a_name_and_every_name_a_figure(draft, facts):
    table = FigureTable(draft, facts)
    names = [entry["name"] for entry in table.names()]
    assert len(names) == len(set(names))
    [row] = table.rows([FIVE])
    assert set(row["after"]) == set(names)
    assert all(
        np.isreal(value)
        for value in row["after"].values()
        if value is not None and value != NOT_LOADED
    )
