"""The HTTP application: settings in, routes and handlers together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api.errors import PROBLEM_RESPONSES, install_handlers
from api.routes import assign, health, risk
from api.service.town import open_town
from api.settings import Settings
from gis.synthetic import make_s_town


def create_app(settings: Settings) -> FastAPI:
    """Return the service over S town in memory.

    Parameters
    ----------
    settings
        Settings of the deployment.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.town = open_town(
            make_s_town(),
            snap_m=settings.snap_m,
            datum_error_m=settings.datum_error_m,
        )
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
