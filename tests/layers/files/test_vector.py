"""GDAL reads what was looked at, and nothing else."""

from pathlib import Path

import pandas as pd
import pyogrio
import pytest

from gis.errors import InputFileError
from layers.files import read_events
from layers.files.vector import read_flatgeobuf, read_geopackage
from support.harness.refusals import refusal
from support.makers import broken_files as broken


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".shp", ".zip"])
def test_vector_formats_keep_values_geometry_and_crs(
    tmp_path: Path, suffix: str
) -> None:
    frame = broken.events_frame().drop(columns="note")
    path = tmp_path / f"x{suffix}"
    if suffix == ".zip":
        broken.zipped_shapefile(path, broken.vector(tmp_path / "y.shp", frame))
    else:
        broken.vector(path, frame)
    read = read_events(path)
    rows = pd.DataFrame(read.columns.to_pydict()).assign(geometry=read.geometry)
    rows = rows.sort_values("event_id")  # FlatGeobuf stores features in Hilbert order
    assert rows["severity"].tolist() == [1, 2, 3]
    assert rows["geometry"].tolist() == frame.geometry.tolist()
    assert read.crs == frame.crs


def test_geopackage_instants_keep_their_offset(tmp_path: Path) -> None:
    frame = broken.events_frame()
    frame["at"] = pd.to_datetime(["2026-01-01T10:00:00+08:00"] * 3)
    table = read_events(broken.vector(tmp_path / "x.gpkg", frame)).columns
    assert table["at"].to_pylist() == ["2026-01-01T10:00:00+08:00"] * 3
    assert table["fid"].to_pylist() == [1, 2, 3]


def test_gdal_has_no_driver_that_reads_other_files() -> None:
    import pyogrio  # noqa: PLC0415  after the reader has set what GDAL skips

    assert not {"OGR_VRT", "VRT", "GDALG"} & set(pyogrio.list_drivers())


@pytest.mark.parametrize("name", ["a!b.fgb", "a;b.gpkg"])
def test_name_that_means_another_file_is_refused(tmp_path: Path, name: str) -> None:
    suffix = Path(name).suffix
    plain = broken.vector(tmp_path / f"plain{suffix}", broken.events_frame())
    assert "rename" in refusal(plain.rename(tmp_path / name))


@pytest.mark.parametrize("name", ["网 格 #1?&.gpkg", "http:x.gpkg", "a|layer=1.gpkg"])
def test_strange_names_of_plain_files_are_read(tmp_path: Path, name: str) -> None:
    plain = broken.vector(tmp_path / "plain.gpkg", broken.events_frame())
    path = plain.rename(tmp_path / name)
    assert read_events(path).columns.num_rows == 3
    assert read_events(f"/{path}").columns.num_rows == 3


def test_geopackage_with_two_layers_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    broken.events_frame().to_file(path, layer="one")
    broken.events_frame().to_file(path, layer="two", mode="a")
    assert "['one', 'two']" in refusal(path)


def test_table_without_geometry_has_neither_geometry_nor_crs(tmp_path: Path) -> None:
    frame = pd.DataFrame({"code": ["G1", "G2"]})
    pyogrio.write_dataframe(frame, tmp_path / "x.gpkg", layer="codes")
    table = read_geopackage(tmp_path / "x.gpkg")
    assert table.columns.to_pydict() == {"fid": [1, 2], "code": ["G1", "G2"]}
    assert (table.geometry, table.crs) == (None, None)


def test_of_a_geopackage_with_plain_tables_the_layer_is_read(tmp_path: Path) -> None:
    path = broken.vector(tmp_path / "x.gpkg", broken.events_frame())
    notes = pd.DataFrame({"note": ["x"]})
    pyogrio.write_dataframe(notes, path, layer="notes", append=False)
    assert read_geopackage(path).columns["event_id"].to_pylist() == ["e1", "e2", "e3"]


def test_missing_geometry_of_a_geopackage_is_none(tmp_path: Path) -> None:
    frame = broken.events_frame()
    frame.loc[1, "geometry"] = None
    table = read_geopackage(broken.vector(tmp_path / "x.gpkg", frame))
    assert table.geometry is not None
    assert [shape is None for shape in table.geometry] == [False, True, False]
    assert table.faults == {}


def test_cut_flatgeobuf_is_refused(tmp_path: Path) -> None:
    path = broken.vector(tmp_path / "x.fgb", broken.events_frame())
    with pytest.raises(InputFileError, match="expected it whole"):
        read_flatgeobuf(broken.cut(path, 0.95))
