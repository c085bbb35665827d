"""GDAL goes through the collections as QGIS and portals built on it do."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator

import pyproj
import pytest
from fastapi.testclient import TestClient

from conftest import missing
from gis.synthetic import Town
from support.harness.served import served

Ogr = Callable[..., str]


@pytest.fixture(scope="module")
def ogr(client: TestClient) -> Iterator[Ogr]:
    """Run a program of GDAL on a collection of the service; what it printed."""
    if shutil.which("ogrinfo") is None:
        missing("no ogrinfo (Debian's gdal-bin)")
    with served(client.app) as address:

        def run(program: str, *arguments: str) -> str:
            source = f"OAPIF:{address}/ogc"
            command = [program, *(a.replace("SOURCE", source) for a in arguments)]
            # pages as newer versions ask for them; 3.6 asks for 10 items each
            command += ["-oo", "PAGE_SIZE=1000"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            assert "ERROR" not in done.stderr
            return done.stdout

        yield run


def test_gdal_lists_every_collection(ogr: Ogr, client: TestClient) -> None:
    out = ogr("ogrinfo", "-so", "SOURCE")
    listed = client.get("/ogc/collections").json()["collections"]
    assert all(f": {item['id']} " in out for item in listed)


def test_gdal_counts_grids_and_knows_their_types(ogr: Ogr) -> None:
    out = ogr("ogrinfo", "-so", "SOURCE", "grids")
    assert "Feature Count: 125" in out
    assert "Extent: (120.036980, 30.301115) - (120.122535, 30.356912)" in out
    for line in ("residents: Integer", "households: Integer", "grid_id: String"):
        assert line in out


def test_gdal_filters_on_the_server(ogr: Ogr, client: TestClient) -> None:
    options = ["-f", "GeoJSON", "/vsistdout/", "SOURCE", "places"]
    out = ogr("ogr2ogr", *options, "-where", "code = 'red' AND scene = 'street_shop'")
    found = [item["properties"]["place_id"] for item in json.loads(out)["features"]]
    path = "/ogc/collections/places/items?code=red&scene=street_shop&limit=10000"
    expected = [item["id"] for item in client.get(path).json()["features"]]
    assert sorted(found) == expected
    assert found


def test_gdal_filters_by_more_than_equal_values(ogr: Ogr, client: TestClient) -> None:
    options = ["-f", "GeoJSON", "/vsistdout/", "SOURCE", "places", "-where"]
    text = "code IN ('red', 'yellow') AND overdue_days > 20"
    found = json.loads(ogr("ogr2ogr", *options, text))["features"]
    path = f"/ogc/collections/places/items?limit=10000&filter={text}"
    page = client.get(path).json()
    assert len(found) == page["numberMatched"] > 0
    ids = [item["properties"]["place_id"] for item in found]
    assert sorted(ids) == [item["id"] for item in page["features"]]


def test_gdal_finds_the_grid_of_a_window(ogr: Ogr, town: Town) -> None:
    grid = town.grids.iloc[7]
    x, y = grid.geometry.representative_point().coords[0]
    window = [str(value) for value in (x, y, x + 1e-6, y + 1e-6)]
    out = ogr("ogrinfo", "-ro", "-geom=NO", "-spat", *window, "SOURCE", "grids")
    assert f"grid_id (String) = {grid['grid_id']}" in out
    assert out.count("grid_id (String) =") == 1


def test_gdal_reprojects_to_what_pyproj_gives(ogr: Ogr, client: TestClient) -> None:
    options = ["-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=4", "-limit", "1"]
    out = ogr(
        "ogr2ogr", *options, "-t_srs", "EPSG:4549", "/vsistdout/", "SOURCE", "grids"
    )
    [moved] = json.loads(out)["features"]
    easting, northing = moved["geometry"]["coordinates"][0][0][0]
    path = f"/ogc/collections/grids/items/{moved['properties']['grid_id']}"
    lon, lat = client.get(path).json()["geometry"]["coordinates"][0][0][0]
    to = pyproj.Transformer.from_crs(4326, 4549, always_xy=True)
    assert (easting, northing) == pytest.approx(to.transform(lon, lat), abs=1e-3)
