"""Whether the service is up."""

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse

from api.admission import Door
from api.deps import Reader, Readiness, Watching
from api.errors import problem, without_addresses
from api.security import ANYBODY
from api.service.stores.town_time import clock_words
from api.service.watch import Watch

router = APIRouter(
    route_class=Door, tags=["operation"], dependencies=[Depends(ANYBODY)]
)


@router.get("/livez")
async def livez() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "alive"}


@router.get("/readyz", response_model=dict[str, str])
def readyz(readiness: Readiness, watch: Watching, reader: Reader) -> Response:
    """Say that events are taken and what is in force is current, or why not."""
    for check in readiness.values():
        words = check()
        if words is not None:
            detail = without_addresses(words.en)
            return problem(503, "not-ready", detail, words.zh)
    return JSONResponse({"status": "ready"} | _time(watch, reader))


def _time(watch: Watch, reader: Reader) -> dict[str, str]:
    """Return what is said of the time of a made-up town, nothing of a real one."""
    town_clock = watch.kept_clock
    if town_clock is None:
        return {}
    words = clock_words(town_clock, reader.store.now(), reader.timezone)
    return {"clock": words.en, "clock_zh": words.zh}
