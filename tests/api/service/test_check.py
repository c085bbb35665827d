"""Whether every place and every minute is somebody's, from files."""

import csv
import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from api.cli.text.check import check_lines
from api.service.check import CheckJob, check_files, days_to_check
from api.service.inputs.duties import DutyFiles
from api.service.inputs.namings import namings_of
from gis.errors import CoverageError, SettingError, TreeError
from support.makers import broken_files as broken
from support.makers.square_town import SquareTown, local
from support.makers.workbooks import workbook

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


def repeated_grids(folder: Path) -> Path:
    """Squares of which two have one id."""
    features = [
        broken.feature({"code": code}, [broken.square(x, 30.0)])
        for code, x in (("G1", 120.0), ("G2", 120.1), ("G1", 120.2))
    ]
    return broken.geojson(folder / "repeated.geojson", list(features))


def test_id_on_two_polygons_is_listed_with_its_rows_and_not_clean(
    tmp_path: Path,
) -> None:
    findings = check_files(CheckJob(repeated_grids(tmp_path), "code"))
    assert findings.repeated == {"G1": (1, 3)}
    assert findings.coverage.is_clean
    assert not findings.is_clean
    document = findings.to_dict()
    assert document["repeated_ids"] == [{"grid_id": "G1", "rows": [1, 3]}]
    assert (document["is_clean"], document["grid_count"]) == (False, 2)


def test_polygons_of_one_id_that_overlap_are_examined_each_for_itself(
    tmp_path: Path,
) -> None:
    features = [
        broken.feature({"code": "G1"}, [broken.square(x, 30.0)])
        for x in (120.0, 120.05)
    ]
    path = broken.geojson(tmp_path / "overlap.geojson", list(features))
    findings = check_files(CheckJob(path, "code"))
    assert findings.repeated == {"G1": (1, 2)}
    [fault] = findings.coverage.faults
    assert fault.grids == ("G1 (row 1)", "G1 (row 2)")
    with pytest.raises(CoverageError, match="Parts 1 and 2 of grid 'G1' overlap"):
        check_files(CheckJob(path, "code", join_parts=True))


def test_polygons_that_are_said_to_be_parts_are_one_grid(tmp_path: Path) -> None:
    job = CheckJob(repeated_grids(tmp_path), "code", join_parts=True)
    findings = check_files(job)
    assert findings.is_clean
    assert findings.coverage.grid_count == 2
    assert findings.parts[0].endswith("1, as G1 (2).")


def test_ring_that_touches_itself_is_clean_once_it_is_mended(tmp_path: Path) -> None:
    ring = [
        *([120.0, 30.0], [120.1, 30.0], [120.1, 30.05], [120.05, 30.02]),
        *([120.05, 30.08], [120.1, 30.05], [120.1, 30.1], [120.0, 30.1]),
        [120.0, 30.0],
    ]
    features = [broken.feature({"code": "G1"}, [ring])]
    path = broken.geojson(tmp_path / "touching.geojson", list(features))
    assert not check_files(CheckJob(path, "code")).is_clean
    findings = check_files(CheckJob(path, "code", repair=True))
    kinds = {fault.kind for fault in findings.coverage.faults}
    assert "invalid" not in kinds
    [mending] = findings.to_dict()["mended"]
    assert mending["grid"] == "G1"
    assert mending["before_m2"] == pytest.approx(mending["after_m2"])


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


@pytest.mark.parametrize(
    ("days", "window"),
    [
        ({}, ("2026-11-30", "2026-12-01")),
        ({"first_day": dt.date(2026, 9, 9)}, ("2026-09-09", "2026-09-10")),
        ({"last_day": dt.date(2026, 9, 9)}, ("2026-09-09", "2026-09-10")),
    ],
    ids=["none", "first", "last"],
)
def test_roster_without_duties_is_that_of_one_day(
    tmp_path: Path, days: dict[str, dt.date], window: tuple[str, str]
) -> None:
    tree = {"circles": CIRCLES, "posts": POSTS}
    paths = {n: broken.csv_file(tmp_path / f"{n}.csv", t) for n, t in tree.items()}
    today = dt.date(2026, 11, 30)
    findings = check_files(job_of(tmp_path, **paths, today=today, **days))
    assert findings.roster is not None
    spans = (findings.roster.starts_at, findings.roster.ends_at)
    assert spans == tuple(map(local, window))
    said = ("No duties and no days were given",) if not days else ()
    assert [text[:32] for text in findings.days] == [text[:32] for text in said]
    if not days:
        assert check_lines(findings, "Asia/Shanghai")[-1] == findings.days[0]


def test_days_that_duties_span_are_said_to_be_so(tmp_path: Path) -> None:
    findings = check_files(with_duties(tmp_path, 11))
    assert [text.split(",")[0] for text in findings.days] == [
        "From the first duty on",
        "Until the last duty ends",
    ]
    assert findings.roster is not None
    assert findings.roster.starts_at == local("2026-09-01")
    first = {"first_day": dt.date(2026, 9, 1)}
    assert len(check_files(with_duties(tmp_path, 11, **first)).days) == 1
    both = first | {"last_day": dt.date(2026, 9, 10)}
    assert check_files(with_duties(tmp_path, 11, **both)).days == ()


@pytest.mark.parametrize(
    ("circles", "words"),
    [
        (CIRCLES + "C2,C1,2,bare\n", "bottom tier"),
        (
            "circle_id,parent_id,tier,name\nT,,1,t\nC1,T,2,a\nC2,T,2,b\n",
            "no grid below",
        ),
        (CIRCLES.replace("C1", "G1"), "id is of a grid and of a circle"),
    ],
    ids=["a tier too low", "a circle without grids", "a circle with the id of a grid"],
)
def test_tree_that_could_not_be_published_is_refused(
    tmp_path: Path, circles: str, words: str
) -> None:
    features = [
        broken.feature({"code": code, "parent_id": parent}, [broken.square(x, 30.0)])
        for code, parent, x in (
            ("G1", "G1" if "G1" in circles else "C1", 120.0),
            ("G2", "G1" if "G1" in circles else "C1", 120.1),
        )
    ]
    grids = broken.geojson(tmp_path / "grids.geojson", list(features))
    path = broken.csv_file(tmp_path / "circles.csv", circles)
    with pytest.raises(TreeError, match=words):
        check_files(CheckJob(grids, "code", circles=path))


def test_files_in_chinese_and_workbooks_are_checked_as_ours(tmp_path: Path) -> None:
    job = with_duties(tmp_path, 11)
    assert job.circles is not None
    assert job.posts is not None
    assert job.files.duties is not None
    plain = check_files(job)
    heads = {
        "circles": "圈编号,上级圈编号,层级,圈名称",
        "posts": "编号,负责区域编号,岗位角色,任岗人员编号",
        "duties": "值班编号,岗位编号,任岗人员编号,开始时间,结束时间,记录时间",
    }
    paths = {"circles": job.circles, "posts": job.posts, "duties": job.files.duties}
    books = {}
    for name, path in paths.items():
        _, *rows = csv.reader(path.read_text("utf-8").splitlines())
        table = [heads[name].split(","), *rows]
        books[name] = workbook(tmp_path / f"{name}.xlsx", table)
    namings = namings_of([("post_id", "编号")], [], ("grids", "circles", "posts"))
    told = check_files(
        replace(
            job,
            circles=books["circles"],
            posts=books["posts"],
            files=DutyFiles(books["duties"], None, namings=namings),
            namings=namings,
        )
    )
    assert told.roster == plain.roster
    assert told.is_clean == plain.is_clean
