"""A CSV for a spreadsheet runs nothing there and loses nothing."""

import codecs
import csv
import io

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from layers.files.spreadsheets import csv_bytes


@pytest.mark.parametrize("first", list("=+-@\t\r"))
def test_no_cell_begins_like_a_formula(first: str) -> None:
    frame = pd.DataFrame({f"{first}head": [f"{first}1+1"], "number": [-1.5]})
    head, row = csv.reader(
        io.StringIO(csv_bytes(frame).decode("utf-8-sig"), newline="")
    )
    assert head == [f"'{first}head", "number"]
    assert row == [f"'{first}1+1", "-1.5"]


def test_long_numbers_that_are_text_keep_their_digits() -> None:
    frame = pd.DataFrame({"code": ["021207330199101001001", "330199101001001"]})
    assert csv_bytes(frame).decode("utf-8-sig").split() == [
        "code",
        "'021207330199101001001",
        "330199101001001",
    ]


def test_sheet_begins_with_the_mark_of_utf_8_and_ends_lines_as_windows_does() -> None:
    sheet = csv_bytes(pd.DataFrame({"名称": ["店"]}))
    assert sheet == codecs.BOM_UTF8 + "名称\r\n店\r\n".encode()


def test_missing_values_are_empty_cells_and_numbers_stay_numbers() -> None:
    frame = pd.DataFrame({"name": [None, "x"], "score": [-1.5, float("nan")]})
    lines = csv_bytes(frame).decode("utf-8-sig").splitlines()
    assert lines == ["name,score", ",-1.5", "x,"]


def test_half_a_pair_of_surrogates_does_not_stop_the_sheet() -> None:
    frame = pd.DataFrame({"name": ["a\ud800"]}, dtype=object)
    assert csv_bytes(frame).decode("utf-8-sig").split() == ["name", "a?"]


@example(["９" * 16])
@example(["9" * 16 + "\n"])
@given(st.lists(st.none() | st.text(alphabet="=+-@\t\r\n\0a9٣９店,\"'", max_size=20)))
def test_texts_are_written_as_each_of_them_alone(texts: list[str | None]) -> None:
    as_texts = pd.DataFrame({"name": pd.Series(texts, dtype="str")})
    assert csv_bytes(as_texts) == csv_bytes(pd.DataFrame({"name": texts}, dtype=object))
