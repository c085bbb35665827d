"""The page of somebody with a post, on a phone: events, checks, reports."""

import secrets
from typing import Annotated, Final, Literal, NamedTuple

from fastapi import APIRouter, Depends, Query, Request, Response

from api.admission import Door
from api.browser import html, language_of
from api.deps import Desk, EventDesks, Seen, caller_of, party_of, registry_of
from api.event_forms import (
    Channel,
    Desks,
    bring_event,
    claim_of,
    desks_of,
    take_step,
)
from api.forms import (
    Returned,
    assets_of,
    form_done,
    own_caller,
    read_form,
    refusal_of,
    return_form,
    root_of,
    turned_away,
    visitor,
)
from api.schemas.desk_fields import Fields, text_of
from api.schemas.phone_times import clock_words, off_query, page_time, phone_time
from api.schemas.photos import photo_bytes
from api.schemas.texts import Id
from api.security import ANYBODY
from api.service.access.tokens import CitizenTokens
from api.service.events.desk import EventDesk
from api.service.events.intake import REPORT
from api.service.events.my_desk import MyDesk
from api.service.events.my_ground import areas_of
from api.service.events.my_report import MEMBER, report_options
from api.service.events.photos import PHOTO, Upload
from api.uploads import MOST_UPLOAD_BYTES, photo_slot, read_photo_form
from gis.access import Act, Role
from layers.pages import PHONE_POLICY, page
from layers.words import Words, words_of
from layers.words.loops import STEPS
from layers.words.phone import MY

PAGE: Final = "/my"
FIELD: Final = frozenset({Role.LEADER, Role.MEMBER})
"""Roles that see what their posts let them see."""
LONGEST_TOKEN: Final = 200
LONGEST_OFF_S: Final = 10**9

router = APIRouter(
    route_class=Door, include_in_schema=False, dependencies=[Depends(ANYBODY)]
)


class Sent(NamedTuple):
    """What an address says of where one stands, and of the form that was just sent."""

    near: str
    step: str
    token: str
    off_s: int


def _sent(
    near: Annotated[Id | Literal[""], Query()] = "",
    sent: Annotated[str, Query(max_length=40)] = "",
    token: Annotated[str, Query(max_length=LONGEST_TOKEN)] = "",
    off: Annotated[int, Query(ge=-LONGEST_OFF_S, le=LONGEST_OFF_S)] = 0,
) -> Sent:
    return Sent(near, sent, token, off)


@router.get(PAGE)
def my(
    request: Request,
    events: EventDesks,
    desk: Desk,
    sight: Seen,
    sent: Annotated[Sent, Depends(_sent)],
) -> Response:
    """Return what is owed by who asks, and what it may do."""
    away = turned_away(request, Act.READ)
    if away is not None:
        return away
    caller, party = caller_of(request), party_of(request)
    nonce = secrets.token_urlsafe(12)
    view = MyDesk(events, desk).view(party, sight, sent.near, nonce)
    areas = areas_of(events.snapshots.current, party)
    event_id = _event_of(request, sent.token)
    content = page(
        "my",
        title=MY["title"],
        root=root_of(request),
        language=language_of(request.scope),
        key_id=caller.key_id,
        assets=assets_of(request),
        visitor=visitor(request, caller),
        view=view,
        is_off_duty=caller.role in FIELD and not view.posts,
        report=report_options(registry_of(request), sight, MEMBER, areas, view.near),
        may_check=sight.has_places,
        may_report=caller.may(Act.REPORT),
        notes=_notes(sent, event_id),
        token=sent.token if event_id else "",
        address=request.app.state.public_url or str(request.base_url).rstrip("/"),
        nonce=nonce,
        page_at=page_time(events.store.now()),
        synthetic=events.synthetic,
    )
    return html(content, headers={"Content-Security-Policy": PHONE_POLICY})


@router.post(f"{PAGE}/events/{{event_id}}")
async def act(
    event_id: str, request: Request, desks: Annotated[Desks, Depends(desks_of)]
) -> Response:
    """Take the step that a form asks for, once."""
    fields = await read_form(request)
    returned = Returned(f"{PAGE}/events/{event_id}", PAGE, fields)
    refused = await take_step(request, event_id, desks, returned)
    off = _off(desks.events, fields)
    return refused or form_done(
        request, f"{PAGE}?sent={text_of(fields, 'action')}{off}"
    )


@router.post(f"{PAGE}/events/{{event_id}}/photos", max_body_size=MOST_UPLOAD_BYTES)
async def photograph(
    event_id: str, request: Request, desks: Annotated[Desks, Depends(desks_of)]
) -> Response:
    """Add the photo that a form sends, once."""
    fields, content = await read_photo_form(request)
    path = f"{PAGE}/events/{event_id}/photos"

    def answer() -> None:
        own_caller(request, fields)
        claim = claim_of(request, desks, fields)
        desks.office.photograph(event_id, Upload(content), claim, photo_bytes)

    async with photo_slot(request):
        refused = await refusal_of(request, answer)
    if refused is not None:
        returned = Returned(path, PAGE, fields, is_photo=True)
        return return_form(request, refused, returned)
    return form_done(request, f"{PAGE}?sent={PHOTO}")


@router.post(f"{PAGE}/events")
async def report(
    request: Request, desks: Annotated[Desks, Depends(desks_of)]
) -> Response:
    """Take in the event that a form reports, once."""
    fields = await read_form(request)
    returned = Returned(f"{PAGE}/events", PAGE, fields)
    channel = Channel(MEMBER, MY["no_source"])
    event_id = await bring_event(request, desks, channel, returned)
    if isinstance(event_id, Response):
        return event_id
    tokens: CitizenTokens = request.app.state.citizen_tokens
    token, off = tokens.token_of(event_id), _off(desks.events, fields)
    return form_done(request, f"{PAGE}?sent=report&token={token}{off}")


def _event_of(request: Request, token: str) -> str | None:
    """Return the event of a token; None where it is none."""
    tokens: CitizenTokens = request.app.state.citizen_tokens
    return tokens.event_of(token) if token else None


def _notes(sent: Sent, event_id: str | None) -> list[Words]:
    """Return what is said of the form that was just sent."""
    notes = [_filled("sent_report", event=event_id)] if event_id else []
    if sent.step in STEPS and sent.step != REPORT:
        step, words = words_of(sent.step, STEPS), MY["sent_step"]
        zh, en = words.zh.format(step=step.zh), words.en.format(step=step.en)
        notes.append(Words(zh, en))
    clock = clock_words(sent.off_s * 1000)
    return notes if clock is None else [*notes, clock]


def _off(events: EventDesk, fields: Fields) -> str:
    """Return what an address carries of a phone whose clock is off."""
    time = phone_time(fields, events.store.now())
    return off_query(time, is_made_up=events.synthetic is not None)


def _filled(name: str, **values: object) -> Words:
    words = MY[name]
    return Words(words.zh.format(**values), words.en.format(**values))
