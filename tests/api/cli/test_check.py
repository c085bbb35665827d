"""`pagoda check` finds every place and minute that is nobody's; `pagoda bench`."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from support.makers import broken_files as broken

CORE_DUTY = """\
duty_id,post_id,holder_id,starts_at,ends_at,recorded_at
c,C1-01-L,R900,2026-09-01T00:00,2026-09-30T23:59,2026-08-20T09:00:00+08:00
"""


def test_check_of_a_clean_coverage_exits_0(pagoda: Callable, town_files: Path) -> None:
    answer = pagoda("check", "--grids", town_files / "grids.geojson", "--id", "grid_id")
    assert answer.code == 0
    assert answer.out.startswith(
        "Coverage certificate: clean: no gap inside, no bay narrower than 10 m, "
        "no overlap\n"
    )
    assert "Grids: 125\n" in answer.out
    assert answer.err == (
        "The grids declare cgcs2000; if they are not, say so with --grids-datum.\n"
    )


def broken_coverage(path: Path) -> Path:
    """Two squares that overlap and one with a bow-tie."""
    bow_tie = [[121, 30], [121.1, 30.1], [121.1, 30], [121, 30.1], [121, 30]]
    features = [
        broken.feature({"code": "G1"}, [broken.square(120.0, 30.0)]),
        broken.feature({"code": "G2"}, [broken.square(120.05, 30.0)]),
        broken.feature({"code": "G3"}, [bow_tie]),
    ]
    return broken.geojson(path, list(features))


def test_check_of_a_faulty_coverage_exits_1(pagoda: Callable, tmp_path: Path) -> None:
    answer = pagoda(
        "check", "--grids", broken_coverage(tmp_path / "x.geojson"), "--id", "code"
    )
    assert answer.code == 1
    assert answer.out.startswith("Coverage certificate: not clean: invalid 1, ")
    assert "overlap: 'G1', 'G2': " in answer.out


def test_check_exits_1_for_an_id_on_two_polygons_unless_they_are_parts(
    pagoda: Callable, tmp_path: Path
) -> None:
    features = [
        broken.feature({"code": "G1"}, [broken.square(x, 30.0)]) for x in (120.0, 120.1)
    ]
    path = broken.geojson(tmp_path / "x.geojson", list(features))
    answer = pagoda("check", "--grids", path, "--id", "code")
    assert answer.code == 1
    assert "fault: 'G1' stands on the rows 1, 2" in answer.out
    joined = pagoda("check", "--grids", path, "--id", "code", "--join-parts")
    assert joined.code == 0
    assert "each taken as one: 1, as G1 (2)." in joined.out


def test_check_prints_json(pagoda: Callable, tmp_path: Path) -> None:
    path = broken_coverage(tmp_path / "x.geojson")
    answer = pagoda("check", "--grids", path, "--id", "code", "--json")
    certificate = json.loads(answer.out)
    assert answer.code == 1
    assert certificate["is_clean"] is False
    assert certificate["grid_count"] == 3
    assert {fault["kind"] for fault in certificate["faults"]} >= {"invalid", "overlap"}


def test_check_takes_the_datum_of_the_grids(pagoda: Callable, grids: Path) -> None:
    answer = pagoda("check", "--grids", grids, "--id", "code", "--grids-datum", "gcj02")
    assert answer.code == 0
    assert answer.err == "The grids are taken as gcj02, as --grids-datum says.\n"


def two_blocks(path: Path, apart: float) -> Path:
    """Two squares of a kilometre or so, so many degrees apart."""
    sides = {"A": (120.08, 120.09 - apart), "B": (120.09, 120.10)}
    features = [
        broken.feature(
            {"code": code},
            [[[w, 30.33], [e, 30.33], [e, 30.34], [w, 30.34], [w, 30.33]]],
        )
        for code, (w, e) in sides.items()
    ]
    return broken.geojson(path, list(features))


@pytest.mark.parametrize(
    ("apart", "more", "head"),
    [
        (3e-7, (), "not clean: bay 1"),
        (5e-5, (), "not clean: bay 1"),
        (5e-5, ("--gap-width", "4"), "no bay narrower than 4 m, no overlap"),
        (2e-4, (), "no bay narrower than 10 m, no overlap"),
        (2e-4, ("--gap-width", "20"), "not clean: bay 1"),
    ],
    ids=["3 cm", "5 m", "5 m and 4 m asked", "19 m", "19 m and 20 m asked"],
)
def test_check_finds_gaps_that_open_to_the_outside(
    pagoda: Callable, tmp_path: Path, apart: float, more: tuple[str, ...], head: str
) -> None:
    grids = two_blocks(tmp_path / "grids.geojson", apart)
    answer = pagoda("check", "--grids", grids, "--id", "code", *more)
    first = answer.out.splitlines()[0]
    assert first.endswith(head)
    assert answer.code == ("not clean" in first)


@pytest.mark.parametrize("width", ["0", "-3", "nan", "inf"])
def test_check_refuses_a_width_that_is_none(
    pagoda: Callable, grids: Path, width: str
) -> None:
    answer = pagoda("check", "--grids", grids, "--id", "code", "--gap-width", width)
    assert (answer.code, answer.out) == (2, "")
    assert "expected metres above 0" in answer.err


def test_check_measures_gaps_against_an_outline(
    pagoda: Callable, tmp_path: Path
) -> None:
    grids = two_blocks(tmp_path / "grids.geojson", 2e-4)
    corners = [[120.08, 30.33], [120.1, 30.33], [120.1, 30.34], [120.08, 30.34]]
    town = broken.feature({}, [[*corners, corners[0]]])
    outline = broken.geojson(tmp_path / "town.geojson", [town])
    answer = pagoda("check", "--grids", grids, "--id", "code", "--outline", outline)
    assert answer.code == 1
    assert answer.out.startswith("Coverage certificate: not clean: gap 1\n")
    assert "gap: 'A', 'B': 21,3" in answer.out
    assert "The polygons of the outline declare wgs84" in answer.err


def test_check_names_a_ring_around_the_globe(pagoda: Callable, tmp_path: Path) -> None:
    ring = [[179.9, -17], [-179.9, -17], [-179.9, -16], [179.9, -16], [179.9, -17]]
    path = broken.geojson(tmp_path / "x.geojson", [broken.feature({"id": "T"}, [ring])])
    answer = pagoda("check", "--grids", path, "--id", "id")
    assert (answer.code, answer.out) == (2, "")
    assert "Grid 'T' has a ring from -179.9 to 179.9" in answer.err


def test_check_refuses_a_tangle_by_its_id(pagoda: Callable, tmp_path: Path) -> None:
    teeth = [[120 + n / 1e5, 30 + n % 2] for n in range(600)]
    back = [[120 + (n % 2) / 100, 30 + n / 600] for n in range(600)]
    ring = [*teeth, *back, teeth[0]]
    path = broken.geojson(tmp_path / "x.geojson", [broken.feature({"id": "Z"}, [ring])])
    answer = pagoda("check", "--grids", path, "--id", "id")
    assert (answer.code, answer.out) == (2, "")
    assert "Grid 'Z' (1,201 vertices) crosses itself at more than 1,000" in answer.err


def check_town(files: Path, *more: object) -> tuple[object, ...]:
    """Arguments of a check of S town with its posts and duties."""
    return (
        *("check", "--grids", files / "grids.geojson", "--id", "grid_id"),
        *("--circles", files / "circles.geojson", "--posts", files / "posts.csv"),
        *("--duties", files / "duties.csv", "--rotations", files / "rotations.csv"),
        *more,
    )


def test_check_certifies_that_no_place_and_no_minute_is_without_an_owner(
    pagoda: Callable, town_files: Path
) -> None:
    answer = pagoda(*check_town(town_files, "--codes", "--json"))
    found = json.loads(answer.out)
    roster = found["roster"]
    assert answer.code == 0
    assert (found["is_clean"], roster["is_complete"]) == (True, True)
    assert found["codes"] == {"is_clean": True, "count": 125, "faults": []}
    assert roster["unowned"] == []
    assert len(roster["vacant"]) == 2
    assert roster["gaps"]
    assert roster["shared"]
    assert roster["holders"]["grid_leader"] == 104


def test_check_exits_1_for_a_minute_that_is_nobodys(
    pagoda: Callable, town_files: Path, tmp_path: Path
) -> None:
    posts = pd.read_csv(town_files / "posts.csv", dtype=str)
    leads = posts["post_id"].str.endswith("-L")
    posts.loc[leads, "holder_id"] = None
    posts.to_csv(tmp_path / "posts.csv", index=False)
    duties = broken.csv_file(tmp_path / "d.csv", CORE_DUTY)
    answer = pagoda(
        *("check", "--grids", town_files / "grids.geojson", "--id", "grid_id"),
        *("--circles", town_files / "circles.geojson"),
        *("--posts", tmp_path / "posts.csv", "--duties", duties),
        *("--from", "2026-09-01", "--to", "2026-09-30"),
    )
    assert answer.code == 1
    assert "Roster certificate: not complete: grids without an owner at times: 125" in (
        answer.out
    )
    assert "from 2026-09-30T23:59:00.000+08:00 to 2026-10-01T00:00" in answer.out


def test_check_names_a_roster_that_ends_in_seven_days(
    pagoda: Callable, town_files: Path
) -> None:
    days = ("--from", "2026-10-26", "--to", "2026-10-31")
    assert "ends at 2026-11-01T00:00" in pagoda(*check_town(town_files, *days)).out
    days = ("--from", "2026-10-20", "--to", "2026-10-31")
    assert "ends at 2026-11-01" not in pagoda(*check_town(town_files, *days)).out


def coded_grids(path: Path, *codes: str) -> Path:
    """Squares side by side with these ids, in one community."""
    features = [
        broken.feature(
            {"code": code, "community_id": "330199101001"},
            [broken.square(120 + place / 10, 30.0)],
        )
        for place, code in enumerate(codes)
    ]
    return broken.geojson(path, list(features))


@pytest.mark.parametrize(
    ("code", "exit_code", "line"),
    [
        ("33019910100100", 1, "fault: Code '33019910100100' does not fit its pattern"),
        (
            "330199101002001",
            1,
            "fault: Code '330199101002001' does not lie under '330199101001'",
        ),
        ("330199101001000", 0, "note: Sequence '000' is not usual"),
    ],
    ids=["pattern", "parent", "warning"],
)
def test_check_names_codes_that_do_not_fit(
    pagoda: Callable, tmp_path: Path, code: str, exit_code: int, line: str
) -> None:
    grids = coded_grids(tmp_path / "grids.geojson", "330199101001001", code)
    answer = pagoda("check", "--grids", grids, "--id", "code", "--codes")
    assert (answer.code, line in answer.out) == (exit_code, True)
    assert pagoda("check", "--grids", grids, "--id", "code").code == 0


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--posts", None), "give --circles with --posts, and --posts with --duties"),
        (("--circles", None), "give --circles with --posts, and --posts with --duties"),
        (("--from", "2026-09-30", "--to", "2026-09-01"), "exchange --from and --to"),
        (
            ("--from", "tomorrow"),
            "'tomorrow' is no day, expected one such as '2026-09-01'",
        ),
    ],
    ids=["no_posts", "no_circles", "ends_first", "no_day"],
)
def test_check_refuses_what_it_cannot_examine(
    pagoda: Callable, town_files: Path, more: tuple[str | None, ...], words: str
) -> None:
    arguments = list(check_town(town_files))
    if more[1] is None:
        place = arguments.index(more[0])
        del arguments[place : place + 2]
        more = ()
    answer = pagoda(*arguments, *more)
    assert (answer.code, answer.out) == (2, "")
    assert words in answer.err


def test_bench_prints_a_line_for_each_locator_and_none_differs(
    pagoda: Callable, grids: Path, tmp_path: Path
) -> None:
    rows = "lon,lat\n120.05,30.05\n120.15,30.05\n119,30.05\n,\n"
    points = broken.csv_file(tmp_path / "points.csv", rows)
    answer = pagoda("bench", "--grids", grids, "--id", "code", "--points", points)
    summary, head, *lines = answer.out.splitlines()
    assert answer.code == 0
    assert summary.startswith("3 grids, 3 usable points of 4; ")
    assert head.split()[0] == "locator"
    assert [line[:18].strip() for line in lines] == [
        "shapely STRtree",
        "RTreeIndex",
        "GridIndex",
    ]
    assert [line.split()[-1] for line in lines] == ["0"] * 3


@pytest.mark.parametrize(
    ("head", "options"),
    [
        ("网格编号", ()),
        ("网格编号", ("--id", "网格编号")),
        ("grid_id", ()),
        ("编号", ("--id", "编号")),
        ("编号", ("--map", "grid_id=编号")),
    ],
)
def test_ids_are_under_our_heads_or_those_that_are_named(
    pagoda: Callable, tmp_path: Path, head: str, options: tuple[str, ...]
) -> None:
    squares = [
        broken.feature({head: f"G{n}"}, [broken.square(120 + n / 10, 30.0)])
        for n in (1, 2)
    ]
    path = broken.geojson(tmp_path / "网格.geojson", squares)
    answer = pagoda("check", "--grids", path, *options)
    assert answer.code == 0, answer.err
    assert "Grids: 2\n" in answer.out
    other = pagoda("check", "--grids", path, "--id", "kode")
    assert other.code == 2
    assert f"has no column 'kode' for the grid ids; it has [{head!r}]" in (
        other.err.replace("'grid_id'", repr(head))
    )
