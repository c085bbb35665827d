"""OGC API Tiles Part 1 (20-057), a test a requirement, named by its identifier."""

import gzip
import re
from collections.abc import Iterator
from typing import Any

import pytest
import shapely
from fastapi.testclient import TestClient
from openapi_spec_validator import validate

from api.app import create_app
from api.settings import Settings
from layers.tiles.matrix import HALF_WORLD_M
from support.harness.answers import LOCAL, assert_problem, get
from support.makers.tiled_town import CORNERS, SIDE, draw, tiled_town
from support.oracles.vector_tiles import decoded, shapes_of

Json = dict[str, Any]

REL = "http://www.opengis.net/def/rel/ogc/1.0/"
KIND = "application/vnd.mapbox-vector-tile"
TILED = ("grids", "circles", "communities", "grids-beats")
CLASSES = ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt", "oas30")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The service over a small town with its tiles drawn."""
    folder = tmp_path_factory.mktemp("town")
    settings = Settings(store=tiled_town(folder / "town.gpkg"), cache=folder / "cache")
    app = create_app(settings)
    draw(app.state.intake.store, app.state.tilesets)
    with TestClient(app, base_url=LOCAL) as served:
        yield served


@pytest.fixture(scope="module")
def tileset(client: TestClient) -> Json:
    """The tileset of the grids."""
    return get(client, "/ogc/collections/grids/tiles/WebMercatorQuad")


@pytest.fixture(scope="module")
def operations(client: TestClient) -> dict[str, Json]:
    """The operation of each path of the OpenAPI document."""
    paths = client.get("/ogc/api").json()["paths"]
    return {path: item["get"] for path, item in paths.items()}


def links(document: Json, rel: str) -> list[Json]:
    return [item for item in document["links"] if item["rel"] in (rel, REL + rel)]


def address(tileset: Json, zoom: int, row: int, column: int) -> str:
    """The address of a tile by the template of its tileset."""
    [item] = links(tileset, "item")
    place = {"{tileMatrix}": zoom, "{tileRow}": row, "{tileCol}": column}
    href = str(item["href"])
    for variable, value in place.items():
        assert href.count(variable) == 1
        href = href.replace(variable, str(value))
    assert "{" not in href
    return href


def tile_operation(operations: dict[str, Json]) -> Json:
    """The operation of a tile of the grids, its parameters by name."""
    place = "{tileMatrix}/{tileRow}/{tileCol}"
    path = f"/collections/grids/tiles/{{tileMatrixSetId}}/{place}"
    return {item["name"]: item for item in operations[path]["parameters"]}


def tiles_of(client: TestClient, tileset: Json) -> Iterator[tuple[Json, int, int, Any]]:
    """Every tile within the limits: its limits, row, column and answer."""
    for limits in tileset["tileMatrixSetLimits"]:
        for row in range(limits["minTileRow"], limits["maxTileRow"] + 1):
            for column in range(limits["minTileCol"], limits["maxTileCol"] + 1):
                href = address(tileset, int(limits["tileMatrix"]), row, column)
                yield limits, row, column, client.get(href)


def test_core_tc_op(client: TestClient, tileset: Json) -> None:
    statuses = {answer.status_code for *_, answer in tiles_of(client, tileset)}
    assert statuses == {200, 204}


def test_core_tc_tilematrix_definition(operations: dict[str, Json]) -> None:
    parameter = tile_operation(operations)["tileMatrix"]
    assert (parameter["in"], parameter["required"]) == ("path", True)
    assert parameter["schema"]["type"] == "string"
    assert {"8", "14"} <= {*parameter["schema"]["enum"]}


def test_core_tc_tilerow_definition(operations: dict[str, Json]) -> None:
    parameter = tile_operation(operations)["tileRow"]
    assert (parameter["in"], parameter["required"]) == ("path", True)
    assert parameter["schema"] == {"type": "integer", "minimum": 0}


