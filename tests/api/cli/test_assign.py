"""`pagoda assign` answers through the real command."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import geopandas
import pandas as pd
import pyarrow.parquet as pq
import pyproj
import pytest
import shapely

from api.service.assignment.files import STAGES
from gis.crs import convert, parse_datum
from gis.synthetic import Town
from support.makers import broken_files as broken

ROOT = Path(__file__).resolve().parents[3]
ADDED = ["grid_id", "status", "reason", "distance_m", "candidates", "band"]
TIERS = ["tier4_id", "tier3_id", "tier2_id", "tier1_id"]
OWNERS = ["community_id", "accountable_post"]
EVENTS = """\
id,lon,lat,note
e1,120.05,30.05,inside
e2,120.1,30.05,"on a border, two grids"
e3,120.05,29.999,outside
e4,,,missing
e5,abc,30.05,text
e6,"120,05","30,05",decimal commas
e7,30.05,120.05,swapped
e8,500,30.05,out of range
e9,120,30,whole degrees on a vertex
e10,NaN,30.05,nan
e11,120.1,30.1,a vertex of three grids
"""
ANSWERS = {
    "e1": ("G1", "inside", "", ""),
    "e2": ("G1", "boundary", "", "0.000"),
    "e3": ("", "outside", "nearest:G1", "110.852"),
    "e4": ("", "unlocated", "missing", ""),
    "e5": ("", "unlocated", "not_a_number", ""),
    "e6": ("", "unlocated", "decimal_comma", ""),
    "e7": ("", "unlocated", "swapped_axes", ""),
    "e8": ("", "unlocated", "out_of_range", ""),
    "e9": ("G1", "boundary", "whole_degrees", "0.000"),
    "e10": ("", "unlocated", "not_a_number", ""),
    "e11": ("G1", "boundary", "", "0.000"),
}


@pytest.fixture
def events(tmp_path: Path) -> Path:
    """Events of every status but overlap and snapped."""
    return broken.csv_file(tmp_path / "events.csv", EVENTS)


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows of a CSV text."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def on(grids: Path, events: Path, *more: object) -> tuple[object, ...]:
    """Arguments of an assignment."""
    return ("assign", "--grids", grids, "--id", "code", "--events", events, *more)


def points(x: float, y: float, crs: object = "EPSG:4490") -> geopandas.GeoDataFrame:
    """One event at a place."""
    return geopandas.GeoDataFrame(
        {"id": ["e"]}, geometry=[shapely.Point(x, y)], crs=crs
    )


def metric_grids(path: Path) -> Path:
    """The three squares in metres, EPSG:4549."""
    return broken.parquet(path, broken.grids_frame().to_crs(4549))


def test_every_status_and_reason_without_out_goes_to_standard_output(
    pagoda: Callable, grids: Path, events: Path
) -> None:
    answer = pagoda(*on(grids, events))
    rows = rows_of(answer.out)
    assert answer.code == 0
    assert list(rows[0]) == ["id", "lon", "lat", "note", *ADDED, *OWNERS]
    columns = ("grid_id", "status", "reason", "distance_m")
    assert {row["id"]: tuple(row[c] for c in columns) for row in rows} == ANSWERS
    assert [row["candidates"] + row["band"] for row in rows] == [""] * len(ANSWERS)


def test_input_rows_come_back_unchanged_and_in_order(
    pagoda: Callable, grids: Path, events: Path
) -> None:
    rows = rows_of(pagoda(*on(grids, events)).out)
    before = rows_of(EVENTS)
    assert [{name: row[name] for name in before[0]} for row in rows] == before


def test_standard_error_says_datums_columns_counts_and_speed(
    pagoda: Callable, grids: Path, events: Path
) -> None:
    lines = pagoda(*on(grids, events)).err.splitlines()
    assert lines[:-2] == [
        "The grids declare wgs84; if they are not, say so with --grids-datum.",
        "The events declare no CRS: taken as wgs84; say otherwise with --datum.",
        "Positions are read from columns 'lon' and 'lat'.",
        "11 events on 3 grids: 1 outside, 1 inside, 3 boundary, 6 unlocated.",
        "Reasons: 1 missing, 2 not_a_number, 1 decimal_comma, 1 out_of_range, "
        "1 swapped_axes, 1 whole_degrees.",
    ]
    assert lines[-2].startswith("Assigned ")
    assert lines[-2].endswith(" points/s.")
    stages = re.findall(r"([a-z ]+) [0-9.]+ s", lines[-1].partition(": ")[2])
    assert [stage.strip() for stage in stages] == list(STAGES)
    assert "peak memory" in lines[-1]


def test_features_of_one_id_are_said(pagoda: Callable, tmp_path: Path) -> None:
    parts = [
        broken.feature({"code": 7}, [broken.square(x, 30.0)]) for x in (120.0, 121.0)
    ]
    grids = broken.geojson(tmp_path / "grids.geojson", list(parts))
    events = broken.csv_file(tmp_path / "events.csv", "lon,lat\n121.05,30.05\n")
    answer = pagoda(*on(grids, events))
    assert rows_of(answer.out)[0]["grid_id"] == "7"
    assert "Grids with several features, each taken as one: 1, as 7 (2)." in answer.err


def test_named_coordinate_columns_are_read(
    pagoda: Callable, grids: Path, tmp_path: Path
) -> None:
    events = broken.csv_file(tmp_path / "e.csv", "lon,lat,ost,nord\n1,1,120.15,30.05\n")
    answer = pagoda(*on(grids, events, "--lon", "ost", "--lat", "nord"))
    assert rows_of(answer.out)[0]["grid_id"] == "G2"
    assert "Positions are read" not in answer.err


def test_template_of_events_that_was_filled_in_is_assigned_without_its_example(
    pagoda: Callable, grids: Path, tmp_path: Path
) -> None:
    path, out = tmp_path / "events.csv", tmp_path / "answers.csv"
    assert pagoda("template", "events", "--out", str(path)).code == 0
    head, example = path.read_text(encoding="utf-8-sig").splitlines()
    row = 'X1,2026-09-03 09:30,street_trading,2,hot, 120.05,30.05,20,"a, b",,'
    path.write_text(f"\ufeff{head}\n{example}\n{row}\n", encoding="utf-8")
    options = ("--at-column", "occurred_at", "--accuracy", "accuracy_m")
    answer = pagoda(*on(grids, path, "--out", out, *options))
    assert answer.code == 0, answer.err
    assert "Row 1 is the example of the template" in answer.err
    assert "1 event on 3 grids: 1 inside." in answer.err
    first, second = out.read_text(encoding="utf-8-sig").splitlines()
    assert first.startswith(f"{head},grid_id,")
    assert second.startswith(f"{row},G1,inside,")


def test_candidates_are_ids_and_metres_nearest_first(
    pagoda: Callable, grids: Path, events: Path
) -> None:
    rows = rows_of(pagoda(*on(grids, events, "--candidates-m", "150")).out)
    found = {row["id"]: row["candidates"] for row in rows if row["candidates"]}
    assert found == {
        "e1": "G1:0.000",
        "e2": "G1:0.000;G2:0.000",
        "e3": "G1:110.852",
        "e9": "G1:0.000",
        "e11": "G1:0.000;G2:0.000;G3:0.000",
    }


def test_distance_is_the_geodesic_one(
    pagoda: Callable, grids: Path, events: Path
) -> None:
    rows = {row["id"]: row for row in rows_of(pagoda(*on(grids, events)).out)}
    _, _, metres = pyproj.Geod(ellps="WGS84").inv(120.05, 29.999, 120.05, 30.0)
    assert float(rows["e3"]["distance_m"]) == pytest.approx(metres, abs=0.001)


@pytest.mark.parametrize(
    ("snap_m", "expected"),
    [
        ("110.85", ("", "outside", "nearest:G1", "110.852")),
        ("110.86", ("G1", "snapped", "", "110.852")),
    ],
    ids=["too_far", "near_enough"],
)
def test_snapping_gives_to_the_nearest_grid(
    pagoda: Callable,
    grids: Path,
    events: Path,
    snap_m: str,
    expected: tuple[str, ...],
) -> None:
    rows = {
        r["id"]: r for r in rows_of(pagoda(*on(grids, events, "--snap-m", snap_m)).out)
    }
    columns = ("grid_id", "status", "reason", "distance_m")
    assert tuple(rows["e3"][name] for name in columns) == expected


def test_a_taken_column_stays_and_ours_is_renamed_and_said(
    pagoda: Callable, grids: Path, tmp_path: Path
) -> None:
    text = "lon,lat,status,grid_id\n120.05,30.05,open,old\n"
    events = broken.csv_file(tmp_path / "events.csv", text)
    answer = pagoda(*on(grids, events))
    [row] = rows_of(answer.out)
    assert (row["status"], row["grid_id"]) == ("open", "old")
    assert (row["pagoda_status"], row["pagoda_grid_id"]) == ("inside", "G1")
    assert list(row)[4:6] == ["pagoda_grid_id", "pagoda_status"]
    for name in ("status", "grid_id"):
        sentence = f"a column {name!r} already; ours is written as 'pagoda_{name}'."
        assert sentence in answer.err


@pytest.mark.parametrize("name", ["out.csv", "out.parquet", "out.geojson"])
def test_out_writes_every_row_in_order(
    pagoda: Callable, grids: Path, events: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / name
    answer = pagoda(*on(grids, events, "--out", out))
    assert (answer.code, answer.out) == (0, "")
    frame = {
        ".csv": lambda: pd.read_csv(out, dtype=str, keep_default_na=False),
        ".parquet": lambda: pd.read_parquet(out),
        ".geojson": lambda: pd.DataFrame(
            [f["properties"] for f in json.loads(out.read_bytes())["features"]]
        ),
    }[out.suffix]()
    assert list(frame.columns) == ["id", "lon", "lat", "note", *ADDED, *OWNERS]
    assert frame["id"].tolist() == list(ANSWERS)
    expected = [answer[:3] for answer in ANSWERS.values()]
    answers = frame[["grid_id", "status", "reason"]]
    answers = answers.astype(object).where(answers.notna(), "")
    assert list(answers.itertuples(index=False, name=None)) == expected


def test_parquet_keeps_metres_as_numbers_to_the_millimetre(
    pagoda: Callable, grids: Path, events: Path, tmp_path: Path
) -> None:
    pagoda(*on(grids, events, "--out", tmp_path / "out.parquet"))
    metres = pq.read_table(tmp_path / "out.parquet")["distance_m"].to_pylist()
    assert metres[:4] == [None, 0.0, 110.852, None]


def test_geojson_has_the_reported_position_or_null(
    pagoda: Callable, grids: Path, events: Path, tmp_path: Path
) -> None:
    pagoda(*on(grids, events, "--out", tmp_path / "out.geojson"))
    document = json.loads((tmp_path / "out.geojson").read_bytes())
    shapes = [feature["geometry"] for feature in document["features"]]
    assert shapes[0] == {"type": "Point", "coordinates": [120.05, 30.05]}
    assert shapes[3:6] == [None] * 3
    assert "crs" not in document


@pytest.mark.parametrize("datum", ["EPSG:4549", "gcj02", "cgcs2000"])
def test_geojson_is_wgs84_and_keeps_what_was_reported_in_columns(
    pagoda: Callable, grids: Path, tmp_path: Path, datum: str
) -> None:
    wgs84 = parse_datum("wgs84")
    [x], [y] = convert([120.05], [30.05], wgs84, parse_datum(datum))
    events = broken.csv_file(tmp_path / "e.csv", f"x,y\n{float(x)!r},{float(y)!r}\n")
    out = tmp_path / "out.geojson"
    answer = pagoda(*on(grids, events, "--datum", datum, "--out", out))
    assert answer.code == 0
    assert "Positions are read from columns 'x' and 'y'." in answer.err
    document = json.loads(out.read_bytes())
    [row] = document["features"]
    assert "crs" not in document
    assert row["geometry"]["coordinates"] == pytest.approx([120.05, 30.05], abs=1e-8)
    assert (row["properties"]["x"], row["properties"]["y"]) == (
        repr(float(x)),
        repr(float(y)),
    )
    assert ("GeoJSON is in WGS 84" in answer.err) == (datum != "cgcs2000")


def test_geojson_keeps_the_reported_coordinates_of_a_geometry(
    pagoda: Callable, grids: Path, tmp_path: Path
) -> None:
    events = broken.parquet(tmp_path / "e.parquet", points(500_000, 3_320_000, 4549))
    out = tmp_path / "out.geojson"
    assert pagoda(*on(grids, events, "--out", out)).code == 0
    frame = geopandas.read_file(out)
    assert frame.crs == "EPSG:4326"
    [row] = frame.to_dict("records")
    reported = [row[f"reported_{name}"] for name in ("x", "y", "datum")]
    assert reported == [500_000.0, 3_320_000.0, "EPSG:4549"]
    assert (row["geometry"].x, row["geometry"].y) == pytest.approx((120, 30), abs=0.01)


def test_geojson_loses_no_column_and_no_odd_geometry(
    pagoda: Callable, grids: Path, tmp_path: Path
) -> None:
    text = "id,lon,lat,note,note,geometry,type\n1,120.05,30.05,first,second,g,t\n"
    events, out = broken.csv_file(tmp_path / "e.csv", text), tmp_path / "out.geojson"
    answer = pagoda(*on(grids, events, "--out", out))
    [row] = geopandas.read_file(out).to_dict("records")
    columns = ("note", "note_2", "geometry_2", "type")
    assert [row[name] for name in columns] == ["first", "second", "g", "t"]
    assert "A column 'note' is written as 'note_2'" in answer.err
    line = broken.feature({"id": 1}, [[120, 30], [120.1, 30.1]], "LineString")
    pagoda(*on(grids, broken.geojson(tmp_path / "e.geojson", [line]), "--out", out))
    [feature] = json.loads(out.read_bytes())["features"]
    assert feature["geometry"] is None
    text = feature["properties"]["reported_geometry"]
    assert text.startswith("LINESTRING (120 30, 120.1")


def test_an_existing_output_is_replaced(
    pagoda: Callable, grids: Path, events: Path, tmp_path: Path
) -> None:
    out = broken.csv_file(tmp_path / "out.csv", "old")
    assert pagoda(*on(grids, events, "--out", out)).code == 0
    assert len(rows_of(out.read_text())) == len(ANSWERS)


def test_gbk_events_come_back_readable(
    pagoda: Callable, grids: Path, tmp_path: Path
) -> None:
    text = "名称,经度,纬度\n三墩镇,120.05,30.05\n"
    events = broken.csv_file(tmp_path / "e.csv", text, "gbk")
    [row] = rows_of(pagoda(*on(grids, events)).out)
    assert (row["名称"], row["grid_id"]) == ("三墩镇", "G1")


def grid_files(folder: Path) -> dict[str, Path]:
    """The three squares in every format."""
    frame = broken.grids_frame()
    shapefile = broken.vector(folder / "grids.shp", frame)
    return {
        "geojson": broken.grids_geojson(folder / "grids.geojson"),
        "gpkg": broken.vector(folder / "grids.gpkg", frame),
        "shp": shapefile,
        "zip": broken.zipped_shapefile(folder / "grids.zip", shapefile),
        "fgb": broken.vector(folder / "grids.fgb", frame),
        "parquet": broken.parquet(folder / "grids.parquet", frame),
    }


def event_files(folder: Path) -> dict[str, Path]:
    """Three events in every format."""
    frame = broken.events_frame().drop(columns="note")
    shapefile = broken.vector(folder / "events.shp", frame)
    plain = pd.DataFrame(frame.drop(columns="geometry")).assign(
        lon=frame.geometry.x, lat=frame.geometry.y
    )
    text = plain.to_csv(index=False)
    features = [
        broken.feature({"event_id": row.event_id}, [row.lon, row.lat], "Point")
        for row in plain.itertuples()
    ]
    return {
        "geojson": broken.geojson(folder / "events.geojson", list(features)),
        "gpkg": broken.vector(folder / "events.gpkg", frame),
        "shp": shapefile,
        "zip": broken.zipped_shapefile(folder / "events.zip", shapefile),
        "fgb": broken.vector(folder / "events.fgb", frame),
        "geoparquet": broken.parquet(folder / "events.geoparquet", frame),
        "parquet": broken.parquet(folder / "events.parquet", plain),
        "csv": broken.csv_file(folder / "events.csv", text),
        "csv.gz": broken.csv_file(folder / "events.csv.gz", text),
    }


@pytest.mark.parametrize("format_", ["geojson", "gpkg", "shp", "zip", "fgb", "parquet"])
def test_grids_of_every_format_give_the_same_answers(
    pagoda: Callable, tmp_path: Path, events: Path, format_: str
) -> None:
    answer = pagoda(*on(grid_files(tmp_path)[format_], events))
    columns = ("grid_id", "status", "reason", "distance_m")
    rows = rows_of(answer.out)
    assert {row["id"]: tuple(row[c] for c in columns) for row in rows} == ANSWERS


@pytest.mark.parametrize(
    "format_",
    ["geojson", "gpkg", "shp", "zip", "fgb", "geoparquet", "parquet", "csv", "csv.gz"],
)
def test_events_of_every_format_give_the_same_answers(
    pagoda: Callable, tmp_path: Path, grids: Path, format_: str
) -> None:
    answer = pagoda(*on(grids, event_files(tmp_path)[format_]))
    # FlatGeobuf stores features in the order of its index
    rows = sorted(rows_of(answer.out), key=lambda row: row["event_id"])
    assert [row["event_id"] for row in rows] == ["e1", "e2", "e3"]
    assert [row["grid_id"] for row in rows] == ["G1", "G2", "G3"]
    assert answer.code == 0


@pytest.mark.parametrize("datum", ["gcj02", "bd09", "BD09", "cgcs2000", "EPSG:4326"])
def test_events_of_another_datum_are_brought_to_the_grids(
    pagoda: Callable, grids: Path, tmp_path: Path, datum: str
) -> None:
    # 20 m inside the corner of G1: without the shift it would be outside
    x, y = convert([120.0002], [30.0002], parse_datum("wgs84"), parse_datum(datum))
    text = f"lon,lat\n{float(x[0])!r},{float(y[0])!r}\n"
    events = broken.csv_file(tmp_path / "e.csv", text)
    answer = pagoda(*on(grids, events, "--datum", datum))
    [row] = rows_of(answer.out)
    assert (row["grid_id"], row["status"]) == ("G1", "inside")
    assert f"{row['lon']},{row['lat']}" == text.split()[1]
    assert "as --datum says." in answer.err


def test_grids_datum_overrides_a_geographic_file(
    pagoda: Callable, grids: Path, tmp_path: Path
) -> None:
    x, y = convert([120.0002], [30.0002], parse_datum("gcj02"), parse_datum("wgs84"))
    events = broken.csv_file(tmp_path / "e.csv", f"lon,lat\n{x[0]},{y[0]}\n")
    as_declared = pagoda(*on(grids, events))
    as_gcj02 = pagoda(*on(grids, events, "--grids-datum", "gcj02"))
    assert rows_of(as_declared.out)[0]["status"] == "outside"
    assert rows_of(as_gcj02.out)[0]["status"] == "inside"
    assert "The grids are taken as gcj02, as --grids-datum says." in as_gcj02.err


def test_projected_grids_take_events_in_degrees_and_in_metres(
    pagoda: Callable, tmp_path: Path
) -> None:
    grids = metric_grids(tmp_path / "grids.parquet")
    degrees = broken.parquet(tmp_path / "degrees.parquet", points(120.15, 30.05))
    metres = broken.parquet(
        tmp_path / "metres.parquet", points(120.15, 30.05).to_crs(4549)
    )
    for events in (degrees, metres):
        answer = pagoda(*on(grids, events))
        assert rows_of(answer.out)[0]["grid_id"] == "G2"
        assert "The grids declare EPSG:4549" in answer.err


def test_projected_grids_measure_planar_metres(
    pagoda: Callable, tmp_path: Path
) -> None:
    box = shapely.box(500_000, 3_320_000, 501_000, 3_321_000)
    frame = geopandas.GeoDataFrame({"code": ["G"]}, geometry=[box], crs=4549)
    grids = broken.parquet(tmp_path / "g.parquet", frame)
    events = broken.parquet(tmp_path / "e.parquet", points(501_003, 3_321_004, 4549))
    [row] = rows_of(pagoda(*on(grids, events, "--snap-m", 5)).out)
    assert (row["status"], row["distance_m"]) == ("snapped", "5.000")


@pytest.mark.parametrize("option", ["--datum", "--grids-datum"])
def test_a_datum_on_a_projected_file_is_refused(
    pagoda: Callable, tmp_path: Path, option: str
) -> None:
    grids = metric_grids(tmp_path / "grids.parquet")
    events = broken.parquet(tmp_path / "e.parquet", points(500_000, 3_320_000, 4549))
    answer = pagoda(*on(grids, events, option, "gcj02"))
    assert answer.code == 2
    assert "projected CRS" in answer.err
    assert option in answer.err


def test_whole_chain_of_s_town_equals_shapely_and_the_tree(
    pagoda: Callable, town: Town, town_files: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    files = {name: town_files / f"{name}.geojson" for name in ("grids", "circles")}
    answer = pagoda(
        *("assign", "--grids", files["grids"], "--id", "grid_id"),
        *("--events", town_files / "events.csv", "--circles", files["circles"]),
        *("--posts", town_files / "posts.csv", "--out", out),
    )
    assert answer.code == 0
    before = rows_of((town_files / "events.csv").read_text(encoding="utf-8"))
    rows = rows_of(out.read_text(encoding="utf-8"))
    names = list(before[0])
    written = ["pagoda_community_id" if n == "community_id" else n for n in OWNERS]
    assert list(rows[0]) == [*names, *ADDED, *TIERS, *written]
    assert [{name: row[name] for name in names} for row in rows] == before
    assert [row["grid_id"] for row in rows] == lowest_intersecting(town)
    chains, posts = chains_of(town), accountable_posts(town)
    for row in rows:
        owner = row["grid_id"]
        assert [row[tier] for tier in TIERS] == chains.get(owner, [""] * 4)
        assert row["accountable_post"] == posts[owner]
        is_vacant = owner and posts[owner] != f"{owner}-L"
        assert ("vacant_post" in row["reason"].split(";")) == bool(is_vacant)
    assert sum("vacant_post" in row["reason"] for row in rows) > 0


def lowest_intersecting(town: Town) -> list[str]:
    """The lowest id of the grids that shapely says intersect each event."""
    grids = town.grids.sort_values("grid_id", ignore_index=True)
    tree = shapely.STRtree(grids.geometry.to_numpy())
    places = shapely.points(town.events["lon"], town.events["lat"])
    found, rows = tree.query(places, predicate="intersects")
    lowest = pd.Series(rows).groupby(found).min()
    owners = lowest.map(grids["grid_id"]).reindex(range(len(places)))
    return owners.fillna("").tolist()


def chains_of(town: Town) -> dict[str, list[str]]:
    """The circles above each grid, from its own up."""
    above = dict(zip(town.circles["circle_id"], town.circles["parent_id"], strict=True))
    chains = {}
    for grid, circle in zip(
        town.grids["grid_id"], town.grids["parent_id"], strict=True
    ):
        chain = [circle]
        while isinstance(above[chain[-1]], str):
            chain.append(above[chain[-1]])
        chains[grid] = chain
    return chains


def accountable_posts(town: Town) -> dict[str, str]:
    """The first filled leader post of each grid and its chain; the core's for none."""
    posts = town.posts[town.posts["role"].isin(["grid_leader", "circle_leader"])]
    filled = posts[posts["holder_id"].notna() & (posts["holder_id"] != "")]
    leader = dict(zip(filled["area_id"], filled["post_id"], strict=True))
    owners = {
        grid: next(leader[area] for area in (grid, *chain) if area in leader)
        for grid, chain in chains_of(town).items()
    }
    core = town.circles.loc[town.circles["tier"] == 1, "circle_id"].item()
    return {**owners, "": leader[core]}


