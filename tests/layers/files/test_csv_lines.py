"""Lines of CSV, against RFC 4180 and the reader of the standard library."""

import csv
import io
import math
import uuid

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.files import csv_lines as module
from layers.files.csv_lines import CsvLines, csv_header, csv_lines
from layers.files.table import EventTable

texts = st.none() | st.text(st.sampled_from('a,"\n\r é三'), max_size=5)
tables = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.lists(texts, min_size=width, max_size=width), max_size=9)
)


def written(rows: list[list[str | None]]) -> bytes:
    """Lines of texts, quoted where they must be, nothing for None."""
    lines = [
        ",".join(
            '"' + cell.replace('"', '""') + '"'
            if cell and any(sign in cell for sign in ',"\r\n')
            else cell or ""
            for cell in row
        )
        for row in rows
    ]
    return "".join(f"{line}\n" for line in lines).encode()


@given(tables, st.booleans(), st.integers(0, 3))
def test_lines_are_those_of_rfc_4180(
    rows: list[list[str | None]], are_coded: bool, skipped: int
) -> None:
    columns = {
        str(place): pa.array([row[place] for row in rows], pa.string())
        for place in range(len(rows[0]) if rows else 1)
    }
    table = pa.table(columns)
    if are_coded:
        table = pa.table({n: c.dictionary_encode() for n, c in columns.items()})
    part = table.slice(skipped).combine_chunks()
    assert bytes(csv_lines(part)) == written(rows[skipped:])
    again = list(csv.reader(io.StringIO(bytes(csv_lines(part)).decode(), newline="")))
    if rows and len(rows[0]) > 1:
        assert again == [[cell or "" for cell in row] for row in rows[skipped:]]


def test_numbers_are_read_back_as_what_they_are() -> None:
    values = [1.0, -2.0, 0.5, 1e300, None, math.inf]
    table = pa.table({"float": values, "whole": [1, 2, 3, 4, None, 6]})
    assert bytes(csv_lines(table)).decode().split() == [
        *("1.0,1", "-2.0,2", "0.5,3", "1e+300,4", ",", "inf,6"),
    ]


def written_by_parts(columns: dict[str, pa.Array]) -> list[str]:
    """Lines of columns below their header."""
    target = io.BytesIO()
    rows = pa.table(columns)
    CsvLines(target).write(rows, EventTable(rows))
    return target.getvalue().decode().splitlines()[1:]


def coded(values: list[object]) -> pa.Array:
    """Codes of two values and of nothing."""
    codes = pa.array([0, 1, None], pa.int8())
    return pa.DictionaryArray.from_arrays(codes, pa.array(values))


KEY = uuid.UUID(int=7)


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        (pa.array([1.0, 0.5, None], pa.float16()), ["1.0", "0.5", ""]),
        (coded([1.0, 0.5]), ["1.0", "0.5", ""]),
        (pa.array([b"ab\xff", b"", None]), ["6162ff", "", ""]),
        (pa.array([b"ab\xff", b"", None], pa.large_binary()), ["6162ff", "", ""]),
        (pa.array([b"ab\xff", b"", None], pa.binary_view()), ["6162ff", "", ""]),
        (coded([b"a\xff", b"b"]), ["61ff", "62", ""]),
        (pa.array([b"ab", None], pa.binary(2)), ["6162", ""]),
        (pa.array(['a"b', None], pa.string_view()), ['"a""b"', ""]),
        (pa.array([1, None], pa.duration("s")), ["0:00:01", ""]),
        (pa.array([86_400, None], pa.duration("s")), ['"1 day, 0:00:00"', ""]),
        (pa.array([[1, 2], None]), ['"[1,2]"', ""]),
        (coded([[1, 2], [3]]), ['"[1,2]"', "[3]", ""]),
        (pa.array([{"a": b"b"}, None]), ['"{""a"":""62""}"', ""]),
        (pa.array([KEY.bytes, None], pa.uuid()), [str(KEY), ""]),
        (pa.array([0, 1, None], pa.bool8()), ["0", "1", ""]),
        (pa.RunEndEncodedArray.from_arrays([1, 2], [1.0, None]), ["1.0", ""]),
        (pa.array([10**7, None], pa.date32()), ["29349-01-26", ""]),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_odd_types_have_the_text_of_their_values(
    column: pa.Array, cells: list[str]
) -> None:
    numbers = pa.array(range(len(column)))
    lines = written_by_parts({"odd": column, "n": numbers})
    assert lines == [f"{cell},{number}" for number, cell in enumerate(cells)]


def test_rows_of_many_bytes_are_written_part_by_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = ["a" * 100, None, "b", "c" * 300, "d", "e"]
    columns = {"text": pa.array(texts), "code": pa.array(texts).dictionary_encode()}
    whole = written_by_parts(columns)
    sizes: list[int] = []

    def lines_of(rows: pa.Table) -> memoryview:
        sizes.append(rows.num_rows)
        return csv_lines(rows)

    monkeypatch.setattr(module, "csv_lines", lines_of)
    monkeypatch.setattr(module, "BATCH_BYTES", 1_100)
    assert written_by_parts(columns) == whole
    assert sizes == [3, 1, 2]


def test_header_comes_once_behind_the_mark_of_the_input(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "BATCH_ROWS", 2)
    target = io.BytesIO()
    lines = CsvLines(target)
    points = np.array([shapely.Point(120, 30), None, None])
    rows = pa.table({"id": [1, 2, 3], "grid_id": ["G", None, None]})
    for _ in range(2):
        table = EventTable(rows.select(["id"]), geometry=points, has_bom=True)
        lines.write(rows, table)
    lines.finish()
    body = b"1,POINT (120 30),G\n2,,\n3,,\n"
    head = b"\xef\xbb\xbf" + csv_header(["id", "geometry", "grid_id"])
    assert target.getvalue() == head + 2 * body
