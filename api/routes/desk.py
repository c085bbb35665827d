"""The desk in a browser, and the page by which a citizen follows a report."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, NamedTuple

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from api.admission import Door
from api.browser import HEADERS, html, language_of, sentences
from api.deps import EventDesks, Office, Readings, caller_of, party_of
from api.errors import problem_of
from api.json_text import refuse_encoded
from api.preconditions import is_unchanged, request_key
from api.rates import Rate, network_of
from api.refusals import RequestError
from api.schemas.desk_fields import Fields, read_fields, take, text_of
from api.schemas.texts import Id, LongId
from api.security import (
    ANYBODY,
    Access,
    is_from_elsewhere,
    sign_in,
    sign_out,
    visitor_of,
)
from api.service.access.sessions import Sessions
from api.service.events.citizen import RIGHTS
from api.service.events.closed import Reading
from api.service.events.desk import PAGE_EVENTS, EventDesk
from api.service.events.office import Claim
from api.service.events.pages import PageQuery
from gis.access import Act, Caller
from gis.errors import GovernanceError
from layers.page_words import CITIZEN, DESK, PARTIES
from layers.pages import INTEGRITY, STYLE, page
from layers.words import Words, words_of

FORM: Final = "application/x-www-form-urlencoded"
MOST_FIELDS: Final = 100
STYLE_HEADERS: Final = {
    "Cache-Control": "no-cache",
    "ETag": f'"{INTEGRITY}"',
    "X-Content-Type-Options": "nosniff",
}
STALE_FORM: Final = DESK["foreign_form"]

router = APIRouter(
    route_class=Door, include_in_schema=False, dependencies=[Depends(ANYBODY)]
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at the desk, as the page says it.

    Attributes
    ----------
    words
        In which role, by which key.
    is_keyless
        Whether there is no key yet.
    form_token
        Carried by every form.
    """

    words: Words
    is_keyless: bool
    form_token: str


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
    caller = visitor_of(request)
    if caller is None:
        return _signed_out(request)
    query = PageQuery(state, kind, "", overdue == "true", after, PAGE_EVENTS)
    content = page(
        "list",
        title=DESK["title"],
        root=_root(request),
        language=language_of(request.scope),
        visitor=_visitor(request, caller),
        problem=None,
        query=query,
        desk=events.desk(query, party_of(request)),
        synthetic=events.synthetic,
    )
    return html(content)


@router.post("/desk/sign-in")
async def enter(request: Request) -> Response:
    """Let a browser keep whose key was typed."""
    state = request.app.state
    if is_from_elsewhere(request.scope["headers"]):
        raise HTTPException(403)
    _admit(request, state.sign_in_limit)
    fields = await _fields(request)
    caller = state.keys.caller(text_of(fields, "key"))
    if caller is None:
        return _signed_out(request, DESK["wrong_key"], 403)
    response = _to(request, "/desk")
    address = state.public_url or str(request.url)
    is_secure = address.startswith("https:")
    sign_in(response, caller, state.sessions, is_secure=is_secure)
    return response


@router.post("/desk/sign-out")
async def leave(request: Request) -> Response:
    """Let a browser forget whose key was typed."""
    caller = visitor_of(request)
    if caller is not None:
        _require_own(request, caller, await _fields(request))
    response = _to(request, "/desk")
    sign_out(response)
    return response


@router.get("/desk/events/{event_id}")
def event(
    event_id: str, request: Request, events: EventDesks, reading: Readings
) -> Response:
    """Return the page of an event."""
    if visitor_of(request) is None:
        return _to(request, "/desk")
    return _event(event_id, request, events, reading=reading)


@router.post("/desk/events/{event_id}", dependencies=[Depends(Access(Act.READ))])
async def act(
    event_id: str, request: Request, events: EventDesks, office: Office
) -> Response:
    """Do what a form of the page of an event asks for."""
    fields = await _fields(request)
    _require_own(request, caller_of(request), fields)
    party = party_of(request)

    def answer() -> None:
        claim = Claim(party, request_key(fields.get("request_key", [])))
        take(office, events.dossier(event_id, party), fields, claim)

    refused = await _refusal(request, answer)
    if refused is None:
        return _to(request, f"/desk/events/{event_id}")
    if refused.status_code in {404, 429, 503}:
        return refused
    refusal = Refusal(sentences(refused), refused.status_code)
    return await run_in_threadpool(_event, event_id, request, events, refusal)


