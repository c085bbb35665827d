"""A key typed once becomes the session of a browser, and ends with a press."""

from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.exceptions import HTTPException

from api.admission import Door
from api.browser import html, language_of
from api.forms import admit, go_to, read_form, require_own, root_of
from api.schemas.desk_fields import text_of
from api.security import (
    ANYBODY,
    is_from_elsewhere,
    sign_in,
    sign_out,
    visitor_of,
)
from gis.access import Caller, Role
from layers.pages import page
from layers.words import Words
from layers.words.pages import LOGIN

HOMES: Final = {Role.WALL: "/?wall", Role.MEMBER: "/my"}
"""Where a role goes after its key was typed, if it came from nowhere else."""
HOME: Final = "/desk"

router = APIRouter(
    route_class=Door, include_in_schema=False, dependencies=[Depends(ANYBODY)]
)


@router.get("/login")
def login(
    request: Request, target: Annotated[str, Query(alias="next")] = ""
) -> Response:
    """Return the page on which a key is typed."""
    return _page(request, target)


@router.post("/login")
async def enter(request: Request) -> Response:
    """Let a browser keep whose key was typed."""
    state = request.app.state
    if is_from_elsewhere(request.scope["headers"]):
        raise HTTPException(403)
    admit(request, state.sign_in_limit)
    fields = await read_form(request)
    target = text_of(fields, "next")
    caller = state.keys.caller(text_of(fields, "key"))
    if caller is None:
        return _page(request, target, LOGIN["wrong_key"], 403)
    response = go_to(request, _own_path(target) or home_of(caller))
    address = state.public_url or str(request.url)
    is_secure = address.startswith("https:")
    sign_in(response, caller, state.sessions, root_of(request), is_secure=is_secure)
    return response


@router.post("/logout")
async def leave(request: Request) -> Response:
    """Let a browser forget whose key was typed."""
    caller = visitor_of(request)
    if caller is not None:
        require_own(request, caller, await read_form(request))
    response = go_to(request, "/login")
    sign_out(response, root_of(request))
    return response


def home_of(caller: Caller) -> str:
    """Return the page that somebody works on.

    Examples
    --------
    >>> home_of(Caller("K1", Role.WALL)), home_of(Caller("K2", Role.AUDITOR))
    ('/?wall', '/desk')
    """
    return HOMES.get(caller.role, HOME)


def _own_path(target: str) -> str:
    r"""Return a path of this service; empty where it could be another site's.

    Examples
    --------
    >>> [_own_path(t) for t in ("/desk?a=1", "//x.example/", "/\\x.example", "https:")]
    ['/desk?a=1', '', '', '']
    """
    parts = urlsplit(target)
    is_plain = target.isprintable() and "\\" not in target
    is_own = target.startswith("/") and not (parts.netloc or parts.scheme)
    return target if is_own and is_plain else ""


def _page(
    request: Request, target: str, refusal: Words | None = None, status: int = 200
) -> Response:
    content = page(
        "login",
        title=LOGIN["title"],
        root=root_of(request),
        language=language_of(request.scope),
        target=_own_path(target),
        problem=refusal,
    )
    return html(content, status)
