"""Responses that say what they are, in the OpenAPI document as on the wire."""

from fastapi.responses import JSONResponse, Response


class GeoJSONResponse(JSONResponse):
    """GeoJSON (RFC 7946)."""

    media_type = "application/geo+json"


class SVGResponse(Response):
    """A picture."""

    media_type = "image/svg+xml"
