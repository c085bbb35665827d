"""Events in Apache Spark: whose each is, and how many each area has.

Batches and streams go through one function. The index of the grids is shipped once to
every machine, whose Python workers map it; extra `spark`, and Java 17.
"""

import atexit
import gc
import os
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile, mkdtemp
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4
from weakref import WeakKeyDictionary

import pyarrow as pa

from gis.assignment import AnswerBasis, Request
from gis.coverage import layer_digest
from gis.crs import Datum
from gis.errors import CrsError, InputFileError, SettingError
from gis.index import warm_up
from gis.local_time import DEFAULT_TIMEZONE
from gis.sentences import sentence
from gis.versions import Version
from layers.assignment import (
    BatchQuestion,
    FrameColumns,
    FrameQuestion,
    PartCounts,
    answer_batch,
    answer_part,
    answered,
    load_basis,
    save_basis,
    sum_counts,
)
from layers.datums import choose_datum
from layers.files.amendments import DayOrder
from layers.files.part_files import PartFiles, RowGroups
from layers.territory import Territory

if TYPE_CHECKING:
    from pyspark import SparkContext
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType

LEAST_JAVA: Final = 17
BATCH_ROWS: Final = 131_072
"""Rows that Spark hands to Python at once."""
TASKS_PER_CORE: Final = 3
MOST_TASK_ROWS: Final = 4_000_000
_OPTIONS: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
    "spark.sql.execution.arrow.maxRecordsPerBatch": str(BATCH_ROWS),
    "spark.sql.session.timeZone": "UTC",
    # workers warn of new releases of pandas too
    "spark.executorEnv.PYTHONWARNINGS": "ignore::FutureWarning",
    # no row goes through this JVM, so that it earns nothing back by compiling more
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
}
"""Of sessions that are begun here."""
GEOMETRY: Final = "geometry"
"""Column of points that is read where nobody names coordinates."""
_JAVA_VERSION: Final = re.compile(r'version "(\d+)')
_OWN_ERROR: Final = re.compile(r"^gis\.errors\.\w+: (?P<text>.+)$", re.MULTILINE)
_JAVA_ERROR: Final = re.compile(
    r"^(?:Exception in thread \S+ [\w.$]+: |Error: |(?=Unrecognized ))(.+)$",
    re.MULTILINE,
)
_PYTHON_ERROR: Final = re.compile(r"^(?P<text>(?:\w+\.)*\w+Error: .+)$", re.MULTILINE)
_CALL_ERROR: Final = re.compile(r"^: [\w.$]+: (?P<text>.+)$", re.MULTILINE)


@contextmanager
def spark_session(master: str) -> Iterator["SparkSession"]:
    """Give the session of Spark that there is, or begin one and stop it at the end.

    Parameters
    ----------
    master
        Where it runs: ``local[2]`` is two cores of this machine, ``local[2,4]`` tries
        each task four times.

    Raises
    ------
    SettingError
        If PySpark or Java is missing.
    InputFileError
        If Spark cannot be begun there.
    """
    require_spark()
    # Spark would take the first python3 of the path
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    with _no_word_of_pandas():
        from pyspark.sql import SparkSession  # noqa: PLC0415  an extra

    session = SparkSession.getActiveSession()
    if session is not None:
        yield session
        return
    with _no_word_of_pandas():
        session = _begun_session(master)
    try:
        yield session
    finally:
        session.stop()


def _begun_session(master: str) -> "SparkSession":
    """Begin a session; what its JVM prints besides is nobody's news."""
    from pyspark import SparkConf, SparkContext  # noqa: PLC0415  an extra
    from pyspark.errors import PySparkRuntimeError  # noqa: PLC0415  an extra
    from pyspark.sql import SparkSession  # noqa: PLC0415  an extra

    java: Any = import_module("pyspark.java_gateway")
    conf = SparkConf().setMaster(master).setAppName("pagoda")
    conf.setAll([*_OPTIONS.items()])
    with TemporaryFile("w+") as words, plain_failures():
        try:
            # a process has one JVM
            gateway = SparkContext._gateway or java.launch_gateway(
                conf, {"stderr": words}
            )
        except PySparkRuntimeError as error:
            words.seek(0)
            cause = _JAVA_ERROR.search(words.read())
            raise InputFileError(
                "Spark cannot be begun: {first}; mend that and run it again.",
                first=(cause[1] if cause else str(error)).rstrip("."),
            ) from error
        SparkContext(conf=conf, gateway=gateway)
        return SparkSession.builder.getOrCreate()


