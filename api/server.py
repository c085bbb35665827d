"""The processes of a service: one, or several over one socket, and how they end."""

import ctypes
import gc
import logging
import logging.config
import multiprocessing
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Final

import uvicorn
from fastapi import FastAPI
from prometheus_client import values
from prometheus_client.multiprocess import mark_process_dead

from api.app import create_app
from api.logs import format_of, log_config, request_log
from api.service.stores.connection import opened, terms_of
from api.service.stores.town_time import start_clock, stop_clock, time_lines
from api.settings import Settings
from api.telemetry import SHARED_FOLDER
from gis.errors import GovernanceError, SettingError
from gis.index import warm_up
from gis.os_reasons import os_reason
from gis.sentences import sentence
from layers.snapshots import Snapshot, Snapshots
from layers.stores import Store

GRACE_S: Final = 6
"""Answers that are under way have so long after a signal to end."""
YOUNG_OBJECTS: Final = 20_000
"""So many new objects are looked through for cycles: what a request makes seldom has
any, and goes when it is answered."""
END_S: Final = 9
"""A process that has not ended so long after a signal is ended by the system."""
DEATHS, DEATHS_SPAN_S = 5, 60.0
"""A service whose workers die so often in so many seconds is ended."""
TURN_S: Final = 0.2
READY: Final = b"ready"
ENDINGS: Final = (signal.SIGTERM, signal.SIGINT)
"""Signals that ask for an end."""

START_METHOD: Final = "fork" if sys.platform == "linux" else "spawn"
"""How workers begin: as copies of what has all they share, where that is safe."""

logger = logging.getLogger("uvicorn.error")


def listen(host: str, port: int) -> socket.socket:
    """Open the port, or say why it cannot be.

    Parameters
    ----------
    host, port
        Where to listen; port 0 is one that is free.

    Raises
    ------
    SettingError
        If the port cannot be opened.

    Examples
    --------
    >>> with listen("127.0.0.1", 0) as sock:
    ...     sock.getsockname()[0]
    '127.0.0.1'
    """
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
        reason = os_reason(error)
        raise SettingError(
            "Port {port} of {host!r} cannot be opened ({cause}); choose another with "
            "--port.",
            port=port,
            host=host,
            cause=reason,
        ) from error


def require_workers(
    workers: int, store: str | None, *, has_service_key: bool = True
) -> None:
    """Refuse more than one worker where the store has room for one.

    Parameters
    ----------
    workers
        How many processes are to answer.
    store
        Address of the store; None is S town in memory.
    has_service_key
        Whether all of them sign sessions and tokens alike.

    Raises
    ------
    SettingError
        If there are several and the store is not in PostgreSQL, or each of them would
        sign with a key of its own.

    Examples
    --------
    >>> require_workers(2, "postgresql://pagoda@localhost/town")
    """
    if workers > 1 and not (store or "").startswith(("postgresql://", "postgres://")):
        place = sentence("in memory") if store is None else sentence("in a file")
        raise SettingError(
            "A store {spot} has one service in one process, found --workers "
            "{workers}; leave out --workers, or keep the store in PostgreSQL.",
            spot=place,
            workers=workers,
        )
    if workers > 1 and not has_service_key:
        raise SettingError(
            "There are {workers} workers and no PAGODA_SERVICE_KEY, so each would "
            "refuse the sessions of the others; set one of 32 characters or more.",
            workers=workers,
        )


def start_logs(settings: Settings) -> None:
    """Write logs as the deployment asks for.

    Parameters
    ----------
    settings
        Settings of the deployment.
    """
    log_format = format_of(settings.log_format, sys.stderr)
    logging.config.dictConfig(log_config(log_format))


def run_one(
    settings: Settings,
    sock: socket.socket,
    app: FastAPI,
    when_ready: Callable[[], None] = lambda: None,
) -> None:
    """Answer in this process until a signal ends it.

    Parameters
    ----------
    settings
        Settings of the deployment.
    sock
        Where requests come in.
    app
        The service.
    when_ready
        Called once requests are answered.
    """
    log_format = format_of(settings.log_format, sys.stderr)
    app.state.gate.log = request_log(log_format)
    config = uvicorn.Config(
        app,
        loop="asyncio" if sys.platform == "win32" else "uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        # who else is before the service names nobody but itself
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies,
        log_config=log_config(log_format),
        timeout_graceful_shutdown=GRACE_S,
    )
    _Server(config, app, when_ready).run(sockets=[sock])


