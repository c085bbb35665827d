"""Whether the service is up."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from api.deps import Reader, Readiness
from api.errors import problem
from api.service.stores.town_time import clock_words

router = APIRouter(tags=["operation"])


@router.get("/livez")
def livez() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "alive"}


@router.get("/readyz", response_model=dict[str, str])
def readyz(readiness: Readiness, reader: Reader) -> Response:
    """Say that events are taken and what is in force is current, or why not."""
    failure = readiness.failure()
    if failure is None:
        return JSONResponse({"status": "ready"} | _time(readiness, reader))
    return problem(503, "not-ready", failure, "服务未就绪，请查看日志并联系管理员。")


def _time(readiness: Readiness, reader: Reader) -> dict[str, str]:
    """Return what is said of the time of a made-up town, nothing of a real one."""
    town_clock = readiness.kept_clock
    if town_clock is None:
        return {}
    words = clock_words(town_clock, reader.store.now(), reader.timezone)
    return {"clock": words.en, "clock_zh": words.zh}
