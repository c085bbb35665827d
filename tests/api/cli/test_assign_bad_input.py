"""Bad input is one plain sentence and exit 2, never a traceback."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from gis.assignment import REASONS
from support.harness.answers import assert_one_sentence
from support.makers import broken_files as broken

BOW_TIE = [[120, 30], [120.1, 30.1], [120.1, 30], [120, 30.1], [120, 30]]
UNCLOSED = [[120, 30], [120.1, 30], [120.1, 30.1], [120, 30.1]]
LINE = [[120, 30], [120.1, 30.1]]
OPTIONS = {"--id": "code"}

Options = dict[str, object]
Make = Callable[[Path], Options]


def grids_of(path: Path, *features: object) -> Path:
    """A GeoJSON file with features after one whole grid."""
    first = broken.feature({"code": "G0"}, [broken.square(119.0, 30.0)])
    return broken.geojson(path, [first, *features])


def one_grid(coordinates: object, kind: str = "Polygon") -> Make:
    """Make grids with one more of that shape."""
    feature = broken.feature({"code": "G1"}, coordinates, kind)
    return lambda folder: {"--grids": grids_of(folder / "bad.geojson", feature)}


def grids_text(name: str, content: bytes) -> Make:
    """Make a file of grids with that content."""

    def make(folder: Path) -> Options:
        (folder / name).write_bytes(content)
        return {"--grids": folder / name}

    return make


def events_text(text: str, **more: object) -> Make:
    """Make a CSV of events with that text."""
    return lambda folder: {
        "--events": broken.csv_file(folder / "bad.csv", text),
        **{f"--{name}": value for name, value in more.items()},
    }


def circles(text: str) -> Make:
    """Make a CSV of circles."""
    head = "circle_id,parent_id,tier,name\n"
    return lambda folder: {
        "--circles": broken.csv_file(folder / "circles.csv", head + text)
    }


def posts(text: str) -> Make:
    """Make one circle and a CSV of posts."""
    head = "post_id,area_id,role,holder_id\n"
    return lambda folder: {
        **circles("C1,,1,core\n")(folder),
        "--posts": broken.csv_file(folder / "posts.csv", head + text),
    }


def overlapping_parts(folder: Path) -> Options:
    """Make two features of one id whose interiors overlap."""
    parts = [
        broken.feature({"code": "G1"}, [broken.square(x, 30.0)])
        for x in (120.0, 120.05)
    ]
    return {"--grids": grids_of(folder / "bad.geojson", *parts)}


def grid_without_circle(folder: Path) -> Options:
    """Make a grid whose parent is empty."""
    feature = broken.feature(
        {"code": "G1", "parent_id": None}, [broken.square(120.0, 30.0)]
    )
    grids = broken.geojson(folder / "bad.geojson", [feature])
    return {"--grids": grids, **circles("C1,,1,core\n")(folder)}


def vrt_as_geojson(folder: Path) -> Options:
    """Make an OGR VRT under the name of GeoJSON."""
    target = broken.grids_geojson(folder / "target.geojson")
    return {"--grids": broken.ogr_vrt(folder / "bad.geojson", target)}


def truncated(name: str) -> Make:
    """Make half of a file of that format."""

    def make(folder: Path) -> Options:
        path = folder / name
        if path.suffix == ".geojson":
            broken.grids_geojson(path)
        elif path.suffix == ".parquet":
            broken.parquet(path, broken.grids_frame())
        elif path.suffix == ".zip":
            shapefile = broken.vector(folder / "x.shp", broken.grids_frame())
            broken.zipped_shapefile(path, shapefile)
        else:
            broken.vector(path, broken.grids_frame())
        return {"--grids": broken.cut(path)}

    return make


def gbk_without_cpg(folder: Path) -> Options:
    """Make a Shapefile in Latin-1 that shows no encoding."""
    frame = broken.grids_frame().assign(name=["Zoë", "Café", "Ångström"])
    shapefile = broken.vector(folder / "bad.shp", frame, "ISO-8859-1")
    shapefile.with_suffix(".cpg").unlink()
    dbf = shapefile.with_suffix(".dbf")
    data = bytearray(dbf.read_bytes())
    data[29] = 0
    dbf.write_bytes(bytes(data))
    return {"--grids": shapefile}


def not_a_geopackage(folder: Path) -> Options:
    """Make a SQLite database that is no GeoPackage."""
    with sqlite3.connect(folder / "bad.gpkg") as database:
        database.execute("create table t (a)")
    database.close()
    return {"--grids": folder / "bad.gpkg"}


def metric_events(folder: Path) -> Options:
    """Make events in a projected CRS with another datum declared."""
    frame = broken.events_frame().to_crs(4549)
    return {"--events": broken.parquet(folder / "e.parquet", frame), "--datum": "gcj02"}


DEEP = b'{"type":"FeatureCollection","features":' + b"[" * 100_000 + b"]" * 100_000

# id -> what replaces the good options, words of the sentence
CASES: dict[str, tuple[Make, str]] = {
    "grids_missing": (lambda f: {"--grids": f / "no.geojson"}, "There is no file"),
    "events_missing": (lambda f: {"--events": f / "no.csv"}, "There is no file"),
    "circles_missing": (lambda f: {"--circles": f / "no.csv"}, "There is no file"),
    "grids_are_a_folder": (lambda f: {"--grids": f}, "not a regular file"),
    "unknown_extension": (grids_text("bad.txt", b"x"), "extension"),
    "empty_grids": (grids_text("bad.geojson", b""), "is an empty file"),
    "no_grids": (
        lambda f: {"--grids": broken.geojson(f / "bad.geojson", [])},
        "has no rows, expected at least one grid",
    ),
    "empty_events": (events_text(""), "is an empty file"),
    "id_column_missing": (lambda _: {"--id": "kode"}, "has no column 'kode'"),
    "lon_column_missing": (
        lambda _: {"--lon": "laenge", "--lat": "lat"},
        "has 0 columns 'laenge'",
    ),
    "no_coordinate_columns": (events_text("a,b\n1,2\n"), "no pair of columns"),
    "lon_without_lat": (lambda _: {"--lon": "lon"}, "Only one coordinate column"),
    "lat_without_lon": (lambda _: {"--lat": "lat"}, "Only one coordinate column"),
    "coordinate_column_twice": (
        events_text("lon,lat,lon\n1,2,3\n", lon="lon", lat="lat"),
        "has 2 columns 'lon'",
    ),
    "grid_column_twice": (
        lambda f: {
            "--grids": f / "bad.geojson",
            "--id": "code",
            **grids_text(
                "bad.geojson",
                b'{"type":"FeatureCollection","features":[{"type":"Feature",'
                b'"properties":{"geometry":1,"code":"G"},"geometry":null}]}',
            )(f),
        },
        "two columns 'geometry'",
    ),
    "ragged_rows": (events_text("lon,lat\n1,2,3\n"), "Line 2 "),
    "open_quote": (events_text('lon,lat\n"1,2\n'), "opens a quote"),
    "unknown_crs_of_grids": (
        lambda f: {
            "--grids": broken.grids_geojson(
                f / "bad.geojson",
                crs={"type": "name", "properties": {"name": "EPSG:999999"}},
            )
        },
        "EPSG:999999",
    ),
    "unknown_datum": (lambda _: {"--datum": "wgs48"}, "Datum 'wgs48' is unknown"),
    "unknown_grids_datum": (lambda _: {"--grids-datum": "EPSG:1"}, "'EPSG:1'"),
    "secret_datum": (lambda _: {"--datum": "EPSG:4214"}, "not public"),
    "datum_on_projected": (metric_events, "projected CRS"),
    "swapped_grids": (
        lambda f: {
            "--grids": broken.geojson(
                f / "bad.geojson",
                [broken.feature({"code": "G"}, [broken.square(30.0, 120.0)])],
            )
        },
        "exchange the axes",
    ),
    "grids_in_metres": (
        lambda f: {
            "--grids": broken.geojson(
                f / "bad.geojson",
                [broken.feature({"code": "G"}, [broken.square(5e5, 33e5, 1e3)])],
            )
        },
        "is not lon, lat in degrees",
    ),
    "csv_for_grids": (
        lambda f: {"--grids": broken.csv_file(f / "bad.csv", "code\nG1\n")},
        "has no geometry",
    ),
    "lines": (one_grid(LINE, "LineString"), "is a LineString"),
    "points": (one_grid([120.0, 30.0], "Point"), "is a Point"),
    "bow_tie": (one_grid([BOW_TIE]), "is not valid: Self-intersection"),
    "unclosed_ring": (one_grid([UNCLOSED]), "a ring is not closed"),
    "text_in_a_ring": (one_grid([[["120", "30"]] * 4]), "not a pair of numbers"),
    "no_geometry": (
        lambda f: {
            "--grids": grids_of(
                f / "bad.geojson",
                {"type": "Feature", "properties": {"code": "G1"}, "geometry": None},
            )
        },
        "has no geometry",
    ),
    "no_id": (
        lambda f: {
            "--grids": grids_of(
                f / "bad.geojson",
                broken.feature({"code": ""}, [broken.square(120.0, 30.0)]),
            )
        },
        "has no value in 'code'",
    ),
    "parts_of_one_id_overlap": (overlapping_parts, "overlap near (120.07"),
    "grid_without_circle": (grid_without_circle, "'G1'"),
    "unknown_circle": (circles("C9,,1,core\n"), "'C1'"),
    "circle_without_parent": (circles("C1,C8,2,x\nC0,,1,core\n"), "'C8'"),
    "cycle": (circles("C0,,1,core\nC1,C2,2,x\nC2,C1,3,y\n"), "C"),
    "two_cores": (circles("C1,,1,core\nC2,,1,core\n"), "C"),
    "circle_twice": (circles("C1,,1,core\nC1,,1,core\n"), "'C1'"),
    "tier_is_text": (circles("C1,,top,core\n"), "is not a whole number"),
    "circles_without_columns": (
        lambda f: {"--circles": broken.csv_file(f / "c.csv", "a\n1\n")},
        "has no columns 'circle_id'",
    ),
    "posts_without_circles": (
        lambda f: {"--posts": posts("P1,C1,circle_leader,L1\n")(f)["--posts"]},
        "There are posts but no circles",
    ),
    "post_of_unknown_area": (posts("P1,C9,circle_leader,L1\n"), "'C9'"),
    "two_leaders": (
        posts("P1,C1,circle_leader,L1\nP2,C1,circle_leader,L2\n"),
        "two leader posts",
    ),
    "latin_1_without_cpg": (gbk_without_cpg, "encoding"),
    "vrt_as_geojson": (vrt_as_geojson, "XML"),
    "not_a_geopackage": (not_a_geopackage, "GeoPackage"),
    "deep_nesting": (grids_text("bad.geojson", DEEP + b"}"), "nests too deep"),
    "nan_in_geojson": (
        grids_text("bad.geojson", b'{"type":"FeatureCollection","features":[NaN]}'),
        "NaN",
    ),
    "other_json": (grids_text("bad.geojson", b'{"type":"Topology"}'), "'Topology'"),
    "zip_of_zeros": (
        lambda f: {"--grids": broken.zip_of_zeros(f / "bad.zip")},
        "bad.zip",
    ),
    "truncated_geojson": (truncated("bad.geojson"), "it is cut"),
    "truncated_gpkg": (truncated("bad.gpkg"), "is cut"),
    "truncated_fgb": (truncated("bad.fgb"), "bad.fgb"),
    "truncated_parquet": (truncated("bad.parquet"), "is cut"),
    "truncated_zip": (truncated("bad.zip"), "is cut"),
    "out_into_missing_folder": (
        lambda f: {"--out": f / "no" / "out.csv"},
        "The folder",
    ),
    "out_of_unknown_kind": (lambda f: {"--out": f / "out.xls"}, "extension"),
    "out_is_the_events": (lambda f: {"--out": f / "events.csv"}, "also an input"),
    "out_is_the_grids": (lambda f: {"--out": f / "grids.geojson"}, "also an input"),
    "negative_snap": (lambda _: {"--snap-m": "-1"}, "-1.0 is not a finite number"),
    "snap_is_nan": (lambda _: {"--snap-m": "nan"}, "nan is not a finite number"),
    "candidates_infinite": (
        lambda _: {"--candidates-m": "inf"},
        "inf is not a finite number",
    ),
    "snap_is_text": (lambda _: {"--snap-m": "far"}, "'far' is not a valid float"),
    "unknown_option": (lambda _: {"--foo": "1"}, "No such option '--foo'"),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_one_sentence_and_2(
    pagoda: Callable, tmp_path: Path, case: str
) -> None:
    make, words = CASES[case]
    good = {
        "--grids": broken.grids_geojson(tmp_path / "grids.geojson"),
        "--id": "code",
        "--events": broken.csv_file(tmp_path / "events.csv", "lon,lat\n120.05,30.05\n"),
    }
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    options = {**good, **make(tmp_path)}
    pairs = [part for option in options.items() for part in option]
    answer = pagoda("assign", *pairs)
    assert (answer.code, answer.out) == (2, "")
    assert_one_sentence(answer.err)
    assert words in answer.err
    assert {path: path.read_bytes() for path in before} == before
    assert not list(tmp_path.glob(".*.part*"))


@pytest.mark.parametrize("case", ["lines", "unclosed_ring"])
def test_check_refuses_what_is_no_polygon(
    pagoda: Callable, tmp_path: Path, case: str
) -> None:
    make, words = CASES[case]
    answer = pagoda("check", "--grids", make(tmp_path)["--grids"], "--id", "code")
    assert (answer.code, answer.out) == (2, "")
    assert_one_sentence(answer.err)
    assert words in answer.err


def test_check_names_the_rows_of_parts_that_overlap_and_joins_them_only_if_told(
    pagoda: Callable, tmp_path: Path
) -> None:
    make, words = CASES["parts_of_one_id_overlap"]
    arguments = ("check", "--grids", make(tmp_path)["--grids"], "--id", "code")
    answer = pagoda(*arguments)
    assert answer.code == 1
    assert "'G1'" in answer.out
    assert "rows 2, 3" in answer.out
    refusal = pagoda(*arguments, "--join-parts")
    assert refusal.code == 2
    assert words in refusal.err


@pytest.mark.parametrize("case", ["swapped_grids", "grids_in_metres"])
def test_check_refuses_grids_that_are_not_in_degrees(
    pagoda: Callable, tmp_path: Path, case: str
) -> None:
    make, words = CASES[case]
    answer = pagoda("check", "--grids", make(tmp_path)["--grids"], "--id", "code")
    assert (answer.code, answer.out) == (2, "")
    assert words in answer.err


def test_every_reason_of_a_row_is_named_and_counted(
    pagoda: Callable, tmp_path: Path
) -> None:
    texts = {
        "missing": ",",
        "not_a_number": "NaN,30.05",
        "decimal_comma": '"120,05","30,05"',
        "out_of_range": "1200,30.05",
        "swapped_axes": "30.05,120.05",
        "whole_degrees": "119,30",
    }
    assert set(texts) == set(REASONS) - {"", "not_a_point"}
    grids = broken.grids_geojson(tmp_path / "grids.geojson")
    rows = "\n".join(texts.values())
    events = broken.csv_file(tmp_path / "events.csv", f"lon,lat\n{rows}\n")
    answer = pagoda("assign", "--grids", grids, "--id", "code", "--events", events)
    assert answer.code == 0
    counted = ", ".join(f"1 {name}" for name in REASONS if name in texts)
    assert f"Reasons: {counted}.\n" in answer.err
    for line, reason in zip(answer.out.splitlines()[1:], texts, strict=True):
        assert reason in line


def test_broken_and_absent_points_are_named_per_row(
    pagoda: Callable, tmp_path: Path
) -> None:
    features = [
        broken.feature({"id": 1}, [120.05, 30.05], "Point"),
        broken.feature({"id": 2}, LINE, "LineString"),
        broken.feature({"id": 3}, [], "Point"),
        broken.feature({"id": 4}, ["120", "30"], "Point"),
        {"type": "Feature", "properties": {"id": 5}, "geometry": None},
    ]
    grids = broken.grids_geojson(tmp_path / "grids.geojson")
    events = broken.geojson(tmp_path / "events.geojson", list(features))
    out = tmp_path / "out.geojson"
    answer = pagoda(
        *("assign", "--grids", grids, "--id", "code"),
        *("--events", events, "--out", out),
    )
    rows = [f["properties"] for f in json.loads(out.read_bytes())["features"]]
    assert answer.code == 0
    assert [row["status"] for row in rows] == ["inside", *["unlocated"] * 4]
    assert [row["reason"] or "" for row in rows] == [
        "",
        "not_a_point",
        "not_a_number",
        "not_a_number",
        "missing",
    ]


def test_overlaps_are_counted_and_never_refused(
    pagoda: Callable, tmp_path: Path
) -> None:
    squares = {"G2": 120.0, "G1": 120.05}
    features = [
        broken.feature({"code": name}, [broken.square(x, 30.0)])
        for name, x in squares.items()
    ]
    grids = broken.geojson(tmp_path / "grids.geojson", list(features))
    events = broken.csv_file(tmp_path / "events.csv", "lon,lat\n120.07,30.05\n")
    answer = pagoda("assign", "--grids", grids, "--id", "code", "--events", events)
    assert answer.code == 0
    assert "120.07,30.05,G1,overlap,,0.000," in answer.out
    assert "1 event on 2 grids: 1 overlap." in answer.err


def test_gbk_shapefile_without_cpg_is_read_right(
    pagoda: Callable, tmp_path: Path
) -> None:
    shapefile = broken.vector(tmp_path / "x.shp", broken.grids_frame(), "GBK")
    shapefile.with_suffix(".cpg").unlink()
    events = broken.csv_file(tmp_path / "events.csv", "lon,lat\n120.05,30.05\n")
    answer = pagoda("assign", "--grids", shapefile, "--id", "name", "--events", events)
    assert answer.code == 0
    assert "三墩镇,inside" in answer.out
