"""The HTTP application: settings in, routes and handlers together."""

import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.admission import BodyLimit, Door, RateLimit
from api.errors import (
    ACCESS_RESPONSES,
    PROBLEM_RESPONSES,
    PROBLEM_SCHEMA,
    install_handlers,
)
from api.routes import (
    assign,
    description,
    enterprises,
    grids,
    health,
    inspections,
    model,
    risk,
    versions,
)
from api.security import SCHEMES, Guard
from api.service.access.keyring import KeyRing
from api.service.access.sessions import Sessions
from api.service.access.tokens import CitizenTokens, service_key
from api.service.assignment.answer import AnswerDesk
from api.service.rating.days import RiskDesk
from api.service.stores.connection import terms_of
from api.service.stores.sample import sample_store
from api.service.stores.town_time import clock_header, start_clock, stop_clock
from api.service.versions.read import VersionReader
from api.service.watch import Watch
from api.settings import Settings, access_notes, require_keys
from gis.errors import GovernanceError
from gis.index import warm_up
from gis.models import Instant
from gis.synthetic import make_s_town
from layers.maps import tianditu
from layers.snapshots import Snapshots
from layers.stores import Store, open_store

ROUTES = (
    assign,
    versions,
    grids,
    model,
    enterprises,
    inspections,
    risk,
    health,
    description,
)

PLACES, PLACES_SPAN_S = 120, 60.0
"""So many places may a client look at in so many seconds."""

CLOCK_HEADER = b"pagoda-clock"

logger = logging.getLogger("uvicorn.error")


class Service(FastAPI):
    """The application, whose document has the problem as one component."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        document = super().openapi()
        document["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
        document["components"]["securitySchemes"] = SCHEMES
        for route in doors():
            if route.include_in_schema and route.access is not None:
                for operation in document["paths"][route.path_format].values():
                    operation["security"] = route.access.requirement
                    operation["x-roles"] = sorted(route.access.roles)
        return document


def doors() -> list[Door]:
    """Return every route of the service."""
    routes = (route for module in ROUTES for route in module.router.routes)
    return [route for route in routes if isinstance(route, Door)]


def create_app(settings: Settings, speed: float | None = None) -> FastAPI:
    """Return the service over a store.

    Parameters
    ----------
    settings
        Settings of the deployment; without a store S town is published in memory.
    speed
        Seconds of a made-up town in one second; None leaves it as it was.

    Raises
    ------
    SettingError
        If a speed is given for a real town, or others are to reach the service and
        nobody could tell who they are.
    StoreError
        If there is no such store, it has a service already, or no version of its
        grids is in force.
    """
    key = settings.tianditu_key
    base_map = None if key is None else tianditu(key)
    store = _open_store(settings)
    terms = terms_of(settings)
    try:
        ring = KeyRing(store)
        require_keys(settings, has_keys=ring.has_keys)
        start_clock(store, speed)
        snapshots = Snapshots(store, now=store.now, terms=terms)
    except GovernanceError:
        with closing(store):
            stop_clock(store)
        raise
    watch = Watch(store, snapshots, (ring.refresh,))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # no event waits for the compiler
        start = time.perf_counter()
        warm_up()
        logger.info("Compiled index ready in %.1f s.", time.perf_counter() - start)
        with closing(store), watch:
            yield
            stop_clock(store)

    # the documentation pages of FastAPI fetch their code from outside: left out;
    # /openapi.json is a route as all are
    app = Service(
        title="Pagoda",
        lifespan=lifespan,
        openapi_url=None,
        # a path is spelled one way: nobody is sent on to a host that a client names
        redirect_slashes=False,
        responses=PROBLEM_RESPONSES | ACCESS_RESPONSES,
    )
    zone = settings.timezone
    app.state.answer_desk = AnswerDesk(
        snapshots, settings.datum_error_m, zone, store.now
    )
    app.state.desk = RiskDesk(store, zone, terms)
    # the first inspection waits for no boundaries
    app.state.desk.keep(snapshots.current)
    app.state.snapshots = snapshots
    app.state.base_map = base_map
    app.state.public_url = settings.public_url
    app.state.place_limit = RateLimit(PLACES, PLACES_SPAN_S)
    app.state.reader = VersionReader(store, zone)
    app.state.watch = watch
    for module in ROUTES:
        app.include_router(module.router)
    install_handlers(app)
    app.add_middleware(BodyLimit)
    _guard(app, ring, settings)
    app.add_middleware(ClockHeader, watch=watch, now=store.now, timezone=zone)
    return app


def _guard(app: FastAPI, ring: KeyRing, settings: Settings) -> None:
    """Put the look at who asks before the application, and say what it is worth."""
    for note in access_notes(settings, has_keys=ring.has_keys):
        logger.warning(note)
    key = service_key(settings.service_key)
    app.state.keys, app.state.sessions = ring, Sessions(ring, key)
    app.state.citizen_tokens = CitizenTokens(key)
    app.add_middleware(Guard, ring=ring, sessions=app.state.sessions)


class ClockHeader:
    """Says in a header of every answer what time it is in a made-up town.

    Parameters
    ----------
    app
        What answers.
    watch
        Knows the clock of the town.
    now
        The time of the store.
    timezone
        IANA zone of the time said.
    """

    def __init__(
        self, app: ASGIApp, watch: Watch, now: Callable[[], Instant], timezone: str
    ) -> None:
        self._app = app
        self._watch = watch
        self._now = now
        self._timezone = timezone

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        town_clock = self._watch.kept_clock
        if town_clock is None or scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        text = clock_header(town_clock, self._now(), self._timezone)
        header = (CLOCK_HEADER, text.encode())

        async def send_with_time(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], header]
            await send(message)

        await self._app(scope, receive, send_with_time)


def _open_store(settings: Settings) -> Store:
    """Open the store of a service, or put S town into memory."""
    if settings.store is not None:
        return open_store(settings.store, is_service=True)
    return sample_store(make_s_town(), settings.timezone)
