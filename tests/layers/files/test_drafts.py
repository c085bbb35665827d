"""Grids that leave for other programs and come back with their base."""

import shutil
import sqlite3
import subprocess
from contextlib import closing

import geopandas as gpd
import pytest
from shapely import box

from conftest import missing
from gis.errors import InputFileError, SettingError
from layers.files.drafts import (
    BASE,
    LAYER,
    DraftBase,
    draft_rows,
    read_draft,
    write_draft,
)

NAMES = ("grid_id", "community_id", "name", "网格长联系电话号码")
OWN = DraftBase(7, "ab12cd", "main")


@pytest.fixture
def grids():
    columns = {
        "grid_id": ["G1", "G2"],
        "community_id": ["C1", "C1"],
        "name": ["三墩镇中心网格", "古墩路网格"],
        "网格长联系电话号码": ["甲", "乙"],
    }
    squares = [box(120, 30, 120.1, 30.1), box(120.1, 30, 120.2, 30.1)]
    return gpd.GeoDataFrame(columns, geometry=squares, crs="EPSG:4490")


def as_written(path, grids):
    write_draft(path, grids, OWN)
    return path


def rows_of(path):
    return draft_rows(read_draft(path), "grid_id", NAMES)


def test_what_is_written_is_read_again(tmp_path, grids):
    path = as_written(tmp_path / "draft.gpkg", grids)
    assert read_draft(path).base == OWN
    rows = rows_of(path)
    assert list(rows.columns) == [*NAMES, "geometry"]
    assert rows["name"].tolist() == grids["name"].tolist()
    assert rows.geometry.geom_equals(grids.geometry).all()
    assert [entry.name for entry in tmp_path.iterdir()] == ["draft.gpkg"]


def test_base_is_there_where_the_column_was_removed(tmp_path, grids):
    path = as_written(tmp_path / "draft.gpkg", grids)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"ALTER TABLE {LAYER} DROP COLUMN {BASE}")
    assert read_draft(path).base == OWN


def test_base_is_there_where_only_the_layer_was_saved(tmp_path, grids):
    path = as_written(tmp_path / "draft.gpkg", grids)
    frame = gpd.read_file(path, layer=LAYER)
    frame.loc[1, BASE] = None  # a grid that was drawn new
    frame.to_file(tmp_path / "saved.geojson")
    assert read_draft(tmp_path / "saved.geojson").base == OWN


@pytest.mark.parametrize("encoding", ["UTF-8", "GB18030"])
def test_a_shapefile_of_gdal_comes_back_whole(tmp_path, grids, encoding):
    if shutil.which("ogr2ogr") is None:
        missing("no ogr2ogr (Debian's gdal-bin)")
    path = as_written(tmp_path / "draft.gpkg", grids)
    target = tmp_path / "draft.shp"
    command = ["ogr2ogr", "-lco", f"ENCODING={encoding}", target, path, LAYER]
    subprocess.run(command, check=True, capture_output=True)
    with target.with_suffix(".dbf").open("rb") as stream:
        assert b"community_" in stream.read()
    assert read_draft(target).base == OWN
    rows = rows_of(target)
    assert list(rows.columns) == [*NAMES, "geometry"]
    assert rows["name"].tolist() == grids["name"].tolist()


def test_rows_of_one_id_are_not_joined(tmp_path, grids):
    grids["grid_id"] = "G1"
    assert len(rows_of(as_written(tmp_path / "draft.gpkg", grids))) == 2


def test_a_file_without_base_names_none(tmp_path, grids):
    grids.to_file(tmp_path / "other.gpkg")
    assert read_draft(tmp_path / "other.gpkg").base is None


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["7:ab:main", "8:cd:main"], "names the bases"),
        (["seven", None], "names the base 'seven'"),
        (["7:ab", None], "names the base '7:ab'"),
    ],
    ids=["two", "no number", "cut"],
)
def test_a_base_that_is_none_or_several_is_refused(tmp_path, grids, texts, words):
    grids[BASE] = texts
    grids.to_file(tmp_path / "odd.gpkg")
    with pytest.raises(InputFileError, match=words):
        read_draft(tmp_path / "odd.gpkg")


def test_another_extension_and_a_folder_that_is_not_there_are_refused(tmp_path, grids):
    with pytest.raises(SettingError, match=r"expected '.gpkg'"):
        write_draft(tmp_path / "draft.shp", grids, OWN)
    with pytest.raises(SettingError, match="cannot be written"):
        write_draft(tmp_path / "nowhere" / "draft.gpkg", grids, OWN)
