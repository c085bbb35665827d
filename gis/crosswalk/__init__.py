"""Two grid systems over one place: pieces, weights, figures moved, one set of both."""

from gis.crosswalk.figures import MovedFigure, move_figure
from gis.crosswalk.merging import Merger, merge_systems
from gis.crosswalk.pieces import (
    LEAST_SHARE,
    NOISE_M,
    Crosswalk,
    GridSystem,
    Relation,
    cross,
    grid_system,
)
from gis.crosswalk.seats import Seats, seat_posts
from gis.crosswalk.weights import Weights, count_items, weigh

__all__ = [
    "LEAST_SHARE",
    "NOISE_M",
    "Crosswalk",
    "GridSystem",
    "Merger",
    "MovedFigure",
    "Relation",
    "Seats",
    "Weights",
    "count_items",
    "cross",
    "grid_system",
    "merge_systems",
    "move_figure",
    "seat_posts",
    "weigh",
]
