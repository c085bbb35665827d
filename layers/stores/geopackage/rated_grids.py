"""The grids of a day in the five colours, put into an export for GIS software."""

import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np

from layers.stores.geopackage.client_words import write_words
from layers.stores.geopackage.connections import refusals
from layers.stores.geopackage.encoding import polygon_blobs
from layers.stores.geopackage.listed import RATED, RATED_LAYER
from layers.stores.geopackage.tables import GEOMETRY_TYPES, TYPES, srs_id_of


def write_rated_grids(path: Path, grids: gpd.GeoDataFrame, crs: str) -> None:
    """Add the layer `RATED` to an export that has none.

    It is no part of the store: `init --from` passes it over.

    Parameters
    ----------
    path
        What `Store.export` wrote.
    grids
        Grids with the columns of `RATED_LAYER`; a level that is missing is "no data".
    crs
        CRS of the store.

    Raises
    ------
    StoreError
        If the file cannot be written.
    """
    with refusals(path), closing(sqlite3.connect(path)) as copy, copy:
        _write(copy, grids, srs_id_of(crs))


def drop_rated_grids(connection: sqlite3.Connection) -> None:
    """Take the layer out of a copy of a store that was an export itself.

    Parameters
    ----------
    connection
        Inside a transaction that writes, or of a file that nobody else has open.
    """
    connection.execute(f"DROP TABLE IF EXISTS {RATED}")
    tables = ("gpkg_geometry_columns", "gpkg_data_columns", "gpkg_contents")
    for table in tables:
        connection.execute(f"DELETE FROM {table} WHERE table_name = ?", (RATED,))  # noqa: S608  names of tables
    connection.execute("DELETE FROM layer_styles WHERE f_table_name = ?", (RATED,))


def _write(copy: sqlite3.Connection, grids: gpd.GeoDataFrame, srs_id: int) -> None:
    fields = RATED_LAYER.fields
    columns = ", ".join(f"{field.name} {TYPES[field.kind]}" for field in fields)
    copy.execute(
        f"CREATE TABLE {RATED} (fid INTEGER NOT NULL PRIMARY KEY, "
        f"geom {GEOMETRY_TYPES['polygon']}, {columns})"
    )
    shapes = np.array(grids.geometry.to_numpy())
    names = [field.name for field in fields]
    values = grids[names].astype(object).where(grids[names].notna(), None)
    marks = ", ".join("?" * (len(names) + 1))
    copy.executemany(
        f"INSERT INTO {RATED} (geom, {', '.join(names)}) VALUES ({marks})",  # noqa: S608  names of fields
        [
            (blob, *row)
            for blob, row in zip(
                polygon_blobs(shapes, srs_id), values.to_numpy().tolist(), strict=True
            )
        ],
    )
    bounds = [float(side) for side in grids.total_bounds]
    copy.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, "
        "min_x, min_y, max_x, max_y, srs_id) "
        "VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?)",
        (RATED, RATED, "Grids in the colours of the day.", *bounds, srs_id),
    )
    copy.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)",
        (RATED, GEOMETRY_TYPES["polygon"], srs_id),
    )
    write_words(copy, {RATED: RATED_LAYER})
