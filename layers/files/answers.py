"""Write events back with added columns, whole or not at all."""

import math
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, TypeAlias

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
import shapely
from numpy.typing import NDArray

from gis.errors import SettingError
from layers.features import crs_member, feature, json_of, write_collection
from layers.files.coordinates import Coordinates, read_coordinates
from layers.files.sheets import Sheet, write_workbook
from layers.files.table import EventTable, is_json, values_of
from layers.files.whole_file import whole_file
from layers.schema.names import free_name, free_names

BATCH_ROWS = 65_536
SHEET = "assigned"
"""Name of the sheet of a workbook."""
SUFFIXES = (".csv", ".parquet", ".geojson", ".xlsx")

_Write: TypeAlias = Callable[[BinaryIO, pa.Table, EventTable, Coordinates | None], None]


def write_events(
    path: Path | str,
    table: EventTable,
    added: pa.Table,
    *,
    positions: Coordinates | None = None,
) -> dict[str, str]:
    r"""Write the rows of a table with columns added behind its own.

    CSV is UTF-8 with RFC 4180 quoting, with the byte order mark that its input has, a
    geometry as well-known text behind the input columns; a workbook has the same with
    its heads frozen over a filter; Parquet keeps types and writes a geometry as
    GeoParquet; GeoJSON writes points in WGS 84, null where a row has no position. The
    file appears when it is whole.

    Parameters
    ----------
    path
        File ending in `.csv`, `.xlsx`, `.parquet` or `.geojson`; replaced if it exists.
    table
        What `read_events` returned.
    added
        Columns to add, with as many rows.
    positions
        Points for GeoJSON, in the CRS of the table where they are its geometry, else
        in WGS 84; by default those that `read_coordinates` finds by itself.

    Returns
    -------
    names
        Added name -> the name it was written under: `pagoda_<name>` where the input
        has a column of that name, `pagoda_<name>_2` and so on where that is taken too.

    Raises
    ------
    SettingError
        For another extension, a folder that does not exist, a disk that refuses, and
        points for GeoJSON that are not in WGS 84.

    Examples
    --------
    >>> table = EventTable(pa.table({"status": ["open"]}))
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "out.csv")
    ...     write_events(path, table, pa.table({"status": ["inside"]}))
    ...     path.read_text()
    {'status': 'pagoda_status'}
    'status,pagoda_status\nopen,inside\n'
    """
    path = Path(path)
    write = _writer(path)
    rows, names = with_added(table.columns, added)
    with whole_file(path) as part, part.open("wb") as stream:
        write(stream, rows, table, positions)
    return names


def with_added(rows: pa.Table, added: pa.Table) -> tuple[pa.Table, dict[str, str]]:
    """Return rows with columns behind their own, and the name each is added under.

    Examples
    --------
    >>> rows, names = with_added(pa.table({"status": [1]}), pa.table({"status": [2]}))
    >>> rows.to_pydict(), names
    ({'status': [1], 'pagoda_status': [2]}, {'status': 'pagoda_status'})
    """
    names = free_names(rows.column_names, added.column_names)
    for name, column in names.items():
        rows = rows.append_column(
            added.schema.field(name).with_name(column), added[name]
        )
    return rows, names


def property_names(names: Sequence[str]) -> list[str]:
    """Return the names of columns as properties of GeoJSON, each once.

    The second of a name gets a number, and so does `geometry`, which most tables would
    put the geometry in the place of.

    Examples
    --------
    >>> property_names(["note", "note", "geometry"])
    ['note', 'note_2', 'geometry_2']
    """
    properties: list[str] = []
    for name in names:
        free, number = name, 2
        # a number must not take the name of a column that stands further on
        while (
            free == "geometry" or free in properties or (number > 2 and free in names)
        ):
            free, number = f"{name}_{number}", number + 1
        properties.append(free)
    return properties


