"""Every record of a CSV is read or refused; the standard library reads it once more."""

import csv
import io
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InputFileError
from layers.files.delimited import read_delimited
from layers.files.quoting import Quotes, refuse_unproved

texts = st.text(st.sampled_from('ab ,;"\n\r\t网1'), max_size=6)
tables = st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=6)


def written(rows, quoting, delimiter=","):
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, quoting=quoting, delimiter=delimiter)
    writer.writerows([("id", "text", "note"), *rows])
    return stream.getvalue()


def rows_of(text):
    table = read_delimited("x.csv", text.encode())
    return [tuple(row.values()) for row in table.to_pylist()]


@given(rows=tables, quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_what_a_writer_wrote_is_read_or_refused(rows, quoting):
    text = written(rows, quoting)
    if not any("\n" in field or "\r" in field for row in rows for field in row):
        assert rows_of(text) == rows
        return
    # only text with a line break can look like rows
    with suppress(InputFileError):
        assert rows_of(text) == rows


@given(text=st.text(st.sampled_from('ab,"\r\n'), max_size=40))
def test_both_ways_of_finding_quoted_fields_agree(text):
    quotes = Quotes(text.encode(), ord(","))
    at_once = quotes.well_formed_spans()
    if at_once is not None:
        pairs = list(zip(*(part.tolist() for part in at_once), strict=True))
        assert pairs == list(quotes.spans())
        over = zip(
            *(part.tolist() for part in quotes.over_lines(*at_once)), strict=True
        )
        assert list(over) == [
            (start, end) for start, end in pairs if {"\n", "\r"} & {*text[start:end]}
        ]


@given(body=st.lists(st.text(st.sampled_from('ab1,"'), max_size=8), max_size=6))
def test_no_row_is_lost_whatever_the_quotes(body):
    lines = [line for line in body if line]
    text = "id,text\n" + "".join(f"{line}\n" for line in lines)
    try:
        count = len(rows_of(text))
    except InputFileError:
        return
    # a row may lawfully span lines only where a quoted field opens and closes
    assert count == len(lines) or any(line.count('"') for line in lines)
    assert (
        count == len(list(csv.reader(io.StringIO(text, newline=""), strict=True))) - 1
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('id,lon,text\n1,2,a\n2,2,"\n3,2,"\n4,2,b\n', "quote in line 3 .* line 4"),
        ('id,text,lon\n1,"late shop,2\n2,x,2\n3,"big bin,2\n', "Line 4 .* within"),
        ('id,text\n1,"Corner" shop\n', "Line 2 .* closes a quote within a field"),
        ('id,text\n1,a\n2,"b\n', "quote in the record of line 3 and never"),
        ('\n\nid,text\n1,"Corner" shop\n', "Line 4 "),
        ('sep=,\nid,text\n1,"Corner" shop\n', "Line 3 "),
        ('id,text\n1,"two\nlines"\n2,b\n3,"c\n', "quote in the record of line 5"),
    ],
)
def test_quote_that_could_swallow_rows_is_refused_by_line(text, sentence):
    with pytest.raises(InputFileError, match=sentence):
        rows_of(text)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('id,text\n1,6" pipe\n2,12" pipe\n', [("1", '6" pipe'), ("2", '12" pipe')]),
        ('id,text,n\n1,"a\nb, ""c""",2\n', [("1", 'a\nb, "c"', "2")]),
        ("sep=;\nid;text\n1;a,b\n", [("1", "a,b")]),
        ('id,"a;b;c;d"\n1,x\n', [("1", "x")]),
    ],
    ids=["inches", "line break", "sep", "semicolons in the header"],
)
def test_what_is_plain_is_read(text, rows):
    assert rows_of(text) == rows


SWALLOWED = {
    "commas in the text": '1,120.1,30.1,"a, b\n2,120.1,30.1,x\n3,120.1,30.1,y"\n',
    "commas on both ends": '1,120.1,30.1,"a, b\n2,120.1,30.1,x, y"\n',
    "text in the middle": '1,"a, b,120.1,30.1\n2,x",120.1,30.1\n',
    "text first": '"a, b,1,120.1,30.1\nx",2,120.1,30.1\n',
}


@pytest.mark.parametrize("rows", SWALLOWED.values(), ids=SWALLOWED)
def test_lines_with_numbers_where_the_record_has_them_are_refused_as_rows(rows):
    with pytest.raises(InputFileError, match=r"The quote in line 2 .* of their own"):
        read_delimited("x.csv", f"a,b,c,d\n{rows}".encode())


def test_text_of_several_lines_with_commas_and_few_numbers_is_one_field():
    text = 'id,lon,lat,text\n1,120.1,30.1,"see:\n3, a, b, c\n{""k"": 1, 2, 3}"\n'
    [row] = rows_of(text)
    assert row[3] == 'see:\n3, a, b, c\n{"k": 1, 2, 3}'


@pytest.mark.parametrize("first", ['"sep=;"\n', "sep=;\r", "\ufeffSEP=;\r\n"])
def test_the_line_that_says_the_delimiter_is_none_of_the_table(first):
    text = f"{first}id;text\n1;a,b\n"
    table = read_delimited("x.csv", text.encode())
    assert table.to_pylist() == [{"id": "1", "text": "a,b"}]


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"], ids=["lf", "cr", "crlf"])
def test_many_values_of_several_lines_are_looked_at_once_each(end: bytes) -> None:
    # a look from each of them to the ends of the text would take minutes
    row = b'1,"%b' % (b"x" * 300) + end + b'second line"' + end
    refuse_unproved(Path("x.csv"), b"id,note" + end + row * 50_000, ",", 2, 1)


def test_rows_that_a_stray_quote_swallowed_are_found_far_from_line_ends() -> None:
    far = b"x" * 5000
    text = b"id,note\n1," + b'"' + far + b"\n2," + far + b'"\n'
    with pytest.raises(InputFileError, match="rows of their own"):
        refuse_unproved(Path("x.csv"), text, ",", 2, 1)
