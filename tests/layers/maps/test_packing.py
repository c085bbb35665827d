"""Columns of frames become short JSON from which they can be read again."""

import json
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from gis.errors import CrsError, InvalidLayerError
from layers.inert_text import escape_text
from layers.maps import packing
from layers.maps.offline import BROWSER
from layers.maps.packing import (
    LETTERS,
    coded,
    digits,
    lonlat,
    packed_steps,
    require,
    script_json,
    text_lists,
    texts,
)


@given(
    st.lists(st.tuples(st.integers(-(2**32), 2**32), st.integers(0, 99)), min_size=1)
)
def test_packed_steps_unpack_to_the_same_points(points):
    xy = np.array(points, dtype=np.int64)
    numbers, number, weight = [], 0, 1
    for letter in packed_steps(xy):
        digit = LETTERS.index(letter)
        number, weight = number + (digit & 31) * weight, weight * 32
        if digit < 32:
            numbers.append(-(number + 1) // 2 if number % 2 else number // 2)
            number, weight = 0, 1
    assert np.array_equal(np.cumsum(np.reshape(numbers, (-1, 2)), axis=0), xy)


def test_browser_reads_the_same_letters_and_none_needs_escaping():
    assert f'"{LETTERS}"' in (BROWSER / "geometry.js").read_text("utf-8")
    assert escape_text(LETTERS) == LETTERS


def test_steps_are_rounded_to_the_drawn_decimals():
    fine = np.array([[1e-6, 0.0], [1.4e-6, -1e-6]])
    assert packing.steps(fine) == packed_steps(np.array([[1, 0], [1, -1]]))


def test_texts_are_empty_where_missing_and_none_without_the_column():
    frame = pd.DataFrame({"a": ["x", None], "b": [None, None], "c": [7, 8]})
    assert texts(frame, "a") == ["x", ""]
    assert texts(frame, "b") is None
    assert texts(frame, "c") == ["7", "8"]
    assert texts(frame, "d") is None


def test_a_text_a_list_and_nothing_are_lists_of_texts():
    frame = pd.DataFrame({"a": ["x", "", ["y", 1], None, float("nan")]})
    assert text_lists(frame, "a") == [
        (("x", ""),),
        (),
        (("y", ""), ("1", "")),
        (),
        (),
    ]
    assert text_lists(frame, "b") is None


def test_numbers_have_six_digits_and_are_none_where_not_finite():
    frame = pd.DataFrame({"a": [1234567.0, 0.1234567, float("inf"), None]})
    assert packing.numbers(frame, "a") == [1234570.0, 0.123457, None, None]
    assert packing.numbers(frame, "b") is None
    with pytest.raises(InvalidLayerError, match="'a' of a map layer holds text"):
        packing.numbers(frame.astype({"a": "str"}).assign(a="high"), "a")


@pytest.mark.parametrize("value", [6, -1, 1.5, "3", None])
def test_digit_that_is_none_is_refused(value):
    assert digits([0, 5.0], 5, "level") == "05"
    with pytest.raises(InvalidLayerError, match="expected a whole number from 0 to 5"):
        digits([0, value], 5, "level")


@given(st.lists(st.sampled_from(["x", "y", "", "三"])))
def test_coded_values_can_be_read_again(values):
    packed = coded(values)
    assert [packed["values"][row] for row in packed["rows"]] == values
    assert packed["values"] == sorted(set(values))
    assert coded(None) is None


def test_points_are_in_degrees_and_nan_where_there_is_none():
    shapes = [Point(120, 30), None, Point(), Point(float("nan"), 30)]
    frame = gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4326").to_crs("EPSG:4549")
    xy = lonlat(frame)
    assert xy[0] == pytest.approx([120, 30], abs=1e-8)
    assert np.isnan(xy[1:]).all()


def test_layer_without_a_column_or_a_crs_is_refused():
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[Point(0, 0)])
    with pytest.raises(InvalidLayerError, match="have no column 'b', expected a, b"):
        require(frame, "places", "a", "b")
    with pytest.raises(CrsError, match="The places of the map have no CRS"):
        require(frame, "places", "a")
    require(pd.DataFrame({"a": [1]}), "posts", "a")


SIGNS = "&<>\"'`$\\{}/\n\r\t"
TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from(SIGNS))
VALUES = st.recursive(TEXTS | st.integers() | st.none(), st.lists, max_leaves=9)


@given(st.dictionaries(st.sampled_from(["a", "b"]), VALUES))
def test_json_for_a_script_is_plain_after_it_was_read(value):
    assert json.loads(script_json(value)) == value


@given(TEXTS)
def test_strings_of_json_have_no_sign_that_a_page_reads(text):
    string = script_json({"a": text}).removeprefix('{"a":"').removesuffix('"}')
    assert not set(string) & set("&<>\"'`${}\n\r")
    assert "//" not in string
    assert re.sub(r"\\u[0-9a-f]{4}|\\[bfnrt]", "", string).count("\\") == 0


def test_plain_text_stays_in_json():
    assert (
        script_json({"a": "网格 014 (north) — a/b"}) == '{"a":"网格 014 (north) — a/b"}'
    )
