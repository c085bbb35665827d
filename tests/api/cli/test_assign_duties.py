"""Duties, accuracy and anchors through `pagoda assign`, good and bad."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from gis.crs import convert, parse_datum
from gis.synthetic import Town
from support.makers import broken_files as broken

RECORDED = "2026-08-20T09:00:00+08:00"
DUTY_HEAD = "duty_id,post_id,holder_id,starts_at,ends_at,recorded_at\n"
ROTATION_HEAD = "rotation_id,post_id,members,first_at,until,every_days,recorded_at\n"
AT = "2026-09-05T10:00:00+08:00"


@pytest.fixture(scope="session")
def place(town: Town) -> tuple[str, float, float]:
    """A grid and a point in it."""
    grid = town.grids.iloc[40]
    point = shapely.point_on_surface(grid.geometry)
    return grid["grid_id"], point.x, point.y


def of_town(files: Path, *more: object, events: object = None) -> tuple[object, ...]:
    """Arguments of an assignment over S town with its posts."""
    return (
        *("assign", "--grids", files / "grids.geojson", "--id", "grid_id"),
        *("--circles", files / "circles.geojson", "--posts", files / "posts.csv"),
        *("--events", files / "events.csv" if events is None else events),
        *more,
    )


def events_at(path: Path, place: tuple[str, float, float], *times: str) -> Path:
    """Events at one point, one for each time."""
    _, lon, lat = place
    rows = "".join(f"{lon!r},{lat!r},{at}\n" for at in times)
    return broken.csv_file(path, f"lon,lat,at\n{rows}")


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_hand_over_minute_splits_two_events_at_one_point(
    pagoda: Callable,
    town_files: Path,
    place: tuple[str, float, float],
    tmp_path: Path,
) -> None:
    post = f"{place[0]}-L"
    duties = (
        f"d1,{post},L901,2026-09-01T00:00,2026-09-10T08:30,{RECORDED}\n"
        f"d2,{post},L902,2026-09-10T08:30,2026-10-01T00:00,{RECORDED}\n"
    )
    times = ("2026-09-10T08:29:59+08:00", "2026-09-10T08:30:00+08:00")
    answer = pagoda(
        *of_town(
            town_files,
            *("--duties", broken.csv_file(tmp_path / "d.csv", DUTY_HEAD + duties)),
            *("--rotations", town_files / "rotations.csv", "--at-column", "at"),
            *("--out", tmp_path / "out.csv"),
            events=events_at(tmp_path / "e.csv", place, *times),
        )
    )
    before, after = rows_of(tmp_path / "out.csv")
    assert answer.code == 0
    assert before["accountable_post"] == after["accountable_post"] == post
    assert (before["accountable_holder"], after["accountable_holder"]) == (
        "L901",
        "L902",
    )
    assert before["region_leader"] == after["region_leader"] != ""
    assert before["region_holder"] == after["region_holder"] != ""


def test_region_leader_changes_on_monday_at_eight(
    pagoda: Callable,
    town_files: Path,
    place: tuple[str, float, float],
    tmp_path: Path,
) -> None:
    times = ("2026-09-07T07:59:59", "2026-09-07T08:00:00")
    answer = pagoda(
        *of_town(
            town_files,
            *("--rotations", town_files / "rotations.csv", "--at-column", "at"),
            *("--out", tmp_path / "out.csv"),
            events=events_at(tmp_path / "e.csv", place, *times),
        )
    )
    before, after = rows_of(tmp_path / "out.csv")
    assert "2 times have no offset: taken as local in Asia/Shanghai." in answer.err
    assert before["region_leader"] == after["region_leader"]
    assert before["region_holder"] != after["region_holder"]


def test_month_of_s_town_has_one_accountable_holder_for_every_event(
    pagoda: Callable, town_files: Path, tmp_path: Path
) -> None:
    answer = pagoda(
        *of_town(
            town_files,
            *("--duties", town_files / "duties.csv"),
            *("--rotations", town_files / "rotations.csv"),
            *("--at-column", "occurred_at", "--accuracy", "accuracy_m"),
            *("--out", tmp_path / "out.csv"),
        )
    )
    rows = pd.read_csv(tmp_path / "out.csv", dtype=str)
    assert answer.code == 0
    assert rows["accountable_post"].notna().all()
    assert rows["accountable_holder"].notna().all()
    reasons = set(";".join(rows["reason"].dropna()).split(";"))
    assert {"vacant_post", "no_one_on_duty"} <= reasons
    judged = rows[rows["band"].notna()]
    assert set(judged["band"]) == {"sure", "likely", "ambiguous"}
    assert set(judged["decided_at"].dropna()) >= {"grid", "tier4", "tier1"}
    sure = judged[judged["band"] == "sure"]
    assert (sure["decided_at"].dropna() == "grid").all()


def shifted_events(town: Town, path: Path, datum: str, count: int = 2000) -> Path:
    """Events of S town written in another datum."""
    events = town.events.dropna(subset="lon")
    events = events[events["lat"] < 90].head(count)
    lon, lat = convert(
        events["lon"].to_numpy(),
        events["lat"].to_numpy(),
        parse_datum("wgs84"),
        parse_datum(datum),
    )
    events.assign(lon=lon, lat=lat).to_csv(path, index=False)
    return path


@pytest.mark.parametrize(
    ("datums", "sentence"),
    [
        (("wgs84", "wgs84"), "These 2000 points fit wgs84, as declared."),
        (("gcj02", "gcj02"), "These 2000 points fit gcj02, as declared."),
        (("gcj02", "wgs84"), "These 2000 points look like gcj02, shifted by about 5"),
        (("bd09", "wgs84"), "These 2000 points look like bd09, shifted by about 1"),
        (("wgs84", "gcj02"), "These 2000 points look like wgs84, shifted by about 5"),
    ],
)
def test_anchors_name_the_datum_that_the_events_look_like(
    pagoda: Callable,
    town: Town,
    town_files: Path,
    tmp_path: Path,
    datums: tuple[str, str],
    sentence: str,
) -> None:
    written, declared = datums
    events = shifted_events(town, tmp_path / "e.csv", written)
    with_anchors = pagoda(
        *of_town(town_files, "--datum", declared, events=events),
        *("--anchors", town_files / "enterprises.csv"),
    )
    without = pagoda(*of_town(town_files, "--datum", declared, events=events))
    assert sentence in with_anchors.err
    assert "points" not in without.err.replace("points/s", "")
    assert with_anchors.out == without.out


def test_anchors_of_a_layer_carry_their_own_datum(
    pagoda: Callable, town: Town, town_files: Path, tmp_path: Path
) -> None:
    events = shifted_events(town, tmp_path / "e.csv", "wgs84")
    anchors = town.enterprises.to_crs(4549)
    answer = pagoda(
        *of_town(town_files, "--datum", "wgs84", events=events),
        *("--anchors", broken.parquet(tmp_path / "a.parquet", anchors)),
    )
    assert "The anchors declare EPSG:4549" in answer.err
    assert "These 2000 points fit wgs84, as declared." in answer.err


def test_accuracy_that_cannot_be_is_named_per_row(
    pagoda: Callable,
    town_files: Path,
    place: tuple[str, float, float],
    tmp_path: Path,
) -> None:
    grid_id, lon, lat = place
    given = ("5", "-5", "1e7", "", "inf", "far")
    rows = "".join(f"{lon!r},{lat!r},{metres}\n" for metres in given)
    events = broken.csv_file(tmp_path / "e.csv", f"lon,lat,r\n{rows}")
    answer = pagoda(
        *of_town(town_files, "--accuracy", "r", events=events),
        *("--out", tmp_path / "out.csv"),
    )
    found = rows_of(tmp_path / "out.csv")
    assert answer.code == 0
    assert [row["grid_id"] for row in found] == [grid_id] * len(given)
    assert [row["reason"] for row in found] == [
        "",
        "accuracy_negative",
        "accuracy_larger_than_town",
        "",
        "accuracy_not_a_number",
        "accuracy_not_a_number",
    ]
    assert [bool(row["band"]) for row in found] == [True] + [False] * 5


def duties(text: str, **more: object) -> Callable[[Path], dict[str, object]]:
    """Make a file of duties."""
    return lambda folder: {
        "--duties": broken.csv_file(folder / "bad.csv", DUTY_HEAD + text),
        **more,
    }


def rotations(text: str) -> Callable[[Path], dict[str, object]]:
    """Make a file of rotations."""
    return lambda folder: {
        "--rotations": broken.csv_file(folder / "bad.csv", ROTATION_HEAD + text)
    }


def at_column(*times: str) -> Callable[[Path], dict[str, object]]:
    """Make events at these times."""
    rows = "".join(f"120.08,30.33,{at}\n" for at in times)
    return lambda folder: {
        "--events": broken.csv_file(folder / "bad.csv", f"lon,lat,at\n{rows}")
    }


DAYS = "2026-09-01T00:00,2026-09-10T00:00"
SPRING = "2026-03-01T00:00,2026-03-29T02:30"
POST = "C1-01-L"

# id -> what replaces the good options, words of the sentence
CASES = {
    "overlap": (
        duties(f"a,{POST},R1,{DAYS},{RECORDED}\nb,{POST},R2,{DAYS},{RECORDED}\n"),
        "Duties 'a' (row 1) and 'b' (row 2) of post 'C1-01-L' overlap from ",
    ),
    "unknown_post": (
        duties(f"a,{POST},R1,{DAYS},{RECORDED}\nb,P9,R2,{DAYS},{RECORDED}\n"),
        "Duty 'b' (row 2) is of post 'P9', which is not among the posts",
    ),
    "ends_before_it_starts": (
        duties(f"a,{POST},R1,2026-09-02T00:00,2026-09-01T00:00,{RECORDED}\n"),
        "Duty 'a' (row 1) ends at ",
    ),
    "two_records_of_one_time": (
        duties(f"a,{POST},R1,{DAYS},{RECORDED}\n" * 2),
        "Duty 'a' (row 2) has two records of ",
    ),
    "no_holder": (
        duties(f"a,{POST},,{DAYS},{RECORDED}\n"),
        "row 1, field 'holder_id'",
    ),
    "no_time": (
        duties(f"a,{POST},R1,soon,2026-09-10,{RECORDED}\n"),
        "row 1, field 'starts_at': 'soon'",
    ),
    "no_such_hour": (
        duties(f"a,{POST},R1,{SPRING},{RECORDED}\n"),
        "row 1, field 'ends_at': '2026-03-29T02:30' is skipped or shown twice by",
    ),
    "no_such_hour_in_turns": (
        rotations(f"R,{POST},a;b,2026-03-22T02:30,2026-04-30T00:00,7,{RECORDED}\n"),
        "Rotation 'R' (row 1): Local time '2026-03-29 02:30:00' is skipped",
    ),
    "rotation_without_members": (
        rotations(f"R,{POST},,2026-09-01T08:00,2026-09-30T08:00,7,{RECORDED}\n"),
        "Rotation 'R' (row 1) has no members",
    ),
    "rotation_of_unknown_post": (
        rotations(f"R,P9,a,2026-09-01T08:00,2026-09-30T08:00,7,{RECORDED}\n"),
        "Rotation 'R' (row 1) is of post 'P9'",
    ),
    "event_time_is_text": (
        at_column("2026-09-05 10:00", "soon", "later"),
        "Row 2 of the events has 'soon' in 'at', and 1 more row is such",
    ),
    "event_time_that_is_none": (
        at_column("2026-03-29 02:30"),
        "Row 1 of the events has '2026-03-29 02:30' in 'at'",
    ),
    "unknown_time_column": (
        lambda _: {"--at-column": "zeit"},
        "The events have no column 'zeit'",
    ),
    "no_time_column": (lambda _: {"--at-column": None}, "without --posts or --at-"),
    "no_posts": (lambda _: {"--posts": None}, "without --posts or --at-column"),
    "unknown_accuracy_column": (
        lambda _: {"--accuracy": "radius"},
        "The events have no column 'radius'",
    ),
    "other_confidence": (lambda _: {"--confidence": "0.5"}, "'0.5' is not one of"),
    "two_roots": (
        lambda folder: {
            "--circles": broken.csv_file(
                folder / "bad.csv",
                "circle_id,parent_id,tier,name\nC1-01,,1,a\nC1-02,,1,b\n",
            )
        },
        "The circles have 2 tops ['C1-01', 'C1-02'] without a parent",
    ),
    "anchors_elsewhere": (
        lambda folder: {
            "--anchors": broken.csv_file(folder / "bad.csv", "lon,lat\n1,1\n,\n")
        },
        "No anchor of 2 lies in the bounds of the grids",
    ),
    "anchors_without_positions": (
        lambda folder: {"--anchors": broken.csv_file(folder / "bad.csv", "a\n1\n")},
        "no pair of columns",
    ),
    "anchors_missing": (
        lambda folder: {"--anchors": folder / "no.csv"},
        "There is no file",
    ),
    "out_is_the_duties": (
        lambda folder: {"--out": folder / "duties.csv"},
        "also an input",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_named_with_its_row_and_nothing_is_written(
    pagoda: Callable,
    town_files: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    case: str,
) -> None:
    make, words = CASES[case]
    monkeypatch.setenv("PAGODA_TIMEZONE", "Europe/Berlin")
    good = {
        "--grids": town_files / "grids.geojson",
        "--id": "grid_id",
        "--circles": town_files / "circles.geojson",
        "--posts": town_files / "posts.csv",
        "--duties": broken.csv_file(
            tmp_path / "duties.csv", f"{DUTY_HEAD}g,C2-01-L,R7,{DAYS},{RECORDED}\n"
        ),
        "--events": broken.csv_file(
            tmp_path / "events.csv", f"lon,lat,at\n120.08,30.33,{AT}\n"
        ),
        "--at-column": "at",
        "--out": tmp_path / "out.csv",
    }
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    options = {**good, **make(tmp_path)}
    pairs = [part for pair in options.items() if pair[1] is not None for part in pair]
    answer = pagoda("assign", *pairs)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.endswith(".\n")
    assert answer.err.count("\n") == 1
    assert words in answer.err
    assert {path: path.read_bytes() for path in before} == before
    assert not (tmp_path / "out.csv").exists()
    assert not list(tmp_path.glob(".*.part*"))


def test_events_without_a_time_are_counted(
    pagoda: Callable, town_files: Path, place: tuple[str, float, float], tmp_path: Path
) -> None:
    answer = pagoda(
        *of_town(
            town_files,
            *("--duties", town_files / "duties.csv", "--at-column", "at"),
            *("--out", tmp_path / "out.csv"),
            events=events_at(tmp_path / "e.csv", place, AT, "", " "),
        )
    )
    assert answer.code == 0
    assert (
        "2 events have no time: who was on duty then is not answered (no_time)."
        in answer.err
    )
    assert np.unique([r["grid_id"] for r in rows_of(tmp_path / "out.csv")]).size == 1
