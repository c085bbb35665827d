"""Whether the service is up."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from api.admission import Door
from api.deps import Readiness
from api.errors import problem, without_addresses

router = APIRouter(route_class=Door, tags=["operation"])


@router.get("/livez")
def livez() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "alive"}


@router.get("/readyz", response_model=dict[str, str])
def readyz(readiness: Readiness) -> Response:
    """Say that events are taken and what is in force is current, or why not."""
    failure = readiness.failure()
    if failure is None:
        return JSONResponse({"status": "ready"})
    detail = without_addresses(failure)
    return problem(503, "not-ready", detail, "服务未就绪，请查看日志并联系管理员。")
