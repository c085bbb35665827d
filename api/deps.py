"""What routes need, as annotated dependencies."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.sse import ServerSentEvent
from starlette.exceptions import HTTPException

from api.rates import Rate, network_of
from api.schemas.moments import Day, TimeOrDay
from api.service.assignment.answer import AnswerDesk
from api.service.events.intake import Intake, Reporter
from api.service.events.live import Live
from api.service.rating.days import RiskDesk
from api.service.versions.read import VersionReader
from api.service.watch import Check, Watch
from api.settings import is_loopback
from api.streams import Streams
from gis.access import EVERYTHING, Scope
from gis.local_time import instant_of
from gis.models import Instant
from layers.maps import BaseMap

FORWARDING = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""Headers of a proxy: who asks is not who is connected."""


def desk_of(request: Request) -> AnswerDesk:
    """Return what answers whose a position is."""
    desk: AnswerDesk = request.app.state.answer_desk
    return desk


def intake_of(request: Request) -> Intake:
    """Return what takes events in."""
    intake: Intake = request.app.state.intake
    return intake


def reporter_of(request: Request) -> Reporter:
    """Return whose request it is, as far as an intake needs to know."""
    return Reporter("", "steward", EVERYTHING)


def scope_of(request: Request) -> Scope:
    """Return what who asks sees at this moment; asked again while a stream goes on."""
    return reporter_of(request).scope


def live_of(request: Request) -> Live[ServerSentEvent]:
    """Return what follows the actions of events."""
    live: Live[ServerSentEvent] = request.app.state.live
    return live


def streams_of(request: Request) -> Streams:
    """Return the open streams."""
    streams: Streams = request.app.state.streams
    return streams


def _watch(request: Request) -> Watch:
    watch: Watch = request.app.state.watch
    return watch


def _readiness(request: Request) -> dict[str, Check]:
    readiness: dict[str, Check] = request.app.state.readiness
    return readiness


def _desk(request: Request) -> RiskDesk:
    desk: RiskDesk = request.app.state.desk
    return desk


def _reader(request: Request) -> VersionReader:
    reader: VersionReader = request.app.state.reader
    return reader


def _base_map(request: Request) -> BaseMap | None:
    base_map: BaseMap | None = request.app.state.base_map
    return base_map


def _public_url(request: Request) -> str | None:
    """Return the address for QR codes; None where only a stranger names one."""
    public_url: str | None = request.app.state.public_url
    if public_url is not None or not is_loopback(request.url.hostname or ""):
        return public_url
    return str(request.base_url).rstrip("/")


def _insight() -> bool:
    """Say whether who asks sees why a place has its code, and its history.

    The one place of that rule: it will ask for a key once there are keys. What is
    closed in a schema is shown to nobody either way.
    """
    return True


async def admit_visitor(request: Request) -> None:
    """Refuse a client that reads place after place: their ids are serial."""
    limit: Rate = request.app.state.place_limit
    wait_s = limit.wait_s(network_of(request.client.host if request.client else ""))
    if wait_s:
        raise HTTPException(429, headers={"Retry-After": str(wait_s)})


def may_read_metrics(request: Request) -> bool:
    """Say whether who asks may read the figures of the service.

    Parameters
    ----------
    request
        From this machine and by no proxy, or with the key of a steward or an auditor.
    """
    role = getattr(getattr(request.state, "caller", None), "role", None)
    if role in {"steward", "auditor"}:
        return True
    is_direct = not any(name in request.headers for name in FORWARDING)
    client = request.client
    return is_direct and client is not None and is_loopback(client.host)


BaseMaps = Annotated[BaseMap | None, Depends(_base_map)]
Desk = Annotated[RiskDesk, Depends(_desk)]
Insight = Annotated[bool, Depends(_insight)]
PublicUrl = Annotated[str | None, Depends(_public_url)]
Readiness = Annotated[dict[str, Check], Depends(_readiness)]
Reader = Annotated[VersionReader, Depends(_reader)]
Watching = Annotated[Watch, Depends(_watch)]


@dataclass(frozen=True, slots=True)
class QuestionTimes:
    """Both times of a question."""

    valid_at: Instant
    known_at: Instant | None


def _times(
    reader: Reader,
    valid_at: Annotated[
        TimeOrDay | None,
        Query(description="In force when; now without it, local without offset."),
    ] = None,
    known_at: Annotated[
        TimeOrDay | None, Query(description="As known when; all without it.")
    ] = None,
) -> QuestionTimes:
    zone = reader.timezone
    return QuestionTimes(
        reader.store.now() if valid_at is None else instant_of(valid_at, zone),
        None if known_at is None else instant_of(known_at, zone),
    )


Times = Annotated[QuestionTimes, Depends(_times)]


@dataclass(frozen=True, slots=True)
class DayCutoff:
    """A day, and what is known of it; None is today, and all."""

    day: date | None
    known_at: Instant | None


def _cutoff(
    reader: Reader,
    on: Annotated[
        Day | None, Query(description="The day, its end; today without it.")
    ] = None,
    known_at: Annotated[
        TimeOrDay | None, Query(description="As known when; all without it.")
    ] = None,
) -> DayCutoff:
    instant = None if known_at is None else instant_of(known_at, reader.timezone)
    return DayCutoff(on, instant)


Cutoffs = Annotated[DayCutoff, Depends(_cutoff)]
