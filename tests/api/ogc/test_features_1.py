"""OGC API Features Part 1 (17-069r4), a test a requirement, named by its identifier."""

import datetime as dt
import html
import re
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import shapely
import shapely.geometry
from fastapi.testclient import TestClient
from openapi_spec_validator import OpenAPIV30SpecValidator, validate

from gis.synthetic import Town
from support.harness.answers import LOCAL, assert_problem, get
from support.harness.keyed import Keyed

Json = dict[str, Any]
Collections = dict[str, Json]

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
ROOT = "/ogc"
GEOJSON = "application/geo+json"
JSON = "application/json"


def links_of(document: Json, rel: str) -> list[Json]:
    return [item for item in document["links"] if item["rel"] == rel]


def path_of(link: Json) -> str:
    return str(link["href"]).removeprefix(LOCAL)


def items_of(name: str, **parameters: object) -> str:
    query = urlencode({key: str(value) for key, value in parameters.items()})
    return f"{ROOT}/collections/{name}/items{'?' if query else ''}{query}"


def ids(features: list[Json]) -> list[str]:
    return [item["id"] for item in features]


def ids_of(document: Json) -> list[str]:
    return ids(document["features"])


def some_items(items: dict[str, list[Json]]) -> list[tuple[str, list[Json]]]:
    """Collections that have items, with some of them."""
    pairs = [(name, features) for name, features in items.items() if features]
    assert len(pairs) >= 7
    return pairs


def parameter(operation: Json, name: str) -> Json:
    [found] = [item for item in operation["parameters"] if item["name"] == name]
    return dict(found)


def every_item(client: TestClient, path: str) -> list[Json]:
    """The items of all pages, each of which counts them all."""
    items, counts = [], set()
    while path:
        page = get(client, path)
        items += page["features"]
        counts.add(page["numberMatched"])
        path = "".join(map(path_of, links_of(page, "next")))
    assert counts == {len(items)}
    return items


def assert_links(document: Json, kind: str) -> None:
    """Hold a document to its links to itself and to every other form."""
    [own] = links_of(document, "self")
    [other] = links_of(document, "alternate")
    assert (own["type"], other["type"]) == (kind, "text/html")


def test_core_root_op(client: TestClient) -> None:
    assert get(client, f"{ROOT}/").keys() == get(client, ROOT).keys()


def test_core_root_success(client: TestClient) -> None:
    document = get(client, ROOT)
    assert all(isinstance(document[name], str) for name in ("title", "description"))
    for rel in ("service-desc", "service-doc", "conformance", "data"):
        assert len(links_of(document, rel)) == 1
    assert all({"href", "rel", "type"} <= {*item} for item in document["links"])


def test_core_api_definition_op(client: TestClient) -> None:
    document = get(client, ROOT)
    for rel in ("service-desc", "service-doc"):
        for item in links_of(document, rel):
            assert client.get(path_of(item)).status_code == 200


def test_core_api_definition_success(client: TestClient) -> None:
    document = get(client, ROOT)
    for rel in ("service-desc", "service-doc"):
        for item in links_of(document, rel):
            answer = client.get(path_of(item), headers={"accept": item["type"]})
            assert (
                answer.headers["content-type"].split(";")[0]
                == (item["type"].split(";")[0])
            )


def test_core_conformance_op(client: TestClient) -> None:
    [item] = links_of(get(client, ROOT), "conformance")
    assert path_of(item) == f"{ROOT}/conformance"
    assert client.get(f"{ROOT}/conformance").status_code == 200


def test_core_conformance_success(client: TestClient) -> None:
    classes = get(client, f"{ROOT}/conformance")["conformsTo"]
    assert len(classes) == len({*classes})
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in classes


def test_core_http(client: TestClient) -> None:
    path = items_of("grids", limit=1)
    answer, head = client.get(path), client.head(path)
    assert head.content == b""
    assert head.headers["content-length"] == answer.headers["content-length"]
    assert head.headers["etag"] == answer.headers["etag"]
    assert_problem(client.post(path), 405, "http-error")
    assert {*client.post(path).headers["allow"].split(", ")} == {"GET", "HEAD"}


