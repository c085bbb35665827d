"""Whether every place and every minute is somebody's, from files."""

import datetime as dt
from pathlib import Path

import pytest

from api.service.check import CheckJob, check_files, days_to_check
from api.service.inputs.duties import DutyFiles
from gis.errors import SettingError
from support.makers import broken_files as broken
from support.makers.square_town import SquareTown, local

CIRCLES = "circle_id,parent_id,tier,name\nC1,,1,core\n"
POSTS = """\
post_id,area_id,role,holder_id
G1-L,G1,grid_leader,L001
G2-L,G2,grid_leader,L002
G3-L,G3,grid_leader,L003
C1-L,C1,circle_leader,R001
"""
HEAD = "duty_id,post_id,holder_id,starts_at,ends_at,recorded_at\n"
ROW = "D{n},{post},{holder},2026-09-01T00:00,2026-09-{end:02}T00:00,2026-08-20T09:00\n"


def job_of(folder: Path, **options: object) -> CheckJob:
    """Three squares, with options."""
    grids = broken.grids_geojson(folder / "grids.geojson")
    return CheckJob(grids, "code", **options)


def with_duties(folder: Path, last_of_g1: int, **options: object) -> CheckJob:
    """The squares with posts that are held to the 11th, G1's to a day of its own."""
    holders = {"G1-L": "L001", "G2-L": "L002", "G3-L": "L003", "C1-L": "R001"}
    rows = [
        ROW.format(
            n=n,
            post=post,
            holder=holder,
            end=last_of_g1 if post == "G1-L" else 11,
        )
        for n, (post, holder) in enumerate(holders.items())
    ]
    texts = {"circles": CIRCLES, "posts": POSTS, "duties": HEAD + "".join(rows)}
    paths = {
        name: broken.csv_file(folder / f"{name}.csv", text)
        for name, text in texts.items()
    }
    files = DutyFiles(paths.pop("duties"), None)
    return job_of(folder, files=files, **paths, **options)


def test_clean_grids_alone_are_clean(tmp_path: Path) -> None:
    findings = check_files(job_of(tmp_path))
    assert findings.is_clean
    assert (findings.roster, findings.codes) == (None, None)
    assert findings.notice.startswith("The grids declare wgs84")


def test_codes_that_are_none_are_named(tmp_path: Path) -> None:
    findings = check_files(job_of(tmp_path, codes=True))
    assert findings.coverage.is_clean
    assert not findings.is_clean
    assert [check.code for check in findings.codes.faulty] == ["G1", "G2", "G3"]
    document = findings.to_dict()["codes"]
    assert document["count"] == 3
    assert {fault["grid_id"] for fault in document["faults"]} == {"G1", "G2", "G3"}


def test_roster_is_complete_where_every_minute_is_held(tmp_path: Path) -> None:
    findings = check_files(with_duties(tmp_path, 11))
    assert findings.roster.is_complete
    assert findings.roster.gaps == ()
    assert findings.is_clean


def test_days_that_nobody_holds_are_a_gap(tmp_path: Path) -> None:
    findings = check_files(with_duties(tmp_path, 9))
    [gap] = [lapse for lapse in findings.roster.gaps if lapse.area_id == "G1"]
    assert (gap.starts_at, gap.ends_at) == (local("2026-09-09"), local("2026-09-11"))
    assert findings.to_dict()["roster"] == findings.roster.to_dict()


@pytest.mark.parametrize(
    "options",
    [
        {"posts": Path("posts.csv")},
        {"files": DutyFiles(Path("duties.csv"), None)},
        {
            "circles": Path("circles.csv"),
            "files": DutyFiles(None, Path("rotations.csv")),
        },
    ],
    ids=["posts without circles", "duties alone", "rotations without posts"],
)
def test_posts_without_circles_and_duties_without_posts_are_refused(
    tmp_path: Path, options: dict[str, object]
) -> None:
    with pytest.raises(SettingError, match="Posts stand in circles and duties hold"):
        check_files(job_of(tmp_path, **options))


def test_days_that_end_before_they_start_are_refused(tmp_path: Path) -> None:
    days = {"first_day": dt.date(2026, 9, 9), "last_day": dt.date(2026, 9, 8)}
    with pytest.raises(SettingError, match="end before they start"):
        check_files(with_duties(tmp_path, 11, **days))


def test_last_day_is_checked_to_its_end(tmp_path: Path) -> None:
    day = dt.date(2026, 9, 9)
    job = job_of(tmp_path, first_day=day, last_day=day)
    table = SquareTown().snapshot().territory.duties
    window = days_to_check(job, table)
    assert window == (local("2026-09-09"), local("2026-09-10"))
