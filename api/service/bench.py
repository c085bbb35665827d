"""`pagoda bench`: the locators side by side on a user's own grids and points."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.assignment import bring_to_grids, is_usable
from gis.counts import count_text
from gis.index import GridIndex, RTreeIndex, warm_up
from gis.sentences import sentence
from layers.datums import choose_datum
from layers.files import join_parts, read_coordinates, read_events, read_grids
from layers.territory import build_territory

Floats = NDArray[np.float64]
Rows = NDArray[np.int32]
SINGLES = 2000
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class BenchRow:
    """One locator on the user's data.

    Attributes
    ----------
    name
        What was measured.
    points_per_s
        Points in bulk per CPU second, the best of three rounds.
    single_us
        Median microseconds of one call from Python.
    differences
        Points answered otherwise than by shapely.
    """

    name: str
    points_per_s: float
    single_us: float
    differences: int


def bench_files(
    grids: Path, id_column: str, points: Path
) -> tuple[list[BenchRow], list[str]]:
    """Measure shapely's tree, `RTreeIndex` and `GridIndex` on files.

    Parameters
    ----------
    grids, id_column
        File of polygons and its column of ids.
    points
        File of points, read as `pagoda assign` reads events.

    Returns
    -------
    rows, notices
        One row a locator; what was measured, in sentences.
    """
    territory = build_territory(join_parts(read_grids(grids, id_column)))
    table = read_events(points)
    coordinates = read_coordinates(table)
    datum, _ = choose_datum(
        sentence("points"),
        sentence("a CRS in the file"),
        None,
        None if coordinates.columns else table.crs,
    )
    ready = bring_to_grids(
        coordinates.positions, datum, territory.datum, territory.bounds
    )
    usable = is_usable(ready.reasons)
    x, y = ready.x[usable], ready.y[usable]
    warm_up()
    ids, polygons = territory.grids["grid_id"].tolist(), list(territory.grids.geometry)
    start = time.process_time()
    index = GridIndex.build(ids, polygons)
    build = time.process_time() - start
    rtree = RTreeIndex.build(ids, polygons)
    tree = shapely.STRtree(polygons)
    truth = first_rows(tree, x, y)
    rows = [
        measure("shapely STRtree", lambda a, b: first_rows(tree, a, b), x, y, truth),
        measure("RTreeIndex", rtree.locate_many, x, y, truth, rtree.locate),
        measure("GridIndex", index.locate_many, x, y, truth, index.locate),
    ]
    return rows, [
        sentence(
            "{grids}, {points} of {usable:,}; GridIndex built in {build:.3f} s, "
            "{nbytes:.1f} MB.",
            grids=count_text(len(ids), "grid"),
            points=count_text(len(x), "usable point"),
            usable=len(usable),
            build=build,
            nbytes=index.nbytes / 1000000.0,
        )
    ]


def first_rows(tree: shapely.STRtree, x: Floats, y: Floats) -> Rows:
    """Return the lowest row that intersects each point by shapely, -1 where none."""
    points, holders = tree.query(shapely.points(x, y), predicate="intersects")
    rows = np.full(len(x), np.iinfo(np.int32).max, dtype=np.int32)
    np.minimum.at(rows, points, holders.astype(np.int32))
    rows[rows == np.iinfo(np.int32).max] = -1
    return rows


def measure(
    name: str,
    bulk: Callable[[Floats, Floats], Rows],
    x: Floats,
    y: Floats,
    truth: Rows,
    single: Callable[[float, float], int] | None = None,
) -> BenchRow:
    """Time one locator and compare its answers."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        rows = bulk(x, y)
        seconds.append(time.process_time() - start)
    locate = single or (lambda a, b: int(bulk(np.array([a]), np.array([b]))[0]))
    return BenchRow(
        name,
        len(x) / max(min(seconds), 1e-9),
        median_us(locate, x[:SINGLES].tolist(), y[:SINGLES].tolist()),
        int((rows != truth).sum()),
    )


def median_us(
    locate: Callable[[float, float], int], x: list[float], y: list[float]
) -> float:
    """Return the median microseconds of single calls, the timer included."""
    spans = []
    for a, b in zip(x, y, strict=True):
        start = time.perf_counter_ns()
        locate(a, b)
        spans.append(time.perf_counter_ns() - start)
    return float(np.median(spans)) / 1e3 if spans else float("nan")
