"""`pagoda assign --engine spark`: a folder of Parquet in, the same with answers out."""

import shutil
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import pyarrow.dataset

from api.service.assignment.files import (
    AssignJob,
    AssignReport,
    read_territory,
    with_event_columns,
)
from gis.assignment import REASONS, STATUSES
from gis.crs import Datum
from gis.errors import SettingError
from gis.sentences import sentence
from layers.datums import choose_datum
from layers.files.answers import SUFFIXES
from layers.files.part_files import PartFiles, read_part_files
from layers.spark import assign, plain_failures, require_spark, spark_session
from layers.territory import Territory

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

STAGES: Final = (
    sentence("reading grids"),
    sentence("starting Spark"),
    sentence("assigning"),
)


def assign_on_spark(
    job: AssignJob, master: str, tell: Callable[[str], None]
) -> AssignReport:
    """Assign the events of Parquet files on Spark, into a folder of such files.

    The folder appears when all of it is written. All rows are answered from the grids,
    posts and duties as they are read at the beginning.

    Parameters
    ----------
    job
        As for `assign_file`; its events are a Parquet file or a folder of them.
    master
        Where Spark runs, such as ``local[2]``.
    tell
        Called with each of `STAGES` as it begins.

    Raises
    ------
    SettingError
        If Spark or Java is missing, the output exists, or an option is not for Spark.
    InputFileError
        If the parts differ, one is cut or changes meanwhile, or the job stops.
    """
    job = with_event_columns(job)
    _refuse_options(job)
    parts = read_part_files(job.events)
    require_spark()
    datum, about_datum = choose_datum(
        sentence("events"),
        "--datum",
        job.datum,
        None if job.lon_column is not None else parts.crs,
        job.ballpark_m,
    )
    starts = [time.perf_counter()]
    tell(STAGES[0])
    territory, about_grids = read_territory(job)
    starts.append(time.perf_counter())
    tell(STAGES[1])
    with spark_session(master) as session, plain_failures():
        starts.append(time.perf_counter())
        tell(STAGES[2])
        events = session.read.parquet(*map(str, parts.paths))
        answers = _answers(events, territory, job, parts, datum)
        statuses, reasons = _write(answers, job.out, parts)
    starts.append(time.perf_counter())
    spans = zip(STAGES, starts, starts[1:], strict=False)
    return AssignReport(
        rows=sum(statuses.values()),
        grids=len(territory.grids),
        statuses=statuses,
        reasons=reasons,
        seconds={stage: end - start for stage, start, end in spans},
        notices=(*about_grids, about_datum),
    )


def _refuse_options(job: AssignJob) -> None:
    """Refuse what Spark does not do, and an output that is there already."""
    if job.anchors is not None:
        raise SettingError(
            "--anchors is not for --engine spark; judge the datum on a part of the "
            "events without it."
        )
    if job.out.suffix.lower() in SUFFIXES:
        raise SettingError(
            "The output {out!r} is a file by its name, and Spark writes a folder of "
            "Parquet files; name a folder.",
            out=str(job.out),
        )
    if job.out.exists():
        raise SettingError(
            "The output folder {out!r} exists, and nothing is written over; name "
            "another, or remove it.",
            out=str(job.out),
        )
    if not job.out.parent.is_dir():
        raise SettingError(
            "The folder {parent!r} of the output does not exist; make it or choose "
            "another.",
            parent=str(job.out.parent),
        )


def _answers(
    events: "DataFrame",
    territory: Territory,
    job: AssignJob,
    parts: PartFiles,
    datum: Datum,
) -> "DataFrame":
    """Return the answers that a job asks for."""
    return assign(
        events,
        territory,
        lon=job.lon_column,
        lat=job.lat_column,
        geometry=parts.geometry if job.lon_column is None else None,
        at=job.at_column,
        accuracy=job.accuracy_column,
        confidence=job.confidence,
        snap_m=job.snap_m,
        candidates_m=job.candidates_m,
        datum=datum,
        datum_error_m=job.datum_error_m,
        timezone=job.timezone,
        day_order=job.day_order,
        indexes=job.indexes,
    )


def _write(
    answers: "DataFrame", out: Path, parts: PartFiles
) -> tuple[dict[str, int], dict[str, int]]:
    """Write a folder that appears when it is whole; return statuses and reasons."""
    draft = out.with_name(f".{out.name}.{uuid4().hex}")
    try:
        answers.write.parquet(str(draft.absolute()), compression="zstd")
        parts.refuse_changes()
        status, reason = answers.columns[len(parts.schema) :][1:3]
        counts = _counts(draft, status, reason)
        draft.rename(out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return counts


def _counts(
    folder: Path, status: str, reason: str
) -> tuple[dict[str, int], dict[str, int]]:
    """Return how many rows have each status, and each reason of their position."""
    rows = pyarrow.dataset.dataset(folder, format="parquet")
    texts: Counter[tuple[str, str]] = Counter()
    for batch in rows.to_batches(columns=[status, reason]):
        for name in (status, reason):
            for pair in batch[name].value_counts().to_pylist():
                texts[name, pair["values"] or ""] += pair["counts"]
    counts: Counter[str] = Counter()
    for (name, text), count in texts.items():
        # a reason of the position stands beside those of the post
        for word in [text] if name == status else text.split(";"):
            counts[word] += count
    return _chosen(STATUSES, counts), _chosen(REASONS[1:], counts)


def _chosen(names: Sequence[str], counts: Counter[str]) -> dict[str, int]:
    """Return the counts of some names, those that occur, in their order."""
    return {str(name): counts[name] for name in names if counts[name]}
