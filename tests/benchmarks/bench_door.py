"""What a caller of `POST /assign` and `POST /inspections` waits for, and what it costs.

Usage: ``python tests/benchmarks/bench_door.py``. Each service runs in a process of its
own on loopback and so does who asks, over 1 and 8 kept connections. CPU of the service
per request by its own accounting, beside that of the same service with one constant
route of FastAPI in place of its own: the same gate, log, request and size of answer.
Inspections are recorded in a GeoPackage with S town, 11,000 places.
"""

import contextlib
import http.client
import multiprocessing
import os
import selectors
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing.context import ForkContext
from pathlib import Path

import orjson
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.admission import MOST_BODY_BYTES
from api.app import create_app
from api.server import listen, run_one
from api.service.stores.init import init_empty, init_sample
from api.settings import read_settings
from gis.models import Instant
from gis.synthetic import make_city
from layers.stores import open_store
from layers.stores.protocol import Draft, Publication
from layers.stores.version_digest import draft_digest

CONNECTIONS, REQUESTS, ROUNDS, INSPECTIONS = (1, 8), 6_000, 3, 20
MOST_RATIO, MOST_P50_MS, MOST_INSPECTION_MS = 1.15, 2.0, 50.0
FORK: ForkContext = multiprocessing.get_context("fork")

App = Callable[[], FastAPI]


def constant_app() -> FastAPI:
    """Return the service with a route that always says the same of as many bytes."""
    app = service(None)
    answer = orjson.loads(answer_of(app))
    router = FastAPI(max_body_size=MOST_BODY_BYTES)

    @router.post("/assign")
    async def constant(_: dict[str, object]) -> dict[str, object]:
        return dict(answer)

    # the gate and the whole stack of middleware stay, the routes are another's
    app.router.routes[:] = router.router.routes
    return app


def answer_of(app: FastAPI) -> bytes:
    """Return what the service says of the position that is asked for."""
    body = {"lon": 120.08, "lat": 30.33, "datum": "wgs84"}
    return (
        TestClient(app, base_url="http://localhost").post("/assign", json=body).content
    )


def service(store: Path | None) -> FastAPI:
    """Return the service over a store; S town in memory without one."""
    return create_app(read_settings(store=None if store is None else str(store)))


def make_city_store(path: Path) -> None:
    """Publish a city of 5,733 grids in a store."""
    city = make_city()
    init_empty(str(path))
    digest = draft_digest(city.grids, city.circles)
    draft = Draft(Instant(0), digest, city.grids, city.circles)
    with contextlib.closing(open_store(str(path))) as store:
        store.publish(Publication((draft,), "planner", "chief"))


@contextlib.contextmanager
def served(
    app: App, warm_up: Callable[[int], object] | None = None
) -> Iterator[tuple[int, int]]:
    """Serve an application and warm it up; yield its port and the id of its process.

    Without a way given it is asked for the owner of a position.
    """
    sock = listen("127.0.0.1", 0)

    def run() -> None:
        with Path(os.devnull).open("w", encoding="utf-8") as sys.stderr:
            run_one(read_settings(log_format="json"), sock, app())

    server = FORK.Process(target=run, daemon=True)
    server.start()
    port = sock.getsockname()[1]
    try:
        if warm_up is None:
            ask(port, request_bytes(0.0, 0.0), 1, 50)
        else:
            warm_up(port)
        yield port, server.pid or 0
    finally:
        server.terminate()
        server.join()
        sock.close()


