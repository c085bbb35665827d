"""A consistent copy of the store for GIS software and for safe keeping."""

import sqlite3
from contextlib import closing
from pathlib import Path

from gis.errors import StoreError
from gis.os_reasons import os_reason
from layers.stores.geopackage.clock import insert_clock
from layers.stores.geopackage.connections import refusals
from layers.stores.geopackage.rated_grids import drop_rated_grids
from layers.stores.geopackage.tables import SIDE_FILES, TABLES
from layers.stores.town_clock import KeptClock

_BOUNDS = (
    "UPDATE gpkg_contents SET (min_x, min_y, max_x, max_y) = "
    "(SELECT min(minx), min(miny), max(maxx), max(maxy) FROM rtree_{table}_geom) "
    "WHERE table_name = '{table}_now'"
)


def write_export(
    source: sqlite3.Connection, path: Path, clock: KeptClock | None
) -> None:
    """Copy what a connection sees to a new file without a log beside it.

    Parameters
    ----------
    source
        Inside a transaction that reads.
    path
        Where nothing is yet.
    clock
        The clock of a made-up town, kept in the copy.

    Raises
    ------
    StoreError
        If there is a file, or it cannot be written; then none is left.
    """
    try:
        path.touch(exist_ok=False)
    except OSError as error:
        raise StoreError(
            "Export {path!r} cannot be made ({strerror}); choose a new name in a "
            "folder that can be written.",
            path=str(path),
            strerror=os_reason(error),
        ) from error
    try:
        with refusals(path), closing(sqlite3.connect(path)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            drop_rated_grids(copy)
            _say_bounds(copy)
            if clock is not None:
                insert_clock(copy, clock)
                copy.commit()
    except BaseException:
        # what SQLite has beside it too: on a full disk it leaves its journal
        for suffix in SIDE_FILES:
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        raise


def _say_bounds(copy: sqlite3.Connection) -> None:
    """Write the bounds of the layers whose rows of all times have a spatial index."""
    for name, table in TABLES.items():
        if table.schema.geometry is not None:
            copy.execute(_BOUNDS.format(table=name))
    copy.commit()
