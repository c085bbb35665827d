"""What was read comes back with columns behind it, whole or not at all."""

import codecs
import gc
import gzip
import json
import math
import os
import sys
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely

from gis.errors import SettingError
from layers.files import EventTable, read_coordinates, read_events, write_events
from layers.files import answers as writing
from layers.files.answers import property_names
from support.makers import broken_files as broken

ADDED = pa.table({"grid_id": ["G1", "", None], "distance_m": ["", "1.500", ""]})


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".geojson", ".xlsx"])
def test_input_columns_come_back_unchanged_and_in_order(
    tmp_path: Path, suffix: str
) -> None:
    text = 'b,a,lon,lat\n007,"x, ""y""\nz",120.10,30\n,三墩,,\n1e5,"",a,b\n'
    table = read_events(broken.csv_file(tmp_path / "in.csv", text))
    path = tmp_path / f"out{suffix}"
    assert write_events(path, table, ADDED) == {
        "grid_id": "grid_id",
        "distance_m": "distance_m",
    }
    read = read_events(path).columns
    assert read.column_names == ["b", "a", "lon", "lat", "grid_id", "distance_m"]
    assert read.select(["b", "a", "lon", "lat"]).equals(table.columns)
    assert read["grid_id"].to_pylist()[0] == "G1"


def test_csv_quotes_only_where_needed(tmp_path: Path) -> None:
    table = EventTable(pa.table({"a": ['x"y', "x,y", "x\ny", "x y"]}))
    path = tmp_path / "out.csv"
    write_events(path, table, pa.table({"n": [1, None, 3, 4]}))
    assert path.read_bytes() == b'a,n\n"x""y",1\n"x,y",\n"x\ny",3\nx y,4\n'


def test_csv_writes_numbers_as_they_came(tmp_path: Path) -> None:
    columns = pa.table(
        {
            "f": [1.0, 0.1, 120.08],
            "f32": pa.array([1.0, 0.1, 2.5], pa.float32()),
            "i": [2**62, None, -1],
            "b": [True, False, None],
            "t": pa.array([0, 1, None], pa.timestamp("s")),
            "l": [[1], None, []],
            "bytes": [b"\xff", None, b""],
        }
    )
    path = tmp_path / "out.csv"
    write_events(path, EventTable(columns), pa.table({"x": ["", "", ""]}))
    assert path.read_text().splitlines()[1:] == [
        "1.0,1.0,4611686018427387904,true,1970-01-01 00:00:00,[1],ff,",
        "0.1,0.1,,false,1970-01-01 00:00:01,,,",
        "120.08,2.5,-1,,,[],,",
    ]


def test_mixed_json_values_print_plain_and_survive_geojson(tmp_path: Path) -> None:
    values = ["a", 1, {"k": [1.5]}]
    rows = [broken.feature({"v": value}, [1.5, 2.5], "Point") for value in values]
    table = read_events(broken.geojson(tmp_path / "in.geojson", list(rows)))
    write_events(tmp_path / "out.geojson", table, ADDED)
    written = json.loads((tmp_path / "out.geojson").read_text())["features"]
    assert [feature["properties"]["v"] for feature in written] == values
    assert [feature["geometry"]["coordinates"] for feature in written] == [
        [1.5, 2.5]
    ] * 3
    write_events(tmp_path / "out.csv", table, ADDED)
    frame = pd.read_csv(tmp_path / "out.csv")
    assert frame["v"].tolist() == ["a", "1", '{"k":[1.5]}']
    assert frame["geometry"].tolist() == ["POINT (1.5 2.5)"] * 3


def test_names_that_are_taken_get_a_prefix_and_a_number(tmp_path: Path) -> None:
    names = ["status", "reason", "pagoda_reason", "pagoda_reason_2"]
    table = EventTable(pa.table({name: ["in"] for name in names}))
    added = pa.table({"status": ["s"], "reason": ["r"], "band": ["b"]})
    assert write_events(tmp_path / "out.csv", table, added) == {
        "status": "pagoda_status",
        "reason": "pagoda_reason_3",
        "band": "band",
    }
    read = read_events(tmp_path / "out.csv").columns
    assert read.column_names == [*names, "pagoda_status", "pagoda_reason_3", "band"]
    assert read["status"].to_pylist() == ["in"]


def test_geojson_points_are_where_the_caller_says(tmp_path: Path) -> None:
    text = "a,b\n120.1,30.1\n,\n"
    table = read_events(broken.csv_file(tmp_path / "in.csv", text))
    positions = read_coordinates(table, "a", "b")
    added = pa.table({"status": ["inside", "unlocated"]})
    write_events(tmp_path / "out.geojson", table, added, positions=positions)
    written = json.loads((tmp_path / "out.geojson").read_text())["features"]
    assert written[0]["geometry"] == {"type": "Point", "coordinates": [120.1, 30.1]}
    assert written[1]["geometry"] is None


