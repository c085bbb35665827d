"""The event service under stops and overload, each a part of `make soak`."""

import json
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from api.service.stores.init import init_sample
from support.harness import postgres
from support.harness.overload import overload
from support.harness.service_faults import mixed_signals, stops_under_callers

ROUNDS = 5
COUNTS = KILLS, TERMS, LOADED_S, STOPS = 200 // ROUNDS, 50 // ROUNDS, 30.0, 20


def stops(number: int = 0, kills: int = KILLS, terms: int = TERMS) -> dict[str, Any]:
    """Return what a round of stops of a service lost, doubled and delayed."""
    signals = mixed_signals(kills, terms, seed=number)
    with _town() as town:
        return stops_under_callers(str(town), town.parent, signals=signals)


def load(seconds: float = LOADED_S) -> dict[str, Any]:
    """Return what a service said to three times its load."""
    with _town() as town:
        return overload(str(town), town.parent, seconds)


def stops_of_postgresql(count: int = STOPS) -> dict[str, Any]:
    """Return what became of all while the server of the store was stopped."""
    if reason := postgres.lacking():
        return {"skipped": reason}
    with closing(postgres.new_server()) as server, _folder() as folder:
        url = server.fresh_url()
        init_sample(url, "Asia/Shanghai", 1.0, lambda _: None)
        with stopping(server, count) as is_done:
            report = stops_under_callers(url, folder, until=is_done.wait)
    return {"stops": count} | report


@contextmanager
def _town() -> Iterator[Path]:
    """A GeoPackage with S town, in a folder that is gone afterwards."""
    with _folder() as folder:
        town = folder / "town.gpkg"
        init_sample(str(town), "Asia/Shanghai", 1.0, lambda _: None)
        yield town


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="pagoda-soak-"))
    yield folder
    # of a run that breaks off the log stays
    shutil.rmtree(folder)


@contextmanager
def stopping(server: postgres.Server, count: int) -> Iterator[threading.Event]:
    """Stop a server at once, over and over, in a thread; say when that is done."""
    is_done = threading.Event()

    def stop() -> None:
        # the service starts on a server that answers
        time.sleep(15)
        for wait_s in np.random.default_rng(5).uniform(0.5, 2.0, count):
            time.sleep(wait_s)
            server.stop_at_once()
            server.start()
        is_done.set()

    thread = threading.Thread(target=stop)
    thread.start()
    try:
        yield is_done
    finally:
        thread.join()


if __name__ == "__main__":
    print(json.dumps([stops(), load(), stops_of_postgresql()], indent=1))
