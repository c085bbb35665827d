"""Items of a collection as GeoJSON, written once as bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from api.service.ogc.crs_names import named_crs
from api.service.ogc.item_query import ItemQuery, page_token
from layers.collections import CollectionState, Node, with_shapes
from layers.features import feature_texts

MOST_BYTES: Final = 8_000_000
"""A page ends before more than that; it has one item at least."""

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Items, and what is said of them.

    Attributes
    ----------
    items
        A feature each, as JSON.
    matched
        So many meet the query, on whatever page.
    token
        Where the next page begins; empty where no more items come.
    """

    items: tuple[bytes, ...]
    matched: int
    token: str


def item_page(state: CollectionState, query: ItemQuery) -> ItemPage:
    """Return the items that a query asks for.

    Parameters
    ----------
    state
        With the columns that who asks sees.
    query
        What is asked for.
    """
    chosen = state.choose(_window(state, query), query.values, _tree(state, query))
    rest = chosen
    if query.after is not None:
        rest = state.after(chosen, query.order, query.after)
    shown_rows = state.first(rest, query.order, query.limit)
    items = state_texts(state, shown_rows, query.crs, query.properties)
    lengths = accumulate(map(len, items))
    count = max(1, sum(length <= MOST_BYTES for length in lengths))
    token = ""
    if len(rest) > min(count, query.limit):
        place = state.place_of(int(shown_rows[count - 1]), query.order)
        token = page_token(query.origin, place)
    return ItemPage(tuple(items[:count]), len(chosen), token)


def state_texts(
    state: CollectionState,
    chosen: Rows,
    crs: str,
    properties: Sequence[str] | None = None,
) -> list[bytes]:
    """Return rows as features in the CRS of a name.

    Parameters
    ----------
    state
        With the columns that who asks sees.
    chosen
        Which rows, in order.
    crs
        One of the names that the collection is given in.
    properties
        Names of those that are wanted; all without.
    """
    moved = named_crs(crs).geometry(state.shapes.take(chosen), state.datum)
    records = state.records(chosen, properties)
    return feature_texts(state.ids_of(chosen), records, moved)


def _window(state: CollectionState, query: ItemQuery) -> shapely.Geometry | None:
    """Return the window of a query in the CRS of the rows."""
    if query.window is None:
        return None
    crs = named_crs(query.window_crs)
    return crs.window(query.window, state.datum, state.shapes.bounds())


def _tree(state: CollectionState, query: ItemQuery) -> Node | None:
    """Return the filter of a query with its geometry in the CRS of the rows."""
    if query.tree is None:
        return None
    crs = named_crs(query.tree_crs)
    return with_shapes(query.tree, lambda shape: crs.shape(shape, state.datum))
