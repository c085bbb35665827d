"""Vector tiles of areas, in files that never change."""

from layers.tiles.archive import TileArchive, has_tiles, sole_builder
from layers.tiles.areas import TILED, tile_layer
from layers.tiles.matrix import EXTENT, HALF_WORLD_M, ZOOMS, Bounds, Limits, limits_of
from layers.tiles.pyramid import DEGREES, MERCATOR, TOLERANCE, bounds_in, write_tiles

__all__ = [
    "DEGREES",
    "EXTENT",
    "HALF_WORLD_M",
    "MERCATOR",
    "TILED",
    "TOLERANCE",
    "ZOOMS",
    "Bounds",
    "Limits",
    "TileArchive",
    "bounds_in",
    "has_tiles",
    "limits_of",
    "sole_builder",
    "tile_layer",
    "write_tiles",
]
