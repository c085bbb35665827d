"""Remember and draw: schemas, files, stores, codes and colours of a day, maps."""

import importlib as _importlib
import typing as _typing

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

if _typing.TYPE_CHECKING:
    from layers.rating.exploration import explore

__all__ = [
    "Cutoff",
    "Territory",
    "assign_frame",
    "explore",
    "join_parts",
    "make_territory",
    "open_store",
    "read_circles",
    "read_events",
    "read_grids",
    "read_posts",
    "read_risk_day",
]

if not _typing.TYPE_CHECKING:

    def __getattr__(name):
        """Import what draws maps when it is asked for: most who come draw none."""
        if name != "explore":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = _importlib.import_module("layers.rating.exploration")
        globals()[name] = module.explore
        return module.explore