def run_workers(
    settings: Settings, speed: float | None, sock: socket.socket, workers: int
) -> int:
    """Answer in several processes until a signal ends them; return the exit code.

    Parameters
    ----------
    settings
        Settings of the deployment; its store is in PostgreSQL.
    speed
        As `create_app` takes it.
    sock
        Where requests come in, shared by all.
    workers
        How many processes.
    """
    assert settings.store is not None  # noqa: S101  require_workers asks for one
    with opened(settings.store) as store:
        start_clock(store, speed)
        for line in time_lines(store, settings.timezone):
            logger.info("%s", line)
        start = _snapshot_to_share(store, settings)
    folder = tempfile.mkdtemp(prefix="pagoda-figures-")
    os.environ[SHARED_FOLDER] = folder
    # chosen when it was imported, before there was a folder
    values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]
    _lie_still()
    try:
        return _Supervisor(_Ground(settings, sock, start), workers).run()
    finally:
        del os.environ[SHARED_FOLDER]
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(GovernanceError), opened(settings.store) as store:
            stop_clock(store)


class _Server(uvicorn.Server):
    """A server that ends its streams, and ends itself whatever hangs."""

    def __init__(
        self, config: uvicorn.Config, app: FastAPI, when_ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._streams = app.state.streams
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        # what is there now stays: it is not looked through again while events wait
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG_OBJECTS)
        _return_memory()
        if self.started:
            self._when_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what is under way."""
        self._streams.end()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End soon; what was acknowledged is in the store however it ends."""
        _end_in_time()
        super().handle_exit(sig, frame)


def _end_in_time() -> None:
    """Let the system end this process, even where Python has come to stand."""
    if sys.platform != "win32":
        signal.alarm(END_S)


def _snapshot_to_share(store: Store, settings: Settings) -> Snapshot | None:
    """Return what is in force, for workers that are copies of this process."""
    if START_METHOD != "fork":
        return None
    # what cannot be read is refused by the workers, as it is by one alone
    with suppress(GovernanceError):
        snapshot = Snapshots(store, now=store.now, terms=terms_of(settings)).current
        west, south, _, _ = snapshot.territory.bounds
        # what the first position outside needs is built once, for all
        snapshot.assigner.assign(west - 1.0, south)
        return snapshot
    return None


def _lie_still() -> None:
    """Compile, and let what is there lie: what a worker writes to it copies."""
    warm_up()
    gc.collect()
    gc.freeze()
    _return_memory()


def _return_memory() -> None:
    """Return to the system what was needed to start and is free since."""
    if sys.platform == "linux":
        with suppress(AttributeError):  # the function is of the GNU library
            ctypes.CDLL(None).malloc_trim(0)


class _Ground:
    """What workers have in common.

    Parameters
    ----------
    settings, sock
        As `run_workers` takes them.
    start
        As `create_app` takes it.
    """

    def __init__(
        self, settings: Settings, sock: socket.socket, start: Snapshot | None
    ) -> None:
        self.settings = settings
        self.sock = sock
        self.start = start
        # it ends with the process that has workers, for no worker keeps that end
        self._child_end, self._parent_end = multiprocessing.Pipe(duplex=False)

    def follow_parent(self) -> None:
        """End this worker when its parent is no more, however that ended."""
        self._parent_end.close()
        threading.Thread(target=self._wait_for_end, daemon=True).start()

    def _wait_for_end(self) -> None:
        with suppress(EOFError, OSError):
            self._child_end.recv_bytes()
        os.kill(os.getpid(), signal.SIGTERM)


