"""Files of grids and circles become one territory, with what is odd about them."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from api.service.inputs.territory import TerritoryFiles
from gis.errors import CoverageError
from support.makers import broken_files as broken

CIRCLES = "circle_id,parent_id,tier,name\nC1,,1,core\n"
POSTS = "post_id,area_id,role,holder_id\nC1-L,C1,circle_leader,R001\n"


@pytest.fixture
def grids(tmp_path: Path) -> Path:
    """Three squares under one circle."""
    return broken.grids_geojson(tmp_path / "grids.geojson")


def test_grids_stand_alone_without_circles(grids: Path) -> None:
    territory, rows, is_assumed, notices = TerritoryFiles(grids, "code").read()
    assert not is_assumed  # GeoJSON is in WGS 84
    assert territory.grids["grid_id"].tolist() == ["G1", "G2", "G3"]
    assert (territory.pagoda, rows) == (None, 3)
    assert any("wgs84" in notice for notice in notices)


def test_circles_and_posts_stand_above_them(grids: Path, tmp_path: Path) -> None:
    circles = broken.csv_file(tmp_path / "circles.csv", CIRCLES)
    posts = broken.csv_file(tmp_path / "posts.csv", POSTS)
    files = TerritoryFiles(grids, "code", circles=circles, posts=posts)
    territory = files.read().territory
    assert territory.pagoda is not None
    assert territory.duties is not None
    assert list(territory.duties.roster.posts) == ["C1-L"]


def test_rows_of_one_id_are_one_grid_and_are_named(tmp_path: Path) -> None:
    path = tmp_path / "grids.gpkg"
    shapes = [shapely.box(x, 0, x + 1, 1) for x in (0, 2, 4)]
    frame = gpd.GeoDataFrame({"id": ["A", "B", "A"]}, geometry=shapes, crs=4326)
    frame.to_file(path)
    territory, rows, _, notices = TerritoryFiles(path, "id").read()
    assert (len(territory.grids), rows) == (2, 3)
    assert any("A (2)" in notice for notice in notices)


def test_broken_rings_are_mended_where_that_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "grids.geojson"
    ring = [[0, 0], [1, 0], [1, 1], [0.5, 1], [0.5, 1.0005], [0.5, 1], [0, 1], [0, 0]]
    broken.geojson(path, [broken.feature({"id": "A"}, [ring])])
    with pytest.raises(CoverageError, match="is not valid"):
        TerritoryFiles(path, "id").read()
    territory = TerritoryFiles(path, "id", repair=True).read().territory
    assert territory.grids.geometry.is_valid.all()


def test_datum_that_nobody_declares_is_assumed(grids: Path, tmp_path: Path) -> None:
    path = tmp_path / "grids.parquet"
    gpd.read_file(grids).set_crs(None, allow_override=True).to_parquet(path)
    assert TerritoryFiles(path, "code").read().is_assumed
    assert not TerritoryFiles(path, "code", "wgs84").read().is_assumed


def test_declared_datum_is_that_of_the_territory(grids: Path) -> None:
    assert TerritoryFiles(grids, "code", "gcj02").read().territory.datum.name == "gcj02"
