"""Which columns of a frame are read, and what is said of other things."""

import datetime as dt
from decimal import Decimal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely

from gis.errors import CrsError, InvalidLayerError, SettingError
from layers.assignment.frame_table import (
    FrameColumns,
    frame_table,
    refuse_no_crs,
)

PLACES = pd.DataFrame({"lon": [120.1], "lat": [30.3], "when": ["2026-09-01 08:00"]})
POINTS = gpd.GeoDataFrame(PLACES, geometry=gpd.points_from_xy([1], [2]), crs=4326)


def test_only_what_is_read_is_looked_at() -> None:
    frame = PLACES.assign(other=[object()])
    table = frame_table("events", frame, FrameColumns(at="when"))
    assert set(table.columns.column_names) == {"when", "lon", "lat"}
    assert table.geometry is None


def test_geometry_goes_before_usual_columns_and_after_named_ones() -> None:
    table = frame_table("events", POINTS, FrameColumns())
    assert table.geometry is not None
    assert table.columns.column_names == []
    named = frame_table("events", POINTS, FrameColumns("lon", "lat"))
    assert named.columns.column_names == ["lon", "lat"]


@pytest.mark.parametrize(
    "cells",
    [
        [120.1, "120.1"],
        [True, "120.1"],
        [10**30, "120.1"],
        [b"120", 1.0],
        [dt.datetime(2026, 9, 1), dt.datetime(2026, 9, 1, tzinfo=dt.UTC)],
        [complex(1, 1), None],
        [[1, 2], None],
    ],
    ids=str,
)
def test_cells_of_several_kinds_are_text(cells: list[object]) -> None:
    frame = pd.DataFrame({"lon": pd.Series(cells, dtype=object), "lat": 30.0})
    column = frame_table("events", frame, FrameColumns()).columns["lon"]
    assert column.type == pa.string()
    assert column.to_pylist() == [None if c is None else str(c) for c in cells]


@pytest.mark.parametrize(
    "cells",
    [[120.1, None], [120, 121], [Decimal("120.1"), None], ["120.1", None]],
    ids=str,
)
def test_cells_of_one_kind_stay(cells: list[object]) -> None:
    frame = pd.DataFrame({"lon": pd.Series(cells, dtype=object), "lat": 30.0})
    column = frame_table("events", frame, FrameColumns()).columns["lon"]
    assert column.to_pylist() == cells


def test_a_frame_without_a_geometry_in_use_is_read_by_its_columns() -> None:
    frame = gpd.GeoDataFrame(PLACES)
    table = frame_table("events", frame, FrameColumns())
    assert table.columns.num_rows == 1


def test_a_frame_that_says_no_place_names_what_it_has() -> None:
    frame = pd.DataFrame({"lon": [1.0], "breite": [2.0]})
    with pytest.raises(InvalidLayerError, match=r"they have \['lon', 'breite'\], name"):
        frame_table("events", frame, FrameColumns())


@pytest.mark.parametrize("option", ["at", "accuracy", "lon"])
def test_a_column_that_is_not_there_is_named_with_its_option(option: str) -> None:
    names = {"lon": "lon", "lat": "lat"} | {option: "nix"}
    with pytest.raises(
        SettingError, match=f"0 columns 'nix', expected one for {option}="
    ):
        frame_table("events", PLACES, FrameColumns(**names))


def test_two_columns_of_one_name_are_refused() -> None:
    frame = pd.concat([PLACES, PLACES[["lon"]]], axis=1)
    with pytest.raises(SettingError, match="2 columns 'lon', expected one"):
        frame_table("events", frame, FrameColumns())


@pytest.mark.parametrize("name", [0, ["lon"], np.float64(1)], ids=str)
def test_a_name_that_is_no_text_is_refused(name: object) -> None:
    with pytest.raises(SettingError, match=r"lat is .* expected the name of a column"):
        FrameColumns(lon="lon", lat=name)  # type: ignore[arg-type]


def test_points_without_crs_are_refused() -> None:
    bare = POINTS.set_crs(None, allow_override=True)
    table = frame_table("anchors", bare, FrameColumns())
    with pytest.raises(CrsError, match="The anchors declare no CRS, expected one"):
        refuse_no_crs("anchors", table)
    refuse_no_crs("anchors", frame_table("anchors", POINTS, FrameColumns()))


def test_heights_are_left_out() -> None:
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(1, 2, 3)], crs=4979)
    table = frame_table("events", frame, FrameColumns())
    assert table.geometry is not None
    assert not shapely.has_z(table.geometry).any()
