"""Rows as lines of CSV: UTF-8, quoted as RFC 4180 has it, written part by part."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from layers.features import json_of
from layers.files.delimited import BOM
from layers.files.plain_columns import plain, refused, time_texts
from layers.files.table import EventTable, is_json, values_of
from layers.schema.names import free_name

BATCH_ROWS: Final = 65_536
BATCH_BYTES: Final = 2**27
"""Rows of more bytes are written in two: texts of Arrow end at 2 GiB."""
ROWS_OF_A_TEXT: Final = 16
"""Columns are joined ahead where each text that they could be has so many rows."""
_FORM: Final = "CSV"
_SPECIAL: Final = b'",\n\r'


class _Coded(NamedTuple):
    """Cells of columns with few texts: quoted texts, and which of them each row has."""

    texts: pa.Array
    codes: NDArray[np.int32]


class CsvLines:
    r"""Lines of CSV, the names of the columns first.

    A geometry is well-known text behind the columns of the input, and the byte order
    mark is that of the input.

    Parameters
    ----------
    target
        To write to.

    Examples
    --------
    >>> import io
    >>> target = io.BytesIO()
    >>> rows = pa.table({"id": ["a,b", None], "n": [1, 2]})
    >>> CsvLines(target).write(rows, EventTable(rows))
    >>> target.getvalue()
    b'id,n\n"a,b",1\n,2\n'
    """

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._has_header = False

    def write(self, rows: pa.Table, table: EventTable, _: object = None, /) -> None:
        """Write rows, the header before the first.

        Parameters
        ----------
        rows
            Columns of the table and those added.
        table
            What was read.

        Raises
        ------
        SettingError
            For a column that CSV has no text for.
        """
        rows = plain(with_wkt(rows, table), _FORM)
        if not self._has_header:
            self._has_header = True
            self._target.write(BOM if table.has_bom else b"")
            self._target.write(csv_header(rows.column_names))
        for batch in _batches(rows):
            self._target.write(csv_lines(batch))

    def finish(self) -> None:
        """Nothing stands behind the last line."""

    def drop(self) -> None:
        """Nothing waits to be written."""


def with_wkt(rows: pa.Table, table: EventTable) -> pa.Table:
    """Return rows with their geometry as text behind the columns of the input."""
    if table.geometry is None:
        return rows
    texts = shapely.to_wkt(table.geometry, rounding_precision=-1)
    return rows.add_column(
        table.columns.num_columns,
        free_name("geometry", set(rows.column_names)),
        pa.array(texts, pa.string()),
    )


def csv_header(names: Sequence[str]) -> bytes:
    r"""Return the line of the names of columns.

    Examples
    --------
    >>> csv_header(["id", "a,b"])
    b'id,"a,b"\n'
    """
    header = _quoted(pa.array(names, pa.string()))
    return (",".join(header.to_pylist()) + "\n").encode()


def csv_lines(rows: pa.Table) -> memoryview:
    r"""Return the lines of rows that fit the memory as text.

    Examples
    --------
    >>> bytes(csv_lines(pa.table({"id": [1, None], "note": ["a,b", ""]})))
    b'1,"a,b"\n,\n'
    """
    *cells, last = (_checked_cells(rows, place) for place in range(rows.num_columns))
    texts = [_spelt(cell) for cell in _joined([*cells, _ended(last)])]
    lines = pc.binary_join_element_wise(*texts, ",") if len(texts) > 1 else texts[0]
    # the texts of an array lie behind each other
    _, offsets, content = lines.buffers()
    places = memoryview(offsets).cast("i")
    start, stop = places[lines.offset], places[lines.offset + len(lines)]
    return memoryview(content or b"")[start:stop]


def is_foreign(kind: pa.DataType) -> bool:
    """Say whether CSV has no words for a type of column."""
    return bool(
        pa.types.is_nested(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
        or pa.types.is_duration(kind)
    )


def printed(value: object) -> str:
    """Return text as it is, bytes hexadecimal and everything else as JSON.

    Examples
    --------
    >>> printed(b"ab"), printed(dt.timedelta(seconds=1)), printed(["a"])
    ('6162', '0:00:01', '["a"]')
    """
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, str | dt.timedelta):
        return str(value)
    return json_of(value).decode()


def _batches(rows: pa.Table) -> Iterator[pa.Table]:
    """Cut a table into parts that fit the memory as text."""
    for start in range(0, rows.num_rows, BATCH_ROWS):
        for part in _halves(rows.slice(start, BATCH_ROWS)):
            yield part.combine_chunks()


def _halves(rows: pa.Table) -> Iterator[pa.Table]:
    """Cut a table until none of its parts has too many bytes as text."""
    if rows.num_rows < 2 or _size(rows) <= BATCH_BYTES:
        yield rows
        return
    half = rows.num_rows // 2
    yield from _halves(rows.slice(0, half))
    yield from _halves(rows.slice(half))


def _size(rows: pa.Table) -> int:
    """Return how many bytes rows have at most, those of codes as their texts."""
    return sum(
        _size_of_codes(chunk) if pa.types.is_dictionary(chunk.type) else chunk.nbytes
        for column in rows.columns
        for chunk in column.chunks
    )


def _size_of_codes(column: pa.DictionaryArray) -> int:
    """Return how many bytes the texts of codes have at most."""
    longest = pc.max(pc.binary_length(column.dictionary)).as_py()
    return len(column) * (longest or 0)


def _joined(cells: Iterable[pa.Array | _Coded]) -> list[pa.Array | _Coded]:
    """Return the cells of lines, neighbours joined that have few texts together."""
    joined: list[pa.Array | _Coded] = []
    for cell in cells:
        before = joined[-1] if joined else None
        if isinstance(before, _Coded) and isinstance(cell, _Coded):
            count = len(before.texts) * len(cell.texts)
            if count * ROWS_OF_A_TEXT <= len(cell.codes):
                joined[-1] = _pairs(before, cell)
                continue
        joined.append(cell)
    return joined


def _pairs(left: _Coded, right: _Coded) -> _Coded:
    """Return two columns as one: every text of the left with every one of the right."""
    count = len(right.texts)
    texts = pc.binary_join_element_wise(
        left.texts.take(np.repeat(np.arange(len(left.texts)), count)),
        right.texts.take(np.tile(np.arange(count), len(left.texts))),
        ",",
    )
    return _Coded(texts, left.codes * np.int32(count) + right.codes)


def _ended(cell: pa.Array | _Coded) -> pa.Array | _Coded:
    """Return the last cells of lines with what ends a line."""
    if isinstance(cell, _Coded):
        return cell._replace(texts=_ended(cell.texts))
    return pc.binary_join_element_wise(cell, "\n", "")


def _spelt(cell: pa.Array | _Coded) -> pa.Array:
    """Return the texts of cells, row by row."""
    return cell.texts.take(cell.codes) if isinstance(cell, _Coded) else cell


def _checked_cells(batch: pa.Table, place: int) -> pa.Array | _Coded:
    """Return the cells of a column; refuse it where it has none in CSV."""
    with refused(batch.schema.field(place), _FORM):
        return _cells(batch, place)


def _cells(batch: pa.Table, place: int) -> pa.Array | _Coded:
    """Return one column as quoted text, numbers as they came, nothing for nulls."""
    column, kind = batch.column(place).combine_chunks(), batch.column(place).type
    if column.null_count == len(column):
        return _Coded(pa.array([""]), np.zeros(len(column), np.int32))
    if is_json(batch.schema.field(place)) or is_foreign(kind):
        texts = [printed(value) for value in values_of(batch, place)]
        return _quoted(pa.array(texts, pa.string()))
    if pa.types.is_dictionary(kind):
        words = pc.fill_null(column.dictionary.cast(pa.string()), "").to_pylist()
        texts = _quoted(pa.array([*words, ""], pa.string()))
        codes = pc.fill_null(column.indices.cast(pa.int32()), len(words))
        return _Coded(texts, codes.to_numpy())
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return pc.fill_null(time_texts(column), "")
    text = column.cast(pa.string())
    if pa.types.is_floating(kind):
        # Arrow prints 1.0 as 1, which would read back as another type
        if kind == pa.float16() or pc.any(pc.equal(pc.floor(column), column)).as_py():
            text = pc.replace_substring_regex(text, r"^(-?\d+)$", r"\1.0")
    elif not pa.types.is_integer(kind):
        text = _quoted(text)
    return pc.fill_null(text, "")


def _quoted(text: pa.Array) -> pa.Array:
    """Quote the values that RFC 4180 wants quoted."""
    content = text.buffers()[2]
    if content is None or not _holds_special(content):
        return text
    body = pc.replace_substring(text, '"', '""')
    texts = pc.binary_join_element_wise('"', body, '"', "")
    return pc.if_else(pc.match_substring_regex(text, '[",\r\n]'), texts, text)


def _holds_special(content: pa.Buffer) -> bool:
    """Say whether texts hold a sign that may have to be quoted."""
    signs = np.frombuffer(content, np.uint8)
    return any(bool((signs == sign).any()) for sign in _SPECIAL)
