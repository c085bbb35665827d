"""What every reader returns: the rows of a file as they came, and their geometry."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas
import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from gis.errors import CrsError, InvalidLayerError

_JSON = {b"pagoda:json": b"true"}
INT64 = range(-(2**63), 2**63)
"""Whole numbers that a column holds."""
_NULLABLE = {
    pa.int8(): pd.Int8Dtype(),
    pa.int16(): pd.Int16Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}


@dataclass(frozen=True, eq=False)
class EventTable:
    """Every row and every field of a file, unchanged and in order.

    Parameters
    ----------
    columns
        The fields without the geometry. A column that Arrow has no one type for (mixed
        or nested JSON values) holds the JSON text of each value.
    geometry
        One 2D shapely geometry or None per row, shape (m,); None where the file has no
        geometry. A point whose coordinates are not numbers is POINT (NaN NaN).
    crs
        CRS that the file declares; None where it declares none.
    faults
        Row -> what is wrong with a geometry that could not be built (None there).
    row_key
        Column in which a GeoPackage numbers its rows; no layer has it.
    notices
        Sentences the user should read: what was read otherwise than it was declared.
    has_bom
        Whether the file begins with the byte order mark of UTF-8, which spreadsheets
        want in CSV.
    serial_epoch
        Day that a workbook counts days from; None where the file is none.
    """

    columns: pa.Table
    geometry: NDArray[np.object_] | None = None
    crs: CRS | None = None
    faults: Mapping[int, str] = field(default_factory=dict)
    row_key: str | None = None
    notices: tuple[str, ...] = ()
    has_bom: bool = False
    serial_epoch: dt.datetime | None = None

    @property
    def plain(self) -> "EventTable":
        """The same rows without their geometry."""
        return replace(self, geometry=None, crs=None, faults={})

    def take(self, rows: NDArray[np.intp]) -> "EventTable":
        """Return some rows of the table, in the order in which they are named.

        Parameters
        ----------
        rows
            Positions of rows, each at most once.
        """
        places = {row: place for place, row in enumerate(rows.tolist())}
        return replace(
            self,
            columns=self.columns.take(rows),
            geometry=None if self.geometry is None else self.geometry[rows],
            faults={places[r]: f for r, f in self.faults.items() if r in places},
        )


def joined_parts(parts: Iterable[EventTable]) -> EventTable:
    """Return parts of a file, one at least, as one table.

    Examples
    --------
    >>> parts = [EventTable(pa.table({"id": [number]})) for number in (1, 2)]
    >>> joined_parts(parts).columns["id"].to_pylist()
    [1, 2]
    """
    tables = list(parts)
    shapes = [table.geometry for table in tables if table.geometry is not None]
    starts = np.cumsum([0, *(table.columns.num_rows for table in tables)]).tolist()
    columns = pa.concat_tables([table.columns for table in tables])
    return replace(
        tables[0],
        columns=columns if columns.num_columns else no_columns(starts[-1]),
        geometry=np.concatenate(shapes) if shapes else None,
        faults={
            start + row: fault
            for start, table in zip(starts, tables, strict=False)
            for row, fault in table.faults.items()
        },
    )


def no_columns(rows: int) -> pa.Table:
    """Return a table without columns that still has its rows."""
    return pa.table({"_": pa.nulls(rows)}).select([])


def column_of(name: str, values: Sequence[object]) -> tuple[pa.Field, pa.Array]:
    """Return JSON values as one typed column, or as JSON text where types mix."""
    kinds = {type(value) for value in values if value is not None}
    fits = kinds != {int} or all(v is None or v in INT64 for v in values)
    return typed_column(name, values, type_of(kinds) if fits else None)


def type_of(kinds: set[type]) -> pa.DataType | None:
    """Return the type of a column of such JSON values; None where they have no one.

    Examples
    --------
    >>> type_of({int}), type_of({int, str})
    (DataType(int64), None)
    """
    plain = {str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64()}
    return plain.get(next(iter(kinds))) if len(kinds) == 1 else None


def typed_column(
    name: str, values: Sequence[object], kind: pa.DataType | None
) -> tuple[pa.Field, pa.Array]:
    """Return JSON values as a column of a type; None for the JSON text of each."""
    if kind is not None:
        return pa.field(name, kind), pa.array(values, kind)
    texts = [None if v is None else orjson.dumps(v).decode() for v in values]
    return pa.field(name, pa.string(), metadata=_JSON), pa.array(texts, pa.string())


def values_of(table: pa.Table, position: int) -> list[object]:
    """Return the values of one column, JSON text parsed."""
    values: list[object] = table.column(position).to_pylist()
    if not is_json(table.schema.field(position)):
        return values
    return [None if v is None else orjson.loads(str(v)) for v in values]


def is_json(column: pa.Field) -> bool:
    """Say whether a column holds JSON text because its values have no one type."""
    return bool((column.metadata or {}).get(b"pagoda:json"))


def to_frame(path: Path, table: EventTable) -> pd.DataFrame:
    """Return the table as a DataFrame, as a GeoDataFrame where it has geometry.

    The column in which a GeoPackage numbers its rows is left out.

    Raises
    ------
    InvalidLayerError
        Where two columns have one name; a frame could hold them, a layer cannot.
    """
    names = table.columns.column_names
    reserved = [] if table.geometry is None else ["geometry"]
    twice = {name for name in names if [*names, *reserved].count(name) > 1}
    if twice:
        raise InvalidLayerError(
            "File {path!r} has two columns {twice!r}, expected different names; "
            "rename one.",
            path=str(path),
            twice=min(twice),
        )
    frame = pd.DataFrame(
        {
            name: series_of(table.columns, position)
            for position, name in enumerate(names)
        },
        index=pd.RangeIndex(table.columns.num_rows),
    )
    if table.row_key is not None:
        frame = frame.drop(columns=table.row_key)
    if table.geometry is not None:
        frame = geopandas.GeoDataFrame(frame, geometry=table.geometry, crs=table.crs)
    frame.attrs["notices"] = table.notices
    return frame


def notices_of(*frames: pd.DataFrame | None) -> tuple[str, ...]:
    """Return what readers of files say of the frames that they made.

    Examples
    --------
    >>> table = EventTable(pa.table({"id": [1]}), notices=("Read as GB18030.",))
    >>> notices_of(None, to_frame(Path("x.shp"), table))
    ('Read as GB18030.',)
    """
    return tuple(
        notice
        for frame in frames
        if frame is not None
        for notice in frame.attrs.get("notices", ())
    )


def crs_of(declaration: object) -> CRS | None:
    """Return the CRS that a file declares; None for none and for "undefined".

    Raises
    ------
    CrsError
        Where PROJ does not know it.
    """
    if declaration is None or declaration == "":
        return None
    try:
        crs = CRS.from_user_input(declaration)
    except CRSError as error:
        text = str(declaration)[:60]
        raise CrsError(
            "The file declares the CRS {words!r}, which PROJ does not know; expected "
            "an EPSG code, correct it in the file.",
            words=text,
        ) from error
    is_on_earth = crs.is_geographic or crs.is_projected
    # PROJ calls a CRS of parameters alone "unknown", and that one is whole
    is_nothing = crs.name.lower().startswith(
        "undefined" if is_on_earth else ("undefined", "unknown")
    )
    return None if is_nothing else crs


def series_of(columns: pa.Table, position: int) -> pd.Series:
    """Return one column for pandas; whole numbers stay whole beside missing ones.

    Examples
    --------
    >>> series_of(pa.table({"n": [1, None]}), 0).tolist()
    [1, <NA>]
    """
    column = columns.column(position)
    if is_json(columns.schema.field(position)):
        return pd.Series(values_of(columns, position), dtype=object)
    nullable = _NULLABLE.get if column.null_count else None
    return pd.Series(column.to_pandas(types_mapper=nullable))
