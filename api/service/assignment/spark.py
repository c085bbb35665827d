"""`pagoda assign --engine spark`: a folder of Parquet in, the same with answers out."""

import shutil
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from api.service.assignment.files import (
    AssignJob,
    AssignReport,
    about_rewritten,
    read_territory,
    states_of,
    with_event_columns,
)
from api.service.inputs.events import COLUMNS
from gis.assignment import AnswerBasis, Request
from gis.crs import Datum
from gis.errors import SettingError
from gis.sentences import sentence
from layers.assignment import BatchQuestion, FrameColumns, FrameQuestion, PartCounts
from layers.datums import choose_datum
from layers.files.answers import SUFFIXES
from layers.files.heads import head_for
from layers.files.part_files import PartFiles, read_part_files
from layers.spark import assign_parts, grids_digest, require_spark, spark_session
from layers.territory import Territory

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

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
    parts = read_part_files(job.events.absolute())
    require_spark()
    datum, about_datum = choose_datum(
        sentence("events"),
        "--datum",
        job.datum,
        None if job.lon_column is not None else parts.crs,
        job.ballpark_m,
    )
    states = states_of(job.territory_files)
    starts = [time.perf_counter()]
    tell(STAGES[0])
    territory, about_grids = read_territory(job)
    starts.append(time.perf_counter())
    tell(STAGES[1])
    question = _question(job, parts, datum, territory)
    with spark_session(master) as session:
        starts.append(time.perf_counter())
        tell(STAGES[2])
        basis = territory.basis(snap_m=job.snap_m, indexes=job.indexes)
        counts = _write(session, basis, job, parts, question)
    starts.append(time.perf_counter())
    spans = zip(STAGES, starts, starts[1:], strict=False)
    return AssignReport(
        rows=sum(counts.statuses.values()),
        grids=len(territory.grids),
        statuses=counts.statuses,
        reasons=counts.reasons,
        seconds={stage: end - start for stage, start, end in spans},
        notices=(*about_grids, about_datum, *about_rewritten(states)),
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


def _question(
    job: AssignJob, parts: PartFiles, datum: Datum, territory: Territory
) -> BatchQuestion:
    """Return what a job asks."""
    options = (job.lon_column, job.lat_column, job.at_column, job.accuracy_column)
    columns = FrameColumns(
        *(name and head_for(COLUMNS, parts.schema.names, name) for name in options)
    )
    question = FrameQuestion(
        columns,
        datum,
        timezone=job.timezone,
        day_order=job.day_order,
        request=Request(job.candidates_m, job.confidence, job.datum_error_m),
        snap_m=job.snap_m,
    )
    points = parts.geometry if job.lon_column is None else None
    return BatchQuestion(question, datum, points, digest=grids_digest(territory))


def _write(
    session: "SparkSession",
    basis: AnswerBasis,
    job: AssignJob,
    parts: PartFiles,
    question: BatchQuestion,
) -> PartCounts:
    """Write a folder that appears when it is whole."""
    draft = job.out.absolute().with_name(f".{job.out.name}.{uuid4().hex}")
    draft.mkdir()
    try:
        counts = assign_parts(session, parts, basis, question, draft)
        parts.refuse_changes()
        draft.rename(job.out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return counts
