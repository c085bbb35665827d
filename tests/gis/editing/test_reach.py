"""Which areas a change touches: ground, attributes and posts, before and after."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.editing import Workspace
from gis.editing.reach import reach_of, touched_grids
from gis.errors import EditError
from gis.models import Circle, CircleId, GridId, Post, PostId
from gis.pagoda import build_pagoda
from gis.roster import PostsPlan
from support.makers.edit_proposals import NAMES, propose
from support.makers.edited_towns import (
    TOWNS,
    community_town,
    frame,
    points,
    square_town,
)
from support.oracles.plain_draft import ROUNDING

CIRCLES = [
    Circle(CircleId("C"), None, 1, "core"),
    Circle(CircleId("E"), CircleId("C"), 2, "east"),
    Circle(CircleId("W"), CircleId("C"), 2, "west"),
]
SIDES = {"00": "W", "01": "W", "10": "E", "11": "E"}
PAGODA = build_pagoda(
    CIRCLES, {GridId(grid): CircleId(side) for grid, side in SIDES.items()}
)
POSTS = [
    Post(PostId("L0"), "00", "grid_leader"),
    Post(PostId("L1"), "11", "grid_leader"),
]


@pytest.fixture
def draft() -> Workspace:
    """Four squares of 20 steps under a west and an east circle."""
    return Workspace(frame(square_town(2), parent_id=list(SIDES.values())))


def halve(draft: Workspace) -> None:
    """The square in the south-west loses its north to 09; 10 gets a corner."""
    with draft.edit("halves", author="planner") as e:
        e.split("00", points((0, 12), (20, 12)), new_id="09")


def test_neighbour_that_got_a_corner_is_not_touched(draft: Workspace) -> None:
    halve(draft)
    assert "10" in draft.changes()["grid_id"].tolist()
    assert touched_grids(draft) == ["00", "09"]
    assert reach_of(draft, PAGODA) == (("00", "C/W/00/"), ("09", "C/W/09/"))


def test_what_is_taken_back_is_not_touched(draft: Workspace) -> None:
    halve(draft)
    draft.undo()
    assert reach_of(draft, PAGODA) == ()


def test_both_sides_of_a_redrawn_border_are_touched(draft: Workspace) -> None:
    with draft.edit("to the road", author="planner") as e:
        e.redraw_border("00", "10", points((20, 0), (22, 10), (20, 20)))
    assert reach_of(draft, PAGODA) == (("00", "C/W/00/"), ("10", "C/E/10/"))


def test_grid_that_is_gone_has_the_path_of_before(draft: Workspace) -> None:
    with draft.edit("one is enough", author="planner") as e:
        e.merge(["00", "10"], keep="00")
    assert reach_of(draft, PAGODA) == (("00", "C/W/00/"), ("10", "C/E/10/"))


def test_grid_of_another_circle_has_both_paths(draft: Workspace) -> None:
    with draft.edit("to the east", author="planner") as e:
        e.reparent("00", "E")
    assert reach_of(draft, PAGODA) == (("00", "C/E/00/"), ("00", "C/W/00/"))


def test_grid_of_a_circle_that_is_not_there_lies_in_none(draft: Workspace) -> None:
    with draft.edit("nowhere", author="planner") as e:
        e.reparent("00", "X")
    assert reach_of(draft, PAGODA) == (("00", "00/"), ("00", "C/W/00/"))


def test_grids_that_stand_alone_are_areas_of_their_own(draft: Workspace) -> None:
    halve(draft)
    assert reach_of(draft, None) == (("00", "00/"), ("09", "09/"))


@pytest.mark.parametrize(
    ("plan", "reach"),
    [
        (PostsPlan(), ()),
        (PostsPlan(ended=frozenset({PostId("L1")})), (("11", "C/E/11/"),)),
        (
            PostsPlan(moved={PostId("L0"): "E"}),
            (("00", "C/W/00/"), ("E", "C/E/")),
        ),
        (
            PostsPlan(created=(Post(PostId("N"), "01", "grid_leader"),)),
            (("01", "C/W/01/"),),
        ),
        (PostsPlan(vacant=frozenset({"10"})), (("10", "C/E/10/"),)),
        (PostsPlan(vacant=frozenset({"X"})), (("X", "X/"),)),
    ],
    ids=["none", "ended", "moved", "created", "vacant", "unknown"],
)
def test_areas_of_posts_are_touched(
    draft: Workspace, plan: PostsPlan, reach: tuple[tuple[str, str], ...]
) -> None:
    assert reach_of(draft, PAGODA, POSTS, plan) == reach


def plainly_touched(draft: Workspace) -> list[str]:
    """Grids with other attributes, or a border that lies elsewhere."""
    before, after = draft.base_polygons, draft.planar.polygons
    return [
        grid
        for grid in sorted({*before, *after})
        if grid not in before
        or grid not in after
        or draft.base_rows[grid] != draft.rows[grid]
        or shapely.hausdorff_distance(before[grid].boundary, after[grid].boundary)
        > ROUNDING
    ]


@settings(max_examples=60)
@given(
    st.sampled_from([community_town(), *map(frame, TOWNS.values())]),
    st.sampled_from(NAMES),
    st.integers(0, 2**32 - 1),
)
def test_touched_is_whose_border_lies_elsewhere(layers, name, seed):
    draft = Workspace(layers)
    operation = propose(draft, name, np.random.default_rng(seed))
    if operation is None:
        return
    try:
        with draft.edit("any", author="planner") as e:
            e.do(operation)
    except EditError:
        assert touched_grids(draft) == []
        return
    assert touched_grids(draft) == plainly_touched(draft)
