"""The desk in a browser, and the page by which a citizen follows a report."""

import secrets
from typing import Annotated, Final, Literal, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api.admission import Door
from api.browser import html, language_of, sentences
from api.deps import (
    EventDesks,
    Office,
    Readings,
    Seen,
    call_desk_of,
    caller_of,
    party_of,
    queue_desk_of,
    registry_of,
)
from api.desk_questions import (
    DeskQuestion,
    address_of,
    answer_of,
    back_of,
    listed_of,
    notes_of,
    question_of,
    sentence_of,
    stand_in_of,
)
from api.event_forms import Channel, Desks, bring_event, desks_of, take_step
from api.forms import (
    Returned,
    admit,
    assets_of,
    form_done,
    go_to,
    read_form,
    refusal_of,
    require_own,
    root_of,
    turned_away,
    visitor,
)
from api.preconditions import is_unchanged, request_key
from api.refusals import RequestError
from api.schemas.desk_fields import take, text_of
from api.schemas.photos import photo_bytes
from api.security import ANYBODY, Access, visitor_of
from api.service.access.tokens import CitizenTokens
from api.service.cockpit.call import Caller
from api.service.events.citizen import RIGHTS
from api.service.events.closed import Reading
from api.service.events.desk import EventDesk
from api.service.events.desk_forms import DATUMS
from api.service.events.desk_words import Namer
from api.service.events.intake import REPORT
from api.service.events.my_report import CALL as CALL_SORT
from api.service.events.my_report import MEMBER, report_options
from api.service.events.office import Claim
from api.service.events.pages import PageQuery
from api.service.events.photos import Upload
from api.uploads import MOST_UPLOAD_BYTES, photo_slot, read_photo_form
from gis.access import Act, Role
from layers.pages import FORM_POLICY, INTEGRITY, PHOTO_POLICY, STYLE, page
from layers.words import Words
from layers.words.citizen import CITIZEN
from layers.words.desk import CALL, DESK

PAGE: Final = "/desk"
OFFICE: Final = frozenset({Role.OPERATOR, Role.STEWARD})
"""Roles that take calls; others report as members do."""
STYLE_HEADERS: Final = {
    "Cache-Control": "no-cache",
    "ETag": f'"{INTEGRITY}"',
    "X-Content-Type-Options": "nosniff",
}

router = APIRouter(
    route_class=Door, include_in_schema=False, dependencies=[Depends(ANYBODY)]
)


class Refusal(NamedTuple):
    """Why something was not done, and the status that says so."""

    words: Words | None
    status: int


DONE: Final = Refusal(None, 200)


@router.get("/desk/style.css")
def style(request: Request) -> Response:
    """Return the style sheet of all pages."""
    if is_unchanged(request.headers.getlist("if-none-match"), STYLE_HEADERS["ETag"]):
        return Response(None, 304, STYLE_HEADERS)
    return Response(STYLE, 200, STYLE_HEADERS, "text/css; charset=utf-8")


@router.get(PAGE)
def desk(
    request: Request,
    events: EventDesks,
    sight: Seen,
    question: Annotated[DeskQuestion, Depends(question_of)],
    query: Annotated[PageQuery, Depends(listed_of)],
) -> Response:
    """Return the answer to what is asked for, what waits, and the events in sight."""
    away = turned_away(request, Act.READ)
    if away is not None:
        return away
    caller, party = caller_of(request), party_of(request)
    nonce = secrets.token_urlsafe(12)
    namer = Namer(events.registries.current, events.zone, events.store.now())
    view, problem = answer_of(
        call_desk_of(request), question, Caller(sight, party.scope, namer)
    )
    sort = CALL_SORT if caller.role in OFFICE else MEMBER
    tokens: CitizenTokens = request.app.state.citizen_tokens
    event_id = tokens.event_of(question.token) if question.token else None
    content = page(
        "list",
        title=DESK["title"],
        root=root_of(request),
        assets=assets_of(request),
        language=language_of(request.scope),
        visitor=visitor(request, caller),
        problem=problem,
        question=question,
        datums=DATUMS,
        view=view,
        sentence=sentence_of(view),
        why=stand_in_of(view),
        typed_address=address_of(question, view),
        may_report=caller.may(Act.REPORT),
        report=report_options(registry_of(request), sight, sort, (), ""),
        notes=notes_of(question, event_id),
        token=question.token if event_id else "",
        address=request.app.state.public_url or str(request.base_url).rstrip("/"),
        nonce=nonce,
        queues=queue_desk_of(request).queues(party, nonce),
        query=query,
        desk=events.desk(query, party),
        synthetic=events.synthetic,
    )
    return html(content, headers={"Content-Security-Policy": FORM_POLICY})


