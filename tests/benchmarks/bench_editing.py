"""Cost of opening, editing, validating and undoing a draft; seeded.

Usage: ``python tests/benchmarks/bench_editing.py [GRIDS ...]``; 125 and 5,733 without.
An operation is timed with its checks, polygons, attributes and R-tree.
"""

import sys
import time
from collections import defaultdict
from pathlib import Path

import geopandas as gpd
import numpy as np
from fractal_coverage import fractal_coverage

sys.path.insert(0, str(Path(__file__).parents[1]))

from gis.editing import Workspace
from gis.editing.validation import validate
from gis.errors import EditError
from gis.geometry import round_coordinates
from support.makers.edit_proposals import NAMES, propose

ASKED_MS = {
    125: {"operation p95": 4.0, "open": 200.0, "validate": 20.0},
    5733: {"operation p95": 8.0, "open": 2000.0, "validate": 600.0},
}
GEOMETRIC = [name for name in NAMES if name not in ("reparent", "set_figures")]
OPERATIONS = 1000
# a draft is fresh again before it has grown out of the town that is measured
PER_DRAFT = 100
PER_COMMUNITY = 25


def city(count: int) -> gpd.GeoDataFrame:
    """Return grids with fractal borders, in communities of about 25."""
    shapes = round_coordinates(fractal_coverage(count))
    communities = 1 + np.arange(count) // PER_COMMUNITY
    ids = [f"330199101{c:03d}{1 + n % 25:03d}" for n, c in enumerate(communities)]
    return gpd.GeoDataFrame(
        {"grid_id": ids, "parent_id": "C4-01", "residents": 1000},
        geometry=shapes,
        crs="EPSG:4490",
    )


def timed_ms(call, repeats: int = 5) -> float:
    """Return the median time of a call."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return float(np.median(times)) * 1e3


def edit_times(layer: gpd.GeoDataFrame, operations: int) -> dict[str, list[float]]:
    """Return the times of operations that were done, by name, and of undo."""
    rng = np.random.default_rng(1)
    times = defaultdict(list)
    draft = Workspace(layer)
    for number in range(operations):
        name = GEOMETRIC[number % len(GEOMETRIC)]
        operation = propose(draft, name, rng)
        if operation is None:
            continue
        start = time.process_time()
        try:
            with draft.edit("measured", author="bench") as e:
                e.do(operation)
        except EditError:
            times["refused"].append(time.process_time() - start)
            continue
        times[name].append(time.process_time() - start)
        if len(draft.steps) >= PER_DRAFT:
            while draft.steps:
                start = time.process_time()
                draft.undo()
                times["undo"].append(time.process_time() - start)
    return times


def main(counts: list[int]) -> None:
    """Print what was measured beside what is asked."""
    for count in counts:
        layer = city(count)
        asked = ASKED_MS.get(count, {})
        opened = timed_ms(lambda layer=layer: Workspace(layer), 3)
        planar = Workspace(layer).planar
        checked = timed_ms(lambda planar=planar: validate(planar))
        times = edit_times(layer, OPERATIONS)
        every = np.concatenate([times[name] for name in GEOMETRIC]) * 1e3
        p50, p95, p99 = np.percentile(every, [50, 95, 99])
        print(f"{count:,} grids")
        print(f"  open: {opened:.0f} ms (asked {asked.get('open')})")
        print(f"  validate: {checked:.1f} ms (asked {asked.get('validate')})")
        print(
            f"  operation: p50 {p50:.2f}, p95 {p95:.2f}, p99 {p99:.2f} ms "
            f"(asked p95 {asked.get('operation p95')}), {len(every)} done"
        )
        for name, values in times.items():
            p50, p95 = np.percentile(np.array(values) * 1e3, [50, 95])
            print(f"    {name}: p50 {p50:.2f}, p95 {p95:.2f} ms, {len(values)}")


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [125, 5733])
