"""The file doors: every format in and out, looked at before it is trusted."""

from layers.files.coordinates import Coordinates, read_coordinates
from layers.files.polygons import read_grids
from layers.files.reading import read_circles, read_events, read_posts
from layers.files.table import EventTable
from layers.files.writing import write_events

__all__ = [
    "Coordinates",
    "EventTable",
    "read_circles",
    "read_coordinates",
    "read_events",
    "read_grids",
    "read_posts",
    "write_events",
]
