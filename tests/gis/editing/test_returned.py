"""Grids that came back, matched with those of their base."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, box

from gis.editing.returned import Split, canonical, match_grids, redrawn
from gis.errors import CoverageError
from support.makers.returned_grids import in_degrees, moved
from support.makers.strategies import coverages

WEST, EAST = box(120.0, 30.0, 120.01, 30.01), box(120.01, 30.0, 120.02, 30.01)
BASE = {"A": WEST, "B": EAST}
CENTIMETRE = 1 / 111_320


@given(coverages(), st.sampled_from([1e-4, 1e-3, 9.9e-3]), st.integers(0, 9))
def test_copies_with_noise_below_a_centimetre_are_the_base(coverage, metres, seed):
    base = in_degrees(coverage)
    rows = [(grid, moved(polygon, metres, seed)) for grid, polygon in base.items()]
    match = match_grids(base, rows)
    assert match.unchanged == tuple(base)
    assert (match.changed, match.created, match.lacking, match.splits) == ((),) * 4
    assert all(match.polygons[grid] is base[grid] for grid in base)


@given(coverages())
def test_copies_of_seven_decimals_are_the_base(coverage):
    base = {
        grid: shapely.transform(polygon, lambda xy: np.round(xy + 1.23456e-5, 9))
        for grid, polygon in in_degrees(coverage).items()
    }
    rows = [
        (grid, shapely.transform(polygon, lambda xy: np.round(xy, 7)))
        for grid, polygon in base.items()
    ]
    assert match_grids(base, rows).unchanged == tuple(base)


def test_rings_that_begin_elsewhere_and_run_backwards_are_the_base():
    corners = shapely.get_coordinates(WEST)[:-1]
    turned = shapely.Polygon(np.roll(corners, 2, axis=0)[::-1])
    assert match_grids(BASE, [("A", turned), ("B", EAST)]).unchanged == ("A", "B")


def test_corners_nearer_to_each_other_than_a_centimetre_are_told_apart():
    near = [(0, 0), (0.01, 0), (0.01, 0.01), (0.01 - 5e-8, 0.01 + 1e-8), (0, 0.01)]
    base = {"A": shapely.Polygon([(120 + x, 30 + y) for x, y in near])}
    shaken = shapely.transform(base["A"], lambda xy: xy + np.array([-4e-8, 3e-8]))
    assert match_grids(base, [("A", shaken)]).unchanged == ("A",)


@pytest.mark.parametrize(
    ("metres", "is_changed"), [(0.009, False), (0.011, True), (0.5, True)]
)
def test_a_corner_is_the_base_s_within_a_centimetre(metres, is_changed):
    drawn = box(120.01, 30.0, 120.02, 30.01 + metres * CENTIMETRE)
    match = match_grids(BASE, [("A", WEST), ("B", drawn)])
    assert match.changed == (("B",) if is_changed else ())


def test_ids_that_are_new_or_do_not_come_back_are_named():
    match = match_grids(BASE, [("A", WEST), ("C", EAST)])
    assert (match.unchanged, match.created, match.lacking) == (("A",), ("C",), ("B",))


def test_the_greater_half_of_a_split_keeps_the_id():
    halves = [box(120.01, 30.0, 120.013, 30.01), box(120.013, 30.0, 120.02, 30.01)]
    match = match_grids(BASE, [("A", WEST), *(("B", half) for half in halves)])
    assert match.splits == (Split("B", ("B/2",)),)
    assert match.half_of == {"B/2": "B"}
    assert match.created == ("B/2",)
    assert match.polygons["B"].equals(halves[1])
    assert match.polygons["B/2"].equals(halves[0])


def test_parts_of_a_grid_in_several_features_are_no_halves():
    island = box(120.03, 30.0, 120.035, 30.005)
    base = {"A": WEST, "B": MultiPolygon([EAST, island])}
    rows = [("A", WEST), ("B", island), ("B", EAST)]
    assert match_grids(base, rows).unchanged == ("A", "B")
    cut = [box(120.01, 30.0, 120.012, 30.01), box(120.012, 30.0, 120.02, 30.01)]
    match = match_grids(base, [("A", WEST), ("B", island), *(("B", c) for c in cut)])
    assert match.polygons["B"].equals(MultiPolygon([cut[1], island]))
    assert match.polygons["B/2"].equals(cut[0])


def test_redrawn_grids_are_matched_again():
    halves = [box(120.01, 30.0, 120.013, 30.01), box(120.013, 30.0, 120.02, 30.01)]
    match = match_grids(BASE, [("A", WEST), *(("B", half) for half in halves)])
    near = {**match.polygons, "A": moved(WEST, 0.005, 1)}
    again = redrawn(match, near)
    assert again.polygons["A"] is WEST
    assert (again.unchanged, again.splits) == (("A",), match.splits)


def test_polygons_are_the_same_wherever_their_rings_begin():
    turned = shapely.Polygon(np.roll(shapely.get_coordinates(WEST)[:-1], 1, axis=0))
    first, second, third = canonical([WEST, turned, EAST])
    assert first.wkb == second.wkb != third.wkb


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "No grid came back"),
        ([("A", shapely.Point(120, 30))], "Grid 'A' came back and is a Point"),
        ([("A", box(5e5, 33e5, 6e5, 34e5))], "no degrees"),
        ([("A", shapely.Polygon())], "has no geometry"),
    ],
    ids=["nothing", "a point", "metres", "empty"],
)
def test_what_is_no_set_of_grids_in_degrees_is_refused(rows, words):
    with pytest.raises(CoverageError, match=words):
        match_grids(BASE, rows)


def test_a_hole_that_is_no_more_once_its_corners_are_those_of_the_base_goes():
    hole = box(120.01 - 3e-9, 30.005, 120.01 - 1e-9, 30.005 + 2e-9)
    base = {"A": WEST, "B": EAST, "C": box(120.01, 30.005, 120.02, 30.02)}
    match = match_grids(base, [("A", WEST.difference(hole)), ("B", EAST)])
    assert match.unchanged == ("A", "B")