@pytest.mark.parametrize("suffix", [".parquet", ".geojson"])
def test_geometry_and_crs_survive_and_geopandas_opens_them(
    tmp_path: Path, suffix: str
) -> None:
    frame = broken.events_frame()
    table = read_events(broken.vector(tmp_path / "in.gpkg", frame))
    path = tmp_path / f"out{suffix}"
    write_events(path, table, ADDED)
    opened = (
        geopandas.read_parquet(path)
        if suffix == ".parquet"
        else geopandas.read_file(path)
    )
    assert opened.crs == frame.crs
    assert opened.geometry.tolist() == frame.geometry.tolist()
    assert read_events(path).crs == frame.crs


def test_table_without_rows_is_written_in_every_format(tmp_path: Path) -> None:
    table = read_events(broken.csv_file(tmp_path / "in.csv", "id,lon,lat\n"))
    added = pa.table({"grid_id": pa.array([], pa.string())})
    for suffix in writing.SUFFIXES:
        path = tmp_path / f"out{suffix}"
        write_events(path, table, added)
        if suffix == ".geojsonl":
            assert path.read_bytes() == b""
        else:
            assert read_events(path).columns.num_rows == 0


@pytest.mark.parametrize(
    ("name", "said"),
    [("out.xls", "extension"), ("none/out.csv", "does not exist")],
)
def test_output_that_cannot_be_is_refused(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(SettingError, match=said):
        write_events(tmp_path / name, EventTable(pa.table({})), ADDED)


def test_geojson_cannot_hold_one_name_twice(tmp_path: Path) -> None:
    table = read_events(broken.csv_file(tmp_path / "in.csv", "a,a,lon,lat\n1,2,3,4\n"))
    with pytest.raises(SettingError, match="two columns 'a'"):
        write_events(tmp_path / "out.geojson", table, pa.table({"b": [1]}))


def test_failed_run_leaves_the_old_file_and_no_half_one(tmp_path: Path) -> None:
    path = tmp_path / "out.geojson"
    path.write_text("old")
    table = EventTable(pa.table({"no": ["coordinates"]}))
    with pytest.raises(OSError, match="no pair of columns"):
        write_events(path, table, pa.table({"b": [1]}))
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["out.geojson"]


def test_csv_keeps_the_byte_order_mark_of_its_input(tmp_path: Path) -> None:
    for mark in (b"", codecs.BOM_UTF8):
        source = tmp_path / "in.csv"
        source.write_bytes(mark + "名称,lon,lat\n店,120.1,30\n".encode())
        packed = tmp_path / "in.csv.gz"
        packed.write_bytes(gzip.compress(source.read_bytes()))
        for path in (source, packed):
            table = read_events(path)
            write_events(tmp_path / "out.csv", table, pa.table({"grid_id": ["G"]}))
            content = (tmp_path / "out.csv").read_bytes()
            assert content == mark + "名称,lon,lat,grid_id\n店,120.1,30,G\n".encode()
            again = read_events(tmp_path / "out.csv")
            assert again.columns.column_names[0] == "名称"


def test_geojson_holds_long_numbers_and_infinities_for_every_reader(
    tmp_path: Path,
) -> None:
    long = 2**53 + 1
    columns = pa.table(
        {
            "lon": [120.0, 120.0],
            "lat": [30.0, 30.0],
            "whole": [long, 1],
            "beside_none": [long, None],
            "unsigned": pa.array([2**64 - 1, 1], pa.uint64()),
            "float": [math.inf, math.nan],
            "short": [2**53, None],
        }
    )
    path = tmp_path / "out.geojson"
    write_events(path, EventTable(columns), pa.table({"n": [1, 2]}))
    first, second = (f["properties"] for f in json.loads(path.read_text())["features"])
    assert first == {
        "lon": 120.0,
        "lat": 30.0,
        "whole": long,
        "beside_none": str(long),
        "unsigned": str(2**64 - 1),
        "float": "inf",
        "short": 2**53,
        "n": 1,
    }
    assert (second["float"], second["beside_none"]) == (None, None)
    frame = geopandas.read_file(path)
    assert frame["whole"].tolist() == [long, 1]
    assert frame["beside_none"].iloc[0] == str(long)


def test_geojson_in_another_crs_than_wgs84_is_refused(tmp_path: Path) -> None:
    frame = broken.events_frame().to_crs(4549)
    table = read_events(broken.vector(tmp_path / "in.gpkg", frame))
    with pytest.raises(SettingError, match="GeoJSON is in WGS 84"):
        write_events(tmp_path / "out.geojson", table, ADDED)


@pytest.mark.parametrize(
    ("names", "properties"),
    [
        (["a", "type"], ["a", "type"]),
        (["a", "a", "a"], ["a", "a_2", "a_3"]),
        (["a", "a", "a_2"], ["a", "a_3", "a_2"]),
        (["geometry", "geometry_2"], ["geometry_3", "geometry_2"]),
    ],
)
def test_every_column_is_a_property_of_its_own(
    names: list[str], properties: list[str]
) -> None:
    assert property_names(names) == properties


def test_workbook_has_numbers_as_numbers_and_the_same_bytes(tmp_path: Path) -> None:
    table = EventTable(
        pa.table({"id": ["007", "=1+1"], "at": ["2026-09-01T08:15:00", ""]}),
        geometry=np.array([shapely.Point(120, 30), None]),
    )
    added = pa.table({"grid_id": ["G1", None], "distance_m": [1.5, None]})
    paths = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for path in paths:
        write_events(path, table, added)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert read_events(paths[0]).columns.to_pydict() == {
        "id": ["007", "=1+1"],
        "at": ["2026-09-01T08:15:00", ""],
        "geometry": ["POINT (120 30)", ""],
        "grid_id": ["G1", ""],
        "distance_m": ["1.5", ""],
    }


def test_cells_have_times_with_a_zone_as_text_and_odd_types_as_csv_has_them(
    tmp_path: Path,
) -> None:
    columns = {
        "naive": pa.array([0, None], pa.timestamp("us")),
        "zoned": pa.array([0, None], pa.timestamp("us", "Asia/Shanghai")),
        "old": pa.array([-30_000, None], pa.date32()),
        "bytes": pa.array([b"ab", None], pa.binary_view()),
        "list": pa.DictionaryArray.from_arrays(pa.array([0, None]), pa.array([[1]])),
        "duration": pa.array([1, None], pa.duration("s")),
    }
    path = tmp_path / "out.xlsx"
    write_events(path, EventTable(pa.table(columns)), pa.table({"n": [1, 2]}))
    assert read_events(path).columns.to_pylist() == [
        {
            "naive": "1970-01-01T00:00:00",
            "zoned": "1970-01-01 08:00:00.000000+0800",
            "old": "1887-11-12",
            "bytes": "6162",
            "list": "[1]",
            "duration": "0:00:01",
            "n": "1",
        },
        {**dict.fromkeys(columns, ""), "n": "2"},
    ]


FAR = pa.array([10**7, None], pa.date32())
FARTHEST = pa.array([2**63 - 1, None], pa.timestamp("s", "UTC"))
OF_MARS = pa.array([1, None], pa.timestamp("us", "Mars/X"))
SPANS = pa.array([pa.MonthDayNano([1, 2, 3]), None])
TWICE = pa.StructArray.from_arrays([pa.array([1, 2])] * 2, names=["a", "a"])
RUNS_IN_LISTS = pa.ListArray.from_arrays(
    pa.array([0, 1, 2], pa.int32()), pa.RunEndEncodedArray.from_arrays([2], ["a"])
)


@pytest.mark.parametrize(
    ("suffix", "column", "said"),
    [
        (".geojson", FAR, "GeoJSON, expected years from 1 to 9999"),
        (".geojsonl", FAR, "GeoJSON, expected years from 1 to 9999"),
        (".xlsx", FAR, "Excel, expected years from 1 to 9999"),
        (".csv", FARTHEST, "CSV, expected years from 1 to 9999"),
        (".xlsx", FARTHEST, "Excel, expected years from 1 to 9999"),
        (".parquet", FARTHEST, "Parquet cannot hold"),
        (".csv", OF_MARS, "'Mars/X' is not known"),
        (".geojsonl", OF_MARS, "'Mars/X' is not known"),
        (".xlsx", OF_MARS, "'Mars/X' is not known"),
        (".csv", SPANS, "CSV cannot hold"),
        (".parquet", SPANS, "Parquet cannot hold"),
        (".csv", TWICE, "CSV cannot hold"),
        (".geojsonl", TWICE, "GeoJSON cannot hold"),
        (".xlsx", TWICE, "Excel cannot hold"),
        (".parquet", RUNS_IN_LISTS, "Parquet cannot hold"),
    ],
)
def test_column_that_a_format_cannot_hold_is_named_and_leaves_no_file(
    tmp_path: Path, suffix: str, column: pa.Array, said: str
) -> None:
    table = EventTable(pa.table({"lon": [1.0, 2.0], "lat": [1.0, 2.0], "odd": column}))
    with pytest.raises(SettingError, match=said) as caught:
        write_events(tmp_path / f"out{suffix}", table, pa.table({"n": [1, 2]}))
    assert str(caught.value).startswith(f"Column 'odd' is of type '{column.type}'")
    assert os.listdir(tmp_path) == []


def test_geojson_has_numbers_behind_codes_as_it_has_plain_ones(tmp_path: Path) -> None:
    columns = pa.table({"f": pa.array([math.inf, 1.5]).dictionary_encode()})
    points = EventTable(columns, np.array([shapely.Point(1, 2), None]))
    write_events(tmp_path / "out.geojsonl", points, pa.table({"n": [1, 2]}))
    lines = (tmp_path / "out.geojsonl").read_text().splitlines()
    assert [json.loads(line)["properties"]["f"] for line in lines] == ["inf", 1.5]


@pytest.mark.parametrize("suffix", sorted(writing.IN_PARTS))
def test_file_that_is_given_up_in_its_middle_leaves_nothing_and_no_noise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    noises: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", noises.append)
    table = EventTable(pa.table({"lon": [120.1], "lat": [30.1]}))

    def interrupted() -> None:
        with writing.answer_file(tmp_path / f"out{suffix}") as file:
            file.write(table, pa.table({"status": ["inside"]}))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    gc.collect()
    assert noises == []
    assert os.listdir(tmp_path) == []
