"""The HTTP application: settings in, routes and handlers together."""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    closing,
    nullcontext,
)
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.sse import ServerSentEvent
from starlette.datastructures import State
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from api.admission import MOST_BODY_BYTES, Door
from api.browser import BrowserPages
from api.compression import CompressedReads
from api.errors import (
    EVERYWHERE,
    PROBLEM_SCHEMA,
    install_handlers,
    refused_by_http,
)
from api.gate import Gate, GateParts, Headers
from api.methods import HeadReads, methods_at
from api.rates import Rate
from api.root_path import RootPath
from api.routes import (
    assets,
    assign,
    assign_batch,
    briefs,
    cockpit,
    deliveries,
    description,
    desk,
    dictionary,
    docs,
    enterprises,
    events,
    figures,
    grids,
    health,
    inspections,
    language,
    login,
    loops,
    metrics,
    model,
    my,
    ogc,
    packs,
    photos,
    points,
    risk,
    routing,
    search,
    sources,
    stream,
    tiles,
    versions,
    whistles,
)
from api.schemas.event_answers import answer_bytes
from api.security import SCHEMES, Guard
from api.service.access.keyring import KeyRing
from api.service.access.sessions import Sessions
from api.service.access.tokens import CitizenTokens, service_key
from api.service.assignment.answer import AnswerDesk
from api.service.assignment.systems import SystemDesk
from api.service.brief.area import BriefDesk
from api.service.brief.command import CommandDesk
from api.service.brief.nearest import NearestDesk
from api.service.brief.place_desk import PlaceDesk
from api.service.brief.report_desk import ReportDesk
from api.service.brief.search import SearchDesk
from api.service.cockpit.call import CallDesk
from api.service.cockpit.now import NowDesk
from api.service.cockpit.queues import QueueDesk
from api.service.events.climbs import Climbs
from api.service.events.clock import LoopClock
from api.service.events.desk import EventDesk
from api.service.events.directory import DirectoryDesk
from api.service.events.draft import Draft
from api.service.events.figures import FiguresDesk
from api.service.events.hosts import AllowedHosts
from api.service.events.intake import Intake
from api.service.events.live import Live
from api.service.events.office import event_office
from api.service.events.outbox import Sender
from api.service.events.reassignment import Reassignment
from api.service.events.reception import Reception
from api.service.events.rosters import Rosters
from api.service.events.webhooks import Webhooks
from api.service.ogc.catalogue import Catalogue
from api.service.ogc.tilesets import Tilesets
from api.service.rating.days import RiskDesk
from api.service.stores.connection import terms_of
from api.service.stores.photos import photos_of_service
from api.service.stores.sample import sample_store
from api.service.stores.town_time import clock_header, start_clock, stop_clock
from api.service.versions.read import VersionReader
from api.service.watch import Watch
from api.settings import Settings, access_notes, require_keys
from api.streams import Streams
from api.telemetry import Telemetry
from api.uploads import PhotoSlots
from gis.errors import GovernanceError, SettingError
from gis.index import warm_up
from gis.local_time import timezone_of
from gis.synthetic import make_s_town
from layers.maps import tianditu
from layers.packs.scenario_files import use_packs
from layers.registry import Registries
from layers.snapshots import Snapshot, Snapshots
from layers.stores import Store, open_store
from layers.stores.events import EventIds
from layers.stores.replica import Replica

ROUTES = (
    # what is asked most is met first
    assign,
    events,
    versions,
    grids,
    model,
    dictionary,
    packs,
    routing,
    sources,
    loops,
    whistles,
    photos,
    figures,
    briefs,
    points,
    search,
    cockpit,
    stream,
    deliveries,
    enterprises,
    inspections,
    risk,
    ogc,
    tiles,
    desk,
    login,
    my,
    language,
    health,
    metrics,
    description,
    assets,
    docs,
)

PLACES = 120
"""So many places may a client look at in a minute."""