def test_core_tc_tilecol_definition(operations: dict[str, Json]) -> None:
    parameter = tile_operation(operations)["tileCol"]
    assert (parameter["in"], parameter["required"]) == ("path", True)
    assert parameter["schema"] == {"type": "integer", "minimum": 0}


def test_core_tc_success(client: TestClient, tileset: Json) -> None:
    """A tile has the grids that touch its square, its buffer besides, and no other."""
    for limits, row, column, answer in tiles_of(client, tileset):
        there = set()
        if answer.status_code == 200:
            assert answer.headers["content-type"] == KIND
            there = {*shapes_of(decoded(answer.content)["grids"], "grid_id")}
        side = 2 * HALF_WORLD_M / 2 ** int(limits["tileMatrix"])
        west, north = column * side - HALF_WORLD_M, HALF_WORLD_M - row * side
        square = shapely.box(west, north - side, west + side, north)
        near = square.buffer(side / 32)
        touched = {name for name, shape in metres().items() if shape.intersects(square)}
        about = {name for name, shape in metres().items() if shape.intersects(near)}
        assert touched <= there <= about


def metres() -> dict[str, shapely.Geometry]:
    """The squares of the town in EPSG:3857, a metre narrower all around."""
    import geopandas as gpd  # noqa: PLC0415  heavy

    squares = [shapely.box(x, y, x + SIDE, y + SIDE) for x, y in CORNERS.values()]
    shapes = gpd.GeoSeries(squares, crs=4490).to_crs(3857).buffer(-1)
    return dict(zip(CORNERS, shapes, strict=True))


def test_core_tc_error(client: TestClient, tileset: Json) -> None:
    for limits in tileset["tileMatrixSetLimits"]:
        zoom = int(limits["tileMatrix"])
        row, column = limits["minTileRow"], limits["minTileCol"]
        for place in (
            (zoom, limits["maxTileRow"] + 1, column),
            (zoom, row - 1, column),
            (zoom, row, limits["maxTileCol"] + 1),
            (zoom, row, column - 1),
            (zoom, 2**zoom, column),
        ):
            refusal = client.get(address(tileset, *place))
            assert_problem(refusal, 404, "outside-limits")
    assert client.get(address(tileset, 3, 0, 0)).status_code == 404
    last = tileset["tileMatrixSetLimits"][-1]
    corner = address(tileset, 14, last["minTileRow"], last["maxTileCol"])
    assert client.get(corner).status_code == 204


def test_core_conformance_success(client: TestClient) -> None:
    declared = get(client, "/ogc/conformance")["conformsTo"]
    begin = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/"
    assert {f"{begin}{name}" for name in CLASSES} <= {*declared}


def test_tileset_description(client: TestClient) -> None:
    for name in TILED:
        path = f"/ogc/collections/{name}/tiles/WebMercatorQuad"
        answer = client.get(path, headers={"accept": "application/json"})
        assert answer.headers["content-type"] == "application/json"
        document = answer.json()
        assert (document["dataType"], document["crs"].rpartition("/")[2]) == (
            "vector",
            "3857",
        )
        uri = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
        assert document["tileMatrixSetURI"] == uri
        [scheme] = links(document, "tiling-scheme")
        matrix_set = get(client, scheme["href"].removeprefix(LOCAL))
        assert (matrix_set["id"], matrix_set["uri"]) == ("WebMercatorQuad", uri)
        assert {"crs", "tileMatrices"} <= {*matrix_set}
        known = {item["id"] for item in matrix_set["tileMatrices"]}
        assert {x["tileMatrix"] for x in document["tileMatrixSetLimits"]} <= known
        [item] = links(document, "item")
        assert (item["type"], item["templated"]) == (KIND, True)
        variables = re.findall(r"{(\w+)}", item["href"])
        assert sorted(variables) == ["tileCol", "tileMatrix", "tileRow"]


def test_tilesets_list_tileset_path(
    client: TestClient, operations: dict[str, Json]
) -> None:
    for name in TILED:
        assert f"/collections/{name}/tiles" in operations
        assert get(client, f"/ogc/collections/{name}/tiles")["tilesets"]