def _work(ground: _Ground, parent: Connection) -> None:
    """Be a worker."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _hold_endings(is_held=False)
    ground.follow_parent()
    start_logs(ground.settings)
    try:
        app = create_app(ground.settings, keeps_clock=False, start=ground.start)
    except GovernanceError as error:
        logger.error("%s", error)
        sys.exit(2)
    run_one(ground.settings, ground.sock, app, lambda: parent.send_bytes(READY))


def _hold_endings(*, is_held: bool) -> None:
    """Let the signals that end a process wait, or come."""
    if sys.platform != "win32":
        how = signal.SIG_BLOCK if is_held else signal.SIG_UNBLOCK
        signal.pthread_sigmask(how, ENDINGS)


class _Worker:
    """A worker as its parent sees it."""

    def __init__(self, ground: _Ground) -> None:
        self._pipe, child = multiprocessing.Pipe(duplex=False)
        context = multiprocessing.get_context(START_METHOD)
        self.process: BaseProcess = context.Process(  # type: ignore[attr-defined]
            target=_work, args=(ground, child), name="pagoda-worker"
        )
        # Python drops a signal that comes to a copy before it is itself: it waits
        # until the worker can be ended by it
        _hold_endings(is_held=True)
        try:
            self.process.start()
        finally:
            _hold_endings(is_held=False)
        child.close()
        self._is_ready = False

    def is_ready(self) -> bool:
        """Say whether it has begun to answer."""
        with suppress(EOFError, OSError):
            if not self._is_ready and self._pipe.poll():
                self._is_ready = self._pipe.recv_bytes() == READY
        return self._is_ready

    def end(self) -> None:
        """Ask it to end."""
        if self.process.is_alive():
            self.process.terminate()

    def bury(self, seconds: float) -> None:
        """Wait for its end, and end it where it does not come."""
        self.process.join(max(0.0, seconds))
        if self.process.is_alive():
            logger.error("Worker %s does not end and is killed.", self.process.pid)
            self.process.kill()
            self.process.join()
        self._pipe.close()
        if self.process.pid is not None:
            mark_process_dead(self.process.pid)  # type: ignore[no-untyped-call]


class _Supervisor:
    """Workers over one socket; one that dies is followed by another."""

    def __init__(self, ground: _Ground, workers: int) -> None:
        self._ground = ground
        self._count = workers
        self._workers: list[_Worker] = []
        self._deaths: deque[float] = deque(maxlen=DEATHS)
        self._is_over = False

    def run(self) -> int:
        """Return 0 after a signal, 1 where the workers cannot be kept alive."""
        for number in ENDINGS:
            signal.signal(number, self._end_soon)
        self._workers = [self._new() for _ in range(self._count)]
        reason = None
        while not self._is_over and reason is None:
            time.sleep(TURN_S)
            reason = self._replace_dead()
        if reason is not None:
            logger.error("%s", reason)
        self._end_all()
        return int(reason is not None)

    def _end_soon(self, _number: int, _frame: FrameType | None) -> None:
        """Note that a signal came; the store is closed within the time too."""
        self._is_over = True
        if sys.platform != "win32":
            signal.alarm(END_S + 1)

    def _new(self) -> _Worker:
        return _Worker(self._ground)

    def _replace_dead(self) -> str | None:
        """Put another for each worker that died, or say why the service ends."""
        for place, worker in enumerate(self._workers):
            was_ready = worker.is_ready()
            if worker.process.is_alive() or self._is_over:
                continue
            worker.bury(0)
            code = worker.process.exitcode
            if not was_ready:
                return sentence(
                    "A worker ended with code {code} before it answered anything, "
                    "expected it to serve; correct what its log says and start "
                    "again.",
                    code=code,
                )
            self._deaths.append(time.monotonic())
            if self._deaths[-1] - self._deaths[0] < DEATHS_SPAN_S and (
                len(self._deaths) == DEATHS
            ):
                return sentence(
                    "Workers died {deaths} times in {deaths_span_s:.0f} seconds, "
                    "the last with code {code}, and the service ends; see the log.",
                    deaths=DEATHS,
                    deaths_span_s=DEATHS_SPAN_S,
                    code=code,
                )
            logger.error("Worker %s died with code %s.", worker.process.pid, code)
            self._workers[place] = self._new()
        return None

    def _end_all(self) -> None:
        """End the workers, all at once, within the time that each has."""
        for worker in self._workers:
            worker.end()
        end = time.monotonic() + END_S
        for worker in self._workers:
            worker.bury(end - time.monotonic())
