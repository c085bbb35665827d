"""What is no frame is refused by its kind."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from gis.errors import InvalidLayerError
from layers.schema.frames import has_geometry, refuse_other_than_frames

PLACES = pd.DataFrame({"lon": [120.1], "lat": [30.3]})
POINTS = gpd.GeoDataFrame(PLACES, geometry=gpd.points_from_xy([1], [2]), crs=4326)


def test_frames_pass() -> None:
    refuse_other_than_frames("events", PLACES)
    refuse_other_than_frames("events", POINTS)


def test_geometry_is_what_is_in_use() -> None:
    assert has_geometry(POINTS)
    assert has_geometry(POINTS.rename_geometry("place"))
    assert not has_geometry(PLACES)
    assert not has_geometry(gpd.GeoDataFrame(PLACES))
    assert not has_geometry(
        gpd.GeoDataFrame(PLACES.assign(geometry="POINT (1 2)"), geometry=None)
    )


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        ([1], "list"),
        ("a.csv", "str"),
        (None, "NoneType"),
        (np.zeros((2, 2)), "ndarray"),
        (PLACES["lon"], "Series"),
        (POINTS.geometry, "GeoSeries"),
    ],
    ids=["list", "text", "none", "array", "series", "points"],
)
def test_what_is_no_frame_is_refused_by_its_kind(other: object, kind: str) -> None:
    expected = f"The events are of type {kind}, expected a DataFrame"
    with pytest.raises(InvalidLayerError, match=expected):
        refuse_other_than_frames("events", other)


def test_heads_in_two_rows_are_refused() -> None:
    frame = pd.DataFrame(
        [[1.0, 2.0]], columns=pd.MultiIndex.from_product([["a"], ["x", "y"]])
    )
    with pytest.raises(InvalidLayerError, match="heads in 2 rows, expected one name"):
        refuse_other_than_frames("events", frame)
