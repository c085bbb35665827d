"""Events of a time counted on later boundaries, each in exactly one area.

An event of a grid whose ground is the same stays with it; else it goes where its point
lies, or stays in its circle. What has no point goes to one of the grids that have
ground of its own one, as its id draws by their shares: whatever else was reported, it
is the same. Who sees an event is decided by where it was recorded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.crosswalk import cross, grid_system, weigh
from gis.crosswalk.pieces import OUTSIDE
from gis.models import Instant
from gis.pagoda import area_path
from gis.tally import Rows, Steps, steps_at
from layers.figures.columns import Area, Chunk, EventColumns
from layers.figures.lexicon import Lexicon
from layers.rating.facts import locate_points
from layers.snapshots import Snapshot
from layers.words import Words

Numbers = NDArray[np.int64]

MOVES: Final[Mapping[str, Words]] = {
    "same_ground": Words(
        "所属网格范围未变，仍计入该网格。", "Its grid has the same ground; it stays."
    ),
    "by_point": Words(
        "按位置在新边界中重新查找。", "Its point was looked up in the boundaries used."
    ),
    "by_weight": Words(
        "无位置，按原网格与各新网格的面积比例，由编号抽定。",
        "It has no point: drawn by its id, by the ground that its grid shares.",
    ),
    "by_circle": Words(
        "无网格，位置也不在网格内，仍计入原圈层。",
        "It lies in no grid; it stays in its circle.",
    ),
}
"""How an event came to count in an area."""
NOT_MOVED: Final[Mapping[str, Words]] = {
    "outside": Words("位置在新边界之外。", "It lies outside the boundaries used."),
    "area_gone": Words(
        "原网格或圈层已不存在，且无位置。",
        "Its grid or circle is gone, and it has no point.",
    ),
    "no_place": Words("无位置，也无网格。", "It has neither point nor area."),
}
"""Why an event counts in no area."""


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """From which boundaries to which events are moved.

    Attributes
    ----------
    earlier
        Grids that were in force in the time, each version once, in order.
    target
        The boundaries that events are to be counted on.
    """

    earlier: Sequence[gpd.GeoDataFrame]
    target: Snapshot


class Goal(NamedTuple):
    """Where an event counts, and how it came there."""

    path: str
    grid_id: str | None
    move: str


OUTSIDE_ALL: Final = Goal("", None, "outside")
NO_PLACE: Final = Goal("", None, "no_place")
UNLOCATED: Final = -2
"""In place of the row of the grid at a point: there is no point, or nobody asks."""


def move_events(
    columns: EventColumns,
    points: pd.DataFrame,
    span: tuple[Instant, Instant],
    known_at: Instant | None,
    move: Move,
) -> EventColumns:
    """Return the events of a time on other boundaries, as they stood at its end.

    Parameters
    ----------
    columns
        All events.
    points
        Of `layers.figures.event_points`, by their rows in the columns.
    span
        From, inclusively, until, exclusively: the columns answer no other time.
    known_at
        Only what was recorded up to then counts; None takes all.
    move
        The boundaries.
    """
    rows, numbers = _rows_of(columns, *span)
    at = np.empty(len(numbers), np.int64)
    steps_at(rows, columns.steps, span[1], columns.step_count(known_at), at)
    areas = [*columns.areas.values(columns.area_count)]
    codes = columns.steps.codes[:, 3]
    places = [areas[codes[step]] if step >= 0 else None for step in at.tolist()]
    goals = _goals(places, points.reindex(numbers), move)
    lexicon: Lexicon[Area] = Lexicon()
    pairs = np.array(
        [
            lexicon.number(Area(goal.path, goal.grid_id, areas[now].path, goal.move))
            for goal, now in zip(goals, rows.codes[:, 1].tolist(), strict=True)
        ],
        np.int64,
    )
    moved = _columns_on(columns, Chunk(rows, *span), pairs, lexicon)
    return replace(moved, origin=numbers)


def _rows_of(
    columns: EventColumns, since: Instant, until: Instant
) -> tuple[Rows, Numbers]:
    """Return the events that occurred in a time, and their rows in the columns."""
    parts, start = [], 0
    numbers = []
    for chunk in columns.chunks:
        occurred = chunk.rows.occurred
        some = np.flatnonzero((occurred >= since) & (occurred < until))
        parts.append([array[some] for array in chunk.rows])
        numbers.append(start + some)
        start += len(occurred)
    if not parts:
        empty = np.empty((0, 8), np.int32)
        return Rows(np.empty(0, np.int64), empty, empty[:, :4]), np.empty(0, np.int64)
    return Rows(*map(np.concatenate, zip(*parts, strict=True))), np.concatenate(numbers)


def _columns_on(
    columns: EventColumns, chunk: Chunk, pairs: Numbers, areas: Lexicon[Area]
) -> EventColumns:
    """Return columns of some events alone, with other areas."""
    rows, steps = chunk.rows, columns.steps
    own_steps, owners = _chains(steps, rows.codes[:, 2])
    codes = steps.codes[own_steps]
    codes[:, 3] = pairs[owners]
    before = steps.before[own_steps]
    before = np.where(before < 0, -1, np.searchsorted(own_steps, before)).astype(
        np.int32
    )
    row_codes = rows.codes.copy()
    row_codes[:, 1] = pairs
    row_codes[:, 2] = np.searchsorted(own_steps, row_codes[:, 2])
    return EventColumns(
        (chunk._replace(rows=rows._replace(codes=row_codes)),),
        Steps(before, codes, steps.change[own_steps], steps.exact, steps.wide),
        columns.recorded[own_steps],
        columns.profiles,
        areas,
        columns.profile_count,
        len(areas),
        columns.last_action,
    )


def _chains(steps: Steps, last: NDArray[np.int32]) -> tuple[Numbers, Numbers]:
    """Return all steps of some events in order, and the event of each."""
    step, event = last.astype(np.int64), np.arange(len(last))
    parts = []
    while step.size:
        parts.append((step, event))
        before = steps.before[step].astype(np.int64)
        step, event = before[before >= 0], event[before >= 0]
    if not parts:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    own_steps, owners = map(np.concatenate, zip(*parts, strict=True))
    order = np.argsort(own_steps)
    return own_steps[order], owners[order]


def _goals(
    places: Sequence[Area | None], points: pd.DataFrame, move: Move
) -> list[Goal]:
    """Return where each event counts, by where it stood and its point."""
    ground = _Ground(move)
    xy = points[["x", "y"]].to_numpy(np.float64)
    has_point = ~np.isnan(xy).any(axis=1)
    is_asked = has_point & np.array([not ground.stays(place) for place in places], bool)
    grid_rows = np.full(len(places), UNLOCATED)
    grid_rows[is_asked] = locate_points(
        gpd.GeoSeries(shapely.points(xy[is_asked])), move.target
    )
    return [
        ground.goal(*event)
        for event in zip(places, grid_rows.tolist(), points["draw"], strict=True)
    ]


class _Ground:
    """What became of the grids of earlier boundaries."""

    def __init__(self, move: Move) -> None:
        self._target = move.target
        grids = move.target.territory.grids
        self._ids = [str(grid_id) for grid_id in grids["grid_id"]]
        later = dict(zip(self._ids, grids.geometry, strict=True))
        self.polygons: dict[str, BaseGeometry] = {}
        changed: set[str] = set()
        for frame in move.earlier:
            earlier = dict(zip(frame["grid_id"], frame.geometry, strict=True))
            self.polygons |= earlier
            changed |= {
                grid_id
                for grid_id, polygon in earlier.items()
                if grid_id not in later or not _is_same(polygon, later[grid_id])
            }
        self._same = self.polygons.keys() - changed
        self._shares: dict[str, tuple[list[Goal], NDArray[np.float64]]] = {}

    def stays(self, place: Area | None) -> bool:
        """Say whether the grid of an event has the same ground, whatever its point."""
        return place is not None and place.grid_id in self._same

    def goal(self, place: Area | None, grid_row: int, draw: float) -> Goal:
        """Return where an event counts: the first of the ways that it can go.

        The row is that of the grid at its point, -1 outside, `UNLOCATED` without one.
        """
        if place is None:
            return NO_PLACE
        if place.grid_id is not None and self.stays(place):
            return self._in_grid(place.grid_id, "same_ground")
        if grid_row >= 0:
            return self._in_grid(self._ids[grid_row], "by_point")
        return self._beside_grids(place, grid_row, draw)

    def _beside_grids(self, place: Area, grid_row: int, draw: float) -> Goal:
        """Return where an event counts that has no point in a grid."""
        circle = self._path(place.path.split("/")[-2]) if place.path else None
        if place.grid_id is None and circle is not None:
            return Goal(circle, None, "by_circle")
        if grid_row != UNLOCATED:
            return OUTSIDE_ALL
        if place.grid_id in self.polygons:
            return self._drawn(str(place.grid_id), draw)
        return Goal("", None, "area_gone") if place.path else NO_PLACE

    def _drawn(self, grid_id: str, draw: float) -> Goal:
        """Return one of the grids that have ground of a grid, by a number below 1."""
        if grid_id not in self._shares:
            self._shares[grid_id] = self._shares_of(grid_id)
        goals, ends = self._shares[grid_id]
        place = int(np.searchsorted(ends, draw, side="right"))
        return goals[min(place, len(goals) - 1)]

    def _shares_of(self, grid_id: str) -> tuple[list[Goal], NDArray[np.float64]]:
        """Return where ground of a grid is now, outside last, and sums of its parts."""
        crs, polygon = self._target.territory.grids.crs, self.polygons[grid_id]
        assert crs is not None  # noqa: S101  layers of a store have one
        polygons = self._target.territory.grids.geometry
        near = np.flatnonzero(polygons.intersects(polygon))
        walk = cross(
            grid_system([grid_id], [polygon]),
            grid_system([self._ids[n] for n in near], polygons.iloc[near]),
            crs,
        )
        weights = weigh(walk)
        goals = [
            self._in_grid(walk.targets.ids[target], "by_weight")
            if target != OUTSIDE
            else OUTSIDE_ALL
            for target in weights.rows[:, 1].tolist()
        ]
        return goals, np.cumsum(weights.weights)

    def _in_grid(self, grid_id: str, move: str) -> Goal:
        return Goal(self._path(grid_id) or area_path([grid_id]), grid_id, move)

    def _path(self, area_id: str) -> str | None:
        pagoda = self._target.territory.pagoda
        return None if pagoda is None else pagoda.path(area_id)


def _is_same(polygon: BaseGeometry, other: BaseGeometry) -> bool:
    """Say whether two polygons cover the same ground, whatever their vertices."""
    return polygon.equals_exact(other, 0.0) or bool(shapely.equals(polygon, other))
