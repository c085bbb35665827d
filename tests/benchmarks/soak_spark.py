"""Drivers and workers of Spark killed in a stream: no row is lost or doubled."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from gis.synthetic import make_s_town
from layers.spark import spark_session
from layers.territory import town_territory
from support.harness import spark_stream

ROOT = Path(__file__).parents[2]
KILLS, FILES, ROWS = 20, 150, 500
PAUSE_S = 5, 9
"""Between two kills of workers; a new one needs some seconds to begin."""


def drivers(kills: int = KILLS, files: int = FILES) -> dict[str, Any]:
    """Kill a driver again and again, at any moment of its work, and end the stream."""
    random = np.random.default_rng(17)
    with tempfile.TemporaryDirectory() as name:
        folders = tuple(Path(name, each) for each in ("source", "sink", "checkpoint"))
        ids = spark_stream.write_source(folders[0], files, ROWS)
        commits = [0]
        for _ in range(kills):
            driver = start_driver(folders)
            while spark_stream.committed(folders[1]) <= commits[-1]:
                if driver.poll() is not None:
                    break
                time.sleep(0.01)
            time.sleep(random.uniform(0, 2))
            is_over = driver.poll() is not None
            os.killpg(driver.pid, signal.SIGKILL)
            driver.wait()
            commits.append(spark_stream.committed(folders[1]))
            if is_over:
                break
        start_driver(folders).wait()
        with spark_session("local[2]") as session:
            report = figures(session, folders[1], ids)
    return report | {"kills": len(commits) - 1, "files": files, "commits": commits}


def start_driver(folders: tuple[Path, ...]) -> subprocess.Popen[bytes]:
    """Begin the stream, or go on with it."""
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    return subprocess.Popen(
        [sys.executable, "-m", "support.harness.spark_stream", *map(str, folders)],
        env=os.environ | {"PYTHONPATH": paths, "PYSPARK_PYTHON": sys.executable},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def workers(files: int = FILES) -> dict[str, Any]:
    """Kill a Python worker every few seconds while a stream runs."""
    random = np.random.default_rng(18)
    kills = 0
    is_over = threading.Event()

    def kill() -> None:
        nonlocal kills
        while not is_over.wait(random.uniform(*PAUSE_S)):
            names = psutil.Process().children(recursive=True)
            pids = [p.pid for p in names if is_worker(p)]
            if pids:
                os.kill(int(random.choice(pids)), signal.SIGKILL)
                kills += 1

    with tempfile.TemporaryDirectory() as name, spark_session("local[2,50]") as session:
        folders = tuple(Path(name, each) for each in ("source", "sink", "checkpoint"))
        ids = spark_stream.write_source(folders[0], files, ROWS)
        thread = threading.Thread(target=kill)
        thread.start()
        try:
            spark_stream.run_stream(session, town_territory(make_s_town()), folders)
        finally:
            is_over.set()
            thread.join()
        report = figures(session, folders[1], ids)
    return report | {"kills": kills, "files": files}


def is_worker(process: psutil.Process) -> bool:
    """Whether a process is a Python worker: a fork of the daemon that Spark keeps."""
    try:
        parent = process.parent()
        lines = [process.cmdline(), parent.cmdline() if parent else []]
    except psutil.NoSuchProcess:
        return False
    return all("pyspark.daemon" in line for line in lines)


def figures(session: Any, sink: Path, ids: list[str]) -> dict[str, Any]:
    """Return how many events are not in a sink, and how many more than once."""
    rows = session.read.parquet(str(sink)).select("id").collect()
    times = Counter(row["id"] for row in rows)
    return {
        "events": len(ids),
        "events_lost": len({*ids} - {*times}),
        "events_doubled": sum(count > 1 for count in times.values()),
    }
