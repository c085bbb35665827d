"""Edges of polygons, each once, against a plain count of pairs of vertices."""

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given

from gis.errors import CoverageError
from gis.index import edges as module
from gis.index.edges import edges_of, polygons_of, rings_of
from support.makers.hard_points import lattice
from support.makers.strategies import coverages


def as_array(polygons):
    array = np.empty(len(polygons), dtype=object)
    array[:] = polygons
    return array


def parts_by_edge(polygons):
    """The parts that run along each pair of vertices, in either direction."""
    owners = defaultdict(list)
    for part, polygon in enumerate(shapely.get_parts(as_array(polygons))):
        for ring in shapely.get_rings(polygon):
            xy = shapely.get_coordinates(ring).tolist()
            for start, end in pairwise(xy):
                owners[frozenset([(*start,), (*end,)])].append(part)
    return dict(owners)


def parts_of_edges(edges):
    owners = {}
    for first, left, right in zip(edges.first, edges.left, edges.right, strict=True):
        ends = frozenset((x, y) for x, y in edges.vertices[first : first + 2].tolist())
        assert ends not in owners
        owners[ends] = sorted([left, right] if right >= 0 else [left])
    return owners


@given(coverages())
def test_every_edge_of_a_coverage_is_kept_once_with_its_parts(coverage):
    edges = edges_of(rings_of(as_array(coverage.polygons)))
    assert parts_of_edges(edges) == parts_by_edge(coverage.polygons)


@given(coverages())
def test_parts_lead_to_the_rows_of_their_polygons(coverage):
    edges = edges_of(rings_of(as_array(coverage.polygons)))
    _, rows = shapely.get_parts(as_array(coverage.polygons), return_index=True)
    assert edges.row_of_part.tolist() == rows.tolist()


@given(coverages())
def test_polygons_taken_apart_come_back(coverage):
    polygons = as_array(coverage.polygons)
    back = polygons_of(rings_of(polygons))
    assert shapely.equals_exact(shapely.normalize(back), [
        shapely.normalize(shapely.MultiPolygon(list(shapely.get_parts(polygon))))
        for polygon in polygons
    ]).all()  # fmt: skip


def test_lattice_of_n_by_n_has_2_n_n_plus_1_edges():
    edges = edges_of(rings_of(lattice(5)))
    assert len(edges.first) == 2 * 5 * 6
    assert (edges.right >= 0).sum() == 2 * 5 * 4


def test_third_part_on_an_edge_starts_a_new_edge():
    square = shapely.box(0, 0, 1, 1)
    edges = edges_of(rings_of(as_array([square, shapely.reverse(square), square])))
    pairs = zip(edges.left.tolist(), edges.right.tolist(), strict=True)
    assert sorted(pairs) == [(0, 1)] * 4 + [(2, -1)] * 4


def test_edge_that_one_part_walks_twice_is_not_shared_with_itself():
    spike = shapely.Polygon([(0, 0), (2, 0), (2, 2), (2, 3), (2, 2), (0, 2)])
    edges = edges_of(rings_of(as_array([spike])))
    assert len(edges.first) == 6
    assert (edges.right == -1).all()


def test_repeated_vertex_makes_no_edge_and_rings_are_not_joined():
    ring = [(0, 0), (0, 0), (4, 0), (4, 4), (4, 4), (0, 4)]
    hole = [(1, 1), (2, 1), (2, 2)]
    edges = edges_of(rings_of(as_array([shapely.Polygon(ring, [hole])])))
    lengths = edges.vertices[edges.first + 1] - edges.vertices[edges.first]
    assert len(edges.first) == 4 + 3
    assert (lengths != 0).any(axis=1).all()


def test_minus_zero_becomes_zero_so_that_equal_edges_are_one():
    west, east = shapely.box(-1, 0, -0.0, 1), shapely.box(0.0, 0, 1, 1)
    rings = rings_of(as_array([west, east]))
    assert not np.signbit(rings.vertices[rings.vertices == 0]).any()
    assert (edges_of(rings).right >= 0).sum() == 1


def test_no_polygons_have_no_edges():
    rings = rings_of(as_array([]))
    assert len(edges_of(rings).first) == 0
    assert len(polygons_of(rings)) == 0


def test_more_vertices_than_numbers_are_refused(monkeypatch):
    rings = rings_of(lattice(2))
    monkeypatch.setattr(module, "MOST_VERTICES", len(rings.vertices))
    edges_of(rings)
    monkeypatch.setattr(module, "MOST_VERTICES", len(rings.vertices) - 1)
    with pytest.raises(CoverageError, match="Found 20 vertices"):
        edges_of(rings)
