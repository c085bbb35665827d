"""The data dictionary: every field of every layer, and the class that it has now."""

from collections.abc import Iterator
from dataclasses import dataclass

from api.service.facts.loop_tables import LOOP_TABLES
from layers.schema.areas import RATED_AREAS
from layers.schema.circles import CIRCLES
from layers.schema.communities import COMMUNITIES
from layers.schema.events import EVENTS
from layers.schema.grids import GRIDS
from layers.schema.layer import Field, LayerSchema
from layers.schema.record_times import RECORD_FIELDS, TIME_FIELDS
from layers.schema.sharing import (
    GEOMETRY,
    SETTABLE,
    SHARINGS,
    ClassSettings,
    sharing_of,
)
from layers.stores.facts import FACTS

STORE_OWNER = "the service that runs the store"
OF_VERSION = (
    Field("system", "text", True, "open", "Grid system."),
    Field("version", "integer", True, "open", "Version it belongs to."),
)
VERSIONS = LayerSchema(
    name="versions",
    key="version",
    geometry=None,
    fields=(
        Field("system", "text", True, "open", "Grid system."),
        Field("version", "integer", True, "open", "1, 2, 3 within the grid system."),
        Field("valid_from", "instant", True, "open", "True in the world since."),
        Field("recorded_at", "instant", True, "open", "Known to the store since."),
        Field("author", "text", True, "conditional", "Who made it."),
        Field("reviewer", "text", True, "conditional", "Who approved it."),
        Field("note", "text", True, "open", "What it is for."),
        Field("digest", "text", True, "open", "SHA-256 of grids and tree."),
        Field("base", "integer", False, "open", "Head that it was drawn on."),
        Field("replaces", "text", True, "open", "Versions that a correction replaces."),
        Field(
            "untouched",
            "text",
            True,
            "open",
            "Later versions that a correction leaves.",
        ),
        Field("batch", "integer", True, "open", "Link of the log it came with."),
    ),
    owner="grid office",
)
LINEAGE = LayerSchema(
    name="lineage",
    key="to_id",
    geometry=None,
    fields=(
        *OF_VERSION,
        Field("from_id", "text", True, "open", "Grid whose ground went."),
        Field("to_id", "text", True, "open", "Grid of the version that got it."),
        Field(
            "share",
            "number",
            True,
            "open",
            "Part of the area of from_id.",
            "share of 1",
        ),
        Field(
            "from_system", "text", True, "open", "Grid system of from_id; empty: same."
        ),
    ),
    owner="grid office",
)
WITHDRAWALS = LayerSchema(
    name="withdrawals",
    key="version",
    geometry=None,
    fields=(
        *OF_VERSION,
        Field("recorded_at", "instant", True, "open", "When it was withdrawn."),
        Field("reason", "text", True, "open", "Why it shall not come into force."),
        Field("reviewer", "text", True, "conditional", "Who approved that."),
        Field("batch", "integer", True, "open", "Link of the log it came with."),
    ),
    owner="grid office",
)
LOG = LayerSchema(
    name="log",
    key="sequence",
    geometry=None,
    fields=(
        Field("sequence", "integer", True, "open", "1, 2, 3 without a hole."),
        Field("layer", "text", True, "open", "Layer that the rows went to."),
        Field("rows", "integer", True, "open", "Number of the rows."),
        Field("recorded_at", "instant", True, "open", "When they were committed."),
        Field("digest", "text", True, "open", "SHA-256 of the rows."),
        Field("head", "text", True, "open", "SHA-256 of the link and all before it."),
    ),
    owner=STORE_OWNER,
)
OUTBOX = LayerSchema(
    name="outbox",
    key="event_row",
    geometry=None,
    fields=(
        Field("destination", "text", True, "conditional", "Who is to be told."),
        Field("event_row", "integer", True, "conditional", "Row of the event."),
    ),
    owner=STORE_OWNER,
)
STORE = LayerSchema(
    name="pagoda_store",
    key="store_id",
    geometry=None,
    fields=(
        Field("store_id", "text", True, "open", "Id of the store, a UUID."),
        Field("crs", "text", True, "open", "Geographic CRS of every geometry."),
        Field("schema_version", "integer", True, "open", "Form of the tables."),
    ),
    owner=STORE_OWNER,
)