def _writer(path: Path) -> _Write:
    """Return the writer for an extension, once the folder exists."""
    writers: dict[str, _Write] = dict(
        zip(
            SUFFIXES,
            (_write_csv, _write_parquet, write_geojson, _write_xlsx),
            strict=True,
        )
    )
    if path.suffix.lower() not in writers:
        raise SettingError(
            "The output {path!r} has an extension that is not written here, expected "
            "one of {suffixes!r}; rename it.",
            path=str(path),
            suffixes=list(SUFFIXES),
        )
    if not path.parent.is_dir():
        raise SettingError(
            "The folder {parent!r} of the output does not exist; make it or choose "
            "another.",
            parent=str(path.parent),
        )
    return writers[path.suffix.lower()]


def _write_csv(
    stream: BinaryIO, rows: pa.Table, table: EventTable, _: Coordinates | None
) -> None:
    """Write lines of quoted text."""
    rows = _with_wkt(rows, table)
    stream.write(BOM_UTF8 if table.has_bom else b"")
    stream.write(csv_header(rows.column_names))
    for batch in _batches(rows):
        stream.write(csv_lines(batch))


def _with_wkt(rows: pa.Table, table: EventTable) -> pa.Table:
    """Return rows with their geometry as text behind the columns of the input."""
    if table.geometry is None:
        return rows
    texts = shapely.to_wkt(table.geometry, rounding_precision=-1)
    return rows.add_column(
        table.columns.num_columns,
        free_name("geometry", set(rows.column_names)),
        pa.array(texts, pa.string()),
    )


def _write_xlsx(
    stream: BinaryIO, rows: pa.Table, table: EventTable, _: Coordinates | None
) -> None:
    """Write a sheet: text as text, numbers as numbers."""
    rows = _with_wkt(rows, table)
    columns = [_sheet_values(rows, place) for place in range(rows.num_columns)]
    write_workbook(stream, {SHEET: Sheet(rows.column_names, columns)})


def _sheet_values(rows: pa.Table, place: int) -> list[object]:
    """Return the values of a column as a sheet holds them."""
    field = rows.schema.field(place)
    if is_json(field) or _is_foreign(field.type):
        return [_printed(value) for value in values_of(rows, place)]
    return values_of(rows, place)


def csv_header(names: Sequence[str]) -> bytes:
    r"""Return the line of the names of columns.

    Examples
    --------
    >>> csv_header(["id", "a,b"])
    b'id,"a,b"\n'
    """
    header = _quoted(pa.array(names, pa.string()))
    return (",".join(header.to_pylist()) + "\n").encode()


def csv_lines(rows: pa.Table) -> bytes:
    r"""Return the lines of rows that fit the memory as text.

    Examples
    --------
    >>> csv_lines(pa.table({"id": [1, None], "note": ["a,b", ""]}))
    b'1,"a,b"\n,\n'
    """
    cells = [_quoted(_text(rows, place)) for place in range(rows.num_columns)]
    lines = pc.binary_join_element_wise(*cells, ",").to_pylist()
    return "".join(f"{line}\n" for line in lines).encode()


def _batches(rows: pa.Table) -> Iterator[pa.Table]:
    """Cut a table into parts that fit the memory as text."""
    for start in range(0, rows.num_rows, BATCH_ROWS):
        yield rows.slice(start, BATCH_ROWS).combine_chunks()


def _text(batch: pa.Table, place: int) -> pa.Array:
    """Return one column as text, numbers as they came, nothing for nulls."""
    column = batch.column(place)
    if is_json(batch.schema.field(place)) or _is_foreign(column.type):
        values = values_of(batch, place)
        return pa.array([_printed(value) for value in values], pa.string())
    text = column.cast(pa.string())
    if pa.types.is_floating(column.type):
        # Arrow prints 1.0 as 1, which would read back as another type
        text = pc.replace_substring_regex(text, r"^(-?\d+)$", r"\1.0")
    return pc.fill_null(text, "").combine_chunks()


