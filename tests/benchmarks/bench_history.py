"""The history of a city of 5,733 units, loaded into a new GeoPackage by the command.

CPU seconds and peak memory are of the whole process, beside those of a history of a
third of the length: memory is that of a part of the file, and does not grow with it.

Usage: ``python tests/benchmarks/bench_history.py [EVENTS]``.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import bench_city

EVENTS = 627_000
"""A tenth of the history of the city."""
DAY_S = 86_400


def make_history(here: Path, events: int) -> None:
    """Write events with the times of fifty days, in order of time."""
    import numpy as np  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    bench_city.make(here, events)
    places = pd.read_parquet(here / "events.parquet")
    seconds = np.sort(np.random.default_rng(1).integers(0, 50 * DAY_S, events))
    times = pd.Timestamp("2026-10-01", tz="UTC") + pd.to_timedelta(seconds, unit="s")
    texts = times.strftime("%Y-%m-%dT%H:%M:%SZ")
    pd.DataFrame(
        {
            "source_id": places["event_id"].map("E{:08d}".format),
            "occurred_at": texts,
            "received_at": texts,
            "lon": places["lon"],
            "lat": places["lat"],
        }
    ).to_csv(here / "history.csv", index=False)


def cost_of_load(events: int) -> dict[str, float]:
    """Return what loading a history of some length costs."""
    command = [sys.executable, "-m", "api"]
    with tempfile.TemporaryDirectory() as folder:
        here, store = Path(folder), str(Path(folder, "city.gpkg"))
        # in a process of its own, whose memory is not that of the load
        subprocess.run(
            [sys.executable, __file__, "--make", folder, str(events)], check=True
        )
        subprocess.run([*command, "init", store], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(
            [
                *(*command, "load", "grids", here / "grids.parquet", "--id", "grid_id"),
                *("--circles", here / "circles.csv", "--valid-from", "2026-09-01"),
                *("--author", "planner", "--reviewer", "chief", "--store", store),
            ],
            check=True,
            capture_output=True,
        )
        cost, _ = bench_city.cost_of(
            *(*command, "load", "events", here / "history.csv"),
            *("--source", "hotline", "--datum", "cgcs2000", "--store", store),
        )
    return cost


def main(events: int = EVENTS) -> dict[int, dict[str, float]]:
    """Return costs by the number of events."""
    return {count: cost_of_load(count) for count in (events // 3, events)}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--make"]:
        make_history(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        print(main(*(int(argument) for argument in sys.argv[1:])))
