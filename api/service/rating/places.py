"""One place: its code, the findings behind it, its history."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
import orjson

from api.service.rating.days import _or_none
from gis.safety import CodeChange, Explanation, explain, trace_code
from layers.rating.day import RiskDay
from layers.schema.circles import text_or_none

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


def explain_place(rating: RiskDay, place_id: str) -> PlaceExplanation | None:
    """Return why a place has its code on a day; None where it is no coded place.

    Parameters
    ----------
    rating
        The day.
    place_id
        The place.
    """
    facts = rating.facts
    rows = np.flatnonzero(facts.places["place_id"].to_numpy() == place_id)
    places = rating.places[rating.places["place_id"] == place_id]
    if not len(rows) or not len(places):
        return None
    row, book, day = int(rows[0]), facts.rulebook, rating.day
    args = (facts.place_rows, facts.visits, book.safety)
    explanation = explain(*args, day, row, book.calendar)
    span = (day - dt.timedelta(days=TRACE_DAYS - 1), day)
    place = places.iloc[0]
    return PlaceExplanation(
        place_id=place_id,
        name=_or_none(place["name"]),
        scene=str(place["scene"]),
        grid_id=text_or_none(place["grid_id"]),
        explanation=explanation,
        findings=tuple(
            tuple(_finding(rating, number) for number in reason.findings)
            for reason in explanation.reasons
        ),
        history=trace_code(*args, row, span, book.calendar),
    )


def _finding(rating: RiskDay, number: int) -> OpenFinding:
    """Return an open finding as its inspection listed it."""
    findings, inspections = rating.facts.visits.findings, rating.facts.inspections
    inspection = inspections.iloc[int(findings.inspection[number])]
    finding = orjson.loads(inspection["found_json"])[int(findings.item[number])]
    return OpenFinding(
        finding_id=finding["finding_id"],
        severity=finding["severity"],
        about=finding.get("about", ""),
        since=findings.found[number].item(),
        inspection_id=str(inspection["inspection_id"]),
    )
