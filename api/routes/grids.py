"""One grid."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from api.admission import Door
from api.deps import Reader, Times
from api.errors import answers, unknown_grid
from api.schemas.media import GeoJSONResponse
from api.security import ANYBODY
from layers.stores.protocol import MAIN_SYSTEM

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
    system: Annotated[str, Query(description="The grid system.")] = MAIN_SYSTEM,
) -> Response:
    """Return a grid as GeoJSON, with its chain of circles and its lineage."""
    feature = reader.grid(grid_id, times.valid_at, times.known_at, system)
    if feature is None:
        return unknown_grid(grid_id, f"Grid system {system!r}")
    return GeoJSONResponse(feature)
