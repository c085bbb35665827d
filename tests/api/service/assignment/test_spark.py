"""A folder of Parquet on Spark gives the rows of `pagoda assign`, or nothing."""

import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from api.service.assignment.files import AssignJob, assign_file
from api.service.assignment.spark import STAGES, assign_on_spark
from gis.errors import InputFileError, SettingError
from gis.synthetic import Town
from layers.files import read_events

pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet:FutureWarning")
HOSTILE = [
    *((None, 30.33), (120.08, None), (float("nan"), 30.33), (float("inf"), 30.33)),
    *((30.33, 120.08), (500.0, 30.33), (120.0, 30.0), (0.0, 0.0), (1e308, -1e308)),
]
TEXTS = ["120,08", " １２０.08 ", "", "abc", "+120.08", "1e999", "120.08"]


@pytest.fixture(scope="module")
def job(s_town: Town, tmp_path_factory: pytest.TempPathFactory) -> AssignJob:
    """S town and its events in two part files, hostile rows in both."""
    folder = tmp_path_factory.mktemp("job")
    s_town.grids.to_file(folder / "grids.gpkg")
    s_town.circles.to_file(folder / "circles.gpkg")
    s_town.posts.to_csv(folder / "posts.csv", index=False)
    events = folder / "events"
    events.mkdir()
    for part in range(2):
        frame = s_town.events.iloc[part::80].reset_index(drop=True)
        town = pa.Table.from_pandas(frame, preserve_index=False)
        rows = [
            {**town.to_pylist()[row], "event_id": f"H{part}{row}", "lon": x, "lat": y}
            for row, (x, y) in enumerate(HOSTILE)
        ]
        rows = pa.Table.from_pylist(rows, town.schema)
        pq.write_table(pa.concat_tables([town, rows]), events / f"{part}.parquet")
    return AssignJob(
        folder / "grids.gpkg",
        "grid_id",
        events,
        folder / "out",
        circles=folder / "circles.gpkg",
        posts=folder / "posts.csv",
        at_column="occurred_at",
        accuracy_column="accuracy_m",
        candidates_m=30.0,
    )


def silent(_: str) -> None:
    """Nobody is told the stages."""


def of_one_process(job: AssignJob, folder: Path) -> tuple[pa.Table, Any]:
    """What `pagoda assign` writes for the same rows in one file."""
    paths = sorted(job.events.iterdir())
    tables = [pq.read_table(path) for path in paths]
    pq.write_table(pa.concat_tables(tables), folder / "all.parquet")
    alone = replace(job, events=folder / "all.parquet", out=folder / "one.parquet")
    report = assign_file(alone, silent)
    return pq.read_table(alone.out), report


def in_order(rows: pa.Table) -> list[tuple]:
    """Rows by their ids, numbers as their bits."""
    columns = [
        [value.hex() if isinstance(value, float) else value for value in column]
        for column in (rows[name].to_pylist() for name in rows.column_names)
    ]
    return sorted(zip(*columns, strict=True), key=lambda row: row[0])


def test_rows_equal_those_of_one_process_bit_for_bit(
    spark: Any, job: AssignJob, tmp_path: Path
) -> None:
    stages: list[str] = []
    job = replace(job, out=tmp_path / "out")
    report = assign_on_spark(job, "local[2]", stages.append)
    expected, alone = of_one_process(job, tmp_path)
    rows = pq.read_table(job.out)
    own = pq.read_schema(next(job.events.iterdir()))
    assert list(rows.schema)[: len(own)] == list(own)
    assert rows.column_names[-2:] == ["grids_version", "grids_digest"]
    assert in_order(rows.drop_columns(rows.column_names[-2:])) == in_order(expected)
    assert rows.schema.names[:-2] == expected.schema.names
    assert (report.statuses, report.reasons) == (alone.statuses, alone.reasons)
    assert (report.rows, report.grids) == (alone.rows, alone.grids)
    assert stages == list(STAGES) == list(report.seconds)
    assert {*report.notices} <= {*alone.notices}
    assert [path.name for path in tmp_path.iterdir() if path.name[0] == "."] == []


def test_grids_that_change_meanwhile_are_named(
    spark: Any, job: AssignJob, tmp_path: Path
) -> None:
    grids = tmp_path / "grids.gpkg"
    shutil.copy(job.grids, grids)
    job = replace(job, grids=grids, out=tmp_path / "out")

    def publish(stage: str) -> None:
        if stage == STAGES[2]:
            grids.write_bytes(grids.read_bytes() + b"\0")

    report = assign_on_spark(job, "local[2]", publish)
    assert f"File {str(grids)!r} was written to while the job ran" in report.notices[-1]


