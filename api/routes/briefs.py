"""A grid, a circle or a place in one answer."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from api.admission import Door
from api.deps import (
    Cutoffs,
    Desk,
    Reader,
    Seen,
    admit_visitor,
    brief_desk_of,
    sight_now,
    system_desk_of,
)
from api.errors import answers, problem, unknown_grid, unknown_place
from api.schemas.briefs import AreaBriefOut, PlaceBriefOut
from api.schemas.moments import TimeOrDay
from api.schemas.places import PlaceOut
from api.schemas.points import AtOut
from api.security import ANYBODY
from api.service.brief.area import AreaBrief, AreaQuery
from api.service.brief.point import owners_at
from gis.local_time import instant_of
from layers.rating.places import explain_place, position_of

router = APIRouter(
    route_class=Door,
    tags=["briefs"],
    dependencies=[Depends(ANYBODY)],
    responses=answers(404, 422),
)
ValidAt = Annotated[
    TimeOrDay | None,
    Query(description="In force when; now without it, local without offset."),
]
KnownAt = Annotated[
    TimeOrDay | None, Query(description="As known when; all without it.")
]


@router.get("/grids/{grid_id}/brief", response_model=AreaBriefOut)
def grid_brief(
    grid_id: str,
    request: Request,
    reader: Reader,
    valid_at: ValidAt = None,
    known_at: KnownAt = None,
) -> Response | AreaBriefOut:
    """Return all that is bound to a grid: who, why its colour, what is open, beside it.

    Departments, people and data sources of the grid stand in this one answer.
    """
    query = _query("grid", grid_id, reader.timezone, (valid_at, known_at))
    brief = _brief(request, query)
    if brief is None:
        return unknown_grid(grid_id, "Grid system 'main'")
    return AreaBriefOut.of(brief)


@router.get("/circles/{circle_id}/brief", response_model=AreaBriefOut)
def circle_brief(
    circle_id: str,
    request: Request,
    reader: Reader,
    valid_at: ValidAt = None,
    known_at: KnownAt = None,
) -> Response | AreaBriefOut:
    """Return all that is bound to a circle, as of a grid."""
    query = _query("circle", circle_id, reader.timezone, (valid_at, known_at))
    brief = _brief(request, query)
    if brief is None:
        return problem(
            404,
            "unknown-area",
            f"There is no circle {circle_id!r} then; take one of GET /model.",
            "当时没有这个圈层，请在 /model 查看有效编号。",
        )
    return AreaBriefOut.of(brief)


@router.get(
    "/enterprises/{place_id}/brief",
    response_model=PlaceBriefOut,
    dependencies=[Depends(admit_visitor)],
)
def place_brief(
    place_id: str, request: Request, desk: Desk, cutoff: Cutoffs, sight: Seen
) -> Response | PlaceBriefOut:
    """Return a place with its code and why, and whose it is in every grid system."""
    facts = desk.at_place(place_id, cutoff.day, cutoff.known_at)
    place = explain_place(facts, place_id)
    if place is None:
        return unknown_place(place_id)
    has_insight = sight.has_place(place.grid_id)
    position = position_of(facts, place_id) if has_insight else None
    areas = None
    if position is not None:
        owners = owners_at(system_desk_of(request), position, None)
        areas = AtOut.of(position, owners).areas
    return PlaceBriefOut(place=PlaceOut.of(place, has_insight=has_insight), areas=areas)


def _query(
    sort: Literal["grid", "circle"],
    area_id: str,
    timezone: str,
    times: tuple[TimeOrDay | None, TimeOrDay | None],
) -> AreaQuery:
    """Return which area is asked for, and when."""
    valid_at, known_at = (
        None if time is None else instant_of(time, timezone) for time in times
    )
    return AreaQuery(sort, area_id, valid_at, known_at)


def _brief(request: Request, query: AreaQuery) -> AreaBrief | None:
    return brief_desk_of(request).brief(query, sight_now(request))
