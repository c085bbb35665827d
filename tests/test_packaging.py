"""The floors come from this checkout, and a wheel carries the browser code."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import api
import gis
import layers
import pagoda_gis

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("floor", [gis, layers, api], ids=lambda floor: floor.__name__)
def test_floor_comes_from_this_checkout(floor):
    assert Path(floor.__file__).parent == ROOT / floor.__name__


def test_command_is_that_of_its_own_module():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["name"] == "pagoda-gis"
    assert project["scripts"] == {"pagoda": "pagoda_gis:main"}
    assert "urls" not in project  # the project has no address of its own yet
    assert Path(pagoda_gis.__file__).parent == ROOT
    assert callable(pagoda_gis.main)


def needed_by(extra=""):
    """Every distribution that an install brings, as those installed here ask for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    waiting = [*project["dependencies"]]
    if extra:
        waiting += project["optional-dependencies"][extra]
    names = set()
    while waiting:
        requirement = Requirement(waiting.pop())
        name = canonicalize_name(requirement.name)
        extras = {"", *requirement.extras}
        marker = requirement.marker
        if name in names or (marker and not marker.evaluate({"extra": ""})):
            continue
        names.add(name)
        for text in metadata.requires(name) or ():
            other = Requirement(text)
            wanted = (
                other.marker.evaluate({"extra": e}) for e in extras if other.marker
            )
            if other.marker is None or any(wanted):
                other.marker = None
                waiting.append(str(other))
    return names


def test_plain_install_brings_no_jupyter_and_the_extra_does():
    plain, extra = needed_by(), needed_by("notebook")
    jupyter = {
        "jupyterlab",
        "ipykernel",
        "nbclient",
        "nbformat",
        "anywidget",
        "ipython",
    }
    assert {"geopandas", "numba", "starlette"} <= plain
    assert plain & jupyter == set()
    assert jupyter <= extra


def test_target_opens_a_notebook_that_is_there():
    text = (ROOT / "Makefile").read_text("utf-8")
    [line] = re.findall(r"^notebook:.*\n\t(.+)$", text, flags=re.MULTILINE)
    program, command, path = line.split()
    assert (program, command) == ("$(BIN)/jupyter", "lab")
    assert (ROOT / path).is_file()


def test_command_is_not_misled_by_modules_of_the_user(tmp_path):
    for name in ("api.py", "gis.py", "layers.py"):
        (tmp_path / name).write_text("raise SystemExit('a module of the user')")
    start = "import sys; sys.argv = ['pagoda', '--help']; import pagoda_gis as it"
    run = subprocess.run(
        [sys.executable, "-c", f"{start}; it.main()"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("Usage: pagoda")


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-spark.lock"])
def test_lock_has_hashes_and_no_addresses(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index-url" not in text
    pinned = [
        line for line in text.splitlines() if "==" in line and line[0] not in " #"
    ]
    blocks = text.split("\n")
    assert len(pinned) > 40
    for line in pinned:
        assert blocks[blocks.index(line) + 1].strip().startswith("--hash=sha256:"), line


def test_browser_lock_has_integrity_and_no_addresses():
    text = (ROOT / "layers/browser/package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    assert '"integrity": "sha512-' in text


def test_wheel_carries_the_floors_and_the_browser_code(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "gis/crs.py",
        "layers/browser/dist/leaflet.js",
        "layers/browser/dist/swagger-ui.js",
        "layers/browser/dist/swagger-ui.LICENSE",
        "layers/browser/five_colour.js",
        "layers/reports/report.html",
        "layers/reports/report.css",
        "layers/reports/report.typ",
        "layers/reports/code_sheets.typ",
        "api/cli/commands.py",
        "pagoda_gis.py",
        *(f"{floor}/py.typed" for floor in ("gis", "layers", "api")),
    ):
        assert needed in names
    [metadata] = [name for name in names if name.endswith(".dist-info/METADATA")]
    text = zipfile.ZipFile(wheel).read(metadata).decode()
    assert "\nName: pagoda-gis\n" in text
    assert "\nProject-URL:" not in text
    assert {"3.11", "3.12", "3.13"} <= set(
        re.findall(r"\nClassifier: Programming Language :: Python :: (3\.\d+)", text)
    )
    assert not [name for name in names if name.startswith("tests/")]
