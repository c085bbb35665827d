"""Responses that say what they are, in the OpenAPI document as on the wire."""

import re
from typing import Any

import orjson
from fastapi.responses import JSONResponse, Response


class GeoJSONResponse(JSONResponse):
    """GeoJSON (RFC 7946)."""

    media_type = "application/geo+json"

    def render(self, content: Any) -> bytes:
        """Return a document as bytes; bytes are one already."""
        return content if isinstance(content, bytes) else orjson.dumps(content)


class SVGResponse(Response):
    """A picture."""

    media_type = "image/svg+xml"


def prefers_html(accept: str) -> bool:
    """Say whether a client would rather have HTML than JSON (RFC 9110, 12.5.1).

    Parameters
    ----------
    accept
        The header; who names neither, or both alike, has JSON.

    Examples
    --------
    >>> [prefers_html(a) for a in ("text/html,*/*;q=0.8", "*/*", "application/json")]
    [True, False, False]
    """
    weights = {
        kind.partition(";")[0].strip().lower(): _weight(kind)
        for kind in accept.split(",")
    }
    rest = weights.get("*/*", 0.0)
    html = weights.get("text/html", weights.get("text/*", rest))
    return html > weights.get("application/json", weights.get("application/*", rest))


def accepts_gzip(encodings: str) -> bool:
    """Say whether a client takes an answer compressed by gzip (RFC 9110, 12.5.3).

    Parameters
    ----------
    encodings
        The header Accept-Encoding; empty where there is none.

    Examples
    --------
    >>> [accepts_gzip(e) for e in ("br, gzip", "gzip;q=0, *", "*", "identity", "")]
    [True, False, True, False, False]
    """
    weights = {
        coding.partition(";")[0].strip().lower(): _weight(coding)
        for coding in encodings.split(",")
    }
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def _weight(kind: str) -> float:
    """Return the weight of one entry; one that cannot be read counts for nothing."""
    for parameter in kind.split(";")[1:]:
        name, _, value = parameter.strip().partition("=")
        if name.lower() == "q":
            return float(value) if re.fullmatch(r"[01](\.\d{0,3})?", value) else 0.0
    return 1.0
