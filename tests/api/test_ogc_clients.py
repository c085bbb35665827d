"""GDAL goes through the collections as portals built on it do; QGIS did it once.

What QGIS asked for is written down by the soak run (``make soak T=qgis``), asked here
again.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pyogrio
import pyproj
import pytest
import shapely
import shapely.geometry
from fastapi.testclient import TestClient

from conftest import GOLDEN, missing
from gis.synthetic import Town
from support.harness.request_log import (
    NEXT,
    RequestLog,
    requests_of,
    without_tokens,
)
from support.harness.served import served
from support.makers.tiled_town import draw

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


def test_gdal_filters_by_days(ogr: Ogr, client: TestClient) -> None:
    # as a date it would be sent as `datetime`, the time of the state
    assert "due_on: String" in ogr("ogrinfo", "-so", "SOURCE", "places")
    page = client.get("/ogc/collections/places/items?limit=1").json()
    day = page["features"][0]["properties"]["due_on"]
    options = ["-f", "GeoJSON", "/vsistdout/", "SOURCE", "places", "-where"]
    # what it does not send it compares by itself, with slashes in each day
    for sign, text in (("=", day), ("<=", day.replace("-", "/"))):
        found = json.loads(ogr("ogr2ogr", *options, f"due_on {sign} '{text}'"))
        query = urlencode({"filter": f"due_on {sign} DATE('{day}')"})
        page = client.get(f"/ogc/collections/places/items?limit=1&{query}").json()
        assert len(found["features"]) == page["numberMatched"] > 0


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


@pytest.fixture
def log(client: TestClient) -> Iterator[tuple[RequestLog, str]]:
    """What is asked of the service, and the source that GDAL opens."""
    noting = RequestLog(client.app)
    with served(noting) as address:  # type: ignore[arg-type]
        yield noting, f"OAPIF:{address}/ogc"


WINDOW = ("120.05", "30.32", "120.06", "30.33")
READ = """
import json, sys
import pyogrio
source, layer, options = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
options = {k: tuple(v) if isinstance(v, list) else v for k, v in options.items()}
if not layer:
    print(json.dumps(pyogrio.list_layers(source).tolist()))
else:
    frame = pyogrio.read_dataframe(source, layer=layer, **options)
    print(json.dumps([str(frame.crs), frame.to_json()]))
"""


def read_layers(source: str, layer: str = "", **options: object) -> Any:
    """What GDAL of the wheel of pyogrio reads, in a process of its own."""
    command = [sys.executable, "-c", READ, source, layer, json.dumps(options)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_gdal_of_debian_asks_for(
    log: tuple[RequestLog, str], golden: Callable[[str, str], None]
) -> None:
    if shutil.which("ogrinfo") is None:
        missing("no ogrinfo (Debian's gdal-bin)")
    noting, source = log
    to = ["-f", "GeoJSON", "/vsistdout/"]
    pages = ["-oo", "PAGE_SIZE=6000"]
    where = "code = 'red' AND scene = 'street_shop'"
    for title, command in {
        "list": ["ogrinfo", "-so", source],
        "describe": ["ogrinfo", "-so", source, "grids"],
        "window": ["ogrinfo", "-geom=NO", "-spat", *WINDOW, source, "grids", *pages],
        "equal values": ["ogr2ogr", *to, source, "places", "-where", where, *pages],
        "all pages": ["ogr2ogr", *to, source, "places", *pages],
    }.items():
        noting.lines.append(f"# {title}")
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    version = subprocess.run(
        ["ogrinfo", "--version"], capture_output=True, text=True, check=True
    ).stdout.split()[1]
    name = "-".join(version.split(".")[:2])
    golden(f"ogc/gdal-{name}.txt", "\n".join([*map(without_tokens, noting.lines), ""]))


def test_what_gdal_of_pyogrio_asks_for(
    log: tuple[RequestLog, str], golden: Callable[[str, str], None]
) -> None:
    noting, source = log
    bbox = [float(number) for number in WINDOW]
    where = "code = 'red' AND scene = 'street_shop'"
    for title, (layer, options) in {
        "list": ("", {}),
        "window": ("grids", {"bbox": bbox}),
        "equal values": ("places", {"where": where}),
        "greater values": ("places", {"where": "overdue_days > 20"}),
        "all pages": ("places", {"PAGE_SIZE": 6000}),
        "another CRS": ("grids", {"CRS": "EPSG:4549"}),
    }.items():
        noting.lines.append(f"# {title}")
        read_layers(source, layer, **options)
    name = "-".join(pyogrio.__gdal_version_string__.split(".")[:2])
    golden(f"ogc/gdal-{name}.txt", "\n".join([*map(without_tokens, noting.lines), ""]))


@pytest.mark.parametrize("code", [4549, 4490])
def test_gdal_reads_coordinates_that_pyproj_gives(
    log: tuple[RequestLog, str], client: TestClient, code: int
) -> None:
    _, source = log
    name, text = read_layers(source, "grids", CRS=f"EPSG:{code}")
    assert name == f"EPSG:{code}"
    to = pyproj.Transformer.from_crs(4326, code, always_xy=True)
    features = {x["properties"]["grid_id"]: x for x in json.loads(text)["features"]}
    plain = client.get("/ogc/collections/grids/items?limit=1000").json()["features"]
    assert len(features) == len(plain) == 125
    tolerance = 1e-3 if code == 4549 else 1e-8
    for item in plain[::10]:
        wanted = shapely.transform(
            shapely.geometry.shape(item["geometry"]),
            lambda xy: np.column_stack(to.transform(*xy.T)),
        )
        shape = shapely.geometry.shape(features[item["id"]]["geometry"])
        assert shapely.equals_exact(shape, wanted, tolerance)


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("ogc/qgis-*.txt")), ids=str)
def test_what_qgis_asked_for_is_answered_with_the_right_rows(
    client: TestClient, town: Town, path: Path
) -> None:
    draw(client.app.state.desk.store, client.app.state.tilesets)
    rows: dict[tuple[str, str, str], set[str]] = {}
    tiles, token = 0, ""
    for title, target, accept in requests_of(path.read_text(encoding="utf-8")):
        url = target.replace(NEXT, token)
        answer = client.get(url, headers={"accept": accept} if accept else {})
        assert answer.status_code == 200, (url, answer.text)
        tiles += title == "tiles" and bool(answer.content)
        if "/items?" not in url or "limit=10&" in f"{url}&":
            continue
        name = url.split("/")[3]
        known_at = "".join(re.findall(r"known_at=([^&]*)", url))
        page = answer.json()
        ids = rows.setdefault((title, name, known_at), set())
        ids |= {item["id"] for item in page["features"]}
        hrefs = [x["href"] for x in page["links"] if x["rel"] == "next"]
        # it follows links to the end
        assert len(ids) == page["numberMatched"] or hrefs
        token = re.findall(r"after=[^&]*", hrefs[0])[0] if hrefs else ""
    assert tiles >= 2
    counts = {key: len(ids) for key, ids in rows.items()}
    grids, coded = len(town.grids), int(town.enterprises["is_coded"].sum())
    assert 0 < counts.pop(("window", "grids", "")) < grids
    assert counts == {
        ("all pages", "places", ""): coded,
        ("all pages", "enterprises", ""): len(town.enterprises),
        ("expression", "places", ""): coded,
        ("another CRS", "grids", ""): grids,
        ("known then", "grids", "2026-09-10"): 0,
        ("known then", "places", "2026-09-10"): 0,
        ("known then", "grids", "2026-09-30T15:45:00.001Z"): grids,
        ("known then", "places", "2026-09-30T15:45:00.001Z"): coded,
    }
