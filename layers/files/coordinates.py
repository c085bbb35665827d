"""Read positions from the columns or the geometry of a table, row by row."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from gis.assignment import REASONS, Positions
from gis.errors import InputFileError, SettingError
from layers.files.table import EventTable, is_json, values_of

USUAL_NAMES = (
    (
        ("lon", "lng", "longitude", "经度", "经度 lon"),
        ("lat", "latitude", "纬度", "纬度 lat"),
    ),
    (("x",), ("y",)),
)
"""Names tried in this order where none is given, whatever their case and width."""

_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_FIRST_SIGN, _LAST_SIGN = b"-9"
"""Between them lie minus, point, slash and the digits; no number holds a slash."""
_DECIMAL_COMMA = r"^[+-]?\d+,\d+$"
_MISSING: Final = REASONS.index("missing")
_NOT_A_NUMBER: Final = REASONS.index("not_a_number")
_WITH_COMMA: Final = REASONS.index("decimal_comma")
_NOT_A_POINT: Final = REASONS.index("not_a_point")


class Coordinates(NamedTuple):
    """Positions of a table, one per row.

    `x` and `y` are float64 of shape (m,), NaN where unusable; `reasons` says why, codes
    into `gis.assignment.REASONS`, 0 where usable: `missing`, `not_a_number` (text, NaN,
    infinity), `decimal_comma`, `not_a_point`. `columns` are the two columns read, None
    where it was the geometry.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    reasons: NDArray[np.uint8]
    columns: tuple[str, str] | None

    @property
    def positions(self) -> Positions:
        """What is asked about: the positions, without where they were read."""
        return Positions(self.x, self.y, self.reasons)


def read_coordinates(
    table: EventTable, lon_column: str | None = None, lat_column: str | None = None
) -> Coordinates:
    """Return the position of every row, and the reason where it has none.

    Without named columns the geometry is used if there is one, else the usual names.
    Text is read leniently where no doubt is possible: blanks around it, a leading plus
    and full-width digits and signs are taken; a decimal comma is named, not guessed.

    Parameters
    ----------
    table
        What `read_events` returned.
    lon_column, lat_column
        Columns with longitude (or x) and latitude (or y); both or none.

    Raises
    ------
    InputFileError
        Where a column does not exist, or none has a usual name; names those there are.
    SettingError
        Where only one of the two columns is named.

    Examples
    --------
    >>> columns = pa.table({"lon": ["120.1", "120,1"], "lat": ["30.3", "30.3"]})
    >>> x, y, reasons, source = read_coordinates(EventTable(columns))
    >>> x.tolist(), [REASONS[code] for code in reasons], source
    ([120.1, nan], ['', 'decimal_comma'], ('lon', 'lat'))
    """
    if (lon_column is None) != (lat_column is None):
        raise SettingError(
            "Only one coordinate column is named ({lon_column!r}), expected longitude "
            "and latitude; name both.",
            lon_column=lon_column or lat_column,
        )
    if lon_column is None and table.geometry is not None:
        return _from_geometry(table.geometry, table.faults.keys())
    if lon_column is None or lat_column is None:
        lon_column, lat_column = usual_columns(table.columns.column_names)
    x, x_reasons = _numbers(table.columns, lon_column)
    y, y_reasons = _numbers(table.columns, lat_column)
    reasons = np.where(x_reasons > 0, x_reasons, y_reasons)
    return _usable(x, y, reasons, (lon_column, lat_column))


def _usable(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    reasons: NDArray[np.uint8],
    columns: tuple[str, str] | None,
) -> Coordinates:
    """Blank both coordinates where one of them cannot be used."""
    bad = reasons > 0
    return Coordinates(
        np.where(bad, np.nan, x), np.where(bad, np.nan, y), reasons, columns
    )


def _from_geometry(geometry: NDArray[np.object_], broken: Iterable[int]) -> Coordinates:
    """Return the positions of points."""
    kinds = shapely.get_type_id(geometry)
    empty = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    points = (kinds == shapely.GeometryType.POINT) & ~empty
    x, y = np.full((2, len(geometry)), np.nan)
    x[points] = shapely.get_x(geometry[points])
    y[points] = shapely.get_y(geometry[points])
    reasons = _reasons(empty, ~(np.isfinite(x) & np.isfinite(y)))
    reasons[~points & ~empty] = _NOT_A_POINT
    reasons[list(broken)] = _NOT_A_POINT
    return _usable(x, y, reasons, None)


def usual_columns(names: list[str]) -> tuple[str, str]:
    """Return the first pair of columns with usual names.

    Raises
    ------
    InputFileError
        If there is none; names those there are.

    Examples
    --------
    >>> usual_columns(["id", "Lng", "Lat"])
    ('Lng', 'Lat')
    """
    pair = usual_pair(names)
    if pair is None:
        raise InputFileError(
            "The file has no geometry and no pair of columns such as 'lon' and 'lat'; "
            "it has {names!r}, name the two that hold the position.",
            names=names,
        )
    return pair


