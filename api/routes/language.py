"""The language of pages, as a reader chose it."""

from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from api.admission import Door
from api.browser import COOKIE, HEADERS
from api.security import ANYBODY
from layers.words.vocabulary import LANGUAGES

YEAR_S: Final = 365 * 24 * 3600

router = APIRouter(
    route_class=Door, include_in_schema=False, dependencies=[Depends(ANYBODY)]
)


@router.get("/language/{language}")
def choose(language: str, request: Request) -> Response:
    """Let pages speak a language from now on; go back to the page that asked."""
    if language not in dict(LANGUAGES):
        raise HTTPException(404)
    root: str = request.scope.get("root_path", "")
    response = RedirectResponse(_origin(request, root), 303, HEADERS)
    response.set_cookie(
        COOKIE, language, YEAR_S, path=root or "/", httponly=True, samesite="strict"
    )
    return response


def _origin(request: Request, root: str) -> str:
    """Return the page of this site that asked; the desk where none did."""
    referer = urlsplit(request.headers.get("referer", ""))
    is_own = referer.netloc == request.headers.get("host", "")
    path = referer.path
    if not is_own or not path.startswith("/") or path.startswith("//"):
        return f"{root}/desk"
    return f"{path}?{referer.query}" if referer.query else path
