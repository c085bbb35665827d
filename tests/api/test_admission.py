"""What is let in: queries that a route knows, bodies of a size, so many a key."""

import gzip
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.testclient import TestClient

from api.admission import MOST_BODY_BYTES, Door, PlainDoor
from api.errors import install_handlers
from api.rates import Rate
from support.harness.answers import assert_problem
from support.harness.coroutines import run
from support.harness.gates import behind_gate
from support.harness.keyed import Keyed

SMALL = 100
MEBIBYTE = 1 << 20


@pytest.fixture(scope="module")
def small() -> TestClient:
    """Doors that say how many bytes they were sent, at most `SMALL`."""
    router = APIRouter(route_class=Door)

    @router.post("/raw")
    async def raw(request: Request) -> int:
        return len(await request.body())

    @router.post("/json")
    def parsed(body: list[str]) -> int:
        return len(body)

    app = FastAPI(max_body_size=SMALL)
    app.include_router(router)
    install_handlers(app)
    return TestClient(behind_gate(app))


@pytest.fixture(scope="module")
def plain() -> TestClient:
    """A door that hands the request to its function as it came."""
    router = APIRouter(route_class=PlainDoor)

    @router.post("/plain")
    async def plain(request: Request) -> Response:
        return Response(str(len(await request.body())), status_code=202)

    app = FastAPI(max_body_size=SMALL)
    app.include_router(router)
    install_handlers(app)
    return TestClient(behind_gate(app))


def test_function_of_a_plain_door_writes_the_response(plain: TestClient) -> None:
    response = plain.post("/plain", json={"n": 1})
    assert (response.status_code, response.text) == (202, "7")


def test_plain_door_lets_in_no_more_than_others(plain: TestClient) -> None:
    assert_problem(plain.post("/plain?x=1"), 400, "unknown-parameter")
    assert_problem(plain.post("/plain", content=b"abc"), 415, "http-error")
    long, headers = b"x" * (SMALL + 1), {"Content-Type": "application/json"}
    for content in (long, in_pieces(long)):
        answer = plain.post("/plain", content=content, headers=headers)
        assert_problem(answer, 413, "http-error")


def in_pieces(content: bytes) -> Iterator[bytes]:
    """Send a body without saying how long it is."""
    for start in range(0, len(content), 7):
        yield content[start : start + 7]


@pytest.mark.parametrize("length", [0, 1, SMALL - 1, SMALL])
@pytest.mark.parametrize("is_chunked", [False, True], ids=["declared", "chunked"])
def test_body_up_to_the_limit_is_read_whole(
    small: TestClient, length: int, is_chunked: bool
) -> None:
    content = b"x" * length
    body = in_pieces(content) if is_chunked else content
    assert small.post("/raw", content=body).json() == length


@pytest.mark.parametrize("path", ["/raw", "/json"])
@pytest.mark.parametrize("is_chunked", [False, True], ids=["declared", "chunked"])
def test_body_beyond_the_limit_is_a_problem(
    small: TestClient, path: str, is_chunked: bool
) -> None:
    content = b'["' + b"x" * SMALL + b'"]'
    body = in_pieces(content) if is_chunked else content
    headers = {"content-type": "application/json"}
    response = small.post(path, content=body, headers=headers)
    assert_problem(response, 413, "http-error")
    assert response.headers["connection"] == "close"


def test_length_that_is_too_small_for_the_body_does_not_help(small: TestClient) -> None:
    headers = {"content-length": "5"}
    response = small.post("/raw", content=b"x" * (SMALL + 1), headers=headers)
    assert_problem(response, 413, "http-error")


def test_endless_body_takes_no_memory(small: TestClient) -> None:
    async def endless() -> AsyncIterator[dict[str, object]]:
        while True:
            yield {"type": "http.request", "body": b"x" * 65536, "more_body": True}

    answer: list[dict[str, object]] = []

    async def keep(message: dict[str, object]) -> None:
        answer.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/raw",
        "query_string": b"",
        "headers": [],
    }
    call = small.app(scope, endless().__anext__, keep)  # type: ignore[arg-type]
    tracemalloc.start()
    run(call)  # type: ignore[arg-type]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer[0]["status"] == 413
    assert peak < 3 * MEBIBYTE


def test_route_may_take_longer_bodies_than_the_others() -> None:
    app = FastAPI(max_body_size=SMALL)
    install_handlers(app)

    @app.post("/batch", max_body_size=10 * SMALL)
    async def batch(request: Request) -> int:
        return len(await request.body())

    client = TestClient(behind_gate(app))
    long = b"x" * (10 * SMALL)
    for content in (long, in_pieces(long)):
        assert client.post("/batch", content=content).json() == len(long)
    for content in (long + b"x", in_pieces(long + b"x")):
        assert_problem(client.post("/batch", content=content), 413, "http-error")


@pytest.mark.parametrize("path", ["/assign", "/inspections", "/livez", "/nope"])
def test_service_takes_no_body_above_one_mebibyte(
    client: TestClient, path: str
) -> None:
    assert MOST_BODY_BYTES == MEBIBYTE
    response = client.post(path, content=b" " * (MEBIBYTE + 1))
    assert_problem(response, 413, "http-error")