CLOCK = LayerSchema(
    name="clock",
    key="base",
    geometry=None,
    fields=(
        Field(
            "base",
            "integer",
            True,
            "open",
            "What the clock of a synthetic town showed when it was kept.",
            "UTC milliseconds",
        ),
        Field(
            "speed",
            "number",
            True,
            "open",
            "How fast it runs.",
            "seconds of the town in one second",
        ),
        Field(
            "since",
            "integer",
            False,
            "open",
            "When it was kept, if it has run since.",
            "UTC milliseconds",
        ),
    ),
    owner=STORE_OWNER,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of one layer.

    Attributes
    ----------
    layer, name, kind, unit, is_required
        What it is.
    sharing
        ``open``, ``conditional`` or ``closed``.
    description
        What it means.
    owner
        Body that answers for what it says.
    values
        The closed list of its texts; empty where it has none.
    classes
        The classes that it may have: several, where a steward says which.
    """

    layer: str
    name: str
    kind: str
    unit: str
    is_required: bool
    sharing: str
    description: str
    owner: str
    values: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


def data_dictionary(settings: ClassSettings = frozenset()) -> tuple[Entry, ...]:
    """Return every field that a store holds and those of rating, layer by layer.

    Parameters
    ----------
    settings
        Fields of which a steward set the class; without them each has that of its
        schema.

    Examples
    --------
    >>> entry = data_dictionary()[2]
    >>> entry.layer, entry.name, entry.kind, entry.sharing, entry.owner
    ('grids', 'grid_id', 'text', 'open', 'grid office')
    """
    return tuple(_entry(schema, field, settings) for schema, field in _fields())


def _fields() -> Iterator[tuple[LayerSchema, Field]]:
    """Yield every field with the layer that it is of."""
    for schema in (GRIDS, CIRCLES, COMMUNITIES):
        yield from _of(schema, (*OF_VERSION, *schema.fields))
    for layer in FACTS.values():
        fields = (*layer.schema.fields, *TIME_FIELDS, *RECORD_FIELDS)
        yield from _of(layer.schema, fields)
    yield from _of(RATED_AREAS, RATED_AREAS.fields)
    housekeeping = (VERSIONS, LINEAGE, WITHDRAWALS, LOG, OUTBOX, STORE, CLOCK)
    for schema in (EVENTS, *LOOP_TABLES, *housekeeping):
        yield from _of(schema, schema.fields)


def _of(
    schema: LayerSchema, fields: tuple[Field, ...]
) -> Iterator[tuple[LayerSchema, Field]]:
    """Yield the fields of a layer, its geometry last."""
    for field in fields:
        yield schema, field
    if schema.geometry is not None:
        yield (
            schema,
            Field(
                GEOMETRY,
                "text",
                schema.geometry != "point",
                schema.geometry_sharing,
                f"The {schema.geometry} in the CRS of the store, 9 decimals.",
                "degrees",
            ),
        )


def _entry(schema: LayerSchema, field: Field, settings: ClassSettings) -> Entry:
    """Return the entry of a field, with the class that is in force."""
    is_geometry = field.name == GEOMETRY and schema.geometry is not None
    is_settable = field.name in SETTABLE.get(schema.name, ())
    sharing = sharing_of(schema, field.name, settings) if is_settable else field.sharing
    return Entry(
        schema.name,
        field.name,
        schema.geometry if is_geometry and schema.geometry else field.kind,
        field.unit,
        field.required,
        sharing,
        field.description,
        schema.owner,
        field.values,
        SHARINGS if is_settable else (sharing,),
    )
