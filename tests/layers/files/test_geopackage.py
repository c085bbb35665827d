"""A GeoPackage is whole and its tables stay inside of it, or it is refused."""

import sqlite3
from pathlib import Path

import pytest

from gis.errors import InputFileError
from layers.files import read_events
from layers.files.geopackage import inspect_geopackage
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
        inspect_geopackage(broken.cut(path, 0.8))


def test_database_that_sqlite_cannot_read_is_refused(tmp_path: Path) -> None:
    path = broken.vector(tmp_path / "x.gpkg", broken.events_frame())
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xff" * 3996
    path.write_bytes(content)
    with pytest.raises(InputFileError, match=r"is damaged .*SQLite can read"):
        inspect_geopackage(path)
