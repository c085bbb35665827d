"""Remember and draw: schemas, files, stores, codes and colours of a day, maps."""

import importlib as _importlib
import typing as _typing

from gis.sentences import speak_by as _speak_by
from layers.languages import in_user_language as _in_user_language

_speak_by(_in_user_language)

if _typing.TYPE_CHECKING:
    from layers.assignment import assign_frame
    from layers.files import (
        join_parts,
        read_circles,
        read_events,
        read_grids,
        read_posts,
    )
    from layers.rating.day import read_risk_day
    from layers.rating.exploration import explore
    from layers.rating.facts import Cutoff
    from layers.stores import open_store
    from layers.territory import Territory, make_territory

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
    _HOMES = {
        "Cutoff": "rating.facts",
        "Territory": "territory",
        "assign_frame": "assignment",
        "explore": "rating.exploration",
        "make_territory": "territory",
        "open_store": "stores",
        "read_risk_day": "rating.day",
    }

    def __getattr__(name):
        """Import what is asked for: a command on a store reads no map and no frame."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        home = _importlib.import_module(f"{__name__}.{_HOMES.get(name, 'files')}")
        globals()[name] = getattr(home, name)
        return globals()[name]
