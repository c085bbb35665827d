"""Collections: rows of a layer as they are at a time, chosen in memory."""

from layers.collections.collection_state import (
    CollectionState,
    Place,
    SortKey,
)
from layers.collections.filter_json import read_filter_json
from layers.collections.filter_kinds import check_filter, kinds_of
from layers.collections.filter_text import read_filter_text
from layers.collections.filter_tree import (
    MOST_CHARACTERS,
    FilterError,
    Node,
    shapes_of,
    with_shapes,
)

__all__ = [
    "MOST_CHARACTERS",
    "CollectionState",
    "FilterError",
    "Node",
    "Place",
    "SortKey",
    "check_filter",
    "kinds_of",
    "read_filter_json",
    "read_filter_text",
    "shapes_of",
    "with_shapes",
]
