"""What is published, over HTTP."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.service.facts.dictionary import data_dictionary
from api.settings import Settings
from gis.errors import StoreError
from gis.synthetic import Town

PROBLEM = "application/problem+json"


def get(client: TestClient, path: str, status: int = 200) -> dict[str, Any]:
    """The answer at a path."""
    response = client.get(path)
    assert response.status_code == status
    kind = response.headers["content-type"]
    assert kind == PROBLEM if status >= 400 else kind.endswith("json")
    return dict(response.json())


def test_versions_name_state_and_digest_and_no_person(client: TestClient) -> None:
    [version] = get(client, "/versions")["versions"]
    assert (version["version"], version["state"]) == (1, "in force")
    assert len(version["digest"]) == 64
    assert not {"author", "reviewer"} & set(version)


def test_model_is_the_tree_and_the_communities_apart(
    client: TestClient, town: Town
) -> None:
    model = get(client, "/model")
    tiers = [circle["tier"] for circle in model["circles"]]
    assert [tiers.count(tier) for tier in (1, 2, 3, 4)] == [1, 6, 12, 30]
    assert [g["grid_id"] for g in model["grids"]] == sorted(town.grids["grid_id"])
    assert len(model["communities"]) == len(town.communities)
    assert model["version"] == 1


def test_grid_is_a_feature_with_its_chain(client: TestClient, town: Town) -> None:
    grid_id = town.grids["grid_id"].iloc[7]
    feature = get(client, f"/grids/{grid_id}")
    assert feature["type"] == "Feature"
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert [c[:2] for c in feature["properties"]["chain"]] == ["C4", "C3", "C2", "C1"]
    assert feature["properties"]["version"] == 1


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


@pytest.mark.parametrize(
    "path",
    ["/grids/nobody", "/model?valid_at=2020-01-01", "/model?system=beats"],
)
def test_what_is_not_there_is_a_problem_in_both_languages(
    client: TestClient, path: str
) -> None:
    said = get(client, path, 404)
    assert said["detail"].endswith(".")
    assert said["detail_zh"].endswith("。")


def test_before_it_was_known_nothing_was_in_force(client: TestClient) -> None:
    get(client, "/model?known_at=2020-01-01T00:00:00Z", 404)
    get(client, "/model?known_at=soon", 422)


def test_dictionary_has_every_field(client: TestClient) -> None:
    said = get(client, "/dictionary")["fields"]
    assert len(said) == len(data_dictionary())
    assert said[0]["layer"] == "grids"


def test_app_over_a_store_that_is_not_there_is_refused(tmp_path: Any) -> None:
    with pytest.raises(StoreError):
        create_app(Settings(store=str(tmp_path / "none.gpkg")))
