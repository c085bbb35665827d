"""What is sent is what the OpenAPI document says, whatever is asked."""

import os
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.types import ASGIApp, Receive, Scope, Send

from api.app import create_app
from api.service.access.keys import KeyOrder, make_key
from api.settings import Settings
from gis.access import Role
from support.harness import answers
from support.harness.photo_folders import keep_photos
from support.makers.photos import phone_photo

CASES = 10_000 if os.environ.get("PAGODA_SOAK") else 600
"""Of all operations together."""
LOCAL = ("127.0.0.1", 50_000)
LAST = "2026-09-30"
SINCE = "2026-01-01T00:00:00+08:00"
POINT = {"lon": 120.08, "lat": 30.33, "datum": "wgs84"}
EVENT = {"source": "hotline", "id": "S-1", "kind": "street_trading", **POINT}
SUMMONS = {"departments": ["police"]}
ARRIVAL = {"department": "police", **POINT}
KEY_NEEDED = "idempotency-key"

ORDERS = (
    KeyOrder(Role.STEWARD),
    KeyOrder(Role.OPERATOR),
    KeyOrder(Role.DEPARTMENT, department_id="police"),
)
SECRETS: dict[Role, str] = {}
"""Keys of the service, by role."""

ENDLESS = {"/stream"}
"""Answers that nobody can wait for."""
DOMAIN = [positive_data_acceptance]
"""Not every rule of a town can be said in a schema: which years, which places."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service of its own, whose hotline is told: what is sent changes it."""
    app = create_app(Settings(), speed=1e-6)  # the day does not end in a long run
    with TestClient(
        app, base_url=answers.LOCAL, raise_server_exceptions=False
    ) as client:
        store = app.state.desk.store
        desk = {"destination_id": "desk", "url": "https://desk.example/hook"}
        rows = pd.DataFrame([desk | {"secret_id": "DESK", "valid_from": SINCE}])
        store.record("destinations", rows)
        sources = store.facts("sources").query("source == 'hotline'")
        columns = [c for c in sources.columns if c not in ("recorded_at", "batch")]
        store.record("sources", sources[columns].assign(destination_id="desk"))
        app.state.intake.registries.refresh()
        for order in ORDERS:
            SECRETS[order.role] = make_key(store, order).secret
        app.state.keys.refresh()
        client.headers |= sent_by(Role.OPERATOR)
        keep_photos(app, tmp_path_factory.mktemp("photos"))
        yield client


def sent_by(role: Role) -> dict[str, str]:
    """What a request with the key of a role carries."""
    return {"Authorization": f"Bearer {SECRETS[role]}"}


def asked(operation: Any, case: Any) -> Any:
    """The answer to a case: to the steward, or who it is for where not for it."""
    roles = operation.definition.raw["x-roles"]
    steps = ("actions", "photos")
    is_for_steward = Role.STEWARD in roles and not operation.path.endswith(steps)
    role = Role.STEWARD if is_for_steward else Role.OPERATOR
    if operation.path.endswith(("check-ins", "solutions")):
        role = Role.DEPARTMENT
    # a key that was drawn is not sent; set anew, the rest is judged without it
    case.headers = {n: v for n, v in case.headers.items() if n != "Authorization"}
    return case.call_and_validate(headers=sent_by(role), excluded_checks=DOMAIN)


