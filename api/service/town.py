"""One town in memory: answers for positions, and the map of its event load."""

import math
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property

import numpy as np

from api.settings import Settings
from gis.accuracy import Likelihood, Uncertainty, decide_tiers
from gis.assignment import Assigner, AssignmentTable
from gis.crs import Datum, is_shifting, parse_datum
from gis.local_time import EPOCH, MILLISECOND, local_instant, timezone_of
from gis.models import Assignment, Instant, Position
from gis.neighbours import Neighbours
from gis.positions import REASONS, Positions, is_usable
from gis.roster import DutyTable, expand_rotations
from gis.synthetic import Town
from layers import offline
from layers.duties import duties_of, rotations_of
from layers.event_load import Days, EventLoad, measure_event_load
from layers.instants import read_instants
from layers.territory import Territory, town_territory

TITLE = "S 镇 S town"


@dataclass(frozen=True, slots=True)
class Question:
    """Whose is a position; None is a position that is missing.

    Attributes
    ----------
    position
        As reported.
    at
        When; without it, now.
    accuracy_m, confidence
        Radius that holds the true position with that probability; None for no radius.
    candidates_m
        Radius of the candidates; 0 asks for none.
    """

    position: Position | None
    at: datetime | None = None
    accuracy_m: float | None = None
    confidence: float = 0.68
    candidates_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Doubt:
    """How sure an answer is, for a position that has an accuracy.

    Attributes
    ----------
    band, p_owner, p_outside
        As in `gis.accuracy.Likelihood`.
    probabilities
        (grid id, probability), the most probable first.
    decided_at
        The lowest level that is sure: ``grid``, ``tier4``, ...; None for none.
    """

    band: str
    p_owner: float
    p_outside: float
    probabilities: tuple[tuple[str, float], ...]
    decided_at: str | None


@dataclass(frozen=True, slots=True)
class NearGrid:
    """A grid near a position, and who answers for it then.

    Attributes
    ----------
    grid_id, distance_m
        As in `gis.models.Candidate`.
    border_m
        Length of the border it shares with the owner, metres; 0 where they touch in a
        corner or not at all, None where there is no owner or it is the owner.
    accountable_post, accountable_holder
        Who would answer if the position lay there; None where nobody would.
    """

    grid_id: str
    distance_m: float
    border_m: float | None
    accountable_post: str | None
    accountable_holder: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """Whose a position is, and what to know beside it.

    Attributes
    ----------
    assignment
        The answer.
    doubt
        How sure it is, where an accuracy was given.
    near
        The grids within the radius asked for, nearest first.
    """

    assignment: Assignment
    doubt: Doubt | None
    near: tuple[NearGrid, ...]