SIGN_INS = 10
"""So many keys may a client type in a minute."""

TOKENS = 60
"""So often may a client look at reports by their tokens in a minute."""

BATCHES = 2
"""So many batches are answered at once."""

CLOCK_HEADER = b"pagoda-clock"

logger = logging.getLogger("uvicorn.error")

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class Service(FastAPI):
    """The application behind its gate; its document has the problem as a component."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        document = super().openapi()
        document["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
        document["components"]["securitySchemes"] = SCHEMES
        if self.state.root_path:
            document["servers"] = [{"url": self.state.root_path}]
        for route in doors():
            if route.include_in_schema and route.access is not None:
                for method in route.methods or ():
                    operation = document["paths"][route.path_format][method.lower()]
                    operation["security"] = route.access.requirement
                    operation["x-roles"] = sorted(route.access.roles)
        return document

    def build_middleware_stack(self) -> ASGIApp:
        """Return all that answers, the gate around it."""
        gate = Gate(super().build_middleware_stack(), self.state.gate)
        pages, root = BrowserPages(gate), self.state.root_path
        return RootPath(pages, root) if root else pages


@dataclass(frozen=True, slots=True)
class Parts:
    """What a service stands on and lives as long as it does.

    Attributes
    ----------
    settings
        Settings of the deployment.
    store, replica
        The open store, and where its lists are read; None in the store itself.
    snapshots, registries, ring, tilesets, watch
        What is in force, who has a key, tiles, and what keeps it so.
    intake, reception, loop_clock
        Takes events in, those of callers together, and does what time brings about
        with them.
    streams, live
        The open ones, and what they are sent.
    sender
        Sends webhooks.
    telemetry
        Its figures.
    figures
        Those of its events.
    keeps_clock
        Whether this process lets the clock of a made-up town run.
    """

    settings: Settings
    store: Store
    replica: Replica | None
    snapshots: Snapshots
    registries: Registries
    ring: KeyRing
    tilesets: Tilesets
    watch: Watch
    intake: Intake
    reception: Reception
    loop_clock: LoopClock
    streams: Streams
    live: Live[ServerSentEvent]
    sender: Sender
    telemetry: Telemetry
    figures: FiguresDesk
    keeps_clock: bool


def doors() -> list[Door]:
    """Return every route of the service."""
    modules = (*ROUTES, assign_batch)
    routes = (route for module in modules for route in module.router.routes)
    return [route for route in routes if isinstance(route, Door)]


def create_app(
    settings: Settings,
    speed: float | None = None,
    *,
    keeps_clock: bool = True,
    start: Snapshot | None = None,
) -> FastAPI:
    """Return the service over a store.

    Parameters
    ----------
    settings
        Settings of the deployment; without a store S town is published in memory.
    speed
        Seconds of a made-up town in one second; None leaves it as it was.
    keeps_clock
        Whether the clock of a made-up town runs while this service does; one of
        several workers leaves that to who started it.
    start
        A snapshot of the store that workers share; None reads everything.

    Raises
    ------
    ScenarioError
        If a scenario pack is wrong, or has a kind of another.
    SettingError
        If a speed is given for a real town, a host of webhooks is none, a root path
        begins as paths of the service do, or others are to reach the service and
        nobody could tell who they are.
    StoreError
        If there is no such store, it has a service already, or no version of its
        grids is in force.
    """
    # refused before a store is opened
    _refuse_own_path(settings.root_path)
    base_map = settings.tianditu_key and tianditu(settings.tianditu_key)
    use_packs(settings.packs)
    webhooks = Webhooks(AllowedHosts.of(settings.webhook_hosts), os.environ)
    parts = _open_parts(settings, webhooks, speed, start, keeps_clock=keeps_clock)
    # the documentation pages of FastAPI fetch their code from outside: left out;
    # /docs and /openapi.json are routes as all are
    app = Service(
        title="Pagoda",
        lifespan=_lifespan_of(parts),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        # a path is spelled one way: nobody is sent on to a host that a client names
        redirect_slashes=False,
        responses=EVERYWHERE,
        max_body_size=MOST_BODY_BYTES,
    )
    app.state.base_map = base_map or None
    _fill_state(app, parts)
    _follow(parts, app.state.gate)
    for module in ROUTES:
        app.include_router(module.router)
    app.include_router(assign_batch.router, max_body_size=settings.max_batch_bytes)
    install_handlers(app)
    app.add_exception_handler(405, _refuse_method)
    _guard(app, parts)
    return app


def _refuse_own_path(root: str) -> None:
    """Refuse a root path that could be taken for a path of the service."""
    first = root.split("/")[:2]
    if root and first in [route.path.split("/")[:2] for route in doors()]:
        raise SettingError(
            "Root path {root!r} begins as paths of the service itself do, and nobody "
            "could tell them apart; choose another such as '/pagoda'.",
            root=root,
        )


async def _refuse_method(request: Request, _: Exception) -> Response:
    """Refuse a method, with all that the path takes: one route knows its own only."""
    methods = methods_at(request.scope, doors())
    return refused_by_http(405, {"Allow": ", ".join(methods)})


def _guard(app: FastAPI, parts: Parts) -> None:
    """Put the look at who asks before the application, and say what it is worth."""
    ring, settings = parts.ring, parts.settings
    for note in access_notes(settings, has_keys=ring.has_keys):
        logger.warning(note)
    key = service_key(settings.service_key)
    app.state.keys, app.state.sessions = ring, Sessions(ring, key)
    app.state.citizen_tokens = CitizenTokens(key)
    app.add_middleware(HeadReads)
    app.add_middleware(Guard, ring=ring, sessions=app.state.sessions)
    app.add_middleware(CompressedReads)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins.split(","),
            allow_methods=["GET", "HEAD"],
            allow_headers=["Authorization", "If-None-Match"],
            expose_headers=["ETag", "Content-Crs", "Link", "Memento-Datetime"],
        )


def _open_parts(
    settings: Settings,
    webhooks: Webhooks,
    speed: float | None,
    start: Snapshot | None,
    *,
    keeps_clock: bool,
) -> Parts:
    """Open the store and take what is in force from it; nothing stays open else."""
    store = _open_store(settings)
    try:
        ring = KeyRing(store)
        require_keys(settings, has_keys=ring.has_keys)
        if keeps_clock:
            start_clock(store, speed)
        # a pack that does not fit is said now, not to whoever asks first
        registries = Registries(store)
        snapshots = Snapshots(
            store, now=store.now, terms=terms_of(settings), start=start
        )
        replica = _replica_of(store, settings)
    except GovernanceError:
        with closing(store):
            if keeps_clock:
                stop_clock(store)
        raise
    tilesets = Tilesets(store, registries, settings.cache_folder)
    refreshers = (registries.refresh, ring.refresh, tilesets.refresh)
    watch = Watch(store, snapshots, refreshers)
    desk = AnswerDesk(snapshots, settings.datum_error_m, settings.timezone, store.now)
    intake = Intake(store, snapshots, registries, desk, EventIds())
    return Parts(
        settings,
        store,
        replica,
        snapshots,
        registries,
        ring,
        tilesets,
        watch,
        intake,
        Reception(intake, _answer_of(settings)),
        _loop_clock(settings, intake, watch),
        Streams(),
        Live(store, stream.line_of),
        Sender(store, registries, webhooks, partial(store.lead, "outbox")),
        Telemetry(),
        _figures_desk(settings, store, snapshots, registries),
        keeps_clock,
    )


def _figures_desk(
    settings: Settings, store: Store, snapshots: Snapshots, registries: Registries
) -> FiguresDesk:
    """Return what counts events; of a store in memory it keeps nothing."""
    is_kept = settings.store not in {None, "memory:"}
    folder = settings.cache_folder if is_kept else None
    return FiguresDesk(store, snapshots, registries, settings.timezone, folder)


def _answer_of(settings: Settings) -> Callable[[Draft], bytes]:
    """Return what makes the answer to an event, its sentences in local time."""
    return partial(answer_bytes, zone=timezone_of(settings.timezone))


def _loop_clock(settings: Settings, intake: Intake, watch: Watch) -> LoopClock:
    """Return what does what time brings about with events."""
    store, snapshots, ids = intake.store, intake.snapshots, intake.ids
    minutes, days = settings.gap_minutes, settings.roster_warn_days

    def speed() -> float:
        return watch.kept_clock.speed if watch.kept_clock else 1.0

    return LoopClock(
        store,
        (
            Climbs(store, snapshots, ids),
            Reassignment(store, snapshots, intake.registries, ids),
            Rosters(intake, _answer_of(settings), minutes, days),
        ),
        speed,
        partial(intake.store.lead, "clock"),
    )


def _open_store(settings: Settings) -> Store:
    """Open the store of a service, or put S town into memory."""
    if settings.store is not None:
        return open_store(settings.store, is_service=True)
    return sample_store(make_s_town(), settings.timezone)


def _replica_of(store: Store, settings: Settings) -> Replica | None:
    """Return where lists of events are read; None in the store itself."""
    if settings.read_database is None:
        return None
    return Replica(store, partial(open_store, settings.read_database))


def _lifespan_of(parts: Parts) -> Lifespan:
    """Return what runs around the service: the watch, and the store until its end."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # no event waits for the compiler
        start = time.perf_counter()
        warm_up()
        logger.info("Compiled index ready in %.1f s.", time.perf_counter() - start)
        with (
            closing(parts.store),
            nullcontext() if parts.replica is None else closing(parts.replica),
            closing(parts.figures),
            closing(app.state.now_desk),
            closing(parts.reception),
            parts.watch,
            parts.loop_clock,
            parts.sender,
        ):
            parts.figures.start()
            refreshing = parts.telemetry.is_shared and asyncio.ensure_future(
                parts.telemetry.keep_fresh()
            )
            async with parts.live:
                yield
                parts.streams.end()
            if refreshing:
                refreshing.cancel()
            if parts.keeps_clock:
                stop_clock(parts.store)

    return lifespan


