"""The HTTP application: settings in, routes and handlers together."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.admission import BodyLimit, RateLimit
from api.errors import PROBLEM_RESPONSES, PROBLEM_SCHEMA, install_handlers
from api.routes import (
    assign,
    assign_batch,
    description,
    enterprises,
    grids,
    health,
    inspections,
    model,
    risk,
    versions,
)
from api.service.assignment.answer import AnswerDesk
from api.service.rating.days import RiskDesk
from api.service.stores.connection import terms_of
from api.service.stores.sample import sample_store
from api.service.stores.town_time import clock_header, start_clock, stop_clock
from api.service.versions.read import VersionReader
from api.service.watch import Watch
from api.settings import Settings
from gis.errors import GovernanceError
from gis.index import warm_up
from gis.models import Instant
from gis.synthetic import make_s_town
from layers.maps import tianditu
from layers.snapshots import Snapshots
from layers.stores import Store, open_store
from layers.stores.town_clock import KeptClock

ROUTES = (
    assign,
    assign_batch,
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

BATCHES = 2
"""So many batches are answered at once."""

CLOCK_HEADER = b"pagoda-clock"

logger = logging.getLogger("uvicorn.error")


class Service(FastAPI):
    """The application, whose document has the problem as one component."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        document = super().openapi()
        document["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
        return document


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
        If a speed is given for a real town.
    StoreError
        If there is no such store, it has a service already, or no version of its
        grids is in force.
    """
    key = settings.tianditu_key
    base_map = None if key is None else tianditu(key)
    store = _open_store(settings)
    terms = terms_of(settings)
    try:
        start_clock(store, speed)
        snapshots = Snapshots(store, now=store.now, terms=terms)
    except GovernanceError:
        with closing(store):
            stop_clock(store)
        raise
    watch = Watch(store, snapshots)

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
        responses=PROBLEM_RESPONSES,
    )
    zone = settings.timezone
    app.state.answer_desk = AnswerDesk(
        snapshots, settings.datum_error_m, zone, store.now
    )
    app.state.desk = RiskDesk(store, zone, terms)
    # the first inspection waits for no boundaries
    app.state.desk.keep(snapshots.current)
    app.state.base_map = base_map
    app.state.max_batch_bytes = settings.max_batch_bytes
    app.state.batch_slots = asyncio.Semaphore(BATCHES)
    app.state.public_url = settings.public_url
    app.state.place_limit = RateLimit(PLACES, PLACES_SPAN_S)
    app.state.reader = VersionReader(store, zone)
    app.state.watch = watch
    for module in ROUTES:
        app.include_router(module.router)
    install_handlers(app)
    app.add_middleware(BodyLimit, by_path={"/assign/batch": settings.max_batch_bytes})
    app.add_middleware(ClockHeader, watch=watch, now=store.now, timezone=zone)
    return app


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
        # what was said last: of which clock, in which second
        self._last: tuple[KeptClock | None, int, bytes] = (None, 0, b"")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        town_clock = self._watch.kept_clock
        if town_clock is None or scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        header = (CLOCK_HEADER, self._text(town_clock))

        async def send_with_time(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], header]
            await send(message)

        await self._app(scope, receive, send_with_time)

    def _text(self, town_clock: KeptClock) -> bytes:
        """Return what is said of a clock, which says no less than a second."""
        now = self._now()
        last_clock, second, text = self._last
        if last_clock is not town_clock or second != now // 1000:
            text = clock_header(town_clock, now, self._timezone).encode()
            self._last = (town_clock, now // 1000, text)
        return text


def _open_store(settings: Settings) -> Store:
    """Open the store of a service, or put S town into memory."""
    if settings.store is not None:
        return open_store(settings.store, is_service=True)
    return sample_store(make_s_town(), settings.timezone)
