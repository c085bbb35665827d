"""Spark answers as one process does, in batches and streams, whoever is killed."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from gis.crs import parse_datum
from gis.errors import CrsError, InputFileError, SettingError
from gis.models import Instant, PostId
from gis.roster import Duty
from gis.synthetic import Town
from layers.assignment import (
    BatchQuestion,
    FrameColumns,
    FrameQuestion,
    answer_columns,
    answer_frame,
)
from layers.files.part_files import read_part_files
from layers.spark import (
    assign,
    assign_parts,
    event_load,
    plain_failures,
    require_spark,
)
from layers.territory import Territory, town_territory
from support.harness import spark_stream

pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet:FutureWarning")
ROOT = Path(__file__).parents[2]
MIDDLE = Instant(1_789_000_000_000)
"""Within the month of the events of S town."""


@pytest.fixture(scope="module")
def territory(s_town: Town) -> Territory:
    """S town, in which every leader of a grid changes within the month."""
    leaders = s_town.posts[s_town.posts["role"] == "grid_leader"]["post_id"]
    spans = ((Instant(0), MIDDLE), (MIDDLE, Instant(2 * MIDDLE)))
    duties = [
        Duty(f"{post}-{half}", PostId(post), f"{post}-{half}", *span, Instant(0))
        for post in leaders
        for half, span in enumerate(spans, 1)
    ]
    return town_territory(s_town).with_duties(duties)


@pytest.fixture(scope="module")
def events(s_town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every fortieth event of S town, in two files."""
    folder = tmp_path_factory.mktemp("events")
    frame = s_town.events.iloc[::40].reset_index(drop=True)
    frame.iloc[:300].to_parquet(folder / "a.parquet")
    frame.iloc[300:].to_parquet(folder / "b.parquet")
    return folder


@pytest.fixture(scope="module")
def answered(spark: Any, territory: Territory, events: Path) -> Any:
    """The events with their answers."""
    rows = spark.read.parquet(str(events))
    return assign(rows, territory, at="occurred_at", accuracy="accuracy_m").cache()


def by_id(rows: pa.Table, key: str = "event_id") -> pa.Table:
    return rows.sort_by(key)


def test_rows_equal_those_of_one_process_bit_for_bit(
    answered: Any, territory: Territory, events: Path
) -> None:
    frame = pq.read_table(events).sort_by("event_id").to_pandas()
    question = FrameQuestion(FrameColumns(at="occurred_at", accuracy="accuracy_m"))
    expected = answer_columns(answer_frame(territory, frame, question).answers)
    rows = by_id(answered.toArrow())
    names = [
        f"pagoda_{name}" if name in frame.columns else name
        for name in expected.column_names
    ]
    assert rows.select(list(frame.columns)).to_pandas().equals(frame)
    assert rows.select(names).equals(expected.rename_columns(names))
    # both halves of the month are there, so that the time is seen to count
    ends = {holder[-2:] for holder in rows["accountable_holder"].to_pylist() if holder}
    assert ends > {"-1", "-2"}


def test_every_row_names_its_grids(
    spark: Any, answered: Any, territory: Territory, events: Path
) -> None:
    rows = answered.select("grids_version", "grids_digest").distinct().collect()
    assert [row["grids_version"] for row in rows] == [None]
    assert len(rows[0]["grids_digest"]) == 64
    assert len(rows) == 1


def test_events_are_counted_by_grid_and_by_circle(answered: Any) -> None:
    rows = answered.toArrow()
    for by in ("grid_id", "tier3_id"):
        loads = event_load(answered, by).collect()
        assert {row[by]: row["events"] for row in loads} == Counter(
            rows[by].to_pylist()
        )


def test_areas_that_are_no_column_are_refused(answered: Any) -> None:
    with pytest.raises(SettingError, match=r"no column 'tier9_id'.*name one"):
        event_load(answered, "tier9_id")


