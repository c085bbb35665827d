"""A file of events in, the same events with answers out, counted and timed."""

import csv
import errno
import json
import os
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from api.service.assignment.files import STAGES, AssignJob, StageClock, assign_file
from api.service.inputs.namings import namings_of
from gis.errors import CrsError, InputFileError, SettingError
from layers.files import read_events
from support.makers import broken_files as broken
from support.makers.workbooks import workbook

EVENTS = """\
id,lon,lat,grid_id
e1,120.05,30.05,mine
e2,120.05,29.999,
e3,,,
e4,abc,30.05,
"""


@pytest.fixture
def job(tmp_path: Path) -> AssignJob:
    """Four events on three squares."""
    return job_of(tmp_path)


def job_of(folder: Path, **options: object) -> AssignJob:
    """Four events on three squares, with options."""
    grids = broken.grids_geojson(folder / "grids.geojson")
    events = broken.csv_file(folder / "events.csv", EVENTS)
    return AssignJob(
        **{"grids": grids, "id_column": "code", "events": events}
        | {"out": folder / "out.csv"}
        | options
    )


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_event_is_counted_by_status_and_reason(job: AssignJob) -> None:
    report = assign_file(job, lambda _: None)
    assert (report.rows, report.grids) == (4, 3)
    assert report.statuses == {"outside": 1, "inside": 1, "unlocated": 2}
    assert report.reasons == {"missing": 1, "not_a_number": 1}


def test_column_of_the_events_with_our_name_keeps_it(job: AssignJob) -> None:
    report = assign_file(job, lambda _: None)
    [notice] = [text for text in report.notices if "'grid_id'" in text]
    new = notice.rsplit("'", 2)[1]
    first = rows_of(job.out)[0]
    assert (first["grid_id"], first[new]) == ("mine", "G1")


def test_metres_in_csv_have_three_decimals(job: AssignJob) -> None:
    assign_file(job, lambda _: None)
    metres = [row["distance_m"] for row in rows_of(job.out)]
    # 0.001 degrees of latitude
    assert metres == ["", "110.852", "", ""]


def test_stages_are_told_in_order_and_timed(job: AssignJob) -> None:
    stages: list[str] = []
    report = assign_file(job, stages.append)
    assert tuple(stages) == tuple(report.seconds) == STAGES


def test_stage_that_has_not_begun_is_neither_told_nor_timed() -> None:
    stages: list[str] = []
    clock = StageClock(stages.append)
    clock.begin("reading")
    assert stages == list(clock.stop()) == ["reading"]


def test_output_that_is_an_input_is_refused_and_stays(tmp_path: Path) -> None:
    job = job_of(tmp_path, out=tmp_path / "events.csv")
    with pytest.raises(SettingError, match="is also an input, which stays as it is"):
        assign_file(job, lambda _: None)
    assert job.events.read_text(encoding="utf-8") == EVENTS


def test_duties_without_posts_are_refused(tmp_path: Path) -> None:
    job = job_of(tmp_path, duties=tmp_path / "duties.csv")
    with pytest.raises(SettingError, match="without --posts or --at-column"):
        assign_file(job, lambda _: None)
    assert not job.out.exists()


def test_anchors_of_another_town_are_refused(tmp_path: Path) -> None:
    anchors = broken.csv_file(tmp_path / "anchors.csv", "lon,lat\n100,20\n101,20\n")
    with pytest.raises(InputFileError, match="No anchor of 2 lies in"):
        assign_file(job_of(tmp_path, anchors=anchors), lambda _: None)


def test_accuracies_as_phones_write_them_are_judged_or_named(tmp_path: Path) -> None:
    texts = ["30", "30m", "±30", "３０米", "1,5", "inf", "-1", "1e6", "", "0"]
    rows = "".join(f'{n},120.0999,30.05,"{text}"\n' for n, text in enumerate(texts))
    events = broken.csv_file(tmp_path / "acc.csv", f"n,lon,lat,acc\n{rows}")
    job = job_of(tmp_path, events=events, accuracy_column="acc")
    report = assign_file(job, lambda _: None)
    answers = rows_of(job.out)
    assert {row["probabilities"] for row in answers[:4]} == {
        answers[0]["probabilities"]
    }
    assert [row["reason"] for row in answers] == [
        *[""] * 4,
        *["accuracy_not_a_number"] * 2,
        "accuracy_negative",
        "accuracy_larger_than_town",
        *[""] * 2,
    ]
    assert [row["band"] for row in answers[4:]] == ["", "", "", "", "", "sure"]
    assert any("'1,5' (row 5), 'inf' (row 6)" in text for text in report.notices)


