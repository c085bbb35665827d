"""Read and write JSON lines part by part: objects come back as they were written."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson
import pyarrow as pa

from gis.errors import InputFileError
from gis.sentences import sentence
from layers.features import json_of
from layers.files.coordinates import usual_columns
from layers.files.geojson import json_fault
from layers.files.json_names import RepeatedNameError, check_names, is_plain
from layers.files.table import EventTable, column_of
from layers.schema.names import free_names

PART_ROWS: Final = 65_536
PART_BYTES: Final = 4 * 1024**2
MOST_LINE_BYTES: Final = 1024**2
_BLANKS: Final = b" \t\r\n"
_BOM: Final = b"\xef\xbb\xbf"


class JsonLines:
    """Events of JSON lines, and the same lines with members added behind their own.

    A line without anything is no row. A row that has a member of an added name keeps
    it, and the added one is called ``pagoda_<name>`` in that row.

    Parameters
    ----------
    path
        Name of the stream, for sentences.
    source
        To read from.
    target
        To write to.
    columns
        Members with longitude and latitude; None takes those of usual names that the
        first row has.
    more
        Other members that are needed.
    """

    def __init__(
        self,
        path: Path,
        source: BinaryIO,
        target: BinaryIO,
        columns: tuple[str, str] | None = None,
        more: tuple[str, ...] = (),
    ) -> None:
        self._path = path
        self._source = source
        self._target = target
        self._columns = columns
        self._more = more
        self._absent: set[str] | None = None
        self._lines: list[bytes] = []
        self._names: list[tuple[str, ...]] = []

    def parts(self) -> Iterator[EventTable]:
        """Yield the members that are needed of all rows, in order.

        Raises
        ------
        InputFileError
            For a line that is no object in JSON, has a name twice or is too long, by
            its number; at the end for a member that is needed and that no row has.
        """
        cells: dict[str, list[object]] = {}
        size = 0
        for number, line in numbered_lines(self._path, self._source):
            row = object_of(self._path, number, line)
            if self._absent is None:
                columns = self._columns or usual_columns(list(row))
                self._absent = {*columns, *self._more}
                cells = {name: [] for name in self._absent}
            self._absent -= row.keys()
            for name, values in cells.items():
                values.append(row.get(name))
            self._lines.append(line)
            self._names.append(tuple(row))
            size += len(line)
            if size >= PART_BYTES or len(self._lines) >= PART_ROWS:
                yield _table(cells)
                self._lines, self._names, size = [], [], 0
                cells = {name: [] for name in cells}
        if self._lines:
            yield _table(cells)
        self._refuse_absent()

    def write(self, _: EventTable, added: pa.Table) -> None:
        """Write the rows of the part at hand with members behind their own."""
        names, own = added.column_names, set(added.column_names)
        values = zip(*(column.to_pylist() for column in added.columns), strict=True)
        pieces = []
        for line, members, row in zip(self._lines, self._names, values, strict=True):
            keys: Any = names
            if not own.isdisjoint(members):
                keys = free_names(members, names).values()
            tail = json_of(dict(zip(keys, row, strict=True)))[1:]
            head = line[:-1].rstrip(_BLANKS)
            pieces.append(b"%b%b%b\n" % (head, b"," if members else b"", tail))
        self._target.write(b"".join(pieces))

    def finish(self) -> None:
        """Nothing stands behind the last line."""

    def _refuse_absent(self) -> None:
        """Refuse needed members that no row had: a name may be misspelt."""
        if self._absent:
            raise InputFileError(
                "No line of {path!r} has a member {absent!r}; name one that the rows "
                "have.",
                path=str(self._path),
                absent=min(self._absent),
            )
        if self._absent is None:
            raise InputFileError(
                "{path!r} holds no line, expected one object in JSON a line; send "
                "some.",
                path=str(self._path),
            )


def numbered_lines(path: Path, source: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that hold something, with their number.

    Parameters
    ----------
    path
        Name of the text, for sentences.
    source
        To read from.

    Raises
    ------
    InputFileError
        For a line that is too long.
    """
    read = partial(source.readline, MOST_LINE_BYTES + 1)
    for number, line in enumerate(iter(read, b""), start=1):
        if len(line) > MOST_LINE_BYTES:
            raise InputFileError(
                "Line {number} of {path!r} is longer than 1 MiB, expected one "
                "object; shorten it.",
                number=number,
                path=str(path),
            )
        text = line.removeprefix(_BOM) if number == 1 else line
        if content := text.strip(_BLANKS):
            yield number, content


def object_of(path: Path, number: int, line: bytes) -> dict[str, object]:
    """Return the object of a line, once each of its names stands once.

    Parameters
    ----------
    path, number
        Name of the text and number of the line, for sentences.
    line
        JSON.

    Raises
    ------
    InputFileError
        For a line that is no object in JSON, or has a name twice.
    """
    try:
        row = orjson.loads(line)
        if not is_plain(row, line):
            check_names(line)
    except orjson.JSONDecodeError as error:
        fault = sentence("is no JSON: {fault}", fault=json_fault(error, is_line=True))
        raise line_refusal(path, number, fault) from error
    except RecursionError as error:
        fault = sentence("nests too deep, flatten it")
        raise line_refusal(path, number, fault) from error
    except RepeatedNameError as error:
        what = sentence(
            "has the name {name!r} {count} times in one object",
            name=error.name,
            count=error.count,
        )
        fault = sentence("{what}, keep one", what=what)
        raise line_refusal(path, number, fault) from error
    if not isinstance(row, dict):
        fault = sentence("is no object in JSON, write one a line")
        raise line_refusal(path, number, fault)
    return row


def line_refusal(path: Path, number: int, fault: str) -> InputFileError:
    """Return the error for a line.

    Parameters
    ----------
    path, number
        Name of the text and number of the line.
    fault
        What is wrong with it, and what to do.
    """
    return InputFileError(
        "Line {number} of {path!r} {fault}.",
        number=number,
        path=str(path),
        fault=fault,
    )


def _table(cells: dict[str, list[object]]) -> EventTable:
    """Return needed members of some rows as columns."""
    pairs = [column_of(name, values) for name, values in cells.items()]
    return EventTable(
        pa.table(
            [array for _, array in pairs],
            schema=pa.schema([field for field, _ in pairs]),
        )
    )
