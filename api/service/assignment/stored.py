"""Answers as they are stored with an event."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

import numpy as np
import orjson
from numpy.typing import NDArray

from api.service.inputs.accuracy import judge
from gis.assignment import REASONS, Positions, is_usable, record
from gis.crs import is_shifting, parse_datum
from gis.models import Assignment, Provenance
from layers.snapshots import Snapshot

CONFIDENCE = 0.68


@dataclass(frozen=True, slots=True)
class EventColumns:
    """Events as reported, as columns; the datum is one for all.

    Attributes
    ----------
    positions
        As they came, in the datum, with what was found wrong while reading.
    datum
        Name of the datum.
    accuracy_m
        68 % radius, NaN where there is none, float64 (m,).
    instants
        When each is answered for, int64 (m,).
    """

    positions: Positions
    datum: str
    accuracy_m: NDArray[np.float64]
    instants: NDArray[np.int64]

    def take(self, rows: NDArray[np.int64]) -> "EventColumns":
        """Return some of the events."""
        p = self.positions
        return EventColumns(
            Positions(p.x[rows], p.y[rows], p.reasons[rows]),
            self.datum,
            self.accuracy_m[rows],
            self.instants[rows],
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


def give_answers(
    snapshot: Snapshot, columns: EventColumns, *, datum_error_m: float
) -> Iterator[StoredAnswer]:
    """Yield the answers to events in order, as they are stored.

    Parameters
    ----------
    snapshot
        In force at the times of the events.
    columns
        The events.
    datum_error_m
        Error of the GCJ-02 and BD-09 formulas, metres.
    """
    territory, assigner = snapshot.territory, snapshot.assigner
    datum = parse_datum(columns.datum)
    error_m = datum_error_m if is_shifting(datum, territory.datum) else None
    ready = territory.bring(columns.positions, datum)
    table = assigner.assign_many(
        ready.x, ready.y, reasons=ready.reasons, at=columns.instants
    )
    usable = is_usable(ready.reasons)
    radius_m = np.hypot(columns.accuracy_m, error_m or 0.0)
    likelihoods = judge(territory, ready, table, radius_m, CONFIDENCE)
    provenances: dict[Provenance, Provenance] = {}
    for row in range(len(table.rows)):
        answer = assigner.record(table, row)
        provenance = answer.provenance
        if provenance not in provenances:
            provenances[provenance] = replace(
                provenance, datum=datum.name, datum_error_m=error_m
            )
        answer = replace(answer, provenance=provenances[provenance])
        doubt = record(likelihoods, row) if likelihoods.faults[row] == 0 else None
        near = [] if doubt is None else doubt.probabilities
        document = {
            "revision": snapshot.revision,
            "terms": asdict(snapshot.terms),
            "at": int(columns.instants[row]),
            "assignment": answer,
            "accuracy_m": _or_none(columns.accuracy_m[row]),
            "confidence": CONFIDENCE,
            "probabilities": [[assigner.ids[grid], p] for grid, p in near],
            "p_outside": None if doubt is None else doubt.p_outside,
            "position_reason": REASONS[ready.reasons[row]],
        }
        lon, lat = (
            (float(ready.x[row]), float(ready.y[row])) if usable[row] else (None, None)
        )
        yield StoredAnswer(
            answer, lon, lat, orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
        )


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