def running(app: ASGIApp) -> ASGIApp:
    """A service that has been started and stays so, asked on its own machine."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            names = [(n, v) for n, v in scope["headers"] if n != b"host"]
            headers = [*names, (b"host", b"localhost")]
            await app({**scope, "client": LOCAL, "headers": headers}, receive, send)
            return
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})

    return answer


@pytest.fixture(scope="module")
def operations(service: TestClient) -> list[Any]:
    """Every operation of the document that ends."""
    # its own marks of pytest know the pytest of today not
    schema = schemathesis.openapi.from_asgi("/openapi.json", running(service.app))
    every = [result.ok() for result in schema.get_all_operations()]
    return [operation for operation in every if operation.path not in ENDLESS]


def send(client: TestClient, path: str, body: dict[str, Any], key: str) -> Any:
    """What is answered to a request with a key of its own."""
    response = client.post(path, json=body, headers={KEY_NEEDED: key})
    assert response.status_code in (200, 201), response.text
    return response.json()


@pytest.fixture(scope="module")
def names(service: TestClient) -> dict[str, Any]:
    """What is there, by the parameter of paths that names it."""
    event = send(service, "/events", EVENT, "")
    event_id = event["event_id"]
    whistles = f"/events/{event_id}/whistles"
    whistle = send(service, whistles, SUMMONS, "whistle")["whistle_id"]
    [check, *_] = service.get(f"/inspections/due?on={LAST}").json()["checks"]
    headers = sent_by(Role.STEWARD)
    deliveries = service.get("/deliveries", headers=headers).json()["deliveries"]
    photo = service.post(
        f"/events/{event_id}/photos",
        content=phone_photo(),
        headers={KEY_NEEDED: "photo", "content-type": "image/jpeg"},
    ).json()["photo"]
    return {
        "event_id": event_id,
        "digest": photo,
        "whistle_id": whistle,
        "grid_id": event["assignment"]["grid_id"],
        "area_id": event["assignment"]["chain"][0]["circle_id"],
        "circle_id": event["assignment"]["chain"][0]["circle_id"],
        "community_id": event["assignment"]["grid_id"][:12],
        "place_id": check["place_id"],
        "delivery_id": deliveries[0]["id"],
        "layer": "grids",
        "field": "residents",
    }


BODIES: dict[str, Any] = {
    "/assign": POINT,
    "/events": EVENT,
    "/events/{event_id}/actions": {"action": "note", "note": "seen"},
    "/events/{event_id}/whistles": {"departments": ["urban_management"]},
    "/whistles/{whistle_id}/check-ins": ARRIVAL,
    "/whistles/{whistle_id}/solutions": {"department": "police", "result": "done"},
    "/whistles/{whistle_id}/ratings": {"department": "police", "score": 5},
    "/dictionary/{layer}/{field}": {"sharing": "conditional", "reason": "as before"},
}
"""What is good to send to a path."""
QUERIES: dict[str, dict[str, str]] = {
    "/assign/batch": {"datum": "wgs84"},
    "/at": {"lon": "120.08", "lat": "30.33"},
    "/nearest": {"lon": "120.08", "lat": "30.33", "kind": "station"},
    "/search": {"q": "c3"},
}
"""What is good to ask a path for."""
KEYED = [
    "/events/{event_id}/photos",
    *(path for path in BODIES if path.startswith(("/events/", "/whistles/"))),
]
"""Where a request has a key of its own."""


def good_case(operation: Any, names: dict[str, Any]) -> Any:
    """A request for what is there."""
    path, bodies = operation.path, BODIES
    if path == "/inspections":
        bodies = {
            path: {"place_id": names["place_id"], "done_at": f"{LAST}T10:00:00+08:00"}
        }
    content: dict[str, Any] = {}
    if operation.method in ("post", "put") and path in bodies:
        content = {"media_type": "application/json", "body": bodies[path]}
    if path == "/events/{event_id}/photos":
        content = {"media_type": "image/png", "body": phone_photo("PNG")}
    if path == "/assign/batch":
        point = {"type": "Point", "coordinates": [120.08, 30.33]}
        place = {"type": "Feature", "geometry": point, "properties": {}}
        places = {"type": "FeatureCollection", "features": [place]}
        content = {"media_type": "application/geo+json", "body": places}
    return operation.Case(
        path_parameters={name: v for name, v in names.items() if name in path},
        headers={KEY_NEEDED: f"good {path}"} if path in KEYED else {},
        query=QUERIES.get(path, {}),
        **content,
    )


@pytest.mark.slow
def test_each_operation_answers_well_to_what_is_good(
    operations: list[Any], names: dict[str, Any]
) -> None:
    poor = {}
    for operation in operations:
        case = good_case(operation, names)
        response = asked(operation, case)
        if not 200 <= response.status_code < 300:
            poor[operation.label] = response.text
    assert poor == {}


@pytest.mark.slow
def test_answers_are_as_the_document_says(
    operations: list[Any], names: dict[str, Any]
) -> None:
    cases = -(-CASES // len(operations))
    for operation in operations:
        hold_to_document(operation, names, cases)


def hold_to_document(operation: Any, names: dict[str, Any], cases: int) -> None:
    """Ask an operation in every way that its description allows, and in some others.

    Every other time of what is there.
    """
    asked_right = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    asked_wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @given(asked_right | asked_wrong, st.booleans())
    @settings(
        max_examples=cases,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any, is_there: bool) -> None:
        if is_there:
            name_what_is_there(case, names)
        asked(operation, case)

    ask()


def name_what_is_there(case: Any, names: dict[str, Any]) -> None:
    """Let a request be about an event, a source and a kind that there are."""
    case.path_parameters = {
        name: names.get(name, value)
        for name, value in (case.path_parameters or {}).items()
    }
    if isinstance(case.body, dict):
        good = BODIES.get(case.operation.path, {})
        known = ("source", "kind", "departments", "department", "action")
        right = {n: good[n] for n in known if n in good and n in case.body}
        case.body = case.body | right
