"""What changes hands with a change of grids: records by position, duties by post."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.editing.ground_points import NOBODY, GroundPoints, Snapping
from gis.geometry import Polygonal
from gis.index import GridIndex
from gis.models import Instant, Post
from gis.roster import Duty, PostsPlan
from gis.versions import History

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]

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
    A point outside all grids goes to the nearest one within the reach of the points.

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
    fresh = _Fresh.of(change.after, points)
    reached = _reached(points, is_dropped, fresh)
    rows = np.sort(np.concatenate([points.of_rows(dropped), reached]))
    staying, located = _lowest_staying(points, rows, is_dropped), fresh.located(rows)
    _snap(points, rows, is_dropped, fresh, (staying, located))
    owners = points.owners[rows]
    old = np.unique(np.concatenate([owners, staying]))
    old = old[old != NOBODY]
    old_ids = [points.ids[row] for row in old.tolist()]
    ids = tuple(sorted({*old_ids, *fresh.ids}))
    rank = {grid: place for place, grid in enumerate(ids)}
    old_rank = np.array([rank[grid] for grid in old_ids], dtype=np.int64)
    new_rank = np.array([rank[grid] for grid in fresh.ids], dtype=np.int64)
    after = np.minimum(
        _ranked(new_rank, located, _LAST),
        _ranked(old_rank, _place_in(old, staying), _LAST),
    )
    after[after == _LAST] = NOBODY
    before = _ranked(old_rank, _place_in(old, owners), NOBODY)
    return Reassignment(ids, rows, before, after)


@dataclass(frozen=True, slots=True, eq=False)
class _Fresh:
    """The grids of a change as they are after it."""

    ids: tuple[str, ...]
    index: GridIndex | None
    snap: Snapping | None
    points: GroundPoints

    @classmethod
    def of(cls, polygons: Mapping[str, Polygonal], points: GroundPoints) -> "_Fresh":
        if not polygons:
            return cls((), None, None, points)
        index = GridIndex.build(polygons, polygons.values())
        snap = None
        if points.snap is not None:
            shapes = [polygons[grid] for grid in index.ids]
            snap = Snapping.onto(shapes, points.snap.reach)
        return cls(index.ids, index, snap, points)

    def located(self, rows: Rows) -> Rows:
        """Return the row of the grid that holds each point."""
        if self.index is None:
            return np.full(len(rows), NOBODY, dtype=np.int64)
        x, y = self.points.x[rows], self.points.y[rows]
        return self.index.locate_many(x, y).astype(np.int64)

    def nearest(self, rows: Rows) -> tuple[Rows, Floats]:
        """Return the row of the grid that gets each point, and how far it is."""
        if self.snap is None:
            return np.full(len(rows), NOBODY), np.full(len(rows), np.inf)
        return self.snap.nearest(self.points.x[rows], self.points.y[rows])


def _reached(points: GroundPoints, is_dropped: Flags, fresh: _Fresh) -> Rows:
    """Return the points of others, or of nobody, that the new grids touch or get."""
    is_beside = ~is_dropped[points.owners[points.edge]]
    beside = points.edge[is_beside]
    is_reached = fresh.located(beside) != NOBODY
    if fresh.snap is not None:
        is_outside = np.diff(points.first_touching)[is_beside] == 0
        nearest, _ = fresh.nearest(beside[is_outside])
        is_reached[is_outside] |= nearest != NOBODY
    reached: Rows = beside[is_reached]
    return reached


def _snap(
    points: GroundPoints,
    rows: Rows,
    is_dropped: Flags,
    fresh: _Fresh,
    answers: tuple[Rows, Rows],
) -> None:
    """Give points that no grid touches to the nearest, where the base does so.

    Of a staying and a new grid that are as near, both stand in the answers.
    """
    staying, located = answers
    outside = np.flatnonzero((staying == NOBODY) & (located == NOBODY))
    if points.snap is None or len(outside) == 0:
        return
    x, y = points.x[rows[outside]], points.y[rows[outside]]
    old, old_m = points.snap.nearest(x, y, is_dropped)
    new, new_m = fresh.nearest(rows[outside])
    staying[outside] = np.where(old_m <= new_m, old, NOBODY)
    located[outside] = np.where(new_m <= old_m, new, NOBODY)


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
    *,
    is_snapping: bool = False,
) -> frozenset[str]:
    """Return the grids whose stored events may change hands.

    They are the changed ones and, since an event keeps the grid of its time, those
    whose ground they got; a grid beside them only where a new one comes before it in
    code order, since that takes the points on their border. Events of nobody are to be
    read besides where the ground itself changes.

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
    is_snapping
        Whether positions outside are given to the nearest grid: then any grid beside a
        changed one may lose some.
    """
    created = change.after.keys() - change.before.keys()
    first = min(created, default="")
    owners = set(change.before)
    owners |= {g for g in around if is_snapping or (created and first < g)}
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
