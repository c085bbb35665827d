"""What routes need, as annotated dependencies."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Header, Query, Request
from fastapi.sse import ServerSentEvent
from starlette.exceptions import HTTPException

from api.preconditions import request_key, seqs_of
from api.rates import Rate, network_of
from api.refusals import RequestError
from api.schemas.moments import Day, TimeOrDay
from api.schemas.texts import Purpose
from api.security import visitor_of
from api.service.access.keyring import KeyRing
from api.service.access.sight import Sight, sight_of
from api.service.assignment.answer import AnswerDesk
from api.service.assignment.systems import SystemDesk
from api.service.brief.area import BriefDesk
from api.service.brief.nearest import NearestDesk
from api.service.brief.search import SearchDesk
from api.service.cockpit.call import CallDesk
from api.service.cockpit.now import NowDesk
from api.service.cockpit.queues import QueueDesk
from api.service.events.closed import Reading
from api.service.events.desk import EventDesk
from api.service.events.directory import Directory, DirectoryDesk
from api.service.events.dossier import Party
from api.service.events.draft import Reporter
from api.service.events.figures import FiguresDesk
from api.service.events.intake import Intake
from api.service.events.live import Live
from api.service.events.office import Claim, EventOffice
from api.service.ogc.catalogue import Catalogue
from api.service.ogc.tilesets import Tilesets
from api.service.rating.days import RiskDesk
from api.service.versions.read import VersionReader
from api.service.watch import Check, Watch
from api.settings import is_loopback
from api.streams import Streams
from gis.access import NOWHERE, Act, Caller, Scope, actor_of, scope_of, watch_scope_of
from gis.local_time import instant_of
from gis.models import Instant
from layers.maps import BaseMap
from layers.registry import Registries, Registry
from layers.snapshots import Snapshots


def desk_of(request: Request) -> AnswerDesk:
    """Return what answers whose a position is."""
    desk: AnswerDesk = request.app.state.answer_desk
    return desk


def system_desk_of(request: Request) -> SystemDesk:
    """Return what answers whose a position is in every grid system."""
    desk: SystemDesk = request.app.state.system_desk
    return desk


def intake_of(request: Request) -> Intake:
    """Return what takes events in."""
    intake: Intake = request.app.state.intake
    return intake


def scope_now(request: Request) -> Scope:
    """Return what who asks sees at this minute; a visitor without a key nothing."""
    snapshots: Snapshots = request.app.state.snapshots
    caller = visitor_of(request)
    if caller is None:
        return NOWHERE
    duties, now = snapshots.current.territory.duties, _reader(request).store.now()
    return scope_of(caller, duties, now)


def watched_now(request: Request) -> Scope:
    """Return what who asks may count and follow at this minute."""
    snapshots: Snapshots = request.app.state.snapshots
    duties, now = snapshots.current.territory.duties, _reader(request).store.now()
    return watch_scope_of(caller_of(request), duties, now)


def scope_of_stream(request: Request) -> Callable[[], Scope]:
    """Return what says again and again what who asks may follow then.

    Nothing any more once the key is revoked, or there is a first key and it has none.
    """
    ring: KeyRing = request.app.state.keys
    caller = caller_of(request)
    mark = ring.mark(caller.key_id)

    def scope() -> Scope:
        is_over = (
            ring.has_keys
            if caller.is_keyless
            else ring.caller_marked(caller.key_id, mark) is None
        )
        return NOWHERE if is_over else watched_now(request)

    return scope


def reporter_of(request: Request) -> Reporter:
    """Return whose request it is, as far as an intake needs to know.

    Raises
    ------
    HTTPException
        If it may not bring events, or has no key.
    """
    caller = caller_of(request)
    return Reporter(caller.key_id, str(caller.role), scope_now(request))


def _office(request: Request) -> EventOffice:
    office: EventOffice = request.app.state.event_office
    return office


def _event_desk(request: Request) -> EventDesk:
    desk: EventDesk = request.app.state.event_desk
    return desk


def party_of(request: Request) -> Party:
    """Return who asks, with what it sees and whom it acts for at this minute."""
    snapshots: Snapshots = request.app.state.snapshots
    caller, now = caller_of(request), _reader(request).store.now()
    duties = snapshots.current.territory.duties
    return Party(actor_of(caller, duties, now), scope_of(caller, duties, now))


def _claim(
    request: Request,
    party: Annotated[Party, Depends(party_of)],
    idempotency_key: Annotated[
        str | None,
        Header(
            description="Names the request, once for ever; the same again gets the "
            "first answer. Needed."
        ),
    ] = None,
    if_match: Annotated[
        str | None, Header(description="ETag that was read; refused where it moved.")
    ] = None,
) -> Claim:
    """Return how a request to change an event is made."""
    tags = request.headers.getlist("if-match")
    key = request_key(request.headers.getlist("idempotency-key"))
    return Claim(party, key, seqs_of(tags))


def _reading(
    request: Request,
    purpose: Annotated[
        Purpose | None,
        Query(
            description="For what closed fields are read; those of sensitive kinds, "
            "and all to an auditor, are shown with it alone. It is recorded."
        ),
    ] = None,
) -> Reading | None:
    """Return who reads what is closed for what; None where nobody says so."""
    caller = visitor_of(request)
    if purpose is None or caller is None:
        return None
    if not caller.may(Act.READ_CLOSED):
        raise HTTPException(403)
    return Reading(caller, purpose)


def figures_of(request: Request) -> FiguresDesk:
    """Return what counts events."""
    figures: FiguresDesk = request.app.state.figures
    return figures


def directory_of(request: Request) -> Directory:
    """Return where every kind of events goes now."""
    directory: DirectoryDesk = request.app.state.directory
    return directory.now


def registry_of(request: Request) -> Registry:
    """Return who reports, acts and is told."""
    return registries_of(request).current


def registries_of(request: Request) -> Registries:
    """Return what holds the current registry."""
    figures: FiguresDesk = request.app.state.figures
    return figures.registries


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


def caller_of(request: Request) -> Caller:
    """Return whose key a request came with, behind a door that asks for one."""
    caller = visitor_of(request)
    assert caller is not None  # noqa: S101  its door let nobody else in
    return caller


def sight_now(request: Request) -> Sight:
    """Return what who asks sees."""
    snapshots: Snapshots = request.app.state.snapshots
    territory, now = snapshots.current.territory, _reader(request).store.now()
    caller = visitor_of(request)
    settings = registry_of(request).classes
    return sight_of(caller, territory.pagoda, territory.duties, settings, now)


def now_desk_of(request: Request) -> NowDesk:
    """Return what says what stands now."""
    desk: NowDesk = request.app.state.now_desk
    return desk


def brief_desk_of(request: Request) -> BriefDesk:
    """Return what puts together what is bound to an area."""
    desk: BriefDesk = request.app.state.brief_desk
    return desk


def search_desk_of(request: Request) -> SearchDesk:
    """Return what finds what a text stands for."""
    desk: SearchDesk = request.app.state.search_desk
    return desk


def call_desk_of(request: Request) -> CallDesk:
    """Return what answers a caller."""
    desk: CallDesk = request.app.state.call_desk
    return desk


def queue_desk_of(request: Request) -> QueueDesk:
    """Return what says what waits at the desk."""
    desk: QueueDesk = request.app.state.queue_desk
    return desk


def nearest_desk_of(request: Request) -> NearestDesk:
    """Return what says what is nearest to a point."""
    desk: NearestDesk = request.app.state.nearest_desk
    return desk


def _own_url(request: Request) -> str:
    """Return the address of this service for links.

    Raises
    ------
    RequestError
        If only a stranger names one.
    """
    url = _public_url(request)
    if url is None:
        host = request.url.hostname
        raise RequestError(
            400,
            "foreign-host",
            f"The host {host!r} is not this machine and no public address is set for "
            "links and QR codes; set PAGODA_PUBLIC_URL, or ask on localhost.",
            "请求的主机不是本机，且未设置链接和二维码所用的公开地址；请设置 "
            "PAGODA_PUBLIC_URL，或改用 localhost 访问。",
        )
    return url


def _catalogue(request: Request) -> Catalogue:
    catalogue: Catalogue = request.app.state.catalogue
    return catalogue


def tilesets_of(request: Request) -> Tilesets:
    """Return the tiles of the versions in force."""
    tilesets: Tilesets = request.app.state.tilesets
    return tilesets


async def admit_visitor(request: Request) -> None:
    """Refuse a client that reads place after place: their ids are serial."""
    limit: Rate = request.app.state.place_limit
    wait_s = limit.wait_s(network_of(request.client.host if request.client else ""))
    if wait_s:
        raise HTTPException(429, headers={"Retry-After": str(wait_s)})


Asker = Annotated[Party, Depends(party_of)]
BaseMaps = Annotated[BaseMap | None, Depends(_base_map)]
Claims = Annotated[Claim, Depends(_claim)]
Desk = Annotated[RiskDesk, Depends(_desk)]
EventDesks = Annotated[EventDesk, Depends(_event_desk)]
Office = Annotated[EventOffice, Depends(_office)]
Readings = Annotated[Reading | None, Depends(_reading)]
Seen = Annotated[Sight, Depends(sight_now)]
Catalogues = Annotated[Catalogue, Depends(_catalogue)]
Tiling = Annotated[Tilesets, Depends(tilesets_of)]
OwnUrl = Annotated[str, Depends(_own_url)]
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