TIMED = """\
编号,经度坐标,纬度坐标,时间,精度
e1,120.05,30.05,9/1/2026 8:15 AM,30
e2,120.05,29.999,09-02-2026 20:15,
"""


def test_events_of_a_workbook_have_the_answers_of_the_csv(tmp_path: Path) -> None:
    csv_job = job_of(tmp_path)
    broken.csv_file(csv_job.events, TIMED)
    rows = list(csv.reader(TIMED.splitlines()))
    book = workbook(tmp_path / "events.xlsx", rows, sheet="事件")
    pairs = [
        *(("lon", "经度坐标"), ("lat", "纬度坐标")),
        *(("occurred_at", "时间"), ("accuracy_m", "精度")),
    ]
    namings = namings_of(pairs, [], ("events", "grids"))
    outs = []
    for events, suffix in ((csv_job.events, "csv"), (book, "csv"), (book, "xlsx")):
        out = tmp_path / f"out{len(outs)}.{suffix}"
        job = replace(csv_job, events=events, out=out, namings=namings, day_order="mdy")
        report = assign_file(job, lambda _: None)
        assert report.statuses == {"inside": 1, "outside": 1}
        assert any("2 times have no offset" in notice for notice in report.notices)
        outs.append(out)
    assert outs[0].read_bytes() == outs[1].read_bytes()
    told = read_events(outs[2]).columns.to_pylist()
    plain = rows_of(outs[0])
    assert [row["编号"] for row in told] == ["e1", "e2"]
    assert [row["时间"] for row in told] == [row["时间"] for row in plain]
    assert [row["grid_id"] for row in told] == [row["grid_id"] for row in plain]
    assert [float(row["distance_m"] or 0) for row in told] == [0, 110.852]


@pytest.mark.parametrize(
    ("pairs", "options", "words"),
    [
        ([("kind", "x")], {}, "of events only"),
        ([("lon", "x")], {"lon_column": "y", "lat_column": "z"}, "an option says 'y'"),
    ],
)
def test_map_that_cannot_be_is_refused(
    tmp_path: Path, pairs: list[tuple[str, str]], options: dict[str, str], words: str
) -> None:
    namings = namings_of(pairs, [], ("events",))
    with pytest.raises(SettingError, match=words):
        assign_file(job_of(tmp_path, namings=namings, **options), lambda _: None)


def test_output_that_exists_is_replaced_and_said(job: AssignJob) -> None:
    assert "replaced" not in "".join(assign_file(job, lambda _: None).notices)
    report = assign_file(job, lambda _: None)
    assert (
        report.notices[-1] == f"The file {str(job.out)!r} that stood there is replaced."
    )


def test_grids_that_change_while_the_job_runs_are_those_of_its_start(
    job: AssignJob,
) -> None:
    text = job.grids.read_text(encoding="utf-8")
    moved = text.replace("120.", "121.")

    def publish(stage: str) -> None:
        if stage == STAGES[2]:
            job.grids.write_text(moved, encoding="utf-8")

    report = assign_file(job, publish)
    assert report.statuses["inside"] == 1
    assert f"File {str(job.grids)!r} was written to while the job ran" in "".join(
        report.notices
    )


def test_what_fails_in_the_middle_leaves_what_stood_there(
    job: AssignJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    job.out.write_text("old", encoding="utf-8")
    monkeypatch.setattr("api.service.assignment.run.FileRun.answer", interrupt)
    with pytest.raises(KeyboardInterrupt):
        assign_file(job, lambda _: None)
    assert job.out.read_text(encoding="utf-8") == "old"
    assert {path.name for path in job.out.parent.iterdir()} == {
        *("grids.geojson", "events.csv", "out.csv")
    }


def test_full_disk_is_one_sentence_and_leaves_no_file(
    job: AssignJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("layers.files.csv_lines.CsvLines.write", fill)
    with pytest.raises(SettingError, match=r"cannot be written \(No space left"):
        assign_file(job, lambda _: None)
    assert {path.name for path in job.out.parent.iterdir()} == {
        *("grids.geojson", "events.csv")
    }


def test_events_whose_crs_is_null_are_said_to_declare_none(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    broken.parquet(path, broken.events_frame())
    table = pq.read_table(path)
    geo = json.loads(table.schema.metadata[b"geo"])
    geo["columns"]["geometry"]["crs"] = None
    metadata = {b"geo": json.dumps(geo).encode()}
    pq.write_table(table.replace_schema_metadata(metadata), path)
    report = assign_file(job_of(tmp_path, events=path), lambda _: None)
    assert report.statuses == {"inside": 3}
    assert any("events declare no CRS: taken as wgs84" in n for n in report.notices)
    with pytest.raises(CrsError, match="Datum '' is unknown"):
        assign_file(job_of(tmp_path, events=path, datum=""), lambda _: None)
