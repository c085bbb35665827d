"""The event service under stops and overload: `main()` is for `make soak`."""

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
from support.harness.service_faults import stops_under_callers

KILLS, TERMS, STOPS = 200, 50, 20
LOADED_S = 30.0


def main() -> dict[str, object]:
    """Return what was lost, doubled, late and odd."""
    report: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        town = folder / "town.gpkg"
        init_sample(str(town), "Asia/Shanghai", 1.0, lambda _: None)
        stopped = str(shutil.copy(town, folder / "stopped.gpkg"))
        report["geopackage"] = stops_under_callers(
            stopped, folder, kills=KILLS, terms=TERMS
        )
        report["overload"] = overload(str(town), folder, LOADED_S)
        if not postgres.lacking():
            report["postgresql"] = stops_of_postgresql(folder, STOPS)
    return report


def stops_of_postgresql(folder: Path, stops: int) -> dict[str, Any]:
    """Return what became of all while the server of the store was stopped."""
    with closing(postgres.new_server()) as server:
        url = server.fresh_url()
        init_sample(url, "Asia/Shanghai", 1.0, lambda _: None)
        with stopping(server, stops) as is_done:
            report = stops_under_callers(
                url, folder, kills=0, terms=0, until=is_done.wait
            )
    return {"stops": stops} | report


@contextmanager
def stopping(server: postgres.Server, stops: int) -> Iterator[threading.Event]:
    """Stop a server at once, over and over, in a thread; say when that is done."""
    is_done = threading.Event()

    def stop() -> None:
        # the service starts on a server that answers
        time.sleep(15)
        for wait_s in np.random.default_rng(5).uniform(0.5, 2.0, stops):
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
    print(json.dumps(main(), indent=1))