@dataclass(frozen=True)
class TownService:
    """Answers about one synthetic town.

    Attributes
    ----------
    town
        Its layers.
    territory, assigner
        Built from them once.
    datum_error_m
        Recorded with answers to GCJ-02 and BD-09 positions, metres.
    timezone
        Zone of times without offset.
    """

    town: Town
    territory: Territory
    assigner: Assigner
    datum_error_m: float
    timezone: str

    def answer(self, question: Question) -> Answer:
        """Return whose a position is, and how sure that is.

        Raises
        ------
        SettingError
            If the accuracy is larger than the town, or the confidence is not one known.
        CrsError
            If the datum is unknown.
        """
        datum, ready = self._bring(question.position)
        at = self._instant(question.at)
        table = self.assigner.assign_many(
            ready.x,
            ready.y,
            reasons=ready.reasons,
            at=np.array([at]),
            candidates_m=question.candidates_m,
        )
        is_shifted = is_shifting(datum, self.territory.datum)
        error_m = self.datum_error_m if is_shifted else None
        assignment = self.assigner.record(table, 0)
        provenance = replace(
            assignment.provenance, datum=datum.name, datum_error_m=error_m
        )
        assignment = replace(assignment, provenance=provenance)
        near = self._near(table, at)
        if question.accuracy_m is None or not is_usable(ready.reasons)[0]:
            return Answer(assignment, None, near)
        owner = int(table.rows[0])
        likelihood = self.uncertainty.at(
            float(ready.x[0]),
            float(ready.y[0]),
            math.hypot(question.accuracy_m, error_m or 0.0),
            owner,
            confidence=question.confidence,
        )
        return Answer(assignment, self._doubt(likelihood, owner), near)

    def _near(self, table: AssignmentTable, at: Instant) -> tuple[NearGrid, ...]:
        """Return the candidates of the one answer of a table, and who is on duty."""
        owner = int(table.rows[0])
        near = []
        for row, metres in zip(
            table.candidate_rows.tolist(),
            table.candidate_distances_m.tolist(),
            strict=True,
        ):
            answering = self.duties.on_duty(row, at).accountable
            near.append(
                NearGrid(
                    self.assigner.ids[row],
                    metres,
                    None if owner in (-1, row) else self.neighbours.between(owner, row),
                    answering.post_id if answering else None,
                    answering.holder_id if answering else None,
                )
            )
        return tuple(near)

    def _doubt(self, likelihood: Likelihood, owner: int) -> Doubt:
        """Return a likelihood by grid ids, with the lowest level that is sure."""
        near = likelihood.probabilities
        decided = decide_tiers(near, owner, self.assigner.chain_rows).decided
        levels = ("grid", *(f"tier{tier}" for tier in self.assigner.tiers))
        return Doubt(
            likelihood.band,
            likelihood.p_owner,
            likelihood.p_outside,
            tuple((self.assigner.ids[row], p) for row, p in near),
            None if decided is None else levels[decided],
        )

    def _instant(self, at: datetime | None) -> Instant:
        """Return an instant, now without a time; no offset is local time."""
        at = at or datetime.now(UTC)
        if at.tzinfo is None:
            return local_instant(at, timezone_of(self.timezone))
        return Instant((at - EPOCH) // MILLISECOND)

    def _bring(self, position: Position | None) -> tuple[Datum, Positions]:
        """Return a position in the coordinates of the grids, and its datum."""
        x, y = (position.x, position.y) if position else (np.nan, np.nan)
        reason = REASONS.index("" if position else "missing")
        reported = Positions(
            np.array([x]), np.array([y]), np.array([reason], dtype=np.uint8)
        )
        datum = parse_datum(position.datum if position else "wgs84")
        return datum, self.territory.bring(reported, datum)

    @cached_property
    def uncertainty(self) -> Uncertainty:
        """What judges positions that have an accuracy."""
        return self.territory.uncertainty()

    @cached_property
    def neighbours(self) -> Neighbours:
        """The shared borders of the grids."""
        return self.territory.neighbours()

    def assign_month(self) -> AssignmentTable:
        """Return the answers to the town's month of events."""
        events = self.town.events
        missing = np.where(events["lon"].isna(), REASONS.index("missing"), 0)
        reported = Positions(
            events["lon"].to_numpy(np.float64),
            events["lat"].to_numpy(np.float64),
            missing.astype(np.uint8),
        )
        ready = self.territory.bring(reported, parse_datum("wgs84"))
        at = read_instants(events["occurred_at"], self.timezone).values
        return self.assigner.assign_many(ready.x, ready.y, reasons=ready.reasons, at=at)

    def event_load(self, answers: AssignmentTable) -> EventLoad:
        """Return the event load of grids and circles."""
        days = [date.fromisoformat(at[:10]) for at in self.town.events["occurred_at"]]
        owned = answers.rows[answers.rows >= 0]
        counts = np.bincount(owned, minlength=len(self.assigner.ids))
        return measure_event_load(self.territory, counts, Days(min(days), max(days)))

    @property
    def duties(self) -> DutyTable:
        """The command tree and its posts, which a synthetic town always has."""
        assert self.territory.duties is not None  # noqa: S101  made with circles
        return self.territory.duties

    @cached_property
    def map_page(self) -> str:
        """The five-colour map as one closed page."""
        return offline.page(self.event_load(self.assign_month()).draw(TITLE))


def open_town(town: Town, settings: Settings) -> TownService:
    """Build the service of a synthetic town, who is on duty included.

    Parameters
    ----------
    town
        Its layers.
    settings
        Settings of the deployment.
    """
    territory = town_territory(town)
    if territory.duties is not None:
        posts, zone = territory.duties.roster.posts, settings.timezone
        turns = expand_rotations(rotations_of(town.month.rotations, zone), posts, zone)
        duties = duties_of(town.month.duties, zone)
        territory = territory.with_duties((*duties, *turns), settings.region_tier)
    assigner = territory.assigner(snap_m=settings.snap_m)
    return TownService(
        town, territory, assigner, settings.datum_error_m, settings.timezone
    )
