"""Heads in Chinese, in both languages, or mapped are our names; nothing is guessed."""

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis.errors import InputFileError, InvalidLayerError, SettingError
from layers.files.heads import (
    EXAMPLE,
    Naming,
    head_of,
    named,
    our_name,
    read_layer,
    without_example,
)
from layers.files.layer_columns import FILE_LAYERS
from layers.files.table import EventTable
from support.makers.workbooks import workbook

POSTS = FILE_LAYERS["posts"]
HERE = Path("posts.csv")


def table(*heads: str) -> EventTable:
    """A row with a value for each head."""
    columns = [pa.array([head], pa.string()) for head in heads]
    return EventTable(pa.Table.from_arrays(columns, names=list(heads)))


def names(*heads: str, **renames: str) -> list[str]:
    """What heads become."""
    told: list[str] = named(HERE, table(*heads), POSTS, renames).columns.column_names
    return told


@given(st.data())
def test_every_layer_is_read_by_chinese_english_or_both(data: st.DataObject) -> None:
    columns = data.draw(st.sampled_from([*FILE_LAYERS.values()]))
    heads = [
        data.draw(st.sampled_from([field.name, field.zh, f" {head_of(field)}"]))
        for field in columns.fields
    ]
    read = named(HERE, table(*heads), columns, {})
    assert read.columns.column_names == [field.name for field in columns.fields]
    assert [read.columns[place][0].as_py() for place in range(len(heads))] == heads


def test_mapped_column_is_ours_and_others_stay() -> None:
    assert names("编号", "备注", "role", post_id="编号") == ["post_id", "备注", "role"]


def test_one_head_may_be_two_of_ours() -> None:
    read = named(HERE, table("A"), POSTS, {"post_id": "A", "area_id": "A"})
    assert read.columns.to_pydict() == {"post_id": ["A"], "area_id": ["A"]}


@pytest.mark.parametrize(
    ("heads", "renames", "error", "words"),
    [
        (["a"], {"post_id": "b"}, InputFileError, r"no column 'b', which --map says"),
        (["a", "a"], {"post_id": "a"}, InputFileError, r"has 2 columns 'a'"),
        (["编号"], {"post_id": "編号"}, InputFileError, r"the nearest is '编号'"),
        (["a"], {"postid": "a"}, SettingError, r"no column of posts.*'post_id'"),
        (
            ["post_id", "岗位编号"],
            {},
            InvalidLayerError,
            r"'post_id' and '岗位编号' for",
        ),
        (
            ["post_id", "x"],
            {"post_id": "x"},
            InvalidLayerError,
            r"'post_id' and 'x' for",
        ),
    ],
)
def test_doubtful_head_is_refused(
    heads: list[str], renames: dict[str, str], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        names(*heads, **renames)


def test_example_of_a_template_is_left_out_with_its_geometry() -> None:
    shapes = np.array([shapely.Point(place, 0) for place in range(3)])
    rows = EventTable(
        pa.table({"post_id": ["A", EXAMPLE, "C"]}), shapes, faults={2: "broken"}
    )
    rest = without_example(rows, "post_id")
    assert rest.columns["post_id"].to_pylist() == ["A", "C"]
    assert rest.geometry is not None
    assert shapely.get_x(rest.geometry).tolist() == [0, 2]
    assert rest.faults == {1: "broken"}
    assert rest.notices[0].startswith("Row 2 is the example of the template")
    assert without_example(rest, "post_id") is rest


def test_own_name_of_a_head_that_was_read() -> None:
    assert our_name(POSTS, ["post_id"], "岗位编号") == "post_id"
    assert our_name(POSTS, ["岗位编号"], "岗位编号") == "岗位编号"
    assert our_name(POSTS, ["a"], "b") == "b"


def test_workbook_is_read_by_sheet_and_its_numbers_in_times_are_times(
    tmp_path: Path,
) -> None:
    rows = [("岗位编号", "生效时间", "备注"), ("A", 46266.5, 46266)]
    path = workbook(tmp_path / "a.xlsx", rows, sheet="岗位")
    read = read_layer(path, POSTS, Naming(sheet="岗位"))
    assert read.columns.to_pydict() == {
        "post_id": ["A"],
        "valid_from": ["2026-09-01T12:00:00"],
        "备注": ["46266"],
    }


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=40,
)
@given(st.data())
def test_every_layer_of_a_workbook_is_that_of_the_csv(
    tmp_path: Path, data: st.DataObject
) -> None:
    columns = data.draw(st.sampled_from([*FILE_LAYERS.values()]))
    values = {
        "text": st.sampled_from(["007", "330106109000001", "=1+1", "三墩, 镇", ""]),
        "integer": st.integers(-(10**9), 10**9),
        "number": st.floats(-1e6, 1e6).map(lambda n: float(repr(round(n, 6)))),
        "flag": st.sampled_from(["true", "false", "是", ""]),
        "instant": st.sampled_from(["2026-09-01 08:15", "2026-09-01T08:15:00+08:00"]),
    }
    rows = [
        [
            f"K{row}" if f.name == columns.key else data.draw(values[f.kind])
            for f in columns.fields
        ]
        for row in range(data.draw(st.integers(1, 3)))
    ]
    heads = [data.draw(st.sampled_from([f.name, f.zh])) for f in columns.fields]
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([heads, *map(written, rows)])
    book = workbook(tmp_path / "a.xlsx", [heads, *rows], sheet=columns.zh)
    plain = read_layer(tmp_path / "a.csv", columns)
    assert read_layer(book, columns).columns.equals(plain.columns)


def written(row: list[object]) -> list[str]:
    """Values as a program writes them to CSV, whole numbers without a point."""
    return [
        str(int(v)) if isinstance(v, float) and v.is_integer() else str(v) for v in row
    ]
