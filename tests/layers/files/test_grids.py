"""Grids are usable polygons with one id each, or the faults are named."""

from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from gis.errors import CoverageError, InputFileError, InvalidLayerError
from layers.files import join_parts, read_grids
from layers.files.grid_parts import repeated_ids
from support.makers import broken_files as broken

BOW_TIE = [[120.0, 30.0], [120.1, 30.1], [120.1, 30.0], [120.0, 30.1], [120.0, 30.0]]


def grids_of(path: Path, *features: object) -> Path:
    """A GeoJSON file with one whole grid before the features given."""
    first = broken.feature({"code": "G0"}, [broken.square(119.0, 30.0)])
    return broken.geojson(path, [first, *features])


def grid(code: object, coordinates: object, kind: str = "Polygon") -> object:
    """A feature with a grid code."""
    return broken.feature({"code": code}, coordinates, kind)


def test_grids_come_in_the_order_of_the_file_with_their_columns(tmp_path: Path) -> None:
    path = broken.geojson(
        tmp_path / "x.geojson",
        [
            broken.feature({"n": 1, "code": code}, [broken.square(x, 30.0)])
            for code, x in (("G10", 120.0), ("G9", 121.0), (" G1 ", 122.0))
        ],
    )
    grids = read_grids(path, "code")
    assert grids["grid_id"].tolist() == ["G10", "G9", "G1"]
    assert list(grids.columns) == ["n", "grid_id", "geometry"]
    assert grids.crs == "OGC:CRS84"


def test_grids_of_every_format_are_the_same(tmp_path: Path) -> None:
    frame = broken.grids_frame()
    shapefile = broken.vector(tmp_path / "x.shp", frame)
    paths = [
        shapefile,
        broken.vector(tmp_path / "x.gpkg", frame),
        broken.vector(tmp_path / "x.fgb", frame),
        broken.parquet(tmp_path / "x.parquet", frame),
        broken.zipped_shapefile(tmp_path / "x.zip", shapefile),
    ]
    for path in paths:
        # FlatGeobuf has an order of its own
        grids = join_parts(read_grids(path, "code"))
        assert grids["grid_id"].tolist() == ["G1", "G2", "G3"]
        assert grids["name"].tolist() == frame["name"].tolist()
        assert shapely.equals(grids.geometry, frame.geometry).all()
        assert grids.crs == frame.crs


def test_whole_number_ids_have_no_decimals(tmp_path: Path) -> None:
    frame = broken.grids_frame().assign(code=[110.0, 9.0, 12.0], parent_id=[1, 1, None])
    grids = read_grids(broken.parquet(tmp_path / "x.parquet", frame), "code")
    assert grids["grid_id"].tolist() == ["110", "9", "12"]
    assert grids["parent_id"].tolist()[0] == "1"
    assert grids["parent_id"].isna().tolist() == [False, False, True]


def test_own_grid_id_column_stays_beside_another_id(tmp_path: Path) -> None:
    frame = broken.grids_frame().assign(grid_id=["old", "old", "old"])
    grids = read_grids(broken.parquet(tmp_path / "x.parquet", frame), "code")
    assert grids["file_grid_id"].tolist() == ["old"] * 3


def test_row_numbers_of_a_geopackage_are_no_column(tmp_path: Path) -> None:
    path = broken.vector(tmp_path / "x.gpkg", broken.grids_frame())
    assert "fid" not in read_grids(path, "code")
    assert read_grids(path, "fid")["grid_id"].tolist() == ["1", "2", "3"]


def test_rows_of_one_id_stay_apart(tmp_path: Path) -> None:
    path = grids_of(
        tmp_path / "x.geojson",
        grid("G1", [broken.square(120.0, 30.0)]),
        grid("G1", [broken.square(121.0, 30.0)]),
    )
    assert read_grids(path, "code")["grid_id"].tolist() == ["G0", "G1", "G1"]


@pytest.mark.parametrize(
    "code",
    ["3.30199E+14", "1001.0", "3301991010010010", 3301991010010010, 3.30199e14],
    ids=["shown", "decimals", "rounded text", "rounded number", "shown number"],
)
def test_id_that_a_spreadsheet_damaged_on_two_polygons_is_refused(
    tmp_path: Path, code: object
) -> None:
    path = grids_of(
        tmp_path / "x.geojson",
        grid(code, [broken.square(120.0, 30.0)]),
        grid(code, [broken.square(121.0, 30.0)]),
    )
    with pytest.raises(InvalidLayerError, match="a spreadsheet") as caught:
        read_grids(path, "code")
    assert {fault.row for fault in caught.value.faults} == {2, 3}


