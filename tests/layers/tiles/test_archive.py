"""MBTiles written whole, read tile by tile."""

import sqlite3
import threading
from contextlib import closing

import pytest

from gis.errors import SettingError
from layers.tiles.archive import (
    TileArchive,
    has_tiles,
    sole_builder,
    write_archive,
)

TILES = [(8, 3, 255, b"the north"), (8, 3, 0, b"south")]
"""Rows from the south."""


def test_tiles_are_read_by_rows_from_the_north(tmp_path):
    path = tmp_path / "town 甲?.mbtiles"
    write_archive(path, TILES, {"name": "grids"})
    with closing(TileArchive(path)) as archive:
        assert archive.tile(8, 255, 3) == b"south"
        assert archive.tile(8, 0, 3) == b"the north"
        assert archive.tile(8, 0, 4) is None
        assert archive.tile(9, 0, 3) is None
        assert has_tiles(path)
        assert archive.metadata["name"] == "grids"
        assert archive.metadata["format"] == "pbf"
        assert (archive.metadata["minzoom"], archive.metadata["maxzoom"]) == ("8", "14")


def test_a_file_that_fails_leaves_what_was_there(tmp_path):
    path = tmp_path / "town.mbtiles"
    path.write_bytes(b"old")
    with pytest.raises(sqlite3.IntegrityError):
        write_archive(path, [*TILES, TILES[0]], {})
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(SettingError, match="cannot be written"):
        write_archive(tmp_path / "no folder" / "town.mbtiles", TILES, {})


@pytest.mark.parametrize("content", [None, b"", b"no database at all, this is text"])
def test_what_is_no_archive_is_refused(tmp_path, content):
    path = tmp_path / "town.mbtiles"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(sqlite3.Error):
        TileArchive(path)
    assert not has_tiles(path)


def test_who_builds_waits_for_who_does(tmp_path):
    folder, order = tmp_path / "new", []

    def build():
        with sole_builder(folder):
            order.append("second")

    with sole_builder(folder):
        thread = threading.Thread(target=build)
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
