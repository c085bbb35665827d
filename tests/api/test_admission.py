"""What is let in: queries that a route knows, bodies of a size, so many a client."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Iterator

import pytest
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.admission import (
    CLIENTS,
    MOST_BODY_BYTES,
    BodyLimit,
    Door,
    PlainDoor,
    RateLimit,
)
from api.errors import install_handlers
from support.harness.answers import assert_problem
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

    app = FastAPI()
    app.include_router(router)
    install_handlers(app)
    app.add_middleware(BodyLimit, most_bytes=SMALL)
    return TestClient(app)


@pytest.fixture(scope="module")
def plain() -> TestClient:
    """A door that hands the request to its function as it came."""
    router = APIRouter(route_class=PlainDoor)

    @router.post("/plain")
    async def plain(request: Request) -> Response:
        return Response(str(len(await request.body())), status_code=202)

    app = FastAPI()
    app.include_router(router)
    install_handlers(app)
    app.add_middleware(BodyLimit, most_bytes=SMALL)
    return TestClient(app)


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


def test_endless_body_takes_no_memory() -> None:
    async def endless() -> AsyncIterator[dict[str, object]]:
        while True:
            yield {"type": "http.request", "body": b"x" * 65536, "more_body": True}

    async def gather(_scope: object, receive: object, _send: object) -> None:
        pieces = []
        while True:
            pieces.append(await receive())  # type: ignore[operator]

    pieces = endless()
    call = BodyLimit(gather)(
        {"type": "http", "headers": []}, pieces.__anext__, pieces.__anext__
    )
    tracemalloc.start()
    with pytest.raises(Exception, match="413"):
        asyncio.run(call)  # type: ignore[arg-type]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * MEBIBYTE


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
    assert response.status_code == 422


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
    assert response.json()["errors"][-1]["rule"] == "Field required"


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        (b'{"a": 1, "b": 2, "a": 1}', "body.a", "stands 2 times"),
        (b'{"b": [{"c": 1, "c": 2}]}', "body.c", "stands 2 times"),
        (b'{"a": 1, "\\u0061": 2}', "body.a", "stands 2 times"),
        (b'{"a": "\xb8\xf1"}', "body", "is no UTF-8 at byte 7"),
        ('{"a": 1}'.encode("utf-16"), "body", "is no UTF-8 at byte 0"),
        (b'{"a": 1} {}', "body", "Invalid JSON: Extra data at line 1 column 10"),
        (b"", "body", "Invalid JSON"),
    ],
    ids=["twice", "inside", "escaped", "gbk", "utf-16", "two values", "empty"],
)
def test_body_that_could_be_read_in_two_ways_is_refused(
    client: TestClient, path: str, body: bytes, field: str, words: str
) -> None:
    headers = {"content-type": "application/json"}
    response = client.post(path, content=body, headers=headers)
    assert_problem(response, 422, "invalid-request")
    (fault,) = response.json()["errors"]
    assert fault["field"] == field
    assert words in fault["rule"]


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 5000 + b"1" + b"}" * 5000])
def test_body_that_is_nested_too_deep_cannot_be_read(
    client: TestClient, path: str, body: bytes
) -> None:
    headers = {"content-type": "application/json"}
    response = client.post(path, content=body, headers=headers)
    assert_problem(response, 400, "http-error")


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


@given(
    st.lists(
        st.tuples(st.floats(0, 30, allow_nan=False), st.sampled_from("ab")),
        max_size=60,
    )
)
def test_no_client_has_more_than_its_requests_in_a_span(
    steps: list[tuple[float, str]],
) -> None:
    count, span_s, time = 5, 60.0, 0.0
    limit = RateLimit(count, span_s, now=lambda: time)
    let_in: dict[str, list[float]] = {"a": [], "b": []}
    for wait, client in steps:
        time += wait
        if limit.wait_s(client) == 0:
            let_in[client].append(time)
    for times in let_in.values():
        for i, start in enumerate(times):
            later = [t for t in times[i:] if t - start < span_s]
            # what was free at first, and what came back in the span
            assert len(later) <= 2 * count


def test_client_that_waits_as_long_as_it_is_told_is_let_in() -> None:
    time = 0.0
    limit = RateLimit(3, 60.0, now=lambda: time)
    waits = [limit.wait_s("192.0.2.1") for _ in range(5)]
    assert waits == [0, 0, 0, 20, 20]
    time = 19.0
    assert limit.wait_s("192.0.2.1") == 1
    time = 20.0
    assert limit.wait_s("192.0.2.1") == 0
    assert limit.wait_s("192.0.2.1") == 20


def test_addresses_of_one_network_of_ipv6_are_one_client() -> None:
    limit = RateLimit(1, 60.0, now=lambda: 0.0)
    assert limit.wait_s("2001:db8:0:1::1") == 0
    assert limit.wait_s("2001:db8:0:1:ffff::2") == 60
    assert limit.wait_s("2001:db8:0:2::1") == 0
    assert limit.wait_s("192.0.2.1") == limit.wait_s("192.0.2.2") == 0


def test_clients_that_waited_long_enough_are_let_go() -> None:
    time = 0.0
    limit = RateLimit(2, 60.0, now=lambda: time)
    for number in range(CLIENTS):
        limit.wait_s(f"client {number}")
    time = 31.0
    limit.wait_s("another")
    assert set(limit._free_at) == {"another"}
