"""The desk in a browser, and the page by which a citizen follows a report."""

import secrets
from typing import Annotated, Final, Literal, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api.admission import Door
from api.browser import html, language_of, sentences
from api.deps import EventDesks, Office, Readings, caller_of, party_of
from api.forms import (
    admit,
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
from api.schemas.texts import Id, LongId
from api.security import ANYBODY, Access
from api.service.events.citizen import RIGHTS
from api.service.events.closed import Reading
from api.service.events.desk import PAGE_EVENTS, EventDesk
from api.service.events.office import Claim
from api.service.events.pages import PageQuery
from api.service.events.photos import Upload
from api.uploads import MOST_UPLOAD_BYTES, photo_slot, read_photo_form
from gis.access import Act
from layers.page_words import CITIZEN, DESK
from layers.pages import INTEGRITY, PHOTO_POLICY, STYLE, page
from layers.words import Words

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


@router.get("/desk")
def desk(
    request: Request,
    events: EventDesks,
    state: Annotated[Id | Literal[""], Query()] = "",
    kind: Annotated[Id | Literal[""], Query()] = "",
    overdue: Annotated[Literal["true", ""], Query()] = "",
    after: Annotated[LongId | Literal[""], Query()] = "",
) -> Response:
    """Return what who asks owes, and the events within its scope."""
    away = turned_away(request, Act.READ)
    if away is not None:
        return away
    query = PageQuery(state, kind, "", overdue == "true", after, PAGE_EVENTS)
    content = page(
        "list",
        title=DESK["title"],
        root=root_of(request),
        language=language_of(request.scope),
        visitor=visitor(request, caller_of(request)),
        problem=None,
        query=query,
        desk=events.desk(query, party_of(request)),
        synthetic=events.synthetic,
    )
    return html(content)


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
        language=language_of(request.scope),
        token=token,
        problem=refusal.words,
        is_sent=is_sent,
        report=events.report(event_id, secrets.token_urlsafe(12)),
    )
    return html(content, refusal.status)


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
