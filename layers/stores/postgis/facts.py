"""Facts as rows of PostgreSQL, one table a layer."""

from collections.abc import Iterator, Sequence

import geopandas as gpd
import pandas as pd
import shapely
from psycopg import sql
from psycopg.rows import TupleRow

from gis.models import Instant
from layers.stores.facts import FactLayer, Selection
from layers.stores.postgis.connections import Connection
from layers.stores.postgis.log import is_named
from layers.stores.postgis.strays import refuse_miscounted
from layers.stores.postgis.tables import (
    GEOM,
    WIRES,
    Table,
    as_parameter,
    columns_of,
    series_of,
    shapes_of,
    wire_values,
)


def fact_table(layer: FactLayer) -> Table:
    """Return the table of a layer of facts."""
    columns = {field.name: WIRES[field.kind] for field in layer.fields}
    if layer.schema.geometry is not None:
        columns |= dict([GEOM])
    return Table(layer.schema.name, columns)


def fact_rows(layer: FactLayer, rows: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    """Return rows of a layer of facts as the table takes them."""
    columns = [wire_values(rows[field.name], field) for field in layer.fields]
    if isinstance(rows, gpd.GeoDataFrame):
        columns.append(shapely.to_wkb(rows.geometry.to_numpy()).tolist())
    return zip(*columns, strict=True)


def read_records(
    connection: Connection, layer: FactLayer, crs: str, *, batch: int | None = None
) -> pd.DataFrame:
    """Return the rows that links name in order of record, of all links or one.

    Raises
    ------
    StoreError
        If a link has more or fewer rows than it committed.
    """
    name = layer.schema.name
    statement = sql.SQL(
        "SELECT {} FROM {} AS t WHERE {} AND (batch = %(batch)s OR %(batch)s::bigint "
        "IS NULL) ORDER BY ordinal"
    ).format(_fact_columns(layer), sql.Identifier(name), is_named(name, "t"))
    rows = connection.execute(statement, {"batch": batch}, binary=True).fetchall()
    refuse_miscounted(connection, name, None if batch is None else [batch])
    return _fact_frame(rows, layer, crs)


def read_facts(
    connection: Connection,
    layer: FactLayer,
    crs: str,
    *,
    valid_at: Instant | None = None,
    known_at: Instant | None = None,
    only: Selection | None = None,
) -> pd.DataFrame:
    """Return what `layers.stores.facts.as_known` makes of all rows of a layer.

    The database does it, since all rows ever recorded may be many.

    Raises
    ------
    StoreError
        If a link has more or fewer rows than it committed.
    """
    name = layer.schema.name
    key = sql.SQL(", ").join(
        sql.SQL("{} NULLS FIRST").format(sql.Identifier(name)) for name in layer.key
    )
    statement = sql.SQL(
        "SELECT {columns} FROM ("
        "SELECT DISTINCT ON ({named}) * FROM {table} AS t WHERE {is_named} AND "
        "(%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s) "
        "{of_keys} ORDER BY {key}, ordinal DESC) AS latest "
        "WHERE NOT cancelled {selected} AND (%(valid_at)s::timestamptz IS NULL OR "
        "valid_from <= %(valid_at)s AND (valid_to IS NULL OR valid_to > %(valid_at)s)) "
        "ORDER BY {key}"
    ).format(
        columns=_fact_columns(layer),
        named=sql.SQL(", ").join(map(sql.Identifier, layer.key)),
        table=sql.Identifier(name),
        is_named=is_named(name, "t"),
        key=key,
        **_selected(layer, only),
    )
    parameters = {
        "valid_at": as_parameter(valid_at),
        "known_at": as_parameter(known_at),
        "values": [] if only is None else list(only.values),
    }
    rows = connection.execute(statement, parameters, binary=True).fetchall()
    refuse_miscounted(connection, name)
    return _fact_frame(rows, layer, crs).drop(columns="cancelled")


def _selected(layer: FactLayer, only: Selection | None) -> dict[str, sql.Composable]:
    """Return the conditions of a selection on the rows recorded and on the facts."""
    if only is None:
        return {"of_keys": sql.SQL(""), "selected": sql.SQL("")}
    selected = sql.SQL("AND {} = ANY(%(values)s)").format(sql.Identifier(only.column))
    of_keys = sql.SQL("AND {key} IN (SELECT {key} FROM {table} WHERE true {its})")
    return {
        "of_keys": of_keys.format(
            key=sql.Identifier(layer.schema.key),
            table=sql.Identifier(layer.schema.name),
            its=selected,
        ),
        "selected": selected,
    }


def _fact_columns(layer: FactLayer) -> sql.Composed:
    names = sql.SQL(", ").join(sql.Identifier(field.name) for field in layer.fields)
    shape = ", ST_AsBinary(geom)" if layer.schema.geometry is not None else ""
    return names + sql.SQL(shape)


def _fact_frame(rows: Sequence[TupleRow], layer: FactLayer, crs: str) -> pd.DataFrame:
    has_shapes = layer.schema.geometry is not None
    columns = columns_of(rows, len(layer.fields) + has_shapes)
    frame = {
        field.name: series_of(column, field)
        for field, column in zip(layer.fields, columns, strict=False)
    }
    if not has_shapes:
        return pd.DataFrame(frame)
    return gpd.GeoDataFrame(frame, geometry=shapes_of(columns[-1]), crs=crs)
