"""The cockpit over HTTP: for holders of keys, each figure as its own door says it."""

import json
import re
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pytest
from fastapi.testclient import TestClient
from shapely import box

from api.app import create_app
from api.settings import Settings
from gis.access import Role
from gis.models import Instant
from layers.stores import create_store
from layers.stores.protocol import Draft, Publication
from layers.stores.version_digest import draft_digest
from layers.words.cockpit import COCKPIT
from support.harness.answers import LOCAL, assert_problem
from support.harness.keyed import Keyed
from support.harness.sign_in import enter, stranger

WRITTEN = re.compile(r'<script type="application/json" id="page">(.*?)</script>', re.S)


def figures(answer: dict) -> dict[str, int]:  # type: ignore[type-arg]
    return {row["figure"]: row["value"] for row in answer["figures"]}


def test_what_stands_now_is_not_sent_twice(client: TestClient) -> None:
    first = client.get("/now")
    assert first.headers["cache-control"] == "private, no-cache"
    headers = {"if-none-match": first.headers["etag"]}
    again = client.get("/now", headers=headers)
    assert (again.status_code, again.content) == (304, b"")


def test_places_are_counted_as_the_figures_of_the_area_count_them(
    client: TestClient,
) -> None:
    now = client.get("/now").json()
    whole = client.get(f"/circles/{now['area_id']}/figures").json()
    numbers = figures(now)
    for name in ("red", "yellow", "checks_overdue"):
        assert numbers[name] == whole["facts"]["places"][name]


@pytest.mark.parametrize("area", ["C9", "330", "<b>", "%00"])
def test_an_area_that_is_none_is_refused(client: TestClient, area: str) -> None:
    answer = client.get(f"/now?area={area}")
    assert answer.status_code in {404, 422}


def test_grids_without_circles_say_so(tmp_path: Path) -> None:
    address = str(tmp_path / "beats.gpkg")
    grids = gpd.GeoDataFrame(
        {"grid_id": ["0111", "0112"]},
        geometry=[box(120.0, 30.0, 120.1, 30.1), box(120.1, 30.0, 120.2, 30.1)],
        crs=4490,
    )
    with closing(create_store(address)) as store:
        draft = Draft(Instant(0), draft_digest(grids, None), grids)
        store.publish(Publication((draft,), "planner", "chief"))
    with TestClient(create_app(Settings(store=address)), base_url=LOCAL) as beats:
        answer = beats.get("/now")
        assert_problem(answer, 404, "no-circles")
        assert "pagoda load circles" in answer.json()["detail"]
        figures = beats.get("/grids/0111/figures?from=2026-01-01")
        assert_problem(figures, 400, "figures")
        assert "pagoda load circles" in figures.json()["detail_zh"]
        page = beats.get("/").text
        assert COCKPIT["no_circles"].zh in page
        assert f"<title>{COCKPIT['title'].zh}</title>" in page
        assert [*beats.get("/risk/levels").json()["levels"]] == ["0111", "0112"]


def test_circles_are_not_missed_where_they_are(client: TestClient) -> None:
    assert COCKPIT["no_circles"].zh not in WRITTEN.sub("", client.get("/").text)


@pytest.mark.parametrize("role", [*Role])
def test_every_role_reads_what_stands_now_in_its_own_area(
    keyed: Keyed, role: Role
) -> None:
    answer = keyed.client.get("/now", headers=keyed.headers(role))
    assert answer.status_code == 200, answer.text
    numbers = figures(answer.json())
    assert ("red" in numbers) == (role not in {Role.DEPARTMENT, Role.SOURCE})
    if role is Role.MEMBER:
        assert answer.json()["area_id"] == keyed.grid_id
        far = keyed.client.get(
            f"/now?area={keyed.far_grid_id}", headers=keyed.headers(role)
        )
        assert_problem(far, 404, "unknown-area")


def test_a_wall_counts_and_reads_neither_text_nor_person(keyed: Keyed) -> None:
    wall = keyed.headers("wall")
    body = {"source": "hotline", "id": "WALL-1", "kind": "street_trading"}
    body |= {"text": "CANARY", "lon": 120.08, "lat": 30.33, "datum": "wgs84"}  # type: ignore[dict-item]
    made = keyed.client.post("/events", json=body, headers=keyed.headers("operator"))
    event_id = made.json()["event_id"]
    steward = keyed.client.get("/now", headers=keyed.headers("steward")).json()
    now = keyed.client.get("/now", headers=wall)
    assert figures(now.json()) == figures(steward)
    duties = keyed.client.app.state.snapshots.current.territory.duties  # type: ignore[attr-defined]
    holders = {post.holder_id for post in duties.roster.posts.values()} - {None}
    brief = keyed.client.get(f"/grids/{keyed.grid_id}/brief", headers=wall)
    for text in (now.text, brief.text):
        assert "CANARY" not in text
        assert not {*re.findall(r'"holder_id":"([^"]*)"', text)} & holders
    for path in ("/events", f"/events/{event_id}", "/inspections/due", "/desk"):
        assert keyed.client.get(path, headers=wall).status_code == 403, path
    found = keyed.client.get("/search?q=CANARY", headers=wall)
    assert event_id not in found.text
    items = keyed.client.get("/ogc/collections/events/items", headers=wall)
    assert event_id not in items.text


def test_a_visitor_is_asked_for_a_key(keyed: Keyed) -> None:
    away = stranger(keyed).get("/?wall")
    assert (away.status_code, away.headers["location"]) == (
        303,
        "/login?next=/%3Fwall",
    )
    assert keyed.client.get("/now").status_code == 401


def test_the_key_of_a_wall_opens_the_wall(keyed: Keyed) -> None:
    browser = stranger(keyed)
    entered = browser.post("/login", data={"key": keyed.secrets["wall"]})
    assert entered.headers["location"] == "/?wall"
    page = browser.get("/?wall")
    assert page.status_code == 200
    assert '<body class="wall">' in page.text


def test_the_page_runs_our_files_alone_and_begins_with_what_stands(
    keyed: Keyed,
) -> None:
    page = enter(keyed, "operator").get("/")
    policy = page.headers["content-security-policy"]
    assert "'unsafe" not in policy
    assert "script-src 'self'; style-src 'self'" in policy
    assert not re.findall(r"\son\w+=|<style|style=", page.text)
    [data] = WRITTEN.findall(page.text)
    assert "<" not in data
    names = [figure["figure"] for figure in json.loads(data)["now"]["figures"]]
    assert "red_areas" in names
