"""Look at a GeoPackage: whole, left alone, and without tables that reach outside."""

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from gis.errors import InputFileError
from gis.os_reasons import reason_of
from gis.sentences import sentence
from layers.files import guards

_WAL_MODE = b"\x02"
_JOURNAL_MAGIC = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
_OWN_TABLES = re.compile(r"USING\s+rtree", re.IGNORECASE)


@contextmanager
def undisturbed(path: Path, source: Path) -> Iterator[Path]:
    """Yield a database that may be opened without a change to what lies at a path.

    SQLite folds a write-ahead log into its database, and makes files beside a database
    in that mode, even where it only reads. Such a database is read through a copy, with
    what was not folded in yet.

    Parameters
    ----------
    path
        The file to name in messages.
    source
        Where it is.

    Raises
    ------
    InputFileError
        If a program stopped while it wrote the database, or no copy can be made.
    """
    journal, wal = (source.with_name(source.name + s) for s in ("-journal", "-wal"))
    if journal.is_file() and guards.head_of(journal).startswith(_JOURNAL_MAGIC):
        raise InputFileError(
            "GeoPackage {path!r} has {name!r} beside it: a program stopped while it "
            "wrote; open and close it there once, then copy it again.",
            path=str(path),
            name=journal.name,
        )
    parts = [source, wal] if wal.is_file() else [source]
    if len(parts) == 1 and guards.head_of(source)[18:19] != _WAL_MODE:
        yield source
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / source.name
        try:
            for part in parts:
                shutil.copyfile(part, copy.with_name(part.name))
            with closing(sqlite3.connect(copy)) as connection:
                connection.execute("PRAGMA journal_mode = DELETE").fetchall()
        except (OSError, sqlite3.Error) as error:
            raise InputFileError(
                "GeoPackage {path!r} was left open by another program and cannot be "
                "copied ({error}); close it there and copy it with its '-wal'.",
                path=str(path),
                error=reason_of(error),
            ) from error
        yield copy


def inspect_geopackage(path: Path, source: Path) -> None:
    """Refuse a GeoPackage that is cut, or whose tables reach outside of it.

    Parameters
    ----------
    path
        The file to name in messages.
    source
        The database to look at.
    """
    head = guards.head_of(source)
    pages = int.from_bytes(head[28:32], "big")
    page_bytes = int.from_bytes(head[16:18], "big")
    page_bytes = 65536 if page_bytes == 1 else page_bytes
    if len(head) < 100 or pages * page_bytes > source.stat().st_size:
        raise guards.cut(
            path,
            sentence(
                "{pages} pages of {page_bytes} bytes were announced",
                pages=pages,
                page_bytes=page_bytes,
            ),
        )
    try:
        rows = _sqlite_entries(source)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise InputFileError(
            "GeoPackage {path!r} is damaged ({error}), expected a database that "
            "SQLite can read; export it again.",
            path=str(path),
            error=reason_of(error),
        ) from error
    if not any(name == "gpkg_contents" for name, _ in rows):
        raise InputFileError(
            "File {path!r} is a SQLite database without the table 'gpkg_contents', "
            "expected a GeoPackage; export it as one.",
            path=str(path),
        )
    for name, sql in rows:
        if _reaches_outside(sql):
            raise InputFileError(
                "GeoPackage {path!r} holds {name!r}, a view or virtual table, which "
                "may read other files; export the layer as a plain table.",
                path=str(path),
                name=name,
            )


def _sqlite_entries(path: Path) -> list[tuple[str, str]]:
    """Return name and definition of all that a SQLite database holds."""
    address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    connection = sqlite3.connect(address, uri=True)
    try:
        rows = connection.execute("SELECT name, sql FROM sqlite_master").fetchall()
    finally:
        connection.close()
    return [(str(name), str(sql or "")) for name, sql in rows]


def _reaches_outside(sql: str) -> bool:
    """Say whether a definition runs code of a driver when it is read."""
    words = sql.upper().split()[:3]
    if "VIEW" in words:
        return True
    return "VIRTUAL" in words and not _OWN_TABLES.search(sql)
