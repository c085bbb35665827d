"""A grid, a circle and a place in one answer, over HTTP."""

import pytest
from fastapi.testclient import TestClient

from gis.synthetic import Town
from support.harness.answers import assert_problem, get
from support.harness.keyed import LAST, Keyed


def test_a_grid_has_departments_people_and_sources_in_one_answer(
    client: TestClient, town: Town
) -> None:
    grid_id = town.grids["grid_id"].iloc[7]
    brief = get(client, f"/grids/{grid_id}/brief")
    assert brief["departments"]
    assert {source["source"] for source in brief["sources"]} >= {"hotline"}
    assert brief["command"]["accountable_post"] == f"{grid_id}-L"
    assert brief["command"]["members"]
    assert [r["source"] for r in brief["registers"]] == ["s_town"]
    around = get(client, f"/grids/{grid_id}/neighbours")["neighbours"]
    assert [(n["area_id"], n["border_m"]) for n in brief["neighbours"]] == [
        (n["grid_id"], n["border_m"]) for n in around
    ]
    [feature] = get(client, f"/risk/grids?grid={grid_id}")["features"]
    for name in ("level", "score", "floor", "drivers"):
        assert brief["colour"][name] == feature["properties"][name]


def test_a_circle_has_a_brief_of_its_own(client: TestClient) -> None:
    brief = get(client, "/circles/C4-18/brief")
    assert [c["tier"] for c in brief["chain"]] == [3, 2, 1]
    assert brief["command"]["leaders"][0]["area_id"] == "C4-18"
    assert all(n["area_id"].startswith("C4-") for n in brief["neighbours"])
    total = sum(kind["events"] for kind in brief["open"]["by_kind"])
    assert total == brief["open"]["total"]


def test_a_place_has_its_code_and_every_grid_system(
    client: TestClient, town: Town
) -> None:
    place = town.enterprises[town.enterprises["is_coded"]].iloc[0]
    brief = get(client, f"/enterprises/{place['place_id']}/brief?on={LAST}")
    alone = get(client, f"/enterprises/{place['place_id']}?on={LAST}")
    assert brief["place"] == alone
    [main] = brief["areas"]
    assert main["grid_id"] == alone["grid_id"]


def test_a_visitor_sees_no_more_of_a_place_than_its_page(keyed: Keyed) -> None:
    brief = get(keyed.client, f"/enterprises/{keyed.place_id}/brief?on={LAST}")
    assert brief["place"] == get(
        keyed.client, f"/enterprises/{keyed.place_id}?on={LAST}"
    )
    assert brief["areas"] is None
    assert brief["place"]["reasons"] is None


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/grids/none/brief", 404, "unknown-grid"),
        ("/circles/none/brief", 404, "unknown-area"),
        ("/enterprises/none/brief", 404, "unknown-place"),
        ("/circles/C4-18/brief?valid_at=2000-01-01", 404, "unknown-area"),
        ("/circles/C4-18/brief?known_at=2000-01-01", 404, "unknown-area"),
        ("/circles/C4-18/brief?valid_at=", 422, "invalid-request"),
        ("/circles/C4-18/brief?known_at=soon", 422, "invalid-request"),
        ("/circles/C4-18/brief?system=main", 400, "unknown-parameter"),
        ("/circles/C4-18/brief?known_at=2026-01-01&known_at=2026", 400, None),
    ],
)
def test_what_has_no_brief_is_refused_in_both_languages(
    client: TestClient, path: str, status: int, kind: str | None
) -> None:
    assert_problem(client.get(path), status, kind or "unknown-parameter")
