"""Parquet keeps its types, GeoParquet its geometry, or the file is refused."""

from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from gis.errors import CrsError, InputFileError
from layers.files import read_events
from layers.files.parquet import read_parquet
from support.makers import broken_files as broken


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


POINT = shapely.to_wkb(shapely.Point(120, 30))


def geoparquet(path: Path, values: pa.Array, **column: object) -> Path:
    """A GeoParquet file by hand, its geometry column described as given."""
    described = {"encoding": "WKB"} | column
    geo = {"primary_column": "shape", "columns": {"shape": described}}
    table = pa.table({"id": pa.array(range(len(values))), "shape": values})
    pq.write_table(table.replace_schema_metadata({b"geo": orjson.dumps(geo)}), path)
    return path


def test_geoparquet_that_names_no_crs_is_in_crs84(tmp_path: Path) -> None:
    table = read_parquet(geoparquet(tmp_path / "x.parquet", pa.array([POINT])))
    assert table.crs is not None
    assert table.crs.to_authority() == ("OGC", "CRS84")


def test_geoparquet_whose_crs_is_null_has_none(tmp_path: Path) -> None:
    path = geoparquet(tmp_path / "x.parquet", pa.array([POINT]), crs=None)
    assert read_parquet(path).crs is None


def test_geoparquet_in_an_unknown_crs_is_refused(tmp_path: Path) -> None:
    path = geoparquet(tmp_path / "x.parquet", pa.array([POINT]), crs="EPSG:999999")
    with pytest.raises(CrsError, match="'EPSG:999999', which PROJ does not know"):
        read_parquet(path)


def test_geometry_that_is_text_is_refused(tmp_path: Path) -> None:
    path = geoparquet(tmp_path / "x.parquet", pa.array(["POINT (120 30)"]))
    with pytest.raises(InputFileError, match="of type 'string', expected binary WKB"):
        read_parquet(path)


def test_missing_and_broken_geometry_are_told_apart(tmp_path: Path) -> None:
    values = pa.array([POINT, None, b"no geometry"])
    table = read_parquet(geoparquet(tmp_path / "x.parquet", values))
    assert table.geometry is not None
    assert [shape is None for shape in table.geometry] == [False, True, True]
    assert list(table.faults) == [2]
