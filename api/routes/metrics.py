"""Figures of the running service, for Prometheus."""

from fastapi import APIRouter, Depends, Request, Response

from api.admission import Door
from api.security import Access
from api.telemetry import MEDIA_TYPE, Telemetry
from gis.access import Act

router = APIRouter(
    route_class=Door, tags=["operation"], dependencies=[Depends(Access(Act.OPERATE))]
)


class MetricsResponse(Response):
    """A page in the text form of Prometheus."""

    media_type = "text/plain"


@router.get("/metrics", response_class=MetricsResponse)
def metrics(request: Request) -> Response:
    """Return requests, waits, queues and ages as Prometheus reads them."""
    telemetry: Telemetry = request.app.state.telemetry
    return MetricsResponse(telemetry.page(), headers={"Content-Type": MEDIA_TYPE})