def test_text_coordinates_equal_those_of_one_process(
    spark: Any, job: AssignJob, tmp_path: Path
) -> None:
    events = tmp_path / "events"
    events.mkdir()
    rows = {"id": [*map(str, range(7))], "x": TEXTS, "y": ["30.33"] * 7}
    pq.write_table(pa.table(rows), events / "a.parquet")
    job = replace(
        job,
        events=events,
        out=tmp_path / "out",
        at_column=None,
        accuracy_column=None,
        lon_column="x",
        lat_column="y",
    )
    assign_on_spark(job, "local[2]", silent)
    expected, _ = of_one_process(job, tmp_path)
    rows = pq.read_table(job.out)
    assert in_order(rows.select(expected.column_names)) == in_order(expected)


def test_geoparquet_equals_that_of_one_process(
    spark: Any, job: AssignJob, s_town: Town, tmp_path: Path
) -> None:
    frame = s_town.events.head(100)[["event_id"]]
    points = geopandas.points_from_xy(s_town.events.lon[:100], s_town.events.lat[:100])
    layer = geopandas.GeoDataFrame(frame, geometry=points, crs="EPSG:4490").to_crs(4549)
    layer.loc[3, "geometry"] = None
    layer.loc[4, "geometry"] = shapely.Point()
    events = tmp_path / "events"
    events.mkdir()
    layer.iloc[:60].to_parquet(events / "a.parquet")
    layer.iloc[60:].to_parquet(events / "b.parquet")
    job = replace(
        job, events=events, out=tmp_path / "out", at_column=None, accuracy_column=None
    )
    report = assign_on_spark(job, "local[2]", silent)
    assert "The events declare EPSG:4549" in " ".join(report.notices)
    layer.to_parquet(tmp_path / "all.parquet")
    alone = replace(job, events=tmp_path / "all.parquet", out=tmp_path / "one.parquet")
    assign_file(alone, silent)
    expected = read_events(alone.out).columns
    rows = pq.read_table(job.out)
    assert in_order(rows.select(expected.column_names)) == in_order(expected)
    written = geopandas.read_parquet(job.out).set_index("event_id").geometry
    assert written.crs.to_epsg() == 4549
    assert written.to_wkb().equals(layer.set_index("event_id").geometry.to_wkb())


def test_a_time_that_is_none_leaves_nothing(
    spark: Any, job: AssignJob, tmp_path: Path
) -> None:
    events = tmp_path / "events.parquet"
    rows = {"lon": [120.08], "lat": [30.33], "occurred_at": ["soon"]}
    pq.write_table(pa.table(rows), events)
    job = replace(job, events=events, accuracy_column=None, out=tmp_path / "out")
    with pytest.raises(InputFileError, match=r"^Row 1 of the events has 'soon'"):
        assign_on_spark(job, "local[2]", silent)
    assert [path.name for path in tmp_path.iterdir()] == ["events.parquet"]


def test_a_part_damaged_in_its_middle_leaves_nothing(
    spark: Any, job: AssignJob, tmp_path: Path
) -> None:
    events = tmp_path / "events.parquet"
    rows = pq.read_table(job.events)
    pq.write_table(rows, events, compression="zstd", use_dictionary=False)
    data = bytearray(events.read_bytes())
    start = pq.ParquetFile(events).metadata.row_group(0).column(6).data_page_offset
    data[start : start + 400] = bytes(400)
    events.write_bytes(data)
    with pytest.raises(InputFileError, match=r"cut or damaged") as refusal:
        assign_on_spark(
            replace(job, events=events, out=tmp_path / "out"), "local[2]", silent
        )
    assert "\n" not in str(refusal.value)
    assert [path.name for path in tmp_path.iterdir()] == ["events.parquet"]


def refused(job: AssignJob, sentence: str) -> None:
    """Assert that a job is refused before Spark begins, in one sentence."""
    with pytest.raises((InputFileError, SettingError), match=sentence) as refusal:
        assign_on_spark(job, "local[2]", silent)
    assert "\n" not in str(refusal.value)


def test_outputs_that_cannot_be_are_refused(job: AssignJob, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    refused(replace(job, out=tmp_path / "there"), "exists, and nothing is written over")
    refused(replace(job, out=tmp_path / "no" / "out"), "of the output does not exist")
    refused(replace(job, out=tmp_path / "out.csv"), "writes a folder of Parquet")
    refused(replace(job, anchors=tmp_path / "a.csv"), "--anchors is not for")


def test_parts_that_differ_and_cut_ones_are_refused(
    job: AssignJob, tmp_path: Path
) -> None:
    rows = pq.read_table(job.events)
    pq.write_table(rows, tmp_path / "a.parquet")
    other = rows.set_column(6, "lon", rows["lon"].cast(pa.string()))
    pq.write_table(other, tmp_path / "b.parquet")
    job = replace(job, events=tmp_path, out=tmp_path.with_name("out"))
    refused(job, "'lon: string' where 'a.parquet' has 'lon: double'")
    data = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "b.parquet").write_bytes(data[: len(data) // 2])
    refused(job, r"b\.parquet' is cut or damaged")
    assert not job.out.exists()


def test_without_spark_it_says_what_to_install(
    job: AssignJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    refused(job, "needs pyspark")
