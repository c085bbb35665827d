"""A frame is checked once at the border; faults name row, field and rule."""

import datetime as dt
import re

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from gis.errors import InvalidLayerError
from layers.schema.circles import CIRCLES
from layers.schema.communities import COMMUNITIES
from layers.schema.duties import DUTY_RECORDS
from layers.schema.enterprises import ENTERPRISES
from layers.schema.events import EVENTS
from layers.schema.grids import GRIDS
from layers.schema.inspections import INSPECTIONS
from layers.schema.layer import (
    Field,
    LayerSchema,
    absent_columns,
    check,
    not_negative,
)
from layers.schema.posts import POSTS
from layers.schema.rules import RULES

LAYERS = (
    GRIDS,
    CIRCLES,
    COMMUNITIES,
    POSTS,
    DUTY_RECORDS,
    ENTERPRISES,
    INSPECTIONS,
    RULES,
    EVENTS,
)


def one(kind: str, required: bool = False) -> LayerSchema:
    """A schema with one field of a kind beside the key."""
    key = Field("id", "text", True, "open", "Key.")
    field = Field("v", kind, required, "open", "Value.")  # type: ignore[arg-type]
    return LayerSchema("things", "id", None, (key, field))


def checked(kind: str, values: list[object]) -> pd.Series:
    """Check values of a kind."""
    ids = [f"i{row}" for row in range(len(values))]
    frame = pd.DataFrame({"id": ids, "v": pd.Series(values, dtype=object)})
    column: pd.Series = check(frame, one(kind))["v"]
    return column


@pytest.mark.parametrize("schema", LAYERS, ids=lambda schema: schema.name)
def test_every_field_is_described_and_shared_on_purpose(schema: LayerSchema) -> None:
    names = [field.name for field in schema.fields]
    assert schema.key in names
    assert len(set(names)) == len(names)
    for field in schema.fields:
        assert field.description.endswith(".")
        assert field.sharing in ("open", "conditional", "closed")


def test_closed_lists_are_named_in_the_schema() -> None:
    closed = {
        (schema.name, field.name)
        for schema in LAYERS
        for field in schema.fields
        if field.values
    }
    assert closed == {
        ("posts", "role"),
        ("enterprises", "hazard"),
        ("enterprises", "address_kind"),
        ("inspections", "kind"),
        ("inspections", "result"),
    }


def test_missing_columns_are_all_in_one_sentence_with_how_to_map_them() -> None:
    with pytest.raises(InvalidLayerError) as found:
        check(pd.DataFrame({"编号": ["P1"], "name": ["A"]}), POSTS)
    assert str(found.value) == (
        "Layer 'posts' has no columns 'post_id' (岗位编号), 'area_id' (负责区域编号), "
        "'role' (岗位角色) but ['编号', 'name']; rename or add them, or say which ones "
        "they are with --map post_id=COLUMN,area_id=COLUMN,role=COLUMN."
    )


@pytest.mark.parametrize("schema", LAYERS, ids=lambda schema: schema.name)
def test_every_field_has_a_chinese_name_of_its_own(schema: LayerSchema) -> None:
    names = [field.zh for field in schema.fields]
    assert all(re.search(r"[\u4e00-\u9fff]", name) for name in names)
    assert len(set(names)) == len(names)
    assert schema.zh
    for field in schema.fields:
        assert len(field.values_zh) == len(field.entries)


def test_chinese_word_of_a_closed_list_is_its_entry_and_another_word_is_not() -> None:
    posts = pd.DataFrame({"post_id": ["A", "B"], "area_id": "G", "role": "网格长"})
    assert check(posts, POSTS)["role"].tolist() == ["grid_leader"] * 2
    with pytest.raises(InvalidLayerError, match="the nearest are 'circle_leader'"):
        check(posts.assign(role="circle_leadr"), POSTS)
    with pytest.raises(InvalidLayerError, match="'department'\\]; correct"):
        check(posts.assign(role=["队伍?!", "team"]), POSTS)


def test_value_outside_a_closed_list_or_against_a_rule_is_a_fault() -> None:
    key = Field("id", "text", True, "open", "Key.", values=("a", "b"))
    count = Field("n", "integer", False, "open", "Count.", rule=not_negative)
    schema = LayerSchema("things", "id", None, (key, count))
    frame = pd.DataFrame({"id": ["a", "c"], "n": [-1, None]})
    with pytest.raises(InvalidLayerError) as found:
        check(frame, schema)
    assert [str(fault) for fault in found.value.faults] == [
        "row 2, field 'id': 'c' is not one of ['a', 'b']",
        "row 1, field 'n': -1.0 is negative, expected 0 or more",
    ]
    assert check(frame.assign(id=["a", "b"], n=[0, None]), schema)["n"][0] == 0


