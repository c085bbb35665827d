"""A neighbour needs its official code and an area, and may have a name."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gis.errors import InvalidLayerError
from layers.schema.neighbours import NEIGHBOURS, jurisdictions_of


def layer(**columns):
    squares = [shapely.box(x, 0, x + 1, 1) for x in range(2)]
    return gpd.GeoDataFrame(columns, geometry=squares, crs=4490)


def test_code_is_text_whatever_a_file_made_of_it_and_a_name_may_lack():
    around = jurisdictions_of(layer(neighbour_id=[330109.0, 330106.0]))
    [area] = around.at_many(np.array([0.5]), np.array([0.5]))
    assert (area.neighbour_id, area.name) == ("330109", None)


def test_empty_name_is_none():
    around = jurisdictions_of(layer(neighbour_id=["5", "9"], name=["", "east"]))
    areas = around.at_many(np.array([0.5, 1.5]), np.array([0.5, 0.5]))
    assert [area.name for area in areas] == [None, "east"]


def test_layer_without_rows_has_no_areas():
    assert jurisdictions_of(layer(neighbour_id=["5", "9"]).iloc[:0]) is None


def test_row_without_code_and_a_code_that_stands_twice_are_refused():
    with pytest.raises(InvalidLayerError, match="row 2, field 'neighbour_id': is empt"):
        jurisdictions_of(layer(neighbour_id=["5", None]))
    with pytest.raises(InvalidLayerError, match="row 2, field 'neighbour_id': '5'"):
        jurisdictions_of(layer(neighbour_id=["5", "5"]))


def test_neighbours_are_open_whole():
    assert {field.sharing for field in NEIGHBOURS.fields} == {"open"}
    assert NEIGHBOURS.geometry_sharing == "open"
