"""Look at the parts of a Shapefile: all there, whole, and in which encoding."""

import struct
from pathlib import Path

from gis.errors import InputFileError
from layers.files import guards
from layers.files.encoding import encoding_of

PARTS = (".shp", ".shx", ".dbf")


def inspect_shapefile(path: Path, source: Path) -> dict[str, Path]:
    """Return the parts of a Shapefile by suffix, once they are whole and agree.

    Parameters
    ----------
    path
        The file to name in messages.
    source
        The `.shp` file to look at.
    """
    parts = {
        sibling.suffix.lower(): sibling
        for sibling in source.parent.iterdir()
        if sibling.stem == source.stem
    }
    for suffix in PARTS:
        if suffix not in parts:
            raise InputFileError(
                f"Shapefile {str(path)!r} has no {suffix!r} part, expected "
                f"{list(PARTS)!r} side by side; copy all parts."
            )
    try:
        rows = _shapefile_rows(path, parts)
    except (OSError, struct.error) as error:
        raise guards.cut(path, "a header is incomplete") from error
    if rows[".shx"] != rows[".dbf"]:
        raise guards.cut(
            path, f"{rows['.shx']} shapes stand beside {rows['.dbf']} rows"
        )
    return parts


def table_encoding(path: Path, table: Path) -> str:
    """Return the encoding of a dBASE table that comes without a `.cpg` file."""
    encoding = encoding_of(_table_text(guards.read_bytes(table)))
    if encoding is None:
        raise InputFileError(
            f"The attribute table of {str(path)!r} is neither UTF-8 nor GB18030 and "
            "there is no '.cpg' part; add one that names its encoding."
        )
    return encoding


def _shapefile_rows(path: Path, parts: dict[str, Path]) -> dict[str, int]:
    """Return the rows that index and table announce, once all parts are whole."""
    for suffix in (".shp", ".shx"):
        magic, words = struct.unpack(">i20xi", guards.head_of(parts[suffix])[:28])
        size = parts[suffix].stat().st_size
        if magic != 9994 or 2 * words > size:
            raise guards.cut(path, f"{suffix!r} has {size} bytes of {2 * words}")
    rows, header, width = struct.unpack("<IHH", guards.head_of(parts[".dbf"])[4:12])
    size = parts[".dbf"].stat().st_size
    if header + rows * width > size:
        raise guards.cut(path, f"'.dbf' has {size} bytes of {header + rows * width}")
    return {".shx": (2 * words - 100) // 8, ".dbf": rows}


def _table_text(data: bytes) -> bytes:
    """Return column names and values of a dBASE table, without its binary fields."""
    header = int.from_bytes(data[8:10], "little")
    names = [
        data[start : start + 11].partition(b"\x00")[0]
        for start in range(32, header - 1, 32)
    ]
    return b" ".join([*names, data[header:]])
