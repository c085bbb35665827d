"""Stores that former releases wrote, brought to the form of this one.

Each commit after which the form of stores changed wrote the form before: it is checked
out beside the project, makes S town on both stores, and this release tries, migrates,
verifies and replays it. Needs the history of the repository and PostgreSQL.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from support.harness.postgres import new_server

ROOT: Final = Path(__file__).parents[2]
FORMS: Final = "layers/stores/{}/migrations"
COMMANDS: Final = (
    ("migrate", "--dry-run"),
    ("migrate",),
    ("audit", "verify"),
    ("versions",),
    ("due", "--on", "2026-09-30"),
)
UNFINISHED: Final = {"dd904647", "65fa93eb"}
"""Commits within a merge, which never landed: two migrations had one number, and one
was written anew before it did."""
REPLAYED: Final = 5
"""Events of each store whose answers are computed again."""


def upgrade_figures() -> dict[str, Any]:
    """Try the stores of every former form; how many forms, and what failed."""
    stores, faults = [], []
    with closing(new_server()) as server:
        for commit in _commits():
            with _checkout(commit) as folder:
                addresses = {"geopackage": str(folder / "town.gpkg")}
                addresses["postgis"] = server.fresh_url()
                for kind, url in addresses.items():
                    form = _form(commit, kind)
                    stores.append(f"{kind} {form} ({commit[:8]})")
                    print(stores[-1], file=sys.stderr, flush=True)
                    faults += [f"{stores[-1]}: {text}" for text in _faults(folder, url)]
    return {"stores": stores, "faults": faults}


def _commits() -> Iterator[str]:
    """Yield the last commit of every form on the way to this one, newest first."""
    paths = [FORMS.format(kind) for kind in ("geopackage", "postgis")]
    forms = set()
    for change in _git("log", "--first-parent", "--format=%H", "--", *paths):
        [commit] = _git("rev-parse", f"{change}~1")
        form = tuple(_form(commit, kind) for kind in ("geopackage", "postgis"))
        if form not in forms and commit[:8] not in UNFINISHED:
            forms.add(form)
            yield commit


def _form(commit: str, kind: str) -> str:
    """Return the name of the last migration of a commit; the first form has none."""
    paths = _git("ls-tree", "--name-only", commit, FORMS.format(kind) + "/")
    return Path(paths[-1]).name if paths else "first"


@contextmanager
def _checkout(commit: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "release"
        _git("worktree", "add", "--detach", str(folder), commit)
        try:
            yield folder
        finally:
            _git("worktree", "remove", "--force", str(folder))


def _faults(release: Path, url: str) -> Iterator[str]:
    """Yield what goes wrong between a former release and this one."""
    made = _pagoda(release, "init", url, "--sample", "s_town")
    if made.returncode:
        yield f"init of the former release: {made.stderr[-300:]}"
        return
    for words in COMMANDS:
        run = _pagoda(ROOT, *words, "--store", url)
        if run.returncode:
            yield f"{' '.join(words)}: {run.stderr[-300:] or run.stdout[-300:]}"
            return
    listing = _pagoda(ROOT, "events", "--limit", str(REPLAYED), "--store", url).stdout
    ids = [line.split()[0] for line in listing.splitlines() if line[:1].isalnum()]
    if len(ids) < REPLAYED:
        yield f"{len(ids)} events are listed"
    for event_id in ids:
        run = _pagoda(ROOT, "replay", event_id, "--store", url)
        if run.returncode:
            yield f"replay {event_id}: {run.stdout[-300:]}{run.stderr[-300:]}"


def _pagoda(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command of a checkout."""
    environment = os.environ | {"PYTHONPATH": str(folder), "PAGODA_LANG": "en"}
    command = [sys.executable, "-m", "api", *words]
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _git(*words: str) -> list[str]:
    run = subprocess.run(
        ["git", *words], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return run.stdout.splitlines()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "tests"))
    print(json.dumps(upgrade_figures(), indent=1))
