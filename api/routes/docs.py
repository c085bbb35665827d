"""The page that shows the OpenAPI documents, from packed code alone."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from api.admission import Door
from api.assets import assets_path
from api.browser import html, language_of
from api.security import ANYBODY
from layers.pages import page

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing is asked of other hosts, and nothing on the page is run but its own files."""
DOCUMENTS: Final = {"service": "/openapi.json", "ogc": "/ogc/api"}
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
        assets=f"{root}{assets_path()}",
        language=language_of(request.scope),
        address=f"{root}{DOCUMENTS[document]}",
        chosen=document,
        documents={name: f"{root}/docs?document={name}" for name in DOCUMENTS},
    )
    return html(text, headers={"Content-Security-Policy": POLICY})
