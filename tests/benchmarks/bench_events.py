"""What `POST /events` costs the service, and how long it takes at a rate.

Usage: ``python tests/benchmarks/bench_events.py [PART ...]``, parts `door` and
`rate`. Each service runs in a process of its own on loopback over a store with S town,
a key and all that a service has; events come from another process over 32 kept
connections, each with an id and a place of its own. CPU of the service per request by
its own accounting, in turns with that of the same service with one constant route of
FastAPI in place of its own: the same gate, key, log, body and size of answer. At a rate
requests are sent whether others are answered or not, and wait since they were due.
"""

import contextlib
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from multiprocessing.context import ForkContext
from pathlib import Path

import numpy as np
import orjson
from bench_door import cpu_seconds, served
from fastapi import FastAPI
from fastapi.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1]))

from api.admission import MOST_BODY_BYTES
from api.app import create_app
from api.service.access.keys import KeyOrder, make_key
from api.service.stores.init import init_sample
from api.settings import read_settings
from gis.access import Role
from layers.stores import open_store
from support.harness import postgres
from support.harness.raw_clients import (
    Answer,
    closed_loop,
    event_body,
    event_requests,
    open_loop,
)

CONNECTIONS, REQUESTS, ROUNDS = 32, 2_000, 5
RATE, RATE_S = 200, 15
MOST_RATIO, LEAST_RATE, MOST_P99_MS = 5.0, 1_000, 50.0
FORK: ForkContext = multiprocessing.get_context("fork")

Headers = dict[str, str]


def made_store(url: str) -> Headers:
    """Put S town and a key of a steward into a new store; return who has it sends."""
    init_sample(url, "Asia/Shanghai", 1.0, lambda _: None)
    with closing(open_store(url)) as store:
        key = make_key(store, KeyOrder(Role.STEWARD))
    return {"Authorization": f"Bearer {key.secret}"}


def service(url: str) -> FastAPI:
    """Return the service over a store, its time nearly standing."""
    return create_app(read_settings(store=url), speed=1e-6)


def constant_app(url: str, headers: Headers) -> FastAPI:
    """Return the service with a route that always says the same of as many bytes."""
    app = service(url)
    with contextlib.closing(TestClient(app, base_url="http://127.0.0.1")) as client:
        response = client.post(
            "/events",
            content=event_body("constant", 1),
            headers={"Content-Type": "application/json", **headers},
        )
    assert response.status_code == 201, response.text
    answer = orjson.loads(response.content)
    router = FastAPI(max_body_size=MOST_BODY_BYTES)

    @router.post("/events", status_code=201)
    async def constant(_: dict[str, object]) -> dict[str, object]:
        return dict(answer)

    # the gate, the keys and the whole stack of middleware stay
    app.router.routes[:] = router.router.routes
    return app


def asked(work: Callable[[], list[Answer]]) -> list[Answer]:
    """Return what a process of its own was answered."""
    queue = FORK.SimpleQueue()
    asker = FORK.Process(target=lambda: queue.put(work()))
    asker.start()
    answers: list[Answer] = queue.get()
    asker.join()
    return answers


def measure(
    port: int, pid: int, requests: Callable[[], Iterator[bytes]]
) -> tuple[float, float]:
    """Return CPU seconds of the service a request, and requests a second."""
    before, start = cpu_seconds(pid), time.perf_counter()
    answers = asked(lambda: closed_loop(port, requests(), CONNECTIONS))
    elapsed = time.perf_counter() - start
    assert {answer.status for answer in answers} == {201}, answers[:3]
    return (cpu_seconds(pid) - before) / len(answers), len(answers) / elapsed


def door(urls: dict[str, str], headers: dict[str, Headers], folder: Path) -> None:
    """Print CPU and rate of events in each store beside the constant route."""
    names = iter(range(10**6))

    def fresh(count: int, name: str) -> Callable[[], Iterator[bytes]]:
        batch = f"door-{next(names)}"
        return lambda: event_requests(batch, count, headers[name])

    def warm(name: str) -> Callable[[int], object]:
        return lambda port: closed_loop(port, fresh(200, name)(), 4)

    constant = str(folder / "constant.gpkg")
    headers["constant"] = made_store(constant)
    apps = {"constant": lambda: constant_app(constant, headers["constant"])} | {
        name: (lambda url=url: service(url)) for name, url in urls.items()
    }
    with ExitStack() as stack:
        servers = {
            name: stack.enter_context(served(app, warm(name)))
            for name, app in apps.items()
        }
        rounds = [
            {
                name: measure(port, pid, fresh(REQUESTS, name))
                for name, (port, pid) in servers.items()
            }
            for _ in range(ROUNDS)
        ]
    for name in apps:
        ratios = [turn[name][0] / turn["constant"][0] for turn in rounds]
        cpu = min(turn[name][0] for turn in rounds)
        rate = max(turn[name][1] for turn in rounds)
        print(
            f"POST /events, {name:<11}{CONNECTIONS} connections {cpu * 1e6:5.0f} us "
            f"CPU a request, {statistics.median(ratios):.2f} of the constant route "
            f"(at most {MOST_RATIO}), {rate:,.0f}/s (at least {LEAST_RATE:,} on an "
            "idle machine)"
        )


def at_a_rate(urls: dict[str, str], headers: dict[str, Headers]) -> None:
    """Print how long events take at a rate, in each store."""
    for name, url in urls.items():
        requests = list(event_requests("rate", RATE * RATE_S, headers[name]))
        warm = list(event_requests("warm", 200, headers[name]))
        with served(
            lambda url=url: service(url), lambda port, w=warm: closed_loop(port, w, 4)
        ) as (port, _):
            answers = asked(lambda p=port, r=requests: open_loop(p, r, RATE))
        waits = np.array([answer.wait_s for answer in answers]) * 1e3
        refused = sum(answer.status != 201 for answer in answers)
        print(
            f"POST /events, {name}, {RATE}/s: p50 {np.median(waits):.1f}, p99 "
            f"{np.quantile(waits, 0.99):.1f} ms (below {MOST_P99_MS}), {refused} of "
            f"{len(answers)} refused (0)"
        )


@contextlib.contextmanager
def stores() -> Iterator[tuple[dict[str, str], dict[str, Headers], Path]]:
    """Give stores of S town by name, and what a caller of each sends."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = {"geopackage": str(folder / "town.gpkg")}
        if not postgres.lacking():
            server = stack.enter_context(closing(postgres.new_server()))
            urls["postgresql"] = server.fresh_url()
        yield urls, {name: made_store(url) for name, url in urls.items()}, folder


def main(parts: tuple[str, ...]) -> None:
    """Print the figures of the parts."""
    with stores() as (urls, headers, folder):
        if "door" in parts:
            door(urls, headers, folder)
        if "rate" in parts:
            at_a_rate(urls, headers)


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or ("door", "rate"))
