"""Look at the parts of a Shapefile: all there, whole, and in which encoding."""

import codecs
import struct
from pathlib import Path

import numpy as np
import pyarrow as pa

from gis.errors import InputFileError
from gis.sentences import joined, sentence
from layers.files import guards
from layers.files.encoding import encoding_of_cells, is_likely, without_half

PARTS = (".shp", ".shx", ".dbf")
SHOWN = 3
UNICODE = ("utf-8", "gb2312", "gbk", "gb18030")
"""Codecs that the bytes themselves were judged by."""


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
                "Shapefile {path!r} has no {suffix!r} part, expected {parts!r} side "
                "by side; copy all parts.",
                path=str(path),
                suffix=suffix,
                parts=list(PARTS),
            )
    try:
        rows = _shapefile_rows(path, parts)
    except (OSError, struct.error) as error:
        raise guards.cut(path, sentence("a header is incomplete")) from error
    if rows[".shx"] != rows[".dbf"]:
        raise guards.cut(
            path,
            sentence(
                "{shx} shapes stand beside {dbf} rows",
                shx=rows[".shx"],
                dbf=rows[".dbf"],
            ),
        )
    return parts


def decode_texts(
    path: Path, table: pa.Table, declared: str
) -> tuple[pa.Table, tuple[str, ...]]:
    """Return an attribute table in its encoding, and what to say about it.

    The bytes decide. What the `.cpg` part declares counts only where they are neither
    UTF-8 nor GB18030. Half a character at the end of a value, where a field was full,
    is left out and said.

    Parameters
    ----------
    path
        The file to name in messages.
    table
        Names and texts with each byte as one character, as Latin-1 has them.
    declared
        Content of the `.cpg` part; empty for none.

    Raises
    ------
    InputFileError
        If the bytes are neither, nor what is declared.
    """
    places = [
        at for at, kind in enumerate(table.schema.types) if pa.types.is_string(kind)
    ]
    columns = {
        at: table.column(at).combine_chunks().dictionary_encode() for at in places
    }
    names = [name.encode("latin-1") for name in table.column_names]
    cells = [*names]
    for column in columns.values():
        cells += _bytes_of(column)
    encoding: str | None = encoding_of_cells(cells)
    own = _codec(declared)
    if (
        encoding is None
        and own is not None
        and own not in UNICODE
        and _fits(cells, own)
    ):
        encoding = own
    if encoding is None:
        raise InputFileError(
            "The attribute table of {path!r} is in an encoding that is neither UTF-8 "
            "nor GB18030{first_odd}; export the layer in UTF-8.",
            path=str(path),
            first_odd=_first_odd(table, columns),
        )
    halves = [
        sentence("the name of column {at}", at=at + 1)
        for at, name in enumerate(names)
        if without_half(name, encoding) != name
    ]
    texts = [without_half(name, encoding).decode(encoding) for name in names]
    for at, column in columns.items():
        halves += _halves(column, texts[at], encoding)
        table = table.set_column(at, table.schema.field(at), _decoded(column, encoding))
    notices = _about_halves(path, halves)
    is_plain = all(map(bytes.isascii, cells))
    if own is not None and not is_plain and _family(own) != _family(encoding):
        notices.append(
            sentence(
                "The '.cpg' part of {path!r} says {declared!r}, but its text is "
                "{encoding} and is read so.",
                path=str(path),
                declared=declared,
                encoding=encoding,
            )
        )
    return table.rename_columns(texts), tuple(notices)


def _bytes_of(column: pa.DictionaryArray) -> list[bytes]:
    """Return the different values of a column as they stand in the file."""
    return [str(text).encode("latin-1") for text in column.dictionary.to_pylist()]


def _decoded(column: pa.DictionaryArray, encoding: str) -> pa.Array:
    """Return a column in its encoding."""
    texts = [
        without_half(cell, encoding).decode(encoding) for cell in _bytes_of(column)
    ]
    return pa.array(texts, pa.string()).take(column.indices)


def _halves(column: pa.DictionaryArray, name: str, encoding: str) -> list[str]:
    """Return the places of values that end in half a character."""
    is_half = [without_half(c, encoding) != c for c in _bytes_of(column)]
    if not any(is_half):
        return []
    marks = pa.array(is_half).take(column.indices).fill_null(False)
    rows = np.flatnonzero(marks.to_numpy(zero_copy_only=False)) + 1
    return [
        sentence("row {row}, field {name!r}", row=row, name=name)
        for row in rows.tolist()
    ]


def _about_halves(path: Path, halves: list[str]) -> list[str]:
    """Return what to say about values that end in half a character."""
    if not halves:
        return []
    rest = (
        sentence("; and {halves:,} more", halves=len(halves) - SHOWN)
        if len(halves) > SHOWN
        else ""
    )
    return [
        sentence(
            "Cut within a character, which is left out, are in {path!r}: "
            "{halves}{rest}.",
            path=str(path),
            halves=joined("; ", halves[:SHOWN]),
            rest=rest,
        )
    ]


def _first_odd(table: pa.Table, columns: dict[int, pa.DictionaryArray]) -> str:
    """Return where the first value stands that is text in neither encoding."""
    for at, column in columns.items():
        for place, cell in enumerate(_bytes_of(column)):
            if encoding_of_cells([cell]) is None:
                row = column.indices.to_pylist().index(place) + 1
                return sentence(", as row {row} in its column {at}", row=row, at=at + 1)
    return ""


def _codec(declared: str) -> str | None:
    """Return the codec that a `.cpg` part names; None for none that is known."""
    name = declared.strip().lower().replace(" ", "-")
    for candidate in (name, f"cp{name}", f"iso-{name}"):
        try:
            return codecs.lookup(candidate).name
        except LookupError:
            continue
    return None


def _family(codec: str) -> str:
    """Return GB18030 for what it contains, and a codec as Python names it."""
    name = codecs.lookup(codec).name
    return "gb18030" if name in ("gb2312", "gbk") else name


def _fits(cells: list[bytes], codec: str) -> bool:
    """Say whether texts make sense in a codec."""
    try:
        text = "\n".join(without_half(cell, codec).decode(codec) for cell in cells)
    except UnicodeDecodeError:
        return False
    return is_likely(text)


def _shapefile_rows(path: Path, parts: dict[str, Path]) -> dict[str, int]:
    """Return the rows that index and table announce, once all parts are whole."""
    for suffix in (".shp", ".shx"):
        magic, words = struct.unpack(">i20xi", guards.head_of(parts[suffix])[:28])
        size = parts[suffix].stat().st_size
        if magic != 9994 or 2 * words > size:
            raise guards.cut(
                path,
                sentence(
                    "{suffix!r} has {size} bytes of {words}",
                    suffix=suffix,
                    size=size,
                    words=2 * words,
                ),
            )
    rows, header, width = struct.unpack("<IHH", guards.head_of(parts[".dbf"])[4:12])
    size = parts[".dbf"].stat().st_size
    if header + rows * width > size:
        raise guards.cut(
            path,
            sentence(
                "'.dbf' has {size} bytes of {header}",
                size=size,
                header=header + rows * width,
            ),
        )
    return {".shx": (2 * words - 100) // 8, ".dbf": rows}
