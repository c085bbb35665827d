"""Whether the service is up."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from api.deps import Readiness
from api.errors import problem

router = APIRouter(tags=["operation"])


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
    return problem(503, "not-ready", failure, "服务未就绪，请查看日志并联系管理员。")
