"""Read CSV as text: every value as it stands, nothing guessed but the delimiter."""

import csv
import io
import re
from contextlib import suppress
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from gis.errors import InputFileError
from layers.files import guards
from layers.files.archives import gunzip
from layers.files.encoding import encoding_of
from layers.files.quoting import refuse_unproved

DELIMITERS = (",", ";", "\t")
MAX_VALUE_BYTES = 64 * 1024**2
_HEADER_BYTES = 1024**2
_BOM = b"\xef\xbb\xbf"
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
    content = _as_utf8(path, data)
    text = content.lstrip(b"\r\n")
    first_line = 1 + len(content[: len(content) - len(text)].splitlines())
    declared = _SEP.match(text)
    if declared:
        text, first_line = text[declared.end() :], first_line + 1
    delimiter, names = _header(path, text, declared and declared[1].decode())
    refuse_unproved(path, text, delimiter, len(names), first_line)
    try:
        whole = text if text.endswith(b"\n") else text + b"\n"
        return _parse(whole, delimiter, names)
    except pa.ArrowException as error:
        raise _ragged(path, text, delimiter, len(names), first_line) from error


def _parse(text: bytes, delimiter: str, names: list[str]) -> pa.Table:
    """Parse UTF-8 text with Arrow, every column as text."""
    places = [str(place) for place in range(len(names))]
    table = pyarrow.csv.read_csv(
        pa.BufferReader(text),
        read_options=pyarrow.csv.ReadOptions(
            column_names=places, skip_rows_after_names=1, block_size=MAX_VALUE_BYTES
        ),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=delimiter,
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
    encoding = None if b"\x00" in data else encoding_of(data)
    if encoding is None:
        raise InputFileError(
            f"File {str(path)!r} is neither UTF-8 nor GB18030 text, expected one of "
            "them (UTF-16, Big5 and Windows-1252 are not read); save it as UTF-8."
        )
    if encoding == "GB18030":
        data = data.decode("gb18030").encode()
    return data.removeprefix(_BOM)


def _header(path: Path, text: bytes, declared: str | None) -> tuple[str, list[str]]:
    """Return the delimiter, the declared one or the best, and the column names."""
    head = text[:_HEADER_BYTES].decode(errors="ignore")
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
            f"File {str(path)!r} has no header, expected column names in its first "
            "line; add them."
        )
    return best, names


def _first_records(head: str, delimiter: str) -> list[list[str]]:
    """Return the header and, where there is one, the row after it."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    records: list[list[str]] = []
    with suppress(csv.Error):
        records.extend(islice((record for record in reader if record), 2))
    return records or [[]]


def _ragged(
    path: Path, text: bytes, delimiter: str, expected: int, first_line: int
) -> InputFileError:
    """Return the error that names the first row with another number of values."""
    records = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=delimiter)
    start = first_line
    try:
        for record in records:
            if record and len(record) != expected:
                return InputFileError(
                    f"Line {start} of {str(path)!r} has {len(record)} values, expected "
                    f"{expected} as in the header; correct the line."
                )
            start = records.line_num + first_line
    except csv.Error:
        pass
    return InputFileError(
        f"File {str(path)!r} cannot be read as CSV near line {start}, expected rows of "
        f"{expected} values; export it again."
    )


def read_csv(path: Path) -> pa.Table:
    """Return a plain CSV file as text columns."""
    return read_delimited(path, guards.read_bytes(path))


def read_gzipped_csv(path: Path) -> pa.Table:
    """Return a gzipped CSV file as text columns."""
    data = gunzip(path)
    if not data:
        raise InputFileError(
            f"File {str(path)!r} unpacks to an empty file, expected CSV; export it "
            "again."
        )
    return read_delimited(path, data)
