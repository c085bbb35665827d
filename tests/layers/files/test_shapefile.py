"""All parts of a Shapefile are there, whole, agree, and are read in their encoding."""

import shutil
from pathlib import Path

import pyarrow as pa
import pytest
from pyproj import CRS

from gis.errors import CrsError, InputFileError
from layers.files import read_events
from layers.files.shapefile import decode_texts, inspect_shapefile
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


def table_of(folder: Path, names: list[str], encoding: str, cpg: str | None) -> Path:
    """A Shapefile whose names are those bytes, whatever its `.cpg` says."""
    frame = broken.grids_frame().assign(name=["a", "b", "c"])
    path = broken.vector(folder / "x.shp", frame, "ISO-8859-1")
    table = path.with_suffix(".dbf")
    data = table.read_bytes()
    header, width = (int.from_bytes(data[at : at + 2], "little") for at in (8, 10))
    code, field = (data[at + 16] for at in (32, 64))
    rows = bytearray(data)
    for row, name in enumerate(names):
        start = header + row * width + 1 + code
        rows[start : start + field] = name.encode(encoding).ljust(field)[:field]
    table.write_bytes(rows)
    path.with_suffix(".cpg").unlink()
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    return path


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
@pytest.mark.parametrize(
    "cpg", [None, "", "UTF-8", "GB2312", "936", "OEM", "ISO-8859-1", "BIG5"]
)
def test_bytes_decide_whatever_the_cpg_says(
    tmp_path: Path, encoding: str, cpg: str | None
) -> None:
    names = ["三墩镇", "西湖区", "文一路"]
    table = read_events(table_of(tmp_path, names, encoding, cpg))
    assert table.columns["name"].to_pylist() == names


@pytest.mark.parametrize(
    ("encoding", "cpg", "notice"),
    [
        ("gbk", "UTF-8", "says 'UTF-8', but its text is GB18030 and is read so."),
        ("utf-8", "936", "says '936', but its text is UTF-8 and is read so."),
    ],
)
def test_cpg_that_lies_is_named(
    tmp_path: Path, encoding: str, cpg: str, notice: str
) -> None:
    [said] = read_events(table_of(tmp_path, ["街"] * 3, encoding, cpg)).notices
    assert said.endswith(notice)


@pytest.mark.parametrize("cpg", [None, "OEM", "GB2312", "CP936", "UTF-8"])
def test_cpg_that_says_nothing_else_needs_no_word(
    tmp_path: Path, cpg: str | None
) -> None:
    encoding = "utf-8" if cpg == "UTF-8" else "gbk"
    assert not read_events(table_of(tmp_path, ["街"] * 3, encoding, cpg)).notices


@pytest.mark.parametrize(
    ("names", "encoding", "cpg"),
    [
        (["Café", "Zoë", "x"], "latin-1", "ISO-8859-1"),
        (["Café", "Zoë", "x"], "cp1252", "1252"),
        (["臺北市信義區", "板橋", "x"], "big5", "BIG5"),
        (["臺北市信義區", "板橋", "x"], "big5", "950"),
    ],
)
def test_cpg_counts_where_the_bytes_are_neither(
    tmp_path: Path, names: list[str], encoding: str, cpg: str
) -> None:
    table = read_events(table_of(tmp_path, names, encoding, cpg))
    assert table.columns["name"].to_pylist() == names


@pytest.mark.parametrize("cpg", [None, "", "UTF-8", "GBK", "none such"])
@pytest.mark.parametrize(
    ("name", "encoding"), [("Café", "latin-1"), ("臺北市信義區", "big5")]
)
def test_text_that_is_neither_is_refused_with_its_place(
    tmp_path: Path, name: str, encoding: str, cpg: str | None
) -> None:
    path = table_of(tmp_path, ["x", name, "y"], encoding, cpg)
    with pytest.raises(InputFileError) as refused:
        read_events(path)
    assert str(refused.value) == (
        f"The attribute table of {str(path)!r} is in an encoding that is neither UTF-8 "
        "nor GB18030, as row 2 in its column 2; export the layer in UTF-8."
    )


def test_chinese_under_a_latin_cpg_is_never_read_as_latin(tmp_path: Path) -> None:
    path = table_of(tmp_path, ["三墩镇", "西湖", "x"], "gbk", "ISO-8859-1")
    table = path.with_suffix(".dbf")
    data = table.read_bytes()
    table.write_bytes(data.replace("西湖".encode("gbk"), b"\xff\xff\xff\xff"))
    with pytest.raises(InputFileError, match="as row 2 in its column 2"):
        read_events(path)


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
@pytest.mark.parametrize("cpg", [None, "UTF-8", "936"])
def test_half_a_character_at_the_end_costs_that_character(
    tmp_path: Path, encoding: str, cpg: str | None
) -> None:
    whole = "A" + "街" * 60
    path = table_of(tmp_path, ["三墩镇", whole, whole], encoding, cpg)
    table = read_events(path)
    first, *cut = table.columns["name"].to_pylist()
    assert first == "三墩镇"
    assert all(whole.startswith(name) and len(name) > 20 for name in cut)
    assert table.notices[0] == (
        f"Cut within a character, which is left out, are in {str(path)!r}: row 2, "
        "field 'name'; row 3, field 'name'."
    )


def test_name_of_a_column_that_is_cut_is_named(tmp_path: Path) -> None:
    path = broken.vector(tmp_path / "x.shp", broken.grids_frame())
    table = path.with_suffix(".dbf")
    data = bytearray(table.read_bytes())
    data[64:75] = "街道名称".encode()[:10] + b"\0"
    table.write_bytes(data)
    rows = read_events(path)
    assert rows.columns.column_names == ["code", "街道名", "rank"]
    assert "the name of column 2" in rows.notices[0]


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


def test_texts_are_decoded_once_each_and_nulls_stay() -> None:
    text = "街".encode().decode("latin-1")
    table = pa.table({"a": [text, None, text], "n": [1, 2, 3]})
    columns, notices = decode_texts(Path("x.shp"), table, "")
    assert columns.to_pydict() == {"a": ["街", None, "街"], "n": [1, 2, 3]}
    assert notices == ()


def with_prj(folder: Path, text: str) -> Path:
    """A Shapefile whose `.prj` says something."""
    path = broken.vector(folder / "x.shp", broken.grids_frame())
    path.with_suffix(".prj").write_text(text)
    return path


@pytest.mark.parametrize("text", ["", " \n", 'LOCAL_CS["Undefined Cartesian"]'])
def test_prj_that_says_nothing_declares_no_crs(tmp_path: Path, text: str) -> None:
    assert read_events(with_prj(tmp_path, text)).crs is None


def test_prj_that_holds_a_code_declares_it(tmp_path: Path) -> None:
    assert read_events(with_prj(tmp_path, "EPSG:4490\n")).crs == CRS("EPSG:4490")


@pytest.mark.parametrize("text", ["hello", "EPSG:999999", '{"type": "x"}'])
def test_prj_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(CrsError, match="which PROJ does not know"):
        read_events(with_prj(tmp_path, text))
