"""The data dictionary over HTTP: every field, and its class as a steward set it."""

from itertools import chain
from typing import Any

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from api.service.access.audit import CLASS_SET, read_audit
from api.service.facts.dictionary import data_dictionary
from gis.access import Role
from layers.schema.sharing import GEOMETRY, SETTABLE
from support.harness.answers import assert_problem, get
from support.harness.keyed import Keyed, classes_set

FIELDS = [(layer, name) for layer, names in SETTABLE.items() for name in sorted(names)]
HOLDERS = {
    "grids": ("grids", "risk_grids"),
    "enterprises": ("enterprises",),
    "stations": ("stations",),
    "risk": ("risk_grids", "risk_circles", "risk_communities"),
}
"""Collections that have the fields of a layer."""
BODY = {"sharing": "closed", "reason": "a test"}


def test_dictionary_has_every_field(client: TestClient) -> None:
    fields = get(client, "/dictionary")["fields"]
    assert len(fields) == len(data_dictionary())
    assert fields[0]["layer"] == "grids"
    several = {(f["layer"], f["name"]) for f in fields if len(f["classes"]) > 1}
    assert several == {*FIELDS}
    assert all(f["sharing"] in f["classes"] for f in fields)


def put(keyed: Keyed, path: str, role: str | None, **body: str) -> Any:
    """The answer to a class."""
    headers = keyed.headers(role)
    return keyed.client.put(f"/dictionary/{path}", json=BODY | body, headers=headers)


def schema(keyed: Keyed, name: str, kind: str, role: str | None) -> set[str]:
    """The fields of a collection as a document of it names them."""
    path = f"/ogc/collections/{name}/{kind}"
    answer = keyed.client.get(path, headers=keyed.headers(role))
    return {*answer.json()["properties"]} if answer.status_code == 200 else set()


def items(keyed: Keyed, name: str, role: str | None) -> list[dict[str, Any]]:
    """Some items of a collection."""
    answer = keyed.client.get(
        f"/ogc/collections/{name}/items?limit=5", headers=keyed.headers(role)
    )
    return list(answer.json()["features"])


@pytest.mark.parametrize(("layer", "name"), FIELDS)
def test_row_3_07_a_closed_field_is_an_unknown_one_in_every_collection(
    keyed: Keyed, layer: str, name: str
) -> None:
    with classes_set(keyed, "closed", [(layer, name)]):
        for collection in HOLDERS[layer]:
            features = items(keyed, collection, "auditor")
            assert features
            if name == GEOMETRY:
                assert {feature["geometry"] for feature in features} == {None}
                continue
            assert name not in schema(keyed, collection, "schema", "auditor")
            assert name not in schema(keyed, collection, "queryables", "auditor")
            assert name not in set(chain(*(f["properties"] for f in features)))
            bodies = [
                keyed.client.get(
                    f"/ogc/collections/{collection}/items?{query.format(field)}",
                    headers=keyed.headers("auditor"),
                ).text.replace("y" * len(name), name)
                for field in (name, "y" * len(name))
                for query in ("{}=1", "sortby={}", "properties={}", "filter={} IS NULL")
            ]
            assert bodies[:4] == bodies[4:]
    shows = [schema(keyed, of, "schema", "auditor") for of in HOLDERS[layer]]
    assert name == GEOMETRY or all(name in fields for fields in shows)


@pytest.mark.parametrize(("layer", "name"), FIELDS)
def test_row_3_07_an_opened_field_is_everybodys(
    keyed: Keyed, layer: str, name: str
) -> None:
    public = [of for of in HOLDERS[layer] if of != "enterprises"]
    with classes_set(keyed, "open", [(layer, name)]):
        for collection in public:
            features = items(keyed, collection, None)
            if name == GEOMETRY:
                assert all(feature["geometry"] for feature in features)
            else:
                assert name in schema(keyed, collection, "schema", None)


@pytest.mark.parametrize("path", ["/model", "/grids/{}"])
def test_row_3_07_people_of_a_grid_are_said_by_no_other_door(
    keyed: Keyed, path: str
) -> None:
    path = path.format(keyed.grid_id)
    headers = keyed.headers("auditor")
    word = '"residents":'
    assert word in keyed.client.get(path, headers=headers).text
    with classes_set(keyed, "closed", [("grids", "residents")]):
        assert word not in keyed.client.get(path, headers=headers).text
    with classes_set(keyed, "open", [("grids", "residents")]):
        assert word in keyed.client.get(path).text
    assert word not in keyed.client.get(path).text


