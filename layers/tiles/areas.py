"""Areas of a version as layers of tiles: open fields, and the grids below each."""

from typing import Final

import numpy as np
import pandas as pd

from gis.models import GridId
from layers.features import shared_frame
from layers.schema.circles import CIRCLES, pagoda_of
from layers.schema.communities import COMMUNITIES
from layers.schema.grids import GRIDS
from layers.schema.layer import LayerSchema
from layers.schema.sharing import Classes
from layers.stores.protocol import VersionLayers
from layers.tiles.pyramid import Rows, TileLayer

TILED: Final[tuple[LayerSchema, ...]] = (GRIDS, CIRCLES, COMMUNITIES)
"""Layers whose polygons are grids or are made of them."""


def tile_layer(
    layers: VersionLayers, schema: LayerSchema, name: str, classes: Classes
) -> TileLayer:
    """Return a layer of a version as its tiles have it: open fields alone.

    Parameters
    ----------
    layers
        The version.
    schema
        Which of `TILED`.
    name
        Of the layer in its tiles.
    classes
        The fields that are open.
    """
    frame: pd.DataFrame = getattr(layers, schema.name)
    shared = shared_frame(pd.DataFrame(frame), schema, classes)
    members = {
        GRIDS.name: _own_rows,
        CIRCLES.name: _rows_of_circles,
        COMMUNITIES.name: _rows_of_communities,
    }[schema.name](layers)
    return TileLayer(name, shared.reset_index(drop=True), members)


def _own_rows(layers: VersionLayers) -> tuple[Rows, ...]:
    return tuple(np.array([row]) for row in range(len(layers.grids)))


def _rows_of_circles(layers: VersionLayers) -> tuple[Rows, ...]:
    """Return the rows of the grids below each circle."""
    if layers.circles.empty:
        return ()
    pagoda = pagoda_of(layers.grids, layers.circles, is_published=True)
    rows: dict[str, list[int]] = {name: [] for name in layers.circles["circle_id"]}
    for row, grid_id in enumerate(layers.grids["grid_id"]):
        for circle_id in pagoda.chain(GridId(grid_id)):
            rows[circle_id].append(row)
    return tuple(np.array(members) for members in rows.values())


def _rows_of_communities(layers: VersionLayers) -> tuple[Rows, ...]:
    """Return the rows of the grids of each community."""
    owner = layers.grids["community_id"].to_numpy()
    names = layers.communities["community_id"]
    return tuple(np.flatnonzero(owner == name) for name in names)
