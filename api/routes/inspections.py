"""Checks and drills at places: what is owed, and what was done."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api.admission import JsonDoor
from api.deps import Cutoffs, Desk, Seen
from api.errors import answers, unknown_grid, unknown_place
from api.schemas.inspections import DueListOut, DueOut, InspectionIn, InspectionOut
from api.schemas.numbers import WholeNumber
from api.schemas.places import PlaceOut
from api.security import Access
from api.service.facts.inspections import finding_ids, record_inspection
from gis.access import Act
from gis.local_time import instant_of
from layers.rating.due import list_due
from layers.rating.places import explain_place

router = APIRouter(route_class=JsonDoor, prefix="/inspections", tags=["safety codes"])


@router.get(
    "/due",
    response_model=DueListOut,
    dependencies=[Depends(Access(Act.READ_CHECKS))],
    responses=answers(404, 422),
)
def due(
    desk: Desk,
    cutoff: Cutoffs,
    sight: Seen,
    grid: Annotated[str | None, Query(description="Only of this grid.")] = None,
    limit: Annotated[WholeNumber, Query(ge=1, le=100_000)] = 1000,
) -> DueListOut | Response:
    """Return who must check what by the end of a day, the latest first."""
    rating = desk.on(cutoff.day, cutoff.known_at)
    if grid is not None and not (rating.has_grid(grid) and sight.has_place(grid)):
        return unknown_grid(grid, f"Version {rating.version.version}")
    checks = [
        check for check in list_due(rating, grid) if sight.has_place(check.grid_id)
    ]
    return DueListOut(
        on=rating.day,
        count=len(checks),
        overdue=sum(check.overdue_days > 0 for check in checks),
        checks=[DueOut.model_validate(asdict(check)) for check in checks[:limit]],
    )


@router.post(
    "",
    status_code=201,
    response_model=InspectionOut,
    dependencies=[Depends(Access(Act.INSPECT))],
    responses=answers(404, 409, 415, 422),
)
def report(body: InspectionIn, desk: Desk, sight: Seen) -> InspectionOut | Response:
    """Record an inspection or a drill; the answer has the new code of the place."""
    if not sight.is_whole:
        place = explain_place(desk.at_place(body.place_id), body.place_id)
        if place is None or not sight.has_place(place.grid_id):
            return unknown_place(body.place_id)
    inspection = body.inspection(instant_of(body.done_at, desk.timezone))
    inspection_id, link = record_inspection(desk.store, inspection, desk.now())
    place = explain_place(desk.at_place(inspection.place_id), inspection.place_id)
    return InspectionOut(
        inspection_id=inspection_id,
        finding_ids=finding_ids(inspection, inspection_id),
        recorded_at=datetime.fromtimestamp(link.recorded_at / 1000, UTC),
        place=PlaceOut.of(place) if place else None,
    )
