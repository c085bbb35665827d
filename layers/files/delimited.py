"""Read CSV as text: every value as it stands, nothing guessed but the delimiter."""

import csv
import io
import re
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.csv

from gis.errors import InputFileError
from layers.files import guards
from layers.files.archives import empty_gzip, gunzip
from layers.files.encoding import encoding_of
from layers.files.quoting import refuse_unproved

DELIMITERS = (",", ";", "\t")
MAX_VALUE_BYTES = 64 * 1024**2
HEADER_BYTES: Final = 1024**2
"""So much of a text its delimiter is judged by."""
BOM: Final = b"\xef\xbb\xbf"
_SEP = re.compile(rb'"?sep=([,;\t|])"?(?:\r\n|\r|\n)', re.IGNORECASE)


def read_delimited(path: Path, data: bytes) -> pa.Table:
    """Return a CSV as text columns, in order, empty values as empty text.

    UTF-8 with or without BOM and GB18030 are read. The delimiter is the one of comma,
    semicolon and tab that gives the header the most columns and the first row as many,
    or the one that a first line such as ``sep=;`` says.

    Raises
    ------
    InputFileError
        For another encoding, quotes that do not prove the records, and a row with more
        or fewer values than the header, by its line.
    """
    opening = open_text(path, _as_utf8(path, data))
    return read_records(
        path, opening.text, opening.dialect, opening.first_line, has_header=True
    )


class Dialect(NamedTuple):
    """How the records of a text are written: delimiter, and names of the columns."""

    delimiter: str
    names: list[str]


class Opening(NamedTuple):
    """A text from its header on, how it is written, and the line of the header."""

    text: bytes
    dialect: Dialect
    first_line: int


def open_text(path: Path, content: bytes) -> Opening:
    """Return how a text is written, judged by its header and the record after it.

    Parameters
    ----------
    path
        For the sentence.
    content
        UTF-8 without BOM, the beginning of the text or all of it.

    Raises
    ------
    InputFileError
        If it has no header.
    """
    text = content.lstrip(b"\r\n")
    first_line = 1 + len(content[: len(content) - len(text)].splitlines())
    declared = _SEP.match(text)
    if declared:
        text, first_line = text[declared.end() :], first_line + 1
    dialect = _dialect(path, text, declared and declared[1].decode())
    return Opening(text, dialect, first_line)


def read_records(
    path: Path, text: bytes, dialect: Dialect, first_line: int, *, has_header: bool
) -> pa.Table:
    """Return the records of a text as text columns.

    Parameters
    ----------
    path
        For the sentence.
    text
        UTF-8, whole records.
    dialect
        How they are written.
    first_line
        Number of the first line of the text in the file.
    has_header
        Whether the first record is the header.

    Raises
    ------
    InputFileError
        For quotes that do not prove the records, and a row with more or fewer values
        than the header, by its line.
    """
    refuse_unproved(path, text, dialect.delimiter, len(dialect.names), first_line)
    try:
        whole = text if text.endswith(b"\n") else text + b"\n"
        return _parse(whole, dialect, 1 if has_header else 0)
    except pa.ArrowException as error:
        raise _ragged(path, text, dialect, first_line) from error


def _parse(text: bytes, dialect: Dialect, skipped: int) -> pa.Table:
    """Parse UTF-8 text with Arrow, every column as text."""
    names = dialect.names
    places = [str(place) for place in range(len(names))]
    table = pyarrow.csv.read_csv(
        pa.BufferReader(text),
        read_options=pyarrow.csv.ReadOptions(
            column_names=places,
            skip_rows_after_names=skipped,
            block_size=MAX_VALUE_BYTES,
        ),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=dialect.delimiter,
            newlines_in_values=True,
            ignore_empty_lines=len(names) > 1,
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(places, pa.string()),
            null_values=[],
            strings_can_be_null=False,
        ),
    )
    return table.rename_columns(names)


def _as_utf8(path: Path, data: bytes) -> bytes:
    """Return text as UTF-8 without BOM."""
    if b"\x00" in data and guards.has_stray_nul(data):
        line = 1 + data[: data.index(b"\x00")].count(b"\n")
        raise guards.with_nul(path, "CSV", line)
    encoding = None if b"\x00" in data else encoding_of(data)
    if encoding is None:
        raise no_text(path)
    if encoding == "GB18030":
        data = data.decode("gb18030").encode()
    return data.removeprefix(BOM)


def no_text(path: Path) -> InputFileError:
    """Return the error for a file in an encoding that is not read."""
    return InputFileError(
        "File {path!r} is neither UTF-8 nor GB18030 text, expected one of them "
        "(UTF-16, Big5 and Windows-1252 are not read); save it as UTF-8.",
        path=str(path),
    )


def _dialect(path: Path, text: bytes, declared: str | None) -> Dialect:
    """Return the delimiter, the declared one or the best, and the column names."""
    head = text[:HEADER_BYTES].decode(errors="ignore")
    records = {
        delimiter: _first_records(head, delimiter)
        for delimiter in ((declared,) if declared else DELIMITERS)
    }

    def fit(delimiter: str) -> tuple[bool, int]:
        header, *rows = records[delimiter]
        is_even = all(len(row) == len(header) for row in rows)
        return len(header) > 1 and is_even, len(header)

    best = max(records, key=fit)
    names = records[best][0]
    if not any(name.strip() for name in names):
        raise InputFileError(
            "File {path!r} has no header, expected column names in its first line; "
            "add them.",
            path=str(path),
        )
    return Dialect(best, names)


def _first_records(head: str, delimiter: str) -> list[list[str]]:
    """Return the header and, where there is one, the row after it."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    records: list[list[str]] = []
    with suppress(csv.Error):
        records.extend(islice((record for record in reader if record), 2))
    return records or [[]]


def _ragged(
    path: Path, text: bytes, dialect: Dialect, first_line: int
) -> InputFileError:
    """Return the error that names the first row with another number of values."""
    lines = io.StringIO(text.decode(), newline="")
    records = csv.reader(lines, delimiter=dialect.delimiter)
    start, expected = first_line, len(dialect.names)
    try:
        for record in records:
            if record and len(record) != expected:
                return InputFileError(
                    "Line {start} of {path!r} has {record} values, expected "
                    "{expected} as in the header; correct the line.",
                    start=start,
                    path=str(path),
                    record=len(record),
                    expected=expected,
                )
            start = records.line_num + first_line
    except csv.Error:
        pass
    return InputFileError(
        "File {path!r} cannot be read as CSV near line {start}, expected rows of "
        "{expected} values; export it again.",
        path=str(path),
        start=start,
        expected=expected,
    )


def read_csv(path: Path) -> pa.Table:
    """Return a plain CSV file as text columns."""
    return read_delimited(path, guards.read_bytes(path))


def read_gzipped_csv(path: Path) -> pa.Table:
    """Return a gzipped CSV file as text columns."""
    data = gunzip(path)
    if not data:
        raise empty_gzip(path)
    return read_delimited(path, data)
