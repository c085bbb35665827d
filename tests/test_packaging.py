"""The floors come from this checkout, and a wheel carries the browser code."""

import subprocess
import sys
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import api
import gis
import layers

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("floor", [gis, layers, api], ids=lambda floor: floor.__name__)
def test_floor_comes_from_this_checkout(floor):
    assert Path(floor.__file__).parent == ROOT / floor.__name__


def test_command_is_installed():
    (command,) = (
        e for e in entry_points(group="console_scripts") if e.name == "pagoda"
    )
    assert command.value == "api.cli:main"


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
    ):
        assert needed in names
    assert not [name for name in names if name.startswith("tests/")]
