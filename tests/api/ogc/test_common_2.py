"""OGC API Common Part 2 (20-024), class collections: a test a requirement."""

from typing import Any

import pyproj
import pytest
import shapely
import shapely.geometry
from fastapi.testclient import TestClient

from support.harness.answers import LOCAL, assert_problem, get

Json = dict[str, Any]
Collections = dict[str, Json]
WORLD = -180.0, -90.0, 180.0, 90.0


def assert_links(document: Json) -> None:
    assert all(item["rel"] for item in document["links"])
    kinds = {item["rel"]: item["type"] for item in document["links"]}
    assert (kinds["self"], kinds["alternate"]) == ("application/json", "text/html")


def test_collections_collections_list_op(client: TestClient) -> None:
    links = get(client, "/ogc")["links"]
    [href] = [item["href"] for item in links if item["rel"] == "data"]
    assert href == f"{LOCAL}/ogc/collections"
    assert client.get(href).status_code == 200


def test_collections_collections_list_success(client: TestClient) -> None:
    answer = client.get("/ogc/collections")
    assert answer.status_code == 200
    for item in answer.json()["collections"]:
        texts = ("id", "title", "description", "itemType", "storageCrs")
        assert all(isinstance(item[name], str) for name in texts)
        assert all(isinstance(uri, str) for uri in item["crs"])


def test_collections_collections_list_links(client: TestClient) -> None:
    assert_links(get(client, "/ogc/collections"))


def test_collections_collections_list_collections(
    client: TestClient, collections: Collections
) -> None:
    paths = client.get("/ogc/api").json()["paths"]
    ids = {path.split("/")[2] for path in paths if path.startswith("/collections/")}
    assert ids == {*collections}


def test_collections_description_op(
    client: TestClient, collections: Collections
) -> None:
    for name in collections:
        assert get(client, f"/ogc/collections/{name}")["id"] == name
    unknown = client.get("/ogc/collections/rabbits")
    assert_problem(unknown, 404, "unknown-collection")


def test_collections_description_success(
    client: TestClient,
) -> None:
    # events of other tests may have come since the fixture looked
    for item in get(client, "/ogc/collections")["collections"]:
        assert get(client, f"/ogc/collections/{item['id']}") == item


def test_collections_description_links(
    client: TestClient, collections: Collections
) -> None:
    for name in collections:
        assert_links(get(client, f"/ogc/collections/{name}"))


def test_collections_description_extent(collections: Collections) -> None:
    [code] = {x["storageCrs"].rpartition("/")[2] for x in collections.values()}
    to = pyproj.Transformer.from_crs("OGC:CRS84", f"EPSG:{code}")
    for item in collections.values():
        spatial = item["extent"]["spatial"]
        [[west, south, east, north]] = spatial["bbox"]
        if (west, south, east, north) == WORLD:
            # nothing is anywhere
            assert "storageCrsBbox" not in spatial
            continue
        assert spatial["crs"].endswith("/OGC/1.3/CRS84")
        low, high = to.transform(west, south), to.transform(east, north)
        assert spatial["storageCrsBbox"] == [pytest.approx([*low, *high], abs=1e-8)]


def test_collections_description_extent_multi(
    client: TestClient, collections: Collections
) -> None:
    for name in ("grids", "circles", "communities"):
        [window] = collections[name]["extent"]["spatial"]["bbox"]
        page = get(client, f"/ogc/collections/{name}/items?limit=10000")
        shapes = [shapely.geometry.shape(x["geometry"]) for x in page["features"]]
        assert page["numberReturned"] == page["numberMatched"] > 0
        # no wider than what there is
        assert shapely.total_bounds(shapes).tolist() == window
