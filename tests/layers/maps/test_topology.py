import itertools

import numpy as np
import shapely
from hypothesis import given
from shapely import MultiPolygon, Polygon, box

from layers.maps.topology import share_arcs
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
