"""Columns are what the frame has, whatever pandas keeps it in."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from layers.collections.columns import Columns, table_of
from layers.collections.shapes import Shapes
from layers.schema.layer import Field, LayerSchema

KINDS = ("text", "integer", "number", "instant", "flag")
FIELDS = tuple(Field(kind, kind, False, "open", "") for kind in KINDS)
SCHEMA = LayerSchema("things", "text", "polygon", FIELDS)


def columns_of(**values):
    shapes = [shapely.box(0, 0, 1, 1), None, shapely.box(2, 0, 3, 1)]
    frame = gpd.GeoDataFrame(values, geometry=shapes, crs=4490)
    return Columns(SCHEMA, table_of(frame, SCHEMA), Shapes.of(np.array(shapes)))


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("text", pd.Series(["a", None, "b"]), ["a", None, "b"]),
        ("text", pd.Series(["a", np.nan, "b"], dtype=object), ["a", None, "b"]),
        ("integer", pd.Series([1, 2, 3]), [1, 2, 3]),
        ("integer", pd.Series([1.0, np.nan, 3.0]), [1, None, 3]),
        ("integer", pd.Series([1, None, 3], dtype="Int64"), [1, None, 3]),
        (
            "instant",
            pd.Series([0.0, np.nan, 1_788_249_600_001.0]),
            ["1970-01-01T00:00:00.000Z", None, "2026-09-01T08:00:00.001Z"],
        ),
        ("number", pd.Series([1, 2, 3]), [1.0, 2.0, 3.0]),
        ("number", pd.Series([0.5, np.nan, 3]), [0.5, None, 3.0]),
        ("flag", pd.Series([True, None, False], dtype=object), [True, None, False]),
        ("flag", pd.Series([True, None, False], dtype="boolean"), [True, None, False]),
        ("flag", pd.Series([True, True, False]), [True, True, False]),
    ],
)
def test_missing_values_are_null(name, values, expected):
    columns = columns_of(**{name: values})
    assert columns.values(name).to_pylist() == expected
    assert columns.values(name) is columns.values(name)


def test_no_rows_have_no_values():
    columns = columns_of(text=["a", "b", "c"])
    none = Columns(SCHEMA, columns.table[:0], Shapes.nowhere(0))
    for kind in KINDS:
        assert none.values(kind).to_pylist() == []


@pytest.mark.parametrize("name", KINDS)
def test_a_column_that_no_row_has_is_null(name):
    assert columns_of().values(name).null_count == len(columns_of()) == 3


def test_texts_are_found_by_row_in_any_case():
    columns = columns_of(text=["Straße", None, "STRASSE"])
    assert columns.folded("text").to_pylist() == ["strasse", None, "strasse"]
    words, rows = columns.words("text")
    assert words.take(rows).to_pylist() == ["Straße", None, "STRASSE"]
