"""What a text stands for, over HTTP."""

import pytest
from fastapi.testclient import TestClient

from gis.synthetic import Town
from support.harness.answers import assert_problem, get


def test_grids_circles_posts_and_places_are_found(
    client: TestClient, town: Town
) -> None:
    place_id = town.enterprises["place_id"].iloc[5]
    answer = get(client, f"/search?q={place_id}")
    assert [p["place_id"] for p in answer["places"]["items"]] == [place_id]
    grid = town.grids.iloc[7]
    answer = get(client, f"/search?q={grid['grid_id']}")
    assert answer["grids"]["items"] == [
        {
            "id": grid["grid_id"],
            "name": grid["name"],
            "area_id": grid["parent_id"],
        }
    ]
    posts = answer["posts"]["items"]
    assert {post["area_id"] for post in posts} == {grid["grid_id"]}
    answer = get(client, "/search?q=c4-18&kinds=circle")
    assert [c["id"] for c in answer["circles"]["items"]] == ["C4-18"]
    assert answer["places"] is None


def test_an_event_is_found_by_its_id(client: TestClient) -> None:
    event = {"source": "hotline", "id": "Q-1", "kind": "street_trading"}
    event_id = client.post("/events", json=event).json()["event_id"]
    [match] = get(client, f"/search?q={event_id}&kinds=event")["events"]["items"]
    assert (match["event_id"], match["kind"]) == (event_id, "street_trading")


def test_more_than_asked_for_is_said(client: TestClient) -> None:
    for limit, has_more in ((2, True), (100, False)):
        circles = get(client, f"/search?q=c3&limit={limit}")["circles"]
        assert circles["has_more"] is has_more
        assert len(circles["items"]) == min(limit, 12)


@pytest.mark.parametrize(
    ("query", "status", "kind"),
    [
        ("", 422, "invalid-request"),
        ("q=", 422, "invalid-search"),
        ("q=a", 422, "invalid-search"),
        ("q=%E6%B9%96", 422, "invalid-search"),
        ("q=%00%00", 422, "invalid-search"),
        (f"q={'a' * 4096}", 422, "invalid-search"),
        ("q=ab&kinds=", 422, "invalid-search"),
        ("q=ab&kinds=place,zoo", 422, "invalid-search"),
        ("q=ab&limit=0", 422, "invalid-request"),
        ("q=ab&limit=101", 422, "invalid-request"),
        ("q=ab&limit=", 422, "invalid-request"),
        ("q=ab&q=cd", 400, "unknown-parameter"),
        ("q=ab&page=2", 400, "unknown-parameter"),
    ],
)
def test_what_cannot_be_searched_for_is_refused_in_both_languages(
    client: TestClient, query: str, status: int, kind: str
) -> None:
    assert_problem(client.get(f"/search?{query}"), status, kind)


@pytest.mark.parametrize(
    "q", ['"a" OR "b"', "a* NOT b", "name:ab", "ab'--", "NEAR(ab cd)", "%25_%25ab"]
)
def test_a_language_of_queries_is_plain_text(client: TestClient, q: str) -> None:
    assert get(client, f"/search?q={q}")["q"]
