"""Layers of facts as rows of a GeoPackage."""

# ruff: noqa: S608  the names of tables are ours

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

from gis.errors import StoreError
from gis.models import Instant
from layers.schema.layer import Field
from layers.stores.facts import DTYPES, Selection, fact_layer
from layers.stores.geopackage.encoding import (
    instant_texts,
    point_blob,
    polygon_blobs,
    read_instants,
    read_point,
    read_polygons,
    read_times,
)
from layers.stores.geopackage.log import is_named
from layers.stores.geopackage.strays import refuse_miscounted
from layers.stores.geopackage.tables import TABLES


def insert_facts(
    connection: sqlite3.Connection, name: str, rows: pd.DataFrame, srs_id: int
) -> None:
    """Append rows of a layer, with the columns that the store gives."""
    table = TABLES[name]
    columns: list[Sequence[object]] = [
        _values(rows[field.name], field) for field in table.fields
    ]
    if isinstance(rows, gpd.GeoDataFrame):
        shapes = np.array(rows.geometry.to_numpy())
        blobs = np.full(len(shapes), None, dtype=object)
        is_there = ~shapely.is_missing(shapes)
        blobs[is_there] = _blobs(shapes[is_there], srs_id)
        columns.insert(0, blobs.tolist())
    connection.executemany(table.insert, zip(*columns, strict=True))


def read_facts(
    connection: sqlite3.Connection,
    name: str,
    srs_id: int,
    *,
    batch: int | None = None,
    only: Selection | None = None,
) -> pd.DataFrame:
    """Return the rows that links name in order of record.

    Parameters
    ----------
    connection, name, srs_id
        The layer.
    batch
        Rows of this link; None takes those of all.
    only
        Rows as `layers.stores.facts.records_of` returns them; None takes all.

    Raises
    ------
    StoreError
        If a link has more or fewer rows than it committed.
    """
    key = fact_layer(name).schema.key
    conditions, values = [is_named(name)], list[object]()
    if batch is not None:
        conditions.append("batch = ?")
        values.append(batch)
    if only is not None:
        conditions.append(
            f"{key} IN (SELECT {key} FROM {name} WHERE {only.column} IN "
            "(SELECT value FROM json_each(?)))"
        )
        values.append(json.dumps(list(only.values)))
    # the order of the log: a fid can be changed without a trace, a batch cannot
    condition = f"WHERE {' AND '.join(conditions)} ORDER BY batch, fid"
    rows = _frame(connection, name, condition, tuple(values), srs_id)
    refuse_miscounted(connection, name, rows["batch"].tolist())
    return rows


def last_recorded_at(connection: sqlite3.Connection, name: str) -> Instant | None:
    """Return when the last batch of a layer was recorded."""
    row = connection.execute(
        f"SELECT recorded_at FROM {name} WHERE {is_named(name)} "
        "ORDER BY batch DESC LIMIT 1"
    ).fetchone()
    return read_instants(row)[0] if row else None


def _values(column: pd.Series, field: Field) -> list[object]:
    """Return a column as SQLite takes it."""
    if field.kind == "instant":
        bare = column.dt.tz_convert("UTC").dt.tz_localize(None)
        return list(instant_texts(bare.to_numpy(dtype="datetime64[ms]")))
    return [None if pd.isna(value) else value for value in column.tolist()]


def _frame(
    connection: sqlite3.Connection,
    name: str,
    condition: str,
    values: tuple[object, ...],
    srs_id: int,
) -> pd.DataFrame:
    table = TABLES[name]
    rows = connection.execute(table.select(condition), values).fetchall()
    value_columns = list(zip(*rows, strict=True)) if rows else [()] * len(table.columns)
    by_name = dict(zip(table.columns, value_columns, strict=True))
    columns = {f.name: _column(list(by_name[f.name]), f) for f in table.fields}
    if table.schema.geometry is None:
        return pd.DataFrame(columns)
    blobs = np.array([*by_name["geom"], None], dtype=object)[:-1]
    shapes = np.full(len(blobs), None, dtype=object)
    is_there = blobs != None  # noqa: E711  elementwise
    read = _read_points if table.schema.geometry == "point" else _read_areas
    shapes[is_there] = read(blobs[is_there].tolist(), srs_id)
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=f"EPSG:{srs_id}")


def _blobs(shapes: NDArray[np.object_], srs_id: int) -> list[bytes]:
    """Return geometries of one layer, none missing, as GeoPackage binary."""
    if not (shapely.get_type_id(shapes) == shapely.GeometryType.POINT).all():
        return polygon_blobs(shapes, srs_id)
    return [point_blob(point.x, point.y, srs_id) for point in shapes]


def _read_points(blobs: list[bytes], srs_id: int) -> NDArray[np.object_]:
    xy = np.array([read_point(blob, srs_id) for blob in blobs]).reshape(-1, 2)
    return np.array(shapely.points(xy), dtype=object)


def _read_areas(blobs: list[bytes], srs_id: int) -> NDArray[np.object_]:
    """Return polygons whose headers are as they were written too."""
    areas = read_polygons(blobs)
    if polygon_blobs(areas, srs_id) != blobs:
        raise StoreError("A polygon is not as it was stored; take the last export.")
    return areas


def _column(values: list[Any], field: Field) -> ExtensionArray:
    """Return a column in the dtype of the store."""
    if field.kind == "instant":
        return pd.DatetimeIndex(read_times(values), tz="UTC").array
    if field.kind == "flag":
        if not set(values) <= {0, 1, None}:
            raise StoreError("A flag is not as it was stored; take the last export.")
        values = [None if value is None else bool(value) for value in values]
    return pd.Series(values, dtype=DTYPES[field.kind]).array
