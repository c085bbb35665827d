"""Answers as they are stored with an event."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Final, Self, TypeAlias

import numpy as np
import orjson
from numpy.typing import NDArray

from gis.assignment import (
    REASONS,
    Answer,
    Answers,
    Assigner,
    Positions,
    Request,
    answer_many,
    is_usable,
)
from gis.crs import defined_datum
from gis.models import Assignment
from gis.roster import NO_HOUR
from layers.snapshots import Snapshot

CONFIDENCE = 0.68
"""Probability with which the accuracy of an event holds its true position."""
MOST_OWNERS = 20_000
"""Assignments whose text is remembered at once, some 1 kB each."""


@dataclass(frozen=True, slots=True)
class EventColumns:
    """Events as reported, as columns; the datum is one for all.

    Attributes
    ----------
    positions
        As they came, in the datum, with what was found wrong while reading.
    datum
        Definition of the datum.
    accuracy_m
        68 % radius, NaN where there is none, float64 (m,).
    instants
        When each is answered for, int64 (m,).
    is_day
        Where only the day is known and the instant is its beginning, bool (m,).
    ballpark_m
        Error allowed for a datum without parameters, metres; None for none.
    """

    positions: Positions
    datum: str
    accuracy_m: NDArray[np.float64]
    instants: NDArray[np.int64]
    is_day: NDArray[np.bool_]
    ballpark_m: float | None = None

    def take(self, rows: NDArray[np.int64]) -> "EventColumns":
        """Return some of the events."""
        p = self.positions
        return EventColumns(
            Positions(p.x[rows], p.y[rows], p.reasons[rows]),
            self.datum,
            self.accuracy_m[rows],
            self.instants[rows],
            self.is_day[rows],
            self.ballpark_m,
        )


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """One answer as it is stored.

    Attributes
    ----------
    assignment
        The answer with its provenance.
    lon, lat
        The position in the CRS of the store; None where it is not usable.
    text
        The answer as bytes: JSON with sorted keys.
    """

    assignment: Assignment
    lon: float | None
    lat: float | None
    text: bytes


@dataclass(frozen=True, slots=True, eq=False)
class AnswerColumns:
    """Answers as they are stored, as columns.

    Attributes
    ----------
    assignments
        The answers with their provenance, (m,).
    lon, lat
        Positions in the CRS of the store; NaN where one is not usable, float64 (m,).
    texts
        The answers as bytes: JSON with sorted keys, (m,).
    """

    assignments: NDArray[np.object_]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    texts: NDArray[np.object_]

    @classmethod
    def blank(cls, count: int) -> Self:
        """Return room for so many answers."""
        nowhere = np.full(count, np.nan)
        nothing = np.full(count, None)
        return cls(nothing, nowhere, nowhere.copy(), nothing.copy())

    def put(self, rows: NDArray[np.int64], answers: "AnswerColumns") -> None:
        """Put answers where their rows are."""
        self.assignments[rows] = answers.assignments
        self.lon[rows] = answers.lon
        self.lat[rows] = answers.lat
        self.texts[rows] = answers.texts

    def take(self, rows: NDArray[np.int64]) -> "AnswerColumns":
        """Return some of the answers."""
        return AnswerColumns(
            self.assignments[rows], self.lon[rows], self.lat[rows], self.texts[rows]
        )

    def __iter__(self) -> Iterator[StoredAnswer]:
        """Yield the answers in their order."""
        columns = (self.assignments, self.lon, self.lat, self.texts)
        lists = (column.tolist() for column in columns)
        for assignment, lon, lat, text in zip(*lists, strict=True):
            if math.isnan(lon):
                yield StoredAnswer(assignment, None, None, text)
            else:
                yield StoredAnswer(assignment, lon, lat, text)


def stored_answers(
    snapshot: Snapshot, events: EventColumns, *, datum_error_m: float
) -> AnswerColumns:
    """Return the answers to events in order, as they are stored.

    Parameters
    ----------
    snapshot
        In force at the times of the events.
    events
        The events.
    datum_error_m
        Error of the GCJ-02 and BD-09 formulas, metres.
    """
    texts = AnswerTexts(snapshot)
    return texts.write(texts.locate(events, datum_error_m), events)


class AnswerTexts:
    """Writes answers from one snapshot; what is said of a grid is written once.

    Parameters
    ----------
    snapshot
        In force at the times of the events.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._revision = _dumped(snapshot.revision)
        self._terms = _dumped(_terms(snapshot))
        self._owners: dict[tuple[Assigner, int, int, int, int, int], Owner] = {}

    def locate(self, events: EventColumns, datum_error_m: float) -> Answers:
        """Return the answers to events.

        Parameters
        ----------
        events
            Positions, datum, accuracies and times.
        datum_error_m
            Error of the GCJ-02 and BD-09 formulas, metres.
        """
        return answer_many(
            self._snapshot.basis,
            events.positions,
            defined_datum(events.datum, events.ballpark_m),
            at=duty_times(events),
            accuracy_m=events.accuracy_m,
            request=Request(confidence=CONFIDENCE, datum_error_m=datum_error_m),
        )

    def write(self, answers: Answers, events: EventColumns) -> AnswerColumns:
        """Return answers as they are stored.

        Parameters
        ----------
        answers
            What `locate` returned, or the same at other times.
        events
            The events, with the times that the answers are for.
        """
        positions = answers.positions
        owners = self._assignments(answers)
        reasons = [_dumped(reason) for reason in REASONS]
        near = _likelihoods(answers)
        # to fill in what differs takes a quarter of the time of sorting all keys
        texts = [
            _TEXT % values
            for values in zip(
                # what is not finite is written as null
                map(orjson.dumps, events.accuracy_m.tolist()),
                [text for _, text in owners],
                events.instants.tolist(),
                repeat(_dumped(CONFIDENCE)),
                _rarities(answers, events),
                [p_outside for _, p_outside in near],
                [reasons[code] for code in positions.reasons.tolist()],
                [probabilities for probabilities, _ in near],
                repeat(self._revision),
                repeat(self._terms),
                strict=False,
            )
        ]
        is_there = is_usable(positions.reasons)
        return AnswerColumns(
            _objects([assignment for assignment, _ in owners]),
            np.where(is_there, positions.x, np.nan),
            np.where(is_there, positions.y, np.nan),
            _objects(texts),
        )

    def _assignments(self, answers: Answers) -> "list[Owner]":
        """Return whose each position is, with its text."""
        table = answers.table
        columns = (
            table.rows,
            table.on_duty.states,
            table.statuses,
            table.reasons,
            table.nearest,
        )
        lists = (column.tolist() for column in columns)
        keys = [*zip(repeat(answers.assigner), *lists, strict=False)]
        has_distance = (~np.isnan(table.distances_m)).tolist()
        return [
            self._measured(answers, place)
            if is_measured
            else self._owners.get(key) or self._owner(answers, place, key)
            for place, (key, is_measured) in enumerate(
                zip(keys, has_distance, strict=True)
            )
        ]

    def _owner(
        self,
        answers: Answers,
        place: int,
        key: tuple[Assigner, int, int, int, int, int],
    ) -> "Owner":
        """Return what is said of a grid, and remember it."""
        if len(self._owners) >= MOST_OWNERS:
            self._owners.clear()
        owner = self._owners[key] = self._measured(answers, place)
        return owner

    @staticmethod
    def _measured(answers: Answers, place: int) -> "Owner":
        """Return what is said of one position alone."""
        assignment = answers.assigner.record(answers.table, place)
        return assignment, _dumped(assignment)