@pytest.mark.parametrize(
    "path",
    [
        *("", "/api", "/conformance", "/collections", "/collections/grids"),
        *("/collections/grids/items", "/collections/grids/queryables"),
    ],
)
def test_core_query_param_unknown(client: TestClient, path: str) -> None:
    assert_problem(client.get(f"{ROOT}{path}?rabbits=1"), 400, "unknown-parameter")


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=-1", "limit=many", "limit=", "limit=1.5"),
        *("bbox=1,2,3", "bbox=a,b,c,d", "bbox=", "bbox=1,2,nan,4", "bbox=1,4,3,2"),
        *("datetime=yesterday", "datetime=", "datetime=2026-09-02/2026-09-01"),
        *("crs=4490", "bbox-crs=x", "filter=x", "residents=many", "f=xml"),
    ],
)
def test_core_query_param_invalid(client: TestClient, query: str) -> None:
    answer = client.get(f"{ROOT}/collections/grids/items?{query}")
    assert_problem(answer, 400, "invalid-parameter")


def test_core_crs84(
    client: TestClient, town: Town, first_items: dict[str, list[Json]]
) -> None:
    around = town.grids.to_crs(4326).total_bounds
    window = shapely.box(*around).buffer(0.05)
    assert window.bounds[0] > 90  # no latitude may stand first
    shapes = [
        shapely.geometry.shape(item["geometry"])
        for features in first_items.values()
        for item in features
        if item["geometry"]
    ]
    assert all(window.contains(shape) for shape in shapes)
    assert len(shapes) > 40


def test_core_fc_md_op(client: TestClient) -> None:
    assert client.get(f"{ROOT}/collections").status_code == 200


def test_core_fc_md_success(client: TestClient) -> None:
    document = get(client, f"{ROOT}/collections")
    assert isinstance(document["links"], list)
    for item in document["collections"]:
        assert isinstance(item["id"], str)
        assert all({"href", "rel"} <= {*link} for link in item["links"])


def test_core_fc_md_links(client: TestClient) -> None:
    assert_links(get(client, f"{ROOT}/collections"), JSON)


def test_core_fc_md_items(client: TestClient, collections: Collections) -> None:
    names = re.findall(
        r"/collections/([\w-]+)/items$",
        "\n".join(client.get(f"{ROOT}/api").json()["paths"]),
        re.MULTILINE,
    )
    assert {*names} == {*collections}
    assert {"grids", "circles", "communities", "places"} <= {*collections}


def test_core_fc_md_items_links(collections: Collections) -> None:
    for item in collections.values():
        assert {link["type"] for link in links_of(item, "items")} == {
            GEOJSON,
            "text/html",
        }


def test_core_fc_md_extent(client: TestClient, collections: Collections) -> None:
    for name, item in collections.items():
        [window] = item["extent"]["spatial"]["bbox"]
        inside = shapely.box(*window)
        for feature in every_item(client, items_of(name, limit=10_000)):
            if feature["geometry"]:
                assert inside.covers(shapely.geometry.shape(feature["geometry"]))


def test_core_fc_md_extent_multi(collections: Collections) -> None:
    for item in collections.values():
        extent = item["extent"]
        assert (
            len(extent["spatial"]["bbox"]) == len(extent["temporal"]["interval"]) == 1
        )
        [[start, end]] = extent["temporal"]["interval"]
        assert end is None
        assert dt.datetime.fromisoformat(start) < dt.datetime.now(dt.UTC)


def test_core_sfc_md_op(client: TestClient, collections: Collections) -> None:
    for name in collections:
        assert client.get(f"{ROOT}/collections/{name}").status_code == 200


def test_core_sfc_md_success(client: TestClient, collections: Collections) -> None:
    for name, item in collections.items():
        assert get(client, f"{ROOT}/collections/{name}") == item


def test_core_fc_op(client: TestClient, collections: Collections) -> None:
    for name in collections:
        assert client.get(items_of(name)).status_code == 200


def test_core_fc_limit_definition(operations: dict[str, Json]) -> None:
    for path, operation in operations.items():
        if path.endswith("/items"):
            limit = parameter(operation, "limit")
            assert (limit["in"], limit["style"], limit["explode"]) == (
                *("query", "form"),
                False,
            )
            assert not limit["required"]
            schema = limit["schema"]
            assert (schema["type"], schema["minimum"]) == ("integer", 1)
            assert schema["default"] <= schema["maximum"]


