"""Every requirement of every class that is declared has a test of its name."""

import ast
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from support.harness.answers import get
from support.oracles.ogc_requirements import (
    CONDITIONS,
    OGC,
    REQUIREMENTS,
    place_of_test,
)

FOLDER = Path(__file__).parent


def declared_classes(client: TestClient) -> list[str]:
    """The classes that the service declares, without what all begin with."""
    uris = get(client, "/ogc/conformance")["conformsTo"]
    assert all(uri.startswith(OGC) for uri in uris)
    return [uri.removeprefix(OGC) for uri in uris]


def functions_of(file: str) -> dict[str, ast.FunctionDef]:
    """The tests of a file of this folder by their names."""
    path = FOLDER / file
    if not path.is_file():
        return {}
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return {item.name: item for item in body if isinstance(item, ast.FunctionDef)}


def requirements(classes: list[str]) -> list[tuple[str, str]]:
    """The requirements of some classes, as file and name of their tests."""
    return [
        place_of_test(name, requirement)
        for name in classes
        for requirement in REQUIREMENTS[name]
        if CONDITIONS.get((name, requirement), name) in classes
    ]


def test_every_declared_class_has_a_list_of_its_requirements(
    client: TestClient,
) -> None:
    assert [name for name in declared_classes(client) if name not in REQUIREMENTS] == []


def test_every_requirement_has_a_test(client: TestClient) -> None:
    wanted = requirements(declared_classes(client))
    assert len(wanted) > 100
    assert len({*wanted}) == len(wanted)
    without = [place for place in wanted if place[1] not in functions_of(place[0])]
    assert without == []


def test_every_test_of_a_requirement_holds_something(client: TestClient) -> None:
    for file, name in requirements(declared_classes(client)):
        calls = [
            node
            for node in ast.walk(functions_of(file)[name])
            if isinstance(node, ast.Assert)
            or (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id.startswith(("assert_", "refuse"))
            )
        ]
        assert calls, f"{file}::{name}"


def test_a_condition_that_is_met_asks_for_a_test(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name, requirement = next(iter(CONDITIONS))
    other = CONDITIONS[name, requirement]
    monkeypatch.setitem(REQUIREMENTS, other, ())
    place = place_of_test(name, requirement)
    assert place not in requirements([name])
    assert place in requirements([name, other])