def test_id_that_ends_in_zeros_on_one_polygon_is_sound(tmp_path: Path) -> None:
    code = "3301991010010010"
    path = grids_of(tmp_path / "x.geojson", grid(code, [broken.square(1, 1)]))
    assert code in read_grids(path, "code")["grid_id"].tolist()


def test_damaged_community_of_a_grid_is_named(tmp_path: Path) -> None:
    frame = broken.grids_frame().assign(community_id=["K1", "3.30199E+11", "K2"])
    path = broken.parquet(tmp_path / "x.parquet", frame)
    with pytest.raises(InvalidLayerError, match=r"row 2, field 'community_id'"):
        read_grids(path, "code")


def test_refusal_of_a_ring_that_can_be_mended_names_the_option(tmp_path: Path) -> None:
    with pytest.raises(CoverageError, match=r"or mend its rings with --repair\.$"):
        read_grids(grids_of(tmp_path / "x.geojson", grid("G1", [BOW_TIE])), "code")
    with pytest.raises(CoverageError, match=r"x\.geojson'\.$"):
        read_grids(
            grids_of(tmp_path / "x.geojson", grid("G1", [0, 0], "Point")), "code"
        )


OPEN_RING = [*broken.square(120.0, 30.0)[:-1], [120.0, 30.05]]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (
            grid("G1", [BOW_TIE]),
            r"'G1' \(row 2\) is not valid: Self-intersection at \(120.05, 30.05\)",
        ),
        (
            grid("G1", [OPEN_RING]),
            r"'G1' \(row 2\) cannot be built: a ring is not closed, it starts at "
            r"\(120, 30\) and ends at \(120, 30.05\)",
        ),
        (grid("G1", [[[0, 0], [1, 1], [0, 0]]]), "3 positions where 4"),
        (grid("G1", [[0, 0], [1, 1]], "LineString"), r"\(row 2\) is a LineString"),
        (grid("G1", [0, 0], "Point"), "is a Point"),
        (grid("G1", [["a", "b"]] * 4), "not a pair of numbers"),
        (grid("G1", [[[0, "1"], [1, 1], [1, 0], [0, "1"]]]), "pair of numbers"),
        (grid("G1", [[[0], [1], [1], [0]]]), "pair of numbers"),
        (grid("G1", [[None] * 4]), "pair of numbers"),
        (grid("G1", "x"), "not a list"),
        (grid("G1", []), "has no geometry"),
        (grid("G1", [[]]), "pair of numbers"),
        (grid("G1", [[1, 2], [[3]]], "MultiPolygon"), "not a|no ring|pair of"),
        (grid("G1", [], "GeometryCollection"), "'GeometryCollection'"),
        ({"type": "Feature", "properties": {"code": "G1"}}, "has no geometry"),
        (
            {"type": "Feature", "properties": {"code": "G1"}, "geometry": 5},
            "the geometry is 5",
        ),
    ],
    ids=lambda value: str(value)[-40:],
)
def test_geometry_that_is_no_grid_is_named(
    tmp_path: Path, bad: object, said: str
) -> None:
    with pytest.raises(CoverageError, match=said) as caught:
        read_grids(grids_of(tmp_path / "x.geojson", bad), "code")
    assert str(caught.value).endswith(".")


def test_many_faults_are_counted_not_listed(tmp_path: Path) -> None:
    bad = [grid(f"G{n}", [n, n], "Point") for n in range(1, 9)]
    with pytest.raises(CoverageError, match=r"'G3'.* and 5 more"):
        read_grids(grids_of(tmp_path / "x.geojson", *bad), "code")


def test_bow_tie_comes_back_where_a_certificate_wants_it(tmp_path: Path) -> None:
    path = grids_of(
        tmp_path / "x.geojson",
        grid("G1", [BOW_TIE]),
        grid("G1", [broken.square(125.0, 30.0)]),
    )
    grids = read_grids(path, "code", allow_invalid=True)
    assert grids.geometry.is_valid.tolist() == [True, False, True]


