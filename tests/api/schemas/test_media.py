"""Responses that say what they are."""

import time

import pytest

from api.schemas.media import (
    GeoJSONResponse,
    SVGResponse,
    preferred,
    prefers_html,
)


@pytest.mark.parametrize(
    ("response", "media_type"),
    [
        (GeoJSONResponse({}), "application/geo+json"),
        (SVGResponse("<svg/>"), "image/svg+xml"),
    ],
    ids=["geojson", "svg"],
)
def test_response_says_what_it_is(response: object, media_type: str) -> None:
    assert response.headers["content-type"] == media_type  # type: ignore[attr-defined]


HTML, GEOJSON = "text/html", "application/geo+json"
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "is_html"),
    [
        (FIREFOX, True),
        ("text/html", True),
        ("TEXT/HTML", True),
        ("text/*", True),
        ("text/html;level=1", True),
        ("application/json;q=0.5, text/html;q=0.6", True),
        ("application/json, text/html;q=0.9", False),
        ("text/html, application/json", False),
        ("text/html;q=0", False),
        ("text/html;q=many", False),
        ("*/*", False),
        ("application/json", False),
        ("", False),
        (";;,,q=", False),
        ("text/html;q=0.1, application/geo+json", False),
        ("text/html;q=0.1, application/vnd.oai.openapi+json;version=3.0", False),
        ("application/*+json, text/html;q=0.9", False),
        ("application/json;q=0, text/html;q=0.1", True),
        ("application/json;q=0.2, text/html;q=0.3, */*;q=0.1", True),
        ("text/html;q=0.4, text/*;q=0.9, application/json;q=0.5", False),
        ("text/html;level=1, text/html;q=0.4, application/json;q=0.5", False),
        ("text/html;charset=utf-8, */*;q=0.9", True),
        ('text/html;x="1,2;3";q=0.4, application/json;q=0.5', False),
        ("text/html;q=1.5", False),
        ('text/html;x="', True),
    ],
)
def test_only_who_would_rather_have_a_page_gets_one(accept: str, is_html: bool) -> None:
    assert prefers_html([accept]) is is_html


def test_what_stands_in_several_headers_counts_together() -> None:
    assert not prefers_html(["text/html;q=0.5", "application/json"])
    assert prefers_html(["application/json;q=0.5", "text/html"])
    assert not prefers_html([])


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        # what is named says more than another of JSON
        ("application/geo+json;q=0.2, application/json, text/html;q=0.5", HTML),
        ("application/json, text/html;q=0.5", GEOJSON),
        ("application/json;q=0, */*", GEOJSON),
        ("application/json;q=0.2, text/html;q=0.3, */*;q=0.9", GEOJSON),
    ],
)
def test_json_stands_for_json(accept: str, kind: str) -> None:
    assert preferred([accept], GEOJSON, HTML) == kind


@pytest.mark.parametrize("text", ['"\\' * 9, '"' + '\\"' * 9 + "\\", '"a' * 9])
def test_header_of_odd_quotes_is_read_at_once(text: str) -> None:
    start = time.perf_counter()
    assert preferred([text * 5_000], "a/b", "c/d") == "a/b"
    assert time.perf_counter() - start < 1
