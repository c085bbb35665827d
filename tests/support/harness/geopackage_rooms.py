"""An empty file of a store, open, for tests of one room of it."""

from contextlib import closing, contextmanager

from layers.stores.geopackage.connections import StoreFile
from layers.stores.geopackage.tables import create_geopackage

SRS_ID = 4490


@contextmanager
def open_file(folder):
    """Give a new file of store S in a folder."""
    create_geopackage(folder / "town.gpkg", store_id="S")
    with closing(StoreFile(folder / "town.gpkg", is_service=False)) as file:
        yield file
