"""Layers of facts as rows of a GeoPackage."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.errors import StoreError
from gis.models import Instant
from layers.schema.layer import Field
from layers.stores.facts import DTYPES, Selection, fact_layer
from layers.stores.geopackage.encoding import (
    instant_texts,
    point_blob,
    read_instants,
    read_point,
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
        points = rows.geometry.to_numpy()
        xy = zip(shapely.get_x(points), shapely.get_y(points), strict=True)
        blobs = [None if np.isnan(x) else point_blob(x, y, srs_id) for x, y in xy]
        columns.insert(0, blobs)
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
    points = np.array(
        [
            None if blob is None else shapely.Point(read_point(blob, srs_id))
            for blob in by_name["geom"]
        ],
        dtype=object,
    )
    return gpd.GeoDataFrame(columns, geometry=points, crs=f"EPSG:{srs_id}")


def _column(values: list[Any], field: Field) -> pd.Series:
    """Return a column in the dtype of the store."""
    if field.kind == "instant":
        return pd.Series(pd.DatetimeIndex(read_times(values), tz="UTC"))
    if field.kind == "flag":
        if not set(values) <= {0, 1, None}:
            raise StoreError("A flag is not as it was stored; take the last export.")
        values = [None if value is None else bool(value) for value in values]
    return pd.Series(values, dtype=DTYPES[field.kind])
