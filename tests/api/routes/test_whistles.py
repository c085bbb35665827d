"""Whistles over HTTP: departments summoned, present or remote, done and rated."""

from itertools import count
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from support.harness.answers import LOCAL, assert_problem

HERE = {"lon": 120.08, "lat": 30.33, "datum": "wgs84"}
NUMBERS = count()


@pytest.fixture(scope="module")
def served() -> Any:
    """A service of its own, in which two kilometres are near."""
    settings = Settings(checkin_radius_m=2000)
    with TestClient(create_app(settings), base_url=LOCAL) as client:
        yield client


def post(client: TestClient, path: str, request: str = "", **body: object) -> Any:
    headers = {"idempotency-key": request or f"k-{next(NUMBERS)}"}
    return client.post(path, json=body, headers=headers)


@pytest.fixture
def event_id(served: TestClient) -> str:
    body = {"source": "hotline", "id": f"W-{next(NUMBERS)}", "kind": "illegal_mining"}
    return str(served.post("/events", json=body | HERE).json()["event_id"])


@pytest.fixture
def whistle(served: TestClient, event_id: str) -> str:
    bodies = ["police", "urban_management"]
    answer = post(served, f"/events/{event_id}/whistles", departments=bodies)
    assert answer.status_code == 201
    return f"/whistles/{answer.json()['whistle_id']}"


def test_a_whistle_is_answered_with_a_task_for_each(
    served: TestClient, event_id: str
) -> None:
    path, bodies = f"/events/{event_id}/whistles", ["police", "urban_management"]
    name = f"w-{event_id}"
    first = post(served, path, name, departments=bodies, legal_basis="条例")
    again = post(served, path, name, departments=bodies, legal_basis="条例")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content
    tasks = first.json()["tasks"]
    assert [task["department_id"] for task in tasks] == bodies
    assert {task["whistle_id"] for task in tasks} == {first.json()["whistle_id"]}


@pytest.mark.parametrize(("lon", "presence"), [(120.09, "present"), (120.2, "remote")])
def test_a_department_is_present_within_the_radius_of_the_town(
    served: TestClient, whistle: str, lon: float, presence: str
) -> None:
    place = HERE | {"lon": lon}
    answer = post(served, f"{whistle}/check-ins", department="police", **place)
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"task_id", "presence", "distance_m", "on_time", "seconds"}
    assert (body["presence"], body["on_time"]) == (presence, True)


def test_a_department_solves_and_is_rated(served: TestClient, whistle: str) -> None:
    place = {"department": "police", **HERE}
    assert post(served, f"{whistle}/check-ins", **place).status_code == 201
    early = post(served, f"{whistle}/ratings", department="police", score=5)
    assert_problem(early, 422, "no-task")
    done = post(served, f"{whistle}/solutions", department="police", result="filled")
    assert done.status_code == 201
    rated = post(served, f"{whistle}/ratings", department="police", score=5)
    assert rated.status_code == 201
    again = post(served, f"{whistle}/solutions", department="police", result="filled")
    assert_problem(again, 409, "wrong-state")
    assert again.json()["allowed"]


@pytest.mark.parametrize(
    ("end", "body", "status", "kind"),
    [
        ("check-ins", HERE | {"lon": 999.0}, 422, "no-position"),
        ("check-ins", HERE | {"datum": "mars"}, 400, "crs-error"),
        ("check-ins", {"lon": 120.0}, 422, "invalid-request"),
        ("solutions", {"result": " "}, 422, "no-result"),
        ("ratings", {"score": 6}, 422, "invalid-request"),
    ],
)
def test_what_cannot_be_is_refused(
    served: TestClient,
    whistle: str,
    end: str,
    body: dict[str, object],
    status: int,
    kind: str,
) -> None:
    answer = post(served, f"{whistle}/{end}", department="police", **body)
    assert_problem(answer, status, kind)


def test_an_unregistered_department_is_not_summoned(
    served: TestClient, event_id: str
) -> None:
    answer = post(served, f"/events/{event_id}/whistles", departments=["fairies"])
    assert_problem(answer, 422, "no-debtor")


@pytest.mark.parametrize("name", ["nobody", "nobody.w1", "%00.w1"])
def test_an_unknown_whistle_is_none(served: TestClient, name: str) -> None:
    path = f"/whistles/{name}/check-ins"
    answer = post(served, path, department="police", **HERE)
    assert_problem(answer, 404, "unknown-event-error")
