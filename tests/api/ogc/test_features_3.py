"""OGC API Features Part 3 (19-079r2), a test a requirement, named by its identifier."""

from typing import Any
from urllib.parse import urlencode

import httpx2
import orjson
import pytest
import shapely
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator

from gis.synthetic import Town
from support.harness.answers import LOCAL, assert_problem, get

Json = dict[str, Any]
Collections = dict[str, Json]

PLACES = "/ogc/collections/places/items"
GRIDS = "/ogc/collections/grids/items"
REL = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
EPSG_4490 = "http://www.opengis.net/def/crs/EPSG/0/4490"
WORDS = {"filter_lang": "filter-lang", "filter_crs": "filter-crs"}
SIMPLE = ("string", "number", "integer", "boolean")


def ask(client: TestClient, path: str, **parameters: object) -> Json:
    query = {WORDS.get(name, name): str(v) for name, v in parameters.items()}
    return get(client, f"{path}?{urlencode(query)}")


def refuse(client: TestClient, path: str, **parameters: str) -> httpx2.Response:
    query = {WORDS.get(name, name): v for name, v in parameters.items()}
    answer = client.get(f"{path}?{urlencode(query)}")
    assert_problem(answer, 400, "invalid-parameter")
    return answer


def parameters_of(operations: dict[str, Json], name: str) -> list[Json]:
    """A parameter of the items of each collection."""
    return [
        next(item for item in operation["parameters"] if item["name"] == name)
        for path, operation in operations.items()
        if path.endswith("/items")
    ]


def properties_of(page: Json) -> list[Json]:
    return [item["properties"] for item in page["features"]]


def test_queryables_queryables_link(
    client: TestClient, collections: Collections
) -> None:
    for name in collections:
        answer = client.head(f"/ogc/collections/{name}/items")
        link = answer.links[REL]
        assert link["url"] == f"{LOCAL}/ogc/collections/{name}/queryables"
        assert link["type"] == "application/schema+json"


def test_queryables_get_queryables_op(
    client: TestClient, collections: Collections
) -> None:
    kind = "application/schema+json"
    for name in collections:
        path = f"/ogc/collections/{name}/queryables"
        answer = client.get(path, headers={"accept": kind})
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)


def test_queryables_get_queryables_response(
    client: TestClient, collections: Collections
) -> None:
    for name in collections:
        path = f"/ogc/collections/{name}/queryables"
        document = get(client, f"{path}?known_at=2026-09-10")
        Draft202012Validator.check_schema(document)
        assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert document["$id"] == f"{LOCAL}{path}"
        assert (document["type"], document["additionalProperties"]) == ("object", False)
        kinds = []
        for item in document["properties"].values():
            if item.get("format", "").startswith("geometry-"):
                assert not {"type", "$ref"} & {*item}
                kinds.append(item["format"])
            else:
                assert item["type"] in SIMPLE
        assert len(kinds) == 1
        assert kinds[0] in ("geometry-multipolygon", "geometry-point", "geometry-any")


def test_queryables_expression_construction(client: TestClient) -> None:
    names = get(client, "/ogc/collections/grids/queryables")["properties"]
    for name in names:
        ask(client, GRIDS, filter=f'"{name}" IS NULL', limit=1)
    for name in ("this_is_not_a_queryable", "Grid_id", "attributes"):
        assert name not in names
        for text in (f"{name} IS NULL", f"{name} = 'x'", f"TRUE OR {name} > 1"):
            refuse(client, GRIDS, filter=text)


