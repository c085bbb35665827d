"""What a body of `POST /assign` may hold, and what it asks."""

import pytest
from fastapi.testclient import TestClient

from api.schemas.assignment import AssignmentOut, PositionIn
from api.service.assignment.answer import Question
from gis.models import Position
from support.harness.answers import assert_problem


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'"text"',
        b"{}",
        b'{"lon": 120.08}',
        b'{"lon": "east", "lat": 30.33}',
        b'{"lon": 120.08, "lat": 30.33, "accuracy_m": -1}',
        b'{"lon": 120.08, "lat": 30.33, "candidates_m": 1e9}',
        b'{"lon": 120.08, "lat": 30.33, "at": "yesterday"}',
        b'{"lon": 120.08, "lat": 30.33, "height": 3}',
        b'{"lon": 120.08, "lat": 30.33, "datum": "wgs84wgs84wgs84wgs84wgs84"}',
    ],
)
def test_a_malformed_body_is_a_problem_that_names_the_field(
    client: TestClient, body: bytes
) -> None:
    headers = {"content-type": "application/json"}
    response = client.post("/assign", content=body, headers=headers)
    assert_problem(response, 422, "invalid-request")
    assert all(fault["field"].startswith("body") for fault in response.json()["errors"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"lon": 120.08, "lat": 30.33, "accuracy_m": Infinity}',
        b'{"lon": 120.08, "lat": 30.33, "candidates_m": NaN}',
        b'{"lon": 120.08, "lat": 30.33, "\\ud800": 3}',
        *(
            f'{{"lon": {number}, "lat": 30.33}}'.encode()
            for number in ("NaN", "Infinity", "-Infinity", "1e999", "1" + "0" * 400)
        ),
    ],
)
def test_a_body_that_is_no_json_cannot_be_read(client: TestClient, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    response = client.post("/assign", content=body, headers=headers)
    assert_problem(response, 400, "invalid-json")


def test_both_coordinates_make_a_position_in_its_datum() -> None:
    body = PositionIn(lon=120.1, lat=30.2, datum="gcj02", accuracy_m=5)
    position = Position(120.1, 30.2, "gcj02")
    assert body.question() == Question(position, accuracy_m=5)


@pytest.mark.parametrize("missing", ["lon", "lat"])
def test_half_a_position_is_asked_as_none(missing: str) -> None:
    body = PositionIn(**({"lon": 120.1, "lat": 30.2} | {missing: None}))
    assert body.question() == Question(None)


@pytest.mark.parametrize(
    "value",
    [
        {"at": 1788192000},
        {"at": 1788192000000.0},
        {"at": True},
        {"lon": True},
        {"lon": "120.08"},
        {"accuracy_m": "30"},
        {"candidates_m": True},
        {"datum": 4490},
    ],
    ids=str,
)
def test_no_value_stands_for_another_kind(
    client: TestClient, value: dict[str, object]
) -> None:
    response = client.post("/assign", json={"lon": 120.08, "lat": 30.33} | value)
    assert_problem(response, 422, "invalid-request")


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"accuracy_m": 25.0, "candidates_m": 200.0},
        {"lon": None},
        {"lon": 121.0, "at": "2026-09-10T09:00:00+08:00"},
        {"datum": "gcj02", "at": "2026-09-10T09:00:00"},
    ],
    ids=str,
)
def test_response_is_what_the_openapi_document_says(
    client: TestClient, question: dict[str, object]
) -> None:
    body = {"lon": 120.08, "lat": 30.33} | question
    answer = client.post("/assign", json=body).json()
    model = AssignmentOut.model_validate(answer)
    assert set(answer) == set(AssignmentOut.model_fields)
    assert model.model_dump(mode="json", exclude={"at"}) == {
        name: value for name, value in answer.items() if name != "at"
    }
