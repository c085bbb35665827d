"""The clock of a made-up town as rows of a GeoPackage."""

import sqlite3

import pytest

from layers.stores.geopackage.clock import insert_clock, read_clock
from layers.stores.geopackage.connections import StoreFile
from layers.stores.geopackage.tables import create_geopackage
from layers.stores.town_clock import KeptClock


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "town.gpkg"
    create_geopackage(path)
    file = StoreFile(path, is_service=False)
    yield file
    file.close()


def test_clock_added_last_is_read(file):
    with file.reading() as connection:
        assert read_clock(connection) is None
    with file.writing() as connection:
        insert_clock(connection, KeptClock(5, 2.5, 9))
        insert_clock(connection, KeptClock(7))
    with file.reading() as connection:
        assert read_clock(connection) == KeptClock(7, 1.0, None)


def test_clocks_are_only_added(file):
    with file.writing() as connection:
        insert_clock(connection, KeptClock(5))
        for change in ("UPDATE clock SET base = 6", "DELETE FROM clock"):
            with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
                connection.execute(change)