def test_points_are_answered_as_columns_are(spark: Any, s_town: Town) -> None:
    frame = s_town.events.head(50)
    wkb = shapely.to_wkb(shapely.points(frame["lon"], frame["lat"]))
    rows = [
        *zip(frame["event_id"], map(bytearray, wkb), strict=True),
        ("none", None),
        ("no wkb", bytearray(b"x")),
        ("line", bytearray(shapely.to_wkb(shapely.LineString([(0, 0), (1, 1)])))),
    ]
    points = spark.createDataFrame(rows, "event_id STRING, geometry BINARY")
    land = town_territory(s_town)
    answers = assign(points, land, datum="wgs84").toArrow().to_pylist()
    expected = answer_columns(answer_frame(land, frame).answers)
    assert [row["grid_id"] for row in answers[:-3]] == expected["grid_id"].to_pylist()
    reasons = {row["event_id"]: row["reason"] for row in answers[-3:]}
    assert reasons == {
        "none": "missing",
        "no wkb": "not_a_point",
        "line": "not_a_point",
    }


def test_points_without_a_datum_are_refused(spark: Any, territory: Territory) -> None:
    points = spark.createDataFrame([], "geometry BINARY, at STRING")
    with pytest.raises(CrsError, match=r"points in 'geometry' and no datum.*datum="):
        assign(points, territory, at="at")
    with pytest.raises(SettingError, match="named twice"):
        assign(points, territory, at="at", lon="x", lat="y", geometry="geometry")


def test_columns_that_are_not_there_are_refused(
    spark: Any, territory: Territory
) -> None:
    rows = spark.createDataFrame([], "lon DOUBLE, lat DOUBLE")
    with pytest.raises(InputFileError, match="no column 'when'"):
        assign(rows, territory, at="when")
    with pytest.raises(SettingError, match=r"duties.*by at="):
        assign(rows, territory)
    with pytest.raises(InputFileError, match="name the two that hold the position"):
        assign(rows.drop("lat"), territory, at="lon")


def test_names_with_points_and_blanks_are_names(spark: Any, s_town: Town) -> None:
    rows = spark.createDataFrame(
        [(120.08, 30.33, 1)], "`经度` DOUBLE, `纬度` DOUBLE, `a.b c` INT"
    )
    [row] = assign(rows, town_territory(s_town)).toArrow().to_pylist()
    assert (row["a.b c"], row["status"]) == (1, "inside")


def test_a_name_in_other_letters_stays_and_ours_is_another(
    spark: Any, s_town: Town, tmp_path: Path
) -> None:
    schema = "lon DOUBLE, lat DOUBLE, STATUS STRING"
    rows = spark.createDataFrame([(120.08, 30.33, "open")], schema)
    answers = assign(rows, town_territory(s_town))
    answers.write.parquet(str(tmp_path / "out"))
    [row] = pq.read_table(tmp_path / "out").to_pylist()
    assert (row["STATUS"], row["pagoda_status"]) == ("open", "inside")


def test_what_spark_itself_refuses_is_one_sentence(spark: Any) -> None:
    with pytest.raises(InputFileError, match=r"^Spark ") as refusal, plain_failures():
        spark.read.parquet("/no/such/folder")
    assert "\n" not in str(refusal.value)


def test_files_of_tasks_that_failed_are_removed(
    spark: Any, s_town: Town, events: Path, tmp_path: Path
) -> None:
    (tmp_path / "try-of-a-killed-worker").write_bytes(b"PAR1")
    basis = town_territory(s_town).basis()
    question = BatchQuestion(FrameQuestion(), parse_datum("wgs84"))
    counts = assign_parts(spark, read_part_files(events), basis, question, tmp_path)
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        "part-00000.parquet",
        "part-00001.parquet",
    ]
    # the rows stand in the order of the parts
    ids = pq.read_table(events, columns=["event_id"])
    assert pq.read_table(tmp_path, columns=["event_id"]).equals(ids)
    assert sum(counts.statuses.values()) == ids.num_rows


def test_what_a_worker_raises_is_its_own_line() -> None:
    from pyspark.errors import PySparkException  # noqa: PLC0415  an extra

    text = "Job aborted\nTraceback\n  File x\nOSError: [Errno 28] No space left.\n\tat"
    with (
        pytest.raises(
            InputFileError, match=r"^Spark stopped: OSError: \[Errno 28\] No"
        ),
        plain_failures(),
    ):
        raise PySparkException(text)


