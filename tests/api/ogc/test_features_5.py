"""OGC API Features Part 5 (23-058r2), a test a requirement, named by its identifier."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator

from support.harness.answers import LOCAL, get

Json = dict[str, Any]
Collections = dict[str, Json]

UCUM = re.compile(r"m|m2|ms|d|deg|\{[\w ]+\}")
"""Those of the town: base units of the metric system, or an annotation."""
KEYWORDS = {"type", "format", "description", "enum"}


@pytest.fixture(scope="module")
def schemas(client: TestClient, collections: Collections) -> dict[str, Json]:
    """The schema of each collection."""
    return {
        name: get(client, f"/ogc/collections/{name}/schema") for name in collections
    }


def fields(schemas: dict[str, Json]) -> Iterator[Json]:
    for document in schemas.values():
        yield from document["properties"].values()


def test_schemas_json_schema(client: TestClient, schemas: dict[str, Json]) -> None:
    kind = "application/schema+json"
    for document in schemas.values():
        Draft202012Validator.check_schema(document)
        assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert document["type"] == "object"
        path = document["$id"].removeprefix(LOCAL)
        assert "?" not in path
        assert get(client, f"{path}?known_at=2026-09-10")["$id"] == document["$id"]
        answer = client.get(path, headers={"accept": kind})
        assert answer.headers["content-type"] == kind
        assert answer.json() == document


def test_schemas_properties(
    schemas: dict[str, Json], first_items: dict[str, list[Json]]
) -> None:
    for name, document in schemas.items():
        spatial = [
            field
            for field, item in document["properties"].items()
            if item.get("format", "").startswith("geometry-")
        ]
        assert spatial == ["geometry"]
        assert not {"type", "$ref"} & {*document["properties"]["geometry"]}
        rest = {k: v for k, v in document["properties"].items() if k != "geometry"}
        assert all(item["type"] for item in rest.values())
        for item in first_items[name]:
            assert {*item["properties"]} <= {*rest}
            there = {k: v for k, v in item["properties"].items() if v is not None}
            Draft202012Validator({"properties": rest}).validate(there)
            kind = document["properties"]["geometry"]["format"]
            if item["geometry"] is not None:  # an event may be nowhere
                assert kind == f"geometry-{item['geometry']['type'].lower()}"


def test_schemas_additional_keywords(schemas: dict[str, Json]) -> None:
    for item in fields(schemas):
        assert all(word.startswith("x-ogc-") for word in {*item} - KEYWORDS)


def test_schemas_role(schemas: dict[str, Json]) -> None:
    for document in schemas.values():
        roles = [x.get("x-ogc-role") for x in document["properties"].values()]
        assert sorted(filter(None, roles)) == ["id", "primary-geometry"]


def test_schemas_role_id(
    schemas: dict[str, Json], first_items: dict[str, list[Json]]
) -> None:
    for name, document in schemas.items():
        [key] = [
            field
            for field, item in document["properties"].items()
            if item.get("x-ogc-role") == "id"
        ]
        assert document["properties"][key]["type"] == "string"
        for item in first_items[name]:
            assert item["properties"][key] == item["id"]


def test_schemas_property_seq(schemas: dict[str, Json]) -> None:
    # their order is that of the document: no keyword says another
    assert all("x-ogc-propertySeq" not in item for item in fields(schemas))


def test_schemas_unit(schemas: dict[str, Json]) -> None:
    units = [item for item in fields(schemas) if "x-ogc-unit" in item]
    assert {item["type"] for item in units} == {"integer", "number"}
    assert all(UCUM.fullmatch(item["x-ogc-unit"]) for item in units)
    assert "d" in {item["x-ogc-unit"] for item in units}
    assert all("x-ogc-unitLang" not in item for item in units)


def test_schemas_definition(schemas: dict[str, Json]) -> None:
    # no register defines what these fields are: none is named
    assert all("x-ogc-definition" not in item for item in fields(schemas))


def test_schemas_nullvalues(
    schemas: dict[str, Json], first_items: dict[str, list[Json]]
) -> None:
    # what is not there is null: no value stands for it
    assert all("x-ogc-nullValues" not in item for item in fields(schemas))
    texts = {
        value
        for features in first_items.values()
        for item in features
        for value in item["properties"].values()
    }
    assert not texts & {"", "-", "null", -1, -9999}
