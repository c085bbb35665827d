"""Look at a GeoPackage: whole, and without tables that reach outside of it."""

import re
import sqlite3
from pathlib import Path
from urllib.parse import quote

from gis.errors import InputFileError
from layers.files import guards

_OWN_TABLES = re.compile(r"USING\s+rtree", re.IGNORECASE)


def inspect_geopackage(path: Path) -> None:
    """Refuse a GeoPackage that is cut, or whose tables reach outside of it."""
    head = guards.head_of(path)
    pages = int.from_bytes(head[28:32], "big")
    page_bytes = int.from_bytes(head[16:18], "big")
    page_bytes = 65536 if page_bytes == 1 else page_bytes
    if len(head) < 100 or pages * page_bytes > path.stat().st_size:
        raise guards.cut(path, f"{pages} pages of {page_bytes} bytes were announced")
    try:
        rows = _sqlite_entries(path)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise InputFileError(
            f"GeoPackage {str(path)!r} is damaged ({error}), expected a database that "
            "SQLite can read; export it again."
        ) from error
    if not any(name == "gpkg_contents" for name, _ in rows):
        raise InputFileError(
            f"File {str(path)!r} is a SQLite database without the table "
            "'gpkg_contents', expected a GeoPackage; export it as one."
        )
    for name, sql in rows:
        if _reaches_outside(sql):
            raise InputFileError(
                f"GeoPackage {str(path)!r} holds {name!r}, a view or virtual table, "
                "which may read other files; export the layer as a plain table."
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
