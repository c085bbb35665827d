"""The import contracts hold and can fail; ARCHITECTURE.md names what is there."""

import ast
import os
import pkgutil
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ("gis", "layers", "api")
DOCUMENTS = ("ARCHITECTURE.md", "DECISIONS.md", "CONTRIBUTING.md")
COLUMNS = ("gis", "layers", "api/service", "api")
"""The folders that the columns of the word table stand for."""

# contract -> file and the import that breaks it
BREACHES = {
    "Three floors: api above layers above gis": (
        "gis/risk/levels.py",
        "import layers.styles",
    ),
    "Order inside gis": ("gis/crs.py", "import gis.pagoda"),
    "Order inside layers": ("layers/schema/layer.py", "import layers.maps"),
    "Order inside words": ("layers/words/vocabulary.py", "import layers.words.pages"),
    "Order inside api": ("api/settings.py", "import api.app"),
    "Order inside the service": (
        "api/service/inputs/tree.py",
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
MOST_FILLERS = 25
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


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def packages():
    """Every folder with Python in it, as documents write it."""
    files = (path for top in (*FLOORS, "tests") for path in (ROOT / top).rglob("*.py"))
    return {f"{path.parent.relative_to(ROOT).as_posix()}/" for path in files}


def described():
    """The folders that ARCHITECTURE.md has a line for."""
    return re.findall(r"^- `([\w/]+/)`: .+\.$", read("ARCHITECTURE.md"), re.MULTILINE)


def test_every_package_has_one_line_in_the_architecture():
    assert packages() - set(described()) == set()
    assert len(described()) == len(set(described()))


def test_every_line_of_the_architecture_is_a_package():
    assert set(described()) - packages() == set()


def is_importable(dotted):
    """Whether a dotted name is a module, or something in one."""
    try:
        pkgutil.resolve_name(dotted)
    except (ImportError, AttributeError):
        return False
    return True


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_module_that_a_document_names_exists(name):
    named = re.findall(r"\b(?:gis|layers|api)(?:\.[a-zA-Z_]\w*)+", read(name))
    assert named or name == "CONTRIBUTING.md"
    assert [dotted for dotted in named if not is_importable(dotted)] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_path_that_a_document_names_exists(name):
    paths = re.findall(r"`((?:gis|layers|api|tests)/[\w/.]*)`", read(name))
    real = [path for path in paths if not path.endswith("/NAME.py")]
    assert real or name == "DECISIONS.md"
    assert [path for path in real if not (ROOT / path).exists()] == []


def word_table():
    """The cells of the word table with the folder that each is under."""
    rows = [line.split("|") for line in read("ARCHITECTURE.md").splitlines()]
    cells = [row[3:7] for row in rows if len(row) == 8 and row[1].strip().isalpha()]
    _heading, *words = cells
    return [pair for word in words for pair in zip(COLUMNS, word, strict=True)]


def is_there(folder, name):
    """Whether a name of the word table is a folder or a module."""
    name = name.rstrip("/")
    return any((ROOT / folder).glob(name)) or any((ROOT / folder).glob(f"{name}.py"))


def test_names_of_the_word_table_exist():
    named = [
        (folder, name)
        for folder, cell in word_table()
        for name in re.findall(r"`([^`]+)`", cell)
    ]
    assert len(named) > 40
    assert [pair for pair in named if not is_there(*pair)] == []


def test_planned_names_of_the_word_table_are_not_there_yet():
    planned = [
        (folder, name)
        for folder, cell in word_table()
        for name in re.findall(r"\*([^*]+)\*", re.sub(r"`[^`]+`", "", cell))
    ]
    assert len(planned) > 2
    assert [pair for pair in planned if is_there(*pair)] == []


def test_every_module_has_the_test_that_one_guesses():
    modules = [
        path.relative_to(ROOT)
        for floor in FLOORS
        for path in sorted((ROOT / floor).rglob("*.py"))
        if path.name not in {"__init__.py", "__main__.py"}
    ]
    assert len(modules) > 200
    without = [
        str(module)
        for module in modules
        if not (ROOT / "tests" / module.parent / f"test_{module.name}").is_file()
    ]
    assert without == []
