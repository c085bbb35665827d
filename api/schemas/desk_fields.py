"""What the forms of the desk send: texts by name, as the doors of JSON take them."""

from typing import TypeAlias

from api.schemas.actions import ActionIn
from api.schemas.loops import action_bytes
from api.schemas.whistles import (
    CheckInIn,
    RatingIn,
    SolutionIn,
    WhistleIn,
    check_in_bytes,
    whistle_bytes,
)
from api.service.events.actions import Taken
from api.service.events.dossier import Dossier
from api.service.events.office import Claim, EventOffice
from gis.errors import UnknownEventError

Fields: TypeAlias = dict[str, list[str]]
"""Name -> values, in order, none of them blank."""
ACTION_FIELDS = ("action", "reason", "to", "note", "lon", "lat", "datum")
NUMBERS = frozenset({"lon", "lat", "minutes", "score"})


def read_fields(pairs: list[tuple[str, str]]) -> Fields:
    """Return what a form says; fields that were left blank are not there.

    Parameters
    ----------
    pairs
        Names and values as they were sent.

    Examples
    --------
    >>> read_fields([("to", " a "), ("to", "b"), ("note", "  ")])
    {'to': ['a', 'b']}
    """
    fields: Fields = {}
    for name, value in pairs:
        text = value.replace("\r\n", "\n").strip()
        if text:
            fields.setdefault(name, []).append(text)
    return fields


def text_of(fields: Fields, name: str) -> str:
    """Return the value of a field; empty where it is not there."""
    return fields.get(name, [""])[0]


def take(office: EventOffice, dossier: Dossier, fields: Fields, claim: Claim) -> Taken:
    """Do what a form asks for.

    Parameters
    ----------
    office
        What is done with events.
    dossier
        The event, for who asks.
    fields
        What the form says.
    claim
        How it asks.

    Raises
    ------
    ValidationError
        If a field is not as the door of JSON would take it.
    GovernanceError
        As that door would.
    """
    event_id, action = dossier.loop.event_id, text_of(fields, "action")
    if action == "whistle":
        departments = fields.get("departments", [])
        form = WhistleIn.model_validate(
            {**_values(fields, "minutes", "legal_basis"), "departments": departments}
        ).form()
        return office.summon(event_id, form, claim, whistle_bytes)
    if action == "check_in":
        values = _of_department(dossier, fields) | _values(
            fields, "lon", "lat", "datum"
        )
        arrival = CheckInIn.model_validate(values).form(_whistle_of(dossier, fields))
        return office.check_in(arrival, claim, check_in_bytes)
    if action == "solve":
        values = _of_department(dossier, fields) | _values(fields, "result")
        solution = SolutionIn.model_validate(values).form(_whistle_of(dossier, fields))
        return office.solve(solution, claim, action_bytes)
    if action == "rate":
        values = _of_department(dossier, fields) | _values(fields, "score", "note")
        rating = RatingIn.model_validate(values).form(_whistle_of(dossier, fields))
        return office.rate(rating, claim, action_bytes)
    body = ActionIn.model_validate(_values(fields, *_names_of(fields)))
    return office.act(event_id, body.form(), claim, action_bytes)


def _names_of(fields: Fields) -> tuple[str, ...]:
    """Return the fields of a step by name; a datum says nothing without a position."""
    has_place = "lon" in fields or "lat" in fields
    return ACTION_FIELDS if has_place else ACTION_FIELDS[:4]


def _values(fields: Fields, *names: str) -> dict[str, object]:
    """Return some fields that are there, numbers as such."""
    return {
        name: number_of(fields[name][0]) if name in NUMBERS else fields[name][0]
        for name in names
        if name in fields
    }


def number_of(text: str) -> object:
    """Return a number; what is none is left for the check to name.

    Examples
    --------
    >>> number_of("2"), number_of("2.5"), number_of("two")
    (2, 2.5, 'two')
    """
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _of_department(dossier: Dossier, fields: Fields) -> dict[str, object]:
    """Return the department of the task that a form is about."""
    task = dossier.standing.tasks.get(text_of(fields, "task"))
    return {} if task is None else {"department": task.department_id}


def _whistle_of(dossier: Dossier, fields: Fields) -> str:
    """Return the whistle of the task that a form is about."""
    task = dossier.standing.tasks.get(text_of(fields, "task"))
    if task is None:
        raise UnknownEventError
    return task.whistle_id
