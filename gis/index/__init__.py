"""Locators: which grid holds a point, exactly."""

from gis.index.locator import Locator, Relation
from gis.index.rtree import RTreeIndex

__all__ = ["Locator", "RTreeIndex", "Relation"]
