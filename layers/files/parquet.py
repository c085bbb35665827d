"""Read Parquet and GeoParquet with their own types."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet
from numpy.typing import NDArray
from pyproj import CRS

from gis.errors import GovernanceError, InputFileError
from gis.os_reasons import quoted
from layers.files import guards
from layers.files.table import EventTable, crs_of
from layers.files.wkb import decode

MAX_ROWS = 50_000_000
PART_BYTES: Final = 16 * 1024**2
FEWEST_PART_ROWS: Final = 4_096
MOST_PART_ROWS: Final = 131_072
BUFFER_BYTES: Final = 1024**2
"""So much of each column is read ahead; else it would be all of a row group."""
DEFAULT_CRS = "OGC:CRS84"
"""Of a GeoParquet file that names none (GeoParquet 1.1, "crs")."""


class GeoColumn(NamedTuple):
    """A column of geometry, and its CRS; None where the file says that it has none."""

    name: str
    crs: CRS | None


def read_parquet(path: Path) -> EventTable:
    """Return a Parquet file; the primary geometry of GeoParquet is decoded.

    Raises
    ------
    InputFileError
        For a cut or damaged file, too many rows, geometry that is not WKB.
    """
    with damage_named(path), pyarrow.parquet.ParquetFile(path) as file:
        _refuse_bomb(path, file.metadata)
        table = file.read()
        table.validate(full=True)
    return event_table(path, table)


def parquet_parts(path: Path) -> Iterator[EventTable]:
    """Yield the rows of a Parquet file in order, an empty part where there are none.

    Raises
    ------
    InputFileError, CrsError
        As `read_parquet` raises them; a file may have any number of rows.
    """
    with (
        damage_named(path),
        pyarrow.parquet.ParquetFile(
            path, buffer_size=BUFFER_BYTES, pre_buffer=False
        ) as file,
    ):
        if not file.metadata.num_rows:
            yield event_table(path, file.schema_arrow.empty_table())
        for batch in file.iter_batches(_part_rows(file.metadata)):
            batch.validate(full=True)
            yield event_table(path, pa.Table.from_batches([batch]))


def _part_rows(metadata: pyarrow.parquet.FileMetaData) -> int:
    """Return how many rows of a file make a part."""
    groups = range(metadata.num_row_groups)
    size = sum(metadata.row_group(group).total_byte_size for group in groups)
    rows: int = PART_BYTES * metadata.num_rows // max(size, 1)
    return min(max(rows, FEWEST_PART_ROWS), MOST_PART_ROWS)


def event_table(path: Path, table: pa.Table) -> EventTable:
    """Return rows with their geometry decoded, where they have one.

    Parameters
    ----------
    path
        For sentences.
    table
        With the metadata of GeoParquet, if it has a geometry.

    Raises
    ------
    InputFileError, CrsError
        For metadata and geometry that are not read.
    """
    geo = geo_column(path, table.schema)
    if geo is None:
        return EventTable(table)
    name, crs = geo
    metadata = {k: v for k, v in table.schema.metadata.items() if k != b"geo"}
    geometry, faults = decode(_wkb(path, table, name))
    columns = table.drop_columns([name]).replace_schema_metadata(metadata)
    return EventTable(columns, geometry, crs, faults)


@contextmanager
def damage_named(path: Path) -> Iterator[None]:
    """Turn what Arrow says of broken content into one sentence.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    InputFileError
        Says it.
    """
    try:
        yield
    except GovernanceError:  # some of them are errors of files too
        raise
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        first = str(error).splitlines()[0][:120]
        raise InputFileError(
            "Parquet file {path!r} is cut or damaged ({first}); copy or write it "
            "again.",
            path=str(path),
            first=quoted(first),
        ) from error


def _refuse_bomb(path: Path, metadata: pyarrow.parquet.FileMetaData) -> None:
    """Refuse a file that announces more than can be held."""
    groups = range(metadata.num_row_groups)
    size = sum(metadata.row_group(group).total_byte_size for group in groups)
    if metadata.num_rows > MAX_ROWS or size > guards.MAX_UNPACKED_BYTES:
        raise InputFileError(
            "Parquet file {path!r} holds {num_rows} rows of {size} bytes, expected at "
            "most {max_rows} rows of {max_unpacked_bytes} bytes; split it.",
            path=str(path),
            num_rows=metadata.num_rows,
            size=size,
            max_rows=MAX_ROWS,
            max_unpacked_bytes=guards.MAX_UNPACKED_BYTES,
        )


def geo_column(path: Path, schema: pa.Schema) -> GeoColumn | None:
    """Return the primary geometry column that a file declares; None for plain Parquet.

    Parameters
    ----------
    path
        The file, for sentences.
    schema
        Its columns, with what stands beside them.

    Raises
    ------
    InputFileError
        If the declaration is broken, or the geometry is not well-known binary.
    CrsError
        If PROJ does not know the CRS.

    Examples
    --------
    >>> geo_column(Path("events.parquet"), pa.schema({"lon": pa.float64()}))
    """
    text = (schema.metadata or {}).get(b"geo")
    if text is None:
        return None
    try:
        geo = orjson.loads(text)
        name = geo["primary_column"]
        column = geo["columns"][name]
        crs, encoding = column.get("crs", DEFAULT_CRS), column["encoding"]
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise InputFileError(
            "File {path!r} has broken 'geo' metadata ({error!r}), expected GeoParquet "
            "1.x; write it again.",
            path=str(path),
            error=error,
        ) from error
    if encoding != "WKB" or schema.names.count(name) != 1:
        raise InputFileError(
            "File {path!r} encodes its geometry {name!r} as {encoding!r}, expected "
            "one column of 'WKB'; write it again in that encoding.",
            path=str(path),
            name=name,
            encoding=encoding,
        )
    return GeoColumn(str(name), crs_of(crs))


def _wkb(path: Path, table: pa.Table, name: str) -> NDArray[np.object_]:
    """Return the geometry column as bytes or None per row."""
    column = table.column(name)
    if isinstance(column.type, pa.ExtensionType):
        column = column.cast(column.type.storage_type)
    if not (pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type)):
        raise InputFileError(
            "Geometry {name!r} of {path!r} is of type {type!r}, expected binary WKB; "
            "write it again.",
            name=name,
            path=str(path),
            type=str(column.type),
        )
    return np.array([*column.to_pylist(), None], dtype=object)[:-1]
