"""Remember and draw: schemas, files, stores, codes and colours of a day, maps."""

from layers.assignment import assign_frame
from layers.files import (
    join_parts,
    read_circles,
    read_events,
    read_grids,
    read_posts,
)
from layers.rating.day import read_risk_day
from layers.rating.facts import Cutoff
from layers.stores import open_store
from layers.territory import Territory, make_territory

__all__ = [
    "Cutoff",
    "Territory",
    "assign_frame",
    "join_parts",
    "make_territory",
    "open_store",
    "read_circles",
    "read_events",
    "read_grids",
    "read_posts",
    "read_risk_day",
]
