"""Locators: which grid holds a point, exactly."""

from gis.index.cache import cached_index
from gis.index.grid import GridIndex, warm_up
from gis.index.locator import Locator, Relation
from gis.index.rtree import RTreeIndex

__all__ = ["GridIndex", "Locator", "RTreeIndex", "Relation", "cached_index", "warm_up"]
