"""The page that shows the OpenAPI documents, from packed code alone."""

import hashlib
from functools import cache
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.exceptions import HTTPException

from api.admission import Door
from api.browser import html, language_of
from api.preconditions import is_unchanged
from api.security import ANYBODY
from layers.maps.offline import BROWSER, PACKED, browser_file
from layers.pages import page
from layers.styles import css_variables

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing is asked of other hosts, and nothing on the page is run but its two files."""
DOCUMENTS: Final = {"service": "/openapi.json", "ogc": "/ogc/api"}
FILES: Final = {
    "swagger-ui.js": (PACKED, "text/javascript"),
    "swagger-ui.css": (PACKED, "text/css"),
    "docs.js": (BROWSER, "text/javascript"),
    "docs.css": (BROWSER, "text/css"),
}
"""Where each lies, and what it is."""

router = APIRouter(
    route_class=Door, include_in_schema=False, dependencies=[Depends(ANYBODY)]
)


@router.get("/docs")
def docs(
    request: Request,
    document: Annotated[Literal["service", "ogc"], Query()] = "service",
) -> Response:
    """Return the page of a document."""
    root: str = request.scope.get("root_path", "")
    text = page(
        "docs",
        root=root,
        language=language_of(request.scope),
        address=f"{root}{DOCUMENTS[document]}",
        chosen=document,
        documents={name: f"{root}/docs?document={name}" for name in DOCUMENTS},
    )
    return html(text, headers={"Content-Security-Policy": POLICY})


@router.get("/docs/{name}")
def docs_file(name: str, request: Request) -> Response:
    """Return a file of the page."""
    if name not in FILES:
        raise HTTPException(404)
    content, etag = _file(name)
    headers = {
        "Cache-Control": "no-cache",
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
    }
    if is_unchanged(request.headers.getlist("if-none-match"), etag):
        return Response(None, 304, headers)
    return Response(content, 200, headers, f"{FILES[name][1]}; charset=utf-8")


@cache
def _file(name: str) -> tuple[bytes, str]:
    """Return a file and its tag."""
    content = browser_file(FILES[name][0] / name)
    if name == "docs.css":
        content = css_variables().encode() + content
    return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'