def test_tilesets_list_tileset_links(client: TestClient) -> None:
    for name in TILED:
        answer = client.get(
            f"/ogc/collections/{name}/tiles", headers={"accept": "application/json"}
        )
        assert answer.headers["content-type"] == "application/json"
        for item in answer.json()["tilesets"]:
            [own], [scheme] = links(item, "self"), links(item, "tiling-scheme")
            whole = get(client, own["href"].removeprefix(LOCAL))
            for member in ("dataType", "crs", "tileMatrixSetURI"):
                assert item[member] == whole[member]
            assert links(whole, "tiling-scheme") == [scheme]


def test_geodata_tilesets_operation(client: TestClient) -> None:
    for name in TILED:
        [link] = links(get(client, f"/ogc/collections/{name}"), "tilesets-vector")
        assert link["href"] == f"{LOCAL}/ogc/collections/{name}/tiles"
        assert get(client, link["href"].removeprefix(LOCAL))["tilesets"]


def test_geodata_tilesets_desc_links(client: TestClient) -> None:
    listed = get(client, "/ogc/collections")["collections"]
    tiled = {item["id"] for item in listed if links(item, "tilesets-vector")}
    assert tiled == {*TILED}


def test_mvt_content(client: TestClient, tileset: Json) -> None:
    """Pixel 0, 0 is the north-western corner, and pixels are even."""
    corner = shapely.Point(metres()["G1"].envelope.bounds[:2])
    for limits, row, column, answer in tiles_of(client, tileset):
        if answer.status_code == 204:
            continue
        raw = answer.content
        assert raw[:2] != b"\x1f\x8b"
        assert gzip.compress(raw)
        layers = decoded(raw)
        assert [*layers] == ["grids"]
        [layer] = layers.values()
        assert (layer.version, layer.extent) == (2, 4096)
        pixel = 2 * HALF_WORLD_M / 2 ** int(limits["tileMatrix"]) / 4096
        x = (corner.x + HALF_WORLD_M) / pixel - column * 4096
        y = (HALF_WORLD_M - corner.y) / pixel - row * 4096
        if 0 < x < 4096 and 0 < y < 4096:
            west, _, _, south = shapes_of(layer, "grid_id")["G1"].bounds
            # a metre, and a half for what is rounded
            assert abs(west - x) <= 1 / pixel + 1
            assert abs(south - y) <= 1 / pixel + 1


def test_oas30_completeness(client: TestClient, operations: dict[str, Json]) -> None:
    validate(client.get("/ogc/api").json())
    for name in TILED:
        path = f"/collections/{name}/tiles"
        [item] = get(client, f"/ogc{path}")["tilesets"]
        [own] = links(item, "self")
        document = get(client, own["href"].removeprefix(LOCAL))
        [template] = links(document, "item")
        # whatever is linked fits a path, and its parameters are described
        for href in (own["href"], template["href"]):
            sent = href.removeprefix(f"{LOCAL}/ogc").split("/")
            fitting = [
                known
                for known in operations
                if len(parts := known.split("/")) == len(sent)
                and all(
                    a == b or a.startswith("{")
                    for a, b in zip(parts, sent, strict=True)
                )
            ]
            [known] = fitting
            described = {x["name"] for x in operations[known]["parameters"]}
            assert {*re.findall(r"{(\w+)}", known)} <= described
    assert "/tileMatrixSets/{tileMatrixSetId}" in operations


def test_oas30_operation_id(operations: dict[str, Json]) -> None:
    for name in TILED:
        path = f"/collections/{name}/tiles"
        tile = f"{path}/{{tileMatrixSetId}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
        suffixes = {
            path: ".collection.vector.getTileSetsList",
            f"{path}/{{tileMatrixSetId}}": ".collection.vector.getTileSet",
            tile: ".collection.vector.getTile",
        }
        for known, suffix in suffixes.items():
            assert operations[known]["operationId"].endswith(suffix)
