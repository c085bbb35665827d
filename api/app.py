"""The HTTP application: settings in, routes and handlers together."""

import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api.errors import PROBLEM_RESPONSES, install_handlers
from api.routes import assign, health, risk
from api.service.town import open_town
from api.settings import Settings
from gis.index import warm_up
from gis.synthetic import make_s_town

logger = logging.getLogger("uvicorn.error")


def create_app(settings: Settings) -> FastAPI:
    """Return the service over S town in memory.

    Parameters
    ----------
    settings
        Settings of the deployment.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # no event waits for the compiler
        start = time.perf_counter()
        warm_up()
        logger.info("Compiled index ready in %.1f s.", time.perf_counter() - start)
        app.state.town = open_town(make_s_town(), settings)
        yield

    # the documentation pages of FastAPI fetch their code from outside: left out
    app = FastAPI(
        title="Pagoda",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        responses=PROBLEM_RESPONSES,
    )
    for module in (assign, risk, health):
        app.include_router(module.router)
    install_handlers(app)
    return app
