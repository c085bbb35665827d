"""What changes hands with a change of grids: records by position, duties by post."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.errors import InvalidLayerError
from gis.geometry import Polygonal
from gis.index import GridIndex, Relation
from gis.models import Instant, Post
from gis.roster import Duty, PostsPlan
from gis.versions import History

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]

NOBODY: Final = -1
"""In place of a row of `ids`: no grid holds the position."""
_LAST: Final = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False)
class Redrawing:
    """Grids that are changed, before and after; together they are the same ground.

    Attributes
    ----------
    before
        Polygons of the grids that are redrawn or taken away.
    after
        Polygons in their place, as they are stored; a grid in both is redrawn.
    """

    before: Mapping[str, Polygonal]
    after: Mapping[str, Polygonal]

    @classmethod
    def between(
        cls, before: Mapping[str, Polygonal], after: Mapping[str, Polygonal]
    ) -> Self:
        """Return what differs between two coverages, the geometry byte by byte.

        Parameters
        ----------
        before, after
            All grids of each.

        Examples
        --------
        >>> west, east = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
        >>> change = Redrawing.between({"A": west, "B": east}, {"A": west, "C": east})
        >>> sorted(change.before), sorted(change.after)
        (['B'], ['C'])
        """
        same = {
            grid
            for grid, polygon in before.items()
            if grid in after and shapely.equals_exact(polygon, after[grid], 0.0)
        }
        return cls(
            {grid: p for grid, p in before.items() if grid not in same},
            {grid: p for grid, p in after.items() if grid not in same},
        )


@dataclass(frozen=True, slots=True, eq=False)
class GroundPoints:
    """Positions sorted by the grid that holds them, to be asked again and again.

    Attributes
    ----------
    ids
        Grids of the base in code order.
    x, y
        Positions in the coordinates of the grids, shape (n,); NaN where a record has
        none.
    owners
        Row in `ids` of the grid of each, shape (n,); `NOBODY` outside.
    order, starts
        Points sorted by owner, and where those of each row begin, shape (n,) and
        (grids + 1,); those of nobody come first in `order` and have no start.
    edge
        Points that several grids touch, or none, ascending.
    touching, first_touching
        Rows of the grids that touch each of these, ascending, one after the other, and
        where those of each begin.
    """

    ids: tuple[str, ...]
    x: Floats
    y: Floats
    owners: Rows
    order: Rows
    starts: Rows
    edge: Rows
    touching: Rows
    first_touching: Rows

    @classmethod
    def locate(cls, polygons: Mapping[str, Polygonal], x: Floats, y: Floats) -> Self:
        """Find the grid of every position, by the engine's rule.

        A point on a shared border belongs to the lowest id in code order.

        Parameters
        ----------
        polygons
            All grids of the base.
        x, y
            Positions in their coordinates, shape (n,).

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
        order = np.argsort(owners, kind="stable")
        starts = np.searchsorted(owners[order], np.arange(len(index.ids) + 1))
        edge = np.flatnonzero(relations != Relation.INSIDE)
        shapes = np.array([polygons[grid] for grid in index.ids], dtype=object)
        point, touching = shapely.STRtree(shapes).query(
            shapely.points(xs[edge], ys[edge]), predicate="intersects"
        )
        by_point = np.lexsort((touching, point))
        first_touching = np.searchsorted(point[by_point], np.arange(len(edge) + 1))
        return cls(
            index.ids,
            xs,
            ys,
            owners,
            order,
            starts,
            edge,
            touching[by_point],
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
                f"The change takes the grids {lacking[:3]!r} ({len(lacking)} in all), "
                "which its base does not have; make it on its base again."
            )
        return np.array(rows, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Reassignment:
    """Points on changed ground with their grid before and after.

    Attributes
    ----------
    ids
        Grids that have to do with them, in code order.
    points
        Row of each point among all, ascending, shape (k,).
    before, after
        Row in `ids` of its grid, `NOBODY` where none holds it, shape (k,).
    """

    ids: tuple[str, ...]
    points: Rows
    before: Rows
    after: Rows

    def moved(self) -> "Reassignment":
        """Return those that change hands."""
        is_moved = self.before != self.after
        return Reassignment(
            self.ids, self.points[is_moved], self.before[is_moved], self.after[is_moved]
        )

    def pairs(
        self, is_sensitive: Flags | None = None
    ) -> dict[tuple[str | None, str | None], int]:
        """Return how many points change hands, by grid before and after.

        Points of sensitive kinds are in no count: such counts are given once, for a
        closed month (`gis.suppression`), and a second table would give them away.

        Parameters
        ----------
        is_sensitive
            Of all points, shape (n,); None where none is.

        Returns
        -------
        pairs
            The most first; None in place of a grid is nobody.
        """
        moved = self.moved()
        countable = np.ones(len(moved.points), dtype=bool)
        if is_sensitive is not None:
            countable = ~is_sensitive[moved.points]
        names = (*self.ids, None)
        counts = Counter(
            zip(
                moved.before[countable].tolist(),
                moved.after[countable].tolist(),
                strict=True,
            )
        )
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return {(names[old], names[new]): count for (old, new), count in ordered}


def reassign(points: GroundPoints, change: Redrawing) -> Reassignment:
    """Find the new grid of every point on changed ground.

    The answer is that of assigning every point again on the whole coverage: a point on
    a border that changed and unchanged grids share belongs to the lowest id of both.
    A point outside all grids belongs to nobody, also where a service snaps it to one.

    Parameters
    ----------
    points
        Positions on the base of the change.
    change
        What differs from that base.

    Raises
    ------
    InvalidLayerError
        If the change takes a grid that the base does not have.
    CoverageError
        If a polygon is no usable one.

    Examples
    --------
    >>> grids = {"A": shapely.box(0, 0, 1, 1), "B": shapely.box(1, 0, 3, 1)}
    >>> points = GroundPoints.locate(grids, np.array([1.5, 2.5]), np.array([0.5, 0.5]))
    >>> wide, narrow = shapely.box(0, 0, 2, 1), shapely.box(2, 0, 3, 1)
    >>> change = Redrawing.between(grids, {"A": wide, "B": narrow})
    >>> reassign(points, change).pairs()
    {('B', 'A'): 1}
    """
    dropped = points.rows_of(change.before)
    # the last entry is that of nobody
    is_dropped = np.zeros(len(points.ids) + 1, dtype=bool)
    is_dropped[dropped] = True
    index = (
        GridIndex.build(change.after, change.after.values()) if change.after else None
    )
    rows = np.sort(
        np.concatenate([points.of_rows(dropped), _reached(points, is_dropped, index)])
    )
    staying = _lowest_staying(points, rows, is_dropped)
    owners = points.owners[rows]
    old = np.unique(np.concatenate([owners, staying]))
    old = old[old != NOBODY]
    new_ids = () if index is None else index.ids
    old_ids = [points.ids[row] for row in old.tolist()]
    ids = tuple(sorted({*old_ids, *new_ids}))
    rank = {grid: place for place, grid in enumerate(ids)}
    old_rank = np.array([rank[grid] for grid in old_ids], dtype=np.int64)
    new_rank = np.array([rank[grid] for grid in new_ids], dtype=np.int64)
    located = _located(index, points, rows)
    after = np.minimum(
        _ranked(new_rank, located, _LAST),
        _ranked(old_rank, _place_in(old, staying), _LAST),
    )
    after[after == _LAST] = NOBODY
    before = _ranked(old_rank, _place_in(old, owners), NOBODY)
    return Reassignment(ids, rows, before, after)


def _located(index: GridIndex | None, points: GroundPoints, rows: Rows) -> Rows:
    """Return the row in an index of each point."""
    if index is None:
        return np.full(len(rows), NOBODY, dtype=np.int64)
    located: Rows = index.locate_many(points.x[rows], points.y[rows]).astype(np.int64)
    return located


def _reached(points: GroundPoints, is_dropped: Flags, index: GridIndex | None) -> Rows:
    """Return the points of others, or of nobody, that the new grids touch."""
    beside = points.edge[~is_dropped[points.owners[points.edge]]]
    touched: Rows = beside[_located(index, points, beside) != NOBODY]
    return touched


def _lowest_staying(points: GroundPoints, rows: Rows, is_dropped: Flags) -> Rows:
    """Return the lowest of the grids that touch each point and stay as they are."""
    staying = np.full(len(rows), NOBODY, dtype=np.int64)
    place = np.searchsorted(points.edge, rows)
    is_edge = place < len(points.edge)
    is_edge[is_edge] = points.edge[place[is_edge]] == rows[is_edge]
    first = points.first_touching[place[is_edge]]
    count = points.first_touching[place[is_edge] + 1] - first
    # every entry of every such point, one after the other
    entry = np.repeat(first - np.cumsum(count) + count, count) + np.arange(count.sum())
    touching = points.touching[entry]
    stays = ~is_dropped[touching]
    lowest = np.full(len(count), _LAST)
    np.minimum.at(
        lowest, np.repeat(np.arange(len(count)), count)[stays], touching[stays]
    )
    staying[is_edge] = np.where(lowest == _LAST, NOBODY, lowest)
    return staying


def _place_in(values: Rows, wanted: Rows) -> Rows:
    """Return the place of each value among ascending ones; NOBODY stays."""
    places = np.searchsorted(values, wanted)
    return np.where(wanted == NOBODY, NOBODY, places)


def _ranked(ranks: Rows, places: Rows, absent: int) -> Rows:
    """Return the rank at each place, another number where there is none."""
    ranked: Rows = np.append(ranks, absent)[places]
    return ranked


def owners_to_read(
    change: Redrawing,
    around: Collection[str],
    history: History,
    known_at: Instant | None = None,
) -> frozenset[str]:
    """Return the grids whose stored events may change hands.

    They are the changed ones and, since an event keeps the grid of its time, those
    whose ground they got; a grid beside them only where a new one comes before it in
    code order, since that takes the points on their border.

    Parameters
    ----------
    change
        What differs from the base.
    around
        Grids that stay and share a border with the changed ones.
    history
        Versions of the grid system, for their lineage.
    known_at
        None takes all that is recorded.
    """
    created = change.after.keys() - change.before.keys()
    first = min(created, default="")
    owners = {*change.before, *(grid for grid in around if created and first < grid)}
    sources: dict[str, list[str]] = {}
    for row in history.lineage(known_at):
        if row.from_system in ("", history.system):
            sources.setdefault(row.to_id, []).append(row.from_id)
    waiting = list(owners)
    while waiting:
        fresh = [grid for grid in sources.get(waiting.pop(), ()) if grid not in owners]
        owners.update(fresh)
        waiting += fresh
    return frozenset(owners)


class DutyHandover(NamedTuple):
    """A duty whose area is another, or that ends with its post.

    Attributes
    ----------
    duty
        As it stands.
    before, after
        Areas of its post; None where the post ends.
    """

    duty: Duty
    before: str
    after: str | None


def hand_over_duties(
    duties: Iterable[Duty], posts: Iterable[Post], plan: PostsPlan
) -> tuple[DutyHandover, ...]:
    """Return the duties that change hands with a plan of posts, in their order.

    Parameters
    ----------
    duties
        Those to be looked at; one of a post that does not stand is left out.
    posts
        Posts that stand before.
    plan
        Which of them end, and which move.
    """
    standing = tuple(posts)
    before = {post.post_id: post.area_id for post in standing}
    after = {post.post_id: post.area_id for post in plan.after(standing)}
    return tuple(
        DutyHandover(duty, before[duty.post_id], after.get(duty.post_id))
        for duty in duties
        if duty.post_id in before and before[duty.post_id] != after.get(duty.post_id)
    )
