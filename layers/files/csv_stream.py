"""Read and write CSV part by part: whole records, read as a file of them is."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, Protocol

import pyarrow as pa

from gis.errors import InputFileError
from layers.files import guards
from layers.files.answers import with_added
from layers.files.csv_lines import CsvLines
from layers.files.delimited import (
    BOM,
    HEADER_BYTES,
    Dialect,
    no_text,
    open_text,
    read_records,
)
from layers.files.encoding import Encoding, encoding_of
from layers.files.quoting import Quotes, line_ends
from layers.files.table import EventTable

BLOCK_BYTES: Final = HEADER_BYTES
MOST_RECORD_BYTES: Final = 4 * BLOCK_BYTES
PART_ROWS: Final = 65_536


class Readable(Protocol):
    """Bytes that are read block by block."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, none at the end."""


class CsvStream:
    """Events of a CSV, and the same CSV with columns added.

    What is read and refused is what `read_delimited` reads and refuses; the encoding is
    judged by the first block of `BLOCK_BYTES` that is not plain ASCII.

    Parameters
    ----------
    path
        Name of the stream, for sentences.
    source
        To read from.
    target
        To write to.
    """

    def __init__(self, path: Path, source: BinaryIO, target: BinaryIO) -> None:
        self._path = path
        self._source = source
        self._lines = CsvLines(target)

    def parts(self) -> Iterator[EventTable]:
        """Yield all rows in order, as `csv_parts` does."""
        return csv_parts(self._path, self._source)

    def write(self, table: EventTable, added: pa.Table) -> None:
        """Write rows with columns behind their own, the header before the first."""
        rows, _ = with_added(table.columns, added)
        self._lines.write(rows, table)

    def finish(self) -> None:
        """Nothing stands behind the last line."""


def csv_parts(
    path: Path, source: Readable, block_bytes: int = BLOCK_BYTES
) -> Iterator[EventTable]:
    """Yield all rows of a CSV in order, an empty part where there are none.

    Parameters
    ----------
    path
        Name of the text, for sentences.
    source
        To read from.
    block_bytes
        So much is read at once.

    Raises
    ------
    InputFileError
        For text that is not read, quotes that do not prove the records, and a row with
        more or fewer values than the header, by its line.
    """
    text = TextBlocks(path, source, block_bytes)
    for table in _tables(path, text):
        for start in range(0, max(1, table.num_rows), PART_ROWS):
            yield EventTable(table.slice(start, PART_ROWS), has_bom=text.has_bom)


def _tables(path: Path, text: "TextBlocks") -> Iterator[pa.Table]:
    """Yield the records of block after block."""
    dialect: Dialect | None = None
    rest, line, has_header = b"", 1, True
    for block in text:
        rest += block
        if dialect is None:
            rest, dialect, line = open_text(path, rest)
            guards.refuse_width(path, len(dialect.names))
        end = len(rest) if text.is_over else _end_of_records(rest, dialect)
        if end:
            whole = rest[:end]
            yield read_records(path, whole, dialect, line, has_header=has_header)
            rest, line = rest[end:], line + line_ends(rest, 0, end)
            has_header = False
        elif len(rest) > MOST_RECORD_BYTES:
            raise InputFileError(
                "The record that begins in line {line} is longer than "
                "{most_record_bytes} MiB or opens a quote that is never closed; "
                "close it, or shorten the record.",
                line=line,
                most_record_bytes=MOST_RECORD_BYTES >> 20,
            )


class TextBlocks:
    """The blocks of a text as UTF-8, each but the last one of whole lines.

    Parameters
    ----------
    path
        Name of the text, for sentences.
    source
        To read from.
    block_bytes
        So much is read at once.

    Attributes
    ----------
    has_bom
        Whether the text begins with the byte order mark of UTF-8.
    is_over
        Whether the block at hand is the last one.
    """

    def __init__(self, path: Path, source: Readable, block_bytes: int) -> None:
        self._path = path
        self._source = source
        self._block_bytes = block_bytes
        self._encoding: Encoding | None = None
        self._line = 1
        self.has_bom = False
        self.is_over = False

    def __iter__(self) -> Iterator[bytes]:
        rest, is_first = b"", True
        while not self.is_over:
            data = self._source.read(self._block_bytes)
            self.is_over = not data
            rest += data
            end = len(rest) if self.is_over else rest.rfind(b"\n") + 1
            if not end and len(rest) <= MOST_RECORD_BYTES and not self.is_over:
                continue
            # text without line feeds has carriage returns, or is one long line
            end = end or _last_return(rest)
            text = self._decoded(rest[:end])
            if is_first:
                self.has_bom, is_first = text.startswith(BOM), False
                text = text.removeprefix(BOM)
            yield text
            rest = rest[end:]
            self._line += line_ends(text, 0, len(text))

    def _decoded(self, block: bytes) -> bytes:
        """Return a block as UTF-8, in the encoding of the first that tells it."""
        if b"\x00" in block:
            if guards.has_stray_nul(block):
                line = self._line + line_ends(block, 0, block.index(b"\x00"))
                raise guards.with_nul(self._path, "CSV", line)
            raise no_text(self._path)
        if block.isascii():
            return block
        if self._encoding is None:
            self._encoding = encoding_of(block)
            if self._encoding is None:
                raise no_text(self._path)
        try:
            return block.decode(self._encoding).encode()
        except UnicodeDecodeError as error:
            line = self._line + line_ends(block, 0, error.start)
            raise InputFileError(
                "Line {line} of {path!r} is no {encoding} text, as what stands before "
                "it is; save it in one encoding, UTF-8.",
                line=line,
                path=str(self._path),
                encoding=self._encoding,
            ) from error


def _last_return(text: bytes) -> int:
    """Return where the last line ends that a carriage return ends, else the end."""
    # the last byte may be half of a line end
    return text.rfind(b"\r", 0, len(text) - 1) + 1 or len(text)


def _end_of_records(text: bytes, dialect: Dialect) -> int:
    """Return where the last whole record ends, 0 for none."""
    return Quotes(text, ord(dialect.delimiter)).last_record_end()
