"""OGC API Features over HTTP, as a client goes through it."""

import html
import re
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
import pytest
from fastapi.testclient import TestClient
from openapi_spec_validator import validate

from api.app import create_app
from api.service.ogc.catalogue import Catalogue
from api.service.rating.days import RiskDesk
from api.settings import Settings
from gis.synthetic import Town
from support.harness.answers import LOCAL, assert_problem, get
from support.harness.keyed import Keyed
from support.makers.square_town import TIMEZONE, SquareTown
from support.makers.square_town import places as place_rows

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG_4490 = "http://www.opengis.net/def/crs/EPSG/0/4490"


def path_of(href: str) -> str:
    """The path and query of an address of this service."""
    assert href.startswith(f"{LOCAL}/ogc")
    return href.removeprefix(LOCAL)


def test_every_link_leads_to_what_it_says(client: TestClient) -> None:
    waiting, met, kinds = ["/ogc"], set(), {}
    while waiting:
        path = waiting.pop()
        met.add(path)
        document = client.get(path).json()
        parts = [document, *document.get("collections", [])]
        for item in [item for part in parts for item in part.get("links", [])]:
            href = path_of(item["href"])
            if href not in kinds:
                kinds[href] = client.head(href).headers["content-type"]
            assert kinds[href].partition(";")[0] == item["type"].partition(";")[0]
            is_document = item["type"] != "text/html" and "/items" not in href
            if is_document and href not in met:
                waiting.append(href)
    assert {"/ogc/collections/grids/items", "/ogc/api"} <= kinds.keys()
    assert len(kinds) > 30


def test_pages_give_every_place_once(client: TestClient) -> None:
    first = get(client, "/ogc/collections/places")
    assert first["id"] == "places"
    seen, path = [], "/ogc/collections/places/items?limit=4000&scene=street_shop"
    while path:
        page = get(client, path)
        assert page["numberReturned"] == len(page["features"])
        seen += [item["id"] for item in page["features"]]
        following = [x["href"] for x in page["links"] if x["rel"] == "next"]
        path = path_of(following[0]) if following else ""
    assert len(seen) == len({*seen}) == page["numberMatched"]
    assert seen == sorted(seen)


def test_counts_of_codes_are_those_of_the_rated_grids(client: TestClient) -> None:
    grids = get(client, "/ogc/collections/risk_grids/items")["features"]
    for code in ("green", "yellow", "red"):
        page = get(client, f"/ogc/collections/places/items?code={code}&limit=1")
        counted = sum(grid["properties"][code] for grid in grids)
        outside = get(client, f"/ogc/collections/places/items?code={code}&limit=10000")
        nowhere = sum(not item["properties"]["grid_id"] for item in outside["features"])
        assert page["numberMatched"] == counted + nowhere


def pages_of(client: TestClient, path: str) -> list[dict[str, Any]]:
    """The items of all pages, each of which says the same count."""
    items, counts = [], set()
    while path:
        page = get(client, path)
        items += page["features"]
        counts.add(page["numberMatched"])
        following = [x["href"] for x in page["links"] if x["rel"] == "next"]
        path = path_of(following[0]) if following else ""
    assert counts == {len(items)}
    return items


