"""A city of 5,733 units and 6.27 million events, Parquet to Parquet by the command.

Usage: ``python tests/benchmarks/bench_city.py [EVENTS]``.
"""

import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gis.synthetic import make_city, make_city_events

EVENTS = 6_270_000


def main(events: int = EVENTS) -> dict[str, object]:
    """Return seconds of each stage, seconds in all and peak memory in MiB."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        city = make_city()
        city.grids.to_parquet(here / "grids.parquet")
        city.circles.to_csv(here / "circles.csv", index=False)
        make_city_events(events).to_parquet(here / "events.parquet", index=False)
        start = time.perf_counter()
        said = subprocess.run(
            [
                *(sys.executable, "-m", "api", "assign", "--id", "grid_id"),
                *("--grids", here / "grids.parquet"),
                *("--circles", here / "circles.csv"),
                *("--events", here / "events.parquet"),
                *("--out", here / "answers.parquet"),
            ],
            check=True,
            capture_output=True,
            text=True,
        ).stderr
        seconds = time.perf_counter() - start
    stages = dict(re.findall(r"(?:Time: |, )([a-z ]+) ([\d.]+) s", said))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "events": events,
        "units": len(city.grids),
        "stages_s": {name: float(value) for name, value in stages.items()},
        "whole_process_s": round(seconds, 1),
        "peak_memory_mib": round(peak),
        "said": said.splitlines()[-3:],
    }


if __name__ == "__main__":
    print(main(*(int(argument) for argument in sys.argv[1:])))
