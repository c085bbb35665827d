import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, box

from gis.editing.blocks import count_points, cut_blocks, share_by_area
from gis.errors import CoverageError, InvalidLayerError
from gis.geometry import mean_width_m
from support.makers.laned_grids import s_town, squares
from support.makers.strategies import SPACING, coverages

PAIR = {"A": box(0, 0, 0.01, 0.01), "B": box(0.01, 0, 0.02, 0.01)}


def test_grid_without_a_line_is_one_block():
    blocks = cut_blocks(PAIR, [LineString([(0.015, -1), (0.015, 1)])])
    assert blocks.owners.tolist() == [0, 1, 1]
    assert blocks.sides.tolist() == [[0, 1], [1, 2]]


def test_line_that_ends_inside_a_grid_cuts_nothing():
    dangle = LineString([(-1, 0.005), (0.007, 0.005)])
    assert len(cut_blocks(PAIR, [dangle]).polygons) == 2


def test_ring_of_lanes_inside_a_grid_is_a_block():
    blocks = cut_blocks(PAIR, [shapely.boundary(box(0.003, 0.003, 0.006, 0.006))])
    assert blocks.owners.tolist() == [0, 0, 1]
    assert len(blocks.polygons[0].interiors) == 1


def test_blocks_that_touch_in_a_corner_are_no_neighbours():
    blocks = cut_blocks(*squares(["AB", "CD"]))
    assert blocks.sides.tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]


def test_thin_block_joins_the_longest_neighbour_of_its_grid():
    lines = [LineString([(x, -1), (x, 1)]) for x in (0.00997, 0.0100001)]
    assert len(cut_blocks(PAIR, lines, least_width_m=0.0).polygons) == 4
    assert len(cut_blocks(PAIR, lines).polygons) == 2


def test_overlapping_grids_are_refused_with_their_place():
    grids = {"A": box(0, 0, 2, 1), "B": box(1, 0, 3, 1)}
    with pytest.raises(CoverageError, match=r"Grids \['A', 'B'\] overlap at \(1.5"):
        cut_blocks(grids, [])


@pytest.mark.parametrize(
    "line",
    [shapely.Point(0, 0), None, LineString([(0, 0), (np.inf, 1)])],
    ids=["point", "nothing", "not finite"],
)
def test_what_is_no_line_is_refused(line):
    with pytest.raises(InvalidLayerError, match="Line 1 of 1"):
        cut_blocks(PAIR, [line])


coordinates = st.tuples(*[st.integers(-SPACING, 5 * SPACING)] * 2)
drawn_lines = st.lists(
    st.lists(coordinates, min_size=2, max_size=4, unique=True).map(LineString),
    max_size=5,
)


@given(coverages(), drawn_lines)
def test_blocks_of_a_grid_add_up_to_it_and_lines_lie_between_them(coverage, lines):
    degrees = [shapely.transform(line, lambda xy: xy / 1000) for line in lines]
    grids = {
        grid: shapely.transform(polygon, lambda xy: xy / 1000)
        for grid, polygon in zip(coverage.ids, coverage.polygons, strict=True)
    }
    blocks = cut_blocks(grids, degrees, least_width_m=0.0)
    assert shapely.coverage_is_valid(blocks.polygons)
    for row, grid in enumerate(blocks.grid_ids):
        together = shapely.union_all(blocks.polygons[blocks.owners == row])
        assert together.symmetric_difference(grids[grid]).area < 1e-9
    inner = shapely.buffer(blocks.polygons, -1e-6)
    faces = shapely.polygonize([shapely.union_all([shapely.MultiLineString(degrees)])])
    rings = shapely.boundary(shapely.get_parts(faces))
    assert not shapely.intersects(inner[:, None], rings[None, :]).any()


@given(coverages(), drawn_lines)
def test_shared_borders_are_those_of_a_plain_intersection(coverage, lines):
    degrees = [shapely.transform(line, lambda xy: xy / 1000) for line in lines]
    grids = {
        grid: shapely.transform(polygon, lambda xy: xy / 1000)
        for grid, polygon in zip(coverage.ids, coverage.polygons, strict=True)
    }
    blocks = cut_blocks(grids, degrees)
    geod = pyproj.Geod(ellps="WGS84")
    plain = {}
    for a, b in np.argwhere(np.triu(np.ones([len(blocks.polygons)] * 2), 1)).tolist():
        common = blocks.polygons[a].intersection(blocks.polygons[b])
        lengths = [geod.geometry_length(part) for part in shapely.get_parts(common)]
        if sum(lengths) > 1e-3:
            plain[a, b] = sum(lengths)
    borders = dict(
        zip(map(tuple, blocks.sides.tolist()), blocks.lengths_m, strict=True)
    )
    long = {pair: length for pair, length in borders.items() if length > 1e-3}
    assert long == pytest.approx(plain, abs=0.01)


def test_s_towns_blocks_are_its_grids_to_the_last_corner():
    grids, blocks = s_town()
    assert blocks.grid_ids == tuple(grids["grid_id"])
    for row, polygon in enumerate(grids.geometry):
        together = shapely.coverage_union_all(blocks.polygons[blocks.owners == row])
        assert together.equals(polygon)
    assert np.bincount(blocks.owners).min() > 1
    assert mean_width_m(blocks.polygons, pyproj.CRS(4490)).min() >= 10.0


def test_points_on_a_lane_count_once_and_those_outside_nowhere():
    blocks = cut_blocks(PAIR, [LineString([(0.005, -1), (0.005, 1)])])
    x, y = np.array([0.005, 0.01, 0.03, np.nan]), np.array([0.001] * 4)
    assert count_points(blocks, x, y).tolist() == [1, 1, 0]
    assert count_points(blocks, x, y, np.array([2.5, 4, 8, 16])).tolist() == [2.5, 4, 0]


def test_residents_by_area_keep_the_figure_of_each_grid():
    grids, blocks = s_town()
    loads = share_by_area(blocks, grids["residents"].to_numpy())
    sums = np.bincount(blocks.owners, loads)
    assert sums == pytest.approx(grids["residents"].to_numpy(), rel=1e-12)
