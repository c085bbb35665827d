"""Names that a Shapefile cut are whole again where one alone can be meant."""

import geopandas as gpd
import pytest
from shapely import box

from layers.files.cut_names import whole_names
from layers.files.heads import Naming, read_layer
from layers.files.layer_columns import FILE_LAYERS


@pytest.mark.parametrize(
    ("columns", "names", "whole"),
    [
        (["community_"], ["community_id"], {"community_": "community_id"}),
        (["community"], ["community_id"], {}),
        (["community_"], ["community_id", "community_no"], {}),
        (["community_", "community_id"], ["community_id"], {}),
        (["网格长"], ["网格长联系电话"], {"网格长": "网格长联系电话"}),
        (["网格长联系"], ["网格长联系电话"], {"网格长联系": "网格长联系电话"}),
        (["网格长联"], ["网格长联系电话"], {}),
    ],
)
def test_names_that_were_cut_are_whole_again(columns, names, whole):
    assert whole_names(columns, names) == whole


@pytest.mark.parametrize("encoding", ["UTF-8", "GB18030"])
def test_heads_of_a_shapefile_are_ours_though_they_were_cut(tmp_path, encoding):
    columns = {"网格编号": ["G1"], "所属圈编号": ["C1"], "community_": ["K1"]}
    grids = gpd.GeoDataFrame(columns, geometry=[box(120, 30, 120.1, 30.1)], crs=4490)
    path = tmp_path / "grids.shp"
    cut = {
        name: name.encode(encoding)[:10].decode(encoding, "ignore") for name in columns
    }
    grids.rename(columns=cut).to_file(path, encoding=encoding)
    read = read_layer(path, FILE_LAYERS["grids"]).columns
    assert read.column_names == ["grid_id", "parent_id", "community_id"]
    naming = Naming({"name": cut["网格编号"], "community_id": "community_"})
    mapped = read_layer(path, FILE_LAYERS["grids"], naming).columns
    assert mapped.column_names == ["name", "parent_id", "community_id"]
