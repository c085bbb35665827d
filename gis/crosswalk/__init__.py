"""Two grid systems over one place: pieces, relations, weights, and figures moved."""

from gis.crosswalk.figures import MovedFigure, move_figure
from gis.crosswalk.pieces import (
    LEAST_SHARE,
    NOISE_M,
    Crosswalk,
    GridSystem,
    Relation,
    cross,
    grid_system,
)
from gis.crosswalk.weights import Weights, count_items, weigh

__all__ = [
    "LEAST_SHARE",
    "NOISE_M",
    "Crosswalk",
    "GridSystem",
    "MovedFigure",
    "Relation",
    "Weights",
    "count_items",
    "cross",
    "grid_system",
    "move_figure",
    "weigh",
]
