"""Real layers with official labels: the figures that are true of them.

The figures are of the files' own SOURCE.md; they are counts, not tolerances.
"""

import csv
import gzip
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pyproj
import pytest
import shapely

from api.service.assignment.files import AssignJob, AssignReport, assign_file
from api.service.check import CheckJob, check_files
from api.service.versions.publish import PublishJob, publish_files
from gis.coverage import Certificate
from gis.errors import CoverageError
from gis.geometry import area_m2
from gis.models import Instant
from layers.files import read_grids
from layers.stores import open_store

pytestmark = pytest.mark.real_data

FOUNDED = Instant(1_767_196_800_000)
RENAMED = {"闸北区": "静安区", "崇明县": "崇明区"}


def assigned(
    folder: Path, grids: Path, id_column: str, events: Path, **options: object
) -> tuple[list[dict[str, str]], AssignReport]:
    """The answers to a file of events as rows of text, and the report."""
    out = folder / "out.csv"
    job = AssignJob(
        grids=grids,
        id_column=id_column,
        events=events,
        out=out,
        **options,  # type: ignore[arg-type]
    )
    report = assign_file(job, lambda _: None)
    with out.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream)), report


def agreeing(rows: list[dict[str, str]], label: Callable[[dict[str, str]], str]) -> int:
    """How many rows have the grid that their label names."""
    return sum(row["grid_id"] == label(row) for row in rows if row["grid_id"])


def test_chicago_crimes_agree_with_their_beats(real_data: Path, tmp_path: Path) -> None:
    chicago = real_data / "chicago"
    events = chicago / "crimes_2015_sample.csv"
    rows, report = assigned(
        tmp_path, chicago / "beats.geojson", "beat_num", events, candidates_m=1.0
    )
    located = [row for row in rows if row["status"] != "unlocated"]
    assert (report.rows, len(located), report.grids) == (10_084, 9_477, 275)
    assert report.reasons == {"missing": 607}
    assert agreeing(located, lambda row: row["beat"].zfill(4)) == 8_686
    near = sum(row["beat"].zfill(4) in candidates(row) for row in located)
    assert near / len(located) >= 0.999
    assert any("3100 (3)" in notice for notice in report.notices)


def candidates(row: dict[str, str]) -> set[str]:
    """The ids of the candidates of a row."""
    return {pair.rpartition(":")[0] for pair in row["candidates"].split(";")}


def test_chicago_crimes_come_back_as_they_were(real_data: Path, tmp_path: Path) -> None:
    chicago = real_data / "chicago"
    events = chicago / "crimes_2015_sample.csv"
    rows, _ = assigned(tmp_path, chicago / "beats.geojson", "beat_num", events)
    with events.open(encoding="utf-8", newline="") as stream:
        before = list(csv.DictReader(stream))
    names = list(before[0])
    assert [{name: row[name] for name in names} for row in rows] == before


def test_chicago_complaints_agree_with_their_districts(
    real_data: Path, tmp_path: Path
) -> None:
    chicago = real_data / "chicago"
    rows, report = assigned(
        tmp_path,
        chicago / "districts.geojson",
        "dist_num",
        chicago / "sanitation_311_2013_2015.csv.gz",
    )
    assert (report.rows, report.statuses["unlocated"]) == (37_171, 20)
    assert report.statuses["outside"] == 78
    assert agreeing(rows, lambda row: row["police_district"]) == 36_637


@pytest.mark.parametrize(("datum", "agree"), [("gcj02", 763), ("wgs84", 738)])
def test_hangzhou_points_agree_in_their_own_datum_only(
    real_data: Path, tmp_path: Path, datum: str, agree: int
) -> None:
    hangzhou = real_data / "hangzhou"
    # read as WGS 84 they are shifted once more; as the polygons' own datum not at all
    rows, _ = assigned(
        tmp_path,
        hangzhou / "hangzhou_districts_gcj02.geojson",
        "adcode",
        hangzhou / "hangzhou_division_codes.csv.gz",
        datum="gcj02",
        grids_datum=datum,
    )
    labelled = [
        row
        for row in rows
        if row["level"] in {"town", "village"} and row["status"] != "unlocated"
    ]
    assert len(labelled) == 763
    assert agreeing(labelled, lambda row: row["adcode"]) == agree


@pytest.mark.parametrize(
    ("grids_datum", "agree"),
    [("gcj02", 39_415), ("wgs84", 37_617)],
    ids=["converted", "wrong_pairing"],
)
def test_shanghai_points_agree_with_gcj02_polygons_when_converted(
    real_data: Path, tmp_path: Path, grids_datum: str, agree: int
) -> None:
    shanghai = real_data / "shanghai"
    rows, _ = assigned(
        tmp_path,
        shanghai / "districts_gcj02.geojson",
        "name",
        shanghai / "poi_wgs84.csv.gz",
        datum="wgs84",
        grids_datum=grids_datum,
    )
    assert len(rows) == 39_450
    assert agreeing(rows, lambda row: row["adname"]) == agree


