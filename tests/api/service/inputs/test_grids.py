"""Grids of a file come with their datum, and mended where that is asked."""

from pathlib import Path

import pytest

from api.service.inputs.grids import read_grid_rows
from gis.errors import CoverageError, CrsError
from support.makers import broken_files as broken

TOUCHING = [
    *([120.0, 30.0], [120.09, 30.0], [120.09, 30.05], [120.06, 30.02]),
    *([120.04, 30.05], [120.09, 30.05], [120.09, 30.09], [120.0, 30.09], [120.0, 30.0]),
]


def touching_file(folder: Path) -> Path:
    """A square beside one whose ring touches itself."""
    rings = {"G1": broken.square(121.0, 30.0), "G2": TOUCHING}
    features = [broken.feature({"code": c}, [ring]) for c, ring in rings.items()]
    return broken.geojson(folder / "grids.geojson", list(features))


def test_datum_is_that_of_the_file_unless_declared(tmp_path: Path) -> None:
    path = broken.grids_geojson(tmp_path / "x.geojson")
    source = read_grid_rows(path, "code", None)
    assert (source.datum.name, source.mendings) == ("wgs84", ())
    assert source.notices == [source.notice]
    assert read_grid_rows(path, "code", "gcj02").datum.name == "gcj02"


def test_ring_that_touches_itself_is_refused_unless_it_is_mended(
    tmp_path: Path,
) -> None:
    path = touching_file(tmp_path)
    with pytest.raises(CoverageError, match="--repair"):
        read_grid_rows(path, "code", None)
    source = read_grid_rows(path, "code", None, is_mended=True)
    assert source.rows.geometry.is_valid.all()
    assert [mending.grid for mending in source.mendings] == ["G2"]
    assert source.notices[1].startswith("mended: 'G2': ")


def test_ring_comes_back_as_drawn_where_a_certificate_wants_it(tmp_path: Path) -> None:
    source = read_grid_rows(touching_file(tmp_path), "code", None, is_mended=None)
    assert source.rows.geometry.is_valid.tolist() == [True, False]


def test_metres_that_are_said_to_be_degrees_are_refused(tmp_path: Path) -> None:
    frame = broken.grids_frame().to_crs(4549).set_crs(None, allow_override=True)
    path = broken.parquet(tmp_path / "x.parquet", frame)
    with pytest.raises(CrsError):
        read_grid_rows(path, "code", None)


def test_datum_declared_for_metres_is_refused(tmp_path: Path) -> None:
    frame = broken.grids_frame().to_crs(4549)
    path = broken.parquet(tmp_path / "x.parquet", frame)
    with pytest.raises(CrsError, match="leave --grids-datum away"):
        read_grid_rows(path, "code", "gcj02")