@pytest.mark.parametrize("path", ["/assign", "/inspections"])
def test_body_of_one_mebibyte_is_read(client: TestClient, path: str) -> None:
    headers = {"content-type": "application/json"}
    response = client.post(path, content=b" " * MEBIBYTE, headers=headers)
    assert_problem(response, 400, "invalid-json")


DOORS = ["/assign", "/inspections"]


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize(
    "kind",
    [
        None,
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=gbk",
        "application/jsonp",
        "json",
    ],
)
def test_body_that_is_not_declared_as_json_is_refused(
    client: TestClient, path: str, kind: str | None
) -> None:
    headers = {} if kind is None else {"content-type": kind}
    response = client.post(path, content=b"{}", headers=headers)
    assert_problem(response, 415, "http-error")


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("kind", ["application/json", "Application/JSON;charset=utf-8"])
def test_body_that_is_declared_as_json_is_read(
    client: TestClient, path: str, kind: str
) -> None:
    response = client.post(path, content=b"{}", headers={"content-type": kind})
    assert response.json()["errors"][-1]["rule"] == "is missing, expected a value"


@pytest.mark.parametrize("path", DOORS)
def test_body_that_is_compressed_is_refused(client: TestClient, path: str) -> None:
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    response = client.post(path, content=gzip.compress(b"{}"), headers=headers)
    assert_problem(response, 415, "http-error")
    assert "Content-Encoding 'gzip'" in response.json()["detail"]


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"a": 1, "b": 2, "a": 1}', "has the name 'a' 2 times in one object"),
        (b'{"a": "\xb8\xf1"}', "is no UTF-8 at byte 7"),
        (b'{"a": NaN}', "has the number NaN"),
        (b"[" * 100_000, "is nested too deep"),
        (b"", "is no JSON at line 1 column 1"),
    ],
    ids=["twice", "gbk", "nan", "deep", "empty"],
)
def test_body_that_could_be_read_in_two_ways_cannot_be_read(
    client: TestClient, path: str, body: bytes, words: str
) -> None:
    headers = {"content-type": "application/json"}
    response = client.post(path, content=body, headers=headers)
    assert_problem(response, 400, "invalid-json")
    assert words in response.json()["detail"]


def test_nobody_is_sent_on_to_a_host_that_a_client_names(keyed: Keyed) -> None:
    response = keyed.client.get(
        "/livez/", headers={"host": "stranger.example"}, follow_redirects=False
    )
    assert_problem(response, 404, "http-error")
    assert "location" not in response.headers


def paths_of(client: TestClient) -> list[tuple[str, str]]:
    """Every path of the service with a method, some id put in."""
    document = client.get("/openapi.json").json()
    pairs = [
        (method, path.replace("{place_id}", "E00001").replace("{grid_id}", "G1"))
        for path, methods in document["paths"].items()
        for method in methods
    ]
    return [*pairs, ("get", "/openapi.json")]


def test_every_path_refuses_a_parameter_that_it_does_not_know(
    client: TestClient,
) -> None:
    paths = paths_of(client)
    assert len(paths) > 10
    for method, path in paths:
        response = client.request(method, path, params={"limti": "5"})
        assert_problem(response, 400, "unknown-parameter")
        assert "'limti'" in response.json()["detail"]
        assert "limti" in response.json()["detail_zh"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("On=2026-09-30", "'On' where this path takes grid, known_at, limit, on"),
        ("on=2026-09-30&on=2026-09-29", "'on' 2 times"),
        ("=5", "''"),
        ("%F0%9F%98%80=1", "😀"),
        ("limit", None),
        ("limit=5&", None),
        ("", None),
    ],
)
def test_parameters_are_held_to_their_names_letter_by_letter(
    client: TestClient, query: str, words: str | None
) -> None:
    response = client.get(f"/inspections/due?{query}")
    if words is None:
        assert response.status_code in {200, 422}
        return
    assert_problem(response, 400, "unknown-parameter")
    assert words in response.json()["detail"]


@dataclass(frozen=True)
class Caller:
    """Who asks, as far as a door looks."""

    key_id: str


def test_key_that_asks_too_often_must_wait_wherever_it_asks_from() -> None:
    router = APIRouter(route_class=Door)

    @router.get("/door")
    def door() -> int:
        return 1

    app = FastAPI()
    app.include_router(router)
    install_handlers(app)
    app.state.key_limit = Rate(2, now=lambda: 0.0)
    client = TestClient(app)

    @app.middleware("http")
    async def name_caller(request: Request, call_next: Any) -> Response:
        if key_id := request.headers.get("key"):
            request.state.caller = Caller(key_id)
        response: Response = await call_next(request)
        return response

    codes = [client.get("/door", headers={"key": "K1"}).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    answer = client.get("/door", headers={"key": "K1"})
    assert_problem(answer, 429, "http-error")
    assert answer.headers["retry-after"] == "60"
    assert client.get("/door", headers={"key": "K2"}).status_code == 200
    assert client.get("/door").status_code == 200