def require_spark() -> None:
    """Refuse a machine without PySpark or Java.

    Raises
    ------
    SettingError
        Names what to install.
    """
    try:
        import pyspark  # noqa: F401, PLC0415  an extra
    except ModuleNotFoundError as error:
        raise SettingError(
            "Spark needs pyspark, which is not installed; run `pip install "
            "'pagoda-gis[spark]'`."
        ) from error
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home, "bin")) if home else None)
    if java is None:
        raise SettingError(
            "Spark needs Java {least}, and there is none {where}; install it, on "
            "Debian `apt-get install openjdk-17-jre-headless`, or set JAVA_HOME.",
            least=LEAST_JAVA,
            where=sentence("in JAVA_HOME, {home!r}", home=home)
            if home
            else sentence("on the path"),
        )
    version = _java_version(java)
    if version is not None and version < LEAST_JAVA:
        raise SettingError(
            "Spark needs Java {least}, and {java!r} is version {version}; install a "
            "newer, on Debian `apt-get install openjdk-17-jre-headless`, or set "
            "JAVA_HOME.",
            least=LEAST_JAVA,
            java=java,
            version=version,
        )


@contextmanager
def _no_word_of_pandas() -> Iterator[None]:
    """Keep PySpark from warning of new releases of pandas, which is not used here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet", FutureWarning)
        yield


def _java_version(java: str) -> int | None:
    """Return the version that a Java says it is; None where it says none."""
    run = subprocess.run(  # noqa: S603  the Java of the path
        [java, "-version"], capture_output=True, text=True, check=False
    )
    version = _JAVA_VERSION.search(run.stderr)
    return None if version is None else int(version[1])


@contextmanager
def plain_failures() -> Iterator[None]:
    """Turn what Spark raises into one sentence: ours where a worker said one.

    Raises
    ------
    InputFileError
        Says why the job stopped.
    """
    from py4j.protocol import Py4JError  # noqa: PLC0415  an extra
    from pyspark.errors import PySparkException  # noqa: PLC0415  an extra

    try:
        yield
    except (PySparkException, Py4JError) as error:
        text = str(error)
        reason = _OWN_ERROR.search(text)
        if reason is not None:
            raise InputFileError(
                "{reason} (Rows are counted within one batch of Spark.)",
                reason=reason["text"],
            ) from error
        raise InputFileError(
            "Spark stopped: {first}; mend that and run it again.",
            first=_cause(text),
        ) from error


def _cause(text: str) -> str:
    """Return what a worker raised, else what Spark says before it shows how it came."""
    error = _PYTHON_ERROR.search(text) or _CALL_ERROR.search(text)
    if error is not None:
        return error["text"].rstrip(".")[:300]
    lines = (line.strip().rstrip(".") for line in text.splitlines())
    return next((line for line in lines if line), "?")[:300]


def assign(  # noqa: PLR0913  the options of `assign_frame`, all by name
    events: "DataFrame",
    territory: Territory,
    *,
    lon: str | None = None,
    lat: str | None = None,
    geometry: str | None = None,
    at: str | None = None,
    accuracy: str | None = None,
    confidence: float = 0.68,
    snap_m: float = 0.0,
    candidates_m: float = 0.0,
    datum: str | Datum | None = None,
    datum_error_m: float = 1.0,
    timezone: str = DEFAULT_TIMEZONE,
    day_order: DayOrder | None = None,
    version: Version | None = None,
    indexes: Path | None = None,
) -> "DataFrame":
    """Return events with the answers as further columns, of a batch or of a stream.

    Each row is answered as `assign_frame` and `pagoda assign` answer it, from the
    territory as it is now: duties by the time of the event, and one version of the
    grids, which every row names in `grids_version` and `grids_digest`. A column of one
    of our names, in any case of letters, stays, and ours is called ``pagoda_<name>``.

    Parameters
    ----------
    events
        A frame of a session that has a `SparkContext`.
    territory
        Grids, and the circles, posts and duties above them.
    lon, lat
        Columns with longitude (or x) and latitude (or y), numbers or text; without
        them points, else columns of usual names.
    geometry
        Column with points as well-known binary, as GeoParquet has them; None takes
        one called "geometry" where no coordinates are named.
    at, accuracy, confidence, snap_m, candidates_m, datum_error_m, timezone, day_order
        As `assign_frame` takes them.
    datum
        ``wgs84``, ``cgcs2000``, ``gcj02``, ``bd09`` or ``EPSG:n``; None is WGS 84 for
        columns of coordinates. Points need it: Spark does not say what a file declares.
    version
        The published version that the grids are; None for grids of a file.
    indexes
        Folder where the index of the grids is found again; None builds it.

    Raises
    ------
    InputFileError
        If there is no such column, or nothing that says where.
    SettingError
        For an option that cannot be used, and duties without times.
    CrsError
        If points come without a datum.
    """
    question = FrameQuestion(
        FrameColumns(lon, lat, at, accuracy),
        datum,
        timezone=timezone,
        day_order=day_order,
        request=Request(candidates_m, confidence, datum_error_m),
        snap_m=snap_m,
    )
    batch_question = BatchQuestion(
        question,
        choose_datum(sentence("events"), "datum=", datum, None)[0],
        _geometry(events, question, geometry),
        None if version is None else version.version,
        grids_digest(territory) if version is None else version.digest,
    )
    basis = territory.basis(snap_m=snap_m, version=version, indexes=indexes)
    if at is None and basis.assigner.has_duties:
        raise SettingError(
            "The territory has duties, and nothing says when the events occurred; name "
            "the column with the time by at=."
        )
    # all columns are text here: what is read is there, or it is refused
    kinds = {
        GEOMETRY
        if batch_question.geometry is None
        else batch_question.geometry: pa.binary()
    }
    empty = pa.table(
        [pa.array([], kinds.get(name, pa.string())) for name in events.columns],
        names=events.columns,
    )
    answers = answer_batch(basis, empty, batch_question).schema
    warm_up()
    files = _ship(events.sparkSession.sparkContext, basis)
    answer = partial(_answer_batches, files, tuple(events.columns), batch_question)
    # Spark takes a point in a name for a step into a structure
    plain = events.toDF(*(f"column{place}" for place in range(len(events.columns))))
    with _no_word_of_pandas():
        return plain.mapInArrow(answer, _with_answers(events, answers))


def _geometry(
    events: "DataFrame", question: FrameQuestion, geometry: str | None
) -> str | None:
    """Return the column with points that is read; None for columns of coordinates."""
    has_columns = question.columns.lon is not None or question.columns.lat is not None
    if geometry is None and not has_columns:
        kinds = dict(events.dtypes)
        geometry = GEOMETRY if kinds.get(GEOMETRY) == "binary" else None
    if geometry is None:
        return None
    if has_columns:
        raise SettingError(
            "Positions are named twice, by geometry= and by lon= and lat=; leave one "
            "of them out."
        )
    if question.datum is None:
        raise CrsError(
            "The events have points in {name!r} and no datum, expected one; say which "
            "they are in, as by datum='wgs84'.",
            name=geometry,
        )
    return geometry


def grids_digest(territory: Territory) -> str:
    """Return the digest of grids that are of no published version.

    Parameters
    ----------
    territory
        Whose grids they are.
    """
    grids = territory.grids
    return layer_digest(list(grids["grid_id"]), grids.geometry.to_numpy())


def _with_answers(events: "DataFrame", answers: pa.Schema) -> "StructType":
    """Return the columns of events and those of the answers behind them."""
    from pyspark.sql import types  # noqa: PLC0415  an extra

    kinds = {
        pa.string(): types.StringType(),
        pa.float64(): types.DoubleType(),
        pa.int64(): types.LongType(),
    }
    added = [types.StructField(field.name, kinds[field.type]) for field in answers]
    return types.StructType([*events.schema.fields, *added])


_shipments: WeakKeyDictionary[AnswerBasis, tuple[str, str]] = WeakKeyDictionary()


def _ship(context: "SparkContext", basis: AnswerBasis) -> tuple[str, str]:
    """Send what answers are made from to every machine, once; return the file names."""
    if basis not in _shipments:
        _shipments[basis] = _written(basis)
    for name in _shipments[basis]:
        if not any(url.endswith(f"/{name}") for url in context.listFiles):
            context.addFile(str(_outbox() / name))
    return _shipments[basis]


def _written(basis: AnswerBasis) -> tuple[str, str]:
    """Write what answers are made from, named by its content; return the names."""
    folder = _outbox()
    with TemporaryDirectory(dir=folder) as draft:
        paths = Path(draft, "index"), Path(draft, "rest")
        save_basis(basis, *paths)
        digest = sha256()
        for path in paths:
            digest.update(path.read_bytes())
        names = (
            f"pagoda-{digest.hexdigest()}.index",
            f"pagoda-{digest.hexdigest()}.rest",
        )
        for path, name in zip(paths, names, strict=True):
            path.replace(folder / name)
    return names


@cache
def _outbox() -> Path:
    """Return a folder from which other machines fetch until this process ends."""
    folder = Path(mkdtemp(prefix="pagoda-spark-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _answer_batches(
    files: tuple[str, str],
    names: tuple[str, ...],
    question: BatchQuestion,
    batches: Iterator[pa.RecordBatch],
) -> Iterator[pa.RecordBatch]:
    """Return batches with their answers; runs in the Python workers of Spark."""
    basis = _shipped_basis(files)
    for batch in batches:
        events = pa.table(batch.columns, list(names))
        answers = answer_batch(basis, events, question)
        columns = [*events.columns, *answers.columns]
        rows = pa.table(columns, [*names, *answers.column_names])
        yield from rows.combine_chunks().to_batches()


@cache
def _shipped_basis(files: tuple[str, str]) -> AnswerBasis:
    """Return what was shipped, mapped once by a Python worker."""
    from pyspark import SparkFiles  # noqa: PLC0415  an extra

    index, rest = (Path(SparkFiles.get(name)) for name in files)
    basis = load_basis(index, rest)
    # workers of Spark look for garbage after every task; what stays is none
    gc.freeze()
    return basis


def assign_parts(
    session: "SparkSession",
    parts: PartFiles,
    basis: AnswerBasis,
    question: BatchQuestion,
    folder: Path,
) -> PartCounts:
    """Answer Parquet files into others, on a disk that all machines of Spark see.

    Python workers read and write the files; through Spark go only their names, so that
    no row is turned into one of Java and back.

    Parameters
    ----------
    session
        Of a `SparkContext`.
    parts
        The events.
    basis
        What answers are made from.
    question
        What is asked.
    folder
        Empty; gets a file for each task, and at the end nothing of tasks that failed.

    Raises
    ------
    InputFileError
        If a part is damaged, or something in it is no time.
    """
    warm_up()
    answered(basis, parts.schema.empty_table(), question)
    context = session.sparkContext
    rows = sum(map(sum, parts.groups))
    share = -(-rows // (TASKS_PER_CORE * context.defaultParallelism))
    pieces = parts.cut(min(max(share, BATCH_ROWS), MOST_TASK_ROWS))
    work = partial(_answer_piece, _ship(context, basis), question, folder)
    with plain_failures():
        answers = context.parallelize(pieces, len(pieces)).map(work).collect()
    names = [name for name, _ in answers]
    for path in folder.iterdir():
        if path.name not in names:
            path.unlink()
    for number, name in enumerate(names):
        (folder / name).rename(folder / f"part-{number:05d}.parquet")
    return sum_counts([counts for _, counts in answers])


def _answer_piece(
    files: tuple[str, str], question: BatchQuestion, folder: Path, piece: RowGroups
) -> tuple[str, PartCounts]:
    """Answer some row groups into a file that no other try of the task writes."""
    name = f"try-{uuid4().hex}"
    counts = answer_part(_shipped_basis(files), piece, question, folder / name)
    return name, counts


def event_load(events: "DataFrame", by: str = "grid_id") -> "DataFrame":
    """Return how many events each area has; those of none stand under null.

    Of a stream it is counted as far as it has come, in the output modes "complete" and
    "update".

    Parameters
    ----------
    events
        What `assign` returned.
    by
        Column of the areas: `grid_id`, `community_id`, `tier4_id`, ..., or that of the
        posts.

    Raises
    ------
    SettingError
        If there is no such column.
    """
    if by not in events.columns:
        raise SettingError(
            "The events have no column {by!r}, expected one of {names!r}; name one of "
            "them by by=.",
            by=by,
            names=events.columns,
        )
    return events.groupBy(by).count().withColumnRenamed("count", "events")
