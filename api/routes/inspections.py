"""Checks and drills at places: what is owed, and what was done."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query

from api.deps import Cutoffs, Desk, instant_of
from api.schemas.inspections import DueListOut, DueOut, InspectionIn, InspectionOut
from api.schemas.places import PlaceOut
from api.service.facts.inspections import record_inspection
from api.service.rating.due import list_due
from api.service.rating.places import explain_place

router = APIRouter(prefix="/inspections", tags=["safety codes"])


@router.get("/due")
def due(
    desk: Desk,
    cutoff: Cutoffs,
    grid: Annotated[str | None, Query(description="Only of this grid.")] = None,
    limit: Annotated[int, Query(ge=1, le=100_000)] = 1000,
) -> DueListOut:
    """Return who must check what by the end of a day, the latest first."""
    rated = desk.on(cutoff.day, cutoff.known_at)
    owed = list_due(rated, grid)
    return DueListOut(
        on=rated.day,
        count=len(owed),
        overdue=sum(one.overdue_days > 0 for one in owed),
        checks=[DueOut.model_validate(asdict(one)) for one in owed[:limit]],
    )


@router.post("", status_code=201)
def report(body: InspectionIn, desk: Desk) -> InspectionOut:
    """Record an inspection or a drill; the answer has the new code of the place."""
    told = body.reported(instant_of(body.done_at, desk.timezone))
    inspection_id, link = record_inspection(desk.store, told, desk.now())
    why = explain_place(desk.on(), told.place_id)
    return InspectionOut(
        inspection_id=inspection_id,
        recorded_at=datetime.fromtimestamp(link.recorded_at / 1000, UTC),
        place=PlaceOut.of(why) if why else None,
    )
