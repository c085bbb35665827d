"""Lines of CSV, against RFC 4180 and the reader of the standard library."""

import csv
import io
import math

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
