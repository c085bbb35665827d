"""What changes hands equals what assigning every record again would say."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.editing.caseload import (
    Redrawing,
    hand_over_duties,
    owners_to_read,
    reassign,
)
from gis.editing.ground_points import NOBODY, GroundPoints, Reach
from gis.errors import InvalidLayerError
from gis.geodesy import PlanarRuler
from gis.models import Instant, Post
from gis.roster import Duty, PostsPlan
from gis.versions import History, Lineage, Version
from support.oracles.owners import nearest_owner

SIDE = 4
SPOTS = np.array(
    [(x / 2, y / 2) for x in range(-1, 2 * SIDE + 2) for y in range(-1, 2 * SIDE + 2)]
)
"""Every corner, middle of an edge and middle of a cell, and a rim outside."""


def merged(cells):
    """Grids by id from the id of each cell of a square of cells."""
    by_id = {}
    for (column, row), grid in cells.items():
        square = shapely.box(column, row, column + 1, row + 1)
        by_id.setdefault(grid, []).append(square)
    return {grid: shapely.union_all(squares) for grid, squares in by_id.items()}


cell_ids = st.sampled_from(["b", "d", "f", "h"])
new_ids = st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "h", "i"])
every_cell = [(column, row) for column in range(SIDE) for row in range(SIDE)]


@st.composite
def changes(draw):
    """Two cuts of one square into grids, of several parts too, some cells bare."""
    before = {cell: draw(cell_ids) for cell in every_cell}
    after = dict(before)
    for cell in draw(st.lists(st.sampled_from(every_cell), max_size=6)):
        after[cell] = draw(new_ids)
    bare = draw(st.sets(st.sampled_from(every_cell), max_size=2))
    return tuple(
        merged({c: g for c, g in cut.items() if (cut is before) or c not in bare})
        for cut in (before, after)
    )


@settings(max_examples=400)
@given(changes(), st.sampled_from([0.0, 0.3, 0.5, 0.8]))
def test_points_change_hands_as_if_each_were_assigned_again(cuts, metres):
    before, after = cuts
    reach = Reach(PlanarRuler(), metres) if metres else None
    points = GroundPoints.locate(before, *SPOTS.T, reach)
    handed = reassign(points, Redrawing.between(before, after)).moved()
    changes = {
        int(point): (_name(handed, old), _name(handed, new))
        for point, old, new in zip(
            handed.points, handed.before, handed.after, strict=True
        )
    }
    expected = {
        number: (old, new)
        for number, (x, y) in enumerate(SPOTS.tolist())
        if (old := nearest_owner(x, y, before, metres))
        != (new := nearest_owner(x, y, after, metres))
    }
    assert changes == expected
    assert (np.diff(handed.points) > 0).all()


def _name(handed, row):
    return None if row == NOBODY else handed.ids[row]


WEST, EAST = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 3, 1)
BEFORE = {"B": WEST, "D": EAST}
ON_BORDER = GroundPoints.locate(BEFORE, np.array([1.0]), np.array([0.5]))


@pytest.mark.parametrize(
    ("new", "pairs"),
    [
        ("A", {("B", "A"): 1}),
        ("C", {}),
    ],
    ids=["before its neighbour", "behind its neighbour"],
)
def test_border_point_goes_to_the_lowest_id_of_changed_and_staying_grids(new, pairs):
    after = {"B": WEST, new: EAST}
    assert reassign(ON_BORDER, Redrawing.between(BEFORE, after)).pairs() == pairs


def test_border_point_of_a_grid_that_is_gone_goes_to_a_neighbour_that_stays():
    after = {"E": WEST, "D": EAST}
    assert reassign(ON_BORDER, Redrawing.between(BEFORE, after)).pairs() == {
        ("B", "D"): 1
    }


def test_nothing_changes_hands_where_nothing_changes():
    change = Redrawing.between(BEFORE, BEFORE)
    assert (change.before, change.after) == ({}, {})
    assert len(reassign(ON_BORDER, change).points) == 0


def test_record_without_a_position_belongs_to_nobody_before_and_after():
    nowhere = GroundPoints.locate(BEFORE, np.array([np.nan, 9.0]), np.array([0.5, 9]))
    assert nowhere.owners.tolist() == [NOBODY, NOBODY]
    change = Redrawing.between(BEFORE, {"A": shapely.box(0, 0, 3, 1)})
    assert len(reassign(nowhere, change).points) == 0


def test_change_of_another_base_is_refused():
    change = Redrawing({"X": WEST, "Y": WEST}, {"B": WEST})
    with pytest.raises(InvalidLayerError, match=r"\['X', 'Y'\] \(2 in all\)"):
        reassign(ON_BORDER, change)


def test_sensitive_points_are_in_no_count():
    points = GroundPoints.locate(BEFORE, np.array([2.0, 2.5, 0.5]), np.full(3, 0.5))
    change = Redrawing.between(BEFORE, {"B": WEST, "E": EAST})
    moved = reassign(points, change)
    assert moved.pairs() == {("D", "E"): 2}
    assert moved.pairs(np.array([True, False, False])) == {("D", "E"): 1}
    assert moved.pairs(np.array([True, True, False])) == {}


def version(number, lineage=(), base=None):
    """A version with lineage."""
    return Version(
        "main", number, number, number, "a", "b", "", "d", base, lineage=lineage
    )


HISTORY = History(
    "main",
    (
        version(1),
        version(2, (Lineage("P", "B", 0.5), Lineage("P", "D", 0.5)), 1),
        version(3, (Lineage("Q", "D", 1.0), Lineage("R", "D", 1, "other")), 2),
    ),
)


@pytest.mark.parametrize(
    ("after", "around", "owners"),
    [
        ({"D": WEST}, ["B", "Z"], {"D", "P", "Q"}),
        ({"D": WEST, "E": WEST}, ["B", "Z"], {"D", "P", "Q", "Z"}),
        ({"A": WEST}, ["B", "Z"], {"D", "P", "Q", "B", "Z"}),
    ],
    ids=["redrawn", "created", "created before its neighbours"],
)
def test_events_of_changed_grids_and_of_their_ancestors_are_read(after, around, owners):
    change = Redrawing({"D": EAST}, after)
    assert owners_to_read(change, around, HISTORY) == owners
    early = owners_to_read(change, around, HISTORY, known_at=Instant(2))
    assert early == owners - {"Q"}


@settings(max_examples=200)
@given(changes(), st.booleans())
def test_no_point_changes_hands_whose_grid_is_not_read(cuts, is_snapping):
    before, after = cuts
    change = Redrawing.between(before, after)
    reach = Reach(PlanarRuler(), 0.8) if is_snapping else None
    points = GroundPoints.locate(before, *SPOTS.T, reach)
    handed = reassign(points, change).moved()
    around = before.keys() - change.before.keys()
    read = owners_to_read(change, around, History("main"), is_snapping=is_snapping)
    owners = {_name(handed, row) for row in handed.before.tolist()} - {None}
    assert owners <= read


def test_duties_follow_their_posts():
    posts = [
        Post(p, a, "grid_leader") for p, a in (("P1", "A"), ("P2", "B"), ("P3", "C"))
    ]
    duties = [
        Duty(f"D{p}", p, "L1", Instant(0), Instant(9), Instant(0))
        for p in ("P1", "P2", "P3", "P9")
    ]
    plan = PostsPlan(ended=frozenset({"P1"}), moved={"P2": "C", "P3": "C"})
    rows = hand_over_duties(duties, posts, plan)
    assert [(row.duty.duty_id, row.before, row.after) for row in rows] == [
        ("DP1", "A", None),
        ("DP2", "B", "C"),
    ]
