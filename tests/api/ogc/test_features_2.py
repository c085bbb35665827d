"""OGC API Features Part 2 (18-058r1), a test a requirement, named by its identifier."""

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import pyproj
import pytest
import shapely
import shapely.geometry
from fastapi.testclient import TestClient

from gis.synthetic import Town
from support.harness.answers import assert_problem, get

Json = dict[str, Any]
Collections = dict[str, Json]

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
GRIDS = "/ogc/collections/grids/items"


def ask(client: TestClient, path: str, **parameters: str) -> Json:
    query = urlencode({name.replace("_", "-"): v for name, v in parameters.items()})
    return get(client, f"{path}?{query}")


def crs_of(uri: str) -> pyproj.CRS:
    """A CRS by its name, with the order of axes of its authority."""
    authority, _, code = uri.rpartition("/crs/")[2].split("/")
    return pyproj.CRS(f"{authority}:{code}")


@lru_cache
def to_crs(uri: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(crs_of(CRS84), crs_of(uri))


def brought(shape: Any, uri: str) -> Any:
    """A geometry of CRS84 where pyproj says it is."""
    transformer = to_crs(uri)

    def bring(xy: Any) -> Any:
        return list(zip(*transformer.transform(*xy.T), strict=True))

    return shapely.transform(shape, bring)


def schemas(operations: dict[str, Json], name: str, ending: str) -> list[Json]:
    """A parameter wherever it may stand."""
    found = [
        item
        for path, operation in operations.items()
        if path.endswith(ending)
        for item in operation["parameters"]
        if item["name"] == name
    ]
    assert len(found) == sum(path.endswith(ending) for path in operations)
    return found


def assert_uri_parameters(parameters: list[Json]) -> None:
    for item in parameters:
        assert item["schema"] == {"type": "string", "format": "uri"}
        assert (item["in"], item["required"]) == ("query", False)
        assert (item["style"], item["explode"]) == ("form", False)


def test_crs_crs_uri(collections: Collections) -> None:
    for item in collections.values():
        for uri in item["crs"]:
            assert crs_of(uri).to_wkt()


def test_crs_fc_md_crs_list(collections: Collections) -> None:
    for item in collections.values():
        assert item["crs"][0] == CRS84
        codes = {uri.rpartition("/")[2] for uri in item["crs"]}
        metric = {"4549"} if "storageCrsBbox" in item["extent"]["spatial"] else set()
        assert codes == {"CRS84", "4326", "4490", "3857"} | metric


def test_crs_fc_md_crs_list_global(
    client: TestClient, collections: Collections
) -> None:
    # no list of all collections stands above theirs
    assert "crs" not in get(client, "/ogc/collections")
    assert all("#/crs" not in item["crs"] for item in collections.values())


def test_crs_fc_md_storageCrs(collections: Collections, town: Town) -> None:  # noqa: N802  its identifier
    for item in collections.values():
        assert crs_of(item["storageCrs"]) == town.grids.crs


def test_crs_fc_md_storageCrs_valid_value(collections: Collections) -> None:  # noqa: N802
    for item in collections.values():
        assert item["storageCrs"] in item["crs"]


def test_crs_fc_bbox_crs_definition(operations: dict[str, Json]) -> None:
    assert_uri_parameters(schemas(operations, "bbox-crs", "/items"))


def test_crs_fc_bbox_crs_valid_value(
    client: TestClient, collections: Collections
) -> None:
    for name, item in collections.items():
        path = f"/ogc/collections/{name}/items"
        for uri in item["crs"]:
            ask(client, path, bbox="0,0,1,1", bbox_crs=uri, limit="1")
        other = urlencode({"bbox": "0,0,1,1", "bbox-crs": f"{EPSG}2056"})
        assert_problem(client.get(f"{path}?{other}"), 400, "invalid-parameter")


def window_of(town: Town) -> Any:
    x, y = town.grids.iloc[40].geometry.representative_point().coords[0]
    return shapely.box(x, y, x + 0.004, y + 0.003)


def test_crs_fc_bbox_crs_default_value(client: TestClient, town: Town) -> None:
    bbox = ",".join(map(str, window_of(town).bounds))
    plain, stated = (
        ask(client, GRIDS, bbox=bbox, **crs) for crs in ({}, {"bbox_crs": CRS84})
    )
    assert plain["features"] == stated["features"]
    assert plain["features"]


@pytest.mark.parametrize("code", ["4326", "4490", "3857", "4549"])
def test_crs_fc_bbox_crs_action(client: TestClient, town: Town, code: str) -> None:
    window = brought(window_of(town), f"{EPSG}{code}")
    bbox = ",".join(map(repr, window.bounds))
    page = ask(client, GRIDS, bbox=bbox, bbox_crs=f"{EPSG}{code}")
    # the grids themselves where pyproj says they are
    wanted = [
        item["id"]
        for item in ask(client, GRIDS, limit="1000")["features"]
        if brought(
            shapely.geometry.shape(item["geometry"]), f"{EPSG}{code}"
        ).intersects(shapely.box(*window.bounds))
    ]
    assert [item["id"] for item in page["features"]] == wanted
    assert 0 < len(wanted) < 125


def test_crs_bbox_crs_exception(client: TestClient) -> None:
    for uri in ("", "4490", "EPSG:4490", f"{EPSG}1", CRS84.lower()):
        query = urlencode({"bbox": "0,0,1,1", "bbox-crs": uri})
        answer = client.get(f"{GRIDS}?{query}")
        assert_problem(answer, 400, "invalid-parameter")
        assert CRS84 in answer.json()["detail"]


def test_crs_fc_crs_definition(operations: dict[str, Json]) -> None:
    assert_uri_parameters(schemas(operations, "crs", "/items"))
    assert_uri_parameters(schemas(operations, "crs", "/items/{featureId}"))


def test_crs_fc_crs_valid_value(client: TestClient, collections: Collections) -> None:
    for name, item in collections.items():
        path = f"/ogc/collections/{name}/items"
        for uri in item["crs"]:
            ask(client, path, crs=uri, limit="1")
        other = client.get(f"{path}?{urlencode({'crs': f'{EPSG}2056'})}")
        assert_problem(other, 400, "invalid-parameter")


def test_crs_fc_crs_default_value(client: TestClient) -> None:
    plain = client.get(f"{GRIDS}?limit=5")
    stated = client.get(f"{GRIDS}?{urlencode({'limit': 5, 'crs': CRS84})}")
    assert plain.json()["features"] == stated.json()["features"]
    assert plain.headers["content-crs"] == f"<{CRS84}>"


@pytest.mark.parametrize("code", ["4326", "4490", "3857", "4549"])
def test_crs_fc_crs_action(client: TestClient, code: str) -> None:
    uri = f"{EPSG}{code}"
    plain = ask(client, GRIDS, limit="5")["features"]
    moved = ask(client, GRIDS, limit="5", crs=uri)["features"]
    tolerance = 1e-8 if crs_of(uri).is_geographic else 1e-3
    for item, other in zip(plain, moved, strict=True):
        wanted = brought(shapely.geometry.shape(item["geometry"]), uri)
        shape = shapely.geometry.shape(other["geometry"])
        assert shapely.equals_exact(wanted, shape, tolerance)
        path = f"{GRIDS}/{item['id']}"
        assert ask(client, path, crs=uri)["geometry"] == other["geometry"]


def test_crs_crs_exception(client: TestClient) -> None:
    first = ask(client, GRIDS, limit="1")["features"][0]["id"]
    for path in (GRIDS, f"{GRIDS}/{first}"):
        for uri in ("", "4490", "EPSG:4490", f"{EPSG}1"):
            answer = client.get(f"{path}?{urlencode({'crs': uri})}")
            assert_problem(answer, 400, "invalid-parameter")
            assert CRS84 in answer.json()["detail"]


def test_crs_ogc_crs_header(client: TestClient, collections: Collections) -> None:
    for name in collections:
        assert "content-crs" in client.get(f"/ogc/collections/{name}/items").headers


def test_crs_ogc_crs_header_value(client: TestClient, collections: Collections) -> None:
    for uri in collections["grids"]["crs"]:
        answer = client.get(f"{GRIDS}?{urlencode({'limit': 1, 'crs': uri})}")
        assert answer.headers["content-crs"] == f"<{uri}>"


def test_crs_geojson(client: TestClient) -> None:
    # other CRS are by arrangement alone: who does not ask gets what RFC 7946 says
    answer = client.get(f"{GRIDS}?limit=1", headers={"accept": "application/geo+json"})
    assert answer.headers["content-crs"] == f"<{CRS84}>"
    assert "crs" not in answer.json()
