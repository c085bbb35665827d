"""Bays: strips between grids that no grid holds and that open to the outside."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.geometry import local_metres, polygon_parts

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

LONG: Final = 10.0
"""A bay is at least so many times as long as it is wide on the average."""
# what lies so near to the area is left out: closing leaves rounding along the border
_RIM_M = 1e-5
# joins further from their corner are bevelled: notches below 23 degrees are filled
_MITRE = 5.0
# banks of a bay are looked at in at least so many places
_PLACES = 200


class Bay(NamedTuple):
    """A strip between two banks that belong to different grids.

    Attributes
    ----------
    rows
        The grids along it.
    length_m, width_m
        Half the length of its banks, and their mean distance.
    x, y
        A point in its middle, in the coordinates of the grids.
    """

    rows: tuple[int, ...]
    length_m: float
    width_m: float
    x: float
    y: float


def find_bays(
    filled: BaseGeometry,
    tree: shapely.STRtree,
    crs: pyproj.CRS,
    width_m: float,
    origin: Floats,
) -> Iterator[Bay]:
    """Yield the bays of a covered area that are narrower than a width.

    The area is closed: grown by half the width and shrunk again, corners kept. What
    that adds is thin; along its banks the opposite bank is searched, and where the two
    belong to different grids it counts as bay. Notches in the border of one grid, and
    corners at a coast, do not.

    Parameters
    ----------
    filled
        What the grids cover, enclosed faces included, in coordinates less `origin`.
    tree
        The grids, in the same coordinates.
    crs
        Geographic or projected CRS of the coordinates.
    width_m
        Metres on the ellipsoid; wider bays are not looked for.
    origin
        What was taken from the coordinates, shape (2,).
    """
    min_x, min_y, max_x, max_y = filled.bounds
    middle = (min_x + max_x) / 2.0, (min_y + max_y) / 2.0
    places = [middle, *((x, y) for x in (min_x, max_x) for y in (min_y, max_y))]
    scales = _metres_per_unit(np.array(places) + origin, crs)
    # a metre that is true at the middle is longer or shorter elsewhere
    reach = 0.5 * width_m * float((scales[0] / scales).max())
    pieces = _scaled(
        _closed_in(_scaled(np.array([filled]), scales[0]), reach), 1.0 / scales[0]
    )
    near = 2.0 * _RIM_M / float(scales[0].min())
    piece, _ = tree.query(pieces, predicate="dwithin", distance=near)
    for between in pieces[np.bincount(piece, minlength=len(pieces)) > 1]:
        bay = _bay(between, tree, crs, width_m, origin)
        if bay is not None:
            yield bay


def _metres_per_unit(places: Floats, crs: pyproj.CRS) -> Floats:
    """Return metres per unit of x and of y at places, shape (n, 2)."""
    step = 1e-4 if crs.is_geographic else 1.0
    scales = []
    for direction in ((step, 0.0), (0.0, step)):
        ends = np.stack([places, places + direction], axis=1)
        metric = local_metres(np.asarray(shapely.linestrings(ends)), crs)
        scales.append(shapely.length(metric) / step)
    return np.column_stack(scales)


def _scaled(shapes: NDArray[np.object_], scale: Floats) -> NDArray[np.object_]:
    """Return geometries with their coordinates multiplied."""
    scaled: NDArray[np.object_] = shapely.transform(shapes, lambda xy: xy * scale)
    return scaled


def _closed_in(area: NDArray[np.object_], reach: float) -> NDArray[np.object_]:
    """Return the polygons that closing adds to an area, shape (1,)."""
    closed = _grown(_grown(area, reach), -reach)
    pieces, _ = polygon_parts(shapely.difference(closed, _grown(area, _RIM_M)))
    return pieces


def _grown(area: NDArray[np.object_], reach: float) -> NDArray[np.object_]:
    """Return an area grown by metres, its corners kept."""
    grown: NDArray[np.object_] = shapely.buffer(
        area, reach, join_style="mitre", mitre_limit=_MITRE
    )
    return grown


class _Banks(NamedTuple):
    """The border of a piece in short edges, metres, and whose each is; -1: open."""

    edges: Floats
    lengths: Floats
    owners: Rows


def _bay(
    piece: BaseGeometry,
    tree: shapely.STRtree,
    crs: pyproj.CRS,
    width_m: float,
    origin: Floats,
) -> Bay | None:
    """Return the bay in a piece; None where its banks are one grid's, or too short."""
    centre = shapely.get_coordinates(piece.centroid)
    [scale] = _metres_per_unit(centre + origin, crs)
    banks = _banks(piece, tree, centre[0], scale)
    if len(np.unique(banks.owners[banks.owners >= 0])) < 2:
        return None
    distances, facing = _facing(banks, width_m)
    differs = (facing >= 0) & (banks.owners >= 0) & (facing != banks.owners)
    near = np.flatnonzero(differs)[np.argsort(distances[differs], kind="stable")]
    # the narrowest places first: a slit that ends in a wide mouth stays a slit
    lengths = np.cumsum(banks.lengths[near])
    widths = np.cumsum(banks.lengths[near] * distances[near]) / lengths
    is_long = np.flatnonzero(lengths / 2.0 >= LONG * widths)
    if len(is_long) == 0:
        return None
    last = int(is_long[-1])
    narrow = near[: last + 1]
    half = near[(last + 1) // 2]
    x, y = _middle(banks.edges[half], distances[half]) / scale + centre[0]
    length, width = float(lengths[last] / 2.0), float(widths[last])
    shares = np.bincount(banks.owners[narrow], banks.lengths[narrow])
    # less than a tenth of the width is a grid across the end, by rounding
    rows = tuple(np.flatnonzero(shares > 0.1 * width).tolist())
    return Bay(rows, length, width, float(x), float(y))


def _banks(
    piece: BaseGeometry, tree: shapely.STRtree, centre: Floats, scale: Floats
) -> _Banks:
    """Return the border of a piece, its inside on the left, and whose it is."""
    metric = shapely.orient_polygons(
        shapely.transform(piece, lambda xy: (xy - centre) * scale)
    )
    step = metric.length / (2 * _PLACES)
    rings = shapely.get_rings(shapely.segmentize(metric, step))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    within = (ring[1:] == ring[:-1]) & (xy[1:] != xy[:-1]).any(axis=1)
    edges = np.stack([xy[:-1][within], xy[1:][within]], axis=1)
    owners = np.full(len(edges), -1)
    edge, row = tree.query(
        shapely.points(edges.mean(axis=1) / scale + centre),
        predicate="dwithin",
        distance=2.0 * _RIM_M / scale.min(),
    )
    owners[edge] = row
    lengths = np.hypot(*(edges[:, 1] - edges[:, 0]).T)
    return _Banks(edges, lengths, owners)


def _facing(banks: _Banks, width_m: float) -> tuple[Floats, Rows]:
    """Return how far across the opposite bank is, and whose; -1 for none in reach."""
    starts = banks.edges.mean(axis=1)
    step = banks.edges[:, 1] - banks.edges[:, 0]
    inward = np.column_stack([-step[:, 1], step[:, 0]]) / banks.lengths[:, None]
    rays = shapely.linestrings(np.stack([starts, starts + inward * width_m], axis=1))
    lines = np.asarray(shapely.linestrings(banks.edges))
    ray, edge = shapely.STRtree(lines).query(rays, predicate="intersects")
    turn = _cross(inward[ray], step[edge])
    crossing = (ray != edge) & (turn != 0.0)
    ray, edge, turn = ray[crossing], edge[crossing], turn[crossing]
    across = _cross(banks.edges[edge, 0] - starts[ray], step[edge]) / turn
    order = np.lexsort((across, ray))
    first, place = np.unique(ray[order], return_index=True)
    distances = np.full(len(starts), np.inf)
    facing = np.full(len(starts), -1)
    distances[first] = across[order][place] + 2.0 * _RIM_M
    facing[first] = banks.owners[edge[order][place]]
    # a bay as wide as the width is not narrower
    facing[distances >= width_m] = -1
    return distances, facing


def _cross(left: Floats, right: Floats) -> Floats:
    """Return the cross product of vectors, shape (n, 2) each."""
    product: Floats = left[:, 0] * right[:, 1] - left[:, 1] * right[:, 0]
    return product


def _middle(edge: Floats, distance: float) -> Floats:
    """Return the point half way across from the middle of an edge."""
    step = edge[1] - edge[0]
    inward = np.array([-step[1], step[0]]) / np.hypot(*step)
    point: Floats = edge.mean(axis=0) + inward * distance / 2.0
    return point