def duty_times(events: EventColumns) -> NDArray[np.int64]:
    """Return when duty is asked for: at no hour where only the day is known."""
    return np.where(events.is_day, NO_HOUR, events.instants)


def stored_answer(
    snapshot: Snapshot,
    answer: Answer,
    at: int,
    accuracy_m: float | None,
    *,
    is_day: bool = False,
) -> StoredAnswer:
    """Return an answer as it is stored.

    Parameters
    ----------
    snapshot
        What it was made from.
    answer
        The answer.
    at
        When it was answered for.
    accuracy_m
        68 % radius, metres; None where there is none.
    is_day
        Whether only the day of that is known.
    """
    likelihood = answer.likelihood
    ids = snapshot.basis.assigner.ids
    near: Likely = (
        ([], None)
        if likelihood is None
        else (
            [[ids[grid], p] for grid, p in likelihood.probabilities],
            likelihood.p_outside,
        )
    )
    document = _document(snapshot, at, answer.assignment, near, answer.position_reason)
    document["accuracy_m"] = accuracy_m
    if is_day:
        document["is_day"] = True
    if answer.neighbour is not None:
        document["neighbour_id"] = answer.neighbour.neighbour_id
    return StoredAnswer(answer.assignment, answer.x, answer.y, _dumped(document))


