"""The layers of a crosswalk."""

import geopandas as gpd
import pytest
from shapely import box

from gis.errors import InvalidLayerError
from layers.schema.layer import check
from layers.schema.pieces import PIECES, RELATED_GRIDS

PIECE = {
    "piece_id": "A/",
    "source_id": "A",
    "standing": "outside",
    "is_conflict": False,
    "area_m2": 4.0,
    "width_m": 1.0,
}


def frame(row):
    return gpd.GeoDataFrame([row], geometry=[box(0, 0, 2, 2)], crs=4490)


def test_piece_without_a_target_is_one():
    assert check(frame(PIECE), PIECES)["source_id"].tolist() == ["A"]


def test_unknown_standing_is_refused():
    with pytest.raises(InvalidLayerError, match="standing"):
        check(frame(PIECE | {"standing": "large"}), PIECES)


def test_everything_of_a_crosswalk_is_open():
    for schema in (PIECES, RELATED_GRIDS):
        assert {field.sharing for field in schema.fields} == {"open"}
