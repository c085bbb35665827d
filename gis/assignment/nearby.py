"""Grids near positions, in metres: the nearest one, and all within a radius."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.geodesy import Ruler
from gis.index.rtree import RTreeIndex

Floats = NDArray[np.float64]
Rows = NDArray[np.int32]
Points = NDArray[np.int64]

MILLIMETRE = 0.001


class Nearby:
    """Measures from positions to grids; the R-tree says which grids to measure.

    Distances are rounded to 1 mm before they are compared, so that a tie is what is
    written as a tie; it goes to the lowest row.

    Parameters
    ----------
    ids, polygons
        The grids, in code order of the ids.
    ruler
        Measures metres between positions and polygons in their CRS.
    """

    def __init__(
        self, ids: Sequence[str], polygons: Sequence[BaseGeometry], ruler: Ruler
    ) -> None:
        self._polygons = list(polygons)
        self._measured = list(ruler.bring_polygons(self._polygons))
        self._boxes = RTreeIndex.build(ids, self._measured)
        self._ruler = ruler

    def nearest_many(self, x: Floats, y: Floats) -> tuple[Rows, Floats]:
        """Return the nearest grid of each position and its distance in metres.

        Parameters
        ----------
        x, y
            Finite positions in the CRS of the grids, shape (m,).

        Returns
        -------
        rows, metres
            int32 and float64, shape (m,); 0 m inside a grid or on its edge.
        """
        # any grid near by bounds the search for the nearest
        guess = self._boxes.nearest_boxes(*self._ruler.bring(x, y))
        reach = self._measure(np.arange(len(x)), guess, x, y)
        points, rows, metres = self.within_many(x, y, reach + MILLIMETRE)
        places, first = np.unique(points, return_index=True)
        guess[places], reach[places] = rows[first], metres[first]
        return guess, reach

    def within_many(
        self, x: Floats, y: Floats, radius_m: Floats
    ) -> tuple[Points, Rows, Floats]:
        """Return the grids within a radius of each position.

        Parameters
        ----------
        x, y
            Finite positions in the CRS of the grids, shape (m,).
        radius_m
            Radius of each, metres, shape (m,).

        Returns
        -------
        points, rows, metres
            One entry a pair: position, grid row, distance; by position, then nearest
            first, ties in row order.
        """
        u, v = self._ruler.bring(x, y)
        xy, half = np.column_stack([u, v]), self._ruler.box_halves(v, radius_m)
        points, rows = self._boxes.query_many(xy - half, xy + half)
        metres = self._measure(points, rows, x, y)
        near = np.flatnonzero(metres <= radius_m[points])
        order = near[np.lexsort((rows[near], metres[near], points[near]))]
        return points[order], rows[order], metres[order]

    def _measure(self, points: Points, rows: Rows, x: Floats, y: Floats) -> Floats:
        """Return metres of each pair of position and grid, grid by grid."""
        metres = np.zeros(len(points))
        u, v = self._ruler.bring(x, y)
        for row, pairs in _by_value(rows):
            at = points[pairs]
            # whether a grid holds a position is seen in its own coordinates
            off = ~shapely.intersects_xy(self._polygons[row], x[at], y[at])
            if off.any():
                metres[pairs[off]] = self._ruler.distances_m(
                    u[at[off]], v[at[off]], self._measured[row]
                )
        return np.round(metres, 3)


def _by_value(rows: Rows) -> Iterator[tuple[int, Points]]:
    """Yield each distinct row with the positions that hold it."""
    order = np.argsort(rows, kind="stable")
    values, starts = np.unique(rows[order], return_index=True)
    spans = pairwise([*starts.tolist(), len(order)])
    for value, (start, stop) in zip(values.tolist(), spans, strict=True):
        yield value, order[start:stop]