def request_bytes(lon: float, lat: float) -> bytes:
    """Return a whole request for the owner of a position."""
    body = orjson.dumps({"lon": lon, "lat": lat, "datum": "wgs84"})
    head = (
        "POST /assign HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def ask(port: int, request: bytes, connections: int, requests: int) -> list[float]:
    """Return the seconds of each request, asked again on each connection at once."""
    spans: list[float] = []
    with contextlib.ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        for _ in range(connections):
            sock = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(sock, selectors.EVENT_READ, [time.perf_counter()])
            sock.sendall(request)
        while len(spans) < requests:
            for key, _ in selector.select():
                sock, since = key.fileobj, key.data
                assert isinstance(sock, socket.socket)
                read_answer(sock)
                now = time.perf_counter()
                spans.append(now - since[0])
                since[0] = now
                sock.sendall(request)
    return spans


def read_answer(sock: socket.socket) -> None:
    """Read one whole answer, which must be a good one."""
    answer = sock.recv(1 << 16)
    assert answer.startswith(b"HTTP/1.1 200"), answer[:200]
    while b"\r\n\r\n" not in answer:
        answer += sock.recv(1 << 16)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += sock.recv(1 << 16)


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process, user and system."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(port: int, pid: int, request: bytes, connections: int) -> tuple[float, ...]:
    """Return CPU seconds a request and the median wait, asked by another process."""
    queue = FORK.SimpleQueue()
    asker = FORK.Process(
        target=lambda: queue.put(
            statistics.median(ask(port, request, connections, REQUESTS))
        )
    )
    before = cpu_seconds(pid)
    asker.start()
    p50 = float(queue.get())
    cpu = (cpu_seconds(pid) - before) / REQUESTS
    asker.join()
    return cpu, p50


def compare(apps: dict[str, tuple[App, bytes]]) -> None:
    """Print CPU and wait of each application, and its ratio to the first."""
    with contextlib.ExitStack() as stack:
        servers = {
            name: (*stack.enter_context(served(app)), request)
            for name, (app, request) in apps.items()
        }
        for connections in CONNECTIONS:
            # in turns, and the best of them: the machine has other work too
            rounds = [
                {
                    name: measure(*server, connections)
                    for name, server in servers.items()
                }
                for _ in range(ROUNDS)
            ]
            best = {
                name: tuple(min(each[name][i] for each in rounds) for i in (0, 1))
                for name in servers
            }
            first = best[next(iter(best))][0]
            for name, (cpu, p50) in best.items():
                print(
                    f"{name:<14}{connections} connections {cpu * 1e6:5.0f} us CPU a "
                    f"request, {cpu / first:.2f} of the constant route (at most "
                    f"{MOST_RATIO}), p50 {p50 * 1e3:.2f} ms (below {MOST_P50_MS})"
                )


def inspect(store: Path) -> None:
    """Print how long each of some inspections takes on one kept connection."""
    with contextlib.closing(open_store(str(store))) as opened:
        places = opened.facts("enterprises")["place_id"].unique().tolist()
    with served(lambda: service(store)) as (port, pid):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        spans, before = [], cpu_seconds(pid)
        for place_id in places[:INSPECTIONS]:
            report = {"place_id": place_id, "done_at": "2026-09-30T10:00:00+08:00"}
            start = time.perf_counter()
            connection.request(
                "POST",
                "/inspections",
                orjson.dumps(report),
                {"Content-Type": "application/json"},
            )
            response = connection.getresponse()
            assert response.status == 201, response.read()
            response.read()
            spans.append((time.perf_counter() - start) * 1e3)
        cpu_ms = (cpu_seconds(pid) - before) / INSPECTIONS * 1e3
    print(
        f"POST /inspections: first {spans[0]:.0f}, second {spans[1]:.0f}, third "
        f"{spans[2]:.0f}, p50 {statistics.median(spans):.0f} ms (at most "
        f"{MOST_INSPECTION_MS:.0f}), {cpu_ms:.0f} ms CPU of the service"
    )


def main() -> None:
    """Print the figures of both doors."""
    with tempfile.TemporaryDirectory() as folder:
        city, town = Path(folder) / "city.gpkg", Path(folder) / "town.gpkg"
        make_city_store(city)
        init_sample(str(town), "Asia/Shanghai", 1.0, lambda _: None)
        compare(
            {
                "constant": (constant_app, request_bytes(120.08, 30.33)),
                "S town": (lambda: service(None), request_bytes(120.08, 30.33)),
                "5,733 grids": (lambda: service(city), request_bytes(117.3, 39.1)),
            }
        )
        inspect(town)


if __name__ == "__main__":
    main()
