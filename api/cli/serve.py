"""`pagoda serve`; heavy imports stand inside."""

import math
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.output import say
from gis.errors import SettingError

if TYPE_CHECKING:
    from api.settings import Settings


def _finite(
    _context: click.Context, _option: click.Parameter, value: float | None
) -> float | None:
    """Refuse a speed that is no number; NaN passes every range."""
    if value is not None and math.isnan(value):
        raise click.BadParameter("nan is no number, expected one such as 60")
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
    "--speed",
    type=click.FloatRange(0, 86_400, min_open=True),
    callback=_finite,
    help="Of a made-up town: its seconds in one second; as it was unless given.",
)
def serve(
    host: str | None, port: int | None, store: str | None, speed: float | None
) -> None:
    """Serve a store: POST /assign, GET /risk/map, /versions, /model and more."""
    import uvicorn  # noqa: PLC0415

    from api.app import create_app  # noqa: PLC0415
    from api.service.stores.town_time import time_lines  # noqa: PLC0415
    from api.settings import DEFAULT_STORE, read_settings  # noqa: PLC0415
    from layers.stores.address import printable_address  # noqa: PLC0415

    options = {"host": host, "port": port, "store": store}
    settings = read_settings(**{k: v for k, v in options.items() if v is not None})
    if settings.store is None and Path(DEFAULT_STORE).exists():
        settings = settings.model_copy(update={"store": DEFAULT_STORE})
    source = "S town (synthetic) in memory"
    if settings.store is not None:
        source = printable_address(settings.store)
    _refuse_unknown_callers(settings)
    # Ctrl-C is the usual end of a service
    with listen(settings.host, settings.port) as sock, suppress(KeyboardInterrupt):
        click.echo(
            f"Serving {source}. Listening on {settings.host}, port "
            f"{sock.getsockname()[1]}; Ctrl-C ends it.",
            err=True,
        )
        app = create_app(settings, speed)
        say(time_lines(app.state.desk.store, settings.timezone))
        uvicorn.Server(uvicorn.Config(app, proxy_headers=False)).run(sockets=[sock])


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


def listen(host: str, port: int) -> socket.socket:
    """Open the port, or say why it cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small answers at once (TCP_NODELAY) on sockets of this protocol only
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen()
        return sock
    except OSError as error:
        sock.close()
        reason = os.strerror(error.errno or 0)
        raise SettingError(
            f"Port {port} of {host!r} cannot be opened ({reason}); "
            "choose another with --port."
        ) from error
