"""The application: its paths, what it refuses, and the store it stands on."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from fastapi.openapi.models import OpenAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.service.access.keys import KeyOrder, make_key, revoke_key
from api.service.stores.connection import made, opened
from api.service.stores.sample import (
    SAMPLE_NOW,
    publish_sample,
    record_directory,
    record_posts,
    record_rules,
)
from api.settings import Settings
from gis.access import Role
from gis.errors import SettingError, StoreError
from gis.synthetic import Town
from layers.stores.town_clock import KeptClock
from support.harness.answers import LOCAL, PROBLEM, assert_problem


def test_a_body_that_nests_too_deep_is_a_problem(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    response = client.post("/assign", content="[" * 100_000, headers=headers)
    assert_problem(response, 400, "invalid-json")


@pytest.mark.parametrize("path", ["/nope", "/redoc", "/docs/oauth2-redirect", "/risk"])
def test_an_unknown_path_is_a_problem(client: TestClient, path: str) -> None:
    assert_problem(client.get(path), 404, "http-error")


def test_a_wrong_method_is_a_problem_that_says_which_are_allowed(
    client: TestClient,
) -> None:
    response = client.get("/assign")
    assert_problem(response, 405, "http-error")
    assert response.headers["allow"] == "POST"


def test_openapi_is_valid_and_names_every_path(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    OpenAPI.model_validate(document)
    assert set(document["paths"]) == {
        "/assign",
        "/assign/batch",
        "/at",
        "/circles/{area_id}/figures",
        "/circles/{circle_id}/brief",
        "/communities/{community_id}/figures",
        "/deliveries",
        "/deliveries/{delivery_id}/retry",
        "/dictionary",
        "/dictionary/{layer}/{field}",
        "/enterprises/{place_id}",
        "/enterprises/{place_id}/brief",
        "/enterprises/{place_id}/code.svg",
        "/events",
        "/figures",
        "/now",
        "/events/{event_id}",
        "/events/{event_id}/actions",
        "/events/{event_id}/history",
        "/events/{event_id}/photos",
        "/events/{event_id}/photos/{digest}",
        "/events/{event_id}/tasks",
        "/events/{event_id}/whistles",
        "/grids/{grid_id}",
        "/grids/{grid_id}/figures",
        "/grids/{grid_id}/brief",
        "/grids/{grid_id}/cameras",
        "/grids/{grid_id}/neighbours",
        "/inspections",
        "/inspections/due",
        "/livez",
        "/metrics",
        "/model",
        "/nearest",
        "/packs",
        "/readyz",
        "/risk/areas/{area_id}",
        "/risk/circles",
        "/risk/grids",
        "/risk/levels",
        "/risk/map",
        "/risk/map.json",
        "/risk/method",
        "/routing",
        "/search",
        "/sources",
        "/stream",
        "/versions",
        "/whistles/{whistle_id}/check-ins",
        "/whistles/{whistle_id}/ratings",
        "/whistles/{whistle_id}/solutions",
    }
    schemas = document["components"]["schemas"]
    references = re.findall(r"#/components/schemas/(\w+)", str(document))
    assert set(references) <= set(schemas)
    for methods in document["paths"].values():
        for operation in methods.values():
            assert "default" not in operation["responses"]
            for status in ("400", "413", "429", "503"):
                assert list(operation["responses"][status]["content"]) == [PROBLEM]


def test_app_over_a_store_that_is_not_there_is_refused(tmp_path: Any) -> None:
    with pytest.raises(StoreError):
        create_app(Settings(store=str(tmp_path / "none.gpkg")))


PATHS = ["/readyz", "/risk/map", "/risk/grids", "/versions", "/enterprises/none", "/no"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_of_a_made_up_town_says_its_time(
    client: TestClient, path: str
) -> None:
    header = client.get(path).headers["pagoda-clock"]
    assert re.fullmatch(
        r"synthetic; now=2026-09-30T23:45:\d\d\+08:00; speed=1e-06", header
    )


def test_made_up_town_is_served_in_its_own_time_and_goes_on_after_a_restart(
    town: Town, tmp_path: Path
) -> None:
    url = str(tmp_path / "town.gpkg")
    fill_in_its_time(url, town)
    times = []
    for speed in (3_600.0, None):
        with TestClient(
            create_app(Settings(store=url), speed), base_url=LOCAL
        ) as client:
            header = client.get("/livez").headers["pagoda-clock"]
        assert header.endswith("; speed=3600")
        times.append(header)
        with opened(url) as store:
            kept = store.kept_clock()
            assert kept is not None
            assert kept.since is None
    assert "now=2026-09-30T23:45" <= times[0].partition("; ")[2] <= times[1][11:]


def test_what_figures_read_is_kept_in_the_cache_of_a_store_that_lasts(
    town: Town, tmp_path: Path
) -> None:
    url, event = str(tmp_path / "town.gpkg"), {"source": "hotline", "kind": "noise"}
    fill_in_its_time(url, town)
    with opened(url) as store:
        record_directory(store, town, "Asia/Shanghai")
    for address, count in ((url, 1), (None, 0)):
        cache = tmp_path / f"cache {count}"
        app = create_app(Settings(store=address, cache=cache))
        with TestClient(app, base_url=LOCAL) as client:
            where = {"lon": 120.08, "lat": 30.33, "datum": "wgs84", "id": "K"}
            assert client.post("/events", json=event | where).status_code == 201
            assert client.get("/circles/C1-01/figures").json()["total"]["events"] > 0
        assert len([*cache.glob("figures-*.npz")]) == count


def fill_in_its_time(url: str, town: Town) -> None:
    """Make a store with the grids, posts and rules of S town."""
    with made(url) as store:
        store.keep_clock(KeptClock(SAMPLE_NOW))
        publish_sample(store, town)
        record_posts(store, town, "Asia/Shanghai")
        record_rules(store, town, "Asia/Shanghai")


def test_real_town_is_served_without_such_a_header_and_refuses_a_speed(
    town: Town, tmp_path: Path
) -> None:
    url = str(tmp_path / "town.gpkg")
    with made(url) as store:
        publish_sample(store, town)
    with pytest.raises(SettingError, match="leave out --speed"):
        create_app(Settings(store=url), 60.0)
    with TestClient(create_app(Settings(store=url)), base_url=LOCAL) as client:
        response = client.get("/readyz")
    assert response.json() == {"status": "ready"}
    assert "pagoda-clock" not in response.headers


def test_a_public_address_is_refused_at_the_start_of_a_service_without_keys() -> None:
    with pytest.raises(SettingError, match=r"PAGODA_PUBLIC_URL .* has no key"):
        create_app(Settings(public_url="https://town.example", service_key="s" * 32))


def test_a_service_without_keys_says_so_at_its_start(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = create_app(Settings())
    with TestClient(app, base_url=LOCAL) as client:
        assert client.get("/inspections/due?limit=1").status_code == 200
    assert "steward and operator" in caplog.text
    assert "PAGODA_SERVICE_KEY is not set" in caplog.text


def test_a_key_made_while_a_service_runs_closes_its_doors_by_itself() -> None:
    with TestClient(create_app(Settings()), base_url=LOCAL) as client:
        store = client.app.state.desk.store  # type: ignore[attr-defined]
        key = make_key(store, KeyOrder(Role.AUDITOR))
        path, headers = (
            "/inspections/due?limit=1",
            {"authorization": f"Bearer {key.secret}"},
        )
        end = time.monotonic() + 30
        while client.get(path).status_code == 200 and time.monotonic() < end:
            time.sleep(0.02)
        assert client.get(path).status_code == 401
        assert client.get(path, headers=headers).status_code == 200
        revoke_key(store, key.key_id)
        while client.get(path, headers=headers).status_code == 200:
            assert time.monotonic() < end
            time.sleep(0.02)
        assert client.get(path).status_code == 401


def test_pages_of_listed_origins_read_and_no_others() -> None:
    listed, other = "https://dash.example", "https://other.example"
    app = create_app(Settings(cors_origins=listed), speed=1e-6)
    with TestClient(app, base_url=LOCAL) as client:
        answer = client.get("/ogc/collections", headers={"origin": listed})
        assert answer.headers["access-control-allow-origin"] == listed
        assert "access-control-allow-credentials" not in answer.headers
        refused = client.get("/ogc/collections", headers={"origin": other})
        assert "access-control-allow-origin" not in refused.headers
        asks = {"access-control-request-method": "GET", "origin": listed}
        asks["access-control-request-headers"] = "authorization"
        assert client.options("/ogc", headers=asks).status_code == 200
        asks["access-control-request-method"] = "POST"
        assert client.options("/events", headers=asks).status_code == 400


def test_without_origins_no_page_of_elsewhere_reads(client: TestClient) -> None:
    answer = client.get("/ogc", headers={"origin": "https://dash.example"})
    assert "access-control-allow-origin" not in answer.headers
