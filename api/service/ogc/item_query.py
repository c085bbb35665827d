"""What is asked of the items of a collection."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import orjson

from api.service.ogc.crs_names import CRS84
from gis.models import Instant
from layers.collections import Node, Place, SortKey
from layers.schema.layer import Field

DEFAULT_LIMIT: Final = 1_000
MOST_ITEMS: Final = 10_000
"""A greater limit is this one (Part 1, requirement 22)."""

MOST_WHOLE: Final = 2**63
"""A whole number of a token is less."""


@dataclass(frozen=True, slots=True)
class Period:
    """When: half-open, None for no end on that side."""

    start: Instant | None
    end: Instant | None


@dataclass(frozen=True, slots=True)
class StateQuery:
    """Which state of a collection.

    Attributes
    ----------
    at
        As it was in force then; now without it and without a period.
    period
        Each item as it last was in it.
    known_at
        As known when; all without it.
    """

    at: Instant | None = None
    period: Period | None = None
    known_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class ItemQuery:
    """Which items of a state, and how.

    Attributes
    ----------
    origin
        What a token of this query is of: collection, classes of fields and order.
    limit
        At most so many.
    after
        Those that come after this place; None for all.
    window
        In `window_crs`, in the order of its axes: least, then greatest; over the
        antimeridian the first longitude is the greater.
    crs
        Name of the CRS of the answer.
    values
        Of properties, by name.
    tree
        The filter; None without one.
    tree_crs
        Name of the CRS of its geometry.
    order
        What they are sorted by; by their ids alone without any.
    properties
        Names of those that the answer has; None for all.
    """

    origin: str = ""
    limit: int = DEFAULT_LIMIT
    after: Place | None = None
    window: tuple[float, float, float, float] | None = None
    window_crs: str = CRS84
    crs: str = CRS84
    values: Mapping[str, object] = field(default_factory=dict)
    tree: Node | None = None
    tree_crs: str = CRS84
    order: tuple[SortKey, ...] = ()
    properties: tuple[str, ...] | None = None


def page_token(origin: str, place: Place) -> str:
    """Return the token of the page after an item.

    Parameters
    ----------
    origin
        What the query was of, as `ItemQuery.origin`.
    place
        Where the last item of the page before stands.

    Examples
    --------
    >>> place_of_token(page_token("grids open", Place((), "G-7")), "grids open").item_id
    'G-7'
    >>> place_of_token(page_token("grids open", Place((), "G-7")), "circles open")
    """
    text = orjson.dumps([origin, place.item_id, *place.values])
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def place_of_token(
    token: str, origin: str, fields: Sequence[Field] = ()
) -> Place | None:
    """Return the place that a token comes after; None for one of something else.

    Parameters
    ----------
    token
        As a client brings it.
    origin
        As `page_token` takes it.
    fields
        What the items are sorted by.
    """
    try:
        padded = f"{token}{'=' * (-len(token) % 4)}".encode("ascii")
        parts = orjson.loads(base64.b64decode(padded, b"-_", validate=True))
    except (binascii.Error, UnicodeError, orjson.JSONDecodeError):
        return None
    if not isinstance(parts, list) or len(parts) != len(fields) + 2:
        return None
    head, item_id, *values = parts
    is_own = head == origin and isinstance(item_id, str) and bool(item_id)
    fits = all(map(_is_of_kind, values, fields))
    return Place(tuple(values), item_id) if is_own and fits else None


def _is_of_kind(value: object, field: Field) -> bool:
    """Return whether a value may stand in a column; there may be none."""
    if value is None:
        return True
    if isinstance(value, bool) or field.kind == "flag":
        return isinstance(value, bool) and field.kind == "flag"
    if isinstance(value, int):
        return field.kind in ("integer", "number") and abs(value) < MOST_WHOLE
    kind = float if field.kind == "number" else str
    return field.kind != "integer" and isinstance(value, kind)
