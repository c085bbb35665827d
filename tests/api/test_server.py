"""The processes of a service: its port, its end, its workers."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api import server
from api.app import create_app
from api.server import END_S, ENDINGS, listen, require_workers
from api.service.stores.init import init_sample
from api.settings import Settings
from conftest import PATIENCE_S
from gis.errors import SettingError, StoreError
from layers.stores import create_store, open_store
from support.harness.answers import LOCAL
from support.harness.receiver import SECRET, answer, receiving
from support.makers.outbox_towns import record_destination, report

ROOT = Path(__file__).resolve().parents[2]
POSITION = json.dumps({"lon": 120.08, "lat": 30.33, "datum": "wgs84"})


@pytest.fixture(autouse=True)
def service_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """All processes of a service sign alike."""
    monkeypatch.setenv("PAGODA_SERVICE_KEY", "signs in tests of the server only")


def wait_until(is_so: Callable[[], object], seconds: float = PATIENCE_S) -> None:
    """Wait for something that will be so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def ask(port: int, method: str, path: str, body: str | None = None) -> tuple[int, Any]:
    """Status and JSON of an answer; 0 where there is none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        headers = {"Content-Type": "application/json"} if body else {}
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        content = response.read()
        is_json = "json" in response.headers["content-type"]
        return response.status, json.loads(content) if is_json else content.decode()
    except OSError:
        return 0, None
    finally:
        connection.close()


@contextmanager
def serving(
    *options: str, log: Path, script: str | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run the command on a free port until it answers."""
    with listen("127.0.0.1", 0) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "api"] if script is None else [sys.executable]
    if script is not None:
        command += ["-c", script]
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [*command, "serve", "--port", str(port), *options], cwd=ROOT, stderr=stream
        )
    try:
        wait_until(lambda: process.poll() is not None or ask(port, "GET", "/livez")[0])
        assert process.poll() is None, log.read_text()
        yield process, port
    finally:
        process.kill()
        process.wait()


def ended(process: "subprocess.Popen[bytes]", number: int) -> float:
    """Send a signal and return how long the end took, seconds."""
    start = time.monotonic()
    process.send_signal(number)
    process.wait(timeout=60)
    return time.monotonic() - start


def test_small_answers_are_sent_at_once() -> None:
    # asyncio sets TCP_NODELAY where the protocol of the socket says TCP, not 0
    with listen("127.0.0.1", 0) as sock:
        assert sock.proto == socket.IPPROTO_TCP
        assert sock.getsockname()[0] == "127.0.0.1"