def _fill_state(app: FastAPI, parts: Parts) -> None:
    """Put what routes ask for, by `api.deps`, into the state of the application."""
    settings, store, state = parts.settings, parts.store, app.state
    zone = settings.timezone
    state.answer_desk, state.intake = parts.intake.desk, parts.intake
    state.system_desk = SystemDesk(store, parts.intake.desk, terms_of(settings))
    state.event_office = event_office(
        store,
        parts.snapshots,
        parts.registries,
        radius_m=settings.checkin_radius_m,
        photos=photos_of_service(settings),
        replica=parts.replica,
    )
    state.event_desk = EventDesk(
        store,
        parts.snapshots,
        parts.registries,
        state.event_office,
        timezone_of(zone),
    )
    state.sign_in_limit = Rate(SIGN_INS)
    state.token_limit = Rate(TOKENS)
    state.reader = VersionReader(store, zone)
    state.figures = parts.figures
    state.directory = DirectoryDesk(store, parts.snapshots, parts.registries)
    state.desk = RiskDesk(store, zone, terms_of(settings))
    state.now_desk = NowDesk(parts.figures, state.desk)
    state.catalogue = Catalogue(store, state.desk)
    state.tilesets = parts.tilesets
    _fill_briefs(state, parts)
    # the first inspection waits for no boundaries
    state.desk.keep(parts.snapshots.current)
    state.snapshots = parts.snapshots
    state.public_url, state.root_path = settings.public_url, settings.root_path
    state.max_batch_bytes = settings.max_batch_bytes
    state.reception = parts.reception
    state.batch_slots = asyncio.Semaphore(BATCHES)
    state.photo_slots = PhotoSlots()
    state.place_limit = Rate(PLACES)
    state.key_limit = Rate(settings.rate_per_minute)
    state.watch = parts.watch
    state.readiness = parts.watch.checks() | parts.loop_clock.checks()
    state.streams, state.live = parts.streams, parts.live
    state.telemetry = parts.telemetry
    state.gate = GateParts(
        Rate(settings.rate_per_minute),
        settings.max_in_flight,
        parts.streams,
        parts.telemetry,
        _clock_headers(parts),
    )


