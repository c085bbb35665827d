"""Write events back with added columns, whole or not at all."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet
from numpy.typing import NDArray

from gis.errors import SettingError
from layers.features import crs_member, feature, json_of, write_collection
from layers.files.arrow_files import ArrowBatches
from layers.files.coordinates import Coordinates, read_coordinates
from layers.files.csv_lines import CsvLines, is_foreign, printed, with_wkt
from layers.files.parquet_groups import ParquetGroups
from layers.files.plain_columns import decoded, plain, refused, time_texts
from layers.files.sheets import Sheet, workbook_bytes
from layers.files.table import EventTable, is_json, values_of
from layers.files.whole_file import whole_file
from layers.schema.names import free_names

BATCH_ROWS = 65_536
_EXCEL: Final = "Excel"
_GEOJSON: Final = "GeoJSON"
SHEET = "assigned"
"""Name of the sheet of a workbook."""
IN_PARTS: Final = frozenset({".csv", ".parquet", ".arrows", ".geojsonl"})
"""Extensions of files that may be written part by part."""


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
    its heads frozen over a filter; Parquet and Arrow streams keep types and write a
    geometry as GeoParquet does; GeoJSON writes points in WGS 84, null where a row has
    no position. The file appears when it is whole.

    Parameters
    ----------
    path
        File ending in `.csv`, `.xlsx`, `.parquet`, `.arrows`, `.geojson` or
        `.geojsonl`; replaced if it exists.
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
        For another extension, a folder that does not exist, a disk that refuses,
        points for GeoJSON that are not in WGS 84, and a column that the format cannot
        hold.

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
    with answer_file(path) as file:
        file.write(table, added, positions)
    return file.names


class RowWriter(Protocol):
    """Writes rows in one format, part by part."""

    def write(
        self, rows: pa.Table, table: EventTable, positions: Coordinates | None, /
    ) -> None:
        """Write the columns of a table and those added."""

    def finish(self) -> None:
        """Write what stands behind the last row."""

    def drop(self) -> None:
        """Write nothing any more: the file is given up."""


class AnswerFile:
    """Events with columns added, written part by part.

    Parameters
    ----------
    writer
        Writes them in the format of the file.

    Attributes
    ----------
    names
        What `write_events` returns, of the parts so far.
    """

    def __init__(self, writer: RowWriter) -> None:
        self._writer = writer
        self.names: dict[str, str] = {}

    def write(
        self, table: EventTable, added: pa.Table, positions: Coordinates | None = None
    ) -> None:
        """Write a part; GeoJSON and a workbook have one.

        Parameters
        ----------
        table, added, positions
            As `write_events` takes them, with the columns of the parts before.
        """
        rows, self.names = with_added(table.columns, added)
        self._writer.write(rows, table, positions)


@contextmanager
def answer_file(path: Path | str) -> Iterator[AnswerFile]:
    """Give a file of answers to write to, which appears when all parts are written.

    Parameters
    ----------
    path
        As `write_events` takes it.

    Raises
    ------
    SettingError
        As `write_events` raises it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "out.csv")
    ...     with answer_file(path) as file:
    ...         for number in (1, 2):
    ...             part = EventTable(pa.table({"id": [number]}))
    ...             file.write(part, pa.table({"status": ["inside"]}))
    ...     path.read_text().split()
    ['id,status', '1,inside', '2,inside']
    """
    path = Path(path)
    make = _writer(path)
    with whole_file(path) as part, part.open("wb") as stream:
        writer = make(stream)
        try:
            yield AnswerFile(writer)
            writer.finish()
        except BaseException:
            writer.drop()
            raise


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


def _writer(path: Path) -> Callable[[BinaryIO], RowWriter]:
    """Return what writes the format of an extension, once the folder exists."""
    if path.suffix.lower() not in _WRITERS:
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
    return _WRITERS[path.suffix.lower()]


class _Document:
    """Writes something with nothing behind its last row."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target

    def finish(self) -> None:
        """Nothing stands behind the last row."""

    def drop(self) -> None:
        """Nothing waits to be written."""


