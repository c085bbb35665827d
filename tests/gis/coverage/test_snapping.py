"""Coverages on whole numbers: nothing overlaps, nothing is left out, little moves."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.coverage.snapping import Lines, snap_coverage
from support.makers.strategies import Coverage, coverages

FURTHEST = 0.5**0.5
LINES = Lines(8, (-2, 2))


def filled(coverage: Coverage, scale: float, shift: float):
    """Grids and the rest of a frame around them, small enough to fold."""
    grids = [
        shapely.transform(p, lambda xy: xy * scale + shift) for p in coverage.polygons
    ]
    frame = shapely.box(-8, -8, 64, 64)
    return np.array([*grids, frame.difference(shapely.union_all(grids))])


towns = st.builds(
    filled,
    coverages(),
    st.sampled_from([1 / 16, 1 / 8, 1 / 4, 0.3, 1.0]),
    st.sampled_from([0.0, 0.25, 0.5, 0.7]),
)


@given(towns, st.sampled_from([None, LINES]))
def test_what_fills_a_frame_fills_it_snapped_without_overlap(town, lines):
    snapped = snap_coverage(town, lines)
    assert (shapely.get_coordinates(snapped) % 1 == 0).all()
    assert shapely.is_valid(snapped).all()
    assert shapely.coverage_is_valid(snapped)
    assert shapely.area(snapped).sum() == 72 * 72


@given(towns)
def test_no_border_moves_by_more_than_the_half_of_a_diagonal(town):
    for before, after in zip(town, snap_coverage(town), strict=True):
        corners = shapely.points(shapely.get_coordinates(after))
        distance = shapely.distance(corners, before.boundary)
        assert (distance <= FURTHEST + 1e-9).all()
        assert after.difference(before.buffer(FURTHEST * 1.1)).is_empty
        assert before.buffer(-FURTHEST * 1.1).difference(after).is_empty


@given(towns)
def test_pieces_along_lines_have_whole_numbers(town):
    snapped = snap_coverage(town, LINES)
    for low in (-10, -2, 6, 14):
        window = shapely.box(low, low, low + 12, low + 12)
        pieces = shapely.intersection(snapped, window)
        assert (shapely.get_coordinates(pieces) % 1 == 0).all()


def test_a_corner_on_the_edge_of_a_neighbour_becomes_one_of_the_neighbour():
    west, north, south = (
        shapely.box(*bounds) for bounds in ((0, 0, 1, 9), (1, 4, 2, 9), (1, 0, 2, 4))
    )
    snapped = snap_coverage(np.array([west, north, south]))
    assert [1.0, 4.0] in shapely.get_coordinates(snapped[0]).tolist()
    assert shapely.coverage_is_valid(snapped)


def test_what_is_narrower_than_a_pixel_leaves_its_wider_parts():
    needle = shapely.union(shapely.box(0, 0, 4, 4), shapely.box(4, 1.9, 9, 2.1))
    rest = shapely.box(0, 0, 9, 4).difference(needle)
    left, right = snap_coverage(np.array([needle, rest]))
    assert left.equals(shapely.box(0, 0, 4, 4))
    assert right.area == 20


def test_grids_too_small_for_a_pixel_are_empty():
    grids = np.array([shapely.box(x / 9, 0, (x + 1) / 9, 0.1) for x in range(3)])
    assert shapely.is_empty(snap_coverage(grids)).all()


@pytest.mark.parametrize("grids", [[], [shapely.Polygon()]])
def test_nothing_is_left_of_nothing(grids):
    snapped = snap_coverage(np.array(grids, dtype=object), LINES)
    assert len(snapped) == len(grids)
    assert shapely.is_empty(snapped).all()
