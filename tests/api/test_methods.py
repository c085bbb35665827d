"""Methods of HTTP: HEAD wherever GET is, and all that a path takes in `Allow`."""

import re

import pytest
from fastapi.testclient import TestClient

from api.app import doors
from gis.access import Role
from support.harness.answers import assert_problem
from support.harness.keyed import Keyed

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
ENDLESS = "/stream"
UNKNOWN = {"limti": "5"}
"""A door that is there refuses it before it does anything."""
NAMED = {
    "place_id": "E00001",
    "name": "grids",
    "matrix_set": "WebMercatorQuad",
    "event_id": "none",
}


def paths_of(method: str | None = None) -> list[str]:
    """Every path of the service that takes a method, something put in for its parts."""
    return sorted(
        {
            re.sub(r"{([^}:]*)[^}]*}", lambda part: NAMED.get(part[1], "1"), door.path)
            for door in doors()
            if method is None or method in (door.methods or ())
        }
    )


def test_allow_names_every_method_that_a_path_takes(keyed: Keyed) -> None:
    assert {"/", "/events", "/login", "/enterprises/E00001"} <= {*paths_of()}
    for path in paths_of():
        answers = {
            method: keyed.client.request(method, path, params=UNKNOWN)
            for method in METHODS
        }
        taken = [m for m in METHODS if answers[m].status_code != 405]
        assert taken, path
        refused = [answers[m] for m in METHODS if m not in taken]
        assert {a.headers["allow"] for a in refused} == {", ".join(taken)}, path
        assert ("HEAD" in taken) == ("GET" in taken), path
    assert_problem(keyed.client.delete("/events"), 405, "http-error")
    assert keyed.client.options("/events").headers["allow"] == "GET, HEAD, POST"


def test_head_is_answered_as_get_is_without_content(client: TestClient) -> None:
    paths = [path for path in paths_of("GET") if path != ENDLESS]
    assert len(paths) > 50
    for path in paths:
        answer, head = (
            client.request(method, path, follow_redirects=False)
            for method in ("GET", "HEAD")
        )
        assert head.status_code == answer.status_code, path
        assert head.content == b""
        names = ("content-type", "etag", "vary", "content-encoding")
        for name in (*names, "content-security-policy", "cache-control"):
            assert head.headers.get(name) == answer.headers.get(name), (path, name)


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_head_says_the_length_that_get_has(client: TestClient, encoding: str) -> None:
    headers = {"accept-encoding": encoding}
    for path in ("/risk/grids", "/openapi.json", "/ogc/collections"):
        head = client.head(path, headers=headers)
        with client.stream("GET", path, headers=headers) as answer:
            length = len(b"".join(answer.iter_raw()))
        assert int(head.headers["content-length"]) == length, path
        assert head.headers.get("content-encoding", "identity") == encoding


def test_head_of_a_stream_opens_none(client: TestClient, keyed: Keyed) -> None:
    answer = client.head(ENDLESS)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "content-length" not in answer.headers
    assert client.app.state.streams.count == 0  # type: ignore[attr-defined]
    assert client.head(ENDLESS, params={"after": "x"}).status_code == 422
    assert keyed.client.head(ENDLESS).status_code == 401


def test_head_is_no_way_around_a_door(keyed: Keyed) -> None:
    for path in paths_of("GET"):
        if path == ENDLESS:
            continue
        for role in (None, *Role):
            headers = keyed.headers(role)
            answer, head = (
                keyed.client.request(method, path, params=UNKNOWN, headers=headers)
                for method in ("GET", "HEAD")
            )
            assert head.status_code == answer.status_code, (path, role)
    assert keyed.client.head("/events").status_code == 401
    wrong = {"authorization": "Bearer none"}
    assert keyed.client.head("/livez", headers=wrong).status_code == 401


def test_head_is_counted_with_its_route(client: TestClient) -> None:
    client.head("/grids/none")
    line = 'method="HEAD",route="/grids/{grid_id}",status="404"'
    assert line in client.get("/metrics").text
    client.head("/assign")
    line = 'method="HEAD",route="/assign",status="405"'
    assert line in client.get("/metrics").text