@pytest.mark.parametrize(
    ("master", "options", "said"),
    [
        ("lokal", "", "Spark cannot be begun: Master must either be"),
        ("local[x]", "", "Spark stopped: Could not parse Master URL: 'local[x]'; mend"),
        ("local", "-Xfoo", "Spark cannot be begun: Unrecognized option: -Xfoo; mend"),
    ],
)
def test_a_spark_that_does_not_begin_is_one_sentence(
    tmp_path: Path, master: str, options: str, said: str
) -> None:
    events, grids = tmp_path / "events.parquet", ROOT / "sample_geodata" / "s_town"
    pq.write_table(pa.table({"lon": [120.08], "lat": [30.33]}), events)
    run = subprocess.run(
        [
            *(sys.executable, "-m", "api", "assign", "--engine", "spark"),
            *("--master", master, "--grids", grids / "grids.geojson"),
            *("--events", events, "--out", tmp_path / "out"),
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"JAVA_TOOL_OPTIONS": options, "PAGODA_LANG": "en"},
        check=False,
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith(said)
    assert run.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def sink_rows(spark: Any, sink: Path) -> Counter:
    """How often each event stands in a sink, with whose it is."""
    rows = spark.read.parquet(str(sink)).select("id", "status").collect()
    assert {row["status"] for row in rows} <= {"inside", "boundary"}
    return Counter(row["id"] for row in rows)


def test_a_killed_driver_loses_and_doubles_no_row(
    spark: Any, s_town: Town, tmp_path: Path
) -> None:
    folders = tmp_path / "source", tmp_path / "sink", tmp_path / "checkpoint"
    source, sink, _ = folders
    ids = spark_stream.write_source(source, files=8, rows=40)
    command = [sys.executable, "-m", "support.harness.spark_stream", *map(str, folders)]
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    driver = subprocess.Popen(
        command,
        env=os.environ | {"PYTHONPATH": paths, "PYSPARK_PYTHON": sys.executable},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while spark_stream.committed(sink) < 2:
            assert driver.poll() is None
            time.sleep(0.01)
    finally:
        # the Python of the driver and its JVM
        os.killpg(driver.pid, signal.SIGKILL)
        driver.wait()
    assert spark_stream.committed(sink) < 8
    ids += spark_stream.write_source(source, files=1, rows=40, first=8)
    spark_stream.run_stream(spark, town_territory(s_town), folders)
    assert sink_rows(spark, sink) == Counter(ids)


def test_a_killed_worker_loses_and_doubles_no_row(
    spark: Any, s_town: Town, tmp_path: Path
) -> None:
    folders = tmp_path / "source", tmp_path / "sink", tmp_path / "checkpoint"
    ids = spark_stream.write_source(folders[0], files=3, rows=40)
    marker = tmp_path / "killed"
    kill = spark_stream.kill_workers_once(str(marker))
    spark_stream.run_stream(spark, town_territory(s_town), folders, kill)
    assert marker.exists()
    assert sink_rows(spark, folders[1]) == Counter(ids)


def test_a_stream_is_counted(spark: Any, s_town: Town, tmp_path: Path) -> None:
    ids = spark_stream.write_source(tmp_path / "source", files=1, rows=40)
    reader = spark.readStream.schema(spark_stream.SCHEMA)
    rows = assign(reader.parquet(str(tmp_path / "source")), town_territory(s_town))
    writer = event_load(rows).writeStream.format("memory").queryName("load")
    writer = writer.outputMode("complete").trigger(availableNow=True)
    writer.start().awaitTermination()
    assert sum(row["events"] for row in spark.table("load").collect()) == len(ids)


def test_without_java_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        SettingError, match=r"none on the path.*openjdk-17-jre-headless"
    ):
        require_spark()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(SettingError, match="none in JAVA_HOME"):
        require_spark()


def test_an_old_java_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    java.chmod(0o755)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(SettingError, match="is version 11"):
        require_spark()


def test_without_pyspark_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(SettingError, match=r"pip install 'pagoda-gis\[spark\]'"):
        require_spark()
