"""Files that came back from a survey, matched and healed: CPU seconds, by hand.

Usage: ``python tests/benchmarks/bench_import.py``.
"""

import time

import numpy as np
import pyproj
import shapely
from fractal_coverage import fractal_coverage

from gis.editing.reconciliation import reconcile
from gis.editing.returned import match_grids
from gis.geometry import round_coordinates

CRS = pyproj.CRS(4490)
COUNTS = (125, 5733)
METRES = np.array([96_000.0, 111_000.0])
ASTRAY_M = 0.4


def drawn_anew(polygon, random):
    """Return a polygon with every corner astray; as it was where that breaks it."""
    corners = shapely.get_coordinates(polygon)[:-1]
    step = random.normal(0.0, ASTRAY_M, corners.shape) / METRES
    drawn = shapely.Polygon(corners + step)
    return drawn if drawn.is_valid else polygon


def measured(base, rows):
    """Return seconds of matching and of healing, and what came of it."""
    start = time.process_time()
    match = match_grids(base, rows)
    matched = time.process_time()
    outcome = reconcile(match, CRS, is_healed=True)
    return {
        "match_s": round(matched - start, 2),
        "heal_s": round(time.process_time() - matched, 2),
        "changed": len(match.changed),
        "faces": sum(pair.count for pair in outcome.disputes),
        "conflicts": len(outcome.conflicts),
    }


def main():
    """Print and return seconds by number of grids and of grids drawn anew."""
    table = {}
    for count in COUNTS:
        shapes = round_coordinates(fractal_coverage(count))
        base = {f"{row:04d}": shape for row, shape in enumerate(shapes)}
        for share in (0.0, 0.02, 0.1):
            random = np.random.default_rng(1)
            chosen = random.random(count) < share
            rows = [
                (grid, drawn_anew(shape, random) if is_new else shape)
                for (grid, shape), is_new in zip(base.items(), chosen, strict=True)
            ]
            table[count, share] = measured(base, rows)
            print(count, share, table[count, share])
    return table


if __name__ == "__main__":
    main()
