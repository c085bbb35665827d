"""Forms of pages: who sends them, what they say, and where a browser goes next."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from api.assets import assets_path
from api.browser import HEADERS, html, kind_of, language_of, sentences
from api.errors import problem_of
from api.json_text import refuse_encoded
from api.rates import Rate, network_of
from api.refusals import RequestError
from api.schemas.desk_fields import Fields, read_fields, text_of
from api.schemas.media import prefers_html
from api.schemas.my_fields import returned_fields
from api.security import is_from_elsewhere, visitor_of
from api.service.access.sessions import Sessions
from gis.access import Act, Caller
from gis.errors import GovernanceError
from layers.pages import PHONE_POLICY, page
from layers.words import Words, words_of
from layers.words.desk import DESK
from layers.words.loops import PARTIES
from layers.words.phone import MY

FORM: Final = "application/x-www-form-urlencoded"
MOST_FIELDS: Final = 100
STALE_FORM: Final = DESK["foreign_form"]
CHANGED: Final = "changed-request-error"
"""Kind of the problem of a form that came before and said something else."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at a page, as the page says it.

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


def visitor(request: Request, caller: Caller) -> Visitor:
    """Return who looks at a page.

    Parameters
    ----------
    request
        To the application, which signs forms.
    caller
        Who asks.
    """
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


async def read_form(request: Request) -> Fields:
    """Return what a form says.

    Parameters
    ----------
    request
        Whose body is the form.

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


def require_own(request: Request, caller: Caller, fields: Fields) -> None:
    """Refuse a form that no page made for who asks.

    Parameters
    ----------
    request
        Says from which site it is sent.
    caller
        Who asks.
    fields
        What the form says.

    Raises
    ------
    RequestError
        403, in both languages.
    """
    sessions: Sessions = request.app.state.sessions
    is_own = sessions.is_own_form(caller, text_of(fields, "form_token"))
    # a browser says where a form comes from, one way or the other
    is_silent = not {"origin", "sec-fetch-site"} & {*request.headers}
    if is_silent or is_from_elsewhere(request.scope["headers"]) or not is_own:
        raise RequestError(403, "foreign-form", STALE_FORM.en, STALE_FORM.zh)


def own_caller(request: Request, fields: Fields) -> Caller:
    """Return who sends a form of a page that keeps what was typed.

    Parameters
    ----------
    request
        Says who asks, and from which site.
    fields
        What the form says.

    Raises
    ------
    RequestError
        401 where the session is over, else as `require_own`.
    """
    caller = visitor_of(request)
    if caller is None:
        words = MY["signed_out"]
        raise RequestError(401, "signed-out", words.en, words.zh)
    require_own(request, caller, fields)
    return caller


def admit(request: Request, limit: Rate) -> None:
    """Refuse a client that tries too often.

    Parameters
    ----------
    request
        From whose network.
    limit
        How often it may.

    Raises
    ------
    HTTPException
        429, with when to come back.
    """
    wait_s = limit.wait_s(network_of(request.client.host if request.client else ""))
    if wait_s:
        raise HTTPException(429, headers={"Retry-After": str(wait_s)})


async def refusal_of(request: Request, answer: Callable[[], Any]) -> Response | None:
    """Do something; return the problem that refuses it, None where it is done.

    Parameters
    ----------
    request
        What asks for it.
    answer
        Does it, in a thread.
    """
    try:
        await run_in_threadpool(answer)
    except ValidationError as error:
        return await problem_of(request, RequestValidationError(error.errors()))
    except (GovernanceError, RequestError) as error:
        return await problem_of(request, error)
    return None


def root_of(request: Request) -> str:
    """Return the path before those of the service."""
    return str(request.scope.get("root_path", ""))


def assets_of(request: Request) -> str:
    """Return the folder of the browser code that goes with this service."""
    return f"{root_of(request)}{assets_path()}"


def go_to(request: Request, path: str) -> Response:
    """Return an answer after which a browser opens another page of the service.

    Parameters
    ----------
    request
        Says what stands before the paths of the service.
    path
        From `/` on.
    """
    return RedirectResponse(f"{root_of(request)}{path}", 303, HEADERS)


def turned_away(request: Request, act: Act) -> Response | None:
    """Return the way to the page on which a key is typed; None for who may come in.

    Parameters
    ----------
    request
        To a page that is for holders of keys; to it a browser comes back.
    act
        What the page is for.

    Raises
    ------
    HTTPException
        403 for a key of another role.
    """
    caller = visitor_of(request)
    if caller is None:
        path = request.url.path.removeprefix(root_of(request))
        query = f"?{request.url.query}" if request.url.query else ""
        return go_to(request, f"/login?next={quote(f'{path}{query}', safe='/')}")
    if not caller.may(act):
        raise HTTPException(403)
    return None


class Returned(NamedTuple):
    """A form that was refused.

    Attributes
    ----------
    path
        Where it is sent.
    back
        The page that it came from.
    fields
        What it says.
    labels
        What its ticks are called, by name and value.
    back_words
        What that page is called.
    is_photo
        Whether it sends a photo, which has to be chosen again.
    """

    path: str
    back: str
    fields: Fields
    labels: Mapping[tuple[str, str], Words] = {}
    back_words: Words = MY["back"]
    is_photo: bool = False


def return_form(request: Request, refused: Response, returned: Returned) -> Response:
    """Return a form that was refused, filled in, with why and what to do.

    A script that sends what waited on a phone gets the sentences alone.

    Parameters
    ----------
    request
        That it came with.
    refused
        The problem.
    returned
        The form.
    """
    caller, problem = visitor_of(request), sentences(refused)
    if refused.status_code == 404:
        problem = MY["duty_over"]
    wait = refused.headers.get("retry-after")
    headers = {"Retry-After": wait} if wait else {}
    if not _is_page(request):
        body = {"detail": problem.en, "detail_zh": problem.zh}
        return JSONResponse(body, refused.status_code, {**HEADERS, **headers})
    fields = dict(returned.fields)
    if kind_of(refused) == CHANGED:
        # who sends it all the same means it as another one
        fields["request_key"] = [secrets.token_urlsafe(12)]
    content = page(
        "returned",
        title=MY["returned"],
        root=root_of(request),
        # its form is sent by hand
        key_id="",
        assets=assets_of(request),
        language=language_of(request.scope),
        visitor=None if caller is None else visitor(request, caller),
        problem=problem,
        path=returned.path,
        back=returned.back,
        back_words=returned.back_words,
        fields=[*returned_fields(fields, returned.labels)],
        is_photo=returned.is_photo,
    )
    policy = {"Content-Security-Policy": PHONE_POLICY}
    return html(content, refused.status_code, policy | headers)


def form_done(request: Request, path: str) -> Response:
    """Return an answer to a form that is done: the page that says so.

    Parameters
    ----------
    request
        A browser goes there; a script of ours is told where.
    path
        From `/` on.
    """
    if _is_page(request):
        return go_to(request, path)
    return JSONResponse({"location": f"{root_of(request)}{path}"}, 200, HEADERS)


def _is_page(request: Request) -> bool:
    """Say whether a browser asks, not a script of a page."""
    return prefers_html(request.headers.getlist("accept"))
