"""Row 2-33 of README.md here: nothing is asked for that the service has already."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from gis.synthetic import Town
from support.harness.answers import LOCAL

Json = dict[str, Any]
THING = "id or code that says of which thing"
FACT = "new fact, which only who sends it has"
NAME = "name that its source gives it, so that sent twice it stands once"
FORM = "CloudEvents 1.0 requires it of every event"
ASKED = {
    ("/assign", "lon"): FACT,
    ("/assign", "lat"): FACT,
    # each row of a file is a position too; its columns are named by the query
    ("/assign/batch", "features"): FACT,
    ("/assign/batch", "type"): "GeoJSON requires it of every collection",
    ("/events", "source"): NAME,
    ("/events", "id"): NAME,
    ("/events", "kind"): FACT,
    ("/events", "type"): FACT,
    ("/events", "specversion"): FORM,
    ("/events/{event_id}/actions", "event_id"): THING,
    ("/events/{event_id}/photos", "event_id"): THING,
    ("/events/{event_id}/actions", "action"): FACT,
    ("/events/{event_id}/whistles", "event_id"): THING,
    ("/events/{event_id}/whistles", "departments"): FACT,
    ("/whistles/{whistle_id}/check-ins", "whistle_id"): THING,
    ("/whistles/{whistle_id}/check-ins", "lon"): FACT,
    ("/whistles/{whistle_id}/check-ins", "lat"): FACT,
    ("/whistles/{whistle_id}/solutions", "whistle_id"): THING,
    ("/whistles/{whistle_id}/solutions", "result"): FACT,
    ("/whistles/{whistle_id}/ratings", "whistle_id"): THING,
    ("/whistles/{whistle_id}/ratings", "score"): FACT,
    ("/deliveries/{delivery_id}/retry", "delivery_id"): THING,
    ("/dictionary/{layer}/{field}", "layer"): THING,
    ("/dictionary/{layer}/{field}", "field"): THING,
    ("/dictionary/{layer}/{field}", "sharing"): FACT,
    ("/dictionary/{layer}/{field}", "reason"): FACT,
    ("/inspections", "place_id"): THING,
    ("/inspections", "done_at"): FACT,
    ("/inspections", "findings.severity"): FACT,
}
"""What each door that writes asks for, and why nobody else could say it."""
NUMBERS = count()


def required_inputs(document: Json) -> set[tuple[str, str]]:
    """The path of every door that takes something, with what it does not go without."""
    return {
        (path, name)
        for path, item in document["paths"].items()
        for method in ("post", "put", "patch", "delete")
        if method in item
        for name in _inputs(document, item, item[method])
    }


def _inputs(document: Json, item: Json, operation: Json) -> Iterator[str]:
    parameters = [*item.get("parameters", []), *operation.get("parameters", [])]
    yield from (p["name"] for p in parameters if p.get("required"))
    body = operation.get("requestBody", {})
    for content in body.get("content", {}).values():
        yield from _members(document, content.get("schema", {}))


def _members(document: Json, schema: Json, above: str = "") -> Iterator[str]:
    """Members that must be there, those of what may be left out too, by their path."""
    while "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = document["components"]["schemas"][name]
    for key in ("anyOf", "oneOf", "allOf"):
        for choice in schema.get(key, ()):
            yield from _members(document, choice, above)
    if "items" in schema:
        yield from _members(document, schema["items"], above)
    for name, member in schema.get("properties", {}).items():
        path = f"{above}.{name}".removeprefix(".")
        if name in schema.get("required", ()):
            yield path
        yield from _members(document, member, path)


@pytest.fixture(scope="module")
def served() -> Iterator[TestClient]:
    """A service of its own over S town."""
    with TestClient(create_app(Settings()), base_url=LOCAL) as client:
        yield client


def test_row_2_33_every_required_input_has_a_reason(served: TestClient) -> None:
    document = served.get("/openapi.json").json()
    assert required_inputs(document) == {*ASKED}


@pytest.mark.parametrize("name", ["grid_id", "name"])
def test_row_2_33_what_another_door_has_would_be_found(
    served: TestClient, name: str
) -> None:
    document = served.get("/openapi.json").json()
    schema = document["components"]["schemas"]["InspectionIn"]
    schema["properties"][name] = {"type": "string"}
    schema["required"].append(name)
    assert required_inputs(document) - {*ASKED} == {("/inspections", name)}


def test_row_2_33_doors_take_what_they_require_and_nothing_else(
    served: TestClient, s_town: Town
) -> None:
    asked = {path: {n for p, n in ASKED if p == path} for path, _ in ASKED}

    def post(path: str, template: str = "", **body: object) -> Json:
        template = template or path
        names = {n for n in asked[template] if f"{{{n}}}" not in template}
        assert {*body} <= names, "send what is required alone"
        headers = {"idempotency-key": f"entry-{next(NUMBERS)}"}
        answer = served.post(path, json=body, headers=headers)
        assert answer.is_success, (path, answer.text)
        return dict(answer.json())

    assert post("/assign", lon=120.08, lat=30.33)["grid_id"]
    places = s_town.enterprises
    place_id = places["place_id"][places["is_coded"]].iloc[5]
    inspected = post(
        "/inspections", place_id=place_id, done_at="2026-09-30T09:00:00+08:00"
    )
    # the rest of the place is answered, not asked for
    assert {"grid_id", "name", "code"} <= {*inspected["place"]}
    event = post("/events", source="hotline", id="E-1", kind="illegal_mining")
    path = f"/events/{event['event_id']}"
    whistle = post(
        f"{path}/whistles", "/events/{event_id}/whistles", departments=["police"]
    )
    act = f"{path}/actions", "/events/{event_id}/actions"
    # without a department: one alone was summoned
    base = f"/whistles/{whistle['whistle_id']}"
    wanted = "/whistles/{whistle_id}"
    post(f"{base}/check-ins", f"{wanted}/check-ins", lon=120.08, lat=30.33)
    post(f"{base}/solutions", f"{wanted}/solutions", result="filled in")
    post(f"{base}/ratings", f"{wanted}/ratings", score=4)
    post(*act, action="accept")
