"""Polygons as shared arcs: every border is written once, neighbours stay joined."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

Ints = NDArray[np.int64]

_SHIFT = np.int64(1) << np.int64(32)


@dataclass(frozen=True, slots=True)
class Topology:
    """Arcs on an integer grid, and the polygons that they make.

    Attributes
    ----------
    arcs
        Each of shape (n, 2), x and y as integers.
    areas
        For each polygon its rings, outer ones and holes alike; a ring is a row of arc
        numbers, `~i` where arc i runs backwards (as in TopoJSON).
    """

    arcs: list[Ints]
    areas: list[list[list[int]]]


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

    Neighbours that share their corners get the same arcs; polygons that overlap or
    leave a gap are drawn all the same, they only share less.

    Parameters
    ----------
    polygons
        Polygons or multipolygons in degrees or any unit, shape (n,).
    decimals
        Coordinates are rounded to so many, and then below 2**31 in size; a ring of
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
    rings, owners = _closed_rings(polygons, decimals)
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
    return Topology(paths, _group(numbers, rings.ring[corners], owners, len(polygons)))


def _closed_rings(polygons: NDArray[np.object_], decimals: int) -> tuple[_Rings, Ints]:
    """Return all rings with rounded corners, and the polygon of each ring."""
    parts, part_owner = shapely.get_parts(polygons, return_index=True)
    lines, line_part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(lines, return_index=True)
    corners = np.round(xy * 10**decimals).astype(np.int64)
    keys, points = np.unique(
        corners[:, 0] * _SHIFT + (corners[:, 1] + _SHIFT // 2), return_inverse=True
    )
    # the corner that closes a ring goes with the other repeated ones
    is_corner = points != points[_next_in_ring(ring)]
    is_corner &= np.bincount(ring[is_corner], minlength=len(lines))[ring] >= 3
    after = _next_in_ring(ring[is_corner])
    before = np.empty_like(after)
    before[after] = np.arange(len(after))
    places = np.column_stack([keys // _SHIFT, keys % _SHIFT - _SHIFT // 2])
    rings = _Rings(points[is_corner], before, after, ring[is_corner], places)
    return rings, part_owner[line_part]


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
