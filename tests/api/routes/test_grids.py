"""One grid over HTTP."""

from fastapi.testclient import TestClient

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
