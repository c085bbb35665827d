"""Figures of the running service, for Prometheus."""

from fastapi import APIRouter, Request, Response

from api.admission import Door
from api.deps import may_read_metrics
from api.errors import answers, problem
from api.telemetry import MEDIA_TYPE, Telemetry

router = APIRouter(route_class=Door, tags=["operation"])


class MetricsResponse(Response):
    """A page in the text form of Prometheus."""

    media_type = "text/plain"


@router.get("/metrics", response_class=MetricsResponse, responses=answers(403))
def metrics(request: Request) -> Response:
    """Return requests, waits, queues and ages as Prometheus reads them."""
    if not may_read_metrics(request):
        return problem(
            403,
            "metrics-closed",
            "Figures of the service are shown on its own machine, or to the key of a "
            "steward or an auditor; ask there, or send such a key.",
            "运行指标只在本机，或凭管理员、审计员的密钥查看；请在本机访问，或发送这样的密钥。",
        )
    telemetry: Telemetry = request.app.state.telemetry
    return MetricsResponse(telemetry.page(), headers={"Content-Type": MEDIA_TYPE})
