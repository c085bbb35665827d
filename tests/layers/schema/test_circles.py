"""Circles are read with and without geometry, and checked."""

from pathlib import Path

import geopandas
import pytest

from gis.errors import InvalidLayerError
from layers.files import read_circles
from layers.schema.circles import CIRCLES
from support.makers import broken_files as broken

TEXT = "circle_id,parent_id,tier,name\nC1,,1,core\n12,C1,2,二\n"


def test_circles_of_a_csv_have_kinds_and_missing_parents(tmp_path: Path) -> None:
    circles = read_circles(broken.csv_file(tmp_path / "x.csv", TEXT))
    assert circles["tier"].tolist() == [1, 2]
    assert circles["circle_id"].tolist() == ["C1", "12"]
    assert circles["parent_id"].isna().tolist() == [True, False]
    assert not isinstance(circles, geopandas.GeoDataFrame)


def test_circles_of_geojson_have_geometry(tmp_path: Path) -> None:
    row = {"circle_id": 7, "parent_id": None, "tier": 1}
    path = broken.geojson(
        tmp_path / "x.geojson", [broken.feature(row, [broken.square(0, 0)])]
    )
    circles = read_circles(path)
    assert isinstance(circles, geopandas.GeoDataFrame)
    assert circles["circle_id"].tolist() == ["7"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("circle_id,parent_id\nC1,\n", "no column 'tier'"),
        (TEXT + "C2,C1,two,x\n", "row 3, field 'tier': 'two' is not a whole number"),
        (TEXT + "C1,C1,2,x\n", "row 3, field 'circle_id': 'C1' stands in an earlier"),
        (TEXT + "C1/2,C1,2,x\n", "row 3, field 'circle_id': 'C1/2' has '/'"),
        (TEXT + ",C1,2,x\n", "row 3, field 'circle_id': is empty"),
    ],
)
def test_circle_that_breaks_the_schema_is_named(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(InvalidLayerError, match=said):
        read_circles(broken.csv_file(tmp_path / "x.csv", text))


@pytest.mark.parametrize(
    ("coordinates", "kind", "said"),
    [
        ([0, 0], "Point", "row 1, geometry: Point"),
        ([[[0, 0], [1, 1], [1, 0], [0, 1]]], "Polygon", "Row 1 .* not closed"),
    ],
)
def test_circle_that_is_no_polygon_is_named(
    tmp_path: Path, coordinates: object, kind: str, said: str
) -> None:
    row = broken.feature({"circle_id": "C1", "tier": 1}, coordinates, kind)
    with pytest.raises(InvalidLayerError, match=said):
        read_circles(broken.geojson(tmp_path / "x.geojson", [row]))


def test_root_circle_needs_no_parent() -> None:
    required = {field.name for field in CIRCLES.fields if field.required}
    assert required == {"circle_id", "tier"}
