"""Collections: rows of a layer as they are at a time, chosen in memory."""

from layers.collections.collection_state import CollectionState

__all__ = ["CollectionState"]