def usual_pair(names: Sequence[str]) -> tuple[str, str] | None:
    """Return the first pair of columns with usual names; None where there is none.

    Examples
    --------
    >>> usual_pair(["编号", "经度", "纬度"])
    ('经度', '纬度')
    >>> usual_pair(["来源事件编号 source_id", "经度 lon", "纬度　ｌａｔ"])
    ('经度 lon', '纬度　ｌａｔ')
    """
    by_name = {folded(name).lower(): name for name in reversed(names)}
    for lons, lats in USUAL_NAMES:
        lon = next((by_name[name] for name in lons if name in by_name), None)
        lat = next((by_name[name] for name in lats if name in by_name), None)
        if lon is not None and lat is not None:
            return lon, lat
    return None


def folded(head: str) -> str:
    """Return a head of usual width without blanks around, as heads are compared.

    Examples
    --------
    >>> folded(" 经度　ｌｏｎ ")
    '经度 lon'
    """
    return " ".join(unicodedata.normalize("NFKC", head).split())


def _numbers(
    columns: pa.Table, name: str
) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Return one coordinate per row and the reason where there is none."""
    indices = columns.schema.get_all_field_indices(name)
    if len(indices) != 1:
        raise InputFileError(
            "The file has {indices} columns {name!r}, expected one; it has "
            "{column_names!r}, name one of them.",
            indices=len(indices),
            name=name,
            column_names=columns.column_names,
        )
    column = columns.column(indices[0])
    if is_json(columns.schema.field(indices[0])):
        texts = [None if v is None else str(v) for v in values_of(columns, indices[0])]
        column = pa.chunked_array([pa.array(texts, pa.string())])
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if is_text(column.type):
        return numbers_of_text(column.cast(pa.large_string()))
    return _from_values(column)


def is_text(kind: pa.DataType) -> bool:
    """Say whether a column holds text, by its type."""
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
    )


def _from_values(
    column: pa.ChunkedArray,
) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Read a typed column; what is not a number type holds no number."""
    kind = column.type
    missing = column.is_null().to_numpy()
    numeric = pa.types.is_integer(kind) or pa.types.is_floating(kind)
    if numeric or pa.types.is_decimal(kind):
        values = column.cast(pa.float64(), safe=False).to_numpy()
    else:
        values = np.full(len(column), np.nan)
    return values, _reasons(missing, ~np.isfinite(values))


def numbers_of_text(
    column: pa.ChunkedArray,
) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Return numbers of text in the plain decimal form, and why where there is none.

    The reasons are codes into `gis.assignment.REASONS`.

    Parameters
    ----------
    column
        Text; blanks around it, a leading plus and full-width digits are taken.

    Examples
    --------
    >>> values, reasons = numbers_of_text(pa.chunked_array([["１.5", "1,5", ""]]))
    >>> values.tolist(), [REASONS[code] for code in reasons]
    ([1.5, nan, nan], ['', 'decimal_comma', 'missing'])
    """
    numbers = _plain_numbers(column)
    if numbers is not None:
        return numbers, _reasons(np.zeros(len(numbers), bool), ~np.isfinite(numbers))
    text = pc.utf8_trim_whitespace(pc.utf8_normalize(column, form="NFKC"))
    is_number = pc.fill_null(pc.match_substring_regex(text, _NUMBER), False)
    plain = pc.replace_substring_regex(text, pattern=r"^\+", replacement="")
    values = pc.if_else(is_number, plain, None).cast(pa.float64()).to_numpy()
    empty = pc.fill_null(pc.equal(text, ""), True).to_numpy()
    reasons = _reasons(empty, ~np.isfinite(values))
    comma = pc.fill_null(pc.match_substring_regex(text, _DECIMAL_COMMA), False)
    reasons[comma.to_numpy()] = _WITH_COMMA
    return values, reasons


def is_wrong(reasons: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Say where something stands that is not usable; what is missing is not wrong.

    Parameters
    ----------
    reasons
        Codes into `gis.assignment.REASONS`, shape (m,).

    Examples
    --------
    >>> _, reasons = numbers_of_text(pa.chunked_array([["1.5", "1,5", ""]]))
    >>> is_wrong(reasons).tolist()
    [False, True, False]
    """
    wrong: NDArray[np.bool_] = (reasons > 0) & (reasons != _MISSING)
    return wrong


def _plain_numbers(column: pa.ChunkedArray) -> NDArray[np.float64] | None:
    """Return numbers of text, None where one is not of digits, point and minus."""
    if column.null_count:
        return None
    for chunk in column.chunks:
        signs = np.frombuffer(chunk.buffers()[2] or b"", np.uint8)
        if (signs - _FIRST_SIGN > _LAST_SIGN - _FIRST_SIGN).any():
            return None
    try:
        return np.asarray(column.cast(pa.float64()).to_numpy())
    except pa.ArrowInvalid:  # an empty text, or signs in a wrong order
        return None


def _reasons(
    missing: NDArray[np.bool_], unusable: NDArray[np.bool_]
) -> NDArray[np.uint8]:
    """Return the reason per row from what is missing and what is not a number."""
    reasons = np.zeros(len(missing), dtype=np.uint8)
    reasons[unusable] = _NOT_A_NUMBER
    reasons[missing] = _MISSING
    return reasons