@router.post(f"{PAGE}/events")
async def report(
    request: Request, desks: Annotated[Desks, Depends(desks_of)]
) -> Response:
    """Take in the event that the form below an answer opens, once."""
    fields = await read_form(request)
    path, back = f"{PAGE}/events", back_of(fields)
    returned = Returned(path, f"{PAGE}?{back}", fields, {}, DESK["back"])
    caller = visitor_of(request)
    is_office = caller is not None and caller.role in OFFICE
    channel = Channel(CALL_SORT if is_office else MEMBER, CALL["no_source"])
    event_id = await bring_event(request, desks, channel, returned)
    if isinstance(event_id, Response):
        return event_id
    tokens: CitizenTokens = request.app.state.citizen_tokens
    sent = urlencode({"sent": REPORT, "token": tokens.token_of(event_id)})
    return form_done(request, f"{PAGE}?{'&'.join(filter(None, (back, sent)))}")


@router.post(f"{PAGE}/steps/{{event_id}}")
async def step(
    event_id: str, request: Request, desks: Annotated[Desks, Depends(desks_of)]
) -> Response:
    """Take the step that a card asks for, once, and come back to the desk."""
    fields = await read_form(request)
    path, back = f"{PAGE}/steps/{event_id}", back_of(fields)
    returned = Returned(path, f"{PAGE}?{back}", fields, {}, DESK["back"])
    refused = await take_step(request, event_id, desks, returned)
    sent = urlencode({"sent": text_of(fields, "action"), "event": event_id})
    return refused or form_done(
        request, f"{PAGE}?{'&'.join(filter(None, (back, sent)))}"
    )


@router.get("/desk/events/{event_id}")
def event(
    event_id: str, request: Request, events: EventDesks, reading: Readings
) -> Response:
    """Return the page of an event."""
    away = turned_away(request, Act.READ)
    if away is not None:
        return away
    return _event(event_id, request, events, reading=reading)


@router.post("/desk/events/{event_id}", dependencies=[Depends(Access(Act.READ))])
async def act(
    event_id: str, request: Request, events: EventDesks, office: Office
) -> Response:
    """Do what a form of the page of an event asks for."""
    fields = await read_form(request)
    require_own(request, caller_of(request), fields)
    party = party_of(request)

    def answer() -> None:
        claim = Claim(party, request_key(fields.get("request_key", [])))
        take(office, events.dossier(event_id, party), fields, claim)

    refused = await refusal_of(request, answer)
    return await _answered(event_id, request, events, refused)


@router.post(
    "/desk/events/{event_id}/photos",
    dependencies=[Depends(Access(Act.READ))],
    max_body_size=MOST_UPLOAD_BYTES,
)
async def photograph(
    event_id: str, request: Request, events: EventDesks, office: Office
) -> Response:
    """Add the photo that the form of the page of an event sends."""
    fields, content = await read_photo_form(request)
    require_own(request, caller_of(request), fields)
    party = party_of(request)

    def answer() -> None:
        claim = Claim(party, request_key(fields.get("request_key", [])))
        office.photograph(event_id, Upload(content), claim, photo_bytes)

    async with photo_slot(request):
        refused = await refusal_of(request, answer)
    return await _answered(event_id, request, events, refused)


