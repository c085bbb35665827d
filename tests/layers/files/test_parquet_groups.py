"""Parquet written group by group is read back as what was written."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

from layers.files.formats import read_events
from layers.files.parquet_groups import ParquetGroups
from layers.files.table import EventTable

OWN = pa.table(
    {
        "at": pa.array([1, 2, None], pa.timestamp("us", "Asia/Shanghai")),
        "long": pa.array(["x", "y", None], pa.large_string()),
        "coded": pa.array(["p", "p", "q"]).dictionary_encode(),
        "list": [[1], [], None],
        "nothing": pa.nulls(3),
    }
).replace_schema_metadata({"made": "by hand"})
CODES = pa.DictionaryArray.from_arrays(
    pa.array([1, None, 0], pa.int32()), pa.array(["G1", "G2"])
)


def write(path: Path, table: EventTable, parts: int) -> None:
    """Write a table with codes of grids again and again."""
    with path.open("wb") as target:
        groups = ParquetGroups(target)
        for _ in range(parts):
            groups.write(table.columns.append_column("grid_id", CODES), table)
        groups.finish()


def test_types_and_metadata_come_back_and_codes_as_texts(tmp_path: Path) -> None:
    for own in (OWN, OWN.drop_columns("list")):
        write(tmp_path / "out.parquet", EventTable(own), 2)
        texts = pa.chunked_array([["G2", None, "G1"]])
        plain = own.append_column("grid_id", texts)
        pq.write_table(pa.concat_tables([plain, plain]), tmp_path / "plain.parquet")
        expected = pq.read_table(tmp_path / "plain.parquet")
        table = pq.read_table(tmp_path / "out.parquet")
        assert table.schema.equals(expected.schema, check_metadata=True)
        assert table.equals(expected)
        assert pq.read_metadata(tmp_path / "out.parquet").num_row_groups == 2


def test_values_that_repeat_are_codes_in_the_file_and_others_are_not(
    tmp_path: Path,
) -> None:
    count = 1000
    columns = pa.table({"lon": np.arange(count) / 7, "kind": ["fire"] * count})
    codes = pa.array(["G"] * count).dictionary_encode()
    with (tmp_path / "out.parquet").open("wb") as target:
        groups = ParquetGroups(target)
        groups.write(columns.append_column("grid_id", codes), EventTable(columns))
        groups.finish()
    group = pq.read_metadata(tmp_path / "out.parquet").row_group(0)
    columns_of_group = [group.column(place) for place in range(3)]
    assert [c.has_dictionary_page for c in columns_of_group] == [False, True, True]
    assert [c.is_stats_set for c in columns_of_group] == [True, True, False]


def test_geometry_is_geoparquet_in_every_group(tmp_path: Path) -> None:
    points = np.array([shapely.Point(120, 30), None, shapely.Point(121, 31)])
    table = EventTable(OWN, points, CRS.from_epsg(4490))
    write(tmp_path / "out.parquet", table, 2)
    again = read_events(tmp_path / "out.parquet")
    assert again.crs == CRS.from_epsg(4490)
    assert again.geometry is not None
    assert again.geometry.tolist() == [*points, *points]


def test_codes_and_runs_that_parquet_lacks_are_columns_of_their_values(
    tmp_path: Path,
) -> None:
    codes = pa.array([0, 1, None, 1], pa.uint8())
    zoned = pa.array([1, 2], pa.timestamp("us", "Asia/Shanghai"))
    values = {
        "null": pa.array(["x", None]),
        "view": pa.array(["x", "y"], pa.string_view()),
        "bytes": pa.array([b"x", b"\xff"]),
        "zoned": zoned,
        "list": pa.array([[1], [2, 3]]),
        "key": pa.array([bytes(16), bytes(range(16))], pa.uuid()),
    }
    own = pa.table(
        {
            **{n: pa.DictionaryArray.from_arrays(codes, v) for n, v in values.items()},
            "runs": pa.RunEndEncodedArray.from_arrays([3, 4], ["a", None]),
        }
    ).replace_schema_metadata({"made": "by hand"})
    with (tmp_path / "out.parquet").open("wb") as target:
        groups = ParquetGroups(target)
        for _ in range(2):
            groups.write(own, EventTable(own))
        groups.finish()
    again = pq.read_table(tmp_path / "out.parquet")
    assert again.to_pylist() == 2 * own.to_pylist()
    assert again.schema.metadata == {b"made": b"by hand"}
    kinds = dict(zip(again.column_names, again.schema.types, strict=True))
    assert kinds["zoned"] == zoned.type
    assert kinds["key"] == pa.uuid()
    assert kinds["runs"] == pa.string()
    assert [n for n, k in kinds.items() if pa.types.is_dictionary(k)] == [
        *("null", "view", "bytes"),
    ]
