"""Remember and draw: schemas, files, territories, maps."""

from layers.answers import assign_frame
from layers.files import read_circles, read_events, read_grids, read_posts
from layers.territory import Territory, make_territory

__all__ = [
    "Territory",
    "assign_frame",
    "make_territory",
    "read_circles",
    "read_events",
    "read_grids",
    "read_posts",
]
