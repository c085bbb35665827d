"""OWSLib goes through the collections, as Python programs of others do."""

from collections.abc import Iterator

import orjson
import pytest
from fastapi.testclient import TestClient
from owslib.ogcapi.features import Features

from gis.synthetic import Town
from support.harness.answers import get
from support.harness.served import served

PLACES = "/ogc/collections/places/items"


@pytest.fixture(scope="module")
def features(client: TestClient) -> Iterator[Features]:
    """A client of OWSLib."""
    with served(client.app) as address:
        yield Features(f"{address}/ogc")


def test_owslib_lists_every_collection(features: Features, client: TestClient) -> None:
    names = [item["id"] for item in get(client, "/ogc/collections")["collections"]]
    assert features.feature_collections() == names
    grids = features.collection("grids")
    assert (grids["id"], grids["itemType"]) == ("grids", "feature")
    assert len(features.conformance()["conformsTo"]) == len(
        get(client, "/ogc/conformance")["conformsTo"]
    )
    assert features.api()["openapi"] == "3.0.3"


def test_owslib_pages_through_every_place(features: Features, town: Town) -> None:
    count = int(town.enterprises["is_coded"].sum())
    page, ids = features.collection_items("places", limit=4000), []
    while True:
        ids += [item["id"] for item in page["features"]]
        hrefs = [item["href"] for item in page["links"] if item["rel"] == "next"]
        if not hrefs:
            break
        page = features.collection_items(
            "places", limit=4000, after=hrefs[0].rpartition("after=")[2]
        )
        assert page["numberMatched"] == count
    assert len({*ids}) == len(ids) == count


def test_owslib_filters_on_the_server(features: Features, client: TestClient) -> None:
    text = "code IN ('red', 'yellow') AND overdue_days > 20"
    document = {
        "op": "and",
        "args": [
            {"op": "in", "args": [{"property": "code"}, ["red", "yellow"]]},
            {"op": ">", "args": [{"property": "overdue_days"}, 20]},
        ],
    }
    plain = features.collection_items("places", filter=text, limit=9000)
    wanted = get(client, f"{PLACES}?limit=9000&filter={text}")["features"]
    assert plain["features"] == wanted != []
    # its own `cql` is a POST, which no part of the standard has for items
    lang = {"filter-lang": "cql2-json"}
    written = features.collection_items(
        "places", filter=orjson.dumps(document).decode(), limit=9000, **lang
    )
    assert written["features"] == wanted
    window = features.collection_items("grids", bbox=[120.05, 30.32, 120.06, 30.33])
    assert 0 < window["numberMatched"] < 125


def test_owslib_reads_what_items_are(features: Features, client: TestClient) -> None:
    for name in ("grids", "places"):
        queryables = features.collection_queryables(name)
        path = f"/ogc/collections/{name}"
        assert (
            queryables["properties"]
            == (get(client, f"{path}/queryables")["properties"])
        )
        schema = features.collection_schema(name)
        assert schema["properties"] == get(client, f"{path}/schema")["properties"]
    one = features.collection_items("grids", limit=1)["features"][0]
    item = features.collection_item("grids", one["id"])
    assert item["geometry"] == one["geometry"]
