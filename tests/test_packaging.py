"""The floors come from this checkout, and a wheel carries the browser code."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

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


def test_lock_has_hashes_and_no_addresses():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index-url" not in text
    pinned = [
        line for line in text.splitlines() if "==" in line and line[0] not in " #"
    ]
    blocks = text.split("\n")
    assert len(pinned) > 50
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
