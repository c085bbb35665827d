"""What a file of each layer may have: columns of its schema, times and positions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal

from layers.schema.circles import CIRCLES
from layers.schema.communities import COMMUNITIES
from layers.schema.departments import DEPARTMENTS
from layers.schema.destinations import DESTINATIONS
from layers.schema.devices import DEVICES
from layers.schema.duties import DUTIES, ROTATIONS
from layers.schema.enterprises import ENTERPRISES
from layers.schema.events import EVENTS
from layers.schema.grids import GRIDS
from layers.schema.inspections import INSPECTIONS
from layers.schema.layer import Field, LayerSchema
from layers.schema.neighbours import NEIGHBOURS
from layers.schema.posts import POSTS
from layers.schema.record_times import RECORD_FIELDS, TIME_FIELDS
from layers.schema.rules import RULES
from layers.schema.sources import SOURCES
from layers.schema.stations import STATIONS

LON: Final = Field(
    "lon", "number", False, "conditional", "Longitude, or x.", "degrees", zh="经度"
)
LAT: Final = Field(
    "lat", "number", False, "conditional", "Latitude, or y.", "degrees", zh="纬度"
)
INSPECTED_AT: Final = Field(
    "inspected_at", "instant", False, "conditional", "When it was done.", zh="检查时间"
)


@dataclass(frozen=True, slots=True)
class LayerColumns:
    """The columns that a file of a layer may have.

    Attributes
    ----------
    name, zh
        English and Chinese name of the layer, which a sheet may have.
    key
        Column that a template marks its example in.
    fields
        The columns, in the order of a template; `required` says what a file must have.
    geometry
        What a geometry beside them is; None for plain tables.
    more
        Columns that are read too, and that no template has.
    needs_geometry
        Whether a file without geometry is of no use.
    """

    name: str
    zh: str
    key: str
    fields: tuple[Field, ...]
    geometry: Literal["polygon", "point"] | None = None
    more: tuple[Field, ...] = ()
    needs_geometry: bool = False

    @property
    def all_fields(self) -> tuple[Field, ...]:
        """Every column that is known by its name."""
        return (*self.fields, *self.more)

    def names(self, kind: str) -> list[str]:
        """Return the names of the columns of a kind.

        Parameters
        ----------
        kind
            As `Field` has it.
        """
        return [field.name for field in self.all_fields if field.kind == kind]


def _columns(
    schema: LayerSchema, *added: Field, key: str = "", more: tuple[Field, ...] = ()
) -> LayerColumns:
    """Return what a file of a layer may have beside what its schema says."""
    own = (field for field in schema.fields if field.name not in _FOLDED)
    return LayerColumns(
        schema.name,
        schema.zh,
        key or schema.key,
        (*(_as_in_files(field, schema) for field in own), *added),
        schema.geometry,
        more,
        schema in (GRIDS, NEIGHBOURS),
    )


_FOLDED: Final = frozenset({"attributes", "record_id"})
"""What a reader makes by itself."""
_GIVEN: Final = frozenset({"valid_from", "is_coded", "recorded_at"})
"""What is taken from an option or a rule where a file does not say it."""
_TIMES: Final = tuple(
    replace(field, required=field.required and field.name not in _GIVEN)
    for field in TIME_FIELDS
)
_RECORDED: Final = (replace(RECORD_FIELDS[0], required=False),)
_OF_RECORDS: Final = (*DUTIES.fields[:1], *_TIMES[:2])


def _as_in_files(field: Field, schema: LayerSchema) -> Field:
    """Return a field as files of a layer have it."""
    is_given = field.name in _GIVEN or (
        schema is ENTERPRISES and field.name == "source"
    )
    return replace(field, required=field.required and not is_given)


def _of_events() -> LayerColumns:
    """Return what a file of events may have; the store gives the rest."""
    names = ("source_id", "occurred_at", "kind", "severity", "source")
    later = ("accuracy_m", "community_id", "captured_at", "received_at")
    needed = ("source_id", "occurred_at")
    own = {
        name: replace(EVENTS.field(name), required=name in needed)
        for name in (*names, *later)
    }
    fields = (*(own[n] for n in names), LON, LAT, *(own[n] for n in later))
    return LayerColumns(EVENTS.name, EVENTS.zh, "source_id", fields, "point")


FILE_LAYERS: Final[Mapping[str, LayerColumns]] = MappingProxyType(
    {
        "grids": _columns(GRIDS),
        "circles": _columns(CIRCLES),
        "communities": _columns(COMMUNITIES),
        "posts": _columns(POSTS, *_TIMES, more=_RECORDED),
        "duties": _columns(DUTIES, key="duty_id", more=_OF_RECORDS),
        "rotations": _columns(ROTATIONS, key="rotation_id", more=_OF_RECORDS[:1]),
        "enterprises": _columns(ENTERPRISES, LON, LAT, *_TIMES, more=_RECORDED),
        "inspections": _columns(INSPECTIONS, INSPECTED_AT, more=(*_TIMES, *_RECORDED)),
        "rules": _columns(RULES, *_TIMES, more=_RECORDED),
        "stations": _columns(STATIONS, LON, LAT, *_TIMES, more=_RECORDED),
        "neighbours": _columns(NEIGHBOURS, *_TIMES, more=_RECORDED),
        "destinations": _columns(DESTINATIONS, *_TIMES, more=_RECORDED),
        "sources": _columns(SOURCES, *_TIMES, more=_RECORDED),
        "devices": _columns(DEVICES, LON, LAT, *_TIMES, more=_RECORDED),
        "departments": _columns(DEPARTMENTS, LON, LAT, *_TIMES, more=_RECORDED),
        "events": _of_events(),
    }
)
"""Every layer that is read from a file, in the order in which a town loads them."""
