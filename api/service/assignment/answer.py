"""Whose is a position: answers from what is in force in a store."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from gis.assignment import (
    REASONS,
    AssignmentTable,
    Likelihood,
    Positions,
    decide_tiers,
    is_usable,
)
from gis.crs import Datum, is_shifting, parse_datum
from gis.local_time import EPOCH, MILLISECOND, local_instant, timezone_of
from gis.models import Assignment, Circle, Instant, Position
from layers.snapshots import Snapshot, Snapshots


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
        As in `gis.assignment.Likelihood`.
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
    revision
        Revision of the store that it was made from.
    assignment
        The answer.
    circles
        The chain of circles, the nearest first.
    doubt
        How sure it is, where an accuracy was given.
    near
        The grids within the radius asked for, nearest first.
    """

    revision: int
    assignment: Assignment
    circles: tuple[Circle, ...]
    doubt: Doubt | None
    near: tuple[NearGrid, ...]


@dataclass(frozen=True, slots=True)
class AnswerDesk:
    """Answers about one grid system of a store.

    Attributes
    ----------
    snapshots
        What is in force.
    datum_error_m
        Recorded with answers to GCJ-02 and BD-09 positions, metres.
    timezone
        Zone of times without offset.
    now
        When a question without a time is answered for.
    """

    snapshots: Snapshots
    datum_error_m: float
    timezone: str
    now: Callable[[], Instant]

    def answer(self, question: Question) -> Answer:
        """Return whose a position is, and how sure that is.

        Raises
        ------
        SettingError
            If the accuracy is larger than the town, or the confidence is not one known.
        CrsError
            If the datum is unknown.
        """
        # one object for the whole answer, whatever is swapped in the meantime
        snapshot = self.snapshots.current
        datum, ready = _bring(snapshot, question.position)
        at = self._instant(question.at)
        table = snapshot.assigner.assign_many(
            ready.x,
            ready.y,
            reasons=ready.reasons,
            at=np.array([at]),
            candidates_m=question.candidates_m,
        )
        is_shifted = is_shifting(datum, snapshot.territory.datum)
        error_m = self.datum_error_m if is_shifted else None
        assignment = snapshot.assigner.record(table, 0)
        provenance = replace(
            assignment.provenance, datum=datum.name, datum_error_m=error_m
        )
        doubt = None
        if question.accuracy_m is not None and is_usable(ready.reasons)[0]:
            owner = int(table.rows[0])
            likelihood = snapshot.uncertainty.at(
                float(ready.x[0]),
                float(ready.y[0]),
                math.hypot(question.accuracy_m, error_m or 0.0),
                owner,
                confidence=question.confidence,
            )
            doubt = _doubt(snapshot, likelihood, owner)
        return Answer(
            snapshot.revision,
            replace(assignment, provenance=provenance),
            _circles(snapshot, assignment),
            doubt,
            _near(snapshot, table, at),
        )

    def _instant(self, at: datetime | None) -> Instant:
        """Return an instant, now without a time; no offset is local time."""
        if at is None:
            return self.now()
        if at.tzinfo is None:
            return local_instant(at, timezone_of(self.timezone))
        return Instant((at - EPOCH) // MILLISECOND)


def _bring(snapshot: Snapshot, position: Position | None) -> tuple[Datum, Positions]:
    """Return a position in the coordinates of the grids, and its datum."""
    x, y = (position.x, position.y) if position else (np.nan, np.nan)
    reason = REASONS.index("" if position else "missing")
    positions = Positions(
        np.array([x]), np.array([y]), np.array([reason], dtype=np.uint8)
    )
    datum = parse_datum(position.datum if position else "wgs84")
    return datum, snapshot.territory.bring(positions, datum)


def _circles(snapshot: Snapshot, assignment: Assignment) -> tuple[Circle, ...]:
    """Return the chain of an answer with the names of its circles."""
    pagoda = snapshot.territory.pagoda
    if pagoda is None:
        return ()
    return tuple(pagoda.circles[circle_id] for circle_id in assignment.chain)


def _near(
    snapshot: Snapshot, table: AssignmentTable, at: Instant
) -> tuple[NearGrid, ...]:
    """Return the candidates of the one answer of a table, and who is on duty."""
    owner, duties = int(table.rows[0]), snapshot.territory.duties
    near = []
    for row, metres in zip(
        table.candidate_rows.tolist(),
        table.candidate_distances_m.tolist(),
        strict=True,
    ):
        duty = duties.on_duty(row, at).accountable if duties else None
        is_other = owner not in (-1, row)
        near.append(
            NearGrid(
                snapshot.assigner.ids[row],
                metres,
                snapshot.neighbours.between(owner, row) if is_other else None,
                duty.post_id if duty else None,
                duty.holder_id if duty else None,
            )
        )
    return tuple(near)


def _doubt(snapshot: Snapshot, likelihood: Likelihood, owner: int) -> Doubt:
    """Return a likelihood by grid ids, with the lowest level that is sure."""
    near, assigner = likelihood.probabilities, snapshot.assigner
    decided = decide_tiers(near, owner, assigner.chain_rows).decided
    levels = ("grid", *(f"tier{tier}" for tier in assigner.tiers))
    return Doubt(
        likelihood.band,
        likelihood.p_owner,
        likelihood.p_outside,
        tuple((assigner.ids[row], p) for row, p in near),
        None if decided is None else levels[decided],
    )
