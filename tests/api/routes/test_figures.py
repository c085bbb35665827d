"""Figures of events over HTTP."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from support.harness.answers import LOCAL, get

EVENT = {"source": "hotline", "lon": 120.08, "lat": 30.33, "datum": "wgs84"}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """The service over S town with three events, one of them about people."""
    with TestClient(create_app(Settings(), speed=1e-6), base_url=LOCAL) as served:
        for number, kind in enumerate(("street_trading", "noise", "dispute")):
            event = EVENT | {"id": f"F-{number}", "kind": kind}
            assert served.post("/events", json=event).status_code == 201
        yield served


def test_figures_by_line_sum_to_the_total(client: TestClient) -> None:
    answer = get(client, "/circles/C1-01/figures?by=line")
    assert answer["total"]["count"] == 2
    assert {row["key"]: row["count"] for row in answer["rows"]} == {
        **dict.fromkeys(("hazard", "dispute", "opinion", "service"), 0),
        "security": 2,
    }
    assert answer["rows"][0]["name_zh"]
    assert answer["sensitive_kinds"] == []
    assert answer["note_zh"].endswith("。")


@pytest.mark.parametrize(
    "by", ["source", "circle", "line", "module", "department", "rule"]
)
def test_each_way_counts_each_event_once(client: TestClient, by: str) -> None:
    answer = get(client, f"/circles/C1-01/figures?by={by}")
    assert sum(row["count"] for row in answer["rows"]) == answer["total"]["count"] == 2


def test_a_grid_has_figures_too(client: TestClient) -> None:
    place = {"lon": 120.08, "lat": 30.33, "datum": "wgs84"}
    grid_id = client.post("/assign", json=place).json()["grid_id"]
    row = get(client, f"/circles/{grid_id}/figures")["total"]
    assert row["lines"]["security"] == row["count"] == 2


def test_a_time_without_events_counts_none(client: TestClient) -> None:
    answer = get(client, "/circles/C1-01/figures?from=2026-09-01&to=2026-09-02")
    assert answer["total"]["count"] == 0
    assert answer["since"] == "2026-08-31T16:00:00Z"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("by=person", 422),
        ("from=soon", 422),
        ("from=2026-09-02&to=2026-09-01", 400),
        ("since=2026-09-02", 400),
    ],
)
def test_what_is_asked_wrongly_is_refused_in_both_languages(
    client: TestClient, query: str, status: int
) -> None:
    problem = get(client, f"/circles/C1-01/figures?{query}", status)
    assert problem["detail_zh"].endswith("。")


def test_an_area_that_is_not_there_is_a_404(client: TestClient) -> None:
    assert "C9-99" in get(client, "/circles/C9-99/figures", 404)["detail"]
