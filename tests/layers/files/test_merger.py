"""Groups of grids as files, and what a merger is written as."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gis.errors import InvalidLayerError, SettingError
from gis.versions import Lineage
from layers.files.lineage import read_lineage
from layers.files.merger import read_groups, write_merger

GRIDS = gpd.GeoDataFrame(
    {"grid_id": ["M1"]}, geometry=[shapely.box(120, 30, 121, 31)], crs=4490
)


def test_groups_are_read_from_pieces_with_a_column_more(tmp_path):
    path = tmp_path / "pieces.csv"
    path.write_text(
        "piece_id,source_id,target_id,area_m2,grid_id\n"
        "A/P,A,P,12.5,M2\nA/Q,A,Q,0.1,\n/Q,,Q,3,M1\nB/,B,,3,M2\n"
    )
    assert read_groups(path) == {"M2": [("A", "P"), ("B", None)], "M1": [(None, "Q")]}


def test_a_file_that_names_no_new_grid_is_refused(tmp_path):
    path = tmp_path / "groups.csv"
    for text in ("source_id,target_id\nA,P\n", "source_id,grid_id\nA,\n"):
        path.write_text(text)
        with pytest.raises(SettingError, match=r"No row of .* has a 'grid_id'"):
            read_groups(path)


def test_a_merger_is_written_and_read_again(tmp_path):
    folder = tmp_path / "draft"
    lineage = pd.DataFrame(
        {"from_id": ["A"], "to_id": ["M1"], "share": [1.0], "system": ["old"]}
    )
    write_merger(folder, GRIDS, {"lineage": lineage})
    assert sorted(path.name for path in folder.iterdir()) == [
        *("grids.gpkg", "lineage.csv")
    ]
    back = gpd.read_file(folder / "grids.gpkg")
    assert back["grid_id"].tolist() == ["M1"]
    assert back.geometry[0].equals(GRIDS.geometry[0])
    assert read_lineage(folder / "lineage.csv") == (Lineage("A", "M1", 1.0, "old"),)


def test_a_folder_that_is_there_is_left_as_it_is(tmp_path):
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(SettingError, match="is there already"):
        write_merger(tmp_path, GRIDS, {})
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_a_place_that_is_none_leaves_nothing(tmp_path):
    with pytest.raises(SettingError, match="cannot be written"):
        write_merger(tmp_path / "no" / "draft", GRIDS, {})
    assert list(tmp_path.iterdir()) == []


def test_a_column_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "groups.geojson"
    path.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry":'
        ' null, "properties": {"source_id": {"a": 1}, "grid_id": "M1"}}]}'
    )
    with pytest.raises(InvalidLayerError, match="source_id"):
        read_groups(path)
