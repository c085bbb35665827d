"""Look at the parts of a Shapefile: all there, whole, and in which encoding."""

import codecs
import struct
from pathlib import Path
from typing import NamedTuple

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
    texts = ShapefileTexts(path, table.schema)
    texts.look_at(table)
    texts.decide(declared)
    return texts.decoded(table), texts.notices


class Sightings(NamedTuple):
    """How often a text stands in a column, and its first rows."""

    total: int
    rows: list[int]


class ShapefileTexts:
    """The texts of an attribute table, looked at part by part before they are decoded.

    Texts of plain ASCII say nothing of an encoding and are not kept.

    Parameters
    ----------
    path
        The file to name in messages.
    schema
        Names and types of the columns, with each byte as one character.

    Attributes
    ----------
    notices
        What to say about them, once `decide` was called.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._path = path
        self._names = [name.encode("latin-1") for name in schema.names]
        kinds = enumerate(schema.types)
        self._cells: dict[int, dict[bytes, Sightings]] = {
            at: {} for at, kind in kinds if pa.types.is_string(kind)
        }
        self._rows = 0
        self._encoding: str = "UTF-8"
        self.notices: tuple[str, ...] = ()

    def look_at(self, table: pa.Table) -> None:
        """Take the texts of the rows behind those before."""
        for at, cells in self._cells.items():
            column = table.column(at).combine_chunks().dictionary_encode()
            codes = column.indices.fill_null(len(column.dictionary)).to_numpy()
            order = np.argsort(codes, kind="stable")
            starts = np.searchsorted(
                codes[order], np.arange(len(column.dictionary) + 1)
            )
            for code, cell in enumerate(_bytes_of(column)):
                if not cell.isascii():
                    rows = order[starts[code] : starts[code + 1]]
                    before = cells.get(cell, Sightings(0, []))
                    first = (rows[:SHOWN] + self._rows + 1).tolist()
                    cells[cell] = Sightings(
                        before.total + len(rows), (before.rows + first)[:SHOWN]
                    )
        self._rows += table.num_rows

    def decide(self, declared: str) -> None:
        """Tell the encoding by all texts, as `decode_texts` does.

        Parameters
        ----------
        declared
            Content of the `.cpg` part; empty for none.

        Raises
        ------
        InputFileError
            If the bytes are neither, nor what is declared.
        """
        cells = [*self._names, *(cell for c in self._cells.values() for cell in c)]
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
                "The attribute table of {path!r} is in an encoding that is neither "
                "UTF-8 nor GB18030{first_odd}; export the layer in UTF-8.",
                path=str(self._path),
                first_odd=self._first_odd(),
            )
        self._encoding = encoding
        notices = self._about_halves()
        is_plain = all(map(bytes.isascii, cells))
        if own is not None and not is_plain and _family(own) != _family(encoding):
            notices.append(
                sentence(
                    "The '.cpg' part of {path!r} says {declared!r}, but its text is "
                    "{encoding} and is read so.",
                    path=str(self._path),
                    declared=declared,
                    encoding=encoding,
                )
            )
        self.notices = tuple(notices)

    def decoded(self, table: pa.Table) -> pa.Table:
        """Return rows in the encoding of all."""
        for at in self._cells:
            column = table.column(at).combine_chunks().dictionary_encode()
            texts = [self._text(cell) for cell in _bytes_of(column)]
            values = pa.array(texts, pa.string()).take(column.indices)
            table = table.set_column(at, table.schema.field(at), values)
        return table.rename_columns([self._text(name) for name in self._names])

    def _text(self, cell: bytes) -> str:
        """Return bytes as text, without half a character at their end."""
        return without_half(cell, self._encoding).decode(self._encoding)

    def _is_half(self, cell: bytes) -> bool:
        return without_half(cell, self._encoding) != cell

    def _about_halves(self) -> list[str]:
        """Return what to say about values that end in half a character."""
        halves = [
            sentence("the name of column {at}", at=at + 1)
            for at, name in enumerate(self._names)
            if self._is_half(name)
        ]
        count = len(halves)
        for at, cells in self._cells.items():
            sightings = [
                sighting for cell, sighting in cells.items() if self._is_half(cell)
            ]
            count += sum(sighting.total for sighting in sightings)
            name = self._text(self._names[at])
            halves += [
                sentence("row {row}, field {name!r}", row=row, name=name)
                for row in sorted(
                    row for sighting in sightings for row in sighting.rows
                )
            ]
        if not count:
            return []
        rest = (
            sentence("; and {halves:,} more", halves=count - SHOWN)
            if count > SHOWN
            else ""
        )
        return [
            sentence(
                "Cut within a character, which is left out, are in {path!r}: "
                "{halves}{rest}.",
                path=str(self._path),
                halves=joined("; ", halves[:SHOWN]),
                rest=rest,
            )
        ]

    def _first_odd(self) -> str:
        """Return where the first value stands that is text in neither encoding."""
        for at, cells in self._cells.items():
            for cell, sighting in cells.items():
                if encoding_of_cells([cell]) is None:
                    row = sighting.rows[0]
                    return sentence(
                        ", as row {row} in its column {at}", row=row, at=at + 1
                    )
        return ""


def _bytes_of(column: pa.DictionaryArray) -> list[bytes]:
    """Return the different values of a column as they stand in the file."""
    return [str(text).encode("latin-1") for text in column.dictionary.to_pylist()]


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
