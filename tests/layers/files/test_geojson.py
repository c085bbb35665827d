"""GeoJSON comes back value by value; what is broken is named, not opened silently."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.errors import CrsError, GovernanceError
from layers.files import read_events
from layers.files.geojson import read_geojson
from support.harness.refusals import refusal
from support.makers import broken_files as broken


def test_geojson_values_come_back_unchanged(tmp_path: Path) -> None:
    properties = [
        {"text": "1", "int": 1, "mixed": 1, "nested": {"a": [1, None]}, "big": 2**63},
        {"text": "三", "int": None, "mixed": "1", "flag": True},
        {"mixed": 1.5},
    ]
    rows = [broken.feature(value, [1, 2], "Point") for value in properties]
    path = broken.geojson(tmp_path / "x.geojson", list(rows))
    columns = read_events(path).columns
    assert columns.column_names == ["text", "int", "mixed", "nested", "big", "flag"]
    assert columns["text"].to_pylist() == ["1", "三", None]
    assert columns["int"].to_pylist() == [1, None, None]
    assert columns["mixed"].to_pylist() == ["1", '"1"', "1.5"]
    assert columns["nested"].to_pylist() == ['{"a":[1,null]}', None, None]
    assert columns["big"].to_pylist() == [str(2**63), None, None]
    assert columns["flag"].to_pylist() == [None, True, None]


def test_geojson_feature_ids_come_back_as_a_column(tmp_path: Path) -> None:
    rows = [{**broken.feature({"a": 1}, [1, 2], "Point"), "id": "f1"}]
    columns = read_events(broken.geojson(tmp_path / "x.geojson", list(rows))).columns
    assert columns.to_pydict() == {"id": ["f1"], "a": [1]}


def test_geojson_without_properties_keeps_its_rows(tmp_path: Path) -> None:
    rows = [broken.feature(None, [1, 2], "Point"), broken.feature({}, [1, 2], "Point")]
    table = read_events(broken.geojson(tmp_path / "x.geojson", list(rows)))
    assert table.columns.num_rows == 2


@pytest.mark.parametrize(
    ("members", "crs"),
    [
        ({}, "OGC:CRS84"),
        ({"crs": None}, None),
        ({"crs": {"type": "name", "properties": {"name": "EPSG:4549"}}}, "EPSG:4549"),
        (
            {
                "crs": {
                    "type": "name",
                    "properties": {"name": "urn:ogc:def:crs:EPSG::4490"},
                }
            },
            "EPSG:4490",
        ),
    ],
)
def test_geojson_crs_is_crs84_unless_a_member_says_else(
    tmp_path: Path, members: dict[str, object], crs: str | None
) -> None:
    table = read_events(broken.grids_geojson(tmp_path / "x.geojson", **members))
    if crs is None:
        assert table.crs is None
    else:
        assert table.crs is not None
        assert ":".join(table.crs.to_authority() or ()) == crs


def test_json_values_nested_too_deep_are_refused(tmp_path: Path) -> None:
    deep: object = 1
    for _ in range(100):
        deep = [deep]
    path = broken.geojson(
        tmp_path / "x.geojson", [broken.feature({"deep": deep}, [1, 2], "Point")]
    )
    assert "nests deeper" in refusal(path)


def test_unknown_crs_is_named(tmp_path: Path) -> None:
    member = {"type": "name", "properties": {"name": "EPSG:999999"}}
    path = broken.grids_geojson(tmp_path / "x.geojson", crs=member)
    with pytest.raises(GovernanceError, match="'EPSG:999999'"):
        read_events(path)


RING = broken.square(0, 0)
FAULTS = {
    "unclosed": ("Polygon", [RING[:-1]], "a ring is not closed, it starts at (0, 0)"),
    "three positions": ("Polygon", [[[0, 0], [1, 1], [0, 0]]], "has 3 positions"),
    "no ring": ("MultiPolygon", [[]], "a polygon has no ring"),
    "text": ("LineString", [["a", "b"]], "a position is not a pair of numbers"),
    "one number": ("MultiPoint", [[1]], "a position is not a pair of numbers"),
    "no list": ("Polygon", 7, "the coordinates are not a list"),
    "unknown kind": ("Circle", [[0, 0]], "the geometry is 'Circle'"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_geometry_that_cannot_be_built_is_a_fault_of_its_row(
    tmp_path: Path, name: str
) -> None:
    kind, coordinates, words = FAULTS[name]
    rows = [
        broken.feature({}, [1, 2], "Point"),
        broken.feature({}, coordinates, kind),
    ]
    table = read_geojson(broken.geojson(tmp_path / "x.geojson", list(rows)))
    assert table.geometry is not None
    assert table.geometry.tolist() == [shapely.Point(1, 2), None]
    assert list(table.faults) == [1]
    assert words in table.faults[1]


@pytest.mark.parametrize("coordinates", [[], ["120", "30"], [120], None, [True, 1]])
def test_point_without_two_numbers_is_a_point_of_nan(
    tmp_path: Path, coordinates: object
) -> None:
    rows = [broken.feature({}, coordinates, "Point")]
    table = read_geojson(broken.geojson(tmp_path / "x.geojson", list(rows)))
    assert table.geometry is not None
    assert np.isnan(shapely.get_coordinates(table.geometry)).all()
    assert table.faults == {}


def test_null_and_empty_geometry_are_none_without_a_fault(tmp_path: Path) -> None:
    null = {"type": "Feature", "properties": {}, "geometry": None}
    rows = [null, broken.feature({}, [], "Polygon")]
    table = read_geojson(broken.geojson(tmp_path / "x.geojson", list(rows)))
    assert table.geometry is not None
    assert table.geometry.tolist() == [None, None]
    assert table.faults == {}


def test_feature_id_beside_a_property_of_that_name_has_a_column_of_its_own(
    tmp_path: Path,
) -> None:
    rows = [{**broken.feature({"id": "own"}, [1, 2], "Point"), "id": "f1"}]
    columns = read_geojson(broken.geojson(tmp_path / "x.geojson", list(rows))).columns
    assert columns.to_pydict() == {"feature_id": ["f1"], "id": ["own"]}


def test_crs_member_without_a_name_is_refused(tmp_path: Path) -> None:
    path = broken.grids_geojson(tmp_path / "x.geojson", crs={"type": "name"})
    with pytest.raises(CrsError, match=r"The 'crs' member is .* expected a name"):
        read_geojson(path)
