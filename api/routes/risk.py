"""The five colours: areas, the map, the method."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.admission import Door
from api.deps import BaseMaps, Cutoffs, Desk, Seen
from api.errors import answers, problem, unknown_grid
from api.preconditions import tagged
from api.schemas.media import GeoJSONResponse
from api.schemas.numbers import WholeNumber
from api.security import ANYBODY
from api.service.rating.documents import (
    AreaLayer,
    area_bytes,
    area_document,
    area_text,
    level_document,
    map_bytes,
    method_document,
)
from api.service.rating.seen import seen_day, without_sensitive
from layers.maps.offline import page
from layers.rating.map import draw_risk_day

router = APIRouter(
    route_class=Door,
    prefix="/risk",
    tags=["risk"],
    dependencies=[Depends(ANYBODY)],
    responses=answers(404, 422),
)

# the page carries all it needs but a base map; the browser is told so
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:"
)


@router.get("/grids", response_model=dict[str, Any], response_class=GeoJSONResponse)
def risk_grids(
    desk: Desk,
    cutoff: Cutoffs,
    sight: Seen,
    grid: Annotated[str | None, Query(description="Only this grid.")] = None,
) -> Response:
    """Return the grids with level, score, drivers and figures as GeoJSON."""
    rating = seen_day(desk.on(cutoff.day, cutoff.known_at), sight)
    if grid is not None and not rating.has_grid(grid):
        return unknown_grid(grid, f"Version {rating.version.version}")
    if grid is None:
        return GeoJSONResponse(area_bytes(rating, ("grids",), sight.classes))
    return GeoJSONResponse(area_text(rating, ("grids",), sight.classes, grid))


@router.get("/circles", response_model=dict[str, Any], response_class=GeoJSONResponse)
def risk_circles(
    desk: Desk,
    cutoff: Cutoffs,
    sight: Seen,
    tier: Annotated[
        WholeNumber | None, Query(ge=1, description="Only this tier.")
    ] = None,
) -> Response:
    """Return the circles with level, score, drivers and figures as GeoJSON."""
    rating = seen_day(desk.on(cutoff.day, cutoff.known_at), sight)
    names = [n for n in rating.tiers if n.startswith("tier")]
    selection = names if tier is None else [n for n in names if n == f"tier{tier}"]
    if tier is not None and not selection:
        return problem(
            404,
            "unknown-tier",
            f"Version {rating.version.version} has no circles of tier {tier}; see "
            "/model for the tree in force.",
            "该时间没有这一层的指挥圈，请在 /model 查看指挥圈层。",
        )
    return GeoJSONResponse(area_bytes(rating, selection, sight.classes))


@router.get("/levels", response_model=dict[str, Any])
def risk_levels(
    request: Request,
    desk: Desk,
    cutoff: Cutoffs,
    sight: Seen,
    layer: Annotated[
        AreaLayer, Query(description="Of the areas of which collection.")
    ] = "grids",
) -> Response:
    """Return level and score of each area by its id, to colour a map of tiles."""
    rating = seen_day(desk.on(cutoff.day, cutoff.known_at), sight)
    return tagged(request, orjson.dumps(level_document(rating, layer)))


@router.get("/areas/{area_id}", response_model=dict[str, Any])
def risk_area(
    area_id: str, request: Request, desk: Desk, cutoff: Cutoffs, sight: Seen
) -> Response:
    """Return what the map says of one area: level, score, what drives it, changes.

    So a map that is open says what is so now, not when it was opened.
    """
    rating = seen_day(desk.on(cutoff.day, cutoff.known_at), sight)
    content = area_document(rating, area_id)
    if content is None:
        return problem(
            404,
            "unknown-area",
            f"There is no area {area_id!r} then; take one of GET /model.",
            "当时没有这个网格、圈层或社区，请在 /model 查看有效编号。",
        )
    return tagged(request, content)


@router.get("/method")
def risk_method(desk: Desk, cutoff: Cutoffs) -> dict[str, Any]:
    """Return the method card, and how much the colours hang on each break."""
    return method_document(desk.on(cutoff.day, cutoff.known_at))


@router.get("/map.json", response_model=dict[str, Any])
def risk_map_model(
    desk: Desk, cutoff: Cutoffs, sight: Seen, base_map: BaseMaps
) -> Response:
    """Return what the five-colour map is drawn from, for pages that draw it live."""
    rating = seen_day(desk.on(cutoff.day, cutoff.known_at), sight)
    rating = without_sensitive(rating, desk.store)
    return Response(map_bytes(rating, base_map), media_type="application/json")


@router.get("/map", response_class=HTMLResponse)
def risk_map(
    desk: Desk, cutoff: Cutoffs, sight: Seen, base_map: BaseMaps
) -> HTMLResponse:
    """Return the five-colour map as one page that needs no network."""
    rating = seen_day(desk.on(cutoff.day, cutoff.known_at), sight)
    drawing = draw_risk_day(without_sensitive(rating, desk.store), base_map)
    headers = {
        "Content-Security-Policy": f"{POLICY} {drawing.image_sources}".rstrip(),
        "X-Content-Type-Options": "nosniff",
    }
    return HTMLResponse(page(drawing), headers=headers)