def test_core_fc_limit_response_1(client: TestClient) -> None:
    assert len(get(client, items_of("places", limit=3))["features"]) == 3
    most = get(client, items_of("places", limit=10_000))
    more = get(client, items_of("places", limit=10_001))
    assert ids_of(more) == ids_of(most)
    assert len(more["features"]) <= 10_000
    assert client.get(items_of("grids", limit=10**17)).status_code == 200


def test_core_fc_bbox_definition(
    client: TestClient, operations: dict[str, Json], town: Town
) -> None:
    for path, operation in operations.items():
        if path.endswith("/items"):
            bbox = parameter(operation, "bbox")
            assert (bbox["in"], bbox["style"], bbox["explode"]) == (
                *("query", "form"),
                False,
            )
            schema = bbox["schema"]
            assert (schema["type"], schema["items"]) == ("array", {"type": "number"})
            assert (schema["minItems"], schema["maxItems"]) == (4, 6)
    west, south, east, north = town.grids.iloc[:9].to_crs(4326).total_bounds
    flat = get(client, items_of("grids", bbox=f"{west},{south},{east},{north}"))
    high = get(client, items_of("grids", bbox=f"{west},{south},0,{east},{north},9"))
    assert ids_of(flat) == ids_of(high)
    assert 9 <= flat["numberMatched"] < 125


def test_core_fc_bbox_response(client: TestClient, town: Town) -> None:
    x, y = town.grids.iloc[40].geometry.representative_point().coords[0]
    window = shapely.box(x, y, x + 0.006, y + 0.004)
    for name in ("grids", "places"):
        everything = every_item(client, items_of(name, limit=10_000))
        wanted = [
            item["id"]
            for item in everything
            if item["geometry"] is None
            or shapely.intersects(shapely.geometry.shape(item["geometry"]), window)
        ]
        bbox = ",".join(map(str, window.bounds))
        page = get(client, items_of(name, bbox=bbox, limit=10_000))
        assert ids_of(page) == wanted
        assert 0 < len(wanted) < len(everything)


def test_core_fc_time_definition(
    client: TestClient, operations: dict[str, Json]
) -> None:
    for path, operation in operations.items():
        if path.endswith("/items"):
            moment = parameter(operation, "datetime")
            assert (moment["in"], moment["style"], moment["explode"]) == (
                *("query", "form"),
                False,
            )
            assert moment["schema"] == {"type": "string"}
    moments = "2026-09-01T00:00:00Z", "2026-09-02T00:00:00Z"
    for text in (
        *(moments[0], "/".join(moments), f"../{moments[1]}", f"{moments[0]}/.."),
        *(f"/{moments[1]}", f"{moments[0]}/", "2026-09-01T08:00:00.5+08:00"),
    ):
        assert client.get(items_of("grids", datetime=text)).status_code == 200


def test_core_fc_time_response(client: TestClient, collections: Collections) -> None:
    [[start, _]] = collections["grids"]["extent"]["temporal"]["interval"]
    first = dt.datetime.fromisoformat(start)
    before = first - dt.timedelta(seconds=1)
    counts = {
        text: get(client, items_of("grids", datetime=text, limit=1))["numberMatched"]
        for text in (
            first.isoformat(),
            before.isoformat(),
            f"../{before.isoformat()}",
            f"{before.isoformat()}/..",
        )
    }
    assert [*counts.values()] == [125, 0, 0, 125]


def test_core_fc_response(client: TestClient) -> None:
    page = get(client, items_of("places", code="red", scene="street_shop"))
    assert page["features"]
    for item in page["features"]:
        properties = item["properties"]
        assert (properties["code"], properties["scene"]) == ("red", "street_shop")


def test_core_fc_links(client: TestClient, collections: Collections) -> None:
    for name in collections:
        assert_links(get(client, items_of(name, limit=2)), GEOJSON)


def test_core_fc_rel_type(client: TestClient) -> None:
    links = get(client, items_of("grids", limit=2))["links"]
    assert {item["rel"] for item in links} == {"self", "alternate", "next"}
    assert all(item["type"] for item in links)


def test_core_fc_timeStamp(client: TestClient) -> None:  # noqa: N802  its identifier
    # an answer that is as it was keeps its ETag: no time stands in it
    assert "timeStamp" not in get(client, items_of("grids", limit=1))


