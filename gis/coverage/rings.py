"""Rings that no overlay is tried with: half around the globe, or tangled."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.errors import CoverageError
from gis.geometry import Polygonal, Polygonals

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

HALF_TURN: Final = 180.0
"""Degrees: of two ways around the globe a wider ring has taken the longer."""
MAX_CROSSINGS: Final = 1_000
"""Mending takes about a second for these, and more than the square of their number."""
# pairs of segments compared at once; 16 bytes each stay below 32 MB
_CHUNK = 2_000_000


def refuse_wide_rings(names: Sequence[str], polygons: Polygonals) -> None:
    """Refuse rings in degrees that span more than half the globe.

    Parameters
    ----------
    names
        What each polygon is, for the sentence.
    polygons
        In degrees, lon then lat, shape (n,).

    Raises
    ------
    CoverageError
        Names the polygon and what its ring spans.

    Examples
    --------
    >>> refuse_wide_rings(["Grid 'A'"], [shapely.box(179.9, -17, 180, -16)])
    """
    parts, row = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    west, _, east, _ = shapely.bounds(rings).T
    for ring in np.flatnonzero(east - west > HALF_TURN):
        raise CoverageError(
            "{names} has a ring from {west:.10g} to {east:.10g}, which spans "
            "{east_2:.10g} degrees of longitude, expected at most {half_turn:g}; a "
            "ring that crosses the meridian of 180 degrees must be cut there into a "
            "part on each side.",
            names=names[row[part[ring]]],
            west=west[ring],
            east=east[ring],
            east_2=east[ring] - west[ring],
            half_turn=HALF_TURN,
        )


def refuse_tangles(
    names: Sequence[str], polygons: Polygonals, most: int = MAX_CROSSINGS
) -> None:
    """Refuse polygons that cross themselves so often that none can mend them.

    Parameters
    ----------
    names
        What each polygon is, for the sentence.
    polygons
        The invalid ones, shape (n,).
    most
        Crossings that a polygon may have.

    Raises
    ------
    CoverageError
        Names the polygon and its crossings.

    Examples
    --------
    >>> bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    >>> refuse_tangles(["Grid 'A'"], [bow])
    """
    for name, polygon in zip(names, polygons, strict=True):
        if count_crossings(polygon, most) > most:
            vertices = int(shapely.get_num_coordinates(polygon))
            raise CoverageError(
                "{name} ({vertices:,} vertices) crosses itself at more than {most:,} "
                "places, expected a simple ring; redraw it.",
                name=name,
                vertices=vertices,
                most=most,
            )


def count_crossings(polygon: Polygonal, most: int) -> int:
    """Return how many pairs of a polygon's edges meet that have no end in common.

    Parameters
    ----------
    polygon
        Any polygon.
    most
        Counting ends soon after this.

    Examples
    --------
    >>> count_crossings(shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]), 10)
    1
    """
    edges = _edges(polygon)
    lines = np.asarray(shapely.linestrings(edges))
    tree = shapely.STRtree(lines)
    stride = max(1, min(256, _CHUNK // max(1, len(lines))))
    count = 0
    for first in range(0, len(lines), stride):
        own, other = tree.query(lines[first : first + stride], predicate="intersects")
        own = own + first
        once = own < other
        count += int((~_joined(edges[own[once]], edges[other[once]])).sum())
        if count > most:
            break
    return count


def _edges(polygon: Polygonal) -> Floats:
    """Return the edges of all rings, shape (m, 2 ends, 2); none of no length."""
    rings = shapely.get_rings(shapely.get_parts(polygon))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    within = (ring[1:] == ring[:-1]) & (xy[1:] != xy[:-1]).any(axis=1)
    edges: Floats = np.stack([xy[:-1][within], xy[1:][within]], axis=1)
    return edges


def _joined(edges: Floats, partners: Floats) -> NDArray[np.bool_]:
    """Say which pairs of edges have an end in common."""
    same = (edges[:, :, None, :] == partners[:, None, :, :]).all(axis=3)
    joined: NDArray[np.bool_] = same.any(axis=(1, 2))
    return joined
