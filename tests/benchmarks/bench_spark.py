"""What Spark costs beside the same work in plain processes, and beside a join.

Usage: ``python tests/benchmarks/bench_spark.py [EVENTS]``. A city of 5,733 units; the
events lie in eight part files. Processor seconds of all processes of each side, the
start of the JVM and of workers apart: each side has run once before it is measured.
Spark answers files, as the command does, and frames, which go through its JVM. The join
is what Sedona does in Python: `mapInPandas` with an STRtree, points made of
columns, `intersects`, the lowest id where there are two.
"""

import json
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from gis.crs import parse_datum
from gis.synthetic import make_city, make_city_events
from layers.assignment import (
    BatchQuestion,
    FrameQuestion,
    answer_part,
    load_basis,
    save_basis,
)
from layers.files.part_files import RowGroups, read_part_files
from layers.spark import assign, assign_parts, spark_session
from layers.territory import build_territory

EVENTS, PARTS, CORES, ROUNDS = 6_270_000, 8, 2, 3
MOST_RATIO, LEAST_JOIN_RATIO = 1.15, 5.0
ASKED = BatchQuestion(FrameQuestion(), parse_datum("wgs84"))


def cpu_seconds() -> dict[int, float]:
    """Return what each process under this one has used."""
    seconds = {}
    here = psutil.Process()
    for process in [here, *here.children(recursive=True)]:
        try:
            seconds[process.pid] = sum(process.cpu_times()[:2])
        except psutil.NoSuchProcess:
            continue
    return seconds


def measured(work: Callable[[], object]) -> tuple[float, float]:
    """Return processor seconds and seconds of some work, ended processes with them."""
    before = cpu_seconds()
    after = dict(before)
    is_over = threading.Event()

    def look() -> None:
        # Spark ends workers by itself, and nobody waits for what they used
        while not is_over.wait(0.1):
            after.update(cpu_seconds())

    watch = threading.Thread(target=look)
    watch.start()
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    is_over.set()
    watch.join()
    after.update(cpu_seconds())
    return sum(after.values()) - sum(before.values()), seconds


@cache
def shipped(folder: Path) -> Any:
    return load_basis(folder / "index", folder / "rest")


def plain_part(folder: Path, part: Path, out: Path) -> None:
    """Answer one part file."""
    numbers = range(pq.read_metadata(part).num_row_groups)
    answer_part(shipped(folder), RowGroups(part, numbers), ASKED, out)


def join(wkb: list[bytes], ids: list[str]) -> Callable:
    """Return a join by an STRtree, which each worker builds once a task."""

    def answer(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        polygons = shapely.from_wkb(wkb)
        shapely.prepare(polygons)
        tree = shapely.STRtree(polygons)
        for frame in frames:
            points = shapely.points(frame["lon"].to_numpy(), frame["lat"].to_numpy())
            places, rows = tree.query(points, predicate="intersects")
            lowest = np.full(len(frame), len(ids))
            np.minimum.at(lowest, places, rows)
            yield frame.assign(grid_id=np.array([*ids, None], dtype=object)[lowest])

    return answer


def write_events(folder: Path, events: int) -> list[Path]:
    """Write the events into part files."""
    folder.mkdir()
    rows = pa.Table.from_pandas(make_city_events(events), preserve_index=False)
    paths = [folder / f"{part}.parquet" for part in range(PARTS)]
    size = -(-events // PARTS)
    for part, path in enumerate(paths):
        pq.write_table(rows.slice(part * size, size), path, compression="zstd")
    return paths


def main(events: int = EVENTS) -> dict[str, Any]:
    """Return processor seconds of the three, their ratios, and whether rows agree."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        city = make_city()
        territory = build_territory(city.grids, city.circles)
        parts = write_events(folder / "events", events)
        basis = territory.basis()
        save_basis(basis, folder / "index", folder / "rest")
        plain = in_processes(folder, parts)
        report = on_spark(folder, parts, territory, basis, plain)
    report["of_plain"] = round(report["spark_cpu_s"] / report["plain_cpu_s"], 3)
    report["frame_of_plain"] = round(report["frame_cpu_s"] / report["plain_cpu_s"], 3)
    report["join_of_frame"] = round(report["join_cpu_s"] / report["frame_cpu_s"], 1)
    report["join_of_spark"] = round(report["join_cpu_s"] / report["spark_cpu_s"], 1)
    return {"events": events, "units": len(city.grids), **report}


def in_processes(folder: Path, parts: list[Path]) -> tuple[float, float]:
    """Return the least that plain processes took."""
    (folder / "plain").mkdir()
    context = get_context("forkserver")
    with ProcessPoolExecutor(CORES, context) as pool:
        outs = [folder / "plain" / part.name for part in parts]

        def work() -> None:
            list(pool.map(plain_part, [folder] * len(parts), parts, outs))

        work()
        return min(measured(work) for _ in range(ROUNDS))


def on_spark(
    folder: Path,
    parts: list[Path],
    territory: Any,
    basis: Any,
    plain: tuple[float, float],
) -> dict[str, Any]:
    """Return what Spark took for both, and how many of the owners differ."""
    start = time.perf_counter()
    with spark_session(f"local[{CORES}]") as session:
        rows = session.read.parquet(*map(str, parts))
        answers = assign(rows, territory, datum="wgs84")
        grids = territory.grids
        files = read_part_files(folder / "events")

        def assigning_files() -> None:
            shutil.rmtree(folder / "spark", ignore_errors=True)
            (folder / "spark").mkdir()
            assign_parts(session, files, basis, ASKED, folder / "spark")

        by_join = rows.mapInPandas(
            join(shapely.to_wkb(grids.geometry.to_numpy()).tolist(), [*grids.grid_id]),
            "event_id LONG, lon DOUBLE, lat DOUBLE, grid_id STRING",
        )

        def write(frame: Any, out: Path) -> Callable[[], None]:
            def work() -> None:
                shutil.rmtree(out, ignore_errors=True)
                frame.write.parquet(str(out), compression="zstd")

            return work

        assigning = write(answers, folder / "frame")
        joining = write(by_join, folder / "join")
        assigning_files()
        warm_s = time.perf_counter() - start
        spark = min(measured(assigning_files) for _ in range(ROUNDS))
        assigning()
        frame = min(measured(assigning) for _ in range(ROUNDS))
        joining()
        joined = measured(joining)
        columns = ["event_id", "grid_id"]
        owners = [
            pq.read_table(folder / name, columns=columns).sort_by("event_id")
            for name in ("spark", "frame", "join", "plain")
        ]
    return {
        "plain_cpu_s": round(plain[0], 2),
        "spark_cpu_s": round(spark[0], 2),
        "frame_cpu_s": round(frame[0], 2),
        "join_cpu_s": round(joined[0], 2),
        "plain_s": round(plain[1], 2),
        "spark_s": round(spark[1], 2),
        "frame_s": round(frame[1], 2),
        "join_s": round(joined[1], 2),
        "start_and_first_run_s": round(warm_s, 1),
        "owners_equal": all(owners[0].equals(each) for each in owners),
    }


if __name__ == "__main__":
    report = main(*(int(argument) for argument in sys.argv[1:]))
    print(json.dumps(report, indent=1))
    print(
        f"Spark {report['of_plain']} of plain processes (asked {MOST_RATIO}); the join "
        f"{report['join_of_spark']} of Spark (asked at least {LEAST_JOIN_RATIO})."
    )
