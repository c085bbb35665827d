"""Sources of events, and how well each says where."""

from fastapi import APIRouter, Depends, Request

from api.admission import Door
from api.deps import Reader, figures_of, registry_of, scope_now
from api.schemas.event_answers import utc
from api.schemas.sources import SourceOut, SourcesOut
from api.security import ANYBODY
from api.service.events.figures import MONTH_MS
from gis.models import Instant

router = APIRouter(
    route_class=Door, tags=["published"], dependencies=[Depends(ANYBODY)]
)


@router.get("/sources")
def sources(request: Request, reader: Reader) -> SourcesOut:
    """Return every source that is registered, with the quality of its last 30 days."""
    now = reader.store.now()
    since = Instant(now - MONTH_MS)
    desk, registry = figures_of(request), registry_of(request)
    rows = desk.by_source((since, Instant(now + 1)), scope_now(request))
    return SourcesOut(
        count=len(registry.sources),
        since=utc(since),
        sources=[SourceOut.of(s, rows[s.source]) for s in registry.sources.values()],
    )
