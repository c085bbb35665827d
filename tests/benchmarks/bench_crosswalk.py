"""Crosswalks of two systems of fractal grids: seconds of CPU, measured by hand.

Usage: ``python tests/benchmarks/bench_crosswalk.py``.
"""

import statistics
import time

import numpy as np
import pyproj
from fractal_coverage import fractal_coverage, points_in

from gis.crosswalk import count_items, cross, grid_system, weigh

CRS = pyproj.CRS(4490)
COUNTS = (125, 5733)
RUNS = 5
POINTS = 200_000


def timed(call):
    """Return the median seconds of CPU of a call, and its last answer."""
    seconds = []
    for _ in range(RUNS):
        start = time.process_time()
        answer = call()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds), answer


def main():
    """Print and return seconds by number of grids."""
    table = {}
    for count in COUNTS:
        sources, targets = (
            grid_system(range(count), fractal_coverage(count, seed)) for seed in (1, 2)
        )
        pieces_s, walk = timed(lambda a=sources, b=targets: cross(a, b, CRS))
        x, y = points_in(sources.polygons, POINTS, "uniform").T
        items_s, amounts = timed(lambda w=walk, x=x, y=y: count_items(w, x, y))
        weights_s, _ = timed(lambda w=walk, a=amounts: (w.relations, weigh(w, a)))
        table[count] = {
            "pieces": len(walk.rows),
            "cross_s": pieces_s,
            "items_s": items_s,
            "weights_s": weights_s,
            "points": int(np.asarray(amounts).sum()),
        }
        print(count, table[count])
    return table


if __name__ == "__main__":
    main()
