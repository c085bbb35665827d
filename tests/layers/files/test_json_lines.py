"""JSON lines come back byte for byte with members behind their own."""

import io
from pathlib import Path

import pyarrow as pa
import pytest

from gis.errors import InputFileError
from layers.files.json_lines import MOST_LINE_BYTES, PART_ROWS, JsonLines

NAME = Path("body")


def echo(data: bytes, **options: object) -> bytes:
    """What is written of JSON lines with one member added."""
    target = io.BytesIO()
    stream = JsonLines(NAME, io.BytesIO(data), target, **options)  # type: ignore[arg-type]
    for part in stream.parts():
        stream.write(part, pa.table({"status": ["ok"] * part.columns.num_rows}))
    stream.finish()
    return target.getvalue()


def cells_of(data: bytes, **options: object) -> dict[str, list[object]]:
    """The members that are read of JSON lines in one part."""
    stream = JsonLines(NAME, io.BytesIO(data), io.BytesIO(), **options)  # type: ignore[arg-type]
    [part] = stream.parts()
    return dict(part.columns.to_pydict())


def refusal_of(data: bytes, **options: object) -> str:
    """The sentence that refuses JSON lines."""
    with pytest.raises(InputFileError) as error:
        echo(data, **options)
    return str(error.value)


def test_rows_come_back_as_they_were_written() -> None:
    row = b'{ "lon":120.080, "lat" : 3e1,"n":123456789012345678901234567890 }'
    assert echo(row) == row[:-2] + b',"status":"ok"}\n'


def test_row_without_members_gets_the_added_ones() -> None:
    data = b'{"lon":1,"lat":2}\n{}'
    assert echo(data).splitlines()[1] == b'{"status":"ok"}'


def test_blank_lines_and_a_mark_are_no_rows() -> None:
    data = b'\xef\xbb\xbf{"lon":1,"lat":2}\r\n\n \t\n{"lon":1,"lat":2}\n\n'
    assert len(echo(data).splitlines()) == 2


def test_row_that_has_an_added_name_keeps_it() -> None:
    data = b'{"lon":1,"lat":2,"st\\u0061tus":7}\n{"lon":1,"lat":2}'
    first, second = echo(data).splitlines()
    assert first == b'{"lon":1,"lat":2,"st\\u0061tus":7,"pagoda_status":"ok"}'
    assert second == b'{"lon":1,"lat":2,"status":"ok"}'


def test_rows_are_parted_and_stay_in_order() -> None:
    rows = [b'{"lon":1,"lat":2,"n":%d}' % n for n in range(PART_ROWS + 5)]
    lines = echo(b"\n".join(rows)).splitlines()
    assert [line.rpartition(b",")[0] + b"}" for line in lines] == rows


def test_members_of_usual_names_in_the_first_row_are_read() -> None:
    assert cells_of(b'{"Lng":1.5,"Lat":2.5,"x":3}\n{"Lng":null}') == {
        "Lng": [1.5, None],
        "Lat": [2.5, None],
    }


def test_named_members_may_be_left_out_of_some_rows() -> None:
    cells = cells_of(b'{}\n{"a":1,"b":2,"r":3}', columns=("a", "b"), more=("r",))
    assert cells == {"a": [None, 1], "b": [None, 2], "r": [None, 3]}


ROW = b'{"lon":1,"lat":2}\n'


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"lon":NaN}', "holds NaN or Infinity at column"),
        (b'{"lon":1,"lon":1}', "has the name 'lon' 2 times"),
        (b'{"a":{"b":1,"b":1}}', "has the name 'b' 2 times"),
        (b"[" * 100_000, "nests too deep"),
        (b'{"a":' * 1000 + b"1" + b"}" * 1000, "nests too deep"),
        (b"[1,2]", "is no object"),
        (b'"text"', "is no object"),
        (b'{"lon":1', "it is cut"),
        (b'{"lon":1}{"lon":1}', "is no JSON"),
        (b'{"lon":"\xb8\xf1"}', "is no JSON: its text is not UTF-8"),
        (b'{"lon":"\\ud800"}', "is no JSON"),
        (b'{"lon":1e400}', "is too large"),
        (b" " * MOST_LINE_BYTES + b"{}", "is longer than 1 MiB"),
    ],
    ids=lambda value: repr(value[:12]),
)
def test_line_that_is_no_row_is_refused_by_its_number(line: bytes, words: str) -> None:
    text = refusal_of(ROW * 2 + line + b"\n" + ROW)
    assert text.startswith("Line 3 of 'body' ")
    assert words in text
    assert text.endswith(".")


def test_member_that_no_row_has_is_refused() -> None:
    assert "has a member 'lonn'" in refusal_of(ROW * 3, columns=("lonn", "lat"))
    assert "has a member 'r'" in refusal_of(ROW * 3, more=("r",))


def test_first_row_without_a_position_names_what_it_has() -> None:
    assert "it has ['id']" in refusal_of(b'{"id":1}')


@pytest.mark.parametrize("data", [b"", b"\n \n"])
def test_nothing_is_refused(data: bytes) -> None:
    assert "holds no line" in refusal_of(data)
