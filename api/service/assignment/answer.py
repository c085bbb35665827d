"""Whose is a position: answers from what is in force in a store."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gis.assignment import (
    NO_VERSION,
    Answer,
    Request,
    answer_one,
    decided_level,
    unanswered,
)
from gis.crs import parse_datum
from gis.errors import SettingError
from gis.local_time import instant_of
from gis.models import Circle, Instant, Position
from layers.snapshots import Snapshot, Snapshots
from layers.words import ACCURACY_FAULTS, words_of


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
class Member:
    """A post of a grid that acts and does not answer, and who holds it then."""

    post_id: str
    role: str
    holder_id: str | None


@dataclass(frozen=True, slots=True)
class Reply:
    """Whose a position is, and what to know beside it.

    Attributes
    ----------
    revision
        Revision of the store that it was made from.
    answer
        The answer.
    circles
        The chain of circles, the nearest first.
    doubt
        How sure it is, where an accuracy was given.
    near
        The grids within the radius asked for, nearest first.
    members
        Who acts in the grid beside its leader.
    """

    revision: int
    answer: Answer
    circles: tuple[Circle, ...]
    doubt: Doubt | None
    near: tuple[NearGrid, ...]
    members: tuple[Member, ...] = ()


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

    def reply(self, question: Question) -> Reply:
        """Return whose a position is, and how sure that is.

        Raises
        ------
        SettingError
            If the accuracy is larger than the town, or the confidence is not one known.
        CrsError
            If the datum is unknown.
        """
        # one object for the whole answer, whatever is swapped in the meantime
        current, at = self.snapshots.current, self._instant(question.at)
        snapshot = current if question.at is None else self.snapshots.at(at)
        if snapshot is None:
            datum = question.position.datum if question.position else "wgs84"
            answer = unanswered(NO_VERSION, parse_datum(datum).name)
            return Reply(current.revision, answer, (), None, ())
        answer = answer_one(
            snapshot.basis,
            question.position,
            at,
            accuracy_m=question.accuracy_m,
            request=Request(
                question.candidates_m, question.confidence, self.datum_error_m
            ),
        )
        return Reply(
            snapshot.revision,
            answer,
            _circles(snapshot, answer),
            _doubt(snapshot, answer, question.accuracy_m),
            _near(snapshot, answer, at),
            _members(snapshot, answer, at),
        )

    def _instant(self, at: datetime | None) -> Instant:
        """Return an instant, now without a time; no offset is local time."""
        return self.now() if at is None else instant_of(at, self.timezone)


def _circles(snapshot: Snapshot, answer: Answer) -> tuple[Circle, ...]:
    """Return the chain of an answer with the names of its circles."""
    circles = snapshot.basis.assigner.circles
    return tuple([circles[circle_id] for circle_id in answer.assignment.chain])


def _near(snapshot: Snapshot, answer: Answer, at: Instant) -> tuple[NearGrid, ...]:
    """Return the candidates of an answer, and who is on duty for each."""
    if not answer.assignment.candidates:
        return ()
    duties, ids = snapshot.territory.duties, snapshot.assigner.ids
    near = []
    for candidate in answer.assignment.candidates:
        row = bisect_left(ids, candidate.grid_id)
        post = duties.on_duty(row, at).accountable if duties else None
        is_other = answer.row not in (-1, row)
        near.append(
            NearGrid(
                candidate.grid_id,
                candidate.distance_m,
                snapshot.neighbours.between(answer.row, row) if is_other else None,
                post.post_id if post else None,
                post.holder_id if post else None,
            )
        )
    return tuple(near)


def _members(snapshot: Snapshot, answer: Answer, at: Instant) -> tuple[Member, ...]:
    """Return the members of the grid that owns a position."""
    grid_id, duties = answer.assignment.grid_id, snapshot.territory.duties
    if grid_id is None or duties is None:
        return ()
    posts = duties.roster.posts
    return tuple(
        [
            Member(member.post_id, posts[member.post_id].role, member.holder_id)
            for member in duties.members(grid_id, at)
            if member.post_id
        ]
    )


def _doubt(
    snapshot: Snapshot, answer: Answer, accuracy_m: float | None
) -> Doubt | None:
    """Return a likelihood by grid ids, with the lowest level that is sure."""
    if answer.accuracy_fault:
        words = words_of(answer.accuracy_fault, ACCURACY_FAULTS)
        extent_m = snapshot.basis.uncertainty.extent_m
        raise SettingError(
            f"Accuracy {accuracy_m!r} m cannot be used, as {words.en}; give a radius "
            f"from 0 m to the extent of the grids, {extent_m:.0f} m, or none at all."
        )
    if (likelihood := answer.likelihood) is None:
        return None
    assigner = snapshot.basis.assigner
    return Doubt(
        likelihood.band,
        likelihood.p_owner,
        likelihood.p_outside,
        tuple((assigner.ids[row], p) for row, p in likelihood.probabilities),
        decided_level(assigner, likelihood.probabilities, answer.row),
    )
