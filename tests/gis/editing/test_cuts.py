from fractions import Fraction

import numpy as np
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from gis.editing import Arc, PlanarMap
from gis.editing.contacts import Scale
from gis.editing.cuts import comes_near, crossing_of, cut_arc, foot_on
from gis.editing.drawn_lines import overlay_of
from gis.editing.whole_numbers import to_units
from support.makers.edited_towns import TOWNS, place

wide = st.integers(-(10**11), 10**11)
point = st.tuples(wide, wide)


def units(*steps):
    return to_units(place(steps))


def overlay(name, *grids):
    return overlay_of(PlanarMap.build(TOWNS[name]), grids)


@given(point, point, point, point)
def test_a_crossing_is_rounded_from_fractions(a, b, c, d):
    turn = (b[0] - a[0]) * (d[1] - c[1]) - (b[1] - a[1]) * (d[0] - c[0])
    assume(turn)
    x, y = crossing_of(np.array([a, b]), np.array([c, d]))
    share = Fraction(
        (c[0] - a[0]) * (d[1] - c[1]) - (c[1] - a[1]) * (d[0] - c[0]), turn
    )
    assume(0 <= share <= 1)
    assert abs(a[0] + share * (b[0] - a[0]) - x) <= Fraction(1, 2)
    assert abs(a[1] + share * (b[1] - a[1]) - y) <= Fraction(1, 2)
    assert comes_near(np.array([a, b]), (x, y))


def test_an_arc_is_cut_at_corners_and_between_them_but_not_at_its_ends():
    arc = Arc(np.array([[0, 0], [10, 0], [20, 0]]), "A", "B")
    parts = cut_arc(arc, [(0, 0), (10, 0), (14, 0), (12, 0), (20, 0)])
    assert [part.xy[:, 0].tolist() for part in parts] == [
        [0, 10],
        [10, 12],
        [12, 14],
        [14, 20],
    ]
    assert {part.faces for part in parts} == {("A", "B")}
    assert len(cut_arc(arc, [(0, 0), (20, 0)])) == 1


def test_a_ring_is_cut_where_it_begins_and_elsewhere():
    ring = Arc(np.array([[0, 0], [9, 0], [9, 9], [0, 0]]), "A", None)
    assert len(cut_arc(ring, [(0, 0)])) == 1
    assert len(cut_arc(ring, [(0, 0), (9, 9)])) == 2


def test_a_line_falls_into_pieces_where_it_meets_arcs():
    laid = overlay("squares", "11", "21")
    pieces = laid.pieces(units((10, 30), (70, 30)))
    assert [piece.grid for piece in pieces] == [None, "11", "21", None]
    assert [piece.is_joined for piece in pieces] == [
        (False, True),
        (True, True),
        (True, True),
        (True, False),
    ]


def test_a_piece_along_an_arc_is_told_from_one_inside():
    laid = overlay("squares", "11")
    pieces = laid.pieces(units((20, 25), (20, 35), (30, 30), (40, 30)))
    assert [(piece.is_along, piece.grid) for piece in pieces] == [
        (True, None),
        (False, "11"),
    ]


def test_a_ring_that_begins_between_contacts_is_put_together():
    laid = overlay("squares", "11")
    ring = units((30, 30), (50, 30), (50, 35), (30, 35), (30, 30))
    pieces = laid.pieces(ring)
    assert sorted(str(piece.grid) for piece in pieces) == ["11", "None"]
    [inside] = [piece for piece in pieces if piece.grid == "11"]
    assert inside.is_joined == (True, True)
    alone = units((25, 25), (30, 25), (30, 30), (25, 25))
    assert [p.is_joined for p in laid.pieces(alone)] == [(False, False)]


def test_points_snap_to_corners_before_borders():
    laid = overlay("squares", "11")
    at, near, off, inside = (
        tuple(p.tolist())
        for p in units((40, 40), (40.05, 39.95), (40.05, 30), (30, 30))
    )
    assert laid.snapped(near, 1.0) == at
    assert laid.snapped(off, 1.0) == tuple(units((40, 30))[0].tolist())
    assert laid.snapped(inside, 1.0) == inside
    assert laid.snapped(near, 0.01) == near


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_grid_at_a_place_is_what_shapely_says(x, y):
    grids = TOWNS["an enclave of two"]
    laid = overlay("an enclave of two", "host", "west")
    [at] = units((x, y))
    holders = [
        n for n in ("host", "west") if grids[n].contains(shapely.Point(*place((x, y))))
    ]
    if any(
        grids[n].exterior.distance(shapely.Point(*place((x, y)))) < 1e-9 for n in grids
    ):
        return
    assert laid.grid_at(at) == (holders[0] if holders else None)


def test_the_foot_of_a_point_lies_on_the_segment():
    segment = np.array([[0, 0], [10, 10]])
    scale = Scale(1.0, 1.0)
    assert foot_on((10, 0), segment, scale) == (5, 5)
    assert foot_on((99, 99), segment, scale) == (10, 10)
    assert not comes_near(segment, (10, 0))


@pytest.mark.parametrize("name", TOWNS)
def test_arcs_are_cut_at_the_ends_of_pieces_only(name):
    grids = TOWNS[name]
    laid = overlay(name, *grids)
    corner = next(iter(laid.arcs.values())).start
    assert all(len(parts) == 1 for parts in laid.noded_arcs([corner]).values())
