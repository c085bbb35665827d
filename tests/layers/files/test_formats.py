"""Every row and field of a table comes back as it stands, or the file is refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InputFileError
from layers.files import delimited, read_events
from support.makers import broken_files as broken


def csv_rows(path: Path) -> dict[str, list[str]]:
    """Return a CSV file as columns."""
    rows: dict[str, list[str]] = read_events(path).columns.to_pydict()
    return rows


def test_csv_values_stay_text_and_in_order(tmp_path: Path) -> None:
    text = 'id,n,when,empty,quoted\n007,1.50,NaN,,"a, ""b""\nc"\n1e5,NULL,N/A, ,""\n'
    assert csv_rows(broken.csv_file(tmp_path / "x.csv", text)) == {
        "id": ["007", "1e5"],
        "n": ["1.50", "NULL"],
        "when": ["NaN", "N/A"],
        "empty": ["", " "],
        "quoted": ['a, "b"\nc', ""],
    }


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_csv_delimiters_and_line_ends_are_recognised(
    tmp_path: Path, delimiter: str, newline: str
) -> None:
    text = f"id{delimiter}lon{newline}1{delimiter}2{newline}"
    assert csv_rows(broken.csv_file(tmp_path / "x.csv", text)) == {
        "id": ["1"],
        "lon": ["2"],
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("name", ["x.csv", "x.csv.gz"])
def test_chinese_csv_is_read_right(tmp_path: Path, encoding: str, name: str) -> None:
    path = broken.csv_file(tmp_path / name, "编号,名称\n1,三墩镇\n", encoding)
    assert csv_rows(path) == {"编号": ["1"], "名称": ["三墩镇"]}


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("id,name\n1,Café Zoë\n", "latin-1"),
        ("id,name\n1,三墩鎮繁體地區\n", "big5"),
        ("id,name\n1,東京タワー駅前\n", "shift-jis"),
        ("id,name\n1,Привет мир\n", "cp1251"),
    ],
)
def test_other_encodings_are_refused_never_garbled(
    tmp_path: Path, text: str, encoding: str
) -> None:
    path = broken.csv_file(tmp_path / "x.csv", text, encoding)
    with pytest.raises(InputFileError, match="save it as UTF-8"):
        read_events(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n1,2,3\n", "Line 3 .* has 3 values, expected 2"),
        ('a,b\n1,"x\ny"\n\n7\n', "Line 5 .* has 1 values, expected 2"),
        ('a,b\n1,2\n3,"x\n5,6\n', "quote in the record of line 3"),
        (" , \n1,2\n", "no header"),
    ],
    ids=["long", "short", "quote", "header"],
)
def test_faulty_csv_row_is_named_by_its_line(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(InputFileError, match=said):
        read_events(broken.csv_file(tmp_path / "x.csv", text))


@pytest.mark.parametrize(
    ("text", "rows"),
    [("a,b", 0), ("a,b\n", 0), ("a,b\n1,2", 1), ("a,b\n\n1,2\n\n", 1), ("a\n\n1\n", 2)],
)
def test_csv_ends_and_blank_lines_lose_no_row(
    tmp_path: Path, text: str, rows: int
) -> None:
    table = read_events(broken.csv_file(tmp_path / "x.csv", text)).columns
    assert table.num_rows == rows


def test_csv_with_one_name_twice_keeps_both_columns(tmp_path: Path) -> None:
    table = read_events(broken.csv_file(tmp_path / "x.csv", "a,a\n1,2\n")).columns
    assert [table.column(place).to_pylist() for place in (0, 1)] == [["1"], ["2"]]


def test_lone_quote_inside_a_value_is_kept(tmp_path: Path) -> None:
    path = broken.csv_file(tmp_path / "x.csv", 'a,b\n1,5" pipe\n2,x\n')
    assert csv_rows(path)["b"] == ['5" pipe', "x"]


values = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=8)


@given(st.lists(st.tuples(values, values), max_size=6))
def test_any_quoted_csv_comes_back_as_written(rows: list[tuple[str, str]]) -> None:
    quoted = ['"' + v.replace('"', '""') + '"' for row in rows for v in row]
    lines = [",".join(quoted[i : i + 2]) for i in range(0, len(quoted), 2)]
    text = "\n".join(["a,b", *lines]) + "\n"
    table = delimited.read_delimited(Path("x.csv"), text.encode())
    assert list(zip(*table.to_pydict().values(), strict=True)) == rows


def test_parquet_keeps_types(tmp_path: Path) -> None:
    table = pa.table(
        {
            "id": pa.array([1, None], pa.int32()),
            "when": pa.array([0, 1], pa.timestamp("ms", tz="UTC")),
            "tags": pa.array([["a"], []], pa.list_(pa.string())),
        }
    )
    pq.write_table(table, tmp_path / "x.parquet")
    read = read_events(tmp_path / "x.parquet")
    assert read.columns.equals(table)
    assert read.geometry is None


def test_geoparquet_geometry_and_crs_are_decoded(tmp_path: Path) -> None:
    frame = broken.events_frame()
    read = read_events(broken.parquet(tmp_path / "x.geoparquet", frame))
    assert read.columns.column_names == ["event_id", "note", "severity"]
    assert read.geometry is not None
    assert read.geometry.tolist() == frame.geometry.tolist()
    assert read.crs == frame.crs


@pytest.mark.parametrize(
    "geo", [b"{", b"{}", b'{"primary_column": "x", "columns": {}}', b"[]"]
)
def test_broken_geoparquet_metadata_is_refused(tmp_path: Path, geo: bytes) -> None:
    table = pa.table({"a": [1]}).replace_schema_metadata({b"geo": geo})
    pq.write_table(table, tmp_path / "x.parquet")
    with pytest.raises(InputFileError, match="'geo' metadata"):
        read_events(tmp_path / "x.parquet")


def test_geoparquet_in_another_encoding_is_refused(tmp_path: Path) -> None:
    broken.events_frame().to_parquet(
        tmp_path / "x.parquet", geometry_encoding="geoarrow"
    )
    with pytest.raises(InputFileError, match="expected one column of 'WKB'"):
        read_events(tmp_path / "x.parquet")


def test_parquet_with_too_many_rows_is_refused(tmp_path: Path) -> None:
    table = pa.table({"a": pa.nulls(50_000_001, pa.int8())})
    pq.write_table(table, tmp_path / "x.parquet")
    with pytest.raises(InputFileError, match="split it"):
        read_events(tmp_path / "x.parquet")


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


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("chicago/crimes_2015_sample.csv", 10_084),
        ("chicago/sanitation_311_2013_2015.csv.gz", 37_171),
        ("hangzhou/hangzhou_division_codes.csv.gz", 3_375),
        ("shanghai/poi_wgs84.csv.gz", 39_450),
    ],
)
def test_real_tables_equal_what_pandas_reads(
    real_data: Path, name: str, rows: int
) -> None:
    table = read_events(real_data / name).columns
    expected = pd.read_csv(real_data / name, dtype=str, keep_default_na=False)
    assert table.num_rows == rows
    assert np.array_equal(
        table.to_pandas().to_numpy(dtype=object), expected.to_numpy(dtype=object)
    )
