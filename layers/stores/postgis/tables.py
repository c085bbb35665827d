"""Frames and records <-> tables: binary COPY in, binary rows out.

Polygons and points are `geometry` of PostGIS, which keeps the doubles of WKB as they
are; so digests are made from what is read back, and no second copy as bytes is needed.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from psycopg import sql
from psycopg.rows import TupleRow

from gis.local_time import EPOCH, MILLISECOND
from gis.models import Instant
from gis.versions import Version
from layers.schema.layer import Field, LayerSchema
from layers.stores.facts import DTYPES, UTC_MS
from layers.stores.postgis.connections import Connection, wire_instant
from layers.stores.version_digest import layer_column

WIRES: Final = {
    "text": "text",
    "integer": "int8",
    "number": "float8",
    "flag": "bool",
    "instant": "int8",
}
"""Binary form of a kind of field; timestamptz is an integer there."""
GEOM: Final = ("geom", "bytea")
STREAMED: Final = 100
"""Rows of polygons that are read at once."""


class Table(NamedTuple):
    """A table that rows are added to.

    Attributes
    ----------
    name
        Its name.
    columns
        Column -> type of its binary form.
    """

    name: str
    columns: dict[str, str]


LINKS: Final = Table(
    "links",
    {
        "sequence": "int8",
        "layer": "text",
        "rows": "int8",
        "recorded_at": "int8",
        "digest": "text",
        "head": "text",
    },
)
VERSIONS: Final = Table(
    "versions",
    {
        "system": "text",
        "version": "int8",
        "valid_from": "int8",
        "recorded_at": "int8",
        "author": "text",
        "reviewer": "text",
        "note": "text",
        "digest": "text",
        "base": "int8",
        "replaces": "int8[]",
        "untouched": "int8[]",
        "batch": "int8",
    },
)
LINEAGE: Final = Table(
    "lineage",
    {
        "system": "text",
        "version": "int8",
        "ordinal": "int8",
        "from_id": "text",
        "to_id": "text",
        "share": "float8",
        "from_system": "text",
    },
)
WITHDRAWALS: Final = Table(
    "withdrawals",
    {
        "system": "text",
        "version": "int8",
        "recorded_at": "int8",
        "reason": "text",
        "reviewer": "text",
        "batch": "int8",
    },
)


def add_rows(
    connection: Connection, table: Table, rows: Iterable[Sequence[object]]
) -> None:
    """Add rows to a table by binary COPY."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table.name),
        sql.SQL(", ").join(map(sql.Identifier, table.columns)),
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(list(table.columns.values()))
        for row in rows:
            copy.write_row(row)


def polygon_table(schema: LayerSchema) -> Table:
    """Return the table of a layer of a version."""
    keys = {"system": "text", "version": "int8"}
    fields = {field.name: WIRES[field.kind] for field in schema.fields}
    return Table(schema.name, keys | fields | dict([GEOM]))


def polygon_rows(
    frame: gpd.GeoDataFrame, schema: LayerSchema, system: str, version: int
) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a layer of a version."""
    columns = [wire_values(frame[field.name], field) for field in schema.fields]
    wkb = shapely.to_wkb(frame.geometry.to_numpy())
    for row in zip(*columns, wkb, strict=True):
        yield (system, version, *row)


def read_polygons(
    connection: Connection, schema: LayerSchema, version: Version, crs: str
) -> gpd.GeoDataFrame:
    """Return a layer of a version in code order of its key.

    Polygons are made while the database still sends, so it does not sort either.
    """
    statement = sql.SQL(
        "SELECT {}, ST_AsBinary(geom) FROM {} WHERE system = %s AND version = %s"
    ).format(
        sql.SQL(", ").join(sql.Identifier(field.name) for field in schema.fields),
        sql.Identifier(schema.name),
    )
    parameters = [version.system, version.version]
    rows: list[TupleRow] = []
    polygons: list[NDArray[np.object_]] = []
    with connection.cursor() as cursor:
        stream = cursor.stream(statement, parameters, binary=True, size=STREAMED)
        while some := list(islice(stream, STREAMED)):
            rows += [row[:-1] for row in some]
            polygons.append(shapes_of([row[-1] for row in some]))
    columns = columns_of(rows, len(schema.fields))
    frame = gpd.GeoDataFrame(
        {
            field.name: layer_column(column, field)
            for field, column in zip(schema.fields, columns, strict=True)
        },
        geometry=np.concatenate(polygons) if polygons else [],
        crs=crs,
    )
    return frame.sort_values(schema.key, ignore_index=True)


def as_parameter(instant: Instant | None) -> dt.datetime | None:
    """Return an instant as a parameter of a question."""
    return None if instant is None else EPOCH + instant * MILLISECOND


def columns_of(rows: Sequence[TupleRow], count: int) -> list[TupleRow]:
    """Return rows as columns, as many where there is no row."""
    return list(zip(*rows, strict=True)) if rows else [()] * count


def series_of(column: TupleRow, field: Field) -> pd.Series:
    """Return values as read in the dtype of frames of facts."""
    if field.kind == "instant":
        milliseconds = pd.Series(column, dtype="Int64")
        times = pd.to_datetime(milliseconds, unit="ms", utc=True)
        return pd.Series(times, dtype=UTC_MS)
    return pd.Series(list(column), dtype=DTYPES[field.kind])


def shapes_of(wkb: Sequence[object]) -> NDArray[np.object_]:
    """Return geometries, None where there is none."""
    shapes: NDArray[np.object_] = shapely.from_wkb(np.array(wkb, dtype=object))
    return shapes


def wire_values(column: pd.Series, field: Field) -> list[object]:
    """Return a column as COPY takes it; None where a value is missing."""
    values = column.tolist()
    if field.kind == "instant":
        values = [wire_instant(Instant(ms)) for ms in column.astype("int64").tolist()]
    nulls = column.isna().tolist()
    return [
        None if is_gone else value for value, is_gone in zip(values, nulls, strict=True)
    ]