def test_port_that_is_taken_is_said_in_one_sentence() -> None:
    with listen("127.0.0.1", 0) as sock:
        port = sock.getsockname()[1]
        with pytest.raises(SettingError, match=f"Port {port} .* choose another"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize(
    ("store", "place"), [(None, "in memory"), ("town.gpkg", "in a file")]
)
def test_second_worker_is_refused_but_on_postgresql(
    store: str | None, place: str
) -> None:
    require_workers(1, store)
    with pytest.raises(SettingError, match=f"A store {place} .* found --workers 2"):
        require_workers(2, store)


def test_command_refuses_a_second_worker_in_one_sentence(pagoda: Callable) -> None:
    answer = pagoda("serve", "--workers", 2, "--port", 0)
    assert answer.code == 2
    assert answer.err.startswith("A store in memory has one service in one process")
    assert answer.err.count("\n") == 1


STREAMING = """
import asyncio, sys, time
from fastapi.responses import StreamingResponse
import api.server
from api import app as application

real = application.create_app

def create_app(*arguments, **options):
    app = real(*arguments, **options)

    async def ticks():
        while True:
            yield b"data: 1\\n\\n"
            await asyncio.sleep(0.05)

    @app.get("/endless")
    async def endless():
        return StreamingResponse(app.state.streams.relay(ticks(), bytes))

    @app.get("/stuck")
    async def stuck():
        time.sleep(600)

    @app.get("/slow")
    async def slow():
        await asyncio.sleep(1)
        return "done"

    return app

application.create_app = api.server.create_app = create_app
from api.cli.commands import main
main()
"""


def opened_request(port: int, path: str) -> http.client.HTTPConnection:
    """A connection on which a path was asked for."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    return connection


@pytest.mark.slow
def test_sigterm_ends_streams_and_lets_answers_under_way_finish(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with serving(log=log, script=STREAMING) as (process, port):
        with closing(opened_request(port, "/endless")) as stream:
            answer = stream.getresponse()
            assert answer.read(9) == b"data: 1\n\n"
            with closing(opened_request(port, "/slow")) as slow:
                time.sleep(0.3)
                process.send_signal(signal.SIGTERM)
                assert slow.getresponse().read() == b'"done"'
            rest = answer.read()
        process.wait(timeout=60)
    assert rest.replace(b"data: 1\n\n", b"") == b""
    assert process.returncode in (0, -signal.SIGTERM)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    routes = {line["route"]: line["status"] for line in lines if "route" in line}
    assert (routes["/endless"], routes["/slow"]) == (200, 200)
    assert not any("error" in line for line in lines)


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/stuck", "/endless"])
def test_service_ends_on_sigterm_whatever_hangs(tmp_path: Path, path: str) -> None:
    with serving(log=tmp_path / "log", script=STREAMING) as (process, port):
        # nobody reads the stream, and the loop may stand still
        asked = opened_request(port, path)
        time.sleep(0.5)
        assert ended(process, signal.SIGTERM) < END_S + 3
        asked.close()


def events_of(answer: http.client.HTTPResponse, count: int) -> list[str]:
    """The ids of so many actions that are sent."""
    ids, name = [], ""
    while len(ids) < count:
        line = answer.readline().decode()
        assert line
        if line.startswith("event: "):
            name = line[7:].strip()
        if line.startswith("id: ") and name == "action":
            ids.append(line[4:].strip())
    return ids


@pytest.mark.slow
def test_what_is_done_is_streamed_and_told_until_sigterm_and_after_it(
    tmp_path: Path, sample_store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, log = str(tmp_path / "town.gpkg"), tmp_path / "log"
    shutil.copy(sample_store_url, path)
    monkeypatch.setenv("PAGODA_WEBHOOK_HOSTS", "127.0.0.1")
    monkeypatch.setenv("PAGODA_SECRET_DESK", SECRET)
    with receiving() as receiver, closing(open_store(path)) as store:
        record_destination(store, "desk", receiver.url)
        receiver.answers = iter([answer(500)])
        with (
            serving("--store", path, log=log) as (process, port),
            closing(opened_request(port, "/stream?after=0")) as stream,
        ):
            response = stream.getresponse()
            assert response.headers["content-type"].startswith("text/event-stream")
            report(store, "H-1", "desk")
            report(store, "H-2", "desk")
            assert events_of(response, 2) == ["1", "2"]
            receiver.wait(1)
            assert ended(process, signal.SIGTERM) < END_S
            assert b"id:" not in response.read()
        with (
            serving("--store", path, log=log) as (_, port),
            closing(opened_request(port, "/stream?after=1")) as stream,
        ):
            assert events_of(stream.getresponse(), 1) == ["2"]
            wait_until(lambda: len(set(receiver.ids())) == 2)
            status, page = ask(port, "GET", "/deliveries")
    assert (status, len(page["deliveries"])) == (200, 2)
    assert {body["phase"] for body in receiver.bodies()} == {"assigned"}
    assert "Traceback" not in log.read_text()


@pytest.fixture(scope="module")
def url(request: pytest.FixtureRequest) -> str:
    """S town in PostgreSQL, for the role that serves it."""
    server = request.getfixturevalue("postgis")
    urls: dict[str, str] = server.town_urls()
    init_sample(urls["owner"], "Asia/Shanghai", 1.0, lambda _: None)
    server.grant(urls)
    return urls["service"]


def children_of(pid: int) -> list[int]:
    """The ids of the processes that one began; none of one that has just ended."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [*map(int, text.split())]


def is_running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][:3]
    except OSError:
        return False


@pytest.mark.postgis
def test_lists_of_events_are_read_from_the_replica_alone(
    url: str, postgis: Any
) -> None:
    app = create_app(Settings(store=url, read_database=url))
    with TestClient(app, base_url=LOCAL) as client:
        assert client.get("/events").status_code == 200
        pages = app.state.event_office.pages
        source = pages.replica.read(lambda store: store)
        assert source is not pages.store
        assert source.store_id == pages.store.store_id
    with pytest.raises(StoreError, match="closed"):
        source.revision()
    other = postgis.fresh_url()
    create_store(other).close()
    with pytest.raises(StoreError, match="PAGODA_READ_DATABASE keeps store"):
        create_app(Settings(store=url, read_database=other))


