"""Row 2-02 of README.md here: one call has every figure of a dashboard."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from support.harness.answers import LOCAL

SPANS = (
    "",
    "?from=2026-09-01&to=2026-09-15",
    "?from=2026-09-01&to=2026-09-15&valid_at=2026-09-10",
)


@pytest.fixture(scope="module")
def service() -> Iterator[TestClient]:
    with TestClient(create_app(Settings(), speed=1e-6), base_url=LOCAL) as client:
        yield client


def figures(service: TestClient, area: str, span: str) -> Any:
    answer = service.get(f"/circles/{area}/figures{span}")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("span", SPANS)
def test_row_2_02_one_call_has_all_figures_of_any_circle_at_any_time(
    service: TestClient, span: str
) -> None:
    circles = service.get("/model").json()["circles"]
    parents = {circle["circle_id"]: circle["parent_id"] for circle in circles}
    whole = {area: figures(service, area, span) for area in parents}
    for answer in whole.values():
        assert {"events", "open", "overdue"} <= answer["total"].keys()
        assert {"red", "yellow", "green"} <= answer["facts"]["places"].keys()
        assert answer["facts"]["rating"]["level"] in range(1, 6)
    # every circle has what those below it have, so the figures are of these circles
    for area in {parent for parent in parents.values() if parent}:
        below = [whole[child] for child, parent in parents.items() if parent == area]
        for code in ("red", "yellow", "green"):
            counts = [answer["facts"]["places"][code] for answer in below]
            assert whole[area]["facts"]["places"][code] == sum(counts)
        events = [answer["total"]["events"] for answer in below]
        assert whole[area]["total"]["events"] >= sum(events) > 0


def test_row_2_02_another_time_has_other_figures(service: TestClient) -> None:
    now, then = (figures(service, "C1-01", span) for span in SPANS[:2])
    assert now["total"]["events"] != then["total"]["events"]
    assert now["facts"]["places"] != then["facts"]["places"]
