"""One place: its code, the findings behind it, its history."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
import orjson

from api.service.rating.days import _or_none
from gis.safety import CodeChange, Explanation, explain, trace_code
from layers.rating.day import RiskDay

TRACE_DAYS: Final = 90
"""Days of the history of a code."""


@dataclass(frozen=True, slots=True)
class ListedFinding:
    """An open finding that counts for a code."""

    finding_id: str
    severity: str
    about: str
    since: dt.date
    inspection_id: str


@dataclass(frozen=True, slots=True)
class Why:
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
    findings: tuple[tuple[ListedFinding, ...], ...]
    history: tuple[CodeChange, ...]


def explain_place(rated: RiskDay, place_id: str) -> Why | None:
    """Return why a place has its code on a day; None where it is no coded place.

    Parameters
    ----------
    rated
        The day.
    place_id
        The place.
    """
    facts = rated.facts
    rows = np.flatnonzero(facts.places["place_id"].to_numpy() == place_id)
    shown = rated.places[rated.places["place_id"] == place_id]
    if not len(rows) or not len(shown):
        return None
    row, book, day = int(rows[0]), facts.rulebook, rated.day
    args = (facts.place_rows, facts.visits, book.safety)
    explanation = explain(*args, day, row, book.calendar)
    span = (day - dt.timedelta(days=TRACE_DAYS - 1), day)
    place = shown.iloc[0]
    return Why(
        place_id=place_id,
        name=_or_none(place["name"]),
        scene=str(place["scene"]),
        grid_id=place["grid_id"],
        explanation=explanation,
        findings=tuple(
            tuple(_finding(rated, number) for number in reason.findings)
            for reason in explanation.reasons
        ),
        history=trace_code(*args, row, span, book.calendar),
    )


def _finding(rated: RiskDay, number: int) -> ListedFinding:
    """Return an open finding as its inspection listed it."""
    findings, inspections = rated.facts.visits.findings, rated.facts.inspections
    told = inspections.iloc[int(findings.inspection[number])]
    listed = orjson.loads(told["found_json"])[int(findings.item[number])]
    return ListedFinding(
        finding_id=listed["finding_id"],
        severity=listed["severity"],
        about=listed.get("about", ""),
        since=findings.found[number].item(),
        inspection_id=str(told["inspection_id"]),
    )
