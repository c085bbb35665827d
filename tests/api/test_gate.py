"""What every request passes first: limits, its count and its line."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient

from api.errors import install_handlers
from api.gate import Gate
from api.logs import request_log
from api.rates import Rate
from api.streams import Streams
from support.harness.answers import assert_problem
from support.harness.coroutines import run
from support.harness.gates import behind_gate, gate_parts

NUMBER = "42f1-of-a-citizen"


@pytest.fixture
def app() -> FastAPI:
    """A door with a token in its path, one that fails, and that of health."""
    app = FastAPI(max_body_size=10)
    install_handlers(app)

    @app.get("/t/{token}")
    def follow(token: str) -> int:
        return len(token)

    @app.get("/failed")
    def failed() -> None:
        raise ZeroDivisionError(NUMBER)

    @app.get("/livez")
    async def livez() -> int:
        return 1

    return app


def lines_of(app: FastAPI, *paths: str) -> list[dict[str, Any]]:
    """The lines of the log that requests leave."""
    stream = io.StringIO()
    gate = behind_gate(app, log=request_log("json", stream))
    client = TestClient(gate, raise_server_exceptions=False)
    for path in paths:
        client.get(path)
    assert NUMBER not in stream.getvalue()
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_line_has_the_template_of_a_path_and_nothing_that_was_asked(
    app: FastAPI,
) -> None:
    [line] = lines_of(app, f"/t/{NUMBER}?note={NUMBER}")
    assert (line["route"], line["method"], line["status"]) == ("/t/{token}", "GET", 200)
    assert line["duration_ms"] > 0
    assert line["request_id"]


def test_line_of_an_unknown_path_does_not_say_it(app: FastAPI) -> None:
    [line] = lines_of(app, f"/{NUMBER}")
    assert (line["route"], line["status"]) == ("other", 404)


def test_failure_is_counted_and_logged_as_it_was_answered(app: FastAPI) -> None:
    [line] = lines_of(app, "/failed")
    assert (line["route"], line["status"]) == ("/failed", 500)


def test_line_says_which_key_asked() -> None:
    app, stream = FastAPI(), io.StringIO()

    @app.get("/")
    def door(request: Request) -> int:
        request.state.caller = type("Caller", (), {"key_id": "K1"})
        return 1

    TestClient(behind_gate(app, log=request_log("json", stream))).get("/")
    assert json.loads(stream.getvalue())["key_id"] == "K1"


def test_answer_has_the_id_of_its_line_and_each_another(app: FastAPI) -> None:
    client = TestClient(behind_gate(app))
    ids = {client.get("/livez").headers["request-id"] for _ in range(3)}
    assert len(ids) == 3


def test_made_up_method_makes_no_series_of_its_own(app: FastAPI) -> None:
    parts = gate_parts()
    client = TestClient(Gate(app, parts))
    for number in range(3):
        client.request(f"M{number}", f"/{number}")
    page = parts.telemetry.page()
    assert b'pagoda_requests_total{method="other",route="other",status="404"} 3' in page


def test_address_that_asks_too_often_must_wait(app: FastAPI) -> None:
    gate = behind_gate(app, rate=Rate(2, now=lambda: 0.0))
    first = TestClient(gate, client=("192.0.2.1", 1))
    codes = [first.get("/t/1").status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    answer = first.get("/t/1")
    assert_problem(answer, 429, "http-error")
    assert answer.headers["retry-after"] == "60"
    assert first.get("/livez").status_code == 200
    other = TestClient(gate, client=("192.0.2.2", 1))
    assert other.get("/t/1").status_code == 200


def test_address_is_all_of_its_network_of_ipv6(app: FastAPI) -> None:
    gate = behind_gate(app, rate=Rate(1, now=lambda: 0.0))
    near = [TestClient(gate, client=(f"2001:db8::{n}", 1)) for n in (1, 2)]
    assert [client.get("/t/1").status_code for client in near] == [200, 429]


def ask(app: Gate, path: str) -> "asyncio.Task[list[dict[str, Any]]]":
    """Ask for a path in a task, which gives the messages of the answer."""

    async def call() -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = []

        async def send(message: Any) -> None:
            messages.append(message)

        await app(scope_of(path), asyncio.Queue().get, send)  # type: ignore[arg-type]
        return messages

    return asyncio.create_task(call())


def scope_of(path: str) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [],
        "client": ("192.0.2.1", 1),
    }


def test_more_requests_than_are_answered_at_once_are_refused_at_once() -> None:
    async def scene() -> None:
        app, door = FastAPI(), asyncio.Event()

        @app.get("/slow")
        async def slow() -> int:
            await door.wait()
            return 1

        @app.get("/livez")
        async def livez() -> int:
            return 1

        gate = behind_gate(app, most_in_flight=2)
        under_way = [ask(gate, "/slow") for _ in range(2)]
        await asyncio.sleep(0)
        [head, body] = await ask(gate, "/slow")
        assert head["status"] == 503
        headers = dict(head["headers"])
        assert headers[b"content-type"] == b"application/problem+json"
        assert int(headers[b"retry-after"]) > 0
        assert json.loads(body["body"])["detail_zh"].endswith("。")
        assert (await ask(gate, "/livez"))[0]["status"] == 200
        door.set()
        answers = await asyncio.gather(*under_way, ask(gate, "/slow"))
        assert [messages[0]["status"] for messages in answers] == [200] * 3

    run(scene())


def test_open_streams_take_no_room_of_requests() -> None:
    async def scene() -> None:
        app, streams = FastAPI(), Streams()

        async def silence() -> AsyncIterator[bytes]:
            yield b": here\n\n"
            await asyncio.Event().wait()

        @app.get("/stream")
        async def stream() -> Response:
            return StreamingResponse(streams.relay(silence(), bytes))

        @app.get("/quick")
        async def quick() -> int:
            return 1

        gate = behind_gate(app, most_in_flight=1, streams=streams)
        tasks = []
        for _ in range(3):
            tasks.append(ask(gate, "/stream"))
            for _ in range(100):
                await asyncio.sleep(0)
        assert streams.count == 3
        assert (await ask(gate, "/quick"))[0]["status"] == 200
        streams.end()
        await asyncio.gather(*tasks)

    run(scene())


def test_reader_that_takes_nothing_of_a_stream_is_let_go(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scene() -> None:
        app, streams = FastAPI(), Streams()

        async def numbers() -> AsyncIterator[bytes]:
            while True:
                yield b"data: 1\n\n"

        @app.get("/stream")
        async def stream() -> Response:
            return StreamingResponse(streams.relay(numbers(), bytes))

        gate = behind_gate(app, streams=streams, patience_s=0.01)

        async def take_the_head(message: Any) -> None:
            if message["type"] == "http.response.body":
                await asyncio.Event().wait()

        receive = asyncio.Queue().get
        await asyncio.wait_for(gate(scope_of("/stream"), receive, take_the_head), 30)
        for _ in range(100):
            await asyncio.sleep(0)
        assert streams.count == 0

    run(scene())
    assert "let go" in caplog.text


@pytest.mark.parametrize("path", ["/livez", "/t/1", "/nope"])
def test_body_that_nobody_reads_is_refused_as_every_problem(
    app: FastAPI, path: str
) -> None:
    client = TestClient(behind_gate(app))
    answer = client.request("GET", path, content=b"x" * 11)
    assert_problem(answer, 413, "http-error")
    assert answer.headers["connection"] == "close"
    assert int(answer.headers["content-length"]) == len(answer.content)
