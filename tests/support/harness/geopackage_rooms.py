"""An empty file of a store, open, for tests of one room of it."""

from contextlib import closing, contextmanager
from dataclasses import astuple

from layers.stores.geopackage.connections import StoreFile, connect
from layers.stores.geopackage.encoding import instant_texts
from layers.stores.geopackage.tables import create_geopackage
from support.harness.geopackage_faults import drop_walls

SRS_ID = 4490


@contextmanager
def open_file(folder):
    """Give a new file of store S in a folder."""
    path = folder / "town.gpkg"
    create_geopackage(path, store_id="S")
    # tests of rooms change rows, as only who owns the file can
    with closing(connect(path)) as connection:
        drop_walls(connection)
    with closing(StoreFile(path, is_service=False)) as file:
        yield file


def add_links(connection, town):
    """Put the links of a town on the log: rows that no link names are not read."""
    for link, _ in town.log():
        sequence, layer, count, recorded_at, *digests = astuple(link)
        connection.execute(
            "INSERT INTO log VALUES (?, ?, ?, ?, ?, ?)",
            (sequence, layer, count, *instant_texts([recorded_at]), *digests),
        )
