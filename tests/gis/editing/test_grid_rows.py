import numpy as np
import pytest

from gis.editing.grid_rows import crs_in_degrees, ids_of, rows_of
from gis.errors import CrsError, InvalidLayerError
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


def test_a_layer_without_crs_is_in_degrees_of_the_town():
    layer = community_town()
    assert crs_in_degrees(layer.set_crs(None, allow_override=True)).to_epsg() == 4490
    assert crs_in_degrees(layer.to_crs(4326)).to_epsg() == 4326
    with pytest.raises(CrsError, match="expected degrees"):
        crs_in_degrees(layer.to_crs(4549))
