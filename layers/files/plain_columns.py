"""Columns of types that few formats have, as columns of types that all have."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

from gis.errors import GovernanceError, SettingError

_UNVIEWED: Final = {
    pa.string_view(): pa.large_string(),
    pa.binary_view(): pa.large_binary(),
}
_UUID: Final = "arrow.uuid"
_MOST_DAYS: Final = 11_000_000
"""From 1970; beyond the year 32,767 Arrow prints no times."""
_DAY: Final = {"D": 1, "s": 86_400, "ms": 86_400_000, "us": 86_400_000_000}
_ZONE: Final = re.compile(r"tz=([^\]]+)\]")


def decoded(rows: pa.Table, form: str) -> pa.Table:
    """Return rows with columns of codes and of runs as columns of their values.

    Codes of texts and of bytes stay codes, with neither nulls nor views behind them.

    Parameters
    ----------
    rows
        Any columns.
    form
        Name of the format that they are for.

    Raises
    ------
    SettingError
        For values that Arrow does not decode.

    Examples
    --------
    >>> codes = pa.array([1.5, None]).dictionary_encode()
    >>> decoded(pa.table({"n": codes}), "CSV").schema.types
    [DataType(double)]
    """
    return _changed(rows, form, _is_encoded, _decoded)


def plain(rows: pa.Table, form: str) -> pa.Table:
    """Return rows decoded, without views and extensions; only texts have codes.

    An extension is what it is stored as, a UUID its text.

    Parameters
    ----------
    rows, form
        As `decoded` takes them.

    Raises
    ------
    SettingError
        As `decoded` raises it.

    Examples
    --------
    >>> key = pa.array([b"7"], pa.binary_view())
    >>> plain(pa.table({"key": key}), "CSV").schema.types
    [DataType(large_binary)]
    """
    return _changed(decoded(rows, form), form, _is_covered, _uncovered)


def time_texts(column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Return days, or times with or without a zone, as texts.

    Raises
    ------
    OverflowError
        For a year that Arrow has no text for.

    Examples
    --------
    >>> time_texts(pa.array([1], pa.timestamp("s", "Asia/Shanghai"))).to_pylist()
    ['1970-01-01 08:00:01+0800']
    """
    unit = getattr(column.type, "unit", "D" if column.type == pa.date32() else "ms")
    if unit in _DAY:
        numbers = column.cast(pa.int32() if unit == "D" else pa.int64())
        ends = pc.min_max(numbers).as_py()
        if max(-(ends["min"] or 0), ends["max"] or 0) > _MOST_DAYS * _DAY[unit]:
            raise OverflowError
    return column.cast(pa.string())


@contextmanager
def refused(field: pa.Field, form: str) -> Iterator[None]:
    """Say in one sentence that a format cannot hold a column.

    Parameters
    ----------
    field
        The column.
    form
        Name of the format.

    Raises
    ------
    SettingError
        Says it.

    Examples
    --------
    >>> with refused(pa.field("n", pa.list_(pa.int8())), "Excel"):
    ...     raise pa.ArrowNotImplementedError
    Traceback (most recent call last):
        ...
    gis.errors.SettingError: Column 'n' is of type 'list<item: int8>', which ...
    """
    try:
        yield
    except GovernanceError:  # some of them are errors of values too
        raise
    except OverflowError as error:
        raise SettingError(
            "Column {name!r} is of type {type!r} and has a time too far off for "
            "{form}, expected years from 1 to 9999; correct it, leave the column out, "
            "or write an Arrow stream (.arrows).",
            name=field.name,
            type=str(field.type),
            form=form,
        ) from error
    except (pa.ArrowException, ValueError, NotImplementedError) as error:
        _refuse_zones(field)
        raise SettingError(
            "Column {name!r} is of type {type!r}, which {form} cannot hold with all of "
            "its values; leave it out, or write an Arrow stream (.arrows).",
            name=field.name,
            type=str(field.type),
            form=form,
        ) from error


