"""Forms about events, whatever page they stand on: a step taken, an event reported."""

from typing import NamedTuple

from fastapi import Request, Response

from api.deps import (
    Desk,
    EventDesks,
    Office,
    Seen,
    caller_of,
    party_of,
    registry_of,
    reporter_of,
)
from api.forms import Returned, own_caller, refusal_of, return_form
from api.preconditions import request_key
from api.refusals import RequestError
from api.schemas.desk_fields import Fields, take, text_of
from api.schemas.loops import action_bytes
from api.schemas.my_fields import event_report
from api.schemas.phone_times import phone_time
from api.service.access.requests import request_id
from api.service.access.sight import Sight
from api.service.events.desk import EventDesk
from api.service.events.my_report import report_options, report_place
from api.service.events.office import Claim, EventOffice
from api.service.events.steps import StepForm
from api.service.rating.days import RiskDesk
from gis.access import Act
from gis.errors import UnknownEventError
from layers.words import Words
from layers.words.phone import MY


class Desks(NamedTuple):
    """What answers forms.

    Attributes
    ----------
    events, office
        Events, and what is done with them.
    rating
        Knows places.
    sight
        Of who asks.
    """

    events: EventDesk
    office: EventOffice
    rating: RiskDesk
    sight: Sight


def desks_of(events: EventDesks, office: Office, rating: Desk, sight: Seen) -> Desks:
    """Return what answers forms, for who asks."""
    return Desks(events, office, rating, sight)


class Channel(NamedTuple):
    """By which sources a page reports.

    Attributes
    ----------
    sort
        Sort of the sources.
    is_missing
        Said where there is none.
    """

    sort: str
    is_missing: Words


async def take_step(
    request: Request, event_id: str, desks: Desks, returned: Returned
) -> Response | None:
    """Take the step that a form asks for, once; return the form where it is refused.

    Parameters
    ----------
    request
        That it came with.
    event_id
        The event.
    desks
        What answers.
    returned
        The form.
    """
    fields = returned.fields

    def answer() -> None:
        own_caller(request, fields)
        claim = claim_of(request, desks, fields)
        dossier = desks.events.dossier(event_id, claim.party)
        take(desks.office, dossier, fields, claim)

    refused = await refusal_of(request, answer)
    return None if refused is None else return_form(request, refused, returned)


def claim_of(request: Request, desks: Desks, fields: Fields) -> Claim:
    """Return how a form asks, with when it was filled in on a phone.

    Parameters
    ----------
    request
        That it came with.
    desks
        What answers.
    fields
        What the form says.
    """
    time = phone_time(fields, desks.events.store.now())
    name = request_key(fields.get("request_key", []))
    return Claim(party_of(request), name, captured_at=time.at)


async def bring_event(
    request: Request, desks: Desks, channel: Channel, returned: Returned
) -> Response | str:
    """Take in the event that a form reports, once; return its id, or the form.

    Parameters
    ----------
    request
        That it came with.
    desks
        What answers.
    channel
        By which sources.
    returned
        The form.
    """
    fields = returned.fields
    event_ids: list[str] = []

    def answer() -> None:
        own_caller(request, fields)
        event_ids.append(_brought(request, desks, channel, fields))

    refused = await refusal_of(request, answer)
    if refused is not None:
        return return_form(request, refused, returned)
    return event_ids[0]


def _brought(request: Request, desks: Desks, channel: Channel, fields: Fields) -> str:
    """Take in an event; return its id.

    Raises
    ------
    RequestError
        If who asks may not report, or there is no source.
    """
    events, party = desks.events, party_of(request)
    if not caller_of(request).may(Act.REPORT):
        words = MY["may_not_report"]
        raise RequestError(403, "not-for-role", words.en, words.zh)
    name = request_key(fields.get("request_key", []))
    registry, sight = registry_of(request), desks.sight
    options = report_options(registry, sight, channel.sort, (), "")
    if not options.source:
        words = channel.is_missing
        raise RequestError(409, "no-source", words.en, words.zh)
    identity = options.source, request_id(party.actor.key_id, name)
    current = events.snapshots.current
    place = report_place(text_of(fields, "where"), current, desks.rating, sight)
    time = phone_time(fields, events.store.now())
    event = event_report(fields, identity, place, time, desks.rating.timezone)
    reception = request.app.state.reception
    [receipt] = reception.receive(event, reporter_of(request)).result()
    event_id: str = receipt.actions[0].action.event_id
    if "is_fixed" in fields:
        _handle(desks, event_id, Claim(party, f"{name}-fixed"))
    return event_id


def _handle(desks: Desks, event_id: str, claim: Claim) -> None:
    """Say of an event that it is handled, where that is for who reported it."""
    try:
        dossier = desks.events.dossier(event_id, claim.party)
    except UnknownEventError:
        return
    if any(pair.action == "handle" for pair in dossier.allowed):
        desks.office.act(event_id, StepForm("handle"), claim, action_bytes)
