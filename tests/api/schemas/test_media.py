"""Responses that say what they are."""

import pytest

from api.schemas.media import GeoJSONResponse, SVGResponse, prefers_html


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
    ],
)
def test_only_who_would_rather_have_a_page_gets_one(accept: str, is_html: bool) -> None:
    assert prefers_html(accept) is is_html
