"""The command tree."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import JSONResponse

from api.admission import Door
from api.deps import Reader, Seen, Times
from api.errors import NO_VERSION, PROBLEMS, answers, problem
from api.security import ANYBODY
from api.service.events.organs import organs_of
from gis.errors import NoVersionError
from layers.stores.protocol import MAIN_SYSTEM

router = APIRouter(
    route_class=Door, tags=["published"], dependencies=[Depends(ANYBODY)]
)


@router.get("/model", response_model=dict[str, Any], responses=answers(404, 422))
def model(
    reader: Reader,
    times: Times,
    sight: Seen,
    system: Annotated[str, Query(description="The grid system.")] = MAIN_SYSTEM,
) -> Response:
    """Return circles, grids and communities in force, without geometry.

    With them the organs of the town: one centre, one command room, four platforms and
    further ones, one net of grids.
    """
    tree = reader.model(times.valid_at, times.known_at, system, sight.classes)
    if tree is None:
        return problem(
            404,
            NO_VERSION,
            f"Grid system {system!r} has no version in force then; see /versions.",
            PROBLEMS[NoVersionError][1],
        )
    net = {
        "system": system,
        "version": tree["version"],
        "grids": len(tree["grids"]),
        "circles": len(tree["circles"]),
    }
    organs = organs_of(reader.store, times.valid_at, times.known_at) | {"nets": [net]}
    return JSONResponse(tree | {"organs": organs})
