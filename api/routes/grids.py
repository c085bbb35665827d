"""One grid, its neighbours, and what cameras see of it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from api.admission import Door
from api.deps import Reader, Seen, Times
from api.errors import answers, unknown_grid
from api.schemas.grids import CamerasOut, NeighboursOut
from api.schemas.media import GeoJSONResponse
from api.schemas.numbers import DecimalNumber
from api.security import ANYBODY
from layers.stores.protocol import MAIN_SYSTEM

RADIUS_M = 50.0
"""A camera in a street tells what happens within about so much."""
MOST_RADIUS_M = 1000.0

router = APIRouter(
    route_class=Door, tags=["published"], dependencies=[Depends(ANYBODY)]
)


@router.get(
    "/grids/{grid_id}",
    response_model=dict[str, Any],
    response_class=GeoJSONResponse,
    responses=answers(404, 422),
)
def grid(
    grid_id: str,
    reader: Reader,
    times: Times,
    sight: Seen,
    system: Annotated[str, Query(description="The grid system.")] = MAIN_SYSTEM,
) -> Response:
    """Return a grid as GeoJSON, with its chain of circles and its lineage."""
    feature = reader.grid(
        grid_id, times.valid_at, times.known_at, system, sight.classes
    )
    if feature is None:
        return unknown_grid(grid_id, f"Grid system {system!r}")
    return GeoJSONResponse(feature)


@router.get(
    "/grids/{grid_id}/neighbours",
    response_model=NeighboursOut,
    responses=answers(404, 422),
)
def neighbours(
    grid_id: str,
    reader: Reader,
    times: Times,
    system: Annotated[str, Query(description="The grid system.")] = MAIN_SYSTEM,
) -> Response | NeighboursOut:
    """Return the grids that share a border with a grid, the longest one first."""
    borders = reader.neighbours(grid_id, times.valid_at, times.known_at, system)
    if borders is None:
        return unknown_grid(grid_id, f"Grid system {system!r}")
    return NeighboursOut.of(grid_id, borders)


@router.get(
    "/grids/{grid_id}/cameras",
    response_model=CamerasOut,
    responses=answers(404, 422),
)
def cameras(
    grid_id: str,
    reader: Reader,
    times: Times,
    radius_m: Annotated[
        DecimalNumber,
        Query(gt=0, le=MOST_RADIUS_M, description="How far a camera sees, metres."),
    ] = RADIUS_M,
    system: Annotated[str, Query(description="The grid system.")] = MAIN_SYSTEM,
) -> Response | CamerasOut:
    """Return how many cameras stand in a grid and what share of it cameras see.

    Cameras in homes count nowhere.
    """
    view = reader.cameras(grid_id, times.valid_at, times.known_at, system, radius_m)
    if view is None:
        return unknown_grid(grid_id, f"Grid system {system!r}")
    return CamerasOut(grid_id=grid_id, radius_m=radius_m, **view._asdict())
