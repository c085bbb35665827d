"""Responses that say what they are."""

import pytest

from api.schemas.media import GeoJSONResponse, SVGResponse


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