def test_pages_of_a_filter_are_what_a_plain_look_finds(client: TestClient) -> None:
    items = "/ogc/collections/places/items"
    plain = [
        item["id"]
        for item in pages_of(client, f"{items}?limit=10000")
        if item["properties"]["code"] in ("red", "yellow")
        and (item["properties"]["overdue_days"] or 0) > 3
        and not item["properties"]["scene"].startswith("street")
    ]
    assert plain
    text = "code IN ('red','yellow') AND overdue_days > 3 AND scene NOT LIKE 'street%'"
    query = urlencode({"filter": text, "limit": len(plain) // 3 + 1})
    assert [item["id"] for item in pages_of(client, f"{items}?{query}")] == plain


def test_a_filter_of_json_and_in_another_crs_is_the_same(
    client: TestClient, town: Town
) -> None:
    grid = town.grids.iloc[7]
    x, y = grid.geometry.representative_point().coords[0]
    document = {
        "op": "s_intersects",
        "args": [{"property": "geometry"}, {"type": "Point", "coordinates": [x, y]}],
    }
    asked = (
        {"filter": f"S_INTERSECTS(geometry, POINT({x} {y}))"},
        {"filter": f"S_INTERSECTS(POINT({y} {x}), geometry)", "filter-crs": EPSG_4490},
        {"filter": orjson.dumps(document).decode(), "filter-lang": "cql2-json"},
    )
    for parameters in asked:
        path = f"/ogc/collections/grids/items?{urlencode(parameters)}"
        page = get(client, path)
        assert [item["id"] for item in page["features"]] == [grid["grid_id"]]


@pytest.mark.parametrize("name", ["grids", "circles", "communities", "risk_grids"])
def test_every_queryable_of_every_collection_can_be_filtered_by(
    client: TestClient, name: str
) -> None:
    path = f"/ogc/collections/{name}"
    count = get(client, f"{path}/items?limit=1")["numberMatched"]
    for field in get(client, f"{path}/queryables")["properties"]:
        texts = f'"{field}" IS NULL', f'"{field}" IS NOT NULL'
        counts = [
            get(client, f"{path}/items?{urlencode({'filter': t, 'limit': 1})}")
            for t in texts
        ]
        assert sum(page["numberMatched"] for page in counts) == count


def test_a_window_finds_what_touches_it(client: TestClient, town: Town) -> None:
    grid = town.grids.iloc[7]
    x, y = grid.geometry.representative_point().coords[0]
    path = "/ogc/collections/grids/items"
    page = get(client, f"{path}?bbox={x},{y},{x},{y}")
    assert [item["id"] for item in page["features"]] == [grid["grid_id"]]
    turned = get(client, f"{path}?bbox={y},{x},{y},{x}&bbox-crs={EPSG_4490}")
    assert turned["features"] == page["features"]


def test_an_item_is_in_the_crs_that_is_asked_for(
    client: TestClient, town: Town
) -> None:
    grid_id = town.grids["grid_id"].iloc[7]
    path = f"/ogc/collections/grids/items/{grid_id}"
    plain, turned = client.get(path), client.get(f"{path}?crs={EPSG_4490}")
    assert plain.headers["content-crs"] == f"<{CRS84}>"
    assert turned.headers["content-crs"] == f"<{EPSG_4490}>"
    lon, lat = plain.json()["geometry"]["coordinates"][0][0][0]
    assert turned.json()["geometry"]["coordinates"][0][0][0] == [lat, lon]
    rels = [item["rel"] for item in plain.json()["links"]]
    assert rels == ["self", "alternate", "collection"]


@pytest.mark.parametrize(
    ("bbox", "plain"),
    [
        ("170,30,121,31", "-180,30,121,31"),
        ("120.05,30,-120,31", "120.05,30,180,31"),
        ("120.06,30,120.05,31", None),
        ("121,30,119,31", "121,30,122,31"),
    ],
)
@pytest.mark.parametrize("name", ["grids", "places"])
def test_window_may_span_the_antimeridian(
    keyed: Keyed, name: str, bbox: str, plain: str | None
) -> None:
    path, headers = f"/ogc/collections/{name}/items", keyed.headers("steward")

    def ids(address: str) -> tuple[list[str], int]:
        """All over its pages, and how many are said to be there."""
        found: list[str] = []
        while address:
            page = keyed.client.get(address, headers=headers).json()
            found += [item["id"] for item in page["features"]]
            following = (k["href"] for k in page["links"] if k["rel"] == "next")
            address = next(following, "")
        return found, page["numberMatched"]

    found, matched = ids(f"{path}?bbox={bbox}&limit=50")
    sides = ("-180,30,120.05,31", "120.06,30,180,31") if plain is None else (plain,)
    expected = {i for side in sides for i in ids(f"{path}?bbox={side}")[0]}
    assert (found, matched) == (sorted(expected), len(expected))
    west, south, east, north = bbox.split(",")
    turned = f"{path}?bbox={south},{west},{north},{east}&bbox-crs={EPSG_4490}"
    assert ids(turned) == (found, matched)


def test_window_in_metres_spans_no_antimeridian(client: TestClient) -> None:
    path = "/ogc/collections/grids/items"
    metres = "http://www.opengis.net/def/crs/EPSG/0/3857"
    for query in (
        f"bbox=13400000,3500000,13300000,3600000&bbox-crs={metres}",
        "bbox=170,31,121,30",
        "bbox=190,30,121,31",
        f"bbox=31,170,30,121&bbox-crs={EPSG_4490}",
    ):
        answer = client.get(f"{path}?{query}")
        assert_problem(answer, 400, "invalid-parameter")
    assert "180° 经线" in client.get(f"{path}?bbox=190,30,121,31").json()["detail_zh"]


def test_what_is_known_already_is_not_sent_again(client: TestClient) -> None:
    path = "/ogc/collections/circles/items"
    first = client.get(path)
    again = client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200
    assert client.head(path).headers["etag"] == first.headers["etag"]
    assert first.headers["etag"].startswith('W/"')


def test_what_was_known_then_says_when_and_where_that_of_now_is(
    client: TestClient,
) -> None:
    path = "/ogc/collections/circles/items"
    then = client.get(f"{path}?known_at=2026-09-10T00:00:00Z&limit=2&sortby=-tier")
    assert then.headers["memento-datetime"] == "Thu, 10 Sep 2026 00:00:00 GMT"
    address = f"{LOCAL}{path}?limit=2&sortby=-tier"
    assert then.links["original"]["url"] == address
    assert "memento-datetime" not in client.get(f"{path}?limit=2").headers


def test_items_come_sorted_with_the_properties_that_are_wanted(
    client: TestClient,
) -> None:
    path = "/ogc/collections/places/items"
    query = "sortby=-overdue_days,place_id&properties=overdue_days&limit=50"
    first = client.get(f"{path}?{query}").json()
    rows = [item["properties"] for item in first["features"]]
    assert {tuple(row) for row in rows} == {("overdue_days",)}
    days = [row["overdue_days"] for row in rows]
    assert days == sorted(days, reverse=True)
    [following] = [x["href"] for x in first["links"] if x["rel"] == "next"]
    second = client.get(following).json()["features"]
    assert second[0]["properties"]["overdue_days"] <= days[-1]
    assert not {item["id"] for item in second} & {
        item["id"] for item in first["features"]
    }


def test_a_field_that_is_not_seen_sorts_nothing(keyed: Keyed) -> None:
    bodies = set()
    for name in ("drivers", "nothing"):
        path = f"/ogc/collections/risk_grids/items?sortby={name}"
        response = keyed.client.get(path)
        assert_problem(response, 400, "invalid-parameter")
        bodies.add(response.text.replace(name, "…"))
    assert len(bodies) == 1


PAGES = (
    *("", "/api", "/conformance", "/collections", "/collections/risk_grids"),
    *("/collections/grids/items", "/collections/grids/items/330199101001001"),
    *("/collections/places/schema", "/collections/places/queryables"),
)


@pytest.mark.parametrize("path", PAGES)
def test_a_browser_gets_a_page_with_the_values_of_the_document(
    client: TestClient, path: str
) -> None:
    browser = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    page = client.get(f"/ogc{path}", headers=browser)
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert client.get(f"/ogc{path}?f=html").headers["content-type"].startswith("text/")
    plain = client.get(f"/ogc{path}?f=json", headers=browser)
    assert "json" in plain.headers["content-type"]
    [href] = re.findall(r'<footer><a href="([^"]*)">JSON', page.text)
    again = client.get(path_of(html.unescape(href))).json()
    assert again.keys() == plain.json().keys()


def test_a_page_of_items_is_short_and_leads_on(client: TestClient) -> None:
    page = client.get("/ogc/collections/places/items?code=green&f=html").text
    assert page.count("<tr>") == 101
    [following] = re.findall(r'<nav><a href="([^"]*after=[^"]*)">', page)
    second = client.get(path_of(html.unescape(following))).text
    assert second.count("<tr>") == 101
    first_ids, second_ids = (
        set(re.findall(r"items/(E\d+)", text)) for text in (page, second)
    )
    assert len(first_ids) == len(second_ids) == 100
    assert first_ids.isdisjoint(second_ids)


def test_the_town_is_as_it_was_known(client: TestClient) -> None:
    page = get(client, "/ogc/collections/grids/items?known_at=2025-01-01&limit=1")
    assert page["numberMatched"] == 0
    page = get(client, "/ogc/collections/grids/items?datetime=2030-01-01/..&limit=1")
    assert page["numberMatched"] == 125
    landing = get(client, "/ogc?known_at=2026-09-10")
    assert all("known_at=2026-09-10" in item["href"] for item in landing["links"])


def test_the_document_is_valid_openapi(client: TestClient) -> None:
    response = client.get("/ogc/api")
    assert response.headers["content-type"] == (
        "application/vnd.oai.openapi+json;version=3.0"
    )
    document = orjson.loads(response.content)
    validate(document)
    for path, operations in document["paths"].items():
        names = [p["name"] for p in operations["get"]["parameters"]]
        assert len(names) == len({*names})
        if "{" not in path:
            assert client.get(f"/ogc{path}".rstrip("/")).status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/ogc?f=xml", 400, "invalid-parameter"),
        ("/ogc?form=html", 400, "unknown-parameter"),
        ("/ogc/collections?datetime=never", 400, "invalid-parameter"),
        ("/ogc/collections/nobody", 404, "unknown-collection"),
        ("/ogc/collections/nobody/items", 404, "unknown-collection"),
        ("/ogc/collections/nobody/items/1", 404, "unknown-collection"),
        ("/ogc/collections/nobody/schema", 404, "unknown-collection"),
        ("/ogc/collections/grids/schema?limit=1", 400, "unknown-parameter"),
        ("/ogc/collections/grids/items/nobody", 404, "unknown-item"),
        ("/ogc/collections/grids/items/nobody?limit=1", 400, "unknown-parameter"),
        ("/ogc/collections/grids/items?colour=red", 400, "unknown-parameter"),
        ("/ogc/collections/grids/items?attributes=x", 400, "unknown-parameter"),
        ("/ogc/collections/grids/items?limit=1&limit=2", 400, "unknown-parameter"),
        ("/ogc/collections/grids/items?limit=0", 400, "invalid-parameter"),
        ("/ogc/collections/grids/items?bbox=1,2,3", 400, "invalid-parameter"),
        ("/ogc/collections/grids/items?known_at=2126-01-01", 400, "invalid-parameter"),
        ("/ogc/collections/grids/items?residents=many", 400, "invalid-parameter"),
        ("/ogc/collections/grids/items?filter=residents", 400, "invalid-parameter"),
        ("/ogc/collections/grids/items?filter-lang=sql", 400, "invalid-parameter"),
        ("/ogc/collections/grids/items?filter-crs=4490", 400, "invalid-parameter"),
        ("/ogc/collections/grids/items/G?filter=TRUE", 400, "unknown-parameter"),
    ],
)
def test_what_cannot_be_is_refused(
    client: TestClient, path: str, status: int, kind: str
) -> None:
    assert_problem(client.get(path), status, kind)


