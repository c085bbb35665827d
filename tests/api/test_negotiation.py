"""Doors with a document and a page: who asks gets what it would rather have."""

import re

import pytest
from fastapi.testclient import TestClient

from support.harness.answers import PROBLEM

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
DOORS = [
    "/ogc",
    "/ogc/api",
    "/ogc/conformance",
    "/ogc/collections",
    "/ogc/collections/grids",
    "/ogc/collections/grids/schema",
    "/ogc/collections/grids/items?limit=1",
    "/ogc/tileMatrixSets",
    "/enterprises/E00001",
]


def is_page(client: TestClient, path: str, accept: str) -> bool:
    """Whether an answer is a page; it hangs on Accept and says so."""
    answer = client.get(path, headers={"accept": accept})
    assert answer.status_code in (200, 404)
    names = {name.strip() for name in answer.headers["vary"].split(",")}
    assert "Accept" in names
    assert len(re.findall("Accept\\b(?!-)", answer.headers["vary"])) == 1
    return answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize(
    ("accept", "is_html"),
    [
        (FIREFOX, True),
        ("text/html", True),
        ("*/*", False),
        ("", False),
        ("text/html;q=0.1, application/json", False),
        ("text/html;q=0.1,application/geo+json", False),
        ("text/html;q=0.1, application/*", False),
        ("text/html;q=0.9, */*;q=0.1", True),
        ("text/html;q=0, */*;q=0.1", False),
        ("application/json;q=0.3, text/html;q=0.2", False),
        ("application/json;q=0.2, text/html;q=0.3", True),
    ],
)
def test_who_asks_gets_what_it_would_rather_have(
    client: TestClient, path: str, accept: str, is_html: bool
) -> None:
    assert is_page(client, path, accept) is is_html


def test_form_of_the_query_counts_more_than_the_header(client: TestClient) -> None:
    for path in DOORS[:4]:
        assert is_page(client, f"{path}?f=html", "application/json")
        assert not is_page(client, f"{path}?f=json", "text/html")


def test_problem_of_people_hangs_on_the_header(client: TestClient) -> None:
    assert is_page(client, "/enterprises/none", FIREFOX)
    assert not is_page(client, "/enterprises/none", "text/html;q=0.1, */*")
    answer = client.get("/enterprises/none")
    assert answer.headers["content-type"] == PROBLEM


@pytest.mark.parametrize(
    "path",
    [
        "/risk/levels",
        "/ogc",
        "/ogc?f=html",
        "/ogc/collections",
        "/ogc/collections/grids/items?limit=1",
        "/ogc/tileMatrixSets",
    ],
)
def test_what_is_there_is_not_sent_where_nothing_shall_be_there(
    client: TestClient, path: str
) -> None:
    for method in ("GET", "HEAD"):
        answer = client.request(method, path, headers={"if-none-match": "*"})
        assert (answer.status_code, answer.content) == (304, b"")
    nothing = client.get("/ogc/collections/none", headers={"if-none-match": "*"})
    assert nothing.status_code == 404


def test_page_is_not_what_was_kept_of_the_document(client: TestClient) -> None:
    tag = client.get("/ogc").headers["etag"]
    kept = {"if-none-match": tag, "accept": "text/html"}
    assert client.get("/ogc", headers=kept).status_code == 200
