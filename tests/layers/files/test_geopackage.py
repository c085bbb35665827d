"""A GeoPackage is whole and its tables stay inside of it, or it is refused."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gis.errors import InputFileError
from layers.files import read_events
from layers.files.geopackage import inspect_geopackage, undisturbed
from support.harness.refusals import refusal
from support.makers import broken_files as broken


def geopackage_with(path: Path, sql: str) -> Path:
    """A GeoPackage with one more definition in it."""
    broken.vector(path, broken.events_frame())
    connection = sqlite3.connect(path)
    connection.execute(sql)
    connection.commit()
    connection.close()
    return path


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE VIRTUAL TABLE spy USING fts5(x)",
        "CREATE VIEW spy AS SELECT 1",
        "CREATE TEMPORARY TABLE t (x)",
    ],
    ids=["virtual", "view", "harmless"],
)
def test_geopackage_that_reaches_outside_is_refused(tmp_path: Path, sql: str) -> None:
    path = geopackage_with(tmp_path / "x.gpkg", sql)
    if "spy" in sql:
        assert "may read other files" in refusal(path)
    else:
        assert read_events(path).columns.num_rows == 3


def test_sqlite_database_that_is_no_geopackage_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (x)")
    connection.commit()
    connection.close()
    assert "gpkg_contents" in refusal(path)


def test_cut_file_is_refused_by_the_pages_that_it_announced(tmp_path: Path) -> None:
    path = broken.vector(tmp_path / "x.gpkg", broken.events_frame())
    with pytest.raises(InputFileError, match="pages of 4096 bytes were announced"):
        inspect_geopackage(path, broken.cut(path, 0.8))


def test_database_that_sqlite_cannot_read_is_refused(tmp_path: Path) -> None:
    path = broken.vector(tmp_path / "x.gpkg", broken.events_frame())
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xff" * 3996
    path.write_bytes(content)
    with pytest.raises(InputFileError, match=r"is damaged .*SQLite can read"):
        inspect_geopackage(path, path)


def left_open(folder: Path) -> Path:
    """A GeoPackage as a program leaves it that did not close it: a row in its log."""
    path = broken.vector(folder / "open.gpkg", broken.events_frame())
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("CREATE TABLE notes AS SELECT 'late' AS note")
        writer.execute(
            "INSERT INTO gpkg_contents (table_name, data_type) VALUES ('notes', 'x')"
        )
        writer.commit()
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", folder / f"left.gpkg{suffix}")
    return folder / "left.gpkg"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_write_ahead_log_is_read_and_nothing_is_changed(tmp_path: Path) -> None:
    path = left_open(tmp_path)
    before = contents(tmp_path)
    # of the two layers one has geometry; the other is in the log alone
    assert read_events(path).columns.num_rows == 3
    with undisturbed(path, path) as source, closing(sqlite3.connect(source)) as copy:
        assert copy.execute("SELECT note FROM notes").fetchall() == [("late",)]
    assert contents(tmp_path) == before


def test_database_in_that_mode_gets_no_files_beside_it(tmp_path: Path) -> None:
    path = broken.vector(tmp_path / "x.gpkg", broken.events_frame())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    before, changed = contents(tmp_path), tmp_path.stat().st_mtime_ns
    assert read_events(path).columns.num_rows == 3
    assert contents(tmp_path) == before
    assert tmp_path.stat().st_mtime_ns == changed


def test_plain_database_is_read_where_it_is(tmp_path: Path) -> None:
    path = broken.vector(tmp_path / "x.gpkg", broken.events_frame())
    with undisturbed(path, path) as source:
        assert source == path


def test_view_that_only_the_log_holds_is_refused(tmp_path: Path) -> None:
    path = broken.vector(tmp_path / "open.gpkg", broken.events_frame())
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE VIEW spy AS SELECT 1")
        writer.commit()
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", tmp_path / f"left.gpkg{suffix}")
    assert "may read other files" in refusal(tmp_path / "left.gpkg")


def test_database_that_was_being_written_is_refused(tmp_path: Path) -> None:
    path = broken.vector(tmp_path / "x.gpkg", broken.events_frame())
    journal = tmp_path / "x.gpkg-journal"
    journal.write_bytes(bytes.fromhex("d9d505f920a163d7") + bytes(504))
    before = contents(tmp_path)
    assert "stopped while it wrote" in refusal(path)
    assert contents(tmp_path) == before


def test_log_that_is_no_log_is_one_sentence_or_the_rows(tmp_path: Path) -> None:
    path = broken.vector(tmp_path / "x.gpkg", broken.events_frame())
    (tmp_path / "x.gpkg-wal").write_bytes(b"x" * 5000)
    before = contents(tmp_path)
    assert read_events(path).columns.num_rows == 3
    assert contents(tmp_path) == before
