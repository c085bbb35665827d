"""A file of events in, the same events with answers out, counted and timed."""

import csv
from pathlib import Path

import pytest

from api.service.assignment.files import STAGES, AssignJob, StageClock, assign_file
from gis.errors import InputFileError, SettingError
from support.makers import broken_files as broken

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
