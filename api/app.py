"""The HTTP application: settings in, routes and handlers together."""

import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from typing import Any

from fastapi import FastAPI

from api.admission import BodyLimit, RateLimit
from api.errors import PROBLEM_RESPONSES, PROBLEM_SCHEMA, install_handlers
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
from api.service.assignment.answer import AnswerDesk
from api.service.rating.days import RiskDesk
from api.service.stores.connection import terms_of
from api.service.stores.sample import SAMPLE_NOW, sample_store
from api.service.versions.read import VersionReader
from api.service.watch import Watch
from api.settings import Settings
from gis.errors import GovernanceError
from gis.index import warm_up
from gis.models import Instant
from gis.synthetic import make_s_town
from layers.maps import tianditu
from layers.snapshots import Snapshots
from layers.stores import Store, clock, open_store

Clock = Callable[[], Instant]

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

logger = logging.getLogger("uvicorn.error")


class Service(FastAPI):
    """The application, whose document has the problem as one component."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        document = super().openapi()
        document["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
        return document


def create_app(settings: Settings) -> FastAPI:
    """Return the service over a store.

    Parameters
    ----------
    settings
        Settings of the deployment; without a store S town is published in memory.

    Raises
    ------
    StoreError
        If there is no such store, it has a service already, or no version of its
        grids is in force.
    """
    key = settings.tianditu_key
    base_map = None if key is None else tianditu(key)
    store, now = _open_store(settings)
    terms = terms_of(settings)
    try:
        snapshots = Snapshots(store, now=now, terms=terms)
    except GovernanceError:
        store.close()
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

    # the documentation pages of FastAPI fetch their code from outside: left out;
    # /openapi.json is a route as all are
    app = Service(
        title="Pagoda",
        lifespan=lifespan,
        openapi_url=None,
        responses=PROBLEM_RESPONSES,
    )
    zone = settings.timezone
    app.state.answer_desk = AnswerDesk(snapshots, settings.datum_error_m, zone, now)
    app.state.desk = RiskDesk(store, zone, terms, now)
    # the first inspection waits for no boundaries
    app.state.desk.keep(snapshots.current)
    app.state.base_map = base_map
    app.state.public_url = settings.public_url
    app.state.place_limit = RateLimit(PLACES, PLACES_SPAN_S)
    app.state.reader = VersionReader(store, zone)
    app.state.watch = watch
    for module in ROUTES:
        app.include_router(module.router)
    install_handlers(app)
    app.add_middleware(BodyLimit)
    return app


def _open_store(settings: Settings) -> tuple[Store, Clock]:
    """Open the store of a service and its clock, or put S town into memory.

    The facts of S town end in the past; its clock stands there, so that somebody is on
    duty and not every check is overdue.
    """
    if settings.store is not None:
        return open_store(settings.store, is_service=True), clock
    return sample_store(make_s_town(), settings.timezone), lambda: SAMPLE_NOW
