"""Grids near positions, in metres: the nearest one, and all within a radius."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.geodesy import Ruler
from gis.index.edges import Rings, rings_of
from gis.index.feet import nearest_feet

Floats = NDArray[np.float64]
Rows = NDArray[np.int32]
Points = NDArray[np.int64]

MILLIMETRE = 0.001


class Nearby:
    """Measures from positions to grids; a tree of boxes says which grids to measure.

    Distances are rounded to 1 mm before they are compared, so that a tie is what is
    written as a tie; it goes to the lowest row.

    Parameters
    ----------
    polygons
        The grids, in code order of their ids.
    ruler
        Measures metres between positions and polygons in their CRS.
    """

    def __init__(self, polygons: Sequence[BaseGeometry], ruler: Ruler) -> None:
        self._polygons = np.array([*polygons, None], dtype=np.object_)[:-1]
        measured = ruler.bring_polygons(polygons)
        self._measured = np.array([*measured, None], dtype=np.object_)[:-1]
        bounds = shapely.bounds(self._measured)
        self._boxes = _tree(shapely.box(*bounds.T))
        self._middles = _tree(shapely.points((bounds[:, :2] + bounds[:, 2:]) / 2))
        self._ruler = ruler

    @cached_property
    def _rings(self) -> Rings:
        """The rings of the grids in the coordinates of the ruler."""
        return rings_of(self._measured)

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
        places = shapely.points(*self._ruler.bring(x, y))
        guess = self._middles.query_nearest(places, all_matches=False)[1]
        nearest = guess.astype(np.int32)
        reach = self._measure(np.arange(len(x)), nearest, x, y)
        points, rows, metres = self.within_many(x, y, reach + MILLIMETRE)
        firsts = np.flatnonzero(np.diff(points, prepend=-1))
        nearest[points[firsts]], reach[points[firsts]] = rows[firsts], metres[firsts]
        return nearest, reach

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
        boxes = shapely.box(*(xy - half).T, *(xy + half).T)
        points, grids = self._boxes.query(boxes)
        rows = grids.astype(np.int32)
        metres = self._measure(points, rows, x, y)
        near = np.flatnonzero(metres <= radius_m[points])
        order = near[np.lexsort((rows[near], metres[near], points[near]))]
        return points[order], rows[order], metres[order]

    def _measure(self, points: Points, rows: Rows, x: Floats, y: Floats) -> Floats:
        """Return metres of each pair of position and grid."""
        metres = np.zeros(len(points))
        shapely.prepare(self._polygons[np.unique(rows)])
        # whether a grid holds a position is seen in its own coordinates
        is_off = ~shapely.intersects_xy(self._polygons[rows], x[points], y[points])
        off, (u, v) = points[is_off], self._ruler.bring(x, y)
        if len(off):
            places, scale = np.column_stack([u[off], v[off]]), self._ruler.scale(u, v)
            feet = nearest_feet(self._rings, rows[is_off], places, scale[:, off])
            metres[is_off] = self._ruler.lengths_m(places, feet)
        return np.round(metres, 3)


def _tree(shapes: BaseGeometry | NDArray[np.object_]) -> shapely.STRtree:
    """Return a tree of shapes that threads may ask at once."""
    tree = shapely.STRtree(np.asarray(shapes, dtype=np.object_))
    tree.query(shapely.Point())  # the first question builds it
    return tree
