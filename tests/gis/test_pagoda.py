"""The command tree: any depth, one root, every fault named."""

import numpy as np
import pytest
import shapely

from gis.errors import TreeError
from gis.models import Circle
from gis.pagoda import (
    area_path,
    build_pagoda,
    check_area_id,
    dissolve_circles,
    refuse_bare,
)


def circle(circle_id, parent_id, tier):
    return Circle(circle_id, parent_id, tier, circle_id)


CIRCLES = [
    circle("C", None, 1),
    circle("E", "C", 2),
    circle("W", "C", 2),
]
GRIDS = {"G1": "E", "G2": "E", "G3": "W"}


def test_chain_runs_from_parent_to_core():
    assert build_pagoda(CIRCLES, GRIDS).chain("G3") == ("W", "C")


def test_path_of_an_area_runs_from_the_core_to_it():
    pagoda = build_pagoda(CIRCLES, GRIDS)
    assert pagoda.path("G3") == area_path(("G3", *pagoda.chain("G3"))) == "C/W/G3/"
    assert (pagoda.path("W"), pagoda.path("C")) == ("C/W/", "C/")
    assert pagoda.path("G") is None


@pytest.mark.parametrize("area_id", ["C/W", "/", "G1/", "/G1"])
def test_id_that_would_be_a_path_of_areas_is_refused(area_id):
    with pytest.raises(ValueError, match="separates the ids in the path of an area"):
        check_area_id(area_id)


@pytest.mark.parametrize("area_id", ["C1-01", "330110001001.2", "甲 1", "a\\b", "a;b"])
def test_id_without_a_slash_is_one_step_of_a_path(area_id):
    check_area_id(area_id)
    assert area_path((area_id, "C")).split("/") == ["C", area_id, ""]


@pytest.mark.parametrize("depth", [1, 3, 4, 5])
def test_any_depth_is_a_pagoda(depth):
    circles = [circle("T1", None, 1)]
    circles += [circle(f"T{t}", f"T{t - 1}", t) for t in range(2, depth + 1)]
    pagoda = build_pagoda(circles, {"G": f"T{depth}"})
    assert pagoda.tiers == tuple(range(depth, 0, -1))
    assert pagoda.chain("G") == tuple(f"T{t}" for t in range(depth, 0, -1))


def test_chain_rows_point_at_circles_bottom_tier_first():
    pagoda = build_pagoda(CIRCLES, GRIDS)
    ids = list(pagoda.circles)
    rows = pagoda.chain_rows(["G3", "G1"])
    assert [[ids[row] for row in chain] for chain in rows] == [["W", "C"], ["E", "C"]]


@pytest.mark.parametrize(
    ("circles", "grids", "found"),
    [
        pytest.param([*CIRCLES, circle("E", "C", 2)], GRIDS, "2 times", id="twice"),
        pytest.param([*CIRCLES, circle("X", "Y", 2)], GRIDS, "'Y'", id="no parent"),
        pytest.param(
            [circle("C", None, 1), circle("A", "B", 2), circle("B", "A", 3)],
            {},
            "reports to itself",
            id="cycle",
        ),
        pytest.param([*CIRCLES, circle("D", None, 1)], GRIDS, "2 tops", id="two roots"),
        pytest.param([], {}, "0 tops", id="no circle"),
        pytest.param([circle("C", None, 2)], {}, "tier 2", id="root below the top"),
        pytest.param(
            [*CIRCLES, circle("Z", "E", 4)], GRIDS, "tier 4", id="skipped tier"
        ),
        pytest.param(CIRCLES, {**GRIDS, "G4": None}, "no circle", id="lost grid"),
        pytest.param(CIRCLES, {**GRIDS, "G4": "Q"}, "'Q'", id="unknown circle"),
        pytest.param(CIRCLES, {**GRIDS, "G4": "C"}, "bottom tier", id="grid too high"),
        pytest.param(
            CIRCLES,
            {**GRIDS, "C": "E", "W": "W"},
            "2 ids are of a grid and of a circle, as ['C', 'W']",
            id="shared ids",
        ),
    ],
)
def test_fault_of_the_tree_is_named_in_one_sentence(circles, grids, found):
    with pytest.raises(TreeError) as caught:
        build_pagoda(circles, grids)
    text = str(caught.value)
    assert found in text
    assert text.endswith(".")
    assert "\n" not in text


def test_dissolved_children_equal_their_parent_exactly(s_town):
    town = s_town
    rows = town.circles.astype({"parent_id": object}).replace(np.nan, None)
    circles = [
        Circle(row.circle_id, row.parent_id, row.tier, row.name)
        for row in rows.itertuples()
    ]
    parents = dict(zip(town.grids["grid_id"], town.grids["parent_id"], strict=True))
    pagoda = build_pagoda(circles, parents)
    polygons = dissolve_circles(pagoda, list(parents), list(town.grids.geometry))
    for parent in circles:
        children = [c for c in circles if c.parent_id == parent.circle_id]
        if not children:
            continue
        union = shapely.union_all([polygons[c.circle_id] for c in children])
        rest = shapely.symmetric_difference(union, polygons[parent.circle_id])
        assert rest.area == 0


def test_tree_that_was_published_with_shared_ids_is_still_read():
    grids = {**GRIDS, "E": "E"}
    pagoda = build_pagoda(CIRCLES, grids, is_published=True)
    assert dict(pagoda.grid_parents) == grids


def test_circle_without_a_grid_is_named():
    refuse_bare(build_pagoda(CIRCLES, GRIDS))
    pagoda = build_pagoda(CIRCLES, {"G1": "E"})
    with pytest.raises(TreeError, match=r"\['W'\] \(1 in all\) have no grid below"):
        refuse_bare(pagoda)
