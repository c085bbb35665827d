"""Whether the service is up, over HTTP."""

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.routes import health
from api.service.versions.read import VersionReader
from api.service.watch import Watch
from layers.snapshots import Snapshots
from layers.stores import clock
from layers.stores.memory import MemoryStore
from support.harness.answers import assert_problem
from support.makers.contract_rows import GROUND
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
    app.state.reader = VersionReader(store, "Asia/Shanghai")
    response = TestClient(app).get("/readyz")
    assert_problem(response, 503, "not-ready")
    assert "restart the service" in response.json()["detail"]