@router.get("/t/{token}")
def follow(
    token: str,
    request: Request,
    events: EventDesks,
    sent: Annotated[Literal["1"] | None, Query()] = None,
) -> Response:
    """Return how far a report is, to whoever has its token."""
    admit(request, request.app.state.token_limit)
    return _report(token, request, events, is_sent=sent is not None)


@router.post("/t/{token}")
async def answer_report(
    token: str, request: Request, events: EventDesks, office: Office
) -> Response:
    """Let who reported an event have it reopened, or say how it went."""
    admit(request, request.app.state.token_limit)
    event_id = _event_of(request, token)
    fields = await read_form(request)
    text_name = RIGHTS.get(text_of(fields, "action"))
    if text_name is None:
        raise HTTPException(403)
    party = events.reporter(event_id)

    def answer() -> None:
        if text_name not in fields:
            words = CITIZEN["no_text"]
            raise RequestError(422, "no-text", words.en, words.zh)
        # the keys of all citizens share a namespace
        name = f"{event_id}/{request_key(fields.get('request_key', []))}"
        take(office, events.dossier(event_id, party), fields, Claim(party, name))

    refused = await refusal_of(request, answer)
    if refused is None:
        return go_to(request, f"/t/{token}?sent=1")
    if refused.status_code in {404, 429, 503}:
        return refused
    refusal = Refusal(sentences(refused), refused.status_code)
    return await run_in_threadpool(_report, token, request, events, refusal)


async def _answered(
    event_id: str, request: Request, events: EventDesk, refused: Response | None
) -> Response:
    """Return the page of an event after a form, with why that was refused."""
    if refused is None:
        return go_to(request, f"/desk/events/{event_id}")
    if refused.status_code in {404, 429, 503}:
        return refused
    refusal = Refusal(sentences(refused), refused.status_code)
    return await run_in_threadpool(_event, event_id, request, events, refusal)


def _event(
    event_id: str,
    request: Request,
    events: EventDesk,
    refusal: Refusal = DONE,
    *,
    reading: Reading | None = None,
) -> Response:
    """Return the page of an event, with why something was refused."""
    nonce = secrets.token_urlsafe(12)
    view = events.event(event_id, party_of(request), nonce, reading)
    content = page(
        "event",
        purpose=""
        if reading is None
        else f"?{urlencode({'purpose': reading.purpose})}",
        title=view.kind,
        root=root_of(request),
        assets=assets_of(request),
        language=language_of(request.scope),
        visitor=visitor(request, caller_of(request)),
        problem=refusal.words,
        view=view,
        synthetic=events.synthetic,
    )
    policy = {"Content-Security-Policy": PHOTO_POLICY}
    return html(content, refusal.status, policy)


def _report(
    token: str,
    request: Request,
    events: EventDesk,
    refusal: Refusal = DONE,
    *,
    is_sent: bool = False,
) -> Response:
    """Return the page of a report, with why something was refused."""
    event_id = _event_of(request, token)
    content = page(
        "citizen",
        title=CITIZEN["title"],
        root=root_of(request),
        assets=assets_of(request),
        language=language_of(request.scope),
        token=token,
        problem=refusal.words,
        is_sent=is_sent,
        report=events.report(event_id, secrets.token_urlsafe(12)),
    )
    policy = {"Content-Security-Policy": FORM_POLICY}
    return html(content, refusal.status, policy)


def _event_of(request: Request, token: str) -> str:
    """Return the event of a token.

    Raises
    ------
    HTTPException
        If it is none; that takes the same time.
    """
    event_id: str | None = request.app.state.citizen_tokens.event_of(token)
    if event_id is None:
        raise HTTPException(404)
    return event_id
