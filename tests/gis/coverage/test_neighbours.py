"""Shared borders against shapely, in metres on the plane and on the ellipsoid."""

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given

from gis.coverage.neighbours import find_neighbours
from gis.geodesy import GeodesicRuler, PlanarRuler
from gis.synthetic import make_x_town
from support.makers.strategies import coverages


def brute_force(polygons):
    """The length of the common lines of each pair."""
    count = len(polygons)
    lengths = np.zeros((count, count))
    for one in range(count):
        for other in range(count):
            if one != other:
                common = shapely.intersection(polygons[one], polygons[other])
                lengths[one, other] = shapely.length(common)
    return lengths


def matrix(neighbours, count):
    return np.array(
        [
            [neighbours.between(row, other) for other in range(count)]
            for row in range(count)
        ]
    )


@given(coverages())
def test_borders_equal_the_common_lines_of_shapely(coverage):
    polygons = coverage.polygons
    neighbours = find_neighbours(polygons, PlanarRuler())
    found = matrix(neighbours, len(polygons))
    np.testing.assert_allclose(found, brute_force(polygons), atol=1e-3)
    np.testing.assert_array_equal(found, found.T)


@given(coverages())
def test_inner_borders_and_outline_make_the_perimeters(coverage):
    polygons = coverage.polygons
    neighbours = find_neighbours(polygons, PlanarRuler())
    outline = shapely.union_all(polygons).length
    perimeters = sum(polygon.length for polygon in polygons)
    assert neighbours.border_m.sum() == pytest.approx(perimeters - outline, abs=0.1)


@given(coverages(min_side=2, joined=False))
def test_neighbours_are_those_with_a_border_the_longest_first(coverage):
    neighbours = find_neighbours(coverage.polygons, PlanarRuler())
    lengths = brute_force(coverage.polygons)
    for row, expected in enumerate(lengths):
        listed = neighbours.neighbours_of(row)
        assert {other for other, _ in listed} == set(np.flatnonzero(expected > 1e-9))
        assert [m for _, m in listed] == sorted((m for _, m in listed), reverse=True)


def test_corner_touch_is_0_m_and_no_neighbour():
    west, east = shapely.box(0, 0, 1, 1), shapely.box(1, 1, 2, 2)
    neighbours = find_neighbours([west, east], PlanarRuler())
    assert neighbours.between(0, 1) == neighbours.between(1, 0) == 0.0
    assert neighbours.neighbours_of(0) == ()


def test_one_grid_has_no_neighbours():
    assert (
        find_neighbours([shapely.box(0, 0, 1, 1)], PlanarRuler()).neighbours_of(0) == ()
    )


def test_border_of_several_parts_counts_them_all():
    middle = shapely.box(0, 0, 1, 1)
    sides = shapely.MultiPolygon([shapely.box(-1, 0, 0, 1), shapely.box(1, 0, 2, 1)])
    neighbours = find_neighbours([middle, sides], PlanarRuler())
    assert neighbours.neighbours_of(0) == ((1, 2.0),)


def test_border_around_a_hole_counts():
    island = shapely.box(1, 1, 2, 2)
    sea = shapely.difference(shapely.box(0, 0, 3, 3), island)
    assert find_neighbours([island, sea], PlanarRuler()).between(0, 1) == 4.0


def test_unit_of_the_crs_is_taken_into_account():
    boxes = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    assert find_neighbours(boxes, PlanarRuler(1000.0)).between(0, 1) == 1000.0


def test_edge_that_three_grids_share_counts_for_each_pair():
    boxes = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(1, 0, 2, 1)]
    neighbours = find_neighbours(boxes, PlanarRuler())
    assert [neighbours.between(*pair) for pair in ((0, 1), (0, 2), (1, 2))] == [1, 1, 4]


def test_borders_of_s_town_are_geodesic_metres(s_town):
    grids = s_town.grids.sort_values("grid_id")
    polygons = grids.geometry.to_numpy()
    neighbours = find_neighbours(polygons, GeodesicRuler())
    geod = pyproj.Geod(ellps="WGS84")
    for row in range(0, len(polygons), 10):
        for other, metres in neighbours.neighbours_of(row):
            common = shapely.intersection(polygons[row], polygons[other])
            lines = [p for p in shapely.get_parts(common) if p.geom_type != "Point"]
            expected = sum(geod.geometry_length(line) for line in lines)
            assert metres == pytest.approx(expected, abs=0.001)


def test_every_grid_of_x_town_has_neighbours():
    polygons = make_x_town().town.grids.geometry.to_numpy()
    neighbours = find_neighbours(polygons, GeodesicRuler())
    assert all(neighbours.neighbours_of(row) for row in range(len(polygons)))
