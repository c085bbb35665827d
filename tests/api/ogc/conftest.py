"""What the tests of the OGC standards ask of the service over S town."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from support.harness.answers import get

Json = dict[str, Any]


@pytest.fixture(scope="session")
def collections(client: TestClient) -> dict[str, Json]:
    """All collections by their ids."""
    listed = get(client, "/ogc/collections")["collections"]
    return {item["id"]: item for item in listed}


@pytest.fixture(scope="session")
def operations(client: TestClient) -> dict[str, Json]:
    """The operation of each path of the OpenAPI document."""
    paths = client.get("/ogc/api").json()["paths"]
    return {path: item["get"] for path, item in paths.items()}


@pytest.fixture(scope="session")
def first_items(
    client: TestClient, collections: dict[str, Json]
) -> dict[str, list[Json]]:
    """The first items of each collection."""
    return {
        name: get(client, f"/ogc/collections/{name}/items?limit=7")["features"]
        for name in collections
    }
