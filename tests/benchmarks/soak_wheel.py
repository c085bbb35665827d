"""The wheel in environments of its own: every Python it is for that the machine has.

Each gets an environment outside the checkout, the wheel with what it needs by the
ordinary index, and runs the command from a folder whose own modules are called as ours.
CI has one Python alone, so this is run by hand; what is not there is named.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
VERSIONS: Final = ("3.11", "3.12", "3.13")
COMMANDS: Final = (
    ("--help",),
    ("init", "town.gpkg", "--sample", "s_town"),
    ("map", "--store", "town.gpkg", "--out", "map.html"),
    ("export", "--store", "town.gpkg", "--out", "copy.gpkg"),
)
TRAPS: Final = ("api.py", "gis.py", "layers.py")
"""Modules of a user that must not be taken for ours."""


def wheel_figures() -> dict[str, Any]:
    """Build the wheel and try it under each Python; figures, and what failed."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = _built(Path(folder))
        kib = wheel.stat().st_size // 1024
        tried = {
            version: _tried(wheel, python, Path(folder) / version)
            for version in VERSIONS
            if (python := _python(version)) is not None
        }
    faults = [fault for figures in tried.values() for fault in figures.pop("faults")]
    absent = [version for version in VERSIONS if version not in tried]
    return {"wheel_kib": kib, "pythons": tried, "absent": absent, "faults": faults}


def _uv(*arguments: object) -> subprocess.CompletedProcess[str]:
    uv = Path(sys.executable).with_name("uv")
    return _run([uv, *arguments], ROOT)


def _run(
    command: list[Any], folder: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _built(folder: Path) -> Path:
    run = _run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], ROOT
    )
    wheels = [*folder.glob("*.whl")]
    assert len(wheels) == 1, run.stderr
    return wheels[0]


def _python(version: str) -> Path | None:
    """Return a Python of a version that is on the machine; none is fetched."""
    found = _uv("python", "find", "--no-python-downloads", "--system", version)
    if found.returncode == 0:
        return Path(found.stdout.strip())
    # pyenv keeps versions that are not on the path
    kept = Path.home() / ".pyenv" / "versions"
    paths = sorted(kept.glob(f"{version}.*/bin/python"))
    return paths[-1] if paths else None


def _tried(wheel: Path, python: Path, folder: Path) -> dict[str, Any]:
    """Install the wheel and run commands; seconds of each, and faults."""
    folder.mkdir()
    faults, seconds = [], {}
    _uv("venv", "--quiet", "--python", python, folder / "env")
    inside = folder / "env" / "bin" / "python"
    start = time.perf_counter()
    run = _uv("pip", "install", "--quiet", "--python", inside, wheel)
    seconds["install"] = round(time.perf_counter() - start, 1)
    if run.returncode:
        return {"seconds": seconds, "faults": [f"{python}: {run.stderr[-500:]}"]}
    own = folder / "own"
    own.mkdir()
    for name in TRAPS:
        (own / name).write_text("raise SystemExit('a module of the user')")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PAGODA_")}
    environment |= {"PYTHONPATH": str(own)}
    for words in COMMANDS:
        start = time.perf_counter()
        run = _run([folder / "env" / "bin" / "pagoda", *words], own, environment)
        seconds[words[0]] = round(time.perf_counter() - start, 2)
        if run.returncode or re.search("Traceback|Warning", run.stderr):
            faults.append(f"{python}, pagoda {' '.join(words)}: {run.stderr[-500:]}")
    return {"seconds": seconds, "faults": faults}


if __name__ == "__main__":
    print(json.dumps(wheel_figures(), indent=1))
