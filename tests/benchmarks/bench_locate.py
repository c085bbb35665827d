"""Point location against its peers: `python tests/benchmarks/bench_locate.py 125 5733`.

CPU time of the best of some runs on one core, except PostGIS (a server of its own) and
the threads, which are wall time. Every answer is compared with ours in the same run;
ours with shapely's, which is one of the peers. The result goes to out/bench.json and,
as Markdown, to standard output.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import shapely
from fractal_coverage import fractal_coverage, points_in
from numba import njit
from numpy.typing import NDArray
from peers import STRTREE, peers

from gis.index import GridIndex, warm_up
from gis.index.layout import BLOCK_HEAD, ROOT

SIZES = (125, 5733, 100_000)
KINDS = ("uniform", "clustered")
POINTS = 4_000_000
SINGLES = 5_000
GOALS = {  # at each size: fastest peer, STRtree, single, build s, MB, load ms
    125: (50, 300, 25, 0.05, 2, 10),
    5733: (50, 90, 25, 1, 50, 10),
    100_000: (50, 80, 25, 15, 300, 50),
}
LOAD = """
import time
from gis.index import GridIndex, warm_up
warm_up()
start = time.perf_counter()
index = GridIndex.load({path!r}, mmap=True)
print((time.perf_counter() - start) * 1e3)
"""


def main(sizes: tuple[int, ...] = SIZES) -> dict[str, object]:
    """Run the sizes and return all figures."""
    warm_up()
    report: dict[str, object] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "points": POINTS,
        "load_average": os.getloadavg(),
        "sizes": {str(size): measure(size) for size in sizes},
    }
    return report


def measure(size: int) -> dict[str, object]:
    """Return the figures of one coverage."""
    polygons = fractal_coverage(size)
    ids = [f"{row:06}" for row in range(size)]
    seconds = best(lambda: GridIndex.build(ids, polygons), 5 if size < 10_000 else 1)
    index = GridIndex.build(ids, polygons)
    points = {kind: columns(points_in(polygons, POINTS, kind)) for kind in KINDS}
    figures: dict[str, object] = {
        "vertices": int(shapely.get_num_coordinates(polygons).sum()),
        "build_s": seconds,
        "index_mb": index.nbytes / 1e6,
        **stored(index),
        "ours_mpoints_s": {k: rate(index.locate_many, *p) for k, p in points.items()},
        "floor_mpoints_s": {k: rate(gather(index), *p) for k, p in points.items()},
        "two_threads_gain": two_threads(index, *points["uniform"]),
        "single_us": singles(index, polygons, *points["uniform"]),
        "peers": {},
        "missing": {},
    }
    for name, count, ask in peers(polygons):
        if isinstance(ask, str):
            figures["missing"][name] = ask
        else:
            figures["peers"][name] = {
                kind: against(index, ask, x[:count], y[:count])
                for kind, (x, y) in points.items()
            }
        print(
            size, name, figures["peers"].get(name) or ask, file=sys.stderr, flush=True
        )
    return figures


def columns(xy: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return x and y as contiguous arrays."""
    return [np.ascontiguousarray(axis) for axis in xy.T]


def best(run: Callable[[], object], repeats: int, clock=time.process_time) -> float:
    """Return the least seconds of some runs, CPU time unless said otherwise."""
    least = np.inf
    for _ in range(repeats):
        start = clock()
        run()
        least = min(least, clock() - start)
    return least


def rate(ask: Callable[..., object], x, y, repeats: int = 5) -> float:
    """Return million points a second."""
    ask(x[:1000], y[:1000])
    return len(x) / best(lambda: ask(x, y), repeats) / 1e6


def against(index: GridIndex, ask, x, y) -> dict[str, float]:
    """Return how fast a peer is and how many of its answers differ from ours."""
    load = getattr(ask, "load", None)
    if load:
        load(x, y)
    clock = time.perf_counter if load else time.process_time
    differing = int((ask(x, y) != index.locate_many(x, y)).sum())
    seconds = best(lambda: ask(x, y), 2, clock)
    return {"mpoints_s": len(x) / seconds / 1e6, "points": len(x), "differ": differing}


def gather(index: GridIndex) -> Callable[..., object]:
    """Return the bare floor: one table read a point, not exact."""
    words, table = index.words, index.words.view(np.int32)[2 * (ROOT + BLOCK_HEAD) :]
    floats = words.view(np.float64)
    x0, y0, x_scale, y_scale = floats[ROOT : ROOT + 4].tolist()
    width, height = int(words[ROOT + 4]) & 0xFFFFFFFF, int(words[ROOT + 4]) >> 32

    @njit(nogil=True, error_model="numpy")
    def read(x, y, table, out):
        for point in range(len(x)):
            column = (x[point] - x0) * x_scale
            row = (y[point] - y0) * y_scale
            held = (column >= 0) & (column < width) & (row >= 0) & (row < height)
            cell = int(row if held else 0.0) * width + int(column if held else 0.0)
            out[point] = table[cell]

    out = np.empty(POINTS, dtype=np.int32)
    return lambda x, y: read(x, y, table, out)


