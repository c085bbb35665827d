"""One full assignment from Python: grid, chain, posts on duty.

Usage: ``python tests/benchmarks/bench_assign.py [GRIDS ...]``.
"""

import gc
import sys
import time

import numpy as np
import shapely
from fractal_coverage import fractal_coverage

from gis.assignment import Assigner, Command
from gis.geodesy import GeodesicRuler
from gis.index import GridIndex
from gis.models import Circle, Post
from gis.pagoda import build_pagoda
from gis.roster import Duty, DutyTable, Roster

SIZES = (125, 5733, 100_000)
CALLS = 20_000
WEEK_MS = 7 * 86_400_000


def make_assigner(count: int) -> tuple[Assigner, np.ndarray]:
    """Return an assigner with five tiers, posts and weekly duties, and its polygons."""
    polygons = fractal_coverage(count)
    ids = [f"{row:06}" for row in range(count)]
    circles, parents, below = [], {}, ids
    for tier in (4, 3, 2, 1):
        size = 1 if tier == 1 else max(1, len(below) // 4)
        names = [f"C{tier}-{n:06}" for n in range(size)]
        parents |= {b: names[n * size // len(below)] for n, b in enumerate(below)}
        circles += [(name, tier) for name in names]
        below = names
    tree = [Circle(name, parents.get(name), tier, name) for name, tier in circles]
    pagoda = build_pagoda(tree, {grid: parents[grid] for grid in ids})
    posts = [Post(f"{grid}-L", grid, "grid_leader", "L1") for grid in ids]
    posts += [
        Post(f"{c.circle_id}-L", c.circle_id, "circle_leader", "R1") for c in tree
    ]
    duties = [
        Duty(f"D{grid}-{week}", f"{grid}-L", f"L{week}", week * WEEK_MS,
             (week + 1) * WEEK_MS, 0)
        for grid in ids[:6000]
        for week in range(4)
    ]  # fmt: skip
    command = Command(DutyTable(Roster(pagoda, posts), duties))
    index = GridIndex.build(ids, polygons)
    return Assigner(index, list(polygons), GeodesicRuler(), command=command), polygons


def median_us(assigner: Assigner, polygons: np.ndarray) -> tuple[float, float]:
    """Return p50 and p99 of one call inside the town, the timer included."""
    rng = np.random.default_rng(3)
    low, high = np.split(shapely.total_bounds(polygons), 2)
    xy = rng.uniform(low, high, (CALLS, 2))
    at = rng.integers(0, 4 * WEEK_MS, CALLS).tolist()
    inside = assigner.assign_many(xy[:, 0], xy[:, 1]).rows >= 0
    places = [(*p, t) for p, t, i in zip(xy.tolist(), at, inside, strict=True) if i]
    for place in places:
        assigner.assign(*place)
    spans = []
    gc.disable()
    for x, y, t in places:
        start = time.perf_counter_ns()
        assigner.assign(x, y, t)
        spans.append(time.perf_counter_ns() - start)
    gc.enable()
    return tuple(np.percentile(spans, (50, 99)) / 1e3)


def main(sizes: tuple[int, ...] = SIZES) -> dict[str, dict[str, float]]:
    """Return p50 and p99 in microseconds by size."""
    report = {}
    for size in sizes:
        p50, p99 = median_us(*make_assigner(size))
        report[str(size)] = {
            "p50_us": round(float(p50), 2),
            "p99_us": round(float(p99), 2),
        }
    return report


if __name__ == "__main__":
    print(main(tuple(int(size) for size in sys.argv[1:]) or SIZES))
