"""Whether the service is up, over HTTP."""

import time
from contextlib import closing
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.routes import health
from api.service.versions.read import VersionReader
from api.service.watch import Watch
from conftest import PATIENCE_S
from layers.snapshots import Snapshots
from layers.stores import clock, create_store
from layers.stores.memory import MemoryStore
from layers.words import Words
from support.harness.answers import assert_problem
from support.makers.attacked_stores import insert_like
from support.makers.contract_rows import GROUND, MIDNIGHT, posts
from support.makers.store_history import day, publish_grounds


def test_livez_answers(client: TestClient) -> None:
    response = client.get("/livez")
    assert (response.status_code, response.json()) == (200, {"status": "alive"})


def test_ready_says_so(client: TestClient) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["status"] == "ready"


def test_ready_says_the_time_of_a_made_up_town_in_both_languages(
    client: TestClient,
) -> None:
    answer = client.get("/readyz").json()
    assert "Synthetic town by a clock of its own: 2026-09-30T23:45" in answer["clock"]
    assert "模拟城镇，按自带时钟运行：2026-09-30T23:45" in answer["clock_zh"]


def test_not_ready_is_a_problem_that_says_why() -> None:
    store = MemoryStore(now=clock)
    publish_grounds(store, {day(0): GROUND}, base=None)
    app = FastAPI()
    app.include_router(health.router)
    # nobody has started the thread that follows the store
    app.state.watch = Watch(store, Snapshots(store, now=clock))
    app.state.readiness = app.state.watch.checks()
    app.state.reader = VersionReader(store, "Asia/Shanghai")
    response = TestClient(app).get("/readyz")
    assert_problem(response, 503, "not-ready")
    assert "restart the service" in response.json()["detail"]


def test_store_with_what_its_log_does_not_name_is_not_ready(tmp_path: Path) -> None:
    store = create_store(str(tmp_path / "town.gpkg"), now=clock)
    publish_grounds(store, {day(0): GROUND}, base=None)
    store.record("posts", posts(("P1", "G1", "grid_leader", "L1", MIDNIGHT)))
    app = FastAPI()
    app.include_router(health.router)
    app.state.watch = Watch(store, Snapshots(store, now=clock))
    app.state.readiness = app.state.watch.checks()
    app.state.reader = VersionReader(store, "Asia/Shanghai")
    client = TestClient(app)
    with closing(store), app.state.watch:
        assert client.get("/readyz").json() == {"status": "ready"}
        insert_like(store, "posts", batch=99)
        end = time.monotonic() + PATIENCE_S
        while (response := client.get("/readyz")).status_code == 200:
            assert time.monotonic() < end
            time.sleep(0.05)
    assert_problem(response, 503, "not-ready")
    assert "'posts' has 1 rows that no link" in response.json()["detail"]
    assert "未列入日志" in response.json()["detail_zh"]


def test_check_of_another_part_makes_the_service_not_ready(client: TestClient) -> None:
    readiness = client.app.state.readiness  # type: ignore[attr-defined]
    readiness["post"] = lambda: Words("投递落后。", "Deliveries lag; see the log.")
    try:
        response = client.get("/readyz")
    finally:
        del readiness["post"]
    assert_problem(response, 503, "not-ready")
    assert response.json()["detail"] == "Deliveries lag; see the log."
    assert response.json()["detail_zh"] == "投递落后。"
    assert response.headers["retry-after"]
