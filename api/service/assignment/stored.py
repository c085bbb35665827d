"""Answers as they are stored with an event."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import orjson
from numpy.typing import NDArray

from gis.assignment import (
    Answer,
    Assigner,
    Positions,
    Request,
    answer_many,
)
from gis.crs import defined_datum
from gis.models import Assignment
from gis.roster import NO_HOUR
from layers.snapshots import Snapshot

CONFIDENCE = 0.68
"""Probability with which the accuracy of an event holds its true position."""


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
    answers = answer_many(
        snapshot.basis,
        events.positions,
        defined_datum(events.datum, events.ballpark_m),
        at=np.where(events.is_day, NO_HOUR, events.instants),
        accuracy_m=events.accuracy_m,
        request=Request(confidence=CONFIDENCE, datum_error_m=datum_error_m),
    )
    for place, radius_m in enumerate(events.accuracy_m.tolist()):
        yield stored_answer(
            snapshot,
            answers.answer(place),
            int(events.instants[place]),
            radius_m if np.isfinite(radius_m) else None,
            is_day=bool(events.is_day[place]),
        )


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
    document = {
        "revision": snapshot.revision,
        "terms": {
            "snap_m": snapshot.terms.snap_m,
            "region_tier": snapshot.terms.region_tier,
        },
        "at": at,
        "accuracy_m": accuracy_m,
        "confidence": CONFIDENCE,
        **_fields(snapshot.basis.assigner, answer),
    }
    if is_day:
        document["is_day"] = True
    if answer.neighbour is not None:
        document["neighbour_id"] = answer.neighbour.neighbour_id
    text = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    return StoredAnswer(answer.assignment, answer.x, answer.y, text)


def _fields(assigner: Assigner, answer: Answer) -> dict[str, object]:
    """Return what is stored of one answer itself."""
    likelihood = answer.likelihood
    near = () if likelihood is None else likelihood.probabilities
    return {
        "assignment": answer.assignment,
        "probabilities": [[assigner.ids[grid], p] for grid, p in near],
        "p_outside": None if likelihood is None else likelihood.p_outside,
        "position_reason": answer.position_reason,
    }
