"""Whose is a position: answers from what is in force in a store."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, NamedTuple

from gis.assignment import (
    NO_VERSION,
    Answer,
    Jurisdiction,
    Request,
    answer_one,
    check_confidence,
    decided_level,
    unanswered,
)
from gis.crs import parse_datum
from gis.errors import SettingError
from gis.local_time import instant_of
from gis.models import Assignment, Circle, Holding, Instant, Position
from gis.sentences import bilingual
from layers.snapshots import Snapshot, Snapshots
from layers.words import words_of
from layers.words.answers import ACCURACY_FAULTS

KEPT_REPLIES: Final = 8192
"""Grids whose last reply is kept; one more starts anew."""


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


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Reply:
    """Whose a position is, and what to know beside it.

    Positions inside one grid get one and the same reply until something changes, so
    that a door can keep what it made of it.

    Attributes
    ----------
    revision
        Revision of the store that it was made from.
    assignment
        Whose it is.
    circles
        The chain of circles, the nearest first.
    doubt
        How sure it is, where an accuracy was given.
    near
        The grids within the radius asked for, nearest first.
    members
        Who acts in the grid beside its leader.
    neighbour
        The area around the town that a position outside all grids lies in.
    """

    revision: int
    assignment: Assignment
    circles: tuple[Circle, ...]
    doubt: Doubt | None
    near: tuple[NearGrid, ...]
    members: tuple[Member, ...] = ()
    neighbour: Jurisdiction | None = None


class KeptReply(NamedTuple):
    """A reply about a grid, and the members that it was made from."""

    holdings: tuple[Holding, ...]
    reply: Reply


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
    _kept: dict[int, KeptReply] = field(default_factory=dict)

    def in_force(self, at: datetime | None) -> tuple[Snapshot | None, Instant]:
        """Return what is in force at a time, None before any version, and the instant.

        Parameters
        ----------
        at
            Any time, local without offset; None is now.
        """
        if at is None:
            return self.snapshots.current, self.now()
        instant = instant_of(at, self.timezone)
        return self.snapshots.at(instant), instant

    def reply(self, question: Question) -> Reply:
        """Return whose a position is, and how sure that is.

        Raises
        ------
        SettingError
            If the accuracy is larger than the town, or the confidence is not one known.
        CrsError
            If the datum is unknown.
        """
        check_confidence(question.confidence)
        # one object for the whole answer, whatever is swapped in the meantime
        snapshot, at = self.in_force(question.at)
        if snapshot is None:
            datum = question.position.datum if question.position else "wgs84"
            answer = unanswered(NO_VERSION, parse_datum(datum).name)
            revision = self.snapshots.current.revision
            return Reply(revision, answer.assignment, (), None, ())
        answer = answer_one(
            snapshot.basis,
            question.position,
            at,
            accuracy_m=question.accuracy_m,
            request=Request(
                question.candidates_m, question.confidence, self.datum_error_m
            ),
        )
        _refuse_fault(snapshot, answer, question.accuracy_m)
        return self.reply_of(snapshot, answer, at)

    def reply_of(self, snapshot: Snapshot, answer: Answer, at: Instant) -> Reply:
        """Return an answer with what to know beside it.

        Parameters
        ----------
        snapshot
            What it was made from.
        answer
            The answer.
        at
            When it was answered for.
        """
        if answer.assignment.candidates:
            reply = _plain_reply(snapshot, answer, _holdings(snapshot, answer, at))
        else:
            reply = self._kept_reply(snapshot, answer, at)
        doubt, near = _doubt(snapshot, answer), _near(snapshot, answer, at)
        return (
            reply
            if doubt is None and not near
            else replace(reply, doubt=doubt, near=near)
        )

    def _kept_reply(self, snapshot: Snapshot, answer: Answer, at: Instant) -> Reply:
        """Return the reply about a grid; the last one where it says the same."""
        holdings = _holdings(snapshot, answer, at)
        entry = self._kept.get(answer.row)
        # both are prebuilt: other objects where anything in them changed
        if (
            entry is not None
            and entry.reply.assignment is answer.assignment
            and entry.holdings is holdings
            and entry.reply.revision == snapshot.revision
        ):
            return entry.reply
        reply = _plain_reply(snapshot, answer, holdings)
        if len(self._kept) >= KEPT_REPLIES:
            self._kept.clear()
        self._kept[answer.row] = KeptReply(holdings, reply)
        return reply


def _plain_reply(
    snapshot: Snapshot, answer: Answer, holdings: tuple[Holding, ...]
) -> Reply:
    """Return an answer with what to know beside any of the grid."""
    return Reply(
        snapshot.revision,
        answer.assignment,
        circles_of(snapshot, answer),
        None,
        (),
        _members(snapshot, holdings),
        answer.neighbour,
    )


def circles_of(snapshot: Snapshot, answer: Answer) -> tuple[Circle, ...]:
    """Return the chain of an answer with the names of its circles.

    Parameters
    ----------
    snapshot
        What it was made from.
    answer
        The answer.
    """
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


def _holdings(snapshot: Snapshot, answer: Answer, at: Instant) -> tuple[Holding, ...]:
    """Return who holds the posts of members in the grid that owns a position."""
    grid_id, duties = answer.assignment.grid_id, snapshot.territory.duties
    return () if grid_id is None or duties is None else duties.members(grid_id, at)


def _members(snapshot: Snapshot, holdings: tuple[Holding, ...]) -> tuple[Member, ...]:
    """Return the members of a grid with their roles."""
    duties = snapshot.territory.duties
    posts = duties.roster.posts if duties else {}
    return tuple(
        [
            Member(holding.post_id, posts[holding.post_id].role, holding.holder_id)
            for holding in holdings
            if holding.post_id
        ]
    )


def _refuse_fault(snapshot: Snapshot, answer: Answer, accuracy_m: float | None) -> None:
    """Refuse an accuracy that cannot be used."""
    if answer.accuracy_fault:
        words = words_of(answer.accuracy_fault, ACCURACY_FAULTS)
        extent_m = snapshot.basis.uncertainty.extent_m
        raise SettingError(
            "Accuracy {accuracy_m!r} m cannot be used, as {why}; give a radius from 0 "
            "m to the extent of the grids, {extent_m:.0f} m, or none at all.",
            accuracy_m=accuracy_m,
            why=bilingual(words.en, words.zh),
            extent_m=extent_m,
        )


def _doubt(snapshot: Snapshot, answer: Answer) -> Doubt | None:
    """Return a likelihood by grid ids, with the lowest level that is sure."""
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
