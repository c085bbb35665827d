"""What is asked of the items of a collection."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from api.service.ogc.crs_names import CRS84
from gis.models import Instant
from layers.collections import Node

DEFAULT_LIMIT: Final = 1_000
MOST_ITEMS: Final = 10_000
"""A greater limit is this one (Part 1, requirement 22)."""


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
        What a token of this query is of: collection and classes of fields.
    limit
        At most so many.
    after
        Those whose ids come after this one; empty for all.
    window
        In `window_crs`, in the order of its axes: least, then greatest.
    crs
        Name of the CRS of the answer.
    values
        Of properties, by name.
    tree
        The filter; None without one.
    tree_crs
        Name of the CRS of its geometry.
    """

    origin: str = ""
    limit: int = DEFAULT_LIMIT
    after: str = ""
    window: tuple[float, float, float, float] | None = None
    window_crs: str = CRS84
    crs: str = CRS84
    values: Mapping[str, object] = field(default_factory=dict)
    tree: Node | None = None
    tree_crs: str = CRS84


def page_token(origin: str, item_id: str) -> str:
    """Return the token of the page after an item.

    Parameters
    ----------
    origin
        What the query was of, as `ItemQuery.origin`.
    item_id
        Last item of the page before.

    Examples
    --------
    >>> id_of_token(page_token("grids open", "G-7"), "grids open")
    'G-7'
    >>> id_of_token(page_token("grids open", "G-7"), "circles open") is None
    True
    """
    text = f"{origin}\n{item_id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def id_of_token(token: str, origin: str) -> str | None:
    """Return the item that a token comes after; None for one of something else."""
    try:
        padded = f"{token}{'=' * (-len(token) % 4)}".encode("ascii")
        text = base64.b64decode(padded, b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError):
        return None
    head, _, item_id = text.partition("\n")
    return item_id if head == origin and item_id else None
