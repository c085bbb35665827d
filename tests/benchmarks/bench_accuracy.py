"""Cost of probabilities, and how many positions an error puts into a wrong grid.

Run with ``python tests/benchmarks/bench_accuracy.py``; everything is seeded.
"""

import time

import numpy as np
import shapely

from gis.assignment import Uncertainty
from gis.geodesy import metres_per_degree
from gis.index import RTreeIndex
from gis.synthetic import make_s_town

ACCURACIES_M = (8.0, 25.0, 60.0, 300.0)
ERRORS_M = (5.0, 10.0, 20.0, 50.0)
SINGLES = 2_000
BULK = 100_000
# 5,733 grids in 11,900 km2, as squares whose sides have as many vertices as real ones
LARGE_SIDES = (63, 91)
SQUARE_M = 1440.0
STEPS_A_SIDE = 8


def in_degrees(x, y):
    return metres_per_degree(y)


def in_metres(x, y):
    return np.ones((2, len(x)))


def large_coverage():
    columns, rows = LARGE_SIDES
    squares = [
        shapely.box(i, j, i + 1, j + 1) for j in range(rows) for i in range(columns)
    ]
    squares = shapely.segmentize(np.array(squares), 1.0 / STEPS_A_SIDE)

    def bend(xy):
        east = xy[:, 0] + 0.08 * np.sin(5.0 * xy[:, 1])
        north = xy[:, 1] + 0.08 * np.sin(7.0 * xy[:, 0])
        return np.column_stack([east, north]) * SQUARE_M

    return shapely.transform(squares, bend)


def report_speed(name, polygons, scale):
    rng = np.random.default_rng(1)
    low, high = np.array(shapely.total_bounds(polygons)).reshape(2, 2)
    x, y = rng.uniform(low, high, (BULK, 2)).T
    index = RTreeIndex.build(range(100_000, 100_000 + len(polygons)), polygons)
    owners = index.locate_many(x, y)
    started = time.perf_counter()
    uncertainty = Uncertainty(polygons, scale)
    built = time.perf_counter() - started
    vertices = len(shapely.get_coordinates(polygons))
    print(f"{name}: {len(polygons)} grids, {vertices} vertices, built in {built:.2f} s")
    for accuracy_m in ACCURACIES_M:
        spent = []
        for row in range(SINGLES):
            before = time.perf_counter()
            uncertainty.at(x[row], y[row], accuracy_m, int(owners[row]))
            spent.append(time.perf_counter() - before)
        p50, p99 = np.percentile(spent, [50, 99]) * 1e6
        before = time.perf_counter()
        table = uncertainty.at_many(x, y, np.full(BULK, accuracy_m), owners)
        bulk = (time.perf_counter() - before) / BULK * 1e6
        print(
            f"  accuracy {accuracy_m:5.0f} m: p50 {p50:6.1f} us, p99 {p99:6.1f} us, "
            f"bulk {bulk:6.2f} us, {len(table.rows) / BULK:.2f} grids a position"
        )


def report_wrong_grids(polygons):
    rng = np.random.default_rng(2)
    index = RTreeIndex.build(range(100, 100 + len(polygons)), polygons)
    low, high = np.array(shapely.total_bounds(polygons)).reshape(2, 2)
    true = rng.uniform(low, high, (2 * BULK, 2))
    rows = index.locate_many(*true.T)
    true, rows = true[rows >= 0], rows[rows >= 0]
    per_metre = 1.0 / metres_per_degree(true[:, 1]).T
    uncertainty = Uncertainty(polygons, in_degrees)
    for error_m in ERRORS_M:
        radii_m = np.full(len(true), 1.5096 * error_m)
        seen = true + rng.normal(0.0, error_m, true.shape) * per_metre
        owners = index.locate_many(*seen.T)
        wrong = (owners != rows).mean()
        table = uncertainty.at_many(*seen.T, radii_m, owners)
        said = 1.0 - table.p_owner.mean()
        print(
            f"  error {error_m:3.0f} m an axis: {wrong:6.2%} in a wrong grid, "
            f"probabilities say {said:6.2%}"
        )


def main():
    town = make_s_town().grids.sort_values("grid_id").geometry.to_numpy()
    report_speed("S town", town, in_degrees)
    report_speed("Tianjin scale", large_coverage(), in_metres)
    print("S town, positions inside:")
    report_wrong_grids(town)


if __name__ == "__main__":
    main()
