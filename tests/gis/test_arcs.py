import itertools

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from shapely import MultiPolygon, Polygon, box

from gis.arcs import OUTSIDE, share_arcs, sides_of
from gis.errors import CoverageError
from support.makers.strategies import coverages


def rings_of(topology, row):
    """The rings of one polygon, put together from its arcs."""
    for ring in topology.areas[row]:
        points = []
        for number in ring:
            arc = topology.arcs[number] if number >= 0 else topology.arcs[~number][::-1]
            assert not points or (points[-1] == arc[0]).all()
            points.extend(arc[bool(points) :])
        yield Polygon(points)


def rebuilt(topology, row):
    """A polygon from its arcs: what lies in an odd number of its rings."""
    area = Polygon()
    for ring in rings_of(topology, row):
        area = area.symmetric_difference(ring)
    return area


def edges(topology):
    """Every edge of every arc, without direction."""
    return [
        frozenset((tuple(one), tuple(other)))
        for arc in topology.arcs
        for one, other in itertools.pairwise(arc)
    ]


NESTED = [
    box(0, 0, 9, 9).difference(box(3, 3, 6, 6)),
    box(3, 3, 6, 6),
    box(0, 0, 9, 9),
    MultiPolygon([box(9, 0, 12, 4), box(9, 5, 12, 9)]),
]


def test_hole_island_parts_and_a_region_over_them_come_back():
    topology = share_arcs(np.array(NESTED, dtype=object), 2)
    for row, polygon in enumerate(NESTED):
        wanted = shapely.transform(polygon, lambda xy: 100 * xy)
        assert rebuilt(topology, row).equals(wanted)
    assert len(set(edges(topology))) == len(edges(topology))


@given(coverages())
def test_coverage_comes_back_and_no_border_is_written_twice(coverage):
    topology = share_arcs(np.array(coverage.polygons, dtype=object), 6)
    for row, polygon in enumerate(coverage.polygons):
        wanted = shapely.transform(polygon, lambda xy: np.round(xy * 1e6))
        assert rebuilt(topology, row).equals(wanted)
    assert len(set(edges(topology))) == len(edges(topology))


def test_overlapping_polygons_come_back_too():
    pair = np.array([box(0, 0, 4, 4), box(2, 2, 6, 6)], dtype=object)
    topology = share_arcs(pair, 0)
    assert [rebuilt(topology, row).equals(p) for row, p in enumerate(pair)] == [
        True
    ] * 2


def test_ring_that_rounding_takes_away_is_left_out():
    sliver = MultiPolygon([box(0, 0, 5, 5), box(7, 0, 7.001, 0.001)])
    assert len(share_arcs(np.array([sliver], dtype=object), 0).areas[0]) == 1


UNIT = 10**9
"""Corners are stored at nine decimals."""
TOWNS = {
    "two by two": [box(x, y, x + 1, y + 1) for x in (120, 121) for y in (30, 31)],
    "a corner on an edge": [box(0, 0, 1, 2), box(1, 0, 2, 1), box(1, 1, 2, 2)],
    "corners on a slant": [
        Polygon([(0, 0), (4, 2), (0, 2)]),
        Polygon([(0, 0), (2, 0), (2, 1)]),
        Polygon([(2, 1), (2, 0), (4, 2)]),
    ],
    "an enclave of two": [
        box(0, 0, 9, 9).difference(box(3, 3, 6, 6)),
        box(3, 3, 5, 6),
        box(5, 3, 6, 6),
    ],
    "a grid in pieces": [
        MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1)]),
        box(1, 0, 2, 1),
    ],
    "a declared hole": [box(0, 0, 9, 9).difference(box(3, 3, 6, 6))],
    "two that meet in a point": [box(0, 0, 1, 1), box(1, 1, 2, 2)],
}


def doubled_area(points):
    """Doubled area of a ring, positive anticlockwise, in whole numbers."""
    corners = [tuple(map(int, point)) for point in points]
    closed = [*corners, corners[0]]
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(closed))


def left_area(topology, sides, row):
    """Doubled area of a polygon by the sides of arcs alone."""
    area = 0
    for arc, (left, right) in zip(topology.arcs, sides.tolist(), strict=True):
        turn = sum(
            int(a[0]) * int(b[1]) - int(b[0]) * int(a[1])
            for a, b in itertools.pairwise(arc.tolist())
        )
        area += turn * ((left == row) - (right == row))
    return area