def test_queryables_query_parameters_parameters(
    client: TestClient, collections: Collections, operations: dict[str, Json]
) -> None:
    for name in collections:
        path = f"/ogc/collections/{name}"
        queryables = get(client, f"{path}/queryables")["properties"]
        offered = {
            item["name"]: item["schema"]
            for item in operations[f"/collections/{name}/items"]["parameters"]
        }
        features = get(client, f"{path}/items?limit=1")["features"]
        for field, schema in queryables.items():
            if schema.get("type") not in SIMPLE:
                continue
            assert offered[field]["type"] == schema["type"]
            assert offered[field].get("enum") == schema.get("enum")
            value = features[0]["properties"].get(field) if features else None
            if value is not None:
                text = str(value).lower() if isinstance(value, bool) else value
                page = ask(client, f"{path}/items", **{field: text})
                assert page["features"]
                assert {row[field] for row in properties_of(page)} == {value}


def test_filter_filter_param(client: TestClient, operations: dict[str, Json]) -> None:
    for item in parameters_of(operations, "filter"):
        assert (item["in"], item["required"]) == ("query", False)
        assert item["schema"]["type"] == "string"
    page = ask(client, PLACES, filter="code = 'red'")
    assert {row["code"] for row in properties_of(page)} == {"red"}
    refuse(client, PLACES, filter="code = ")


def test_filter_filter_lang_param(
    client: TestClient, operations: dict[str, Json]
) -> None:
    for item in parameters_of(operations, "filter-lang"):
        assert (item["in"], item["required"]) == ("query", False)
        schema = item["schema"]
        assert schema["enum"] == ["cql2-text", "cql2-json"]
        assert schema["default"] == "cql2-text"
    document = {"op": "=", "args": [{"property": "code"}, "red"]}
    text = orjson.dumps(document).decode()
    pages = [
        ask(client, PLACES, filter=written, **lang)["features"]
        for written, lang in (
            ("code = 'red'", {}),
            ("code = 'red'", {"filter_lang": "cql2-text"}),
            (text, {"filter_lang": "cql2-json"}),
        )
    ]
    assert pages[0] == pages[1] == pages[2] != []
    refuse(client, PLACES, filter=text)
    refuse(client, PLACES, filter="code = 'red'", filter_lang="cql2-json")


def point_of(town: Town) -> tuple[str, float, float]:
    grid = town.grids.iloc[40]
    x, y = grid.geometry.representative_point().coords[0]
    return grid["grid_id"], x, y


def test_filter_filter_crs_wgs84(
    client: TestClient, collections: Collections, town: Town
) -> None:
    grid_id, x, y = point_of(town)
    page = ask(client, GRIDS, filter=f"S_INTERSECTS(geometry, POINT({x} {y}))")
    assert [item["id"] for item in page["features"]] == [grid_id]
    for name, item in collections.items():
        path = f"/ogc/collections/{name}/items"
        if "storageCrsBbox" not in item["extent"]["spatial"]:
            continue  # nothing of it is anywhere
        west, south, east, north = item["extent"]["spatial"]["bbox"][0]
        for window, holds in (
            (f"{west},{south},{east},{north}", True),
            (f"{east + 1},{south},{east + 2},{north}", False),
        ):
            text = f"S_INTERSECTS(geometry, BBOX({window}))"
            count = ask(client, path, filter=text, limit=1)["numberMatched"]
            there = ask(client, path, filter="geometry IS NOT NULL", limit=1)
            assert count == (there["numberMatched"] if holds else 0)
        far = "S_INTERSECTS(geometry, BBOX(1000000,1000000,2000000,2000000))"
        refuse(client, path, filter=far)


def test_filter_filter_crs_param(
    client: TestClient, operations: dict[str, Json], town: Town
) -> None:
    for item in parameters_of(operations, "filter-crs"):
        assert item["schema"] == {"type": "string", "format": "uri"}
    grid_id, x, y = point_of(town)
    text = f"S_INTERSECTS(geometry, POINT({y} {x}))"
    page = ask(client, GRIDS, filter=text, filter_crs=EPSG_4490)
    assert [item["id"] for item in page["features"]] == [grid_id]
    refuse(client, GRIDS, filter=text, filter_crs=EPSG_4490.replace("4490", "2056"))


