import numpy as np
import pytest
import shapely

from gis.editing.grid_rows import crs_in_degrees, ids_of, polygons_of, rows_of
from gis.errors import CoverageError, CrsError, InvalidLayerError
from support.makers.edited_towns import WESTERN, community_town


def test_attributes_are_what_json_has():
    layer = community_town().assign(residents=[np.nan, *range(8)])
    rows = rows_of(layer, ["grid_id", "residents"])
    assert rows[0] == {"grid_id": f"{WESTERN}001", "residents": None}
    assert type(rows[1]["residents"]) is float


def test_ids_are_texts_and_come_once():
    layer = community_town()
    assert ids_of(layer.assign(grid_id=range(9)))[:2] == ["0", "1"]
    with pytest.raises(InvalidLayerError, match="'7' repeats"):
        ids_of(layer.assign(grid_id=7))


@pytest.mark.parametrize(
    "shape",
    [
        None,
        shapely.Point(120, 30),
        shapely.Polygon(),
        shapely.box(507_700, 3_356_900, 507_800, 3_357_000),
    ],
    ids=["none", "a point", "empty", "metres"],
)
def test_what_is_no_polygon_in_degrees_is_refused_by_name(shape):
    layer = community_town()
    layer.loc[4, "geometry"] = shape
    ids = ids_of(layer)
    with pytest.raises(CoverageError, match=f"Grid '{ids[4]}' has"):
        polygons_of(layer, ids)


def test_polygons_are_the_ones_of_the_layer():
    layer = community_town()
    polygons = polygons_of(layer, ids_of(layer))
    assert [*polygons.values()] == [*layer.geometry]


def test_a_layer_without_crs_is_in_degrees_of_the_town():
    layer = community_town()
    assert crs_in_degrees(layer.set_crs(None, allow_override=True)).to_epsg() == 4490
    assert crs_in_degrees(layer.to_crs(4326)).to_epsg() == 4326
    with pytest.raises(CrsError, match="expected degrees"):
        crs_in_degrees(layer.to_crs(4549))