def test_long_value_is_cut_in_the_fault() -> None:
    with pytest.raises(InvalidLayerError) as found:
        checked("integer", ["x" * 1000])
    assert len(str(found.value)) < 250


def test_values_come_back_in_their_kind() -> None:
    assert checked("integer", ["1", 2.0, np.int8(3)]).dtype == "int64"
    assert checked("integer", ["1", None]).dtype == "Int64"
    assert checked("number", ["1.5", None]).isna().tolist() == [False, True]
    assert checked("flag", ["TRUE", 0, False]).tolist() == [True, False, False]
    assert checked("flag", ["1", ""]).dtype == "boolean"


def test_long_integers_lose_no_digit() -> None:
    assert checked("integer", ["123456789012345678"]).tolist() == [123456789012345678]


@pytest.mark.parametrize(
    "value",
    ["2026-01-01T10:00:00+08:00", "2026-01-01 10:00", dt.datetime(2026, 1, 1), None],
)
def test_instants_stay_as_they_came(value: object) -> None:
    column = checked("instant", [value])
    assert column.tolist() == [value]


@pytest.mark.parametrize(
    ("kind", "value", "rule"),
    [
        ("integer", "1.5", "is not a whole number"),
        ("integer", True, "is neither text nor a number"),
        ("number", "1,5", "is not a number"),
        ("number", "1e999", "is not a number"),
        ("instant", "yesterday", "is no time, expected"),
        ("flag", "maybe", "is neither true nor false"),
        ("text", [1], "is neither text nor a number"),
    ],
)
def test_fault_names_row_field_and_rule(kind: str, value: object, rule: str) -> None:
    with pytest.raises(InvalidLayerError, match=f"row 2, field 'v': .*{rule}"):
        checked(kind, [None, value])


def test_first_faults_are_shown_and_all_are_counted() -> None:
    with pytest.raises(InvalidLayerError, match=r"has 9 faults: row 1.* and 6 more;"):
        checked("integer", ["x"] * 9)


def test_missing_column_is_answered_with_those_there_are() -> None:
    with pytest.raises(InvalidLayerError, match=r"no column 'id' but \['a'\]"):
        check(pd.DataFrame({"a": [1]}), one("text"))


def test_missing_value_of_a_required_field_is_a_fault() -> None:
    frame = pd.DataFrame({"id": ["a"], "v": [None]})
    with pytest.raises(InvalidLayerError, match="is empty, expected a number"):
        check(frame, one("number", required=True))


def test_repeated_key_is_a_fault() -> None:
    frame = pd.DataFrame({"id": [1, "1 "]})
    with pytest.raises(InvalidLayerError, match="row 2, field 'id': '1' stands"):
        check(frame, one("text"))


def test_geometry_of_another_type_is_a_fault() -> None:
    frame = geopandas.GeoDataFrame(
        {"grid_id": ["a"]}, geometry=[shapely.Point(1, 2)], crs=4326
    )
    with pytest.raises(InvalidLayerError, match="row 1, geometry: Point"):
        check(frame, GRIDS)


def test_frame_given_is_not_changed() -> None:
    frame = pd.DataFrame({"id": [1], "v": ["2"]}, index=[9])
    result = check(frame, one("integer"))
    assert frame["id"].tolist() == [1]
    assert result.index.tolist() == [9]


@pytest.mark.parametrize("value", ["3.30199E+14", "3,30199e+14", "1E+5", "1001.0"])
def test_id_that_a_spreadsheet_shortened_is_refused_by_row(value: str) -> None:
    frame = pd.DataFrame({"post_id": ["P1", value], "area_id": "G", "role": "team"})
    with pytest.raises(
        InvalidLayerError, match=r"row 2, field .post_id.: .* shortened"
    ):
        check(frame, POSTS)


@pytest.mark.parametrize("value", ["330199101001001", "E05728", "1.2.3", "10.5", "7E"])
def test_id_that_only_looks_like_a_number_stays(value: str) -> None:
    frame = pd.DataFrame({"post_id": [value], "area_id": "G", "role": "team"})
    assert check(frame, POSTS)["post_id"].tolist() == [value]


def test_file_without_a_row_has_no_columns_to_name() -> None:
    tier = Field("tier", "integer", True, "open", "Tier.", zh="层级")
    said = str(absent_columns("circles", [tier], ["geometry"]))
    assert said.startswith("Layer 'circles' has no columns, expected 'tier' (层级);")
