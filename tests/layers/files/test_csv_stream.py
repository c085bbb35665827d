"""A CSV read block by block is what it is read at once, and is refused as it is."""

import io
from pathlib import Path

import pyarrow as pa
import pytest

from gis.errors import InputFileError
from layers.files.csv_stream import BLOCK_BYTES, MOST_RECORD_BYTES, CsvStream
from layers.files.delimited import read_delimited

NAME = Path("body.csv")


def parts_of(data: bytes) -> list[pa.Table]:
    """The parts of a CSV."""
    return [p.columns for p in CsvStream(NAME, io.BytesIO(data), io.BytesIO()).parts()]


def echo(data: bytes) -> bytes:
    """What is written of a CSV with one column added."""
    target = io.BytesIO()
    stream = CsvStream(NAME, io.BytesIO(data), target)
    for part in stream.parts():
        stream.write(part, pa.table({"n": pa.array([1] * part.columns.num_rows)}))
    stream.finish()
    return target.getvalue()


def refusal_of(data: bytes) -> str:
    """The sentence that refuses a CSV."""
    with pytest.raises(InputFileError) as error:
        parts_of(data)
    return str(error.value)


def long_csv(row: bytes, end: bytes = b"\n") -> bytes:
    """A header and so many rows that they are more than two blocks."""
    return b"id,note" + end + (row + end) * (2 * BLOCK_BYTES // len(row) + 9)


ROWS = {
    "plain": b"1,text",
    "quoted": b'1,"a ""word"", and a comma"',
    "lines in a value": b'1,"first\nsecond, third\r\n"',
    "stray quote": b'1,5" pipe',
    "chinese": "1,三墩镇".encode(),
    "gb18030": "1,三墩镇的道路".encode("gb18030"),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_blocks_give_what_the_whole_gives(row: bytes, end: bytes) -> None:
    data = long_csv(row, end)
    parts = parts_of(data)
    assert len(parts) > 2
    assert pa.concat_tables(parts).equals(read_delimited(NAME, data))


def test_text_without_line_feeds_is_read_in_blocks() -> None:
    data = long_csv(b"1,text", b"\r")
    assert pa.concat_tables(parts_of(data)).equals(read_delimited(NAME, data))


def test_header_alone_comes_back_with_the_added_column() -> None:
    assert echo(b"\xef\xbb\xbfid;lon\n") == b"\xef\xbb\xbfid,lon,n\n"


def test_line_said_in_a_later_block_is_that_of_the_file() -> None:
    data = long_csv(b"1,text") + b'1,"two\nlines"\n'
    line = data.count(b"\n") + 1
    assert f"Line {line} of 'body.csv' has 3 values" in refusal_of(data + b"1,2,3\n")
    assert f"record of line {line} and never" in refusal_of(data + b'1,"open\n')


def test_encoding_that_changes_is_refused_by_its_line() -> None:
    data = long_csv("1,三墩镇".encode())
    line = data.count(b"\n") + 1
    text = refusal_of(data + "1,三墩镇".encode("gb18030") + b"\n")
    assert f"Line {line} of 'body.csv' is no UTF-8 text" in text


def test_quote_that_is_never_closed_takes_no_more_than_a_record_may() -> None:
    data = b'id,note\n1,"' + b"open\n" * (MOST_RECORD_BYTES // 4)
    assert "opens a quote that is never closed" in refusal_of(data)


def test_nul_far_down_is_named_by_its_line() -> None:
    data = b"a,b\n" + b"1,2\n" * 9000 + b"1,\x00\n"
    assert "Line 9002 of" in refusal_of(data)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"a,b\x00\n", b"\xff\xfea\x00"])
def test_what_is_no_csv_is_refused(data: bytes) -> None:
    assert refusal_of(data).endswith(".")
