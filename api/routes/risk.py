"""The five colours: areas, the map, the method."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, JSONResponse

from api.deps import BaseMaps, Cutoffs, Desk
from api.service.rating.documents import area_features, method_document
from layers.maps.offline import page
from layers.rating.map import draw_risk_day

router = APIRouter(prefix="/risk", tags=["risk"])

# the page carries all it needs but a base map; the browser is told so
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:"
)
GEOJSON = "application/geo+json"


@router.get("/grids", response_model=dict[str, Any])
def risk_grids(desk: Desk, cutoff: Cutoffs) -> JSONResponse:
    """Return the grids with level, score, drivers and figures as GeoJSON."""
    rating = desk.on(cutoff.day, cutoff.known_at)
    return JSONResponse(area_features(rating, ("grids",)), media_type=GEOJSON)


@router.get("/circles", response_model=dict[str, Any])
def risk_circles(
    desk: Desk,
    cutoff: Cutoffs,
    tier: Annotated[int | None, Query(ge=1, description="Only this tier.")] = None,
) -> JSONResponse:
    """Return the circles with level, score, drivers and figures as GeoJSON."""
    rating = desk.on(cutoff.day, cutoff.known_at)
    names = [n for n in rating.tiers if n.startswith("tier")]
    selection = names if tier is None else [n for n in names if n == f"tier{tier}"]
    return JSONResponse(area_features(rating, selection), media_type=GEOJSON)


@router.get("/method")
def risk_method(desk: Desk, cutoff: Cutoffs) -> dict[str, Any]:
    """Return the method card, and how much the colours hang on each break."""
    return method_document(desk.on(cutoff.day, cutoff.known_at))


@router.get("/map", response_class=HTMLResponse)
def risk_map(desk: Desk, cutoff: Cutoffs, base_map: BaseMaps) -> HTMLResponse:
    """Return the five-colour map as one page that needs no network."""
    drawing = draw_risk_day(desk.on(cutoff.day, cutoff.known_at), base_map)
    headers = {
        "Content-Security-Policy": f"{POLICY} {drawing.image_sources}".rstrip(),
        "X-Content-Type-Options": "nosniff",
    }
    return HTMLResponse(page(drawing), headers=headers)
