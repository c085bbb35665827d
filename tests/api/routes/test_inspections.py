"""Checks and drills over HTTP: what is owed, and what is recorded."""

import datetime as dt
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from support.harness.answers import LOCAL, PROBLEM, assert_problem, due, get

LAST = "2026-09-30"


@pytest.fixture(scope="module")
def writable() -> Any:
    """A service of its own, for what changes it."""
    with TestClient(create_app(Settings()), base_url=LOCAL) as served:
        yield served


def test_due_list_names_who_must_check_what(client: TestClient) -> None:
    told = due(client, on=LAST)
    assert told["count"] >= told["overdue"] > 0
    late = [check["overdue_days"] for check in told["checks"]]
    assert late == sorted(late, reverse=True)
    grid = told["checks"][0]["grid_id"]
    of_grid = due(client, on=LAST, grid=grid)
    assert {check["grid_id"] for check in of_grid["checks"]} == {grid}
    assert {bool(check["post_id"]) for check in of_grid["checks"]} == {True}
    whole = due(client, on=LAST, limit=100_000)["checks"]
    assert [c for c in whole if c["grid_id"] == grid] == of_grid["checks"]


def test_due_of_a_grid_that_is_not_there_is_a_problem(client: TestClient) -> None:
    response = client.get("/inspections/due", params={"on": LAST, "grid": "G-none"})
    assert_problem(response, 404, "unknown-grid")
    assert "'G-none'" in response.json()["detail"]


def report(client: TestClient, **changes: object) -> Any:
    body = {
        "place_id": "E00001",
        "done_at": "2026-09-30T10:00:00+08:00",
        "inspection_id": "I-1",
    }
    return client.post("/inspections", json=body | changes)


def test_answer_names_the_ids_that_are_kept(writable: TestClient) -> None:
    answer = report(
        writable,
        place_id="E00002\n",
        inspection_id=" I-e\u0301 ",
        findings=[{"severity": "minor", "finding_id": "F\t"}],
    )
    assert answer.status_code == 201
    body = answer.json()
    assert body["inspection_id"] == "I-\u00e9"
    assert body["finding_ids"] == ["F"]
    assert body["place"]["place_id"] == "E00002"


@pytest.mark.parametrize("field", ["place_id", "post_id"])
def test_id_of_blanks_is_none(writable: TestClient, field: str) -> None:
    answer = report(writable, **{field: " \n"})
    assert_problem(answer, 422, "invalid-request")
    assert answer.json()["errors"][0]["field"] == f"body.{field}"


def test_a_critical_finding_turns_a_place_red_and_its_fix_ends_it(
    writable: TestClient,
) -> None:
    found = report(
        writable, findings=[{"severity": "critical", "about": "blocked exit"}]
    )
    assert found.status_code == 201
    place = found.json()["place"]
    assert place["code"] == "red"
    assert found.json()["finding_ids"] == ["I-1/1"]
    # what was found is closed
    assert "blocked exit" not in found.text
    assert place["due_on"] == "2026-10-01"
    fixed = report(
        writable,
        inspection_id="I-2",
        done_at="2026-09-30T11:00:00+08:00",
        fixed=["I-1/1"],
    )
    assert fixed.json()["place"]["code"] != "red"


def test_an_inspection_without_an_id_gets_one(writable: TestClient) -> None:
    made = report(writable, inspection_id="", place_id="E00003").json()
    assert len(made["inspection_id"]) == 36
    assert dt.datetime.fromisoformat(made["recorded_at"]).tzinfo is not None


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"place_id": "nowhere"}, 422, "'nowhere'"),
        ({"done_at": "2026-09-30T23:59:00+08:00"}, 422, "is in the future"),
        ({"findings": [{"about": "no severity"}]}, 422, "field"),
        ({"findings": [{"severity": "grave"}]}, 422, "field"),
        ({"kind": "visit"}, 422, "field"),
        ({"inspection_id": "I000001"}, 409, "recorded already"),
        ({"fixed": ["ghost1", "ghost2"]}, 422, "'ghost1'"),
        ({"result": "failed"}, 422, "result of a drill"),
        ({"campaign": "nope"}, 422, "'campaign/nope'"),
    ],
    ids=[
        *("place", "future", "no severity", "severity", "kind", "repeated"),
        *("fixed", "result", "campaign"),
    ],
)
def test_an_inspection_that_cannot_be_is_refused_and_nothing_recorded(
    writable: TestClient, changes: dict[str, object], status: int, said: str
) -> None:
    before = get(writable, "/enterprises/E00001")
    response = report(writable, **({"inspection_id": "I-9"} | changes))
    assert (response.status_code, response.headers["content-type"]) == (status, PROBLEM)
    assert said in response.text
    assert response.json()["detail_zh"].endswith("。")
    assert get(writable, "/enterprises/E00001") == before