@router.get("/t/{token}")
def follow(
    token: str,
    request: Request,
    events: EventDesks,
    sent: Annotated[Literal["1"] | None, Query()] = None,
) -> Response:
    """Return how far a report is, to whoever has its token."""
    _admit(request, request.app.state.token_limit)
    return _report(token, request, events, is_sent=sent is not None)


@router.post("/t/{token}")
async def answer_report(
    token: str, request: Request, events: EventDesks, office: Office
) -> Response:
    """Let who reported an event have it reopened, or say how it went."""
    _admit(request, request.app.state.token_limit)
    event_id = _event_of(request, token)
    fields = await _fields(request)
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

    refused = await _refusal(request, answer)
    if refused is None:
        return _to(request, f"/t/{token}?sent=1")
    if refused.status_code in {404, 429, 503}:
        return refused
    refusal = Refusal(sentences(refused), refused.status_code)
    return await run_in_threadpool(_report, token, request, events, refusal)


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
        title=view.kind,
        root=_root(request),
        language=language_of(request.scope),
        visitor=_visitor(request, caller_of(request)),
        problem=refusal.words,
        view=view,
        synthetic=events.synthetic,
    )
    return html(content, refusal.status)


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
        root=_root(request),
        language=language_of(request.scope),
        token=token,
        problem=refusal.words,
        is_sent=is_sent,
        report=events.report(event_id, secrets.token_urlsafe(12)),
    )
    return html(content, refusal.status)


def _signed_out(
    request: Request, words: Words | None = None, status: int = 200
) -> Response:
    """Return the desk of nobody: where a key is typed."""
    content = page(
        "list",
        title=DESK["title"],
        root=_root(request),
        language=language_of(request.scope),
        visitor=None,
        problem=words,
    )
    return html(content, status)


def _visitor(request: Request, caller: Caller) -> Visitor:
    """Return who looks at the desk."""
    sessions: Sessions = request.app.state.sessions
    if caller.is_keyless:
        return Visitor(DESK["keyless"], True, sessions.form_token(caller))
    role, words = words_of(str(caller.role), PARTIES), DESK["signed_in"]
    return Visitor(
        Words(
            words.zh.format(role=role.zh, key=caller.key_id),
            words.en.format(role=role.en, key=caller.key_id),
        ),
        False,
        sessions.form_token(caller),
    )


async def _fields(request: Request) -> Fields:
    """Return what a form says.

    Raises
    ------
    HTTPException
        If it is none.
    """
    refuse_encoded(request.headers.raw)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM:
        raise HTTPException(415)
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
        return read_fields(
            [(k, v) for k, v in form.multi_items() if isinstance(v, str)]
        )


def _require_own(request: Request, caller: Caller, fields: Fields) -> None:
    """Refuse a form that the desk did not make for who asks."""
    sessions: Sessions = request.app.state.sessions
    is_own = sessions.is_own_form(caller, text_of(fields, "form_token"))
    if is_from_elsewhere(request.scope["headers"]) or not is_own:
        raise RequestError(403, "foreign-form", STALE_FORM.en, STALE_FORM.zh)


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


def _admit(request: Request, limit: Rate) -> None:
    """Refuse a client that tries too often."""
    wait_s = limit.wait_s(network_of(request.client.host if request.client else ""))
    if wait_s:
        raise HTTPException(429, headers={"Retry-After": str(wait_s)})


async def _refusal(request: Request, answer: Callable[[], Any]) -> Response | None:
    """Do something; return the problem that refuses it, None where it is done."""
    try:
        await run_in_threadpool(answer)
    except ValidationError as error:
        return await problem_of(request, RequestValidationError(error.errors()))
    except (GovernanceError, RequestError) as error:
        return await problem_of(request, error)
    return None


def _root(request: Request) -> str:
    """Return the path before those of the service."""
    return str(request.scope.get("root_path", ""))


def _to(request: Request, path: str) -> Response:
    """Return an answer after which a browser opens another page."""
    return RedirectResponse(f"{_root(request)}{path}", 303, HEADERS)
