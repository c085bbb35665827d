"""Every route of the document, asked with every role and with none: nobody gets more.

A route that is added is asked here without being named.
"""

import re
from typing import Any

import pytest

from api.admission import Door
from api.app import ROUTES, doors
from gis.access import MAY, Act, Role, may
from layers.stores.protocol import MAIN_SYSTEM
from support.harness.answers import assert_problem
from support.harness.keyed import LAST, Keyed

ENDLESS = "text/event-stream"


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Every path, method and operation of an OpenAPI document."""
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def ask(keyed: Keyed, path: str, method: str, role: str | None) -> Any:
    """The answer to a request that names nothing that is there."""
    plain = re.sub(r"{[^}]*}", "none", path)
    return keyed.client.request(method, plain, headers=keyed.headers(role))


def test_every_route_is_a_door_that_says_who_may() -> None:
    routes = [route for module in ROUTES for route in module.router.routes]
    assert [route for route in routes if not isinstance(route, Door)] == []
    assert [door.path for door in doors() if door.access is None] == []


def test_every_operation_of_the_document_says_who_may(keyed: Keyed) -> None:
    document = keyed.client.get("/openapi.json").json()
    schemes = {*document["components"]["securitySchemes"]}
    found = operations(document)
    assert len(found) >= 14
    for path, method, operation in found:
        assert "security" in operation, (path, method)
        assert operation["x-roles"], (path, method)
        names = {name for requirement in operation["security"] for name in requirement}
        assert names in (set(), schemes), (path, method)
        assert {"401", "403"} <= set(operation["responses"]), (path, method)


def test_no_role_passes_a_door_that_is_not_for_it(keyed: Keyed) -> None:
    document = keyed.client.get("/openapi.json").json()
    for path, method, operation in operations(document):
        is_open = operation["security"] == []
        for role in (None, *Role):
            is_for = is_open or (role is not None and role in operation["x-roles"])
            if not is_for:
                expected = 401 if role is None else 403
                response = ask(keyed, path, method, role)
                assert_problem(response, expected, "http-error")
            elif ENDLESS not in operation["responses"].get("200", {}).get(
                "content", {}
            ):
                status = ask(keyed, path, method, role).status_code
                assert status not in (401, 403), (path, method, role, status)
                assert status < 500, (path, method, role, status)


def test_every_role_has_a_door_to_read_and_who_may_write_one_to_write() -> None:
    writes = {Act.REPORT, Act.STEP, Act.CHECK_IN, Act.INSPECT, Act.KEYS}
    for role in Role:
        assert may(role, Act.WATCH)
        writers = {writer for act in writes for writer in MAY[act]}
        assert (role in writers) == (role not in (Role.AUDITOR, Role.WALL))


def due(keyed: Keyed, role: str, **params: object) -> list[dict[str, Any]]:
    """The checks that a role sees."""
    params = {"on": LAST, "limit": 100_000} | params
    headers = keyed.headers(role)
    response = keyed.client.get("/inspections/due", params=params, headers=headers)
    assert response.status_code == 200
    answer = response.json()
    assert answer["count"] == len(answer["checks"])
    assert answer["overdue"] == sum(c["overdue_days"] > 0 for c in answer["checks"])
    return list(answer["checks"])


def test_each_role_sees_exactly_the_checks_of_its_areas(keyed: Keyed) -> None:
    whole = due(keyed, "steward")
    model = keyed.store.grids(system=MAIN_SYSTEM)
    circle = {*model["grid_id"][model["parent_id"] == keyed.circle_id]}
    areas = {
        "operator": None,
        "auditor": None,
        "leader": circle,
        "member": {keyed.grid_id},
        "inspector": {keyed.grid_id},
        "far_inspector": {keyed.far_grid_id},
    }
    for role, grids in areas.items():
        expected = [c for c in whole if grids is None or c["grid_id"] in grids]
        assert expected
        assert due(keyed, role) == expected


def test_a_grid_out_of_scope_is_answered_as_one_that_is_not_there(keyed: Keyed) -> None:
    bodies = set()
    for grid in (keyed.far_grid_id, "G-none"):
        for role in ("leader", "member", "inspector"):
            response = keyed.client.get(
                "/inspections/due",
                params={"on": LAST, "grid": grid},
                headers=keyed.headers(role),
            )
            assert_problem(response, 404, "unknown-grid")
            bodies.add(response.text.replace(grid, "…"))
    assert len(bodies) == 1


def report(keyed: Keyed, role: str, place_id: str) -> Any:
    """The answer to an inspection by a role."""
    body = {"place_id": place_id, "done_at": "2026-09-29T10:00:00+08:00"}
    headers = keyed.headers(role)
    return keyed.client.post("/inspections", json=body, headers=headers)


@pytest.mark.parametrize("role", ["leader", "member", "inspector"])
def test_an_inspection_is_recorded_within_the_scope_only(
    keyed: Keyed, role: str
) -> None:
    count = len(keyed.store.facts("inspections"))
    answers = [report(keyed, role, place_id) for place_id in (keyed.far_id, "E-none")]
    for response in answers:
        assert_problem(response, 404, "unknown-place")
    one, other = (
        response.text.replace(place_id, "…")
        for response, place_id in zip(answers, (keyed.far_id, "E-none"), strict=True)
    )
    assert one == other
    assert len(keyed.store.facts("inspections")) == count
    assert report(keyed, role, keyed.place_id).status_code == 201
    assert len(keyed.store.facts("inspections")) == count + 1


def test_the_desk_records_inspections_everywhere(keyed: Keyed) -> None:
    assert report(keyed, "operator", keyed.far_id).status_code == 201
    assert report(keyed, "steward", "E-none").status_code == 422
