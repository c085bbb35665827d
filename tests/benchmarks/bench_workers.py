"""Memory of a service by its workers, and when a further worker answers.

Usage: ``python tests/benchmarks/bench_workers.py``. A city of 5,733 grids in a
PostgreSQL of its own. Memory is the sum of PSS over all processes of the service (a
page that three share counts a third to each), ten seconds after it was ready; a further
worker is one of two that was killed.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from gis.models import Instant
from gis.synthetic import make_city
from layers.stores import create_store
from layers.stores.protocol import Draft, Publication
from layers.stores.version_digest import draft_digest
from support.harness import postgres

PORT = 8391
SETTLED_S = 10
STARTED = "Application startup complete"


def memory_mib(process: psutil.Process) -> float:
    """Return the PSS of a process and of all under it, MiB."""
    everyone = [process, *process.children(recursive=True)]
    return sum(each.memory_full_info().pss for each in everyone) / 2**20


def publish_city(address: str) -> None:
    """Make a store of the city."""
    city = make_city()
    with closing(create_store(address)) as store:
        digest = draft_digest(city.grids, city.circles)
        draft = Draft(Instant(0), digest, city.grids, city.circles)
        store.publish(Publication((draft,), "planner", "approver"))


@contextmanager
def service(address: str, workers: int, folder: Path) -> Iterator[subprocess.Popen]:
    """Run a service until the block ends; what it logs stands in ``folder/log``."""
    settings = {
        "PAGODA_SERVICE_KEY": "k" * 40,
        "PAGODA_CACHE": str(folder / "cache"),
        "PAGODA_FILES": str(folder / "files"),
    }
    command = [sys.executable, "-m", "api", "serve", "--store", address]
    options = ["--port", str(PORT), "--workers", str(workers)]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(
            command + options,
            env=os.environ | settings,
            stdout=subprocess.DEVNULL,
            stderr=log,
        ) as process,
    ):
        try:
            wait_until(is_ready)
            yield process
        finally:
            process.terminate()


def is_ready() -> bool:
    """Say whether the service answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz") as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


def wait_until(holds) -> float:
    """Wait for a condition, and return the seconds."""
    start = time.perf_counter()
    while not holds():
        if time.perf_counter() - start > 120:
            raise TimeoutError
        time.sleep(0.02)
    return time.perf_counter() - start


def further_worker_s(process: psutil.Process, log: Path) -> float:
    """Kill one worker, and return the seconds until another has started."""

    def starts() -> int:
        return len(re.findall(STARTED, log.read_text()))

    before = starts()
    workers = [each for each in process.children(recursive=True) if listens(each)]
    workers[-1].kill()
    return wait_until(lambda: starts() > before)


def listens(process: psutil.Process) -> bool:
    """Say whether a process has the mapped index: a worker, none that watches."""
    return any(".index" in each.path for each in process.memory_maps(grouped=False))


def main() -> dict[str, object]:
    """Return memory by the number of workers, their ratio, and the start of one."""
    if reason := postgres.lacking():
        return {"not run": reason}
    memory, further = {}, 0.0
    with (
        closing(postgres.new_server()) as server,
        tempfile.TemporaryDirectory() as name,
    ):
        address = server.fresh_url()
        publish_city(address)
        for workers in (1, 2):
            with service(address, workers, Path(name)) as running:
                process = psutil.Process(running.pid)
                time.sleep(SETTLED_S)
                memory[workers] = round(memory_mib(process))
                if workers > 1:
                    further = further_worker_s(process, Path(name) / "log")
    return {
        "memory_mib": memory,
        "memory_ratio": round(memory[2] / memory[1], 2),
        "further_worker_s": round(further, 2),
    }


if __name__ == "__main__":
    print(json.dumps(main(), indent=1))
