"""One grid over HTTP."""

import pytest
from fastapi.testclient import TestClient

from api.service.facts.dictionary import data_dictionary
from gis.synthetic import Town
from support.harness.answers import get


def test_grid_is_a_feature_with_its_chain(client: TestClient, town: Town) -> None:
    grid_id = town.grids["grid_id"].iloc[7]
    feature = get(client, f"/grids/{grid_id}")
    assert feature["type"] == "Feature"
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert [c[:2] for c in feature["properties"]["chain"]] == ["C4", "C3", "C2", "C1"]
    assert feature["properties"]["version"] == 1


def test_unknown_grid_is_a_problem_in_both_languages(client: TestClient) -> None:
    said = get(client, "/grids/nobody", 404)
    assert said["detail"].endswith(".")
    assert said["detail_zh"].endswith("。")


def test_grid_shows_open_and_conditional_fields_on_loopback(
    client: TestClient, town: Town
) -> None:
    grid = town.grids.iloc[7]
    feature = get(client, f"/grids/{grid['grid_id']}")
    assert feature["id"] == grid["grid_id"]
    assert feature["properties"]["residents"] == grid["residents"]
    assert feature["crs"]["properties"]["name"].endswith("EPSG::4490")


@pytest.mark.parametrize("path", ["/model", "/grids/{grid_id}", "/risk/grids"])
def test_closed_field_never_leaves_by_http(
    client: TestClient, town: Town, path: str
) -> None:
    closed = {e.name for e in data_dictionary() if e.sharing == "closed"}
    answer = get(client, path.format(grid_id=town.grids["grid_id"].iloc[7]))
    records = [f["properties"] for f in answer.get("features", [answer]) if "id" in f]
    for layer in ("grids", "circles", "communities"):
        records += answer.get(layer, [])
    assert records
    assert not closed & {name for record in records for name in record}


def test_neighbours_are_given_both_ways_with_one_border(
    client: TestClient, town: Town
) -> None:
    grid_id = town.grids["grid_id"].iloc[7]
    around = get(client, f"/grids/{grid_id}/neighbours")["neighbours"]
    borders = [n["border_m"] for n in around]
    assert borders == sorted(borders, reverse=True)
    other = around[0]["grid_id"]
    back = get(client, f"/grids/{other}/neighbours")["neighbours"]
    assert {"grid_id": grid_id, "border_m": borders[0]} in back


def test_cameras_of_a_grid_say_the_radius(client: TestClient, town: Town) -> None:
    grid_id = town.grids["grid_id"].iloc[7]
    near, far = (
        get(client, f"/grids/{grid_id}/cameras?radius_m={m}") for m in (20, 200)
    )
    assert (near["radius_m"], far["radius_m"]) == (20, 200)
    assert 0 <= near["share"] <= far["share"] <= 1
    get(client, f"/grids/{grid_id}/cameras?radius_m=0", 422)


@pytest.mark.parametrize("door", ["neighbours", "cameras"])
def test_grid_that_is_not_there_has_no_doors(client: TestClient, door: str) -> None:
    assert get(client, f"/grids/nobody/{door}", 404)["detail_zh"].endswith("。")
