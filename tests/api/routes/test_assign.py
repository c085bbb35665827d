"""A position over HTTP: its grid, its chain, its post, and how sure that is."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson
import pyproj
import pytest
import shapely
from fastapi.testclient import TestClient

from api.app import create_app
from api.schemas.assignment import PositionIn, assignment_bytes
from api.service.assignment.answer import AnswerDesk
from api.settings import Settings
from gis.crs import convert, parse_datum
from gis.synthetic import Town
from support.harness.answers import LOCAL, assert_problem


def ask(client: TestClient, **body: object) -> dict[str, Any]:
    """The answer to one position."""
    response = client.post("/assign", json=body)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    return dict(response.json())


@pytest.fixture(scope="module")
def place(town: Town) -> tuple[str, float, float]:
    """A grid whose leader post is filled, and a point in it."""
    vacant = set(town.posts.loc[town.posts["holder_id"].isna(), "area_id"])
    grid = town.grids[~town.grids["grid_id"].isin(vacant)].iloc[0]
    point = shapely.point_on_surface(grid.geometry)
    return grid["grid_id"], point.x, point.y


def test_inside_names_grid_chain_post_and_provenance(
    client: TestClient, town: Town, place: tuple[str, float, float]
) -> None:
    grid_id, lon, lat = place
    answer = ask(client, lon=lon, lat=lat, accuracy_m=5, at="2026-09-01T08:00:00Z")
    grid = town.grids.set_index("grid_id").loc[grid_id]
    assert (answer["status"], answer["grid_id"]) == ("inside", grid_id)
    assert answer["distance_m"] is None
    assert answer["reason"] == ""
    assert [circle["tier"] for circle in answer["chain"]] == [4, 3, 2, 1]
    assert answer["chain"][0]["circle_id"] == grid["parent_id"]
    assert answer["community_id"] == grid["community_id"]
    assert answer["accountable_post"] == f"{grid_id}-L"
    assert answer["region_reason"] == ""
    roles = {member["role"] for member in answer["members"]}
    assert roles == {"full_time_member", "part_time_member"}
    members = town.posts[town.posts["area_id"] == grid_id].set_index("post_id")
    for member in answer["members"]:
        assert members.loc[member["post_id"], "role"] == member["role"]
        assert member["holder_id"] == members.loc[member["post_id"], "holder_id"]
    assert answer["accuracy_m"] == 5
    assert answer["text"].endswith(".")
    assert answer["text_zh"].endswith("。")
    said = answer["provenance"]
    assert len(said.pop("digest")) == 64
    assert said.pop("duty_revision") > 1788397200000
    assert said == {
        "version": 1,
        "tie_rule": "lowest-id/1",
        "engine_version": "1",
        "datum": "wgs84",
        "datum_error_m": None,
    }


def test_the_minute_decides_who_holds_the_post(client: TestClient, town: Town) -> None:
    duties = town.month.duties
    second = duties[duties["duty_id"].str.endswith("/2") & ~duties["cancelled"]].iloc[3]
    grid_id = second["post_id"].removesuffix("-L")
    shape = town.grids.set_index("grid_id").geometry.loc[grid_id]
    point = shapely.point_on_surface(shape)
    start = datetime.fromisoformat(second["starts_at"])
    times = [start - timedelta(milliseconds=1), start]
    before, after = (
        ask(client, lon=point.x, lat=point.y, at=at.isoformat()) for at in times
    )
    assert before["accountable_post"] == after["accountable_post"] == f"{grid_id}-L"
    assert after["accountable_holder"] == second["holder_id"]
    assert before["accountable_holder"] != after["accountable_holder"]
    assert datetime.fromisoformat(after["at"]) == start


def test_a_time_without_offset_is_local_and_one_that_is_none_is_a_problem(
    place: tuple[str, float, float],
) -> None:
    _, lon, lat = place
    settings = Settings(timezone="Europe/Berlin")
    with TestClient(create_app(settings), base_url=LOCAL) as berlin:
        local, same = (
            ask(berlin, lon=lon, lat=lat, at=at)
            for at in ("2026-09-10T03:00:00", "2026-09-10T01:00:00Z")
        )
        assert local["accountable_holder"] == same["accountable_holder"]
        body = {"lon": lon, "lat": lat, "at": "2026-03-29T02:30:00"}
        response = berlin.post("/assign", json=body)
        assert_problem(response, 422, "invalid-layer-error")
        assert "is skipped by the clocks of Europe/Berlin" in response.json()["detail"]


def test_accuracy_adds_how_sure_the_answer_is(
    client: TestClient, place: tuple[str, float, float]
) -> None:
    grid_id, lon, lat = place
    wide, narrow = (
        ask(client, lon=lon, lat=lat, accuracy_m=1500, confidence=confidence)
        for confidence in (0.68, 0.95)
    )
    doubt = wide["likelihood"]
    assert doubt["band"] == "ambiguous"
    shares = dict(doubt["probabilities"])
    assert shares[grid_id] == doubt["p_owner"]
    assert sum(shares.values()) + doubt["p_outside"] == pytest.approx(1, abs=1e-3)
    assert doubt["decided_at"] in {None, "tier4", "tier3", "tier2", "tier1"}
    assert narrow["likelihood"]["p_owner"] > doubt["p_owner"]
    sure = ask(client, lon=lon, lat=lat, accuracy_m=0)["likelihood"]
    assert (sure["band"], sure["decided_at"]) == ("sure", "grid")
    assert ask(client, lon=lon, lat=lat)["likelihood"] is None
    assert ask(client, lon=None, lat=None, accuracy_m=5)["likelihood"] is None


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"accuracy_m": 1e7}, "give a radius from 0 m to the extent of the grids"),
        ({"accuracy_m": 5, "confidence": 0.5}, "give 0.68 or 0.95"),
        ({"confidence": 2}, "give 0.68 or 0.95"),
        ({"confidence": 0.5, "at": "2020-01-01T00:00Z"}, "give 0.68 or 0.95"),
    ],
    ids=["larger_than_the_town", "confidence", "no_accuracy", "no_version"],
)
def test_an_accuracy_that_cannot_be_used_is_a_problem(
    client: TestClient, more: dict[str, float], words: str
) -> None:
    response = client.post("/assign", json={"lon": 120.08, "lat": 30.33, **more})
    assert_problem(response, 400, "setting-error")
    assert words in response.json()["detail"]


def test_boundary_goes_to_the_lowest_id_with_distance_0(
    client: TestClient, town: Town
) -> None:
    corner = shapely.Point(town.grids.geometry.iloc[0].exterior.coords[0])
    touching = town.grids.loc[town.grids.intersects(corner), "grid_id"]
    answer = ask(client, lon=corner.x, lat=corner.y, candidates_m=1)
    assert answer["status"] == "boundary"
    assert answer["grid_id"] == touching.min()
    assert answer["distance_m"] == 0
    near = {candidate["grid_id"] for candidate in answer["candidates"]}
    assert near >= set(touching)
    assert answer["candidates"][0]["distance_m"] == 0


def test_candidates_name_who_is_next_door_and_how_long_the_border_is(
    client: TestClient, town: Town
) -> None:
    grids = town.grids.set_index("grid_id").geometry
    owner = grids.index.min()
    other = next(
        g
        for g in grids.index
        if shapely.relate_pattern(grids[owner], grids[g], "****1****") and g != owner
    )
    common = shapely.line_merge(grids[owner].intersection(grids[other]))
    line = max(shapely.get_parts(common), key=shapely.length)
    place = line.interpolate(0.5, normalized=True)
    at = "2026-09-10T09:00:00+08:00"
    answer = ask(client, lon=place.x, lat=place.y, candidates_m=1, at=at)
    first, second = answer["candidates"][:2]
    assert {first["grid_id"], second["grid_id"]} == {owner, other}
    by_id = {candidate["grid_id"]: candidate for candidate in answer["candidates"]}
    assert by_id[answer["grid_id"]]["border_m"] is None
    next_door = by_id[({owner, other} - {answer["grid_id"]}).pop()]
    metres = pyproj.Geod(ellps="WGS84").geometry_length(common)
    assert next_door["border_m"] == pytest.approx(metres, abs=0.01)
    inside = shapely.point_on_surface(grids[next_door["grid_id"]])
    there = ask(client, lon=inside.x, lat=inside.y, at=at)
    who = ("accountable_post", "accountable_holder")
    assert [next_door[key] for key in who] == [there[key] for key in who]


def test_candidates_outside_have_no_border_with_an_owner(
    client: TestClient, town: Town
) -> None:
    west, south, _, _ = town.grids.total_bounds
    answer = ask(
        client, lon=float(west) - 0.01, lat=float(south) - 0.01, candidates_m=5000
    )
    assert answer["candidates"]
    assert {candidate["border_m"] for candidate in answer["candidates"]} == {None}


def test_outside_goes_to_the_core_and_names_the_nearest(
    client: TestClient, town: Town
) -> None:
    west, south, _, _ = town.grids.total_bounds
    answer = ask(client, lon=float(west) - 0.01, lat=float(south) - 0.01)
    core = town.circles.loc[town.circles["tier"] == 1, "circle_id"].item()
    assert (answer["status"], answer["grid_id"]) == ("outside", None)
    assert answer["reason"].removeprefix("nearest:") in set(town.grids["grid_id"])
    assert answer["distance_m"] > 1000
    assert answer["accountable_post"] == f"{core}-L"
    assert answer["accountable_reason"] == "triage"
    assert answer["chain"] == []


@pytest.mark.parametrize(
    ("lon", "lat", "reason"),
    [
        (None, None, "missing"),
        (None, 30.33, "missing"),
        (30.33, 120.08, "swapped_axes"),
        (1200, 30.33, "out_of_range"),
    ],
)
def test_unlocated_goes_to_triage_with_its_reason(
    client: TestClient, lon: float | None, lat: float | None, reason: str
) -> None:
    answer = ask(client, lon=lon, lat=lat)
    assert (answer["status"], answer["reason"]) == ("unlocated", reason)
    assert answer["grid_id"] is None
    assert answer["accountable_reason"] == "triage"
    assert answer["text"].endswith(".")
    assert answer["text_zh"].endswith("。")


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_a_shifted_position_is_brought_back_and_the_error_recorded(
    client: TestClient, place: tuple[str, float, float], datum: str
) -> None:
    grid_id, lon, lat = place
    x, y = convert([lon], [lat], parse_datum("wgs84"), parse_datum(datum))
    answer = ask(client, lon=float(x[0]), lat=float(y[0]), datum=datum)
    assert (answer["status"], answer["grid_id"]) == ("inside", grid_id)
    assert answer["provenance"]["datum"] == datum
    assert answer["provenance"]["datum_error_m"] == 1.0


def test_a_vacant_post_is_answered_for_from_above(
    client: TestClient, town: Town
) -> None:
    vacant = town.posts[town.posts["holder_id"].isna()]
    grid_id = vacant.loc[vacant["role"] == "grid_leader", "area_id"].iloc[0]
    shape = town.grids.set_index("grid_id").geometry.loc[grid_id]
    point = shapely.point_on_surface(shape)
    answer = ask(client, lon=point.x, lat=point.y)
    assert answer["grid_id"] == grid_id
    assert answer["accountable_reason"] == "vacant_post"
    assert answer["accountable_post"] == f"{answer['chain'][0]['circle_id']}-L"


@pytest.mark.parametrize("datum", ["wgs48", "EPSG:0", "EPSG:4214", "EPSG:5773", ""])
def test_a_datum_that_cannot_be_used_is_a_problem(
    client: TestClient, datum: str
) -> None:
    response = client.post(
        "/assign", json={"lon": 120.08, "lat": 30.33, "datum": datum}
    )
    assert_problem(response, 400, "crs-error")
    assert re.search("坐标.*请.*。$", response.json()["detail_zh"])


def test_kept_bytes_are_those_of_an_answer_made_anew(
    client: TestClient, place: tuple[str, float, float]
) -> None:
    _, lon, lat = place
    desk: AnswerDesk = client.app.state.answer_desk
    body = PositionIn(lon=lon, lat=lat)
    client.post("/assign", json={"lon": lon, "lat": lat, "accuracy_m": 5})
    client.post("/assign", json={"lon": lon, "lat": lat, "datum": "cgcs2000"})
    answers = [
        client.post("/assign", json={"lon": lon, "lat": lat}).content for _ in range(3)
    ]
    anew = assignment_bytes(
        body, replace(desk.reply(body.question())), has_persons=True
    )
    assert {*answers} == {anew}
    assert orjson.loads(anew)["members"]


def test_owners_of_the_systems_asked_for_stand_besides_the_answer(
    client: TestClient, place: tuple[str, float, float]
) -> None:
    grid_id, lon, lat = place
    body = {"lon": lon, "lat": lat}
    plain = ask(client, **body)
    answer = ask(client, **body, systems=["main"])
    assert answer.pop("owners") == [
        {
            "system": "main",
            "version": 1,
            "status": "inside",
            "reason": "",
            "grid_id": grid_id,
            "distance_m": None,
        }
    ]
    assert answer == plain


@pytest.mark.parametrize(
    ("systems", "status", "kind"),
    [
        (["beats"], 400, "setting-error"),
        ([], 422, "invalid-request"),
        ("main", 422, "invalid-request"),
        ([1], 422, "invalid-request"),
        (["main"] * 17, 422, "invalid-request"),
    ],
    ids=str,
)
def test_systems_that_are_none_are_a_problem(
    client: TestClient, systems: object, status: int, kind: str
) -> None:
    body = {"lon": 120.08, "lat": 30.33, "systems": systems}
    response = client.post("/assign", json=body)
    assert_problem(response, status, kind)
    if status == 400:
        assert "'beats' in the store, expected one of 'main'; name" in response.text


def test_an_address_alone_is_answered_with_candidates_and_no_owner(
    client: TestClient, town: Town
) -> None:
    place_id = town.enterprises["place_id"].iloc[3]
    answer = ask(client, address=f"{place_id} 旁")
    assert (answer["status"], answer["reason"]) == ("unlocated", "missing")
    assert answer["grid_id"] is None
    [candidate] = answer["address_candidates"]
    assert (candidate["place_id"], candidate["source"]) == (place_id, "s_town")
    assert 0 < candidate["score"] < 1
    assert (
        candidate["grid_id"]
        == ask(client, lon=candidate["lon"], lat=candidate["lat"], datum="cgcs2000")[
            "grid_id"
        ]
    )


def test_an_address_beside_a_position_is_of_no_account(
    client: TestClient, place: tuple[str, float, float]
) -> None:
    _, lon, lat = place
    answer = ask(client, lon=lon, lat=lat, address="文一路12号")
    assert answer == ask(client, lon=lon, lat=lat)


@pytest.mark.parametrize("address", ["", " ", "a" * 201, 7, "a\nb"])
def test_an_address_that_is_none_is_refused(
    client: TestClient, address: object
) -> None:
    response = client.post("/assign", json={"address": address})
    assert_problem(response, 422, "invalid-request")


def test_neither_position_nor_address_is_refused(client: TestClient) -> None:
    for body in ({}, {"address": None}, {"lon": 120.08}):
        response = client.post("/assign", json=body)
        assert_problem(response, 422, "invalid-request")
