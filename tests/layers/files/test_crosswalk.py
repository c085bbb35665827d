"""Crosswalks as files: read again by GIS software they say the same."""

import csv

import geopandas as gpd
import numpy as np
import pyogrio
import pyproj
import pytest
from shapely import box

from gis.crosswalk import cross, grid_system, weigh
from gis.errors import SettingError
from layers.files import read_events
from layers.files.crosswalk import piece_frame, related_frame, write_crosswalk
from layers.schema.layer import check
from layers.schema.pieces import PIECES, RELATED_GRIDS

STEP = 0.01
CRS = pyproj.CRS("EPSG:4490")


def rectangles(**bounds):
    boxes = [box(*(STEP * value for value in bound)) for bound in bounds.values()]
    return grid_system(bounds, boxes)


@pytest.fixture
def walk():
    """A conflicts with P and Q, B nests in Q, C is outside; R has ground alone."""
    sources = rectangles(A=(0, 0, 2, 1), B=(2, 0, 3, 1), C=(7, 0, 8, 1))
    targets = rectangles(P=(0, 0, 1, 1), Q=(1, 0, 3.00001, 1), R=(5, 0, 6, 1))
    return cross(sources, targets, CRS)


def test_pieces_are_a_layer_and_weights_of_a_source_sum_to_one(walk):
    pieces = check(piece_frame(walk, weigh(walk)), PIECES)
    assert pieces["piece_id"].tolist() == ["A/P", "A/Q", "B/Q", "C/", "/Q", "/R"]
    assert pieces["standing"].tolist() == [
        *(["counts"] * 3),
        *("outside", "noise", "outside"),
    ]
    assert pieces["is_conflict"].tolist() == [True, True, False, False, False, False]
    assert pieces["relation"].tolist()[:4] == [
        *("conflict", "conflict", "nests", "outside")
    ]
    assert pieces["target_relation"].tolist()[0] == "nests"
    sums = pieces.groupby("source_id")["weight"].sum()
    assert sums.tolist() == pytest.approx([1.0, 1.0, 1.0], abs=1e-8)
    assert pieces["weight"].isna().tolist() == [False] * 4 + [True] * 2


def test_sources_are_a_layer_with_what_is_outside(walk):
    related = check(related_frame(walk, weigh(walk)), RELATED_GRIDS)
    assert related["grid_id"].tolist() == ["A", "B", "C"]
    assert related["pieces"].tolist() == [2, 1, 0]
    assert related["outside"].tolist() == [0.0, 0.0, 1.0]


def test_geopackage_has_pieces_conflicts_and_related_grids(walk, tmp_path):
    path = tmp_path / "walk.gpkg"
    write_crosswalk(path, walk, weigh(walk))
    assert dict(pyogrio.list_layers(path)) == dict.fromkeys(
        ("pieces", "conflicts", "related"), "MultiPolygon"
    )
    pieces = gpd.read_file(path, layer="pieces")
    assert pieces.crs == CRS
    assert pieces.geometry.to_numpy().tolist() == list(walk.polygons)
    conflicts = gpd.read_file(path, layer="conflicts")
    assert conflicts["piece_id"].tolist() == ["A/P", "A/Q"]


def test_geojson_has_the_pieces(walk, tmp_path):
    path = tmp_path / "walk.geojson"
    write_crosswalk(path, walk, weigh(walk))
    pieces = gpd.read_file(path)
    assert pieces["weight"].dropna().tolist() == pytest.approx([0.5, 0.5, 1.0, 1.0])
    assert pieces.crs == CRS


def test_csv_has_the_pieces_without_polygons(walk, tmp_path):
    path = tmp_path / "walk.csv"
    write_crosswalk(path, walk, weigh(walk))
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["piece_id"] for row in rows] == piece_frame(walk, weigh(walk))[
        "piece_id"
    ].tolist()
    assert "geometry" not in rows[0]


def test_file_is_replaced_and_nothing_is_left_beside_it(walk, tmp_path):
    path = tmp_path / "walk.gpkg"
    path.write_bytes(b"something else")
    write_crosswalk(path, walk, weigh(walk))
    assert [entry.name for entry in tmp_path.iterdir()] == ["walk.gpkg"]
    assert pyogrio.read_info(path, layer="pieces")["features"] == 6


def test_systems_without_conflict_have_an_empty_layer_of_them(tmp_path):
    system = rectangles(A=(0, 0, 1, 1))
    walk = cross(system, system, CRS)
    write_crosswalk(tmp_path / "walk.gpkg", walk, weigh(walk))
    info = pyogrio.read_info(tmp_path / "walk.gpkg", layer="conflicts")
    assert info["features"] == 0


@pytest.mark.parametrize(
    ("name", "words"),
    [("walk.txt", "not written here"), ("nowhere/walk.gpkg", "cannot be written")],
)
def test_file_that_cannot_be_written_is_refused(walk, tmp_path, name, words):
    with pytest.raises(SettingError, match=words):
        write_crosswalk(tmp_path / name, walk, weigh(walk))
    assert list(tmp_path.iterdir()) == []


def test_weights_stand_beside_their_own_piece_in_any_order(walk):
    weights = weigh(walk, np.array([3.0, 1.0, 0.0, 0.0, 0.0, 0.0]))
    pieces = piece_frame(walk, weights).set_index("piece_id")["weight"]
    assert pieces[["A/P", "A/Q", "B/Q"]].tolist() == [0.75, 0.25, 1.0]


def test_workbook_has_pieces_and_related_grids_as_sheets(walk, tmp_path):
    plain, book = tmp_path / "walk.csv", tmp_path / "walk.xlsx"
    for path in (plain, book):
        write_crosswalk(path, walk, weigh(walk))
    with plain.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    told = read_events(book, "pieces").columns
    assert told["piece_id"].to_pylist() == [row["piece_id"] for row in rows]
    assert [float(text or 0) for text in told["weight"].to_pylist()] == [
        float(row["weight"] or 0) for row in rows
    ]
    assert read_events(book, "related").columns["grid_id"].to_pylist() == [
        "A",
        "B",
        "C",
    ]