def test_filter_mixing_expressions(client: TestClient, town: Town) -> None:
    _, x, y = point_of(town)
    bbox = ",".join(map(str, shapely.box(x, y, x + 0.01, y + 0.01).bounds))
    text = "code = 'yellow' OR code = 'red'"
    mixed = ask(client, PLACES, filter=text, bbox=bbox, scene="street_shop")
    apart = [
        {item["id"] for item in ask(client, PLACES, limit=10_000, **one)["features"]}
        for one in ({"filter": text}, {"bbox": bbox}, {"scene": "street_shop"})
    ]
    ids = {item["id"] for item in mixed["features"]}
    assert ids == apart[0] & apart[1] & apart[2]
    assert ids
    assert all(ids < some for some in apart)
    before = ask(client, PLACES, filter="TRUE", datetime="2001-01-01T00:00:00Z")
    assert before["numberMatched"] == 0


def test_filter_response(client: TestClient) -> None:
    text = "residents > 2000"
    meeting = ask(client, GRIDS, filter=text)
    others = ask(client, GRIDS, filter=f"NOT {text}")
    nobody = ask(client, GRIDS, filter="residents IS NULL")
    assert all(row["residents"] > 2000 for row in properties_of(meeting))
    assert all(row["residents"] <= 2000 for row in properties_of(others))
    counts = [page["numberMatched"] for page in (meeting, others, nobody)]
    assert sum(counts) == 125
    assert ask(client, GRIDS, filter="FALSE")["features"] == []


def test_features_filter_get_queryables_op(
    client: TestClient, collections: Collections
) -> None:
    for name in collections:
        document = get(client, f"/ogc/collections/{name}/queryables")
        assert document["properties"]
    answer = client.get("/ogc/collections/rabbits/queryables")
    assert_problem(answer, 404, "unknown-collection")


def test_features_filter_queryables_link(
    client: TestClient, collections: Collections
) -> None:
    for name, item in collections.items():
        [link] = [link for link in item["links"] if link["rel"] == REL]
        assert link["type"] == "application/schema+json"
        document = get(client, link["href"].removeprefix(LOCAL))
        assert document["$id"].endswith(f"/collections/{name}/queryables")


def test_features_filter_filter_param(
    client: TestClient, collections: Collections
) -> None:
    for name in collections:
        path = f"/ogc/collections/{name}/items"
        everything = ask(client, path, limit=1)["numberMatched"]
        for text, count in (("true", everything), ("false", 0)):
            page = ask(client, path, filter=text, limit=1)
            assert page["numberMatched"] == count


def test_features_filter_filter_lang_param(
    client: TestClient, collections: Collections
) -> None:
    for name in collections:
        path = f"/ogc/collections/{name}/items"
        page = ask(client, path, filter="true", filter_lang="cql2-json", limit=1)
        assert page["features"] == ask(client, path, limit=1)["features"]
        refuse(client, path, filter="true", filter_lang="sql")


def test_features_filter_filter_crs_param(
    client: TestClient, collections: Collections
) -> None:
    for name, item in collections.items():
        path = f"/ogc/collections/{name}/items"
        for uri in item["crs"]:
            page = ask(client, path, filter="true", filter_crs=uri, limit=1)
            assert page["features"] == ask(client, path, limit=1)["features"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("filter", text) for text in ("x", "grid_id =", "grid_id = 1", "(", "")),
        ("filter-lang", "cql-text"),
        ("filter-crs", "4490"),
    ],
)
def test_features_filter_response(client: TestClient, name: str, value: str) -> None:
    page = ask(client, GRIDS, filter="residents > 2000", bbox="120,30,120.05,31")
    everything = ask(client, GRIDS, bbox="120,30,120.05,31")["features"]
    wanted = [x for x in everything if (x["properties"]["residents"] or 0) > 2000]
    assert page["features"] == wanted
    assert 0 < len(wanted) < len(everything)
    query = urlencode({"filter": "TRUE", name: value})
    assert_problem(client.get(f"{GRIDS}?{query}"), 400, "invalid-parameter")
