"""The file doors: every format in and out, looked at before it is trusted."""

from layers.files.answers import property_names, write_events
from layers.files.coordinates import Coordinates, read_coordinates
from layers.files.formats import read_events
from layers.files.grid_parts import join_parts
from layers.files.grids import read_grids
from layers.files.outline import read_outline
from layers.files.table import EventTable
from layers.files.tree import read_circles, read_posts

__all__ = [
    "Coordinates",
    "EventTable",
    "join_parts",
    "property_names",
    "read_circles",
    "read_coordinates",
    "read_events",
    "read_grids",
    "read_outline",
    "read_posts",
    "write_events",
]
