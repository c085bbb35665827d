"""Assign positions to grids, their circles and the one accountable post.

Two doors give the same answers: `Assigner.assign` for one position, where the answer
inside a grid is prebuilt and costs one look-up, and `Assigner.assign_many` for arrays.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from numbers import Real
from typing import Final, Self

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.assignment.nearby import Nearby
from gis.assignment.positions import (
    REASONS,
    Positions,
    bring_to_grids,
    check_numbers,
    is_usable,
)
from gis.crs import Datum
from gis.errors import SettingError
from gis.geodesy import Ruler
from gis.index import Locator, Relation
from gis.models import (
    TIE_RULE,
    Assignment,
    Candidate,
    CircleId,
    GridId,
    Instant,
    Provenance,
    Status,
)
from gis.roster import BEGINNING, NO_HOUR, DutyColumns, DutyTable, OnDuty, Timeline

Floats = NDArray[np.float64]
Rows = NDArray[np.int32]

STATUSES: Final = tuple(Status)
"""Statuses by code; the first four are the codes of `Relation`."""
INSIDE: Final = Relation.INSIDE
SNAPPED: Final = STATUSES.index(Status.SNAPPED)
UNLOCATED: Final = STATUSES.index(Status.UNLOCATED)
ENGINE_VERSION: Final = "1"


@dataclass(frozen=True, slots=True)
class Command:
    """Who stands above and for each grid.

    Attributes
    ----------
    duties
        The command tree, its posts, and who is on duty.
    communities
        The administrative parent of each grid, where it has one.
    """

    duties: DutyTable
    communities: Mapping[GridId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GridOwner:
    """What belongs to a grid whatever the position in it and the time."""

    chain: tuple[CircleId, ...]
    community_id: str | None


NOBODY: Final = OnDuty(None, "", None, ())
"""Who is on duty where there is no tree or no list of posts."""


@dataclass(frozen=True, slots=True)
class AssignmentTable:
    """Answers to m positions as columns.

    Attributes
    ----------
    rows
        Owner's row in the grid ids, -1 where there is none, int32 (m,).
    statuses
        Codes into `STATUSES`, uint8 (m,).
    reasons
        Codes into `gis.assignment.REASONS`, uint8 (m,).
    nearest
        Row of the nearest grid where the status is outside, else -1, int32 (m,).
    distances_m
        Metres to the owner or the nearest grid, NaN inside and unlocated, float64 (m,).
    candidate_offsets, candidate_rows, candidate_distances_m
        Candidates of position i are the slice ``offsets[i]:offsets[i + 1]`` of rows
        and distances, nearest first; int64 (m + 1,), int32 (c,), float64 (c,).
    on_duty
        Who is on duty for each position at its time.
    """

    rows: Rows
    statuses: NDArray[np.uint8]
    reasons: NDArray[np.uint8]
    nearest: Rows
    distances_m: Floats
    candidate_offsets: NDArray[np.int64]
    candidate_rows: Rows
    candidate_distances_m: Floats
    on_duty: DutyColumns


class Assigner:
    """Answers whose a position is, in the coordinates of the grids.

    Parameters
    ----------
    locator
        Exact point location.
    polygons
        Polygons of the grids, in the order of `locator.ids`.
    ruler
        Measures metres in the CRS of the polygons.
    command
        The tree and who is on duty; None leaves chain and posts empty.
    snap_m
        A position outside all grids is given to one at most this far; 0 snaps none.
    provenance
        What is stored with every answer.
    """

    def __init__(
        self,
        locator: Locator,
        polygons: Sequence[BaseGeometry],
        ruler: Ruler,
        *,
        command: Command | None = None,
        snap_m: float = 0.0,
        provenance: Provenance | None = None,
    ) -> None:
        self.ids = locator.ids
        self._locator = locator
        self._relate = locator.relate
        self.polygons = polygons
        self.ruler = ruler
        self._nearby = Nearby(polygons, ruler)
        self._snap_m = snap_m
        self._datum: Datum | None = None
        self._provenance = provenance or plain_provenance()
        self.owners = tuple(_owner(GridId(grid), command) for grid in self.ids)
        pagoda = command.duties.roster.pagoda if command else None
        self.tiers = pagoda.tiers if pagoda else ()
        self.circles = pagoda.circles if pagoda else {}
        self.chain_rows = (
            pagoda.chain_rows(self.ids)
            if pagoda
            else np.empty((len(self.ids), 0), dtype=np.int32)
        )
        self._take_duties(command.duties if command else None)

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """Bounds of all grids, ``(minx, miny, maxx, maxy)``."""
        min_x, min_y, max_x, max_y = map(float, shapely.total_bounds(self.polygons))
        return min_x, min_y, max_x, max_y

    @property
    def has_duties(self) -> bool:
        """Whether duties in time are taken into account."""
        return self._provenance.duty_revision is not None

    def with_duties(self, duties: DutyTable) -> Self:
        """Return an assigner that knows other duties; this one stays as it is.

        Nothing spatial is built again, so a changed duty costs less than a millisecond.
        """
        other = copy(self)
        other._take_duties(duties)
        return other

    def with_grid_datum(self, datum: Datum) -> Self:
        """Return an assigner whose `assign` says what is wrong with a position.

        It says so as `answer_many` does: axes that are swapped, degrees that are whole
        or out of range. Without a datum it looks at the numbers alone.

        Parameters
        ----------
        datum
            Datum of the polygons.
        """
        other = copy(self)
        other._datum = datum
        return other

    def with_datum(self, datum: str, datum_error_m: float | None) -> Self:
        """Return an assigner whose answers say what datum the positions came in.

        Parameters
        ----------
        datum
            Name of the datum.
        datum_error_m
            Error of the conversion, metres; None where nothing is shifted.
        """
        other = copy(self)
        other._provenance = replace(
            self._provenance, datum=datum, datum_error_m=datum_error_m
        )
        other._inside = [None] * len(self.ids)
        return other

    def assign_inside(
        self, x: float, y: float, at: Instant
    ) -> tuple[int, Assignment] | None:
        """Return owner's row and prebuilt answer, None where no one grid holds it.

        Parameters
        ----------
        x, y
            Position in the CRS of the grids.
        at
            When.
        """
        row, relation = self._relate(x, y)
        if relation is not INSIDE or at == NO_HOUR:
            return None
        starts, answers = self._inside[row] or self._keep(row)
        return row, answers[bisect_right(starts, at) - 1]

    def assign(
        self, x: float, y: float, at: Instant = BEGINNING, candidates_m: float = 0.0
    ) -> Assignment:
        """Return whose one position is.

        Parameters
        ----------
        x, y
            Position in the CRS of the grids.
        at
            When; without it, as before the first duty.
        candidates_m
            Radius of the candidates; 0 asks for none.

        Raises
        ------
        SettingError
            If one of `x` and `y` is no number.
        """
        try:
            prebuilt = None if candidates_m else self.assign_inside(x, y, at)
        except TypeError:  # no numbers, which is said below
            prebuilt = None
        # whole degrees are flagged inside a grid too
        if prebuilt and (x % 1 or y % 1 or self._datum is None):
            return prebuilt[1]
        _refuse_other_than_numbers(x, y)
        position = Positions(np.array([x]), np.array([y]), np.zeros(1, dtype=np.uint8))
        table = self.assign_many(
            position.x,
            position.y,
            reasons=self._judged(position),
            at=np.array([at]),
            candidates_m=candidates_m,
        )
        return self.record(table, 0)

    def assign_many(
        self,
        x: Floats,
        y: Floats,
        *,
        reasons: NDArray[np.uint8] | None = None,
        at: NDArray[np.int64] | None = None,
        candidates_m: float = 0.0,
    ) -> AssignmentTable:
        """Return whose each position is.

        Parameters
        ----------
        x, y
            Positions in the CRS of the grids, shape (m,).
        reasons
            Codes into `gis.assignment.REASONS` known already, shape (m,); a position
            that is not usable by its reason becomes `unlocated`.
        at
            When each occurred, shape (m,); None as before the first duty.
        candidates_m
            Radius of the candidates; 0 asks for none.
        """
        x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        codes = check_numbers(x, y)
        if reasons is not None:
            codes = np.where(reasons > 0, reasons, codes)
        located = is_usable(codes)
        rows, relations = self._locator.relate_many(x, y)
        rows[~located] = -1
        statuses = np.where(located, relations, np.uint8(UNLOCATED))
        nearest = np.full(len(x), -1, dtype=np.int32)
        distances = np.full(len(x), np.nan)
        distances[(statuses != Relation.INSIDE) & located] = 0.0
        self._measure_outside(x, y, statuses, nearest, distances)
        self._snap(rows, statuses, nearest, distances)
        offsets, near_rows, near_m = self._candidates(x, y, located, candidates_m)
        return AssignmentTable(
            rows,
            statuses,
            codes,
            nearest,
            distances,
            offsets,
            near_rows,
            near_m,
            self.on_duty(rows, at),
        )

    def _judged(self, position: Positions) -> NDArray[np.uint8] | None:
        """Return what is wrong with positions where the grids are."""
        if self._datum is None:
            return None
        datum = self._datum
        return bring_to_grids(position, datum, datum, self.bounds).reasons

    def on_duty(self, rows: Rows, at: NDArray[np.int64] | None) -> DutyColumns:
        """Return who is on duty for each owner, the core circle for what has none.

        Parameters
        ----------
        rows
            Rows of the owners, -1 for none, shape (m,).
        at
            When, shape (m,); None as before the first duty.
        """
        if self._duties is None:
            return DutyColumns(np.zeros(len(rows), dtype=np.int32), (NOBODY,))
        if at is None:
            at = np.full(len(rows), BEGINNING, dtype=np.int64)
        return self._duties.on_duty_many(rows, at)

    def record(self, table: AssignmentTable, position: int) -> Assignment:
        """Return one answer of a table as a record."""
        status = STATUSES[table.statuses[position]]
        part = slice(*table.candidate_offsets[position : position + 2])
        near = zip(
            table.candidate_rows[part], table.candidate_distances_m[part], strict=True
        )
        distance = float(table.distances_m[position])
        return self._answer(
            int(table.rows[position]),
            status,
            table.on_duty.on_duty[table.on_duty.states[position]],
            reason=self.reason(table, position),
            distance_m=None if np.isnan(distance) else distance,
            candidates=tuple(Candidate(GridId(self.ids[r]), float(d)) for r, d in near),
        )

    def reason(self, table: AssignmentTable, position: int) -> str:
        """Return the reason of one answer; outside it names the nearest grid."""
        nearest = int(table.nearest[position])
        reason = REASONS[int(table.reasons[position])]
        if nearest < 0:
            return reason
        near = f"nearest:{self.ids[nearest]}"
        return f"{reason};{near}" if reason else near

    def _answer(
        self,
        row: int,
        status: Status,
        on_duty: OnDuty,
        *,
        reason: str = "",
        distance_m: float | None = None,
        candidates: tuple[Candidate, ...] = (),
    ) -> Assignment:
        """Build one answer from the owner's row, -1 for none, and who is on duty."""
        owner = self.owners[row] if row >= 0 else GridOwner((), None)
        return Assignment(
            status=status,
            reason=reason,
            grid_id=GridId(self.ids[row]) if row >= 0 else None,
            distance_m=distance_m,
            candidates=candidates,
            chain=owner.chain,
            community_id=owner.community_id,
            accountable=on_duty.accountable,
            accountable_reason=on_duty.reason,
            region_leader=on_duty.region_leader,
            leaders=on_duty.leaders,
            provenance=self._provenance,
        )

    def _take_duties(self, duties: DutyTable | None) -> None:
        """Forget the answers kept, and answer from these duties; None for no posts."""
        # a tree without a list of posts says nothing about posts
        self._duties = duties if duties and duties.roster.posts else None
        self._inside: list[Timeline[Assignment] | None] = [None] * len(self.ids)
        self._provenance = replace(
            self._provenance, duty_revision=duties.revision if duties else None
        )

    def _keep(self, row: int) -> Timeline[Assignment]:
        """Build and keep the answers inside a grid, one for each change of duty."""
        if self._duties is None:
            chain = Timeline((BEGINNING,), (NOBODY,))
        else:
            chain = self._duties.chain(row)
        answers = {
            state: self._answer(row, Status.INSIDE, state) for state in chain.states
        }
        timeline = Timeline(
            chain.starts, tuple(answers[state] for state in chain.states)
        )
        self._inside[row] = timeline
        return timeline

    def _measure_outside(
        self,
        x: Floats,
        y: Floats,
        statuses: NDArray[np.uint8],
        nearest: Rows,
        distances: Floats,
    ) -> None:
        """Fill nearest grid and distance where a position is outside all grids."""
        out = np.flatnonzero(statuses == Relation.OUTSIDE)
        # of a position off the map no distance is true
        out = out[np.isfinite(self.ruler.bring(x[out], y[out])).all(axis=0)]
        if len(out) and self.ids:
            nearest[out], distances[out] = self._nearby.nearest_many(x[out], y[out])

    def _snap(
        self,
        rows: Rows,
        statuses: NDArray[np.uint8],
        nearest: Rows,
        distances: Floats,
    ) -> None:
        """Give positions at most `snap_m` outside to the nearest grid."""
        snapped = (nearest >= 0) & (distances <= self._snap_m) & (self._snap_m > 0)
        rows[snapped] = nearest[snapped]
        statuses[snapped] = SNAPPED
        nearest[snapped] = -1

    def _candidates(
        self, x: Floats, y: Floats, located: NDArray[np.bool_], radius_m: float
    ) -> tuple[NDArray[np.int64], Rows, Floats]:
        """Return offsets, rows and distances of the grids within the radius."""
        offsets = np.zeros(len(x) + 1, dtype=np.int64)
        if not radius_m:
            return offsets, np.empty(0, np.int32), np.empty(0)
        usable = np.flatnonzero(located)
        reach = np.full(len(usable), radius_m)
        points, rows, metres = self._nearby.within_many(x[usable], y[usable], reach)
        np.add.at(offsets, usable[points] + 1, 1)
        return np.cumsum(offsets), rows, metres


def _refuse_other_than_numbers(x: object, y: object) -> None:
    """Refuse a position that has something else than a number."""
    if not (isinstance(x, Real) and isinstance(y, Real)):
        raise SettingError(
            "The position is ({x!r}, {y!r}), expected two numbers; leave out one that "
            "is missing.",
            x=x,
            y=y,
        )


def plain_provenance(datum: str = "wgs84") -> Provenance:
    """Return the provenance of answers from grids that no store has published."""
    return Provenance(
        version=None,
        digest=None,
        tie_rule=TIE_RULE,
        engine_version=ENGINE_VERSION,
        datum=datum,
        datum_error_m=None,
        duty_revision=None,
    )


def _owner(grid_id: GridId, command: Command | None) -> GridOwner:
    """Return what belongs to a grid; nothing without a command tree."""
    if command is None:
        return GridOwner((), None)
    pagoda = command.duties.roster.pagoda
    return GridOwner(pagoda.chain(grid_id), command.communities.get(grid_id))
