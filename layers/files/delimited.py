"""Read CSV as text: every value as it stands, nothing guessed but the delimiter."""

import csv
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from gis.errors import InputFileError
from layers.files import guards
from layers.files.archives import gunzip
from layers.files.encoding import encoding_of

DELIMITERS = (",", ";", "\t")
MAX_VALUE_BYTES = 64 * 1024**2
_HEADER_BYTES = 1024**2
_BOM = b"\xef\xbb\xbf"


def read_delimited(path: Path, data: bytes) -> pa.Table:
    """Return a CSV as text columns, in order, empty values as empty text.

    UTF-8 with or without BOM and GB18030 are read; the delimiter is the one of comma,
    semicolon and tab that gives the header the most columns.

    Raises
    ------
    InputFileError
        For another encoding, an unclosed quote, and a row with more or fewer values
        than the header, by its line.
    """
    text = _as_utf8(path, data).lstrip(b"\r\n")
    delimiter, names = _header(path, text)
    if text.count(b'"') % 2:
        _refuse_open_quote(path, text, delimiter)
    try:
        return _parse(text if text.endswith(b"\n") else text + b"\n", delimiter, names)
    except pa.ArrowException as error:
        raise _ragged(path, text, delimiter, len(names)) from error


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
    encoding = encoding_of(data)
    if encoding is None:
        raise InputFileError(
            f"File {str(path)!r} is neither UTF-8 nor GB18030 text, expected one of "
            "them; save it as UTF-8."
        )
    if encoding == "GB18030":
        return data.decode("gb18030").encode()
    return data.removeprefix(_BOM)


def _header(path: Path, text: bytes) -> tuple[str, list[str]]:
    """Return the delimiter and the column names of the first record."""
    head = text[:_HEADER_BYTES].decode(errors="ignore")
    names: dict[str, list[str]] = {}
    for delimiter in DELIMITERS:
        try:
            names[delimiter] = next(
                csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), []
            )
        except csv.Error:
            names[delimiter] = []
    best = max(DELIMITERS, key=lambda delimiter: len(names[delimiter]))
    if not any(name.strip() for name in names[best]):
        raise InputFileError(
            f"File {str(path)!r} has no header, expected column names in its first "
            "line; add them."
        )
    return best, names[best]


def _refuse_open_quote(path: Path, text: bytes, delimiter: str) -> None:
    """Refuse a quote that never closes: it would swallow all rows after it."""
    lines = io.StringIO(text.decode(), newline="")
    records = csv.reader(lines, delimiter=delimiter, strict=True)
    start = 1
    try:
        for _ in records:
            start = records.line_num + 1
    except csv.Error as error:
        if "end of data" in str(error):
            raise InputFileError(
                f"File {str(path)!r} opens a quote in the record of line {start} and "
                "never closes it; close it or export the file again."
            ) from error


def _ragged(path: Path, text: bytes, delimiter: str, expected: int) -> InputFileError:
    """Return the error that names the first row with another number of values."""
    records = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=delimiter)
    start = 1
    try:
        for record in records:
            if record and len(record) != expected:
                return InputFileError(
                    f"Line {start} of {str(path)!r} has {len(record)} values, expected "
                    f"{expected} as in the header; correct the line."
                )
            start = records.line_num + 1
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
