"""Codes and colours over HTTP, on S town."""

import datetime as dt
from typing import Any
from xml.etree import ElementTree

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from gis.errors import SettingError
from gis.models import SafetyCode
from gis.synthetic import Town
from layers.maps import tianditu
from layers.styles import CODE_CARDS

PROBLEM = "application/problem+json"
LAST = "2026-09-30"


@pytest.fixture(scope="module")
def writable() -> Any:
    """A service of its own, for what changes it."""
    with TestClient(create_app(Settings())) as served:
        yield served


def get(client: TestClient, path: str, status: int = 200) -> dict[str, Any]:
    response = client.get(path)
    assert response.status_code == status
    kind = response.headers["content-type"]
    assert kind == PROBLEM if status >= 400 else kind.endswith("json")
    return dict(response.json())


def test_the_clock_of_the_sample_stands_where_its_facts_end(client: TestClient) -> None:
    assert get(client, "/risk/method")["on"] == LAST
    assert get(client, "/risk/grids")["is_synthetic"]


def test_every_grid_has_a_level_a_score_and_its_drivers(
    client: TestClient, town: Town
) -> None:
    told = get(client, f"/risk/grids?on={LAST}")
    assert told["crs"]["properties"]["name"].endswith("EPSG::4490")
    features = told["features"]
    assert [f["id"] for f in features] == sorted(town.grids["grid_id"])
    assert {f["geometry"]["type"] for f in features} <= {"Polygon", "MultiPolygon"}
    for feature in features:
        facts = feature["properties"]
        assert facts["level"] in range(1, 6)
        assert facts["places"] == facts["green"] + facts["yellow"] + facts["red"]
        shares = [driver["share"] for driver in facts["drivers"]]
        assert shares == sorted(shares, reverse=True)
        assert 0 < sum(shares) <= 1 + 1e-12
    assert sum(f["properties"]["places"] for f in features) == 11_000


def test_circles_sum_the_facts_of_their_grids(client: TestClient) -> None:
    grids = get(client, "/risk/grids")["features"]
    circles = get(client, "/risk/circles")["features"]
    assert [c["properties"]["tier"] for c in circles].count(4) == 30
    [core] = get(client, "/risk/circles?tier=1")["features"]
    for figure in ("events", "places", "red", "overdue"):
        total = sum(grid["properties"][figure] for grid in grids)
        assert core["properties"][figure] == total


def test_method_prints_every_constant_and_what_a_break_decides(
    client: TestClient,
) -> None:
    card = get(client, "/risk/method")
    assert card["owner"]
    assert card["boundary_version"].startswith("1 (")
    assert card["data_date"].endswith(LAST)
    assert len(card["sensitivity"]) == 8
    assert sum(card["sensitivity"][0]["counts"]) == 125


def test_map_of_a_day_is_one_page(client: TestClient) -> None:
    response = client.get(f"/risk/map?on={LAST}")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert LAST in response.text
    assert len(response.content) < 3_000_000


def test_base_map_is_off_unless_a_key_is_set(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "tianditu" not in client.get("/risk/map").text
    assert isinstance(client.app, FastAPI)
    monkeypatch.setattr(client.app.state, "base_map", tianditu("0123abcd"))
    response = client.get("/risk/map")
    assert "tk=0123abcd" in response.text
    policy = response.headers["content-security-policy"]
    assert policy.endswith("img-src data: https://*.tianditu.gov.cn")
    with pytest.raises(SettingError):
        create_app(Settings(tianditu_key="no key"))


def due(client: TestClient, **asked: object) -> dict[str, Any]:
    response = client.get("/inspections/due", params=asked)
    assert response.status_code == 200
    return dict(response.json())


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


def test_place_says_why_it_has_its_code(client: TestClient) -> None:
    [check, *_] = due(client, on=LAST)["checks"]
    place = get(client, f"/enterprises/{check['place_id']}?on={LAST}")
    assert place["code"] == check["code"]
    assert place["due_on"] == check["due_on"]
    assert [r["criterion_id"] for r in place["reasons"]] == check["criteria"]
    assert all(r["text"].endswith(".") and r["text_zh"] for r in place["reasons"])
    assert place["history"][-1]["code"] == place["code"]


def test_unknown_place_is_a_problem_in_both_languages(client: TestClient) -> None:
    for path in ("/enterprises/E99999", "/enterprises/E99999/code.svg"):
        said = get(client, path, 404)
        assert said["detail"].endswith(".")
        assert said["detail_zh"].endswith("。")


def test_a_day_before_the_first_version_is_a_problem(client: TestClient) -> None:
    assert (
        "no version in force" in get(client, "/risk/grids?on=2020-01-01", 409)["detail"]
    )
    get(client, "/risk/grids?on=soon", 422)


def test_qr_code_is_a_closed_picture_in_the_colour_of_the_code(
    client: TestClient,
) -> None:
    checks = due(client, on=LAST, limit=100_000)["checks"]
    for code in ("red", "yellow", "green"):
        check = next(check for check in checks if check["code"] == code)
        response = client.get(f"/enterprises/{check['place_id']}/code.svg?on={LAST}")
        assert response.headers["content-type"] == "image/svg+xml"
        assert response.headers["content-security-policy"].startswith(
            "default-src 'none'"
        )
        card = CODE_CARDS[SafetyCode[code.upper()]]
        assert card.modules in response.text
        assert card.band in response.text
        drawn = ElementTree.fromstring(response.text)  # noqa: S314  made by us
        texts = [node.text for node in drawn.iter() if node.tag.endswith("text")]
        assert check["place_id"] in texts


def report(client: TestClient, **changes: object) -> Any:
    body = {
        "place_id": "E00001",
        "done_at": "2026-09-30T10:00:00+08:00",
        "inspection_id": "I-1",
    }
    return client.post("/inspections", json=body | changes)


def test_a_critical_finding_turns_a_place_red_and_its_fix_ends_it(
    writable: TestClient,
) -> None:
    found = report(
        writable, findings=[{"severity": "critical", "about": "blocked exit"}]
    )
    assert found.status_code == 201
    place = found.json()["place"]
    assert place["code"] == "red"
    [finding] = [f for r in place["reasons"] for f in r["findings"]][:1]
    assert (finding["finding_id"], finding["about"]) == ("I-1/1", "blocked exit")
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
        ({"done_at": "2026-09-30T23:00:00+08:00"}, 422, "is in the future"),
        ({"findings": [{"about": "no severity"}]}, 422, "field"),
        ({"findings": [{"severity": "grave"}]}, 422, "field"),
        ({"kind": "visit"}, 422, "field"),
        ({"inspection_id": "I000001"}, 409, "recorded already"),
    ],
    ids=["place", "future", "no severity", "severity", "kind", "repeated"],
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
