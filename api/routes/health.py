"""Whether the service is up."""

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse

from api.admission import Door
from api.deps import Reader, Readiness
from api.errors import problem, without_addresses
from api.security import ANYBODY
from api.service.stores.town_time import clock_words

FAILURE_ZH = "服务未就绪，请查看日志并联系管理员。"
STRAYS = "Answers leave it out; see `pagoda audit verify`, and restore the last export."
STRAYS_ZH = (
    "库中有日志没有登记的数据，答复中不采用；请管理员运行 pagoda audit verify 查看，"
    "并用最近一次导出恢复。"
)

router = APIRouter(
    route_class=Door, tags=["operation"], dependencies=[Depends(ANYBODY)]
)


@router.get("/livez")
def livez() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "alive"}


@router.get("/readyz", response_model=dict[str, str])
def readyz(readiness: Readiness, reader: Reader) -> Response:
    """Say that events are taken and what is in force is current, or why not."""
    failure, strays = readiness.failure(), readiness.strays()
    if failure is not None:
        return problem(503, "not-ready", without_addresses(failure), FAILURE_ZH)
    if strays is not None:
        detail = without_addresses(f"{strays} {STRAYS}")
        return problem(503, "not-ready", detail, STRAYS_ZH)
    return JSONResponse({"status": "ready"} | _time(readiness, reader))


def _time(readiness: Readiness, reader: Reader) -> dict[str, str]:
    """Return what is said of the time of a made-up town, nothing of a real one."""
    town_clock = readiness.kept_clock
    if town_clock is None:
        return {}
    words = clock_words(town_clock, reader.store.now(), reader.timezone)
    return {"clock": words.en, "clock_zh": words.zh}
