"""`pagoda serve`; heavy imports stand inside."""

import gc
import logging
import math
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from api.cli.progress import end
from gis.sentences import sentence, spoken

if TYPE_CHECKING:
    from api.settings import Settings

USUAL: Final = gc.get_threshold()
logger = logging.getLogger("uvicorn.error")

if TYPE_CHECKING:
    from api.settings import Settings


def _finite(
    _context: click.Context, _option: click.Parameter, value: float | None
) -> float | None:
    """Refuse a speed that is no number; NaN passes every range."""
    if value is not None and math.isnan(value):
        raise click.BadParameter(
            spoken(sentence("nan is no number, expected one such as 60"))
        )
    return value


@click.command()
@click.option("--host", help="Address to listen on; 127.0.0.1 unless set.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 8000 unless set.")
@click.option(
    "--store",
    help="Address of the store: PAGODA_STORE, else ./pagoda.gpkg where it is, else "
    "S town in memory.",
)
@click.option(
    "--root-path",
    help="Path under which a proxy has the service, such as /pagoda; none unless set.",
)
@click.option(
    "--speed",
    type=click.FloatRange(0, 86_400, min_open=True),
    callback=_finite,
    help="Of a made-up town: its seconds in one second; as it was unless given.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    help="Processes that answer; more than one on PostgreSQL alone.",
)
def serve(
    host: str | None,
    port: int | None,
    store: str | None,
    root_path: str | None,
    speed: float | None,
    workers: int,
) -> None:
    """Serve a store: POST /assign, GET /risk/map, /versions, /model and more."""
    gc.set_threshold(*USUAL)
    from api.server import listen, require_workers, start_logs  # noqa: PLC0415
    from api.settings import DEFAULT_STORE, read_settings  # noqa: PLC0415
    from layers.store_address import printable_address  # noqa: PLC0415

    options = {"host": host, "port": port, "store": store, "root_path": root_path}
    settings = read_settings(**{k: v for k, v in options.items() if v is not None})
    if settings.store is None and Path(DEFAULT_STORE).exists():
        settings = settings.model_copy(update={"store": DEFAULT_STORE})
    require_workers(
        workers,
        settings.store,
        has_service_key=settings.service_key is not None,
    )
    source = sentence("S town (synthetic) in memory")
    if settings.store is not None:
        source = printable_address(settings.store)
    _refuse_unknown_callers(settings)
    start_logs(settings)
    end()
    # Ctrl-C is the usual end of a service
    with listen(settings.host, settings.port) as sock, suppress(KeyboardInterrupt):
        logger.info(
            sentence("Serving %s. Listening on %s, port %s; Ctrl-C ends it."),
            source,
            settings.host,
            sock.getsockname()[1],
        )
        _run(settings, speed, sock, workers)


def _refuse_unknown_callers(settings: "Settings") -> None:
    """Refuse to be reached by others before the port is open."""
    from api.service.access.keyring import KeyRing  # noqa: PLC0415
    from api.service.stores.connection import opened  # noqa: PLC0415
    from api.settings import require_keys  # noqa: PLC0415

    if settings.store is None:
        require_keys(settings, has_keys=False)
        return
    with opened(settings.store) as store:
        require_keys(settings, has_keys=KeyRing(store).has_keys)


def _run(
    settings: "Settings", speed: float | None, sock: socket.socket, workers: int
) -> None:
    """Serve in this process, or in several."""
    from api.app import create_app  # noqa: PLC0415
    from api.server import run_one, run_workers  # noqa: PLC0415
    from api.service.stores.town_time import time_lines  # noqa: PLC0415

    if workers > 1:
        sys.exit(run_workers(settings, speed, sock, workers))
    app = create_app(settings, speed)
    for line in time_lines(app.state.desk.store, settings.timezone):
        logger.info("%s", line)
    run_one(settings, sock, app)
