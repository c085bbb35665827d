"""Shapes on the pixels of a zoom, cut into its tiles."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.tiles.matrix import BUFFER, EXTENT

Shapes = NDArray[np.object_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Polygons in tiles, in order of tiles and of features in them.

    Attributes
    ----------
    polygons
        In pixels of the world, y up; outer rings clockwise, holes the other way.
    feature
        Row of the shape that each is of.
    tile
        Column of each, and row from the south, shape (n, 2).
    """

    polygons: Shapes
    feature: Ints
    tile: Ints


def cut_shapes(shapes: Shapes, zoom: int) -> Pieces:
    """Return what of each shape lies in each tile and its buffer.

    Parameters
    ----------
    shapes
        Whole numbers with corners wherever a tile is cut (`layers.tiles.matrix.CUTS`),
        in pixels from the south-west of the world.
    zoom
        The zoom.

    Examples
    --------
    >>> pieces = cut_shapes(np.array([shapely.box(4000, 0, 4096, 9)]), 1)
    >>> pieces.tile.tolist(), shapely.area(pieces.polygons).tolist()
    ([[0, 0], [1, 0]], [864.0, 576.0])
    """
    polygons, feature = shapely.get_parts(shapes, return_index=True)
    places: list[Ints] = []
    for axis in (0, 1):
        polygons, source, number = _cut(polygons, axis, 1 << zoom)
        feature = feature[source]
        places = [place[source] for place in places] + [number]
    order = np.lexsort((feature, places[1], places[0]))
    polygons = shapely.orient_polygons(polygons[order], exterior_cw=True)
    return Pieces(polygons, feature[order], np.column_stack(places)[order])


def _cut(polygons: Shapes, axis: int, count: int) -> tuple[Shapes, Ints, Ints]:
    """Return polygons in strips across one axis: which they are of, and which strip."""
    bounds = shapely.bounds(polygons)
    low, high = bounds[:, axis], bounds[:, axis + 2]
    first = np.maximum(np.floor((low - BUFFER) / EXTENT), 0).astype(np.int64)
    last = np.minimum(np.ceil((high + BUFFER) / EXTENT), count).astype(np.int64)
    counts = np.maximum(last - first, 0)
    source = np.repeat(np.arange(len(polygons)), counts)
    ends = np.cumsum(counts)
    strip = first[source] + np.arange(len(source)) - np.repeat(ends - counts, counts)
    start, stop = strip * EXTENT - BUFFER, (strip + 1) * EXTENT + BUFFER
    pieces = polygons[source]
    is_cut = (low[source] < start) | (high[source] > stop)
    windows = bounds[source] + (-1, -1, 1, 1)
    windows[:, axis], windows[:, axis + 2] = start, stop
    pieces[is_cut] = shapely.intersection(
        pieces[is_cut], shapely.box(*windows[is_cut].T)
    )
    # what only touches a strip is a line or a point there
    parts, piece = shapely.get_parts(pieces, return_index=True)
    is_area = shapely.area(parts) > 0
    piece = piece[is_area]
    return parts[is_area], source[piece], strip[piece]
