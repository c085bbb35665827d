"""Values of one type are a typed column, others JSON text; a frame loses nothing."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import CrsError, InvalidLayerError
from layers.files.table import (
    EventTable,
    column_of,
    crs_of,
    is_json,
    to_frame,
    values_of,
)

PATH = Path("x.geojson")
UNDEFINED = (
    'ENGCRS["Undefined Cartesian SRS", EDATUM[""], CS[Cartesian, 2],'
    ' AXIS["(E)", east, ORDER[1], LENGTHUNIT["Meter", 1]],'
    ' AXIS["(N)", north, ORDER[2], LENGTHUNIT["Meter", 1]]]'
)
scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=4)


def one_column(name: str, values: list[object]) -> pa.Table:
    """A table of one column of JSON values."""
    field, array = column_of(name, values)
    return pa.table([array], schema=pa.schema([field]))


@given(st.lists(scalars | st.lists(scalars, max_size=2), max_size=5))
def test_any_json_values_come_back_as_they_were(values: list[object]) -> None:
    back = values_of(one_column("a", values), 0)
    assert [(type(v), v) for v in back] == [(type(v), v) for v in values]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, None], pa.int64()),
        ([True], pa.bool_()),
        ([1.5], pa.float64()),
        (["x", None], pa.string()),
        ([2**63 - 1, -(2**63)], pa.int64()),
    ],
    ids=["whole", "flag", "number", "text", "ends of 64 bits"],
)
def test_values_of_one_type_are_a_column_of_it(
    values: list[object], kind: pa.DataType
) -> None:
    field, array = column_of("a", values)
    assert array.type == kind
    assert not is_json(field)


@pytest.mark.parametrize("values", [[1, "1"], [1, True], [{"a": 1}], [2**63], [None]])
def test_values_without_one_type_are_json_text(values: list[object]) -> None:
    field, array = column_of("a", values)
    assert is_json(field)
    assert array.type == pa.string()


def test_whole_numbers_stay_whole_beside_missing_ones() -> None:
    frame = to_frame(PATH, EventTable(pa.table({"n": pa.array([2**53 + 1, None])})))
    assert frame["n"].dtype == "Int64"
    assert frame["n"].iloc[0] == 2**53 + 1
    assert pd.isna(frame["n"].iloc[1])


def test_two_columns_of_one_name_are_refused() -> None:
    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    with pytest.raises(InvalidLayerError, match="has two columns 'a'"):
        to_frame(PATH, EventTable(twice))


def test_column_named_geometry_beside_a_geometry_is_refused() -> None:
    points = np.array([shapely.Point(1, 2)], dtype=object)
    table = EventTable(pa.table({"geometry": ["x"]}), points)
    with pytest.raises(InvalidLayerError, match="has two columns 'geometry'"):
        to_frame(PATH, table)
    assert to_frame(PATH, EventTable(table.columns))["geometry"].tolist() == ["x"]


@pytest.mark.parametrize("declared", [None, "", UNDEFINED])
def test_crs_that_declares_nothing_is_none(declared: object) -> None:
    assert crs_of(declared) is None


def test_crs_that_proj_does_not_know_is_refused_by_its_name() -> None:
    assert crs_of(4490) == crs_of("urn:ogc:def:crs:EPSG::4490")
    with pytest.raises(CrsError, match=r"'moon'.* expected an EPSG code"):
        crs_of("moon")