def _fill_briefs(state: State, parts: Parts) -> None:
    """Put what reads one thing into the state of the application."""
    store, snapshots = parts.store, parts.snapshots
    places = PlaceDesk(store, snapshots)
    state.brief_desk = BriefDesk(state.reader, snapshots, state.desk, places)
    state.search_desk = SearchDesk(store, snapshots, places, ReportDesk(store))
    command = CommandDesk(store, snapshots, terms_of(parts.settings).region_tier)
    state.call_desk = CallDesk(state.search_desk, state.system_desk, command)
    state.queue_desk = QueueDesk(state.event_desk)
    state.nearest_desk = NearestDesk(store, snapshots, parts.registries, places)


def _clock_headers(parts: Parts) -> Callable[[], Headers]:
    """Return what says in every answer what time it is in a made-up town."""
    watch, now, zone = parts.watch, parts.store.now, parts.settings.timezone
    # what was said last: of which clock, in which second
    last: tuple[object, int, Headers] = (None, 0, ())

    def headers() -> Headers:
        nonlocal last
        town_clock, at = watch.kept_clock, now()
        if town_clock is None:
            return ()
        if last[:2] != (town_clock, at // 1000):
            text = clock_header(town_clock, at, zone).encode()
            last = (town_clock, at // 1000, ((CLOCK_HEADER, text),))
        return last[2]

    return headers


def _follow(parts: Parts, gate: GateParts) -> None:
    """Show as figures what the service is busy with and how current it is."""
    follow, streams, snapshots = parts.telemetry.follow, parts.streams, parts.snapshots
    follow(
        "pagoda_requests_in_flight",
        "Requests that are being answered, without streams.",
        lambda: gate.in_flight - streams.count,
        is_summed=True,
    )
    follow(
        "pagoda_streams_open",
        "Streams that are open.",
        lambda: streams.count,
        is_summed=True,
    )
    count = parts.store.count_deliveries
    follow(
        "pagoda_deliveries_waiting",
        "Deliveries of webhooks that wait to be sent.",
        lambda: count("waiting"),
        is_summed=False,
    )
    follow(
        "pagoda_deliveries_dead",
        "Deliveries of webhooks that were given up.",
        lambda: count("dead"),
        is_summed=False,
    )
    follow(
        "pagoda_snapshot_revision",
        "Revision of the store that answers are made from.",
        lambda: snapshots.current.revision,
        is_summed=False,
    )
    follow(
        "pagoda_snapshot_age_seconds",
        "Seconds since the snapshot was last seen to be current.",
        parts.watch.age_s,
        is_summed=False,
    )
    loop_clock = parts.loop_clock
    follow(
        "pagoda_clock_lag_seconds",
        "Seconds for which the clock of loops has owed something without a break.",
        loop_clock.lag_s,
        is_summed=False,
    )
    follow(
        "pagoda_loops_open",
        "Events that are not closed, as last counted.",
        lambda: loop_clock.open_count,
        is_summed=False,
    )
    follow(
        "pagoda_loops_overdue",
        "Open events with a task that is overdue, as last counted.",
        lambda: loop_clock.overdue_count,
        is_summed=False,
    )