def test_row_3_07_a_station_without_position_is_nearest_to_nothing(
    keyed: Keyed,
) -> None:
    query = "/nearest?lon=120.1&lat=30.3&datum=cgcs2000&kind=station"

    def count(role: str | None) -> int:
        return len(keyed.client.get(query, headers=keyed.headers(role)).json()["items"])

    assert count("auditor")
    assert not count(None)
    with classes_set(keyed, "open", [("stations", GEOMETRY)]):
        assert count(None) == count("auditor")
    with classes_set(keyed, "closed", [("stations", GEOMETRY)]):
        assert not count("auditor")


@pytest.mark.parametrize("path", ["/grids/{}/brief", "/risk/grids?grid={}"])
def test_row_3_07_drivers_that_are_closed_stand_in_no_other_door(
    keyed: Keyed, path: str
) -> None:
    path, headers = path.format(keyed.grid_id), keyed.headers("auditor")
    word = '"driver_id":'
    assert word in keyed.client.get(path, headers=headers).text
    with classes_set(keyed, "closed", [("risk", "drivers")]):
        answer = keyed.client.get(path, headers=headers)
        assert answer.status_code == 200
        assert word not in answer.text
        page = keyed.client.get("/risk/map", headers=headers)
        assert page.status_code == 200
        assert '"drivers":[[]' in page.text.replace(" ", "")


def test_row_3_07_only_a_steward_sets_a_class(keyed: Keyed) -> None:
    for role in (None, *Role):
        if role != "steward":
            status = 401 if role is None else 403
            assert put(keyed, "grids/residents", role).status_code == status
    fields = keyed.client.get("/dictionary").json()["fields"]
    [entry] = [f for f in fields if (f["layer"], f["name"]) == ("grids", "residents")]
    assert entry["sharing"] == "conditional"


def test_row_3_07_a_class_stands_in_the_audit_with_its_reason(keyed: Keyed) -> None:
    with classes_set(keyed, "open", [("stations", GEOMETRY)]):
        pass
    entries = [
        e.action for e in read_audit(keyed.store) if e.action.action == CLASS_SET
    ]
    first, last = entries[-2:]
    assert first.role == "steward"
    assert first.key_id
    assert first.reason == "a test"
    assert first.request == {
        "layer": "stations",
        "field": GEOMETRY,
        "before": "conditional",
        "after": "open",
    }
    assert last.at >= first.at


@pytest.mark.parametrize(
    ("path", "status", "name"),
    [
        ("grids/none", 404, "unknown-field"),
        ("none/name", 404, "unknown-field"),
        ("grids/grid_id", 409, "fixed-class"),
        ("grids/attributes", 409, "fixed-class"),
        ("keys/sha256", 409, "fixed-class"),
        ("events/kind", 409, "fixed-class"),
    ],
)
def test_a_class_that_cannot_be_set_is_refused(
    keyed: Keyed, path: str, status: int, name: str
) -> None:
    count = len([*read_audit(keyed.store)])
    assert_problem(put(keyed, path, "steward"), status, name)
    assert len([*read_audit(keyed.store)]) == count


@pytest.mark.parametrize(
    "body", [{"sharing": "secret"}, {"sharing": "Open"}, {"reason": ""}, {"more": "1"}]
)
def test_a_class_that_is_none_is_refused(keyed: Keyed, body: dict[str, str]) -> None:
    answer = put(keyed, "grids/residents", "steward", **body)
    assert answer.status_code == 422
    assert answer.json()["detail_zh"]


def test_row_3_07_a_class_is_a_rule_that_a_file_can_bring(keyed: Keyed) -> None:
    rule = {
        "rule_id": "class/grids.grid_id",
        "owner": "grid office",
        "body": '{"sharing": "closed"}',
        "valid_from": "2026-01-01T00:00:00+08:00",
    }
    with pytest.raises(Exception, match="no field whose class can be set"):
        keyed.store.record("rules", pd.DataFrame([rule]))
