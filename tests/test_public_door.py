"""What is done with a frame in Python is what the command does with a file."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from api.service.assignment.files import AssignJob, assign_file
from gis.crs import convert, parse_datum
from gis.synthetic import Town
from layers import Territory, assign_frame, make_territory

HOSTILE = {
    "lon": [
        *(
            "120.08",
            "１２０.０８",
            " +120.08 ",
            "120,08",
            "abc",
            "",
            "inf",
            "nan",
            "1e2",
        ),
        *("30.33", "120.08", "500000", "120", "0", "-999", "120.08", "999", "120.10"),
    ],
    "lat": [
        *("30.33", "３０.３３", "30.33", "30.33", "30.33", "30.33", "30.33", "30.33"),
        *("30.33", "120.08", "", "3360000", "30", "0", "30.33", "30.29", "30.33", "91"),
    ],
    "occurred_at": [
        *("2026-09-07 08:00", "2026/9/7 8:00", "2026-09-07T08:00:00+08:00", "", None),
        *("2026年9月7日 8时15分", "2026-09-07", "2026-09-07 09:00:00.5"),
        *["2026-09-07 10:00"] * 10,
    ],
    "accuracy_m": [
        *("30", "30 m", "±５", "1,5", "-3", "", "0", "10 km", "nan", "inf", "50米"),
        *["20"] * 7,
    ],
    "status": ["open"] * 18,
}
"""Rows as somebody typed them; one column has a name of ours."""


@pytest.fixture(scope="module")
def folder(s_town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of S town, as the command reads them."""
    path = tmp_path_factory.mktemp("door")
    s_town.grids.to_parquet(path / "grids.parquet")
    neighbours(s_town).to_crs(4549).to_parquet(path / "neighbours.parquet")
    for name, frame in (
        ("circles", s_town.circles.drop(columns="geometry")),
        ("posts", s_town.posts),
        ("duties", s_town.month.duties),
        ("rotations", s_town.month.rotations),
        ("events", s_town.events),
        ("hostile", pd.DataFrame(HOSTILE)),
        ("anchors", _lonlat(s_town.enterprises)),
    ):
        frame.to_csv(path / f"{name}.csv", index=False)
    return path


@pytest.fixture(scope="module")
def territory(s_town: Town) -> Territory:
    """S town with its duties."""
    territory = make_territory(s_town.grids, s_town.circles, s_town.posts)
    return territory.with_duties(
        s_town.month.duties, rotations=s_town.month.rotations
    ).with_neighbours(neighbours(s_town))


def neighbours(s_town: Town) -> gpd.GeoDataFrame:
    """Two areas around the town, which lies over a part of both."""
    west, south, east, north = s_town.grids.total_bounds
    middle = (west + east) / 2
    areas = [
        shapely.box(west - 0.5, south - 0.5, middle, north + 0.5),
        shapely.box(middle, south - 0.5, east + 0.5, north + 0.5),
    ]
    codes = {"neighbour_id": ["330109", "330106"]}
    return gpd.GeoDataFrame(codes, geometry=areas, crs=4490)


def _lonlat(places: gpd.GeoDataFrame) -> pd.DataFrame:
    """Places as two columns."""
    return pd.DataFrame({"lon": places.geometry.x, "lat": places.geometry.y})


def answered(folder: Path, events: str, **options: object) -> tuple[pd.DataFrame, list]:
    """What the command writes and says."""
    job = AssignJob(
        folder / "grids.parquet", "grid_id", folder / events, folder / "out.parquet"
    )
    files = {
        name: folder / f"{name}.csv"
        for name in ("circles", "posts", "duties", "rotations")
    }
    files["neighbours"] = folder / "neighbours.parquet"
    report = assign_file(replace(job, **files, **options), lambda _: None)
    return pd.read_parquet(job.out), list(report.notices)


def assert_same(ours: pd.DataFrame, theirs: pd.DataFrame, own: list[str]) -> None:
    """Every column of answers has the same name, place and values in both."""
    names = [name for name in ours.columns if name not in own]
    assert names == [name for name in theirs.columns if name not in own]
    for name in names:
        left, right = (f[name].astype(object) for f in (ours, theirs))
        left, right = (c.where(c.notna(), None).tolist() for c in (left, right))
        assert left == right, name


def test_month_of_s_town_is_answered_as_the_command_does(
    folder: Path, territory: Territory, s_town: Town
) -> None:
    theirs, notices = answered(
        folder,
        "events.csv",
        at_column="occurred_at",
        accuracy_column="accuracy_m",
        anchors=folder / "anchors.csv",
        snap_m=30.0,
        candidates_m=80.0,
    )
    ours = assign_frame(
        territory,
        s_town.events,
        at="occurred_at",
        accuracy="accuracy_m",
        anchors=_lonlat(s_town.enterprises),
        snap_m=30,
        candidates_m=80,
    )
    assert {"inside", "outside", "snapped", "unlocated"} <= set(ours["status"])
    assert ours["candidates"].notna().any()
    assert ours["accountable_holder"].notna().any()
    assert set(ours["neighbour_id"].dropna()) == {"330109", "330106"}
    assert ours["decided_at"].nunique() > 2
    assert_same(ours, theirs, [*s_town.events.columns])
    names = {"datum=": "--datum", "anchors_datum=": "--anchors-datum"}
    for notice in ours.attrs["notices"]:
        words = [
            names.get(word.strip(";."), word.strip(";.")) for word in notice.split()
        ]
        assert words in [[w.strip(";.") for w in n.split()] for n in notices], notice


@pytest.mark.parametrize("datum", [None, "gcj02", "EPSG:4549"])
def test_hostile_rows_are_answered_as_the_command_does(
    folder: Path, territory: Territory, datum: str | None
) -> None:
    theirs, _ = answered(
        folder,
        "hostile.csv",
        at_column="occurred_at",
        accuracy_column="accuracy_m",
        confidence=0.95,
        candidates_m=50.0,
        datum=datum,
    )
    frame = pd.DataFrame(HOSTILE)
    ours = assign_frame(
        territory,
        frame,
        at="occurred_at",
        accuracy="accuracy_m",
        confidence=0.95,
        candidates_m=50,
        datum=datum,
    )
    assert "pagoda_status" in ours
    assert len(set(ours["reason"])) > 4
    assert_same(ours, theirs, [*frame.columns])


def test_points_in_another_crs_are_answered_as_the_command_does(
    folder: Path, territory: Territory, s_town: Town
) -> None:
    events = s_town.events.head(300)
    wgs84, metric = parse_datum("wgs84"), parse_datum("EPSG:4549")
    x, y = convert(*events[["lon", "lat"]].to_numpy(np.float64).T, wgs84, metric)
    points = gpd.GeoDataFrame(
        events.drop(columns=["lon", "lat"]),
        geometry=gpd.points_from_xy(x, y),
        crs=metric.crs,
    )
    points.loc[points.index[:3], "geometry"] = [
        None,
        None,
        points.geometry.iloc[5].buffer(9),
    ]
    points.to_parquet(folder / "points.parquet")
    theirs, _ = answered(folder, "points.parquet", at_column="occurred_at")
    ours = assign_frame(territory, points, at="occurred_at")
    assert ours["reason"].tolist()[:3] == ["missing", "missing", "not_a_point"]
    assert_same(ours, theirs, [*points.columns])


def test_the_public_door_needs_no_service(tmp_path: Path) -> None:
    code = (
        "import sys, layers; [getattr(layers, name) for name in layers.__all__]; "
        "print([n for n in sys.modules if n.partition('.')[0] in {'api', 'fastapi'}])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "[]\n"
