"""A stream of Parquet files that Spark answers, in a process that may be killed.

Usage: ``python -m support.harness.spark_stream SOURCE SINK CHECKPOINT``.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from gis.synthetic import make_s_town
from layers.spark import assign, spark_session
from layers.territory import Territory, town_territory

SCHEMA = "id STRING, lon DOUBLE, lat DOUBLE"


def write_source(folder: Path, files: int, rows: int, first: int = 0) -> list[str]:
    """Write files of events of S town; return the ids of all."""
    folder.mkdir(exist_ok=True)
    ids = []
    for number in range(first, first + files):
        part = [f"E{number:03d}-{row:04d}" for row in range(rows)]
        lon = [120.05 + 0.0001 * row for row in range(rows)]
        events = pa.table({"id": part, "lon": lon, "lat": [30.33] * rows})
        # a reader of the folder takes a file as it appears
        draft = folder / f".{number}"
        pq.write_table(events, draft)
        draft.rename(folder / f"{number:03d}.parquet")
        ids += part
    return ids


def run_stream(
    session: object,
    territory: Territory,
    folders: tuple[Path, Path, Path],
    then: Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]] | None = None,
) -> None:
    """Answer what is in a folder and not answered yet, file by file, until the end."""
    source, sink, checkpoint = map(str, folders)
    reader = session.readStream.schema(SCHEMA).option("maxFilesPerTrigger", 1)
    answers = assign(reader.parquet(source), territory, datum="wgs84")
    if then is not None:
        answers = answers.mapInArrow(then, answers.schema)
    writer = answers.writeStream.format("parquet").option("path", sink)
    writer = writer.option("checkpointLocation", checkpoint).trigger(availableNow=True)
    writer.start().awaitTermination()


def kill_workers_once(marker: str) -> Callable:
    """Return what kills, once, all other Python workers of Spark on this machine."""

    def kill(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            try:
                os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                yield batch
                continue
            parent = os.getppid()
            text = Path(f"/proc/{parent}/task/{parent}/children").read_text()
            for pid in {*map(int, text.split())} - {os.getpid()}:
                os.kill(pid, signal.SIGKILL)
            yield batch

    return kill


def committed(sink: Path) -> int:
    """The number of files that a sink has answered whole."""
    return len([*sink.glob("_spark_metadata/[0-9]*")])


if __name__ == "__main__":
    with spark_session("local[2,4]") as running:
        source, sink, checkpoint = map(Path, sys.argv[1:])
        territory = town_territory(make_s_town())
        run_stream(running, territory, (source, sink, checkpoint))