def test_shanghai_gbk_shapefile_is_read_right(real_data: Path, tmp_path: Path) -> None:
    shanghai = real_data / "shanghai"
    grids = shanghai / "districts_wgs84_gbk_shapefile.zip"
    assert {"黄浦区", "浦东新区", *RENAMED} <= set(read_grids(grids, "NAME")["grid_id"])
    rows, _ = assigned(tmp_path, grids, "NAME", shanghai / "poi_wgs84.csv.gz")
    assert agreeing(rows, lambda row: row["adname"]) == 35_936
    for row in rows:
        row["grid_id"] = RENAMED.get(row["grid_id"], row["grid_id"])
    assert agreeing(rows, lambda row: row["adname"]) == 39_307


def test_gzipped_rows_are_all_there(real_data: Path, tmp_path: Path) -> None:
    shanghai = real_data / "shanghai"
    events = shanghai / "poi_wgs84.csv.gz"
    grids = shanghai / "districts_gcj02.geojson"
    rows, _ = assigned(tmp_path, grids, "name", events, grids_datum="gcj02")
    text = gzip.decompress(events.read_bytes()).decode()
    before = list(csv.DictReader(io.StringIO(text, newline="")))
    # the points have a column name of their own; ours is added behind
    names = list(before[0])
    assert [{name: row[name] for name in names} for row in rows] == before


# enclaves of Chicago's wards and areas, and Fenghua, which is not in the file; at two
# places Chicago's limit is drawn anew in one ward and not in its neighbour, 0.3 m off
LAYERS = {
    "chicago/beats.geojson": ("beat_num", 275, 608_886_974, {}),
    "chicago/districts.geojson": ("dist_num", 23, 608_887_002, {}),
    "chicago/wards_2015.geojson": ("ward", 50, 598_128_075, {"gap": 3, "bay": 2}),
    "chicago/community_areas.geojson": ("area_numbe", 77, 598_128_305, {"gap": 3}),
    "hangzhou/hangzhou_districts_gcj02.geojson": ("adcode", 13, 16_846_415_989, {}),
    "hangzhou/zhejiang_counties_gcj02_simplified.geojson": (
        "adcode",
        88,
        105_834_974_842,
        {"gap": 1},
    ),
    "shanghai/districts_gcj02.geojson": ("adcode", 16, 7_866_551_597, {}),
    "shanghai/districts_wgs84_gbk_shapefile.zip": ("NAME", 17, 6_849_431_562, {}),
}


@pytest.mark.parametrize("name", LAYERS)
def test_the_certificate_of_a_real_layer_is_pinned(real_data: Path, name: str) -> None:
    id_column, count, area_m2, faults = LAYERS[name]
    certificate = check_files(CheckJob(real_data / name, id_column)).coverage
    assert certificate.grid_count == count
    assert certificate.area_m2 == pytest.approx(area_m2, rel=1e-6)
    assert counted(certificate) == faults
    assert certificate.is_clean == (not faults)


AROUND = {
    "chicago/wards_2015.geojson": ("ward", None, 3, 8.814e6),
    "hangzhou/zhejiang_counties_gcj02_simplified.geojson": (
        "adcode",
        "gcj02",
        1,
        1.336e9,
    ),
}
"""Towns around ground of somebody else: id, datum, number of holes, their m2."""


@pytest.mark.parametrize("name", AROUND)
def test_town_around_ground_of_somebody_else_is_published(
    real_data: Path, tmp_path: Path, name: str
) -> None:
    """It is refused where the town does not declare the holes, and then not again."""
    id_column, datum, holes, holes_m2 = AROUND[name]
    store = open_store("memory:")
    job = PublishJob(
        FOUNDED,
        "planner",
        "chief",
        real_data / name,
        id_column,
        datum,
        join_parts=True,
    )
    with pytest.raises(CoverageError, match=rf"gap {holes} of .*--outline FILE\.$"):
        publish_files(store, job)
    grids = read_grids(real_data / name, id_column)
    town = shapely.coverage_union_all(grids.geometry.to_numpy())
    filled = shapely.union_all([shapely.Polygon(p.exterior) for p in town.geoms])
    ground = area_m2([town, filled], pyproj.CRS(4490))
    assert ground[1] - ground[0] == pytest.approx(holes_m2, rel=0.01)
    outline = tmp_path / "outline.parquet"
    gpd.GeoDataFrame(geometry=[town], crs=grids.crs).to_parquet(outline)
    publish_files(store, replace(job, outline=outline))
    again = replace(job, valid_from=Instant(FOUNDED + 1), base="1")
    assert publish_files(store, again)[0].version == 2


def test_two_wards_of_chicago_leave_a_sliver_at_the_limit_of_the_city(
    real_data: Path,
) -> None:
    job = CheckJob(real_data / "chicago/wards_2015.geojson", "ward")
    bays = [f for f in check_files(job).coverage.faults if f.kind == "bay"]
    assert [bay.grids for bay in bays] == [("13", "18"), ("5", "7")]
    # a triangle of 398 m by 0.67 m
    assert bays[0].area_m2 == pytest.approx(132.7, abs=0.5)
    assert bays[0].width_m == pytest.approx(0.333, abs=0.005)


def counted(certificate: Certificate) -> dict[str, int]:
    """Number of faults by kind."""
    kinds = [fault.kind for fault in certificate.faults]
    return {kind: kinds.count(kind) for kind in set(kinds)}
