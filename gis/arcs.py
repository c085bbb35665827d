"""Polygons as shared arcs: every border is written once, neighbours stay joined.

Corners are integers, so that two that are one are equal. A corner on the edge of a
neighbour becomes a corner of the neighbour too::

    A-----B          A--------B
    |  P  |  Q has   |   P    |      arcs: of P alone, of Q alone, and B-E-D between
    |     E a corner |        E  ->  them; left and right of each is P, Q or outside
    |     |  at E    |        |
    C-----D          C--------D
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.errors import CoverageError

Ints = NDArray[np.int64]
OUTSIDE: Final = -1
"""In place of a polygon: the ground around all of them."""


@dataclass(frozen=True, slots=True)
class Topology:
    """Arcs on an integer grid, and the polygons that they make.

    Attributes
    ----------
    arcs
        Each of shape (n, 2), x and y as integers.
    areas
        For each polygon its rings, outer ones and holes alike, with the polygon on the
        left; a ring is a row of arc numbers, `~i` where arc i runs backwards (as in
        TopoJSON).
    noded
        Corners that a polygon got because a neighbour has one on its edge: row of the
        polygon, x and y, shape (k, 3), in order.
    """

    arcs: list[Ints]
    areas: list[list[list[int]]]
    noded: Ints


@dataclass(frozen=True, slots=True)
class _Rings:
    """Corners of closed rings, one after the other, none twice in a row."""

    points: Ints  # number of the point at each corner
    before: Ints  # corner before and after each, round its ring
    after: Ints
    ring: Ints
    xy: Ints  # of each point


def share_arcs(polygons: NDArray[np.object_], decimals: int) -> Topology:
    """Cut the borders of polygons where they part and write each piece once.

    Neighbours get the same arcs; polygons that overlap or leave a gap are drawn all the
    same, they only share less.

    Parameters
    ----------
    polygons
        Polygons or multipolygons in degrees or any unit, shape (n,).
    decimals
        Coordinates are rounded to so many, and then below 2**53 in size; a ring of
        fewer than three different corners vanishes.

    References
    ----------
    .. [1] Bostock, M., How to infer topology (the rule of a junction: a corner whose
       neighbours differ from ring to ring).

    Examples
    --------
    >>> from shapely import box
    >>> shared = share_arcs(np.array([box(0, 0, 1, 1), box(1, 0, 2, 1)]), decimals=0)
    >>> len(shared.arcs), shared.areas
    (3, [[[1, -1]], [[-2, 2]]])
    """
    rings, owners, noded = _noded_rings(*_closed_rings(polygons, decimals))
    corners = np.flatnonzero(_junctions(rings)[rings.points])
    ends = _next_in_ring(rings.ring[corners])
    forward = _edge_key(rings, corners, rings.after)
    backward = _edge_key(rings, corners[ends], rings.before)
    _, first, arc = np.unique(
        np.minimum(forward, backward), return_index=True, return_inverse=True
    )
    lengths = _lengths(rings, corners)
    paths = [
        rings.xy[_path(rings, int(corners[i]), int(lengths[i]))][
            :: 1 if forward[i] <= backward[i] else -1
        ]
        for i in first
    ]
    numbers = np.where(forward <= backward, arc, ~arc)
    areas = _group(numbers, rings.ring[corners], owners, len(polygons))
    return Topology(paths, areas, noded)


def sides_of(topology: Topology) -> Ints:
    """Return the polygons on the left and on the right of each arc, shape (n, 2).

    Parameters
    ----------
    topology
        Of a coverage: polygons that do not overlap.

    Returns
    -------
    sides
        Rows of polygons, `OUTSIDE` where there is none.

    Raises
    ------
    CoverageError
        If two polygons lie on one side of an arc.

    Examples
    --------
    >>> from shapely import box
    >>> shared = share_arcs(np.array([box(0, 0, 1, 1), box(1, 0, 2, 1)]), decimals=0)
    >>> sides_of(shared).tolist()
    [[-1, 0], [0, 1], [1, -1]]
    """
    sides = np.full((len(topology.arcs), 2), OUTSIDE, dtype=np.int64)
    for row, rings in enumerate(topology.areas):
        for number in (number for ring in rings for number in ring):
            arc, side = (number, 0) if number >= 0 else (~number, 1)
            if sides[arc, side] != OUTSIDE:
                x, y = topology.arcs[arc][0].tolist()
                raise CoverageError(
                    "Polygons {sides} and {row_number} lie on one side of the border "
                    "at {value!r}, expected no overlap; mend the coverage.",
                    sides=int(sides[arc, side]),
                    row_number=row,
                    value=(x, y),
                )
            sides[arc, side] = row
    return sides


def _closed_rings(polygons: NDArray[np.object_], decimals: int) -> tuple[_Rings, Ints]:
    """Return all rings with rounded corners, and the polygon of each ring."""
    left = shapely.orient_polygons(polygons, exterior_cw=False)
    parts, part_owner = shapely.get_parts(left, return_index=True)
    lines, line_part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(lines, return_index=True)
    places, points = _numbered(np.round(xy * 10**decimals).astype(np.int64))
    # the corner that closes a ring goes with the other repeated ones
    is_corner = points != points[_next_in_ring(ring)]
    is_corner &= np.bincount(ring[is_corner], minlength=len(lines))[ring] >= 3
    rings = _rings(points[is_corner], ring[is_corner], places)
    return rings, part_owner[line_part]


def _numbered(corners: Ints) -> tuple[Ints, Ints]:
    """Return the different places by x and y, and the number of each corner's own."""
    order = np.lexsort((corners[:, 1], corners[:, 0]))
    ordered = corners[order]
    is_new = np.ones(len(corners), dtype=bool)
    is_new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    points = np.empty(len(corners), dtype=np.int64)
    points[order] = np.cumsum(is_new) - 1
    return ordered[is_new], points