@pytest.mark.slow
@pytest.mark.postgis
def test_workers_share_a_port_and_one_that_is_killed_is_followed_by_another(
    url: str, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    options = ("--store", url, "--workers", "2")
    with serving(*options, log=log) as (process, port):
        wait_until(lambda: len(answering(port)) == 2)
        first = children_of(process.pid)
        os.kill(first[0], signal.SIGKILL)
        wait_until(lambda: len(set(children_of(process.pid)) - {first[0]}) == 2)
        wait_until(lambda: ask(port, "POST", "/assign", POSITION)[0] == 200)
        wait_until(lambda: len(answering(port)) == 2)
        workers = children_of(process.pid)
        assert ended(process, signal.SIGTERM) < END_S + 3
        assert process.returncode == 0
        assert not any(map(is_running, workers))
    assert f"Worker {first[0]} died with code -9." in log.read_text()


def answering(port: int) -> set[str]:
    """The workers that answer, by what stands before the number in a request id."""
    ids = set()
    for _ in range(20):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/livez")
        ids.add(connection.getresponse().headers["request-id"].partition("-")[0])
        connection.close()
    return ids


@pytest.mark.slow
@pytest.mark.postgis
def test_workers_end_with_their_parent_however_it_ends(
    url: str, tmp_path: Path
) -> None:
    options = ("--store", url, "--workers", "2")
    with serving(*options, log=tmp_path / "log") as (process, _):
        workers = children_of(process.pid)
        assert len(workers) == 2
        process.kill()
        process.wait()
        wait_until(lambda: not any(map(is_running, workers)), END_S + 5)


@pytest.mark.slow
@pytest.mark.postgis
def test_service_that_is_ended_while_its_workers_start_ends_at_once(
    url: str, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "-m", "api", "serve", "--port", "0", "--store", url]
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [*command, "--workers", "2"], cwd=ROOT, stderr=stream
        )
    try:
        wait_until(lambda: children_of(process.pid) or process.poll() is not None)
        ended(process, signal.SIGTERM)
    finally:
        process.kill()
    assert process.returncode == 0, log.read_text()
    assert "does not end and is killed" not in log.read_text()


def memory_of(pid: int) -> dict[str, int]:
    """Kilobytes of a process by what they are, as the system counts them."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    pairs = (line.removesuffix(" kB").split(":") for line in lines)
    return {name: int(size) for name, size in pairs}


@pytest.mark.slow
@pytest.mark.postgis
def test_workers_share_nearly_all_with_the_process_that_started_them(
    url: str, tmp_path: Path
) -> None:
    options = ("--store", url, "--workers", "2")
    with serving(*options, log=tmp_path / "log") as (process, port):
        wait_until(lambda: len(answering(port)) == 2)
        assert ask(port, "POST", "/assign", POSITION)[0] == 200
        processes = [process.pid, *children_of(process.pid)]
        memory = [memory_of(pid) for pid in processes]
    assert len(processes) == 3
    for sizes in memory:
        assert sizes["Private_Dirty"] < 0.4 * sizes["Anonymous"]


@pytest.mark.slow
@pytest.mark.postgis
def test_figures_are_those_of_all_workers(url: str, tmp_path: Path) -> None:
    options = ("--store", url, "--workers", "2")
    with serving(*options, log=tmp_path / "log") as (_, port):
        wait_until(lambda: len(answering(port)) == 2)
        for _ in range(30):
            assert ask(port, "POST", "/assign", POSITION)[0] == 200
        page = ask(port, "GET", "/metrics")[1]
    series = 'pagoda_requests_total{method="POST",route="/assign",status="200"}'
    [line] = [line for line in page.splitlines() if line.startswith(series)]
    assert float(line.rpartition(" ")[2]) == 30


@pytest.mark.slow
@pytest.mark.postgis
def test_service_whose_workers_cannot_start_ends_and_says_why(postgis: Any) -> None:
    empty = postgis.fresh_url()
    create_store(empty).close()
    command = [sys.executable, "-m", "api", "serve", "--port", "0"]
    run = subprocess.run(
        [*command, "--store", empty, "--workers", "2"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert run.returncode == 1
    events = [json.loads(line)["event"] for line in run.stderr.splitlines()]
    assert any("has no version in force; publish one" in event for event in events)
    assert events[-1].startswith("A worker ended with code 2 before it answered")


class _ForkedError(Exception):
    """Ends a worker that is none once it can be ended."""


def test_a_signal_waits_until_a_worker_can_be_ended_by_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    masks: list[set[signal.Signals]] = []

    def look() -> None:
        masks.append({*signal.pthread_sigmask(signal.SIG_BLOCK, [])} & {*ENDINGS})

    def follow_parent() -> None:
        look()
        raise _ForkedError

    before = {number: signal.getsignal(number) for number in ENDINGS}
    process = SimpleNamespace(start=look)
    context = SimpleNamespace(Process=lambda **_: process)
    monkeypatch.setattr(server.multiprocessing, "get_context", lambda _: context)
    ground = SimpleNamespace(follow_parent=follow_parent)
    server._Worker(ground)  # type: ignore[arg-type]
    look()
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
        with pytest.raises(_ForkedError):
            server._work(ground, None)  # type: ignore[arg-type]
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
        for number, handler in before.items():
            signal.signal(number, handler)
    assert masks == [{*ENDINGS}, set(), set()]