@pytest.mark.parametrize("town", TOWNS.values(), ids=TOWNS)
def test_each_arc_has_its_polygons_left_and_right(town):
    topology = share_arcs(np.array(town, dtype=object), 9)
    sides = sides_of(topology)
    assert (sides[:, 0] != sides[:, 1]).all()
    for row, polygon in enumerate(town):
        wanted = round(2 * polygon.area) * UNIT**2
        assert left_area(topology, sides, row) == wanted
        rings = [doubled_area(ring.exterior.coords) for ring in rings_of(topology, row)]
        assert sum(rings) == wanted
    whole = round(2 * shapely.union_all(town).area) * UNIT**2
    assert left_area(topology, sides, OUTSIDE) == -whole


@given(coverages())
def test_areas_of_the_sides_are_those_of_the_coverage_as_whole_numbers(coverage):
    polygons = np.array(coverage.polygons, dtype=object)
    topology = share_arcs(polygons, 9)
    sides = sides_of(topology)
    areas = [left_area(topology, sides, row) for row in range(len(polygons))]
    assert sum(areas) == -left_area(topology, sides, OUTSIDE)
    for area, polygon in zip(areas, polygons, strict=True):
        xy = shapely.transform(polygon, lambda xy: np.round(xy * UNIT))
        assert area == pytest.approx(2 * xy.area, rel=1e-9)


@pytest.mark.parametrize(
    ("name", "noded"),
    [
        ("two by two", []),
        ("a corner on an edge", [(0, 1, 1)]),
        ("corners on a slant", [(0, 2, 1)]),
        ("an enclave of two", [(0, 5, 6), (0, 5, 3)]),
    ],
)
def test_a_corner_of_a_neighbour_on_an_edge_is_told_and_shared(name, noded):
    topology = share_arcs(np.array(TOWNS[name], dtype=object), 9)
    rows = {(row, x / UNIT, y / UNIT) for row, x, y in topology.noded.tolist()}
    assert rows == set(noded)
    assert len(set(edges(topology))) == len(edges(topology))


def test_many_corners_on_one_edge_stand_in_their_order():
    teeth = [box(1, y, 2, y + 1) for y in range(7)]
    topology = share_arcs(np.array([box(0, 0, 1, 7), *teeth], dtype=object), 9)
    [ring] = rings_of(topology, 0)
    east = [y / UNIT for x, y in ring.exterior.coords[:-1] if x == UNIT]
    start = east.index(min(east))
    assert east[start:] + east[:start] == [*range(8)]
    assert len(topology.noded) == 6


def test_a_corner_one_unit_beside_an_edge_is_not_on_it():
    beside = Polygon([(1 + 1 / UNIT, 1), (2, 0), (2, 2)])
    topology = share_arcs(np.array([box(0, 0, 1, 2), beside], dtype=object), 9)
    assert len(topology.noded) == 0


def test_long_edges_are_told_apart_in_whole_numbers():
    world = Polygon([(-180, -90), (180, 90), (-180, 90)])
    on, off = box(0, -1, 1, 0), box(2, 0, 3, 1 - 1e-9)
    topology = share_arcs(np.array([world, on, off], dtype=object), 9)
    assert topology.noded.tolist() == [[0, 0, 0]]


def test_polygons_that_overlap_have_no_sides():
    pair = np.array([box(0, 0, 2, 2), box(0, 0, 2, 1)], dtype=object)
    with pytest.raises(CoverageError, match=r"Polygons 0 and 1 lie on one side"):
        sides_of(share_arcs(pair, 0))


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "arcs"),
    [
        ("chicago/beats.geojson", 774),
        ("chicago/wards_2015.geojson", 157),
        ("hangzhou/zhejiang_counties_gcj02_simplified.geojson", 784),
    ],
)
def test_polygons_of_real_files_lie_on_the_sides_of_their_arcs(real_data, name, arcs):
    polygons = gpd.read_file(real_data / name).geometry.to_numpy()
    topology = share_arcs(polygons, 9)
    sides = sides_of(topology)
    assert len(topology.arcs) == arcs
    assert (sides[:, 0] != sides[:, 1]).all()
    areas = [left_area(topology, sides, row) for row in range(len(polygons))]
    assert sum(areas) == -left_area(topology, sides, OUTSIDE)
    wanted = 2 * shapely.area(polygons) * UNIT**2
    assert np.array(areas, dtype=float) == pytest.approx(wanted, rel=1e-9)