def two_threads(index: GridIndex, x, y) -> float:
    """Return how many times faster two threads are, by the clock on the wall."""
    one, two = (
        best(lambda n=threads: index.locate_many(x, y, threads=n), 5, time.perf_counter)
        for threads in (1, 2)
    )
    return one / two


def singles(index: GridIndex, polygons, x, y) -> dict[str, float]:
    """Return the median of one call with x and y, ours and STRtree's."""
    tree = shapely.STRtree(polygons)

    def strtree(a, b):
        return tree.query(shapely.Point(a, b), predicate="intersects")

    xs, ys = x[:SINGLES].tolist(), y[:SINGLES].tolist()
    calls = {"ours": index.locate, "STRtree.query": strtree}
    return {
        name: min(median_us(call, xs, ys) for _ in range(5))
        for name, call in calls.items()
    }


def median_us(call, xs: list[float], ys: list[float]) -> float:
    """Return the median microseconds of a call, of batches of 50."""
    took = []
    for first in range(0, len(xs), 50):
        batch = list(zip(xs[first : first + 50], ys[first : first + 50], strict=True))
        start = time.perf_counter_ns()
        for a, b in batch:
            call(a, b)
        took.append((time.perf_counter_ns() - start) / len(batch))
    return float(np.median(took)) / 1e3


def stored(index: GridIndex) -> dict[str, float]:
    """Return the size of the file, and how long a second process takes to map it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index.bin"
        index.save(path)
        code = LOAD.format(path=str(path))
        root = str(Path(__file__).parents[2])
        command = [sys.executable, "-c", code]
        loads = [
            float(subprocess.check_output(command, cwd=root, text=True))
            for _ in range(3)
        ]
        return {"file_mb": path.stat().st_size / 1e6, "load_ms": min(loads)}


def markdown(report) -> str:
    """Return the table of the README."""
    lines = ["| | " + " | ".join(report["sizes"]) + " |"]
    lines.append("| --- " * (len(report["sizes"]) + 1) + "|")
    for title, cell in ROWS.items():
        cells = [cell(int(size), each) for size, each in report["sizes"].items()]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    missing = {
        f"{name} ({why})"
        for each in report["sizes"].values()
        for name, why in each["missing"].items()
    }
    if missing:
        lines += ["", "Not measured: " + "; ".join(sorted(missing)) + "."]
    return "\n".join(lines)


def _ratios(each, names) -> list[float]:
    """Return how many times faster we are than the fastest of some peers, by kind."""
    return [
        each["ours_mpoints_s"][kind]
        / max(each["peers"][name][kind]["mpoints_s"] for name in names)
        for kind in KINDS
    ]


def _times(ratios: list[float], goal: float) -> str:
    """Return ratios beside their goal."""
    return " / ".join(f"{ratio:.0f}x" for ratio in ratios) + f" (goal {goal}x)"


def _differing(each) -> int:
    """Return how many answers of all peers differ from ours."""
    return sum(
        peer[kind]["differ"] for peer in each["peers"].values() for kind in KINDS
    )


ROWS: dict[str, Callable[..., str]] = {
    "million points/s, uniform / clustered": lambda size, each: " / ".join(
        f"{each['ours_mpoints_s'][kind]:.1f}" for kind in KINDS
    ),
    "against the fastest peer": lambda size, each: _times(
        _ratios(each, each["peers"]), GOALS[size][0]
    ),
    "against STRtree `query(points, 'intersects')`": lambda size, each: _times(
        _ratios(each, [STRTREE]), GOALS[size][1]
    ),
    "one `locate`, against `STRtree.query`": lambda size, each: (
        f"{each['single_us']['ours']:.2f} us, "
        + _times(
            [each["single_us"]["STRtree.query"] / each["single_us"]["ours"]],
            GOALS[size][2],
        )
    ),
    "build": lambda size, each: f"{each['build_s']:.3f} s (goal {GOALS[size][3]} s)",
    "index size": lambda size, each: (
        f"{each['index_mb']:.1f} MB (goal {GOALS[size][4]} MB), "
        f"file with polygons {each['file_mb']:.1f} MB"
    ),
    "load by mmap in a second process": lambda size, each: (
        f"{each['load_ms']:.1f} ms (goal {GOALS[size][5]} ms)"
    ),
    "share of the bare gather floor": lambda size, each: " / ".join(
        f"{each['ours_mpoints_s'][kind] / each['floor_mpoints_s'][kind]:.0%}"
        for kind in KINDS
    ),
    "two threads against one": lambda size, each: f"{each['two_threads_gain']:.2f}x",
    "answers that differ": lambda size, each: str(_differing(each)),
}


if __name__ == "__main__":
    result = main(tuple(int(size) for size in sys.argv[1:]) or SIZES)
    out = Path(__file__).parents[2] / "out"
    out.mkdir(exist_ok=True)
    (out / "bench.json").write_text(json.dumps(result, indent=1) + "\n")
    print(markdown(result))
