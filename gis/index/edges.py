"""Take the edges out of polygons; an edge that two parts share is kept once.

A part is one polygon of a grid, and parts are numbered in row order. Vertices of all
rings stand in one array; an edge is named by its first vertex::

    vertices   v0 v1 v2 v3 | v4 v5 v6 v7 |      ring ends repeat the start
    edges      0  1  2       4  -  6            5 is 1 walked backwards: kept once
    left       a  a  a       b     b            the part whose ring it stands in
    right      -  b  -       -     -            the part of its twin
"""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.errors import CoverageError
from gis.index.compiling import compiled
from gis.index.inputs import Polygons

MOST_VERTICES = 2**31 - 1


class Rings(NamedTuple):
    """All rings of some polygons.

    `vertices` has shape (v, 2). Ring `i` is `ring_starts[i]:ring_starts[i + 1]` of it,
    part `j` the rings `part_starts[j]:part_starts[j + 1]`, and row `k` the parts
    `row_starts[k]:row_starts[k + 1]`.
    """

    vertices: NDArray[np.float64]
    ring_starts: NDArray[np.int64]
    part_starts: NDArray[np.int64]
    row_starts: NDArray[np.int64]


class Edges(NamedTuple):
    """Edges from vertex `first[i]` to the next, each once for at most two parts.

    `left` and `right` are the parts whose outlines run through the edge; `right` is
    -1 where there is one.  `row_of_part` leads from parts to rows.
    """

    vertices: NDArray[np.float64]
    first: NDArray[np.int32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    row_of_part: NDArray[np.int32]


def rings_of(polygons: Polygons) -> Rings:
    """Return the rings of Polygons and MultiPolygons as arrays."""
    if len(polygons) == 0:
        none = np.zeros(1, dtype=np.int64)
        return Rings(np.empty((0, 2)), none, none, none)
    kind, vertices, offsets = shapely.to_ragged_array(polygons, include_z=False)
    ring_starts, part_starts = (np.asarray(each, np.int64) for each in offsets[:2])
    if kind == shapely.GeometryType.POLYGON:
        row_starts = np.arange(len(polygons) + 1)
    else:
        row_starts = np.asarray(offsets[2], np.int64)
    return Rings(vertices + 0.0, ring_starts, part_starts, row_starts)  # no -0.0


def polygons_of(rings: Rings) -> Polygons:
    """Return the polygons that `rings_of` took apart, each as a MultiPolygon."""
    kind = shapely.GeometryType.MULTIPOLYGON
    offsets = (rings.ring_starts, rings.part_starts, rings.row_starts)
    return np.asarray(shapely.from_ragged_array(kind, rings.vertices, offsets))


def edges_of(rings: Rings) -> Edges:
    """Return every edge of the rings that has a length, shared ones once.

    Raises
    ------
    CoverageError
        If there are more vertices than 32-bit numbers can name.
    """
    if len(rings.vertices) > MOST_VERTICES:
        raise CoverageError(
            "Found {vertices!r} vertices, and an index holds at most "
            "{most_vertices!r}; simplify the polygons or split the set.",
            vertices=len(rings.vertices),
            most_vertices=MOST_VERTICES,
        )
    parts = np.arange(len(rings.part_starts) - 1, dtype=np.int32)
    part_of_ring = np.repeat(parts, np.diff(rings.part_starts))
    part_of_vertex = np.repeat(part_of_ring, np.diff(rings.ring_starts))
    rows = np.arange(len(rings.row_starts) - 1, dtype=np.int32)
    xy = rings.vertices
    has_length = np.zeros(len(xy), dtype=np.bool_)
    has_length[:-1] = (xy[1:] != xy[:-1]).any(axis=1)
    has_length[rings.ring_starts[1:] - 1] = False
    first = np.flatnonzero(has_length).astype(np.int32)
    twin = _twins(xy, first, part_of_vertex)
    kept = twin != _IS_TWIN
    return Edges(
        np.ascontiguousarray(xy),
        first[kept],
        part_of_vertex[first[kept]],
        twin[kept],
        np.repeat(rows, np.diff(rings.row_starts)),
    )


_NO_TWIN = -1
_IS_TWIN = -2


@compiled
def _twins(
    vertices: NDArray[np.float64],
    first: NDArray[np.int32],
    part_of_vertex: NDArray[np.int32],
) -> NDArray[np.int32]:
    """Return for each edge the part that shares it, -1 for none, -2 for a repeat.

    A third part on one edge, or the same part again, starts a new edge.
    """
    twin = np.full(len(first), _NO_TWIN, np.int32)
    size = 16
    while size < 2 * len(first):
        size *= 2
    table = np.full(size, -1, np.int32)
    bits = vertices.view(np.uint64)
    for edge in range(len(first)):
        vertex = first[edge]
        part = part_of_vertex[vertex]
        slot = _hash(bits, vertex) & (size - 1)
        while table[slot] >= 0:
            other = table[slot]
            if (
                twin[other] == _NO_TWIN
                and part_of_vertex[first[other]] != part
                and _is_same_edge(vertices, vertex, first[other])
            ):
                twin[other] = part
                twin[edge] = _IS_TWIN
                break
            slot = (slot + 1) & (size - 1)
        if twin[edge] != _IS_TWIN:
            table[slot] = edge
    return twin


@compiled
def _hash(bits: NDArray[np.uint64], vertex: int) -> int:
    """Return a number that is the same for an edge walked either way."""
    total = np.uint64(0)
    for end in range(vertex, vertex + 2):
        mixed = bits[end, 0] * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= bits[end, 1] + (mixed >> np.uint64(32))
        mixed *= np.uint64(0xC2B2AE3D27D4EB4F)
        total += mixed ^ (mixed >> np.uint64(29))
    return int((total * np.uint64(0x165667B19E3779F9)) >> np.uint64(32))


@compiled
def _is_same_edge(vertices: NDArray[np.float64], one: int, other: int) -> bool:
    """Return whether two edges have the same ends, in either direction."""
    ax, ay = vertices[one]
    bx, by = vertices[one + 1]
    cx, cy = vertices[other]
    dx, dy = vertices[other + 1]
    forward = ax == cx and ay == cy and bx == dx and by == dy
    backward = ax == dx and ay == dy and bx == cx and by == cy
    return bool(forward or backward)
