"""Responses that say what they are, in the OpenAPI document as on the wire."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from fastapi.responses import JSONResponse, Response

HTML: Final = "text/html"
UTF_8: Final = ("charset=utf-8", 'charset="utf-8"')
"""What every text here is in."""
_JSON: Final = re.compile(r"application/(?:[^;]+\+)?json;?")
_ENTRY: Final = re.compile(r'(?:"(?:\\.?|[^"\\])*(?:"|$)|[^",])+')
_PART: Final = re.compile(r'(?:"(?:\\.?|[^"\\])*(?:"|$)|[^";])+')
"""What commas and semicolons divide, which may stand in quotes."""
_QUALITY: Final = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?", re.ASCII)


class GeoJSONResponse(JSONResponse):
    """GeoJSON (RFC 7946)."""

    media_type = "application/geo+json"

    def render(self, content: Any) -> bytes:
        """Return a document as bytes; bytes are one already."""
        return content if isinstance(content, bytes) else orjson.dumps(content)


class SVGResponse(Response):
    """A picture."""

    media_type = "image/svg+xml"


def preferred(accept: Sequence[str], *kinds: str) -> str:
    """Return which of some media types a client would rather have (RFC 9110, 12.5.1).

    The most exact range that a type falls under has its weight. A type of JSON that is
    not named is wanted as much as another of JSON: who reads GeoJSON reads JSON.

    Parameters
    ----------
    accept
        Values of the header Accept; none where there is none.
    kinds
        Media types that can be sent; the first where none is wanted more than it.

    Examples
    --------
    >>> headers = ("text/csv", "a/b, text/csv;q=0.5", "text/*;q=0.2, a/b;q=0.1", "*/*")
    >>> [preferred([accept], "a/b", "text/csv") for accept in headers]
    ['text/csv', 'a/b', 'text/csv', 'a/b']
    """
    weights = _weights(",".join(accept))
    return max(kinds, key=lambda kind: _weight_of(kind, weights))


def prefers_html(accept: Sequence[str], kind: str = "application/json") -> bool:
    """Say whether a client would rather have HTML than another media type.

    Parameters
    ----------
    accept
        As `preferred` takes it.
    kind
        The other, of JSON; who names neither, or both alike, has that.

    Examples
    --------
    >>> headers = ("text/html,*/*;q=0.8", "*/*", "text/html;q=0.1,application/geo+json")
    >>> [prefers_html([accept]) for accept in headers]
    [True, False, False]
    """
    return preferred(accept, kind, HTML) == HTML


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


def _weight_of(kind: str, weights: Mapping[str, float]) -> float:
    """Return how much a media type is wanted."""
    plain = kind.partition(";")[0]
    names = (plain, f"{plain};", f"{plain.partition('/')[0]}/*", "*/*")
    weight = next((weights[name] for name in names if name in weights), 0.0)
    if _JSON.fullmatch(plain) and not {*names[:2]} & weights.keys():
        alike = (value for name, value in weights.items() if _JSON.fullmatch(name))
        return max(weight, *alike, 0.0)
    return weight


def _weights(header: str) -> dict[str, float]:
    """Return the entries of a header in small letters, and the greatest weight of each.

    A media type with parameters ends in `;`: it says less than the type alone.
    """
    weights: dict[str, float] = {}
    for entry in _ENTRY.findall(header.lower()):
        name, *parameters = [part.strip() for part in _PART.findall(entry)] or [""]
        rest = [p for p in parameters if p not in UTF_8 and not p.startswith("q=")]
        name = f"{name};" if rest else name
        weights[name] = max(_weight(parameters), weights.get(name, 0.0))
    return weights


def _weight(parameters: Sequence[str]) -> float:
    """Return the weight among parameters; what cannot be read counts for nothing."""
    values = [p.removeprefix("q=") for p in parameters if p.startswith("q=")]
    if not values:
        return 1.0
    return float(values[0]) if _QUALITY.fullmatch(values[0]) else 0.0