def test_unclosed_ring_in_binary_form_is_named(tmp_path: Path) -> None:
    path = broken.unclosed_wkb_parquet(tmp_path / "x.parquet")
    with pytest.raises(CoverageError, match=r"'G2' \(row 2\).* not closed"):
        read_grids(path, "code")


def test_coordinates_that_are_not_finite_are_named(tmp_path: Path) -> None:
    frame = broken.grids_frame()
    with np.errstate(invalid="ignore"):
        nan = shapely.Polygon([(0, 0), (1, 0), (1, np.nan), (0, 1), (0, 0)])
    shapes = [*frame.geometry[:2], nan]
    frame = frame.set_geometry(geopandas.GeoSeries(shapes, crs=frame.crs))
    path = broken.parquet(tmp_path / "x.parquet", frame)
    with pytest.raises(CoverageError, match=r"'G3' \(row 3\).* not finite"):
        read_grids(path, "code")


def test_third_dimension_is_left_out(tmp_path: Path) -> None:
    ring = [[*position, 5.0] for position in broken.square(120.0, 30.0)]
    grids = read_grids(grids_of(tmp_path / "x.geojson", grid("G1", [ring])), "code")
    assert not grids.geometry.has_z.any()
    frame = broken.grids_frame()
    frame.geometry = shapely.force_3d(frame.geometry.to_numpy(), 7.0)
    grids = read_grids(broken.vector(tmp_path / "x.gpkg", frame), "code")
    assert not grids.geometry.has_z.any()


@pytest.mark.parametrize("missing", [None, "", "  "])
def test_row_without_id_is_named(tmp_path: Path, missing: object) -> None:
    path = grids_of(tmp_path / "x.geojson", grid(missing, [broken.square(1, 1)]))
    with pytest.raises(InvalidLayerError, match=r"Row 2 .* no value in 'code'"):
        read_grids(path, "code")


@pytest.mark.parametrize("value", [True, [1], {"a": 1}, 1e300])
def test_id_that_is_no_id_is_named(tmp_path: Path, value: object) -> None:
    path = grids_of(tmp_path / "x.geojson", grid(value, [broken.square(1, 1)]))
    with pytest.raises(InvalidLayerError, match="Row 2"):
        read_grids(path, "code")


def test_unknown_id_column_is_answered_with_the_columns(tmp_path: Path) -> None:
    path = broken.grids_geojson(tmp_path / "x.geojson")
    with pytest.raises(InputFileError, match=r"'nix'.*\['code', 'parent_id'\]"):
        read_grids(path, "nix")


def test_table_without_geometry_or_rows_is_no_coverage(tmp_path: Path) -> None:
    with pytest.raises(CoverageError, match="has no geometry"):
        read_grids(broken.csv_file(tmp_path / "x.csv", "code\nG1\n"), "code")
    path = broken.geojson(tmp_path / "x.geojson", [])
    with pytest.raises(CoverageError, match="has no rows, expected at least one grid"):
        read_grids(path, "code")


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    path = broken.geojson(
        tmp_path / "x.geojson",
        [broken.feature({"code": 1, "geometry": 2}, [broken.square(1, 1)])],
    )
    with pytest.raises(InvalidLayerError, match="two columns 'geometry'"):
        read_grids(path, "code")


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "column", "count", "parts"),
    [
        ("chicago/beats.geojson", "beat_num", 275, {"3100": 3}),
        ("chicago/districts.geojson", "dist_num", 23, {"31": 3}),
        ("hangzhou/hangzhou_districts_gcj02.geojson", "adcode", 13, {}),
        ("shanghai/districts_gcj02.geojson", "adcode", 16, {}),
        ("shanghai/districts_wgs84_gbk_shapefile.zip", "ADMINCODE", 17, {}),
    ],
)
def test_real_grids_are_read(
    real_data: Path, name: str, column: str, count: int, parts: dict[str, int]
) -> None:
    rows = read_grids(real_data / name, column)
    repeated = repeated_ids(rows)
    assert {grid_id: len(numbers) for grid_id, numbers in repeated.items()} == parts
    grids = join_parts(rows)
    assert len(grids) == count
    assert grids.geometry.is_valid.all()
    assert isinstance(grids["grid_id"], pd.Series)
