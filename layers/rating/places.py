"""One place: its code, the findings behind it, its history."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
import orjson
import pandas as pd

from gis.models import Position
from gis.safety import CodeChange, Explanation, explain, trace_code
from layers.rating.facts import CodedPlaces
from layers.schema.circles import text_or_none
from layers.schema.values import lonlats_of

TRACE_DAYS: Final = 90
"""Days of the history of a code."""


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """An open finding that counts for a code."""

    finding_id: str
    severity: str
    about: str
    since: dt.date
    inspection_id: str


@dataclass(frozen=True, slots=True)
class PlaceExplanation:
    """Why a place has its code.

    Attributes
    ----------
    place_id, name, scene, grid_id
        The place.
    explanation
        The code, what fired, when the next check is due.
    findings
        Of each reason, the open findings that count for it.
    history
        Codes of the last `TRACE_DAYS` days: the first, then every change.
    """

    place_id: str
    name: str | None
    scene: str
    grid_id: str | None
    explanation: Explanation
    findings: tuple[tuple[OpenFinding, ...], ...]
    history: tuple[CodeChange, ...]


def explain_place(facts: CodedPlaces, place_id: str) -> PlaceExplanation | None:
    """Return why a place has its code on a day; None where it is no coded place.

    Parameters
    ----------
    facts
        What is known of it at the end of the day.
    place_id
        The place.
    """
    rows = np.flatnonzero(facts.places["place_id"].to_numpy() == place_id)
    day = facts.cutoff.day
    if not len(rows) or facts.places["gone"].iloc[rows[0]] <= pd.Timestamp(day):
        return None
    row, book = int(rows[0]), facts.rulebook
    args = (facts.place_rows, facts.visits, book.safety)
    explanation = explain(*args, day, row, book.calendar)
    span = (day - dt.timedelta(days=TRACE_DAYS - 1), day)
    place, grids = facts.places.iloc[row], facts.snapshot.territory.grids["grid_id"]
    grid_row = int(place["grid_row"])
    return PlaceExplanation(
        place_id=place_id,
        name=text_or_none(place["name"]),
        scene=str(place["scene"]),
        grid_id=None if grid_row < 0 else str(grids.iloc[grid_row]),
        explanation=explanation,
        findings=tuple(
            tuple(_finding(facts, number) for number in reason.findings)
            for reason in explanation.reasons
        ),
        history=trace_code(*args, row, span, book.calendar),
    )


def position_of(facts: CodedPlaces, place_id: str) -> Position | None:
    """Return where a place is; None where that is not known.

    Parameters
    ----------
    facts, place_id
        As `explain_place` takes them.
    """
    places = facts.places[facts.places["place_id"] == place_id]
    datum = facts.snapshot.territory.datum.name
    return next(
        (
            Position(lon, lat, datum)
            for lon, lat in lonlats_of(places)
            if lon is not None and lat is not None
        ),
        None,
    )


def open_findings(facts: CodedPlaces, place_id: str) -> tuple[OpenFinding, ...]:
    """Return every finding that is open at a place, whether it counts or not.

    Parameters
    ----------
    facts, place_id
        As `explain_place` takes them.
    """
    rows = np.flatnonzero(facts.places["place_id"].to_numpy() == place_id)
    findings = facts.visits.findings
    is_here = np.isin(findings.place, rows)
    is_open = findings.is_open(np.datetime64(facts.cutoff.day, "D"))
    numbers = np.flatnonzero(is_here & is_open).tolist()
    return tuple(_finding(facts, number) for number in numbers)


def _finding(facts: CodedPlaces, number: int) -> OpenFinding:
    """Return an open finding as its inspection listed it."""
    findings, inspections = facts.visits.findings, facts.inspections
    inspection = inspections.iloc[int(findings.inspection[number])]
    finding = orjson.loads(inspection["found_json"])[int(findings.item[number])]
    return OpenFinding(
        finding_id=finding["finding_id"],
        severity=finding["severity"],
        about=finding.get("about", ""),
        since=findings.found[number].item(),
        inspection_id=str(inspection["inspection_id"]),
    )
