"""Whose a point is in every grid system, and what is nearest to it."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request

from api.admission import Door
from api.deps import Reader, Seen, nearest_desk_of, system_desk_of
from api.errors import answers
from api.schemas.moments import TimeOrDay
from api.schemas.nearest import NearestOut
from api.schemas.numbers import DecimalNumber, WholeNumber
from api.schemas.points import AtOut, DatumName, Lat, Lon, refused_point
from api.security import ANYBODY
from api.service.brief.nearest import NearKind, NearQuery
from api.service.brief.point import owners_at, unusable_reason
from gis.models import Position

MOST_NEAR: Final = 100
MOST_WITHIN_M: Final = 50_000.0

router = APIRouter(
    route_class=Door,
    tags=["briefs"],
    dependencies=[Depends(ANYBODY)],
    responses=answers(400, 422),
)


@router.get("/at", response_model=AtOut)
def at(
    request: Request,
    lon: Lon,
    lat: Lat,
    datum: DatumName = "wgs84",
    valid_at: Annotated[
        TimeOrDay | None,
        Query(description="In force when; now without it, local without offset."),
    ] = None,
) -> AtOut:
    """Return the grid of each grid system that holds a point, with its circles.

    A point on a border belongs to whom `POST /assign` gives it.
    """
    position = Position(lon, lat, datum)
    owners = owners_at(system_desk_of(request), position, valid_at)
    if reason := unusable_reason(owners):
        raise refused_point(position, reason)
    return AtOut.of(position, owners)


@router.get("/nearest", response_model=NearestOut)
def nearest(  # noqa: PLR0913  each is a parameter of the query
    *,
    request: Request,
    reader: Reader,
    sight: Seen,
    lon: Lon,
    lat: Lat,
    kind: NearKind,
    datum: DatumName = "wgs84",
    sort: Annotated[
        str | None,
        Query(
            description="Only this scene of places, force of stations, type of teams "
            "or role of posts.",
            min_length=1,
            max_length=100,
        ),
    ] = None,
    within_m: Annotated[
        DecimalNumber | None,
        Query(gt=0, le=MOST_WITHIN_M, description="No farther than so many metres."),
    ] = None,
    limit: Annotated[WholeNumber, Query(ge=1, le=MOST_NEAR)] = 10,
    method: Annotated[
        Literal["euclid"], Query(description="No other way is measured.")
    ] = "euclid",
) -> NearestOut:
    """Return what is nearest to a point in a straight line, which is no way to walk."""
    query = NearQuery(Position(lon, lat, datum), kind, sort, limit, within_m)
    nearby = nearest_desk_of(request).nearest(query, sight)
    if nearby.reason:
        raise refused_point(query.position, nearby.reason)
    return NearestOut.of(query, nearby, reader.store.crs)
