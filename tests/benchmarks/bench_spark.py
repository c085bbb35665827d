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

from gis.assignment import AnswerBasis
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
from layers.territory import Territory, build_territory

EVENTS, PARTS, CORES, ROUNDS = 6_270_000, 8, 2, 5
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
    """Return processor seconds of the four, their ratios, and whether rows agree."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        city = make_city()
        territory = build_territory(city.grids, city.circles)
        parts = write_events(folder / "events", events)
        basis = territory.basis()
        save_basis(basis, folder / "index", folder / "rest")
        report = in_processes(folder, parts)
        report |= files_on_spark(folder, basis)
        # a JVM of its own: that of the command is not made for rows
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            report |= pool.submit(frames_on_spark, folder, territory).result()
        columns = ["event_id", "grid_id"]
        owners = [
            pq.read_table(folder / name, columns=columns).sort_by("event_id")
            for name in ("plain", "spark", "frame", "join")
        ]
    report["owners_equal"] = all(owners[0].equals(each) for each in owners)
    report["of_plain"] = round(report["spark_cpu_s"] / report["plain_cpu_s"], 3)
    report["frame_of_plain"] = round(report["frame_cpu_s"] / report["plain_cpu_s"], 3)
    report["join_of_frame"] = round(report["join_cpu_s"] / report["frame_cpu_s"], 1)
    report["join_of_spark"] = round(report["join_cpu_s"] / report["spark_cpu_s"], 1)
    return {"events": events, "units": len(city.grids), **report}


def costs(name: str, work: Callable[[], object], rounds: int) -> dict[str, float]:
    """Return the least that some work took in so many rounds behind a first one."""
    work()
    cpu_s, seconds = min(measured(work) for _ in range(rounds))
    return {f"{name}_cpu_s": round(cpu_s, 2), f"{name}_s": round(seconds, 2)}


def in_processes(folder: Path, parts: list[Path]) -> dict[str, float]:
    """Return what plain processes took."""
    (folder / "plain").mkdir()
    context = get_context("forkserver")
    with ProcessPoolExecutor(CORES, context) as pool:
        outs = [folder / "plain" / part.name for part in parts]
        return costs(
            "plain",
            lambda: list(pool.map(plain_part, [folder] * len(parts), parts, outs)),
            ROUNDS,
        )


def files_on_spark(folder: Path, basis: AnswerBasis) -> dict[str, float]:
    """Return what Spark took for files, as the command has them answered."""
    start = time.perf_counter()
    with spark_session(f"local[{CORES}]") as session:
        files = read_part_files(folder / "events")
        warm_s = 0.0

        def work() -> None:
            nonlocal warm_s
            shutil.rmtree(folder / "spark", ignore_errors=True)
            (folder / "spark").mkdir()
            assign_parts(session, files, basis, ASKED, folder / "spark")
            warm_s = warm_s or time.perf_counter() - start

        report = costs("spark", work, ROUNDS)
    return {**report, "start_and_first_run_s": round(warm_s, 1)}


def frames_on_spark(folder: Path, territory: Territory) -> dict[str, float]:
    """Return what Spark took for frames, and for the join of them."""
    from pyspark.sql import SparkSession  # noqa: PLC0415  an extra

    sys.path.insert(0, str(Path(__file__).parent))  # workers read `join` here
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    session = SparkSession.builder.master(f"local[{CORES}]").getOrCreate()
    rows = session.read.parquet(str(folder / "events"))
    answers = assign(rows, territory, datum="wgs84")
    grids = territory.grids
    by_join = rows.mapInPandas(
        join(shapely.to_wkb(grids.geometry.to_numpy()).tolist(), [*grids.grid_id]),
        "event_id LONG, lon DOUBLE, lat DOUBLE, grid_id STRING",
    )

    def writing(frame: Any, out: Path) -> Callable[[], None]:
        def work() -> None:
            shutil.rmtree(out, ignore_errors=True)
            frame.write.parquet(str(out), compression="zstd")

        return work

    try:
        return {
            **costs("frame", writing(answers, folder / "frame"), ROUNDS),
            **costs("join", writing(by_join, folder / "join"), 1),
        }
    finally:
        session.stop()


if __name__ == "__main__":
    report = main(*(int(argument) for argument in sys.argv[1:]))
    print(json.dumps(report, indent=1))
    print(
        f"Spark {report['of_plain']} of plain processes (asked {MOST_RATIO}); the join "
        f"{report['join_of_spark']} of Spark (asked at least {LEAST_JOIN_RATIO})."
    )
