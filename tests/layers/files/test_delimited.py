"""Every value of a CSV comes back as it stands, or the file is refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InputFileError
from layers.files import delimited, read_events
from layers.files.delimited import read_gzipped_csv
from support.makers import broken_files as broken


def csv_rows(path: Path) -> dict[str, list[str]]:
    """Return a CSV file as columns."""
    rows: dict[str, list[str]] = read_events(path).columns.to_pydict()
    return rows


def test_csv_values_stay_text_and_in_order(tmp_path: Path) -> None:
    text = 'id,n,when,empty,quoted\n007,1.50,NaN,,"a, ""b""\nc"\n1e5,NULL,N/A, ,""\n'
    assert csv_rows(broken.csv_file(tmp_path / "x.csv", text)) == {
        "id": ["007", "1e5"],
        "n": ["1.50", "NULL"],
        "when": ["NaN", "N/A"],
        "empty": ["", " "],
        "quoted": ['a, "b"\nc', ""],
    }


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_csv_delimiters_and_line_ends_are_recognised(
    tmp_path: Path, delimiter: str, newline: str
) -> None:
    text = f"id{delimiter}lon{newline}1{delimiter}2{newline}"
    assert csv_rows(broken.csv_file(tmp_path / "x.csv", text)) == {
        "id": ["1"],
        "lon": ["2"],
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("name", ["x.csv", "x.csv.gz"])
def test_chinese_csv_is_read_right(tmp_path: Path, encoding: str, name: str) -> None:
    path = broken.csv_file(tmp_path / name, "编号,名称\n1,三墩镇\n", encoding)
    assert csv_rows(path) == {"编号": ["1"], "名称": ["三墩镇"]}


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("id,name\n1,Café Zoë\n", "latin-1"),
        ("id,name\n1,三墩鎮繁體地區\n", "big5"),
        ("id,name\n1,東京タワー駅前\n", "shift-jis"),
        ("id,name\n1,Привет мир\n", "cp1251"),
        ("id,name\n1,Москва\n", "cp1251"),
        ("id,name\n1,臺北市信義區\n", "big5"),
        ("id,name\n1,서울특별시 강남구\n", "euc_kr"),
        ("id,name\n1,“x” 30°\n", "cp1252"),
        ("id,name\n1,三墩镇\n", "utf-16"),
        ("id,name\n1,三墩镇\n", "utf-16-le"),
        ("id,name\n1,三墩镇\n", "utf-16-be"),
        ("编号,名称\n一,三墩镇\n", "utf-16-le"),
        ("编号", "utf-16-be"),
    ],
)
@pytest.mark.parametrize("name", ["x.csv", "x.csv.gz"])
def test_other_encodings_are_refused_never_garbled(
    tmp_path: Path, text: str, encoding: str, name: str
) -> None:
    path = broken.csv_file(tmp_path / name, text, encoding)
    with pytest.raises(InputFileError, match="save it as UTF-8"):
        read_events(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n1,2,3\n", "Line 3 .* has 3 values, expected 2"),
        ('a,b\n1,"x\ny"\n\n7\n', "Line 5 .* has 1 values, expected 2"),
        ('a,b\n1,2\n3,"x\n5,6\n', "quote in the record of line 3"),
        (" , \n1,2\n", "no header"),
    ],
    ids=["long", "short", "quote", "header"],
)
def test_faulty_csv_row_is_named_by_its_line(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(InputFileError, match=said):
        read_events(broken.csv_file(tmp_path / "x.csv", text))


@pytest.mark.parametrize(
    ("text", "rows"),
    [("a,b", 0), ("a,b\n", 0), ("a,b\n1,2", 1), ("a,b\n\n1,2\n\n", 1), ("a\n\n1\n", 2)],
)
def test_csv_ends_and_blank_lines_lose_no_row(
    tmp_path: Path, text: str, rows: int
) -> None:
    table = read_events(broken.csv_file(tmp_path / "x.csv", text)).columns
    assert table.num_rows == rows


def test_csv_with_one_name_twice_keeps_both_columns(tmp_path: Path) -> None:
    table = read_events(broken.csv_file(tmp_path / "x.csv", "a,a\n1,2\n")).columns
    assert [table.column(place).to_pylist() for place in (0, 1)] == [["1"], ["2"]]


def test_lone_quote_inside_a_value_is_kept(tmp_path: Path) -> None:
    path = broken.csv_file(tmp_path / "x.csv", 'a,b\n1,5" pipe\n2,x\n')
    assert csv_rows(path)["b"] == ['5" pipe', "x"]


values = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=8)


@given(st.lists(st.tuples(values, values), max_size=6))
def test_any_quoted_csv_comes_back_as_written(rows: list[tuple[str, str]]) -> None:
    quoted = ['"' + v.replace('"', '""') + '"' for row in rows for v in row]
    lines = [",".join(quoted[i : i + 2]) for i in range(0, len(quoted), 2)]
    text = "\n".join(["a,b", *lines]) + "\n"
    # with a BOM: a lone letter may be of another encoding as well
    table = delimited.read_delimited(Path("x.csv"), text.encode("utf-8-sig"))
    assert list(zip(*table.to_pydict().values(), strict=True)) == rows


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("chicago/crimes_2015_sample.csv", 10_084),
        ("chicago/sanitation_311_2013_2015.csv.gz", 37_171),
        ("hangzhou/hangzhou_division_codes.csv.gz", 3_375),
        ("shanghai/poi_wgs84.csv.gz", 39_450),
    ],
)
def test_real_tables_equal_what_pandas_reads(
    real_data: Path, name: str, rows: int
) -> None:
    table = read_events(real_data / name).columns
    expected = pd.read_csv(real_data / name, dtype=str, keep_default_na=False)
    assert table.num_rows == rows
    assert np.array_equal(
        table.to_pandas().to_numpy(dtype=object), expected.to_numpy(dtype=object)
    )


def test_gzip_of_nothing_is_refused(tmp_path: Path) -> None:
    path = broken.csv_file(tmp_path / "x.csv.gz", "")
    with pytest.raises(InputFileError, match="unpacks to an empty file"):
        read_gzipped_csv(path)


def test_delimiter_is_the_one_that_gives_the_header_the_most_columns() -> None:
    table = delimited.read_delimited(Path("x.csv"), b"id;lon,lat;name\n1;2,3;x\n")
    assert table.column_names == ["id", "lon,lat", "name"]
