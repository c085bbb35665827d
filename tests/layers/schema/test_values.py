"""What is missing in a layer is None in a record."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from layers.schema.values import lonlats_of, number_or_none


@pytest.mark.parametrize("value", [None, pd.NA, np.nan, float("nan")])
def test_missing_number_is_none(value: object) -> None:
    assert number_or_none(value) is None


@pytest.mark.parametrize("value", [0, 1.5, np.int64(3), np.float64(-2)])
def test_number_is_a_float(value: float) -> None:
    assert number_or_none(value) == float(value)


def test_point_that_is_missing_or_empty_has_no_coordinates() -> None:
    shapes = [shapely.Point(1, 2), None, shapely.Point()]
    frame = gpd.GeoDataFrame(geometry=shapes, crs=4490)
    assert lonlats_of(frame) == [(1.0, 2.0), (None, None), (None, None)]
