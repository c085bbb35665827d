"""Remember and draw: schemas, files, territories, maps."""

from layers.answers import assign_frame
from layers.files import read_circles, read_events, read_grids, read_posts
from layers.stores import open_store
from layers.territory import Territory, make_territory

__all__ = [
    "Territory",
    "assign_frame",
    "make_territory",
    "open_store",
    "read_circles",
    "read_events",
    "read_grids",
    "read_posts",
]
