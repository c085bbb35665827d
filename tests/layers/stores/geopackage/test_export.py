"""An export is one state in one file, with the bounds of what lies in it."""

import sqlite3
from contextlib import closing

import pytest

from gis.errors import StoreError
from layers.stores.geopackage.events import insert_events
from layers.stores.geopackage.export import write_export
from layers.stores.geopackage.facts import insert_facts
from support.harness.geopackage_rooms import SRS_ID, add_links, open_file
from support.makers.stored_rows import events_of_town, make_memory_town


@pytest.fixture
def file(tmp_path):
    town = make_memory_town()
    with open_file(tmp_path) as opened:
        with opened.writing() as connection:
            add_links(connection, town)
            insert_events(connection, events_of_town(town), SRS_ID)
            places = town.records("enterprises")
            insert_facts(connection, "enterprises", places, SRS_ID)
        yield opened


def query(path, statement):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def test_export_holds_what_its_reader_sees(file, tmp_path):
    with file.reading() as connection:
        connection.execute("SELECT count(*) FROM events").fetchone()
        with file.writing() as writer:
            writer.execute("INSERT INTO outbox VALUES (NULL, 'police', 1)")
        write_export(connection, tmp_path / "copy.gpkg", None)
    copy = tmp_path / "copy.gpkg"
    assert query(copy, "SELECT count(*) FROM events") == [(3,)]
    assert query(copy, "SELECT count(*) FROM outbox") == [(0,)]
    assert query(copy, "PRAGMA journal_mode") == [("delete",)]


def test_bounds_are_those_of_the_points_and_none_of_an_empty_layer(file, tmp_path):
    with file.reading() as connection:
        write_export(connection, tmp_path / "copy.gpkg", None)
    bounds = {
        name: box
        for name, *box in query(
            tmp_path / "copy.gpkg",
            "SELECT table_name, min_x, min_y, max_x, max_y FROM gpkg_contents",
        )
    }
    assert bounds["enterprises_now"] == pytest.approx([120, 30, 120, 30], abs=1e-4)
    assert bounds["stations_now"] == [None] * 4


def test_file_that_is_there_stays_as_it_is(file, tmp_path):
    (tmp_path / "copy.gpkg").write_text("mine")
    with (
        file.reading() as connection,
        pytest.raises(StoreError, match="choose a new name"),
    ):
        write_export(connection, tmp_path / "copy.gpkg", None)
    assert (tmp_path / "copy.gpkg").read_text() == "mine"


def test_export_that_fails_leaves_no_file(file, tmp_path):
    with file.reading() as connection:
        pass
    connection.close()
    with pytest.raises(StoreError, match=r"copy\.gpkg' refused"):
        write_export(connection, tmp_path / "copy.gpkg", None)
    assert not (tmp_path / "copy.gpkg").exists()


def test_journal_that_sqlite_leaves_goes_with_an_export_that_fails(file, tmp_path):
    path = tmp_path / "copy.gpkg"
    journal = tmp_path / "copy.gpkg-journal"

    class Breaking(sqlite3.Connection):
        def backup(self, *_args, **_more):
            journal.touch()
            raise sqlite3.OperationalError("database or disk is full")

    source = sqlite3.connect(":memory:", factory=Breaking)
    with closing(source), pytest.raises(StoreError):
        write_export(source, path, None)
    assert not path.exists()
    assert not journal.exists()
