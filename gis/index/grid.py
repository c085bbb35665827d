"""Locate points in a compiled index: one walk through a table and a few edges.

What the parts of this package do, from polygons to answers::

    polygons --inputs--> checked, in code order --edges--> edges, each once
        --cells--> which cells they touch --sweep, records, blocks, build--> words
    point --kernels--> cell --> its answer, or a few signs (orientation) --> answer
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.index.build import compile_words
from gis.index.edges import Rings, edges_of, polygons_of, rings_of
from gis.index.feet import nearest_feet
from gis.index.inputs import (
    box_about,
    check_radius,
    is_usable,
    ordered_grids,
    point_arrays,
)
from gis.index.kernels import locate_point, relate_point, relate_points
from gis.index.locator import Relation
from gis.index.storage import StoredIndex, read_index, write_index

_RELATIONS = tuple(Relation)
_LEAST_SHARE = 16_384  # points for which a further thread pays


class GridIndex:
    """Exact locator compiled from polygons; below a microsecond a point.

    It cannot be edited; build it again, or keep an `RTreeIndex` while a draft changes.
    Answers are by the even-odd rule of each part's rings. Built, loaded and pickled
    indexes answer the same; threads may share one.

    Examples
    --------
    >>> west, east = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    >>> index = GridIndex.build(["G2", "G1"], [west, east])
    >>> index.ids[index.locate(1.0, 0.5)]
    'G1'
    >>> index.relate(0.5, 0.5)
    (1, <Relation.INSIDE: 1>)
    >>> index.locate_many(np.array([0.5, 1.5, 9.0]), np.array([0.5, 0.5, 0.5]))
    array([ 1,  0, -1], dtype=int32)
    """

    def __init__(
        self, ids: tuple[str, ...], rings: Rings, words: NDArray[np.int64]
    ) -> None:
        """Take ids in code order, the rings of their polygons, and the words."""
        self._ids = ids
        self._rings = rings
        self._words = _on_cache_line(words)
        self._address = self._words.ctypes.data

    @classmethod
    def build(cls, ids: Iterable[str | int], polygons: Iterable[BaseGeometry]) -> Self:
        """Compile the index of grids given in any order.

        Parameters
        ----------
        ids
            Unique ids.
        polygons
            One Polygon or MultiPolygon each, all in one CRS; holes, gaps and overlaps
            are allowed.

        Raises
        ------
        CoverageError
            If an id is repeated or a feature is no usable polygon; it is named.
        """
        ordered, shapes = ordered_grids(ids, polygons)
        rings = rings_of(shapes)
        return cls(ordered, rings, compile_words(edges_of(rings)))

    @classmethod
    def load(cls, path: str | Path, *, mmap: bool = True) -> Self:
        """Read an index that `save` wrote.

        Parameters
        ----------
        path
            The file.
        mmap
            Map the file, so that processes share one copy; only its header is checked
            then. Otherwise all of it is read and checked.

        Raises
        ------
        InputFileError
            If the file is missing, truncated, foreign or damaged.
        """
        return cls(*read_index(Path(path), mmap=mmap))

    def save(self, path: str | Path) -> None:
        """Write the index to a file, which appears complete or not at all."""
        write_index(Path(path), StoredIndex(self._ids, self._rings, self._words))

    def __reduce__(self) -> tuple[type[Self], StoredIndex]:
        return type(self), StoredIndex(self._ids, self._rings, self._words)

    @property
    def ids(self) -> tuple[str, ...]:
        """Grid ids in code order; row `i` of every answer is `ids[i]`."""
        return self._ids

    @property
    def words(self) -> NDArray[np.int64]:
        """The compiled index; `gis.index.layout` says how it lies."""
        return self._words

    @property
    def nbytes(self) -> int:
        """Bytes of the compiled words, without the polygons kept for candidates."""
        return self._words.nbytes

    def locate(self, x: float, y: float) -> int:
        """Return the row of the grid that intersects the point, -1 where none does."""
        return locate_point(float(x), float(y), self._address)

    def locate_many(
        self, x: NDArray[np.float64], y: NDArray[np.float64], threads: int = 1
    ) -> NDArray[np.int32]:
        """Return `locate` of each point: int32, shape (m,).

        Parameters
        ----------
        x, y
            Coordinates, shape (m,).
        threads
            Threads that share the points; the answer is the same.

        Raises
        ------
        ValueError
            If the arrays are not one-dimensional and of one length.
        """
        xs, ys = point_arrays(x, y)
        rows = np.empty(len(xs), dtype=np.int32)
        none = np.empty(0, dtype=np.uint8)
        shares = max(1, min(threads, len(xs) // _LEAST_SHARE))
        if shares == 1:
            self._relate_into(rows, none, xs, ys)
            return rows
        parts = [np.array_split(each, shares) for each in (rows, xs, ys)]
        with ThreadPoolExecutor(shares) as pool:
            list(pool.map(self._relate_into, parts[0], [none] * shares, *parts[1:]))
        return rows

    def relate(self, x: float, y: float) -> tuple[int, Relation]:
        """Return the row of `locate` and how the point lies to the grids."""
        answer = relate_point(float(x), float(y), self._address)
        return answer >> 2, _RELATIONS[answer & 3]

    def relate_many(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
        """Return `relate` of each point: rows int32 and relations uint8, shape (m,)."""
        xs, ys = point_arrays(x, y)
        rows = np.empty(len(xs), dtype=np.int32)
        relations = np.empty(len(xs), dtype=np.uint8)
        self._relate_into(rows, relations, xs, ys)
        return rows, relations

    def candidates(self, x: float, y: float, radius: float) -> list[tuple[int, float]]:
        """Return (row, distance) of the grids within `radius`, nearest first.

        Distance is planar, in units of the coordinates, 0 inside or on the edge; ties
        are in row order. An unusable point has no candidates. The first call builds a
        tree of the polygons: seconds for 100,000 of them.

        Raises
        ------
        ValueError
            If the radius is negative or not finite.
        """
        check_radius(radius)
        if not is_usable(np.array([x, y])).all():
            return []
        point = shapely.Point(x, y)
        rows = self._tree.query(shapely.box(*box_about(x, y, radius)))
        distances = shapely.distance(point, self._tree.geometries[rows])
        pairs = zip(rows.tolist(), distances.tolist(), strict=True)
        near = [(row, distance) for row, distance in pairs if distance <= radius]
        return sorted(near, key=lambda pair: (pair[1], pair[0]))

    def _relate_into(
        self,
        rows: NDArray[np.int32],
        relations: NDArray[np.uint8],
        xs: NDArray[np.float64],
        ys: NDArray[np.float64],
    ) -> None:
        """Write the answers of points; relations only where there is room for them."""
        places = xs.ctypes.data, ys.ctypes.data
        relate_points(*places, rows, relations, self._address)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        """The polygons in a tree that threads may share."""
        return shapely.STRtree(polygons_of(self._rings))


def warm_up() -> None:
    """Compile all kernels or take them from the cache, so that no event waits for it.

    Call it once when a process starts: a second from a cache, a minute without.
    """
    index = GridIndex.build(["a"], [shapely.Point(0, 0).buffer(1)])
    index.relate(0.5, 0.5)
    index.locate(0.5, 0.5)
    index.locate_many(np.zeros(1), np.zeros(1))
    unit = np.ones((2, 1))
    nearest_feet(index._rings, np.zeros(1, dtype=np.int32), unit.T, unit)


def _on_cache_line(words: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the words, copied to the start of a cache line if they are off one."""
    if words.ctypes.data % 64 == 0:
        return words
    room = np.empty(len(words) + 8, dtype=np.int64)
    start = -room.ctypes.data % 64 // 8
    aligned = room[start : start + len(words)]
    aligned[:] = words
    return aligned