def _document(
    snapshot: Snapshot,
    at: int,
    assignment: Assignment,
    near: "Likely",
    position_reason: str,
) -> dict[str, object]:
    """Return what is stored of every answer."""
    return {
        "revision": snapshot.revision,
        "terms": _terms(snapshot),
        "at": at,
        "confidence": CONFIDENCE,
        "assignment": assignment,
        "probabilities": near[0],
        "p_outside": near[1],
        "position_reason": position_reason,
    }


def _dumped(document: object) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def _objects(values: Sequence[object]) -> NDArray[np.object_]:
    return np.fromiter(values, object, len(values))


def _terms(snapshot: Snapshot) -> dict[str, object]:
    """Return how the deployment answers."""
    terms = snapshot.terms
    return {"snap_m": terms.snap_m, "region_tier": terms.region_tier}


def _rarities(answers: Answers, events: EventColumns) -> Iterable[bytes]:
    """Return what few answers say: that only the day is known, and whose beside us."""
    if answers.neighbours is None and not events.is_day.any():
        return repeat(b"")
    beside = repeat(None) if answers.neighbours is None else answers.neighbours
    return [
        (b'"is_day":true,' if is_day else b"")
        + (b"" if near is None else b'"neighbour_id":%b,' % _dumped(near.neighbour_id))
        for is_day, near in zip(events.is_day.tolist(), beside, strict=False)
    ]


def _likelihoods(answers: Answers) -> list[tuple[bytes, bytes]]:
    """Return the grids near each position with their probabilities, and that of none.

    Both are texts.
    """
    table = answers.likelihoods
    if table is None:
        raise ValueError("answers are stored with their accuracies")
    ids = answers.assigner.ids
    pairs = [
        [ids[grid], p]
        for grid, p in zip(
            table.rows.tolist(), table.probabilities.tolist(), strict=True
        )
    ]
    offsets = table.offsets.tolist()
    places = zip(
        offsets,
        offsets[1:],
        table.p_outside.tolist(),
        table.faults.tolist(),
        strict=False,
    )
    return [
        (b"[]", b"null") if fault else (_dumped(pairs[start:end]), _dumped(p_outside))
        for start, end, p_outside, fault in places
    ]


_TEXT: Final = (
    b'{"accuracy_m":%b,"assignment":%b,"at":%d,"confidence":%b,%b"p_outside":%b,'
    b'"position_reason":%b,"probabilities":%b,"revision":%b,"terms":%b}'
)
"""The keys of `_document` in their order."""
Owner: TypeAlias = tuple[Assignment, bytes]
"""What is said of a grid, and its text."""
Likely: TypeAlias = tuple[Sequence[Sequence[object]], float | None]
"""Ids of grids with their probabilities, and the probability of none of them."""
