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