class _Lines(_Document):
    """Features of GeoJSON, one a line."""

    def write(
        self, rows: pa.Table, table: EventTable, positions: Coordinates | None, /
    ) -> None:
        """Write the features of a part."""
        _refuse_twice(rows)
        coordinates = read_coordinates(table) if positions is None else positions
        for item in _features(rows, coordinates):
            self._target.write(json_of(item) + b"\n")


class _Workbook(_Document):
    """A sheet: text as text, numbers as numbers."""

    def write(
        self, rows: pa.Table, table: EventTable, _: Coordinates | None, /
    ) -> None:
        """Write the sheet."""
        self._target.write(answer_workbook(rows, table))


class _Collection(_Document):
    """A collection of GeoJSON."""

    def write(
        self, rows: pa.Table, table: EventTable, positions: Coordinates | None, /
    ) -> None:
        """Write the collection."""
        write_geojson(self._target, rows, table, positions)


def answer_workbook(rows: pa.Table, table: EventTable) -> bytes:
    """Return a workbook of one sheet: text as text, numbers as numbers.

    Parameters
    ----------
    rows
        Columns of the table and those added.
    table
        As `write_events` takes it.

    Raises
    ------
    SettingError
        For more rows, or longer texts, than a workbook holds, and for a column that
        it cannot hold.
    """
    rows = plain(with_wkt(rows, table), _EXCEL)
    columns = [_sheet_values(rows, place) for place in range(rows.num_columns)]
    return workbook_bytes({SHEET: Sheet(rows.column_names, columns)})


def _sheet_values(rows: pa.Table, place: int) -> list[object]:
    """Return the values of a column as a sheet holds them."""
    field = rows.schema.field(place)
    with refused(field, _EXCEL):
        if is_json(field) or is_foreign(field.type):
            return [printed(value) for value in values_of(rows, place)]
        if getattr(field.type, "tz", None) is not None:
            # a cell of time has no zone
            texts: list[object] = time_texts(rows.column(place)).to_pylist()
            return texts
        return values_of(rows, place)


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
    _refuse_twice(rows)
    coordinates = read_coordinates(table) if positions is None else positions
    # the CRS of the table is that of its geometry, not of columns of coordinates
    crs = table.crs if coordinates.columns is None else None
    write_collection(stream, _features(rows, coordinates), crs_member(crs))


def _refuse_twice(rows: pa.Table) -> None:
    """Refuse two columns of one name."""
    twice = {name for name in rows.column_names if rows.column_names.count(name) > 1}
    if twice:
        raise SettingError(
            "The input has two columns {twice!r}, which GeoJSON cannot hold; write "
            "CSV or Parquet.",
            twice=min(twice),
        )


def _features(rows: pa.Table, positions: Coordinates) -> Iterator[dict[str, object]]:
    """Yield the features of all rows, from parts that fit the memory as objects."""
    for start in range(0, rows.num_rows, BATCH_ROWS):
        part = decoded(rows.slice(start, BATCH_ROWS), _GEOJSON)
        end = start + part.num_rows
        yield from _part(part, positions.x[start:end], positions.y[start:end])


def _part(
    rows: pa.Table, x: NDArray[np.float64], y: NDArray[np.float64]
) -> Iterator[dict[str, object]]:
    """Yield the features of some rows."""
    names = rows.column_names
    columns = [_checked_values(rows, place) for place in range(rows.num_columns)]
    positions = zip(x.tolist(), y.tolist(), strict=True)
    for *values, (lon, lat) in zip(*columns, positions, strict=True):
        usable = math.isfinite(lon) and math.isfinite(lat)
        point = {"type": "Point", "coordinates": [lon, lat]}
        properties = dict(zip(names, values, strict=True))
        yield feature(properties, point if usable else None)


def _checked_values(rows: pa.Table, place: int) -> list[object]:
    """Return the values of a column; refuse it where JSON cannot hold them."""
    with refused(rows.schema.field(place), _GEOJSON):
        return _json_values(rows, place)


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


_WRITERS: Final[Mapping[str, Callable[[BinaryIO], RowWriter]]] = MappingProxyType(
    {
        ".csv": CsvLines,
        ".parquet": ParquetGroups,
        ".arrows": ArrowBatches,
        ".geojson": _Collection,
        ".geojsonl": _Lines,
        ".xlsx": _Workbook,
    }
)
SUFFIXES: Final = tuple(_WRITERS)
