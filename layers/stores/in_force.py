"""Grids, circles and communities in force: asked alike of every store."""

from abc import ABC, abstractmethod
from typing import Final

import geopandas as gpd

from gis.models import Instant
from layers.circles import CIRCLES
from layers.communities import COMMUNITIES
from layers.grids import GRIDS
from layers.schema import LayerSchema
from layers.stores.base import MAIN_SYSTEM

VERSION_LAYERS: Final = (GRIDS, CIRCLES, COMMUNITIES)
"""The layers that are published together."""


class InForce(ABC):
    """The part of a `Store` that answers for each layer of a version alike."""

    def grids(
        self,
        *,
        valid_at: Instant | None = None,
        known_at: Instant | None = None,
        system: str = MAIN_SYSTEM,
    ) -> gpd.GeoDataFrame:
        """Return the grids in force at a time as known at a time."""
        return self._in_force(GRIDS, system, valid_at, known_at)

    def circles(
        self,
        *,
        valid_at: Instant | None = None,
        known_at: Instant | None = None,
        system: str = MAIN_SYSTEM,
    ) -> gpd.GeoDataFrame:
        """Return the circles in force as polygons."""
        return self._in_force(CIRCLES, system, valid_at, known_at)

    def communities(
        self,
        *,
        valid_at: Instant | None = None,
        known_at: Instant | None = None,
        system: str = MAIN_SYSTEM,
    ) -> gpd.GeoDataFrame:
        """Return the communities in force as polygons."""
        return self._in_force(COMMUNITIES, system, valid_at, known_at)

    @abstractmethod
    def _in_force(
        self,
        layer: LayerSchema,
        system: str,
        valid_at: Instant | None,
        known_at: Instant | None,
    ) -> gpd.GeoDataFrame:
        """Return a layer of the version in force, with the column `version`."""