def run_module(*arguments: object, stdout: object = subprocess.PIPE) -> tuple:
    """Run `python -m api` as a user does, with warnings as errors."""
    command = [sys.executable, "-W", "error", "-m", "api", *map(str, arguments)]
    done = subprocess.run(
        command,
        stdout=stdout,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=ROOT,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_the_module_runs_as_a_process(grids: Path, events: Path) -> None:
    code, out, err = run_module(*on(grids, events))
    assert code == 0
    assert [row["status"] for row in rows_of(out)] == [a[1] for a in ANSWERS.values()]
    assert "11 events on 3 grids" in err


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
def test_a_full_standard_output_is_one_sentence_and_2(
    grids: Path, events: Path
) -> None:
    with open("/dev/full", "w") as full:
        code, _, err = run_module(*on(grids, events), stdout=full)
    assert code == 2
    assert err == (
        "The answer cannot be printed (No space left on device); write it to a file.\n"
    )


def around(path: Path) -> Path:
    """Two areas south of the squares, that meet at 120.05 degrees, in metres."""
    codes = {"neighbour_id": [330109, 330106], "name": ["east", "west"]}
    boxes = [shapely.box(120.05, 29, 121, 30), shapely.box(119, 29, 120.05, 30)]
    areas = geopandas.GeoDataFrame(codes, geometry=boxes, crs=4490)
    return broken.parquet(path, areas.to_crs(4549))


def test_neighbour_of_an_event_outside_is_named_by_its_code(
    pagoda: Callable, grids: Path, tmp_path: Path
) -> None:
    rows = "west,120.01,29.99\neast,120.09,29.99\nfar,120.05,35\nin,120.05,30.05\n"
    events = broken.csv_file(tmp_path / "e.csv", "id,lon,lat\n" + rows)
    areas = around(tmp_path / "areas.parquet")
    answer = pagoda(*on(grids, events, "--neighbours", areas))
    assert answer.code == 0
    codes = {row["id"]: row["neighbour_id"] for row in rows_of(answer.out)}
    assert codes == {"west": "330106", "east": "330109", "far": "", "in": ""}
    assert "say so with --neighbours-datum" in answer.err


def test_output_does_not_replace_the_file_of_neighbours(
    pagoda: Callable, grids: Path, events: Path, tmp_path: Path
) -> None:
    areas = around(tmp_path / "areas.parquet")
    answer = pagoda(*on(grids, events, "--neighbours", areas, "--out", areas))
    assert answer.code != 0
    assert "is also an input" in answer.err


def test_spark_writes_a_folder_and_none_over_another(
    pagoda: Callable, grids: Path, events: Path, tmp_path: Path
) -> None:
    stray = pagoda(*on(grids, events, "--master", "local[2]"))
    assert (stray.code, stray.err.count("\n")) == (2, 1)
    assert stray.err.startswith("--master is about Spark and --engine spark is not")
    nowhere = pagoda(*on(grids, events, "--engine", "spark"))
    assert nowhere.code == 2
    assert "--engine spark writes a folder, and none is named" in nowhere.err
    there = pagoda(*on(grids, events, "--engine", "spark", "--out", tmp_path))
    assert there.code == 2
    assert "exists, and nothing is written over" in there.err