def test_core_fc_numberMatched(client: TestClient) -> None:  # noqa: N802
    found = every_item(client, items_of("places", code="yellow", limit=100))
    everything = every_item(client, items_of("places", limit=10_000))
    wanted = [item for item in everything if item["properties"]["code"] == "yellow"]
    assert found == wanted
    assert len(found) > 100


def test_core_fc_numberReturned(client: TestClient) -> None:  # noqa: N802
    for limit in (1, 50, 9_999):
        page = get(client, items_of("grids", limit=limit))
        assert page["numberReturned"] == len(page["features"]) == min(limit, 125)


def test_core_f_op(client: TestClient, first_items: dict[str, list[Json]]) -> None:
    for name, features in first_items.items():
        for item in features:
            path = f"{ROOT}/collections/{name}/items/{quote(item['id'], safe='')}"
            assert get(client, path)["id"] == item["id"]


def test_core_f_success(client: TestClient, first_items: dict[str, list[Json]]) -> None:
    for name, features in first_items.items():
        path = f"{ROOT}/collections/{name}/items/{[*ids(features), 'x'][0]}"
        assert client.get(path).status_code == (200 if features else 404)
        assert_problem(client.get(f"{path}-x"), 404, "unknown-item")


def test_core_f_links(client: TestClient, first_items: dict[str, list[Json]]) -> None:
    for name, features in some_items(first_items):
        path = f"{ROOT}/collections/{name}/items/{features[0]['id']}"
        document = get(client, path)
        assert_links(document, GEOJSON)
        [above] = links_of(document, "collection")
        assert above["type"] == JSON
        assert get(client, path_of(above))["id"] == name


def test_geojson_definition(
    client: TestClient, first_items: dict[str, list[Json]]
) -> None:
    item = f"{ROOT}/collections/grids/items/{first_items['grids'][0]['id']}"
    for path in (items_of("grids", limit=1), item):
        answer = client.get(path, headers={"accept": GEOJSON})
        assert answer.headers["content-type"] == GEOJSON
    for path in ("", "/conformance", "/collections", "/collections/grids"):
        answer = client.get(f"{ROOT}{path}", headers={"accept": JSON})
        assert answer.headers["content-type"] == JSON


def test_geojson_content(
    client: TestClient, first_items: dict[str, list[Json]]
) -> None:
    for name, features in some_items(first_items):
        page = get(client, items_of(name, limit=2))
        assert page["type"] == "FeatureCollection"
        assert page["links"]
        for item in features:
            assert item["type"] == "Feature"
            assert isinstance(item["properties"], dict)
            if item["geometry"]:
                shape = shapely.geometry.shape(item["geometry"])
                assert shapely.is_valid(shape)
                assert item["geometry"]["type"] == shape.geom_type
        one = get(client, f"{ROOT}/collections/{name}/items/{features[0]['id']}")
        assert one["links"]
        assert (one["type"], one["id"]) == ("Feature", features[0]["id"])


PAGES = (
    *("", "/api", "/conformance", "/collections", "/collections/grids"),
    *("/collections/places/items?limit=5", "/collections/grids/items?limit=2"),
    *("/collections/grids/schema", "/collections/grids/queryables"),
    "/collections/grids/feature-schema",
)


