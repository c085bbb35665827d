"""Items of a collection as GeoJSON, written once as bytes."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from api.service.ogc.crs_names import named_crs
from api.service.ogc.item_query import ItemQuery, page_token
from layers.collections import CollectionState, Node, with_shapes
from layers.features import WHOLE, feature_texts

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
    rest = state.after(chosen, query.after) if query.after else chosen
    items = state_texts(state, rest[: query.limit], query.crs)
    lengths = accumulate(map(len, items))
    count = max(1, sum(length <= MOST_BYTES for length in lengths))
    is_last = len(rest) <= min(count, query.limit)
    token = "" if is_last else page_token(query.origin, str(state.ids[rest[count - 1]]))
    return ItemPage(tuple(items[:count]), len(chosen), token)


def state_texts(state: CollectionState, chosen: Rows, crs: str) -> list[bytes]:
    """Return rows as features in the CRS of a name.

    Parameters
    ----------
    state
        With the columns that who asks sees.
    chosen
        Which rows, in order.
    crs
        One of the names that the collection is given in.
    """
    frame = state.frame.iloc[chosen]
    shapes = frame.geometry.to_numpy()
    moved = named_crs(crs).geometry(shapes, state.datum)
    return feature_texts(frame, state.schema, WHOLE, moved)


def _window(state: CollectionState, query: ItemQuery) -> shapely.Polygon | None:
    """Return the window of a query in the CRS of the rows."""
    if query.window is None:
        return None
    crs = named_crs(query.window_crs)
    return crs.window(query.window, state.datum)


def _tree(state: CollectionState, query: ItemQuery) -> Node | None:
    """Return the filter of a query with its geometry in the CRS of the rows."""
    if query.tree is None:
        return None
    crs = named_crs(query.tree_crs)
    return with_shapes(query.tree, lambda shape: crs.shape(shape, state.datum))
