"""Answers as they are stored with an event."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

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


def stored_answers(
    snapshot: Snapshot, events: EventColumns, *, datum_error_m: float
) -> Iterator[StoredAnswer]:
    """Yield the answers to events in order, as they are stored.

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
        self._owners: dict[
            tuple[Assigner, int, int, int, int, int],
            tuple[Assignment, orjson.Fragment],
        ] = {}

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

    def write(self, answers: Answers, events: EventColumns) -> Iterator[StoredAnswer]:
        """Yield answers as they are stored.

        Parameters
        ----------
        answers
            What `locate` returned, or the same at other times.
        events
            The events, with the times that the answers are for.
        """
        places = zip(
            self._assignments(answers),
            _lonlats(answers.positions),
            _likelihoods(answers),
            answers.positions.reasons.tolist(),
            events.instants.tolist(),
            events.accuracy_m.tolist(),
            events.is_day.tolist(),
            strict=True,
        )
        neighbours = answers.neighbours
        for place, (owner, lonlat, near, code, at, radius_m, is_day) in enumerate(
            places
        ):
            assignment, text = owner
            beside = None if neighbours is None else neighbours[place]
            document = _document(self._snapshot, at, text, near, REASONS[code])
            document["accuracy_m"] = radius_m if math.isfinite(radius_m) else None
            if is_day:
                document["is_day"] = True
            if beside is not None:
                document["neighbour_id"] = beside.neighbour_id
            lon, lat = lonlat
            yield StoredAnswer(assignment, lon, lat, _dumped(document))

    def _assignments(
        self, answers: Answers
    ) -> Iterator[tuple[Assignment, orjson.Fragment]]:
        """Yield whose each position is, with its text."""
        table = answers.table
        columns = (
            table.rows,
            table.on_duty.states,
            table.statuses,
            table.reasons,
            table.nearest,
        )
        has_distance = ~np.isnan(table.distances_m)
        for place, key in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
            whole_key = (answers.assigner, *key)
            owner = self._owners.get(whole_key)
            if owner is None or has_distance[place]:
                assignment = answers.assigner.record(table, place)
                owner = assignment, orjson.Fragment(_dumped(assignment))
                if len(self._owners) >= MOST_OWNERS:
                    self._owners.clear()
                if not has_distance[place]:
                    self._owners[whole_key] = owner
            yield owner


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
    assignment: Assignment | orjson.Fragment,
    near: "Likely",
    position_reason: str,
) -> dict[str, object]:
    """Return what is stored of every answer."""
    return {
        "revision": snapshot.revision,
        "terms": {
            "snap_m": snapshot.terms.snap_m,
            "region_tier": snapshot.terms.region_tier,
        },
        "at": at,
        "confidence": CONFIDENCE,
        "assignment": assignment,
        "probabilities": near[0],
        "p_outside": near[1],
        "position_reason": position_reason,
    }


def _dumped(document: object) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def _lonlats(positions: Positions) -> Iterator[tuple[float | None, float | None]]:
    """Yield positions as the grids have them, None for both where one is no use."""
    usable = is_usable(positions.reasons).tolist()
    pairs = zip(positions.x.tolist(), positions.y.tolist(), usable, strict=True)
    for x, y, is_there in pairs:
        yield (x, y) if is_there else (None, None)


def _likelihoods(answers: Answers) -> Iterator["Likely"]:
    """Yield the grids near each position with their probabilities, and that of none."""
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
    for start, end, p_outside, fault in places:
        yield ([], None) if fault else (pairs[start:end], p_outside)


Likely: TypeAlias = tuple[Sequence[Sequence[object]], float | None]
"""Ids of grids with their probabilities, and the probability of none of them."""
