"""Rows as Parquet and GeoParquet, a group of rows for each part."""

from base64 import b64encode
from typing import BinaryIO, Final

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
import shapely

from layers.files.plain_columns import decoded, refused
from layers.files.table import EventTable
from layers.schema.names import free_name

_FORM: Final = "Parquet"
SAMPLE_ROWS: Final = 16_384
"""So many rows show whether the values of a column repeat."""


class ParquetGroups:
    """A Parquet file in groups of rows, with types as they came.

    A geometry is GeoParquet 1.1. Added columns that are codes of texts are read back as
    the texts, and stand in the file as codes.

    Parameters
    ----------
    target
        To write to.
    """

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._writer: pyarrow.parquet.ParquetWriter | None = None

    def write(self, rows: pa.Table, table: EventTable, _: object = None, /) -> None:
        """Write rows as a group.

        Parameters
        ----------
        rows
            Columns of the table and those added.
        table
            What was read.

        Raises
        ------
        SettingError
            For a column that Parquet cannot hold.
        """
        rows = decoded(with_wkb(rows, table), _FORM)
        try:
            self._write(rows, table)
        except (pa.ArrowException, OSError):
            _refuse_foreign(rows)
            raise

    def _write(self, rows: pa.Table, table: EventTable) -> None:
        """Write rows as a group, behind the head of the file."""
        if self._writer is None:
            codes = _added_codes(rows.schema, table.columns.num_columns)
            self._writer = pyarrow.parquet.ParquetWriter(
                self._target,
                rows.schema,
                compression="zstd",
                store_schema=False,
                use_dictionary=_repeating(rows),
                # each group has most of their values, so that nobody leaves one out
                write_statistics=[n for n in rows.column_names if n not in codes],
            )
            self._writer.add_key_value_metadata(
                _metadata(rows.schema, table.columns.num_columns)
            )
        self._writer.write_table(rows)

    def finish(self) -> None:
        """Write what stands at the end of a file."""
        if self._writer is not None:
            self._writer.close()

    def drop(self) -> None:
        """Leave the end away, which Arrow would write when the writer is forgotten."""
        if self._writer is not None:
            self._writer.is_open = False


def _refuse_foreign(rows: pa.Table) -> None:
    """Refuse the first column that cannot be written alone either."""
    for place, field in enumerate(rows.schema):
        with refused(field, _FORM):
            try:
                pyarrow.parquet.write_table(
                    rows.select([place]), pa.BufferOutputStream()
                )
            except OSError as error:  # so Arrow calls some types that Parquet lacks
                raise pa.ArrowNotImplementedError(str(error)) from error


def _added_codes(schema: pa.Schema, own: int) -> set[str]:
    """Return the names of added columns that are codes of texts."""
    fields = [schema.field(place) for place in range(own, len(schema))]
    return {field.name for field in fields if pa.types.is_dictionary(field.type)}


def _repeating(rows: pa.Table) -> bool | list[str]:
    """Return the columns whose values repeat, which are written as codes.

    It takes longer to write others that way, and no less room.
    """
    if any(pa.types.is_nested(kind) for kind in rows.schema.types):
        return True  # their parts have names of their own
    few = rows.slice(0, SAMPLE_ROWS)
    return [
        name
        for name, column in zip(few.column_names, few.columns, strict=True)
        if _repeats(column)
    ]


def _repeats(column: pa.ChunkedArray) -> bool:
    """Say whether the values of a column repeat."""
    if pa.types.is_dictionary(column.type):
        return True
    try:
        return bool(2 * pc.count_distinct(column).as_py() <= len(column))
    except pa.ArrowNotImplementedError:  # Arrow compares no values of its type
        return True


def _metadata(schema: pa.Schema, own: int) -> dict[bytes, bytes]:
    """Return what a file says of itself: with it, the types that Arrow reads."""
    plain = schema
    for place in range(own, len(schema)):
        field = schema.field(place)
        if pa.types.is_dictionary(field.type):
            plain = plain.set(place, field.with_type(field.type.value_type))
    text = b64encode(plain.serialize().to_pybytes())
    return {**(schema.metadata or {}), b"ARROW:schema": text}


def with_wkb(rows: pa.Table, table: EventTable) -> pa.Table:
    """Return rows with their geometry as GeoParquet has it."""
    if table.geometry is None:
        return rows
    name = free_name("geometry", set(rows.column_names))
    wkb = pa.array(shapely.to_wkb(table.geometry), pa.binary())
    crs = None if table.crs is None else table.crs.to_json_dict()
    column: dict[str, object] = {"encoding": "WKB", "geometry_types": [], "crs": crs}
    geo = {"version": "1.1.0", "primary_column": name, "columns": {name: column}}
    return rows.append_column(name, wkb).replace_schema_metadata(
        {**(rows.schema.metadata or {}), b"geo": orjson.dumps(geo)}
    )