def test_a_visitor_sees_open_fields_and_cannot_ask_by_others(keyed: Keyed) -> None:
    items = "/ogc/collections/grids/items"
    page = keyed.client.get(items)
    properties = page.json()["features"][0]["properties"]
    assert {"grid_id", "parent_id", "name"} <= {*properties}
    assert "residents" not in properties
    assert page.headers["cache-control"] == "public, no-cache"
    hidden = keyed.client.get(f"{items}?residents=1")
    unknown = keyed.client.get(f"{items}?rabbits=1")
    assert (
        hidden.json()["detail"].replace("residents", "rabbits")
        == (unknown.json()["detail"])
    )
    for text in ("{} > 1", "{} IS NULL", "NOT name = 'x' OR {} = 'x'"):
        answers = [
            keyed.client.get(items, params={"filter": text.format(field)})
            for field in ("residents", "attributes", "rabbits__")
        ]
        bodies = [
            answer.text.replace(field, "rabbits__")
            for answer, field in zip(
                answers, ("residents", "attributes", "rabbits__"), strict=True
            )
        ]
        assert_problem(answers[0], 400, "invalid-parameter")
        assert bodies[0] == bodies[1] == bodies[2]
    assert_problem(
        keyed.client.get("/ogc/collections/places/items"), 404, "unknown-collection"
    )


