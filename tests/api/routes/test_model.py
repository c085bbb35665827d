"""The command tree and the dictionary over HTTP."""

import pytest
from fastapi.testclient import TestClient

from gis.synthetic import Town
from support.harness.answers import get


def test_model_is_the_tree_and_the_communities_apart(
    client: TestClient, town: Town
) -> None:
    model = get(client, "/model")
    tiers = [circle["tier"] for circle in model["circles"]]
    assert [tiers.count(tier) for tier in (1, 2, 3, 4)] == [1, 6, 12, 30]
    assert [g["grid_id"] for g in model["grids"]] == sorted(town.grids["grid_id"])
    assert len(model["communities"]) == len(town.communities)
    assert model["version"] == 1


@pytest.mark.parametrize(
    "path",
    ["/model?valid_at=2020-01-01", "/model?system=beats"],
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