@pytest.mark.parametrize("path", PAGES)
def test_html_definition(client: TestClient, path: str) -> None:
    answer = client.get(f"{ROOT}{path}", headers={"accept": "text/html"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


def texts_of(value: object, without: tuple[str, ...] = ()) -> list[str]:
    """Every text of a document, but for some members."""
    if isinstance(value, dict):
        parts = [item for name, item in value.items() if name not in without]
        return [text for part in parts for text in texts_of(part, without)]
    if isinstance(value, list):
        return [text for part in value for text in texts_of(part, without)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize(
    "path",
    ["/conformance", "/collections/grids", "/collections/places/items?limit=3", ""],
)
def test_html_content(client: TestClient, path: str) -> None:
    document = get(client, f"{ROOT}{path}")
    text = client.get(f"{ROOT}{path}", headers={"accept": "text/html"}).text
    assert text.startswith("<!DOCTYPE html>")
    body = html.unescape(text[text.index("<body") :])
    hrefs = {
        re.sub(r"[?&]f=(json|html)", "", href).removeprefix(f"{LOCAL}{ROOT}")
        for href in re.findall(r'<a href="([^"]*)"', body)
    }
    for item in document.get("links", []):
        assert re.sub(r"[?&]f=html", "", path_of(item)).removeprefix(ROOT) in hrefs
    names = ("links", "title", "description", "type", "itemType", "trs")
    for value in texts_of(document, names):
        assert value in body, value
    for item in document.get("features", []):
        for number in item["geometry"]["coordinates"]:
            assert str(number) in body


def test_oas30_oas_definition_1(client: TestClient) -> None:
    document = get(client, ROOT)
    [item] = links_of(document, "service-desc")
    assert item["type"] == "application/vnd.oai.openapi+json;version=3.0"
    [page] = links_of(document, "service-doc")
    assert page["type"] == "text/html"
    assert client.get(path_of(item)).headers["content-type"] == item["type"]


def test_oas30_oas_definition_2(client: TestClient) -> None:
    document = client.get(f"{ROOT}/api").json()
    assert document["openapi"].startswith("3.0.")
    validate(document, cls=OpenAPIV30SpecValidator)


def test_oas30_oas_impl(client: TestClient, operations: dict[str, Json]) -> None:
    values = {
        "string": "x",
        "date": "2026-09-30",
        "date-time": "2026-09-30T00:00:00.000Z",
        "integer": "1",
        "number": "1.5",
        "boolean": "true",
        "crs": CRS84,
        "bbox-crs": CRS84,
        "filter-crs": CRS84,
        "bbox": "120,30,121,31",
        "datetime": "2026-09-01T00:00:00Z",
        "known_at": "2026-09-01",
        "filter": "TRUE",
        "limit": "1",
    }
    count = 0
    for path, operation in operations.items():
        if "{" in path:
            continue
        for item in operation["parameters"]:
            if item["name"] == "after":
                continue
            schema = item["schema"]
            options = schema.get("enum") or schema.get("items", {}).get("enum")
            names = (item["name"], schema.get("format"), schema["type"])
            value = next((values[name] for name in names if name in values), None)
            value = options[0] if options and item["name"] not in values else value
            query = urlencode({item["name"]: value})
            answer = client.get(f"{ROOT}{path}".rstrip("/") + f"?{query}")
            assert answer.status_code == 200, answer.url
            count += 1
    assert count > 100


def test_oas30_completeness(client: TestClient, operations: dict[str, Json]) -> None:
    for path, operation in operations.items():
        if "{" in path:
            continue
        own = f"{ROOT}{path}".rstrip("/")
        for accept in ("text/html", JSON):
            answer = client.get(own, headers={"accept": accept})
            kinds = operation["responses"]["200"]["content"]
            kind = answer.headers["content-type"]
            assert {kind, kind.split(";")[0]} & {*kinds}
        etag = client.get(own).headers["etag"]
        same = client.get(own, headers={"if-none-match": etag})
        assert str(same.status_code) in operation["responses"]
        assert same.status_code == 304


def test_oas30_exceptions_codes(
    client: TestClient, operations: dict[str, Json], keyed: Keyed
) -> None:
    wrong = {"authorization": "Bearer nobody"}
    answers = [
        client.get(f"{ROOT}/collections/grids/items?rabbits=1"),
        client.get(f"{ROOT}/collections/grids/items/nobody"),
        keyed.client.get(f"{ROOT}/collections/grids/items", headers=wrong),
    ]
    codes = {str(answer.status_code) for answer in answers}
    assert codes == {"400", "401", "404"}
    for operation in operations.values():
        assert codes | {"414", "429", "500", "503"} <= {*operation["responses"]}
    for answer in answers:
        assert answer.headers["content-type"] == "application/problem+json"


def test_oas30_security(client: TestClient, keyed: Keyed) -> None:
    document = client.get(f"{ROOT}/api").json()
    schemes = document["components"]["securitySchemes"]
    assert {scheme["type"] for scheme in schemes.values()} == {"http", "apiKey"}
    assert document["security"] == [{}, *({name: []} for name in schemes)]
    headers = keyed.headers("steward")
    path = f"{ROOT}/collections/places"
    answers = [keyed.client.get(path), keyed.client.get(path, headers=headers)]
    assert [answer.status_code for answer in answers] == [404, 200]
