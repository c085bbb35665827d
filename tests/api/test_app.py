"""The application: its paths, what it refuses, and the store it stands on."""

import re
from typing import Any

import pytest
from fastapi.openapi.models import OpenAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from gis.errors import StoreError
from support.harness.answers import PROBLEM, assert_problem


def test_a_body_that_nests_too_deep_is_a_problem(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    response = client.post("/assign", content="[" * 100_000, headers=headers)
    assert_problem(response, 400, "http-error")


@pytest.mark.parametrize("path", ["/nope", "/docs", "/redoc", "/risk", "/"])
def test_an_unknown_path_is_a_problem(client: TestClient, path: str) -> None:
    assert_problem(client.get(path), 404, "http-error")


def test_a_wrong_method_is_a_problem_that_says_which_are_allowed(
    client: TestClient,
) -> None:
    response = client.get("/assign")
    assert_problem(response, 405, "http-error")
    assert response.headers["allow"] == "POST"


def test_openapi_is_valid_and_names_every_path(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    OpenAPI.model_validate(document)
    assert set(document["paths"]) == {
        "/assign",
        "/dictionary",
        "/enterprises/{place_id}",
        "/enterprises/{place_id}/code.svg",
        "/grids/{grid_id}",
        "/inspections",
        "/inspections/due",
        "/livez",
        "/model",
        "/readyz",
        "/risk/circles",
        "/risk/grids",
        "/risk/map",
        "/risk/method",
        "/versions",
    }
    schemas = document["components"]["schemas"]
    references = re.findall(r"#/components/schemas/(\w+)", str(document))
    assert set(references) <= set(schemas)
    for methods in document["paths"].values():
        for operation in methods.values():
            assert list(operation["responses"]["default"]["content"]) == [PROBLEM]


def test_app_over_a_store_that_is_not_there_is_refused(tmp_path: Any) -> None:
    with pytest.raises(StoreError):
        create_app(Settings(store=str(tmp_path / "none.gpkg")))