def test_each_role_sees_the_places_of_its_areas_alone(keyed: Keyed) -> None:
    path = "/ogc/collections/places/items"

    def seen(role: str) -> tuple[set[str], int]:
        answer = keyed.client.get(f"{path}?limit=10000", headers=keyed.headers(role))
        assert answer.headers["cache-control"] == "private, no-cache"
        places = [item["properties"]["grid_id"] for item in answer.json()["features"]]
        return {*places}, answer.json()["numberMatched"]

    model = keyed.store.grids(system="main")
    circle = {*model["grid_id"][model["parent_id"] == keyed.circle_id]}
    assert seen("member")[0] == {keyed.grid_id}
    grids, count = seen("leader")
    assert grids == circle
    assert count < seen("steward")[1]
    for role in ("member", "leader"):
        headers = keyed.headers(role)
        far = keyed.client.get(f"{path}/{keyed.far_id}", headers=headers)
        assert_problem(far, 404, "unknown-item")
        extent = keyed.client.get("/ogc/collections/places", headers=headers).json()
        steward = keyed.headers("steward")
        whole = keyed.client.get("/ogc/collections/places", headers=steward).json()
        assert extent["extent"]["spatial"] != whole["extent"]["spatial"]
    for role in ("department", "source"):
        answer = keyed.client.get(path, headers=keyed.headers(role))
        assert_problem(answer, 404, "unknown-collection")


