"""The outline of a town: one area out of all polygons of a file, or one sentence."""

from pathlib import Path

import geopandas
import pytest
import shapely

from gis.errors import CoverageError
from layers.files import read_outline
from support.makers import broken_files as broken

BOW_TIE = shapely.Polygon([(120, 30), (121, 31), (121, 30), (120, 31)])


def outline_file(folder: Path, *shapes: shapely.Geometry | None) -> Path:
    path = folder / "outline.parquet"
    geopandas.GeoDataFrame(geometry=list(shapes), crs="EPSG:4490").to_parquet(path)
    return path


def test_polygons_of_a_file_become_one_area(tmp_path: Path) -> None:
    halves = shapely.box(120, 30, 121, 31), shapely.box(121, 30, 122, 31)
    isle = shapely.box(123, 30, 124, 31)
    outline, crs = read_outline(outline_file(tmp_path, *halves, isle))
    assert outline.equals(shapely.union_all([*halves, isle]))
    assert crs.to_epsg() == 4490


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        ([], "has no polygons"),
        ([shapely.box(0, 0, 1, 1), None], "Row 2 .* has no geometry"),
        ([shapely.Point(0, 0)], "Row 1 .* is a Point"),
        ([BOW_TIE], "Row 1 .* is not valid .Self-intersection in the outer ring"),
    ],
    ids=["no rows", "no geometry", "point", "bow-tie"],
)
def test_what_is_no_outline_is_refused(
    tmp_path: Path, shapes: list[shapely.Geometry | None], words: str
) -> None:
    with pytest.raises(CoverageError, match=words) as caught:
        read_outline(outline_file(tmp_path, *shapes))
    assert str(caught.value).endswith(".")


def test_a_file_without_geometry_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CoverageError, match="has no polygons"):
        read_outline(broken.csv_file(tmp_path / "x.csv", "a,b\n1,2\n"))
