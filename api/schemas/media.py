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
    weights = _weights(accept)
    rest = weights.get("*/*", 0.0)
    html = weights.get("text/html", weights.get("text/*", rest))
    return html > weights.get("application/json", weights.get("application/*", rest))


def prefers(accept: str, kind: str, default: str) -> bool:
    """Say whether a client would rather have one format than another.

    Parameters
    ----------
    accept
        The header; who names neither, or both alike, has the second.
    kind, default
        Media types.

    Examples
    --------
    >>> headers = ("text/csv", "a/b, text/csv;q=0.5", "*/*", "")
    >>> [prefers(accept, "text/csv", "a/b") for accept in headers]
    [True, False, False, False]
    """
    weights = _weights(accept)
    return weights.get(kind, 0.0) > weights.get(default, weights.get("*/*", 0.0))


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
    weights = _weights(encodings)
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def _weights(header: str) -> dict[str, float]:
    """Return the entries of a header in small letters, and the weight of each."""
    return {
        entry.partition(";")[0].strip().lower(): _weight(entry)
        for entry in header.split(",")
    }


def _weight(kind: str) -> float:
    """Return the weight of one entry; one that cannot be read counts for nothing."""
    for parameter in kind.split(";")[1:]:
        name, _, value = parameter.strip().partition("=")
        if name.lower() == "q":
            return float(value) if re.fullmatch(r"[01](\.\d{0,3})?", value) else 0.0
    return 1.0
