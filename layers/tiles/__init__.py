"""Vector tiles of areas, in files that never change."""

from layers.tiles.archive import TileArchive, sole_builder
from layers.tiles.areas import TILED, tile_layer
from layers.tiles.matrix import EXTENT, HALF_WORLD_M, ZOOMS, Limits, limits_of
from layers.tiles.pyramid import TOLERANCE, TileLayer, write_tiles

__all__ = [
    "EXTENT",
    "HALF_WORLD_M",
    "TILED",
    "TOLERANCE",
    "ZOOMS",
    "Limits",
    "TileArchive",
    "TileLayer",
    "limits_of",
    "sole_builder",
    "tile_layer",
    "write_tiles",
]
