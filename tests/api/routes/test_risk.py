"""The five colours over HTTP, on S town; the map reaches nothing outside."""

import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from gis.errors import SettingError
from gis.synthetic import Town
from layers.maps import tianditu
from support.harness.answers import assert_problem, get

LAST = "2026-09-30"


def test_the_clock_of_the_sample_stands_where_its_facts_end(client: TestClient) -> None:
    assert get(client, "/risk/method")["on"] == LAST
    assert get(client, "/risk/grids")["is_synthetic"]


def test_one_grid_is_that_of_all(client: TestClient) -> None:
    whole = get(client, f"/risk/grids?on={LAST}")
    grid = whole["features"][7]
    part = get(client, f"/risk/grids?on={LAST}&grid={grid['id']}")
    assert part == whole | {"features": [grid]}


@pytest.mark.parametrize(
    ("path", "kind"),
    [("grids?grid=none", "unknown-grid"), ("circles?tier=9", "unknown-tier")],
)
def test_area_that_is_not_there_is_a_problem(
    client: TestClient, path: str, kind: str
) -> None:
    assert_problem(client.get(f"/risk/{path}&on={LAST}"), 404, kind)


def test_every_grid_has_a_level_a_score_and_its_drivers(
    client: TestClient, town: Town
) -> None:
    told = get(client, f"/risk/grids?on={LAST}")
    assert told["crs"]["properties"]["name"].endswith("EPSG::4490")
    features = told["features"]
    assert [f["id"] for f in features] == sorted(town.grids["grid_id"])
    assert {f["geometry"]["type"] for f in features} <= {"Polygon", "MultiPolygon"}
    for feature in features:
        facts = feature["properties"]
        assert facts["level"] in range(1, 6)
        assert facts["places"] == facts["green"] + facts["yellow"] + facts["red"]
        kinds = [driver["kind"] for driver in facts["drivers"]]
        assert kinds == sorted(kinds, reverse=True)
        for kind in kinds:
            own = [d["share"] for d in facts["drivers"] if d["kind"] == kind]
            assert own == sorted(own, reverse=True)
        assert 0 < sum(driver["share"] for driver in facts["drivers"]) <= 1 + 1e-12
    assert sum(f["properties"]["places"] for f in features) == 11_000


def test_circles_sum_the_facts_of_their_grids(client: TestClient) -> None:
    grids = get(client, "/risk/grids")["features"]
    circles = get(client, "/risk/circles")["features"]
    assert [c["properties"]["tier"] for c in circles].count(4) == 30
    [core] = get(client, "/risk/circles?tier=1")["features"]
    for figure in ("events", "places", "red", "overdue"):
        total = sum(grid["properties"][figure] for grid in grids)
        assert core["properties"][figure] == total


def test_levels_colour_the_areas_of_a_map(client: TestClient) -> None:
    grids = get(client, "/risk/grids")["features"]
    levels = get(client, "/risk/levels")
    assert levels["levels"] == {f["id"]: f["properties"]["level"] for f in grids}
    assert levels["colours"]["5"] == "#c8161d"
    circles = get(client, f"/risk/levels?layer=circles&on={LAST}")["levels"]
    assert len(circles) == len(get(client, "/risk/circles")["features"])
    assert_problem(client.get("/risk/levels?layer=streets"), 422, "invalid-request")


def test_an_area_says_what_its_map_says(client: TestClient) -> None:
    tiers = get(client, f"/risk/map.json?on={LAST}")["tiers"]
    for tier in (tiers[0], tiers[1], tiers[-1]):
        area_id, row = tier["ids"][3], 3
        facts = get(client, f"/risk/areas/{area_id}?on={LAST}")
        assert facts["level"] == int(tier["levels"][row])
        assert facts["scores"] == tier["scores"][row]
        assert facts["drivers"] == tier["drivers"][row]
    levels = get(client, f"/risk/levels?on={LAST}")
    assert levels["scores"] == dict(
        zip(tiers[0]["ids"], tiers[0]["scores"], strict=True)
    )
    kept = {"If-None-Match": client.get(f"/risk/levels?on={LAST}").headers["etag"]}
    assert client.get(f"/risk/levels?on={LAST}", headers=kept).status_code == 304
    assert_problem(client.get("/risk/areas/nowhere"), 404, "unknown-area")


def test_method_prints_every_constant_and_what_a_break_decides(
    client: TestClient,
) -> None:
    card = get(client, "/risk/method")
    assert card["owner"]
    assert card["boundary_version"].startswith("1 (")
    assert card["data_date"].endswith(LAST)
    assert len(card["sensitivity"]) == 8
    assert sum(card["sensitivity"][0]["counts"]) == 125


def test_map_of_a_day_is_one_page(client: TestClient) -> None:
    response = client.get(f"/risk/map?on={LAST}")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert LAST in response.text
    assert len(response.content) < 3_000_000


def test_base_map_is_off_unless_a_key_is_set(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "tianditu" not in client.get("/risk/map").text
    assert isinstance(client.app, FastAPI)
    monkeypatch.setitem(client.app.state._state, "base_map", tianditu("0123abcd"))
    response = client.get("/risk/map")
    assert "tk=0123abcd" in response.text
    policy = response.headers["content-security-policy"]
    assert policy.endswith("img-src data: https://*.tianditu.gov.cn")
    with pytest.raises(SettingError):
        create_app(Settings(tianditu_key="no key"))


def test_a_day_before_the_first_version_is_a_problem(client: TestClient) -> None:
    for path in (
        "/risk/grids",
        "/risk/circles",
        "/risk/levels",
        "/risk/map",
        "/risk/method",
        "/inspections/due",
        "/enterprises/E00001",
        "/enterprises/E00001/code.svg",
    ):
        response = client.get(
            path, params={"on": "2020-01-01"}, headers={"host": "localhost"}
        )
        assert_problem(response, 404, "no-version")
        assert "no version in force" in response.json()["detail"]
    get(client, "/risk/grids?on=soon", 422)


@pytest.mark.parametrize("number", ["1_0", "%2B3", "3.0", "%203", "３"])
@pytest.mark.parametrize("query", ["risk/circles?tier", "inspections/due?limit"])
def test_number_of_a_query_is_written_in_digits(
    client: TestClient, query: str, number: str
) -> None:
    response = client.get(f"/{query}={number}")
    assert_problem(response, 422, "invalid-request")
    assert "expected digits" in response.json()["detail"]


def test_the_map_forbids_every_request_in_its_header(client: TestClient) -> None:
    response = client.get("/risk/map")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["x-content-type-options"] == "nosniff"
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "http" not in policy
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", response.text)


@pytest.mark.chromium
def test_the_map_draws_under_its_policy_in_a_browser(
    client: TestClient, chromium: Any
) -> None:
    address = "http://pagoda.test/risk/map"
    asked: list[str] = []
    trouble: list[str] = []

    def answer(route: Any) -> None:
        asked.append(route.request.url)
        page = client.get("/risk/map")
        route.fulfill(status=200, headers=dict(page.headers), body=page.content)

    def note(message: Any) -> None:
        if message.type in {"error", "warning"}:
            trouble.append(message.text)

    context = chromium.new_context()
    try:
        page = context.new_page()
        page.route("**/*", answer)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", note)
        response = page.goto(address, wait_until="load")
        assert "content-security-policy" in response.headers
        assert page.locator(".leaflet-container path").count() >= 125
    finally:
        context.close()
    assert (asked, trouble) == ([address], [])
