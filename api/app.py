"""The HTTP application: settings in, routes and handlers together."""

import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

from fastapi import FastAPI

from api.errors import PROBLEM_RESPONSES, install_handlers
from api.routes import assign, grids, health, model, risk, versions
from api.service.init_store import sample_store
from api.service.published import Published
from api.service.town import open_town
from api.settings import Settings
from gis.index import warm_up
from gis.synthetic import make_s_town
from layers.stores import open_store

logger = logging.getLogger("uvicorn.error")


def create_app(settings: Settings) -> FastAPI:
    """Return the service: positions over S town, what is published over the store.

    Parameters
    ----------
    settings
        Settings of the deployment; without a store S town is published in memory.

    Raises
    ------
    StoreError
        If there is no such store, or it has a service already.
    """
    store = None
    if settings.store is not None:
        store = open_store(settings.store, is_service=True)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # no event waits for the compiler
        start = time.perf_counter()
        warm_up()
        logger.info("Compiled index ready in %.1f s.", time.perf_counter() - start)
        town = make_s_town()
        app.state.town = open_town(town, settings)
        published = store or sample_store(town, settings.timezone)
        app.state.published = Published(published, settings.timezone)
        with closing(published):
            yield

    # the documentation pages of FastAPI fetch their code from outside: left out
    app = FastAPI(
        title="Pagoda",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        responses=PROBLEM_RESPONSES,
    )
    for module in (assign, versions, grids, model, risk, health):
        app.include_router(module.router)
    install_handlers(app)
    return app