def test_a_token_of_another_scope_is_refused(keyed: Keyed) -> None:
    path = "/ogc/collections/grids/items?limit=1"
    page = keyed.client.get(path, headers=keyed.headers("steward")).json()
    [following] = [x["href"] for x in page["links"] if x["rel"] == "next"]
    query = urlsplit(following).query
    answer = keyed.client.get(f"/ogc/collections/grids/items?{query}")
    assert_problem(answer, 400, "invalid-parameter")


def test_links_name_no_stranger(keyed: Keyed) -> None:
    answer = keyed.client.get("/ogc", headers={"host": "elsewhere.example"})
    assert_problem(answer, 400, "foreign-host")


@pytest.mark.parametrize("place_id", ["甲/1 ?#", "a&b", "../x"])
def test_an_item_of_any_id_is_where_its_link_says(place_id: str) -> None:
    town = SquareTown()
    row = place_rows().iloc[:1].assign(place_id=place_id)
    town.store.record("enterprises", row)
    # no town of its own is served: the catalogue of this one takes its place
    app = create_app(Settings(), speed=1e-6)
    with TestClient(app, base_url=LOCAL) as client:
        app.state.catalogue = Catalogue(town.store, RiskDesk(town.store, TIMEZONE))
        page = client.get("/ogc/collections/places/items?f=html").text
        hrefs = map(
            html.unescape, re.findall(r'<td[^>]*><span><a href="([^"]*)"', page)
        )
        pages = [client.get(path_of(href)) for href in hrefs]
        assert [answer.status_code for answer in pages] == [200] * 4
        assert any(html.escape(place_id) in answer.text for answer in pages)
        documents = [re.findall(r'<footer><a href="([^"]*)', p.text) for p in pages]
        ids = [client.get(path_of(html.unescape(d[0]))).json()["id"] for d in documents]
        assert place_id in ids
