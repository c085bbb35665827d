"""Browser code is given out by name, under an address that is never stale."""

import pytest
from fastapi.testclient import TestClient

from api.assets import FILES, KINDS, assets_path
from support.harness.answers import assert_problem


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_kept_for_good(client: TestClient, name: str) -> None:
    answer = client.get(f"{assets_path()}/{name}")
    assert answer.status_code == 200
    kind = answer.headers["content-type"].partition(";")[0]
    assert kind == KINDS[name.rpartition(".")[2]]
    assert "immutable" in answer.headers["cache-control"]
    assert len(answer.content) > 200


@pytest.mark.parametrize(
    "path",
    [
        f"{assets_path()}/package.json",
        f"{assets_path()}/..%2Fdocs.js",
        "/assets/0000000000000000/docs.js",
        "/assets/docs.js",
    ],
)
def test_nothing_else_is_given_out(client: TestClient, path: str) -> None:
    assert_problem(client.get(path), 404, "http-error")
