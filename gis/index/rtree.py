"""R-tree of grid boxes with exact predicates: queries, nearest, live drafts.

A query narrows from boxes to polygons; an edit renumbers rows, not handles::

    point -> boxes that hold it (rtree) -> polygons that intersect it (shapely)

    handle   0  1  2  3  4      known to the tree, never reused
    row      2  -  0  1  3      position of its id in code order, - when deleted
"""

from bisect import bisect_left
from collections.abc import Iterable
from threading import Lock
from typing import Self

import numpy as np
import shapely
from numpy.typing import NDArray
from rtree.index import Index
from shapely.geometry.base import BaseGeometry

from gis.errors import CoverageError
from gis.index.inputs import (
    Polygons,
    box_about,
    check_radius,
    is_usable,
    ordered_grids,
    point_arrays,
)
from gis.index.locator import Relation

_CHUNK = 65_536  # points whose pairs with polygons are held in memory at once


class RTreeIndex:
    """Locator on an R-tree that can be edited; tens of microseconds a point.

    `insert` and `delete` change `ids`, `replace` does not; rows refer to `ids` as it is
    at the call. A feature whose outline is invalid is read as shapely's predicates read
    it. Threads may ask at the same time, as long as none of them edits.

    Examples
    --------
    >>> west, east = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    >>> index = RTreeIndex.build(["G2", "G1"], [west, east])
    >>> index.ids[index.locate(1.0, 0.5)]
    'G1'
    """

    def __init__(self, ids: tuple[str, ...], polygons: Polygons) -> None:
        """Take grids in code order that are checked already."""
        self._ids = ids
        self._polygons = polygons
        self._handles = np.arange(len(ids))
        self._rows = np.arange(len(ids))
        self._tree = _tree_of(polygons)
        self._lock = Lock()  # two threads in one libspatialindex tree crash
        shapely.prepare(polygons)

    @classmethod
    def build(cls, ids: Iterable[str | int], polygons: Iterable[BaseGeometry]) -> Self:
        """Build the index of grids given in any order.

        Parameters
        ----------
        ids
            Unique ids.
        polygons
            One Polygon or MultiPolygon each, all in one CRS.

        Raises
        ------
        CoverageError
            If an id is repeated or a feature is no usable polygon; it is named.
        """
        return cls(*ordered_grids(ids, polygons))

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[str, ...], Polygons]]:
        return type(self), (self._ids, self._polygons[self._handles])

    @property
    def ids(self) -> tuple[str, ...]:
        """Grid ids in code order; row `i` of every answer is `ids[i]`."""
        return self._ids

    def locate(self, x: float, y: float) -> int:
        """Return the row of the grid that intersects the point, -1 where none does."""
        return int(self.locate_many(np.array([x]), np.array([y]))[0])

    def locate_many(
        self, x: NDArray[np.float64], y: NDArray[np.float64], threads: int = 1
    ) -> NDArray[np.int32]:
        """Return `locate` of each point; `threads` changes nothing here."""
        return self.relate_many(x, y)[0]

    def relate(self, x: float, y: float) -> tuple[int, Relation]:
        """Return the row of `locate` and how the point lies to the grids."""
        rows, relations = self.relate_many(np.array([x]), np.array([y]))
        return int(rows[0]), Relation(relations[0])

    def relate_many(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
        """Return `relate` of each point: rows int32 and relations uint8, shape (m,)."""
        xs, ys = point_arrays(x, y)
        rows = np.full(len(xs), -1, dtype=np.int32)
        relations = np.full(len(xs), Relation.OUTSIDE, dtype=np.uint8)
        usable = np.flatnonzero(is_usable(xs) & is_usable(ys))
        for start in range(0, len(usable), _CHUNK):
            part = usable[start : start + _CHUNK]
            rows[part], relations[part] = self._relate_usable(xs[part], ys[part])
        return rows, relations

    def candidates(self, x: float, y: float, radius: float) -> list[tuple[int, float]]:
        """Return (row, distance) of the grids within `radius`, nearest first.

        Distance is planar, in units of the coordinates, 0 inside or on the edge; ties
        are in row order. An unusable point has no candidates.

        Raises
        ------
        ValueError
            If the radius is negative or not finite.
        """
        check_radius(radius)
        if not is_usable(np.array([x, y])).all():
            return []
        with self._lock:
            boxes = list(self._tree.intersection(box_about(x, y, radius)))
        handles = np.array(boxes, dtype=np.int64)
        distances = shapely.distance(shapely.Point(x, y), self._polygons[handles])
        pairs = zip(self._rows[handles].tolist(), distances.tolist(), strict=True)
        near = [(row, distance) for row, distance in pairs if distance <= radius]
        return sorted(near, key=lambda pair: (pair[1], pair[0]))

    def nearest(self, x: float, y: float) -> tuple[int, float]:
        """Return the row of the nearest grid and its planar distance.

        Ties go to the lowest row; (-1, inf) for an unusable point or without grids.
        """
        if not self._ids or not is_usable(np.array([x, y])).all():
            return -1, float("inf")
        with self._lock:
            handle = next(iter(self._tree.nearest((x, y, x, y), 1)))
        reach = float(shapely.distance(shapely.Point(x, y), self._polygons[handle]))
        return self.candidates(x, y, reach)[0]

    def insert(self, grid_id: str, polygon: BaseGeometry) -> None:
        """Add a grid; rows shift to the new code order.

        Raises
        ------
        CoverageError
            If the id is in the index or the feature is no usable polygon.
        """
        if grid_id in self._ids:
            raise CoverageError(
                "Id {grid_id!r} is in the index; delete it first.", grid_id=grid_id
            )
        _, added = ordered_grids([grid_id], [polygon])
        shapely.prepare(added)
        handle = len(self._polygons)
        self._polygons = np.append(self._polygons, added)
        with self._lock:
            self._tree.insert(handle, polygon.bounds)
        row = bisect_left(self._ids, grid_id)
        self._ids = (*self._ids[:row], grid_id, *self._ids[row:])
        self._rank(np.insert(self._handles, row, handle))

    def replace(self, grid_id: str, polygon: BaseGeometry) -> None:
        """Give a grid another polygon; every row stays.

        Raises
        ------
        CoverageError
            If the id is not in the index or the feature is no usable polygon; then it
            stays as it was.

        Examples
        --------
        >>> index = RTreeIndex.build(["G1"], [shapely.box(0, 0, 1, 1)])
        >>> index.replace("G1", shapely.box(0, 0, 2, 1))
        >>> index.locate(1.5, 0.5)
        0
        """
        handle = int(self._handles[self._row_of(grid_id)])
        _, added = ordered_grids([grid_id], [polygon])
        shapely.prepare(added)
        before, after = self._polygons[handle].bounds, polygon.bounds
        if before != after:  # a deletion costs more than all else
            with self._lock:
                self._tree.delete(handle, before)
                self._tree.insert(handle, after)
        self._polygons[handle] = added[0]

    def delete(self, grid_id: str) -> None:
        """Remove a grid; rows close up.

        Raises
        ------
        CoverageError
            If the id is not in the index.
        """
        row = self._row_of(grid_id)
        handle = int(self._handles[row])
        with self._lock:
            self._tree.delete(handle, self._polygons[handle].bounds)
        self._polygons[handle] = None
        self._ids = self._ids[:row] + self._ids[row + 1 :]
        self._rank(np.delete(self._handles, row))

    def _row_of(self, grid_id: str) -> int:
        row = bisect_left(self._ids, grid_id)
        if row == len(self._ids) or self._ids[row] != grid_id:
            raise CoverageError(
                "Id {grid_id!r} is not in the index; give one of it.", grid_id=grid_id
            )
        return row

    def _rank(self, handles: NDArray[np.int64]) -> None:
        """Take handles in the order of the ids, and number the rows after them."""
        self._handles = handles
        self._rows = np.full(len(self._polygons), -1)
        self._rows[handles] = np.arange(len(handles))

    def _relate_usable(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
        """Return rows and relations of usable points."""
        points, handles = self._boxes_at(x, y)
        held = shapely.intersects_xy(self._polygons[handles], x[points], y[points])
        points, handles = points[held], handles[held]
        inner = shapely.contains_xy(self._polygons[handles], x[points], y[points])
        none = np.iinfo(np.int32).max
        rows = np.full(len(x), none, dtype=np.int32)
        np.minimum.at(rows, points, self._rows[handles].astype(np.int32))
        rows[rows == none] = -1
        covers = np.bincount(points, minlength=len(x))
        interiors = np.bincount(points[inner], minlength=len(x))
        return rows, _relations(covers, interiors)

    def _boxes_at(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return pairs of point position and handle whose box holds the point."""
        xy = np.column_stack([x, y])
        with self._lock:
            handles, counts = self._tree.intersection_v(xy, xy)  # type: ignore[no-untyped-call]
        points = np.repeat(np.arange(len(x)), counts.astype(np.int64))
        return points, handles.astype(np.int64)


def _tree_of(polygons: Polygons) -> Index:
    """Return the R-tree of the boxes, packed in one pass where there are any."""
    if len(polygons) == 0:
        return Index()
    bounds = shapely.bounds(polygons)
    return Index((np.arange(len(polygons)), bounds[:, :2], bounds[:, 2:]))


def _relations(
    covers: NDArray[np.int64], interiors: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """Return the relation from how many grids cover a point, and how many inside."""
    return np.select(
        [covers == 0, interiors == 0, covers == 1],
        [Relation.OUTSIDE, Relation.BOUNDARY, Relation.INSIDE],
        default=Relation.OVERLAP,
    ).astype(np.uint8)
