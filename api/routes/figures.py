"""Figures of events by area."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.admission import Door
from api.deps import Reader, figures_of, scope_now
from api.errors import answers, problem
from api.schemas.figures import By, FiguresOut
from api.schemas.moments import TimeOrDay
from api.security import Access
from api.service.events.figures import MONTH_MS
from gis.access import Act
from gis.local_time import instant_of
from gis.models import Instant

router = APIRouter(route_class=Door, tags=["events"])


@router.get(
    "/circles/{area_id}/figures",
    response_model=FiguresOut,
    dependencies=[Depends(Access(Act.READ))],
    responses=answers(404, 422),
)
def figures(
    area_id: str,
    request: Request,
    reader: Reader,
    by: Annotated[By, Query(description="What the rows are by.")] = "line",
    since: Annotated[
        TimeOrDay | None,
        Query(alias="from", description="30 days before the end without it."),
    ] = None,
    until: Annotated[
        TimeOrDay | None,
        Query(alias="to", description="Exclusively, a day its beginning; else now."),
    ] = None,
) -> Response | FiguresOut:
    """Return figures of the events of a circle or grid that occurred in a time.

    Only what who asks may see is counted.
    """
    zone = reader.timezone
    # what occurs in this very millisecond has occurred
    now = Instant(reader.store.now() + 1)
    end = now if until is None else instant_of(until, zone)
    start = Instant(end - MONTH_MS) if since is None else instant_of(since, zone)
    counted = figures_of(request).of_area(area_id, by, (start, end), scope_now(request))
    if counted is None:
        return problem(
            404,
            "unknown-area",
            f"There is no circle or grid {area_id!r} then that you may see; take one "
            "of GET /model.",
            "当时没有这个圈层或网格，或无权查看；请在 /model 查看有效编号。",
        )
    return FiguresOut.of(area_id, by, counted)
