"""Places: why one has its code, and the code as a picture."""

from fastapi import APIRouter, Request, Response

from api.admission import Door
from api.deps import Cutoffs, Desk
from api.errors import problem
from api.schemas.code_picture import draw_code
from api.schemas.media import SVGResponse
from api.schemas.places import PlaceOut
from api.service.rating.places import explain_place

router = APIRouter(route_class=Door, prefix="/enterprises", tags=["safety codes"])

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}


@router.get("/{place_id}", response_model=PlaceOut)
def enterprise(place_id: str, desk: Desk, cutoff: Cutoffs) -> PlaceOut | Response:
    """Return a place with its safety code, the findings behind it and what is due."""
    facts = desk.at_place(place_id, cutoff.day, cutoff.known_at)
    place = explain_place(facts, place_id)
    return PlaceOut.of(place) if place else _unknown(place_id)


@router.get("/{place_id}/code.svg", name="code", response_class=SVGResponse)
def code(place_id: str, request: Request, desk: Desk, cutoff: Cutoffs) -> Response:
    """Return the QR code of a place in the colour of its safety code."""
    facts = desk.at_place(place_id, cutoff.day, cutoff.known_at)
    place = explain_place(facts, place_id)
    if place is None:
        return _unknown(place_id)
    address = str(request.url_for("enterprise", place_id=place_id))
    picture = draw_code(address, place_id, place.explanation.code)
    return SVGResponse(picture, headers=HEADERS)


def _unknown(place_id: str) -> Response:
    return problem(
        404,
        "unknown-place",
        f"There is no coded place {place_id!r} on that day; take an id from "
        "/inspections/due or the map.",
        "该日没有这个赋码场所，请在 /inspections/due 或地图上查找编号。",
    )
