"""Areas of a file are brought to the coordinates of the town, or named by row."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from api.service.inputs.areas import read_areas
from gis.crs import parse_datum
from gis.errors import CrsError, InputFileError, InvalidLayerError
from layers.schema.neighbours import NEIGHBOURS

SQUARE = shapely.box(120, 30, 120.1, 30.1)


@pytest.fixture
def areas_of(tmp_path):
    """Read shapes that a GeoPackage has in a CRS."""

    def read(shapes, crs="EPSG:4490", **options):
        codes = [f"33010{n}" for n in range(len(shapes))]
        frame = gpd.GeoDataFrame({"neighbour_id": codes}, geometry=shapes, crs=crs)
        path = tmp_path / "areas.gpkg"
        frame.to_file(path)
        target = parse_datum("cgcs2000")
        return read_areas(path, NEIGHBOURS, target, option="--datum", **options)

    return read


def test_areas_of_a_projected_file_come_in_the_datum_of_the_town(areas_of):
    metric = gpd.GeoSeries([SQUARE], crs=4490).to_crs("EPSG:4549")
    rows, notices = areas_of(list(metric), "EPSG:4549")
    assert rows["neighbour_id"].tolist() == ["330100"]
    assert np.allclose(rows.geometry[0].bounds, SQUARE.bounds, atol=1e-9)
    assert rows.crs == "EPSG:4490"
    assert "The neighbours declare" in notices[0]


def test_declared_datum_shifts_the_areas(areas_of):
    rows, notices = areas_of([SQUARE], declared="gcj02")
    assert abs(rows.geometry[0].bounds[0] - 120) > 1e-3
    assert "as --datum says" in notices[0]


def test_every_row_that_is_no_area_is_named(areas_of):
    bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    with pytest.raises(InvalidLayerError) as caught:
        areas_of([SQUARE, bow, None, SQUARE.boundary])
    assert [fault.row for fault in caught.value.faults] == [2, 3, 4]
    assert "expected a closed, simple polygon" in str(caught.value)


def test_file_without_polygons_is_refused(tmp_path):
    path = tmp_path / "areas.csv"
    path.write_text("neighbour_id\n330109\n")
    with pytest.raises(
        InputFileError, match="no polygons, expected the areas of layer"
    ):
        read_areas(path, NEIGHBOURS, parse_datum("wgs84"), option="--datum")


def test_file_without_codes_is_refused(tmp_path):
    path = tmp_path / "areas.gpkg"
    gpd.GeoDataFrame({"code": ["1"]}, geometry=[SQUARE], crs=4490).to_file(path)
    with pytest.raises(InvalidLayerError, match="has no column 'neighbour_id'"):
        read_areas(path, NEIGHBOURS, parse_datum("wgs84"), option="--datum")


def test_areas_in_metres_that_say_degrees_are_refused_by_their_layer(areas_of):
    with pytest.raises(CrsError, match="The neighbours reach from"):
        areas_of([shapely.box(5e5, 33e5, 6e5, 34e5)])
