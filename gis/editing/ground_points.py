"""Positions sorted by the grid that holds them, for any number of changes of grids."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.assignment.nearby import Nearby
from gis.errors import InvalidLayerError
from gis.geodesy import Ruler
from gis.geometry import Polygonal
from gis.index import GridIndex, Relation

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]

NOBODY: Final = -1
"""In place of a row of `ids`: no grid holds the position."""
_EVERY: Final = np.zeros(0, dtype=bool)


class Reach(NamedTuple):
    """How far outside all grids a position is given to the nearest one.

    Attributes
    ----------
    ruler
        Measures metres between positions and grids.
    metres
        As the engine's `snap_m`.
    """

    ruler: Ruler
    metres: float


@dataclass(frozen=True, slots=True, eq=False)
class Snapping:
    """Grids that get positions near by; ties, to 1 mm, go to the lowest row.

    Attributes
    ----------
    nearby
        The grids.
    reach
        How near.
    """

    nearby: Nearby
    reach: Reach

    @classmethod
    def onto(cls, polygons: Sequence[Polygonal], reach: Reach) -> Self:
        """Return what measures to grids in code order of their ids."""
        return cls(Nearby(polygons, reach.ruler), reach)

    def nearest(
        self, x: Floats, y: Floats, is_dropped: Flags = _EVERY
    ) -> tuple[Rows, Floats]:
        """Return the grid that gets each position, and how far it is.

        Parameters
        ----------
        x, y
            Positions outside all grids, shape (m,); one that is not finite gets none.
        is_dropped
            Grids that get none, by row; empty for every grid.

        Returns
        -------
        rows, metres
            `NOBODY` and infinity where none is near enough, shape (m,).
        """
        rows, metres = np.full(len(x), NOBODY), np.full(len(x), np.inf)
        finite = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        radius = np.full(len(finite), self.reach.metres)
        point, row, far = self.nearby.within_many(x[finite], y[finite], radius)
        if len(is_dropped):
            stays = ~is_dropped[row]
            point, row, far = point[stays], row[stays], far[stays]
        first_point, first = np.unique(point, return_index=True)
        rows[finite[first_point]] = row[first]
        metres[finite[first_point]] = far[first]
        return rows, metres


@dataclass(frozen=True, slots=True, eq=False)
class GroundPoints:
    """Positions sorted by the grid that holds them, to be asked again and again.

    Attributes
    ----------
    ids
        Grids of the base in code order.
    snap
        Which grid gets a position outside all of them; None where none does.
    x, y
        Positions in the coordinates of the grids, shape (n,); NaN where a record has
        none.
    owners
        Row in `ids` of the grid of each, shape (n,); `NOBODY` where there is none.
    order, starts
        Points sorted by owner, and where those of each row begin, shape (n,) and
        (grids + 1,); those of nobody come first in `order` and have no start.
    edge
        Points on borders and outside, ascending.
    touching, first_touching
        Rows of the grids that touch each of these, ascending, one after the other, and
        where those of each begin; none touches a point outside.
    """

    ids: tuple[str, ...]
    snap: "Snapping | None"
    x: Floats
    y: Floats
    owners: Rows
    order: Rows
    starts: Rows
    edge: Rows
    touching: Rows
    first_touching: Rows

    @classmethod
    def locate(
        cls,
        polygons: Mapping[str, Polygonal],
        x: Floats,
        y: Floats,
        reach: Reach | None = None,
    ) -> Self:
        """Find the grid of every position, by the engine's rule.

        A point on a shared border belongs to the lowest id in code order.

        Parameters
        ----------
        polygons
            All grids of the base.
        x, y
            Positions in their coordinates, shape (n,).
        reach
            How far outside a position is given to the nearest grid; None nowhere.

        Examples
        --------
        >>> grids = {"B": shapely.box(0, 0, 1, 1), "A": shapely.box(1, 0, 2, 1)}
        >>> x, y = np.array([1.0, 9.0]), np.array([0.5, 0.0])
        >>> points = GroundPoints.locate(grids, x, y)
        >>> points.ids, points.owners.tolist()
        (('A', 'B'), [0, -1])
        """
        index = GridIndex.build(polygons, polygons.values())
        xs, ys = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        rows, relations = index.relate_many(xs, ys)
        owners = rows.astype(np.int64)
        shapes = [polygons[grid] for grid in index.ids]
        snap = None if reach is None else Snapping.onto(shapes, reach)
        if snap is not None:
            outside = np.flatnonzero(owners == NOBODY)
            owners[outside], _ = snap.nearest(xs[outside], ys[outside])
        order = np.argsort(owners, kind="stable")
        starts = np.searchsorted(owners[order], np.arange(len(index.ids) + 1))
        edge = np.flatnonzero(relations != Relation.INSIDE)
        touching, first_touching = _touching(shapes, xs[edge], ys[edge])
        return cls(
            index.ids,
            snap,
            xs,
            ys,
            owners,
            order,
            starts,
            edge,
            touching,
            first_touching,
        )

    def of_rows(self, rows: Rows) -> Rows:
        """Return the points that grids own, those of the first row first."""
        pieces = [self.order[self.starts[r] : self.starts[r + 1]] for r in rows]
        return np.concatenate(pieces) if pieces else np.empty(0, dtype=np.int64)

    def rows_of(self, grids: Iterable[str]) -> Rows:
        """Return the rows of grids, ascending; all of them have to be in the base."""
        wanted = sorted(grids)
        rows = [bisect_left(self.ids, grid) for grid in wanted]
        lacking = [
            grid
            for grid, row in zip(wanted, rows, strict=True)
            if row == len(self.ids) or self.ids[row] != grid
        ]
        if lacking:
            raise InvalidLayerError(
                "The change takes the grids {lacking!r} ({lacking_2} in all), which "
                "its base does not have; make it on its base again.",
                lacking=lacking[:3],
                lacking_2=len(lacking),
            )
        return np.array(rows, dtype=np.int64)


def _touching(polygons: Sequence[Polygonal], x: Floats, y: Floats) -> tuple[Rows, Rows]:
    """Return the rows of the grids that touch points, and where those of each begin."""
    point, touching = shapely.STRtree(polygons).query(
        shapely.points(x, y), predicate="intersects"
    )
    by_point = np.lexsort((touching, point))
    first = np.searchsorted(point[by_point], np.arange(len(x) + 1))
    return touching[by_point].astype(np.int64), first
