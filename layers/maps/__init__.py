"""Five-colour maps that open anywhere: areas, places, past days, one closed page."""

from layers.maps.base_map import BaseMap, local_tiles, tianditu
from layers.maps.details import Details, PackCaption
from layers.maps.five_colour import (
    RiskMap,
    five_colour_map,
    map_model,
    one_area,
    save_page,
)

__all__ = [
    "BaseMap",
    "Details",
    "PackCaption",
    "RiskMap",
    "five_colour_map",
    "local_tiles",
    "map_model",
    "one_area",
    "save_page",
    "tianditu",
]