def _is_foreign(kind: pa.DataType) -> bool:
    """Say whether CSV has no words for a type of column."""
    return bool(
        pa.types.is_nested(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
        or pa.types.is_duration(kind)
    )


def _printed(value: object) -> str:
    """Return text as it is and everything else as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json_of(value).decode()


def _quoted(text: pa.Array) -> pa.Array:
    """Quote the values that RFC 4180 wants quoted."""
    body = pc.replace_substring(text, '"', '""')
    texts = pc.binary_join_element_wise('"', body, '"', "")
    return pc.if_else(pc.match_substring_regex(text, '[",\r\n]'), texts, text)


def _write_parquet(
    stream: BinaryIO, rows: pa.Table, table: EventTable, _: Coordinates | None
) -> None:
    """Write types as they came, and a geometry as GeoParquet 1.1."""
    if table.geometry is not None:
        name = free_name("geometry", set(rows.column_names))
        wkb = pa.array(shapely.to_wkb(table.geometry), pa.binary())
        crs = None if table.crs is None else table.crs.to_json_dict()
        column: dict[str, object] = {
            "encoding": "WKB",
            "geometry_types": [],
            "crs": crs,
        }
        geo = {
            "version": "1.1.0",
            "primary_column": name,
            "columns": {name: column},
        }
        rows = rows.append_column(name, wkb).replace_schema_metadata(
            {**(rows.schema.metadata or {}), b"geo": orjson.dumps(geo)}
        )
    pyarrow.parquet.write_table(rows, stream, compression="zstd")


def write_geojson(
    stream: BinaryIO, rows: pa.Table, table: EventTable, positions: Coordinates | None
) -> None:
    """Write one feature per row, a point or null.

    Parameters
    ----------
    stream
        Where to.
    rows
        Columns of the table and those added.
    table, positions
        As `write_events` takes them.

    Raises
    ------
    SettingError
        For two columns of one name, and points that are not in WGS 84.
    """
    twice = {name for name in rows.column_names if rows.column_names.count(name) > 1}
    if twice:
        raise SettingError(
            "The input has two columns {twice!r}, which GeoJSON cannot hold; write "
            "CSV or Parquet.",
            twice=min(twice),
        )
    coordinates = read_coordinates(table) if positions is None else positions
    # the CRS of the table is that of its geometry, not of columns of coordinates
    crs = table.crs if coordinates.columns is None else None
    write_collection(stream, _features(rows, coordinates), crs_member(crs))


def _features(rows: pa.Table, positions: Coordinates) -> Iterator[dict[str, object]]:
    """Yield the features of all rows, from parts that fit the memory as objects."""
    for start in range(0, rows.num_rows, BATCH_ROWS):
        part = rows.slice(start, BATCH_ROWS)
        end = start + part.num_rows
        yield from _part(part, positions.x[start:end], positions.y[start:end])


def _part(
    rows: pa.Table, x: NDArray[np.float64], y: NDArray[np.float64]
) -> Iterator[dict[str, object]]:
    """Yield the features of some rows."""
    names = rows.column_names
    columns = [_json_values(rows, place) for place in range(rows.num_columns)]
    positions = zip(x.tolist(), y.tolist(), strict=True)
    for *values, (lon, lat) in zip(*columns, positions, strict=True):
        usable = math.isfinite(lon) and math.isfinite(lat)
        point = {"type": "Point", "coordinates": [lon, lat]}
        properties = dict(zip(names, values, strict=True))
        yield feature(properties, point if usable else None)


def _json_values(rows: pa.Table, place: int) -> list[object]:
    """Return the values of a column as JSON holds them without loss.

    Whole numbers of more than 53 bits are text where a reader would make them floats:
    beside missing ones, and beyond 64 bits.
    """
    values = values_of(rows, place)
    column = rows.column(place)
    if pa.types.is_floating(column.type):
        return [str(v) if isinstance(v, float) and math.isinf(v) else v for v in values]
    is_whole = pa.types.is_integer(column.type) or is_json(rows.schema.field(place))
    if is_whole and any(_is_long(v) for v in values):
        is_safe = column.null_count == 0 and pa.types.is_signed_integer(column.type)
        return values if is_safe else [str(v) if _is_long(v) else v for v in values]
    return values


def _is_long(value: object) -> bool:
    """Say whether a value is a whole number that a float cannot hold."""
    return isinstance(value, int) and abs(value) > 2**53