def _refuse_zones(field: pa.Field) -> None:
    """Refuse times in a zone that nobody knows."""
    for zone in _ZONE.findall(str(field.type)):
        try:
            pa.scalar(0, pa.timestamp("s", zone)).as_py()
        except (pa.ArrowException, ValueError, LookupError) as error:
            raise SettingError(
                "Column {name!r} is of type {type!r}, whose time zone {zone!r} is not "
                "known, expected one such as 'Asia/Shanghai'; correct it, leave the "
                "column out, or write Parquet.",
                name=field.name,
                type=str(field.type),
                zone=zone,
            ) from error


def _changed(
    rows: pa.Table,
    form: str,
    is_such: Callable[[pa.DataType], bool],
    change: Callable[[pa.Array], pa.Array],
) -> pa.Table:
    """Return rows with the columns of some types changed, the others as they are."""
    for place, field in enumerate(rows.schema):
        if is_such(field.type):
            column = rows.column(place)
            with refused(field, form):
                chunks = column.chunks or [pa.nulls(0, field.type)]
                changed = pa.chunked_array([change(chunk) for chunk in chunks])
            rows = rows.set_column(place, field.with_type(changed.type), changed)
    return rows


def _is_encoded(kind: pa.DataType) -> bool:
    """Say whether a column has codes or runs in place of values."""
    return bool(pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind))


def _is_covered(kind: pa.DataType) -> bool:
    """Say whether a type is another one in a form, or under a name, of its own."""
    return (
        isinstance(kind, pa.BaseExtensionType)
        or kind in _UNVIEWED
        or (pa.types.is_dictionary(kind) and not _is_text(kind.value_type))
    )


def _is_text(kind: pa.DataType) -> bool:
    """Say whether a type is one of texts."""
    return kind in (pa.string(), pa.large_string())


def _is_bytes(kind: pa.DataType) -> bool:
    """Say whether a type is one of bytes."""
    return kind in (pa.binary(), pa.large_binary())


def _decoded(column: pa.Array) -> pa.Array:
    """Return the values of codes and runs, codes of texts and bytes as codes."""
    if pa.types.is_run_end_encoded(column.type):
        return _decoded(pc.run_end_decode(column))
    if not pa.types.is_dictionary(column.type):
        return column
    values = _unviewed(column.dictionary)
    if not (_is_text(values.type) or _is_bytes(values.type)):
        return _decoded(values.take(column.indices))
    if values.null_count:
        return _without_null(values, column.indices)
    if values is column.dictionary:
        return column
    return pa.DictionaryArray.from_arrays(column.indices, values)


def _without_null(texts: pa.Array, codes: pa.Array) -> pa.Array:
    """Return codes, null where the text is."""
    is_text = texts.is_valid()
    places = pc.subtract(pc.cumulative_sum(is_text.cast(pa.int64())), 1)
    moved = pc.if_else(is_text, places, None).cast(codes.type)
    return pa.DictionaryArray.from_arrays(moved.take(codes), texts.drop_null())


def _uncovered(column: pa.Array) -> pa.Array:
    """Return what an extension is stored as, a UUID as its text."""
    if pa.types.is_dictionary(column.type) and not _is_text(column.type.value_type):
        return column.dictionary.take(column.indices)
    if not isinstance(column.type, pa.BaseExtensionType):
        return _unviewed(column)
    if column.type.extension_name != _UUID:
        return _uncovered(_decoded(column.storage))
    values = column.storage.to_pylist()
    texts = [None if value is None else str(UUID(bytes=value)) for value in values]
    return pa.array(texts, pa.string())


def _unviewed(column: pa.Array) -> pa.Array:
    """Return views of texts as texts, and of bytes as bytes."""
    kind = _UNVIEWED.get(column.type)
    return column if kind is None else column.cast(kind)
