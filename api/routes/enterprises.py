"""Places: why one has its code, its page, and the code as a picture."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from api.admission import Door
from api.browser import language_of
from api.deps import Cutoffs, Desk, OwnUrl, Seen, admit_visitor
from api.errors import answers, unknown_place
from api.schemas.code_picture import draw_code
from api.schemas.media import SVGResponse, prefers_html
from api.schemas.place_page import place_page
from api.schemas.places import PlaceOut
from api.security import ANYBODY
from api.service.rating.codes import place_address
from api.service.rating.places import explain_place

router = APIRouter(
    route_class=Door,
    prefix="/enterprises",
    tags=["safety codes"],
    dependencies=[Depends(ANYBODY), Depends(admit_visitor)],
    responses=answers(404, 422),
)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Vary": "Accept, Cookie",
}


@router.get(
    "/{place_id}",
    response_model=PlaceOut,
    responses={200: {"content": {"text/html": {"schema": {"type": "string"}}}}},
)
def enterprise(
    place_id: str,
    request: Request,
    response: Response,
    desk: Desk,
    cutoff: Cutoffs,
    sight: Seen,
) -> PlaceOut | Response:
    """Return a place with its safety code, why, and what is due; a page to browsers."""
    facts = desk.at_place(place_id, cutoff.day, cutoff.known_at)
    place = explain_place(facts, place_id)
    if place is None:
        return unknown_place(place_id)
    has_insight = sight.has_place(place.grid_id)
    if prefers_html(request.headers.get("accept", "")):
        page = place_page(
            place,
            facts.rulebook.imprint,
            root=request.scope.get("root_path", ""),
            language=language_of(request.scope),
            has_insight=has_insight,
        )
        return HTMLResponse(page, headers=HEADERS)
    response.headers["Vary"] = HEADERS["Vary"]
    return PlaceOut.of(place, has_insight=has_insight)


@router.get("/{place_id}/code.svg", name="code", response_class=SVGResponse)
def code(place_id: str, desk: Desk, cutoff: Cutoffs, own_url: OwnUrl) -> Response:
    """Return the QR code of a place in the colour of its safety code."""
    place = explain_place(
        desk.at_place(place_id, cutoff.day, cutoff.known_at), place_id
    )
    if place is None:
        return unknown_place(place_id)
    address = place_address(own_url, place_id)
    picture = draw_code(address, place_id, place.explanation.code)
    return SVGResponse(picture, headers=HEADERS)
