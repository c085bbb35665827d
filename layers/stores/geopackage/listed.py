"""The layers that GIS software lists in a GeoPackage: what is in force now."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from layers.schema.areas import RATED_GRIDS
from layers.schema.events import EVENTS
from layers.schema.layer import Field, LayerSchema
from layers.schema.loops import EVENT_LOOPS
from layers.stores.facts import FACTS
from layers.stores.versions import VERSION_LAYERS

NOW: Final = "_now"
"""What the name of a view ends in, behind that of its layer."""
RATED: Final = "risk_grids"
"""The layer of grids in the colours of the day of an export."""
LEFT_OUT: Final = ("cancelled", "batch")
_STANDING: Final = ("status", "state", "grid_id")
_REPORTED: Final = ("event_id", "source", "source_id", "kind", "severity")
_TIMES: Final = ("occurred_at", "received_at", "recorded_at")
VERSION: Final = Field(
    "version", "integer", True, "open", "Version it belongs to.", zh="版本"
)
CIRCLES: Final = Field(
    "circles",
    "text",
    False,
    "open",
    "Circles that command the grid, the core first, joined by /.",
    zh="所属各级圈",
)
DAY: Final = Field("day", "text", True, "open", "Day that is rated.", zh="评级日期")


def _in_force() -> Iterator[LayerSchema]:
    """Yield the layers with the columns that their views have."""
    for schema in VERSION_LAYERS:
        yield replace(schema, fields=(VERSION, *schema.fields))
    for layer in FACTS.values():
        # which rows there are is nobody's business where the key is closed
        if layer.schema.key_sharing != "closed":
            own = (field for field in layer.fields if field.name not in LEFT_OUT)
            yield replace(layer.schema, fields=tuple(own))
    yield replace(EVENTS, fields=tuple(_event_fields()))


def _event_fields() -> Iterator[Field]:
    yield from map(EVENTS.field, _REPORTED)
    yield from map(EVENT_LOOPS.field, _STANDING)
    yield CIRCLES
    yield EVENT_LOOPS.field("post_id")
    yield EVENTS.field("community_id")
    yield from map(EVENTS.field, _TIMES)


def _rated_grids() -> LayerSchema:
    """Return the grids of a day: nothing of them is there but what is open or risk."""
    names = ("grid_id", "parent_id", "community_id", "name", "level", "score")
    counts = ("events", "places", "green", "yellow", "red", "overdue")
    fields = tuple(RATED_GRIDS.field(name) for name in (*names, *counts))
    return replace(RATED_GRIDS, name=RATED, fields=(*fields, DAY))


LISTED: Final[Mapping[str, LayerSchema]] = MappingProxyType(
    {schema.name + NOW: schema for schema in _in_force()}
)
"""Schema of each view, with its columns but for `fid` and `geom`."""
RATED_LAYER: Final = _rated_grids()
"""Schema of the layer `RATED`."""
