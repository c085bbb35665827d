"""The GeoPackage store at full counts: `main()` is for `make soak`."""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench_stores import TIANJIN_EVENTS, geopackage, history

from geopackage_faults import cut_rounds, kill_rounds, mutation_rounds

KILLS = 200
CUTS = 300
MUTATED = 1000


def main(events: int = TIANJIN_EVENTS) -> dict[str, object]:
    """Return what was lost, half, unseen, and what the whole history costs."""
    return {
        "kills": in_a_folder(lambda folder: kill_rounds(folder, KILLS)),
        "cuts": in_a_folder(lambda folder: cut_rounds(folder, CUTS)),
        "mutations": in_a_folder(lambda folder: mutation_rounds(folder, MUTATED)),
        "history": whole_history(events),
    }


def whole_history(events: int) -> dict[str, float]:
    """Load the whole history; return seconds and the most memory ever used."""
    before = time.perf_counter()
    with geopackage() as make:
        found = history(make, events)
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "events": events,
        "appending_s": round(events / found["history_per_s"]),
        "with_making_the_events_s": round(time.perf_counter() - before),
        "peak_memory_mib": round(peak_kib / 1024),
    }


def in_a_folder(work: Callable[[Path], dict[str, object]]) -> dict[str, object]:
    """Run in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        return work(Path(folder))


if __name__ == "__main__":
    print(json.dumps(main(), indent=1))
