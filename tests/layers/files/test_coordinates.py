"""Positions are read row by row; what cannot be used has a named reason."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.assignment import REASONS
from gis.errors import InputFileError, SettingError
from layers.files import Coordinates, EventTable, read_coordinates, read_events
from layers.files.coordinates import numbers_of_text
from support.makers import broken_files as broken


def named(found: Coordinates) -> list[str]:
    return [REASONS[code] for code in found.reasons]


def reasons_of(values: object, kind: pa.DataType | None = None) -> list[str]:
    """Return the reasons of one column of longitudes."""
    column = pa.array(values, kind)
    table = pa.table({"lon": column, "lat": pa.array([30.0] * len(column))})
    found = read_coordinates(EventTable(table))
    assert (np.isnan(found.x) == (found.reasons > 0)).all()
    assert (np.isnan(found.x) == np.isnan(found.y)).all()
    return named(found)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("120.08", 120.08),
        (" 120.08\t", 120.08),
        ("\u3000120.08\u3000", 120.08),
        ("+120.08", 120.08),
        ("-87.6", -87.6),
        ("１２０．０８", 120.08),
        ("－87.6", -87.6),
        ("1.2008e2", 120.08),
        ("120", 120.0),
        (".5", 0.5),
        ("120.", 120.0),
    ],
)
def test_text_that_leaves_no_doubt_is_a_number(text: str, value: float) -> None:
    table = EventTable(pa.table({"lon": [text], "lat": ["30"]}))
    assert read_coordinates(table).x.tolist() == [value]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "missing"),
        ("  ", "missing"),
        (None, "missing"),
        ("120,08", "decimal_comma"),
        ("１２０，０８", "decimal_comma"),
        ("NaN", "not_a_number"),
        ("inf", "not_a_number"),
        ("1e999", "not_a_number"),
        ("120.08°", "not_a_number"),
        ("1_000", "not_a_number"),
        ("0x10", "not_a_number"),
        ("1,120.08", "not_a_number"),
        ("东经", "not_a_number"),
        ("NULL", "not_a_number"),
        ("+-1", "not_a_number"),
        ("1 2", "not_a_number"),
    ],
)
def test_text_in_doubt_has_a_reason(text: str | None, reason: str) -> None:
    assert reasons_of([text, "120"], pa.string()) == [reason, ""]


def test_typed_columns_have_reasons_too() -> None:
    assert reasons_of([120.0, np.nan, None, np.inf]) == [
        "",
        "not_a_number",
        "missing",
        "not_a_number",
    ]
    assert reasons_of([120, None]) == ["", "missing"]
    assert reasons_of([True, None]) == ["not_a_number", "missing"]
    assert reasons_of(["120", "x"], pa.dictionary(pa.int8(), pa.string())) == [
        "",
        "not_a_number",
    ]


def test_mixed_json_numbers_are_coordinates(tmp_path: Path) -> None:
    rows = [
        {"type": "Feature", "geometry": None, "properties": {"lon": lon, "lat": 30}}
        for lon in (120, 120.5, "120,5", None)
    ]
    table = read_events(broken.geojson(tmp_path / "x.geojson", list(rows)))
    found = read_coordinates(table, "lon", "lat")
    assert found.x[:2].tolist() == [120.0, 120.5]
    assert named(found) == ["", "", "decimal_comma", "missing"]


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["lon", "lat"], ("lon", "lat")),
        (["LNG", "Lat"], ("LNG", "Lat")),
        (["x", "y", "latitude", "longitude"], ("longitude", "latitude")),
        ([" X", "Y "], (" X", "Y ")),
        (["经度", "纬度"], ("经度", "纬度")),
    ],
)
def test_usual_names_are_found_and_said(
    names: list[str], chosen: tuple[str, str]
) -> None:
    table = EventTable(pa.table({name: ["1"] for name in names}))
    assert read_coordinates(table).columns == chosen


def test_columns_that_do_not_exist_are_answered_with_those_that_do() -> None:
    table = EventTable(pa.table({"a": ["1"], "b": ["2"]}))
    with pytest.raises(InputFileError, match=r"\['a', 'b'\]"):
        read_coordinates(table)
    with pytest.raises(InputFileError, match=r"0 columns 'lon'.*'a', 'b'"):
        read_coordinates(table, "lon", "b")
    with pytest.raises(SettingError, match="name both"):
        read_coordinates(table, "a")


def test_geometry_that_is_no_point_has_a_reason(tmp_path: Path) -> None:
    rows = [
        broken.feature({}, [120.0, 30.0, 5.0], "Point"),
        {"type": "Feature", "properties": {}, "geometry": None},
        broken.feature({}, ["120", "30"], "Point"),
        broken.feature({}, [broken.square(0, 0)]),
        broken.feature({}, [[[0, 0], [1, 1], [2, 2]]]),
        broken.feature({}, [], "Point"),
    ]
    table = read_events(broken.geojson(tmp_path / "x.geojson", list(rows)))
    found = read_coordinates(table)
    assert found.columns is None
    assert (found.x[0], found.y[0]) == (120.0, 30.0)
    assert named(found) == [
        "",
        "missing",
        "not_a_number",
        "not_a_point",
        "not_a_point",
        "not_a_number",
    ]


def test_empty_point_is_missing() -> None:
    points = np.array([shapely.Point(), None], dtype=object)
    table = EventTable(pa.table({"a": [1, 2]}), points)
    assert named(read_coordinates(table)) == ["missing", "missing"]


written = st.text(st.sampled_from("0123456789.-+e ５/"), max_size=6)


@given(st.lists(written, max_size=6))
def test_plain_numbers_are_read_as_all_others_are(texts: list[str]) -> None:
    plain = [text for text in texts if not set(text) - set("0123456789.-/")]
    for column in (texts, plain):
        values, reasons = numbers_of_text(pa.chunked_array([column], pa.large_string()))
        # a cell with a blank in front is read by the longer way
        longer = pa.chunked_array([[f" {text}" for text in column]], pa.large_string())
        other_values, other_reasons = numbers_of_text(longer)
        np.testing.assert_array_equal(values, other_values)
        assert reasons.tolist() == other_reasons.tolist()


def test_positions_are_the_coordinates_as_they_came() -> None:
    lon = ["120", "", "abc", "120,5", "nan"]
    table = EventTable(pa.table({"lon": lon, "lat": ["30", "", "30", "30,5", "30"]}))
    found = read_coordinates(table)
    assert named(found) == [
        *("", "missing", "not_a_number", "decimal_comma", "not_a_number"),
    ]
    assert found.reasons.dtype == np.uint8
    positions = found.positions
    assert positions.x is found.x
    assert positions.y is found.y
    assert positions.reasons is found.reasons


@pytest.mark.parametrize("text", ["1/2", "/", "1/", "2015/03/04"])
def test_slash_is_no_sign_of_a_number(text: str) -> None:
    assert reasons_of([text, "120"], pa.string()) == ["not_a_number", ""]
