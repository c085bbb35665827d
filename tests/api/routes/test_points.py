"""Every grid system at a point, and what is near, over HTTP."""

import pytest
import shapely
from fastapi.testclient import TestClient

from gis.synthetic import Town
from support.harness.answers import assert_problem, get
from support.harness.keyed import Keyed

HERE = "lon=120.08&lat=30.33"


def test_a_point_has_the_owner_that_assign_gives_it(
    client: TestClient, town: Town
) -> None:
    corner = shapely.get_coordinates(town.grids.geometry.iloc[9])[0].tolist()
    for lon, lat in ((120.08, 30.33), corner, (120.2, 30.33)):
        point = {"lon": lon, "lat": lat, "datum": "cgcs2000"}
        [main] = client.get("/at", params=point).json()["areas"]
        answer = client.post("/assign", json=point).json()
        for name in ("status", "reason", "grid_id", "distance_m", "chain"):
            assert main[name] == answer[name]
        assert main["accountable_post"] == answer["accountable_post"]


def test_a_point_has_the_owner_of_another_time(client: TestClient) -> None:
    [main] = get(client, f"/at?{HERE}&valid_at=2000-01-01")["areas"]
    assert (main["version"], main["reason"], main["grid_id"]) == (
        None,
        "no_version",
        None,
    )


@pytest.mark.parametrize(
    ("query", "status", "kind"),
    [
        ("", 422, "invalid-request"),
        ("lon=120.08", 422, "invalid-request"),
        ("lon=&lat=30.33", 422, "invalid-request"),
        ("lon=nan&lat=30.33", 422, "invalid-request"),
        ("lon=1e300&lat=30.33", 422, "invalid-request"),
        ("lon=200&lat=30.33", 422, "unusable-position"),
        ("lon=30.33&lat=120.08", 422, "unusable-position"),
        (f"{HERE}&datum=", 422, "invalid-request"),
        (f"{HERE}&datum=mars", 400, "crs-error"),
        (f"{HERE}&lon=120.08", 400, "unknown-parameter"),
        (f"{HERE}&town=1", 400, "unknown-parameter"),
    ],
)
@pytest.mark.parametrize("path", ["/at?", "/nearest?kind=station&"])
def test_a_point_that_is_none_is_refused_in_both_languages(
    client: TestClient, path: str, query: str, status: int, kind: str
) -> None:
    assert_problem(client.get(path + query), status, kind)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "kind=",
        "kind=bus",
        "kind=place&limit=0",
        "kind=place&limit=101",
        "kind=place&limit=1.5",
        "kind=place&within_m=0",
        "kind=place&within_m=nan",
        "kind=place&sort=",
        "kind=place&method=network",
        "kind=place&method=",
    ],
)
def test_what_is_not_measured_is_refused(client: TestClient, query: str) -> None:
    assert_problem(client.get(f"/nearest?{HERE}&{query}"), 422, "invalid-request")


def test_what_is_near_says_how_it_is_measured(client: TestClient) -> None:
    for kind in ("place", "station", "department", "post"):
        answer = get(client, f"/nearest?{HERE}&kind={kind}&limit=3")
        assert (answer["method"], answer["kind"]) == ("euclid", kind)
        metres = [item["distance_m"] for item in answer["items"]]
        assert metres == sorted(metres)
        assert 1 <= len(metres) <= 3


def test_a_visitor_sees_posts_and_nothing_that_has_a_position(keyed: Keyed) -> None:
    for kind, count in (("post", 1), ("station", 0), ("place", 0)):
        answer = get(keyed.client, f"/nearest?{HERE}&kind={kind}&limit=1")
        assert len(answer["items"]) == count
