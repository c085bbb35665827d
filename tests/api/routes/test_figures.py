"""Figures of events over HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from layers.figures.question import BY
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


def keys(answer: dict[str, Any]) -> dict[str, int]:
    """What the rows by one thing share -> their events."""
    return {row["keys"][0]["key"]: row["events"] for row in answer["rows"]}


def grid_of(client: TestClient) -> str:
    """The grid of the events."""
    place = {"lon": 120.08, "lat": 30.33, "datum": "wgs84"}
    return str(client.post("/assign", json=place).json()["grid_id"])


def test_figures_by_line_sum_to_the_total(client: TestClient) -> None:
    answer = get(client, "/circles/C1-01/figures?by=line&channel=hotline")
    assert answer["total"]["events"] == 2
    assert keys(answer) == {
        **dict.fromkeys(("hazard", "dispute", "opinion", "service"), 0),
        "security": 2,
    }
    assert answer["rows"][0]["keys"][0]["name_zh"]
    assert answer["sensitive_kinds"] == []
    assert "dispute" in answer["withheld_kinds"]
    assert answer["note_zh"].endswith("。")


@pytest.mark.parametrize("by", [*BY, "module,children", "day,channel,state,category"])
def test_each_way_counts_each_event_once(client: TestClient, by: str) -> None:
    answer = get(client, f"/circles/C1-01/figures?by={by}&channel=hotline")
    assert sum(row["events"] for row in answer["rows"]) == answer["total"]["events"]
    assert answer["total"]["events"] == 2
    for row in answer["rows"]:
        assert [key["by"] for key in row["keys"]] == by.split(",") == answer["by"]


def test_an_answer_says_what_it_was_counted_from(client: TestClient) -> None:
    answer = get(client, "/circles/C1-01/figures")
    version = get(client, "/versions")["versions"][-1]
    assert answer["boundary_version"] == version["version"]
    assert answer["boundary_digest"] == version["digest"]
    assert answer["last_action"] == 3
    assert answer["known_at"] is None
    assert answer["definitions"] == "/figures"


def test_a_grid_and_a_community_have_figures_too(client: TestClient) -> None:
    grid_id = grid_of(client)
    for layer in ("circles", "grids"):
        row = get(client, f"/{layer}/{grid_id}/figures?category=noise&channel=hotline")[
            "total"
        ]
        assert row["events"] == 1
    grid = get(client, f"/grids/{grid_id}")
    community = grid["properties"]["community_id"]
    answer = get(
        client, f"/communities/{community}/figures?by=children&channel=hotline"
    )
    assert {key: n for key, n in keys(answer).items() if n} == {grid_id: 2}
    get(client, "/grids/C1-01/figures", 404)


def test_every_figure_that_is_answered_is_defined(client: TestClient) -> None:
    figures = get(client, "/figures")["figures"]
    ids = {figure["id"] for figure in figures}
    total = get(client, "/circles/C1-01/figures")["total"]
    facts = get(client, "/circles/C1-01/figures")["facts"]
    for name in ("places", "posts", "whistles"):
        assert {*facts[name]} <= ids
    assert {*total, *total["medians"]} - {"keys", "medians"} <= ids
    assert next(f for f in figures if f["id"] == "open")["unit"] == "events"


def test_two_periods_are_compared_inside_one_set_of_boundaries(
    client: TestClient,
) -> None:
    query = "from=2026-10-01&to=2026-10-08&against=2026-09-24/2026-10-01&by=module"
    answer = get(client, f"/circles/C1-01/figures?{query}")
    against = answer["against"]
    assert against["total"]["events"] == against["total_change"]["before"]
    assert against["total_change"]["after"] == answer["total"]["events"]
    assert "2026-09-24 / 2026-09-30 against 2026-10-01" in against["statement"]
    assert len(against["changes"]) == len(answer["rows"])
    assert get(client, "/circles/C1-01/figures")["against"] is None
    rebased = get(client, f"/circles/C1-01/figures?{query}&rebase=true")["against"]
    assert rebased == against
    assert rebased["rebase"] is None
    assert rebased["boundaries_then"] == [rebased["boundaries"]]
    assert rebased["boundaries"]["digest"] == answer["boundary_digest"]


def test_a_period_of_the_same_boundaries_is_not_rebased(client: TestClient) -> None:
    query = "/circles/C1-01/figures?from=2026-09-10&to=2026-09-20&by=module"
    answer, rebased = get(client, query), get(client, f"{query}&rebase=true")
    assert rebased["rebase"] is None
    assert rebased["total"] == answer["total"]
    assert rebased["rows"] == answer["rows"]


def test_events_of_a_history_are_counted_and_neither_open_nor_closed(
    client: TestClient,
) -> None:
    month = "from=2026-09-01&to=2026-10-01"
    answer = get(client, f"/circles/C1-01/figures?{month}&by=module,children")
    total = answer["total"]
    assert sum(row["events"] for row in answer["rows"]) == total["events"] > 15_000
    assert sum(total[name] for name in ("open", "resolved")) <= 3
    assert total["closed_in_time"] == 0
    assert total["located"] > 10_000
    listed = client.get(
        "/ogc/collections/events/items?datetime=2026-09-01/2026-09-30T15:59:59.999Z"
        "&limit=1"
    )
    assert listed.json()["numberMatched"] >= total["events"] - total["no_grid"]
    part = get(client, f"/circles/C3-12/figures?{month}")["total"]["events"]
    assert 0 < part < total["events"]


def test_a_time_without_events_counts_none(client: TestClient) -> None:
    answer = get(
        client, "/circles/C1-01/figures?from=2026-09-01&to=2026-09-02&channel=hotline"
    )
    assert answer["total"]["events"] == 0
    assert answer["since"] == "2026-08-31T16:00:00Z"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("by=person", 400),
        ("by=", 400),
        ("by=line,line", 400),
        ("by=line,", 400),
        ("by=line&by=module", 400),
        ("module=", 400),
        ("module=person", 400),
        ("line=a,a", 400),
        ("from=", 422),
        ("from=soon", 422),
        ("from=2026-09-02&to=2026-09-01", 400),
        ("known_at=2100-01-01", 400),
        ("since=2026-09-02", 400),
        ("from=1970-01-01&to=2026-10-01&by=day", 400),
        ("against=2026-09-01", 400),
        ("against=a/b", 400),
        ("rebase=perhaps", 422),
    ],
)
@pytest.mark.parametrize("layer", ["circles", "grids", "communities"])
def test_what_is_asked_wrongly_is_refused_in_both_languages(
    client: TestClient, layer: str, query: str, status: int
) -> None:
    area = {"circles": "C1-01", "grids": grid_of(client), "communities": "none"}[layer]
    is_late = "day" in query and layer == "communities"
    problem = get(
        client, f"/{layer}/{area}/figures?{query}", 404 if is_late else status
    )
    assert problem["detail_zh"].endswith("。")
    assert problem["detail"].endswith(".")
    name = query.partition("=")[0]
    assert is_late or name in problem["detail"] or "day" in query


def test_an_area_that_is_not_there_is_a_404(client: TestClient) -> None:
    assert "C9-99" in get(client, "/circles/C9-99/figures", 404)["detail"]
