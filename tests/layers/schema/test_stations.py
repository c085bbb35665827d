"""Stations need an id and a force, and stand at a point."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gis.errors import InvalidLayerError
from layers.schema.layer import check
from layers.schema.stations import STATIONS

STATION = {"station_id": ["S1"], "kind": ["emergency"]}


def test_station_needs_id_and_kind_only() -> None:
    assert check(pd.DataFrame(STATION), STATIONS)["kind"].tolist() == ["emergency"]
    with pytest.raises(InvalidLayerError, match="no column 'kind'"):
        check(pd.DataFrame({"station_id": ["S1"]}), STATIONS)


def test_station_is_a_point() -> None:
    area = gpd.GeoDataFrame(STATION, geometry=[shapely.box(0, 0, 1, 1)], crs=4490)
    with pytest.raises(
        InvalidLayerError, match="row 1, geometry: Polygon where a point"
    ):
        check(area, STATIONS)
    point = area.set_geometry([shapely.Point(0, 0)], crs=4490)
    assert len(check(point, STATIONS)) == 1
