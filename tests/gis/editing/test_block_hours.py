"""Hours of blocks sum to those of their grids, as figures count them."""

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.editing import Workspace
from gis.editing.block_hours import hours_of_blocks
from gis.editing.blocks import cut_blocks
from gis.editing.caseload import Redrawing
from gis.editing.figures import Events, GroundFacts, Places, figures_of
from gis.editing.ground_points import GroundPoints
from gis.editing.populations import Homes
from gis.editing.sizing import ITEMS, SizingRule
from gis.errors import EditError
from gis.models import SafetyCode
from support.makers.edited_towns import frame
from support.makers.laned_grids import SIDE, squares

DEGREES = pyproj.CRS(4490)
HOURS = dict(zip(ITEMS, (0.05, 0.1, 0.5, 0.5, 10.0), strict=True))
RULE = SizingRule("r/1", "office", "residents", HOURS, {})


def town():
    """A draft of four grids, and its lanes."""
    shapes, lanes = squares(["AABB", "CCDD"])
    return Workspace(frame(dict(sorted(shapes.items())), residents=[0] * 4)), lanes


def facts_of(draft, random, *, with_homes):
    """Places, events, people and homes here and there, some on borders of blocks."""
    polygons = draft.base_polygons

    def positions(count):
        xy = random.uniform((0, 0), (4 * SIDE, 2 * SIDE), (count, 2))
        xy[::3] = np.round(xy[::3] / SIDE) * SIDE
        return np.round(xy, 9).T

    places, events, homes = positions(40), positions(200), positions(60)
    codes = [(None, *SafetyCode)[row] for row in random.integers(0, 4, 40)]
    return GroundFacts(
        DEGREES,
        {"residents": {g: int(random.integers(0, 3000)) for g in polygons}},
        Places.locate(polygons, places, ["street_shop"] * 40, codes),
        Events.locate(polygons, events, 60.0),
        Homes(GroundPoints.locate(polygons, *homes), random.integers(0, 9, 60) * 1.0)
        if with_homes
        else None,
    )


def edited(draft):
    """The draft with a border that moved, a new grid and a number that was typed."""
    with draft.edit("by hand", author="planner") as e:
        e.redraw_border("A", "B", [(1.5 * SIDE, SIDE), (1.5 * SIDE, 2 * SIDE)])
        e.split("D", [(3.2 * SIDE, 0), (3.2 * SIDE, SIDE)], new_id="E")
        e.set_figures("C", residents=777)


@given(st.integers(0, 2**32 - 1), st.booleans(), st.booleans())
@settings(max_examples=30, deadline=None)
def test_hours_of_blocks_sum_to_those_of_grids(seed, with_homes, is_edited):
    draft, lanes = town()
    facts = facts_of(draft, np.random.default_rng(seed), with_homes=with_homes)
    if is_edited:
        edited(draft)
    after = draft.planar.polygons
    typed = {"residents": {"C": 777}} if is_edited else {}
    change = Redrawing(draft.base_polygons, after)
    figures = figures_of(facts, change, RULE, typed)
    blocks = cut_blocks(after, lanes)
    hours = hours_of_blocks(blocks, draft, facts, RULE)
    sums = np.bincount(blocks.owners, hours)
    assert sums.tolist() == pytest.approx([f.load_h for f in figures], rel=1e-6)
    assert (hours > 0).all()


def test_people_live_where_homes_are_and_else_all_over_the_grid():
    draft, lanes = town()
    at = Homes(
        GroundPoints.locate(
            draft.base_polygons, np.array([0.5, 1.5, 1.6]) * SIDE, np.full(3, 0.001)
        ),
        np.array([1.0, 2.0, 1.0]),
    )
    facts = GroundFacts(DEGREES, {"residents": dict.fromkeys("ABCD", 100)}, homes=at)
    hours = dict.fromkeys(ITEMS, 0.0) | {"population": 1.0}
    rule = SizingRule("r/1", "office", "residents", hours, {})
    blocks = cut_blocks(draft.planar.polygons, lanes)
    people = hours_of_blocks(blocks, draft, facts, rule)
    of_grid = {
        grid: people[blocks.owners == row].round(6).tolist()
        for row, grid in enumerate(blocks.grid_ids)
    }
    assert of_grid["C"] == [25.0, 75.0]
    assert of_grid["A"] == pytest.approx([50.0, 50.0], abs=0.01)
    assert (
        shapely.get_x(shapely.centroid(blocks.polygons[blocks.owners == 2][0])) < SIDE
    )


@pytest.mark.parametrize(
    ("facts", "lacking"),
    [
        ({}, "events, places, residents"),
        ({"populations": {"residents": {}}}, "events, places"),
        ({"populations": {"households": {}}}, "events, places, residents"),
    ],
)
def test_a_layer_that_is_not_loaded_is_no_zero(facts, lacking):
    draft, lanes = town()
    blocks = cut_blocks(draft.planar.polygons, lanes)
    with pytest.raises(EditError, match=f"counts {lacking}, not loaded"):
        hours_of_blocks(blocks, draft, GroundFacts(DEGREES, **facts), RULE)
    only_area = dict.fromkeys(ITEMS, 0.0) | {"km2": 1.0}
    rule = SizingRule("r/1", "office", "residents", only_area, {})
    assert hours_of_blocks(blocks, draft, GroundFacts(DEGREES), rule).sum() > 0


def test_people_that_nobody_knows_are_no_zero():
    draft, lanes = town()
    facts = GroundFacts(DEGREES, {"residents": {"A": 1, "B": None, "C": 1, "D": 1}})
    hours = dict.fromkeys(ITEMS, 0.0) | {"population": 1.0}
    rule = SizingRule("r/1", "office", "residents", hours, {})
    blocks = cut_blocks(draft.planar.polygons, lanes)
    with pytest.raises(EditError, match="residents of 1 grid") as refusal:
        hours_of_blocks(blocks, draft, facts, rule)
    assert refusal.value.grids == ("B",)
