"""All parts of a Shapefile are there, whole, agree, and are read in their encoding."""

import shutil
from pathlib import Path

import pytest

from gis.errors import InputFileError
from layers.files import read_events
from layers.files.shapefile import inspect_shapefile, table_encoding
from support.harness.refusals import refusal
from support.makers import broken_files as broken


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "zip"])
def test_chinese_shapefile_without_cpg_is_read_right(
    tmp_path: Path, encoding: str, packed: bool
) -> None:
    frame = broken.grids_frame().rename(columns={"name": "名称"})
    path = broken.vector(tmp_path / "x.shp", frame, encoding)
    path.with_suffix(".cpg").unlink()
    if packed:
        path = broken.zipped_shapefile(tmp_path / "y.zip", path, "区县界")
    columns = read_events(path).columns
    assert columns["名称"].to_pylist() == ["三墩镇", "西湖区", "拱墅区"]


def test_rows_deleted_in_a_shapefile_are_not_read(tmp_path: Path) -> None:
    path = broken.vector(tmp_path / "x.shp", broken.grids_frame())
    table = path.with_suffix(".dbf")
    data = bytearray(table.read_bytes())
    header, width = (int.from_bytes(data[at : at + 2], "little") for at in (8, 10))
    data[header + width] = ord("*")
    table.write_bytes(data)
    assert read_events(path).columns["code"].to_pylist() == ["G1", "G3"]


def test_shapefile_in_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    frame = broken.grids_frame().assign(name=["Café", "Zoë", "x"])
    path = broken.vector(tmp_path / "x.shp", frame, "ISO-8859-1")
    path.with_suffix(".cpg").unlink()
    with pytest.raises(InputFileError, match=r"no '.cpg' part"):
        read_events(path)


def test_shapefile_whose_cpg_lies_is_refused_not_garbled(tmp_path: Path) -> None:
    path = broken.vector(tmp_path / "x.shp", broken.grids_frame(), "GBK")
    path.with_suffix(".cpg").write_text("UTF-8")
    with pytest.raises(InputFileError, match="cut or damaged"):
        read_events(path)


@pytest.mark.real_data
def test_shanghai_shapefile_is_read_right(real_data: Path) -> None:
    path = real_data / "shanghai" / "districts_wgs84_gbk_shapefile.zip"
    table = read_events(path)
    assert {"宝山区", "崇明县", "闸北区"} <= set(table.columns["NAME"].to_pylist())
    assert table.columns.num_rows == 17


@pytest.mark.parametrize("part", [".shp", ".shx", ".dbf"])
def test_shapefile_with_a_cut_part_is_refused(tmp_path: Path, part: str) -> None:
    shapefile = broken.vector(tmp_path / "x.shp", broken.grids_frame())
    broken.cut(shapefile.with_suffix(part), 0.7)
    assert "cut or damaged" in refusal(shapefile)


@pytest.mark.parametrize("part", [".shx", ".dbf"])
def test_shapefile_without_a_part_is_refused(tmp_path: Path, part: str) -> None:
    shapefile = broken.vector(tmp_path / "x.shp", broken.grids_frame())
    shapefile.with_suffix(part).unlink()
    assert f"no {part!r} part" in refusal(shapefile)


def test_parts_are_found_by_suffix_in_either_case(tmp_path: Path) -> None:
    path = broken.vector(tmp_path / "x.shp", broken.grids_frame())
    table = path.with_suffix(".dbf").rename(tmp_path / "x.DBF")
    broken.csv_file(tmp_path / "y.csv", "a\n")
    parts = inspect_shapefile(path, path)
    assert parts[".dbf"] == table
    assert set(parts) == {".shp", ".shx", ".dbf", ".prj", ".cpg"}


def test_table_of_another_length_is_refused(tmp_path: Path) -> None:
    path = broken.vector(tmp_path / "x.shp", broken.grids_frame())
    other = broken.vector(tmp_path / "y.shp", broken.grids_frame().iloc[:2])
    shutil.copy(other.with_suffix(".dbf"), path.with_suffix(".dbf"))
    with pytest.raises(InputFileError, match="3 shapes stand beside 2 rows"):
        inspect_shapefile(path, path)


@pytest.mark.parametrize(("encoding", "name"), [("GBK", "GB18030"), ("UTF-8", "UTF-8")])
def test_encoding_is_that_of_the_text_of_the_table(
    tmp_path: Path, encoding: str, name: str
) -> None:
    path = broken.vector(tmp_path / "x.shp", broken.grids_frame(), encoding)
    assert table_encoding(path, path.with_suffix(".dbf")) == name
