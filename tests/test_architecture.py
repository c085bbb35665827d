"""The import contracts hold, and each of them fails when it is broken on purpose."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ("gis", "layers", "api")

# contract -> file and the import that breaks it
BREACHES = {
    "Three floors: api above layers above gis": (
        "gis/risk/levels.py",
        "import layers.styles",
    ),
    "Order inside gis": ("gis/crs.py", "import gis.pagoda"),
    "Order inside layers": ("layers/schema/layer.py", "import layers.maps"),
    "Order inside api": ("api/settings.py", "import api.app"),
    "Order inside the service": (
        "api/service/inputs/times.py",
        "import api.service.demo",
    ),
    "Routes do not import each other": (
        "api/routes/risk.py",
        "import api.routes.assign",
    ),
    "Stores do not import each other": (
        "layers/stores/memory.py",
        "import layers.stores.postgis",
    ),
    "gis knows no door, no map and no clock": ("gis/risk/levels.py", "import time"),
    "Service and layers know no HTTP": ("layers/styles.py", "import fastapi"),
    "The assigning core needs numpy, numba, rtree and shapely only": (
        "gis/pagoda.py",
        "import pandas",
    ),
}


def lint(folder):
    command = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run(
        [command, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = run.stdout.splitlines()
    kept = {line.rpartition(" KEPT")[0] for line in lines if line.endswith(" KEPT")}
    broken = {
        line.rpartition(" BROKEN")[0] for line in lines if line.endswith(" BROKEN")
    }
    return kept, broken


@pytest.fixture
def house(tmp_path):
    """A copy of the three floors and their contracts."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for floor in FLOORS:
        shutil.copytree(
            ROOT / floor,
            tmp_path / floor,
            ignore=shutil.ignore_patterns("__pycache__", "dist"),
        )
    return tmp_path


def test_every_contract_is_kept():
    assert lint(ROOT) == (set(BREACHES), set())


@pytest.mark.parametrize("contract", BREACHES)
def test_contract_fails_when_it_is_broken(house, contract):
    name, line = BREACHES[contract]
    path = house / name
    path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    assert contract in lint(house)[1]


@pytest.mark.parametrize("floor", FLOORS)
def test_new_module_must_be_given_its_place(house, floor):
    (house / floor / "unplaced.py").write_text('"""Nobody said where this stands."""\n')
    kept, _ = lint(house)
    assert f"Order inside {floor}" not in kept


def calls_of(path, names):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        f"{path.name}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in names
    ]


def test_gis_opens_no_file_and_prints_nothing():
    found = [
        call
        for path in (ROOT / "gis").rglob("*.py")
        for call in calls_of(path, {"open", "print", "input"})
    ]
    assert found == []


# participles and pronouns that say nothing of what a variable holds
FILLERS = {
    *("told", "said", "made", "given", "gone", "held", "who", "one", "found"),
    *("known", "kept", "asked", "listed", "named", "seen", "shown", "taken", "others"),
}
MOST_FILLERS = 26
"""Falls with every change and never rises."""


def bindings(tree):
    """Every name that a module binds to a value."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg


def test_variables_hold_nouns():
    fillers = [
        f"{path.relative_to(ROOT)}: {name}"
        for floor in FLOORS
        for path in sorted((ROOT / floor).rglob("*.py"))
        for name in bindings(ast.parse(path.read_text(encoding="utf-8")))
        if name in FILLERS
    ]
    assert len(fillers) <= MOST_FILLERS, fillers
