"""Tiles in one file: MBTiles 1.3, written whole and read tile by tile."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import quote

from layers.files.whole_file import whole_file
from layers.tiles.matrix import ZOOMS

Tile: TypeAlias = tuple[int, int, int, bytes]
"""Zoom, column, row from the south as in the file, and the bytes."""

APPLICATION_ID: Final = 0x4D504258
"""Of MBTiles, "MPBX"."""
WAIT_S: Final = 600.0
"""Who builds waits so long for another process that does."""
SCHEMA: Final = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA journal_mode = off;
CREATE TABLE metadata (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE tiles (
    zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB
);
"""
INDEX: Final = """
CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row)
"""


class TileArchive:
    """Tiles of a file, compressed by gzip as they are in it.

    Parameters
    ----------
    path
        The file; whatever becomes of its name, this goes on reading what it was.

    Raises
    ------
    sqlite3.Error
        If there is no such file, or it is none of MBTiles.
    """

    def __init__(self, path: Path) -> None:
        address = f"file:{quote(str(path))}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        self.metadata = dict(
            self._connection.execute("SELECT name, value FROM metadata")
        )

    def tile(self, zoom: int, row: int, column: int) -> bytes | None:
        """Return a tile; None where there is nothing.

        Parameters
        ----------
        zoom, row, column
            Rows from the north.
        """
        # rows of MBTiles go up from the south
        place = (zoom, column, (1 << zoom) - 1 - row)
        entry = self._connection.execute(
            "SELECT tile_data FROM tiles "
            "WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
            place,
        ).fetchone()
        return None if entry is None else bytes(entry[0])

    def close(self) -> None:
        """End reading."""
        self._connection.close()


def has_tiles(path: Path) -> bool:
    """Say whether there is a file of tiles that can be read.

    Parameters
    ----------
    path
        The file.
    """
    try:
        TileArchive(path).close()
    except sqlite3.Error:
        return False
    return True


def write_archive(
    path: Path, tiles: Iterable[Tile], metadata: Mapping[str, str]
) -> None:
    """Write tiles into one file, whole or not at all.

    Parameters
    ----------
    path
        The file.
    tiles
        Each once.
    metadata
        What the file says of itself, besides its zooms.

    Raises
    ------
    SettingError
        If it cannot be written.
    """
    zooms = {"minzoom": str(ZOOMS[0]), "maxzoom": str(ZOOMS[-1])}
    rows = {"format": "pbf", "type": "overlay", **zooms, **metadata}
    with whole_file(path) as target, closing(sqlite3.connect(target)) as connection:
        connection.executescript(SCHEMA)
        connection.executemany("INSERT INTO metadata VALUES (?, ?)", rows.items())
        connection.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", sorted(tiles))
        connection.execute(INDEX)
        connection.commit()


@contextmanager
def sole_builder(folder: Path) -> Iterator[None]:
    """Keep other processes that build in a folder waiting.

    However this one ends, the next goes on: SQLite's locks end with their process.

    Parameters
    ----------
    folder
        Where to; it is made.

    Raises
    ------
    OSError
        If it cannot be made.
    sqlite3.OperationalError
        If another takes longer than `WAIT_S`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = sqlite3.connect(folder / "building.lock", timeout=WAIT_S)
    with closing(lock):
        lock.execute("BEGIN EXCLUSIVE")
        yield