def _rings(points: Ints, ring: Ints, places: Ints) -> _Rings:
    """Return closed rings from the numbers of their corners in order."""
    after = _next_in_ring(ring)
    before = np.empty_like(after)
    before[after] = np.arange(len(after))
    return _Rings(points, before, after, ring, places)


def _noded_rings(rings: _Rings, owners: Ints) -> tuple[_Rings, Ints, Ints]:
    """Return rings with the corners of neighbours on their edges, and these corners.

    An edge that a neighbour has too is whole: only the others are looked at.
    """
    lone = _lone_edges(rings)
    on_edges = _corners_on_edges(rings, lone)
    if not on_edges:
        return rings, owners, np.empty((0, 3), dtype=np.int64)
    corners = np.array([corner for corner, _ in on_edges], dtype=np.int64)
    added = np.array([point for _, point in on_edges], dtype=np.int64)
    points = np.insert(rings.points, corners + 1, added)
    ring = np.insert(rings.ring, corners + 1, rings.ring[corners])
    noded = np.column_stack([owners[rings.ring[corners]], rings.xy[added]])
    return _rings(points, ring, rings.xy), owners, noded


def _lone_edges(rings: _Rings) -> Ints:
    """Return the corners from which an edge leaves that no ring runs back."""
    count = len(rings.xy)
    forward = rings.points * count + rings.points[rings.after]
    backward = rings.points[rings.after] * count + rings.points
    # several times faster than np.isin for numbers far apart
    ordered = np.sort(backward)
    places = np.minimum(np.searchsorted(ordered, forward), len(ordered) - 1)
    return np.flatnonzero(ordered[places] != forward)


def _corners_on_edges(rings: _Rings, lone: Ints) -> list[tuple[int, int]]:
    """Return corner and point wherever a point lies on an edge between its ends.

    In order of the corners, and of the points along the edge that leaves each.
    """
    ends = rings.xy[rings.points[lone]], rings.xy[rings.points[rings.after[lone]]]
    points = np.unique(rings.points[np.concatenate([lone, rings.after[lone]])])
    low, high = np.minimum(*ends), np.maximum(*ends)
    boxes = shapely.box(*low.T.astype(float), *high.T.astype(float))
    tree = shapely.STRtree(shapely.points(rings.xy[points].astype(float)))
    edges, hits = tree.query(boxes)
    start, end, place = ends[0][edges], ends[1][edges], rings.xy[points[hits]]
    # as numbers of Python, which do not overflow
    along, off = (end - start).astype(object), (place - start).astype(object)
    is_on = along[:, 0] * off[:, 1] == along[:, 1] * off[:, 0]
    is_end = (place == start).all(axis=1) | (place == end).all(axis=1)
    rows = np.flatnonzero(is_on.astype(bool) & ~is_end)
    steps = np.abs(off[rows]).sum(axis=1).tolist() if len(rows) else []
    ordered = sorted(zip(lone[edges[rows]], steps, points[hits[rows]], strict=True))
    return [(int(corner), int(point)) for corner, _, point in ordered]


def _next_in_ring(ring: Ints) -> Ints:
    """Return the position after each, the first of the ring after its last."""
    starts = np.flatnonzero(np.diff(ring, prepend=-1))
    after = np.arange(1, len(ring) + 1)
    after[np.append(starts[1:], len(ring))[: len(starts)] - 1] = starts
    return after


def _junctions(rings: _Rings) -> NDArray[np.bool_]:
    """Return which points end arcs; a ring without one ends at its lowest point."""
    sides = rings.points[rings.before], rings.points[rings.after]
    is_end = np.zeros(len(rings.xy), dtype=bool)
    for side in (np.minimum(*sides), np.maximum(*sides)):
        least = np.full(len(rings.xy), len(rings.xy))
        np.minimum.at(least, rings.points, side)
        is_end[rings.points[side != least[rings.points]]] = True
    if len(rings.ring):
        starts = np.flatnonzero(np.diff(rings.ring, prepend=-1))
        smooth = ~np.logical_or.reduceat(is_end[rings.points], starts)
        is_end[np.minimum.reduceat(rings.points, starts)[smooth]] = True
    return is_end


def _edge_key(rings: _Rings, corners: Ints, towards: Ints) -> Ints:
    """Return a number for the edge that leaves each corner; it names the arc."""
    return rings.points[corners] * len(rings.xy) + rings.points[towards[corners]]


def _lengths(rings: _Rings, corners: Ints) -> Ints:
    """Return the number of edges from each junction to the next of its ring."""
    sizes = np.bincount(rings.ring)[rings.ring[corners]]
    steps = corners[_next_in_ring(rings.ring[corners])] - corners
    return np.where(steps <= 0, steps + sizes, steps)


def _path(rings: _Rings, corner: int, length: int) -> Ints:
    """Return the points of an arc, both ends included."""
    ring_start = int(np.searchsorted(rings.ring, rings.ring[corner]))
    size = int(np.searchsorted(rings.ring, rings.ring[corner], side="right"))
    steps = np.arange(corner - ring_start, corner - ring_start + length + 1)
    return rings.points[ring_start + steps % (size - ring_start)]


def _group(
    numbers: Ints, ring: Ints, owners: Ints, count: int
) -> list[list[list[int]]]:
    """Return arc numbers ring by ring, and the rings polygon by polygon."""
    areas: list[list[list[int]]] = [[] for _ in range(count)]
    starts = np.flatnonzero(np.diff(ring, prepend=-1))
    for start, end in pairwise([*starts.tolist(), len(ring)]):
        areas[owners[ring[start]]].append(numbers[start:end].tolist())
    return areas
