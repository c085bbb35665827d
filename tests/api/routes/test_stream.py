"""The stream over HTTP: lines, ids, limits, its end."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.errors import install_handlers
from api.gate import Gate
from api.routes import stream
from api.service.events.live import Live
from api.streams import Streams
from layers.stores import open_store
from support.harness.answers import assert_problem
from support.harness.coroutines import run
from support.harness.gates import gate_parts
from support.harness.keyless import without_keys
from support.harness.sse import reading
from support.makers.loop_entries import intake_of

SECRET = b'{"secret":"answer"}'


def put(store, *entries):
    for entry in entries:
        store.append([entry]).result()


def stream_app(store, streams):
    """The door of the stream alone."""
    app = FastAPI()
    app.include_router(stream.router)
    install_handlers(app)
    app.state.streams = streams
    app.state.live = Live(store, stream.line_of)
    return without_keys(app, store)


@asynccontextmanager
async def streaming(store, streams=None):
    """The door of the stream, followed."""
    app = stream_app(store, streams or Streams())
    async with app.state.live:
        yield app


def test_line_says_the_step_and_the_area_and_neither_answer_nor_key():
    store = open_store("memory:")
    entry = intake_of("H-1", answer=SECRET, key_id="K-SECRET", role="source")
    put(store, entry)

    async def scene():
        async with streaming(store) as app, reading(app, "after=0") as reader:
            return await reader.events(1)

    [(row, name, data)] = run(scene())
    assert (row, name, data["row"], data["seq"]) == ("1", "action", 1, 1)
    assert data["event_id"] == entry.event.event.event_id
    assert (data["action"], data["role"]) == ("report", "source")
    assert (data["state"], data["area_path"]) == ("collected", "C1-01/C2-01/")
    assert data["at"].endswith("Z")
    assert "secret" not in str(data).lower()


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("after=2", ()),
        ("", [("Last-Event-ID", "2")]),
        # a browser comes back to the address that it first asked for
        ("after=0", [("Last-Event-ID", "2")]),
    ],
)
def test_stream_goes_on_after_the_last_id(query, headers):
    store = open_store("memory:")
    put(store, *(intake_of(f"H-{number}") for number in range(4)))

    async def scene():
        async with streaming(store) as app, reading(app, query, headers) as reader:
            return [row for row, _, _ in await reader.events(2)]

    assert run(scene()) == ["3", "4"]


def test_stream_without_id_begins_now():
    store = open_store("memory:")
    put(store, intake_of("H-1"))

    async def scene():
        async with streaming(store) as app, reading(app) as reader:
            while app.state.streams.count == 0:
                await asyncio.sleep(0.01)
            await asyncio.to_thread(put, store, intake_of("H-2"))
            return [row for row, _, _ in await reader.events(1)]

    assert run(scene()) == ["2"]


def test_stream_says_at_once_where_it_begins():
    store = open_store("memory:")
    put(store, intake_of("H-1"), intake_of("H-2"))

    async def scene():
        async with streaming(store) as app, reading(app) as reader:
            while not reader.all_so_far():
                await asyncio.sleep(0.01)
            return reader.all_so_far()

    [(row, name, data)] = run(scene())
    # whoever breaks off before the first action goes on from here
    assert (row, name, list(data)) == ("2", "pulse", ["at"])


@pytest.mark.parametrize("value", ["-1", "x", "1.5", "1_0", str(2**63), ""])
def test_id_that_is_none_is_refused(value):
    app = stream_app(open_store("memory:"), Streams())
    client = TestClient(app)
    assert_problem(client.get(f"/stream?after={value}"), 422, "invalid-request")
    answer = client.get("/stream", headers={"Last-Event-ID": value})
    assert_problem(answer, 422, "invalid-request")


def test_one_stream_too_many_is_told_to_come_back():
    client = TestClient(stream_app(open_store("memory:"), Streams(most=0)))
    answer = client.get("/stream")
    assert_problem(answer, 503, "http-error")
    assert answer.headers["retry-after"]


def test_streams_end_with_the_service_and_are_counted():
    async def scene():
        streams = Streams()
        async with (
            streaming(open_store("memory:"), streams) as app,
            reading(app) as first,
            reading(app) as second,
        ):
            while streams.count < 2:
                await asyncio.sleep(0.01)
            streams.end()
            while not (first.is_over and second.is_over):
                await asyncio.sleep(0.01)
        return first.status, streams.count

    assert run(scene()) == (200, 0)


def test_reader_that_takes_nothing_is_let_go():
    store = open_store("memory:")
    put(store, *(intake_of(f"H-{number}") for number in range(10)))

    async def scene():
        streams = Streams()
        async with streaming(store, streams) as app:
            gate = Gate(app, gate_parts(patience_s=0.1, streams=streams))
            async with reading(gate, "after=0") as slow:
                slow.is_stuck = True
                while not slow.is_over:
                    await asyncio.sleep(0.01)
                while streams.count:
                    await asyncio.sleep(0.01)

    run(asyncio.wait_for(scene(), 20))
