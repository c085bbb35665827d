"""One grid."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from api.deps import Reader, Times
from api.errors import problem
from layers.stores.protocol import MAIN_SYSTEM

router = APIRouter(tags=["published"])


@router.get("/grids/{grid_id}", response_model=dict[str, Any])
def grid(
    grid_id: str,
    reader: Reader,
    times: Times,
    system: Annotated[str, Query(description="The grid system.")] = MAIN_SYSTEM,
) -> Response:
    """Return a grid as GeoJSON, with its chain of circles and its lineage."""
    feature = reader.grid(grid_id, times.valid_at, times.known_at, system)
    if feature is None:
        return problem(
            404,
            "unknown-grid",
            f"Grid system {system!r} has no grid {grid_id!r} then; see /model for the "
            "grids in force.",
            "该时间没有这个网格，请在 /model 查看有效网格。",
        )
    return JSONResponse(feature, media_type="application/geo+json")
