"""Write Excel workbooks: frozen heads, filters, ids as text, times as times."""

import datetime as dt
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import pandas as pd

from gis.errors import SettingError
from gis.text_width import text_width
from layers.styles import SHEET_COLOURS

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS: Final = 1_048_575
"""Rows of a sheet below its heads."""
MOST_LETTERS: Final = 32_767
"""Letters that a cell holds."""
MOST_DIGITS: Final = 10**15
"""Excel keeps fifteen digits of a number."""
CREATED: Final = dt.datetime(2000, 1, 1)
"""What every workbook says of its day, so that the same rows give the same bytes."""

_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?")
_NO_SHEET: Final = re.compile(r"[\[\]:*?/\\]")
_SAMPLE_ROWS: Final = 200
_NARROW, _WIDE = 8, 48
_FIRST_DAY: Final = dt.datetime(1900, 3, 1)
"""Excel believes in 29 February 1900; days before it are left as text."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that becomes a sheet.

    Attributes
    ----------
    heads
        Names of the columns.
    columns
        Values of each, as many in all: text, numbers, true and false, times on the
        clocks of the town, None for nothing.
    """

    heads: Sequence[str]
    columns: Sequence[Sequence[Any]]


def sheet_of(frame: pd.DataFrame) -> Sheet:
    """Return a frame as a sheet; its times stay on the clocks that they show.

    Parameters
    ----------
    frame
        Column names are the heads.
    """
    columns = [frame.iloc[:, place].tolist() for place in range(frame.shape[1])]
    return Sheet([str(name) for name in frame.columns], columns)


def workbook_bytes(sheets: Mapping[str, Sheet]) -> bytes:
    """Return a workbook, the same bytes for the same sheets.

    Parameters
    ----------
    sheets
        Name -> table, in order; a name that Excel does not allow is changed.

    Raises
    ------
    SettingError
        Where a table has more rows, or a text more letters, than a workbook holds.

    Examples
    --------
    >>> content = workbook_bytes({"网格": sheet_of(pd.DataFrame({"id": ["007"]}))})
    >>> content[:2]
    b'PK'
    """
    stream = io.BytesIO()
    write_workbook(stream, sheets)
    return stream.getvalue()


def write_workbook(stream: BinaryIO, sheets: Mapping[str, Sheet]) -> None:
    """Write a workbook, as `workbook_bytes` returns it.

    Parameters
    ----------
    stream
        Where to.
    sheets
        As `workbook_bytes` takes them.
    """
    import xlsxwriter  # noqa: PLC0415  few files are workbooks

    names = _sheet_names(sheets)
    for sheet in sheets.values():
        _refuse_long(sheet)
    book = xlsxwriter.Workbook(stream, _OPTIONS)
    book.set_properties({"created": CREATED})
    formats = {
        "head": book.add_format(
            {"bold": True, "bg_color": SHEET_COLOURS["head"], "bottom": 1}
        ),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        "part": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"}),
    }
    for name, sheet in zip(names, sheets.values(), strict=True):
        _fill(book.add_worksheet(name), sheet, formats)
    book.close()


def _fill(page: "Worksheet", sheet: Sheet, formats: "Mapping[str, Format]") -> None:
    """Write a table with its heads frozen over a filter."""
    columns = [_as_times(column) for column in sheet.columns]
    rows = len(columns[0]) if columns else 0
    for place, (head, column) in enumerate(zip(sheet.heads, columns, strict=True)):
        page.set_column(place, place, _width(head, column[:_SAMPLE_ROWS]))
        page.write_string(0, place, head, formats["head"])
    for row, values in enumerate(zip(*columns, strict=True), start=1):
        for place, value in enumerate(values):
            if value is not None:
                _write(page, (row, place), value, formats)
    page.freeze_panes(1, 0)
    if columns:
        page.autofilter(0, 0, max(rows, 1), len(columns) - 1)


def _write(
    page: "Worksheet",
    cell: tuple[int, int],
    value: Any,
    formats: "Mapping[str, Format]",
) -> None:
    """Write a value; what Excel cannot hold as a number is text."""
    if isinstance(value, str):
        page.write_string(*cell, value)
    elif isinstance(value, bool):
        page.write_boolean(*cell, value)
    elif isinstance(value, dt.date) and _is_early(value):
        page.write_string(*cell, str(value))
    elif isinstance(value, dt.datetime):
        page.write_datetime(*cell, value, formats[_form_of(value)])
    elif isinstance(value, dt.date):
        page.write_datetime(*cell, value, formats["day"])
    elif isinstance(value, int | float) and not _is_beyond(value):
        page.write_number(*cell, value)
    else:
        page.write_string(*cell, str(value))


def _form_of(moment: dt.datetime) -> str:
    """Return the name of the format that shows all of a time."""
    return "part" if moment.microsecond else "time"


def _is_beyond(number: float) -> bool:
    """Say whether Excel would change a number, or has none such."""
    if isinstance(number, float):
        return not math.isfinite(number)
    return abs(number) >= MOST_DIGITS


def _as_times(column: Sequence[Any]) -> list[Any]:
    """Return values as cells hold them; a column of ISO times is one of times.

    Only what reads back as the very same text becomes a time.
    """
    values = [_plain(value) for value in column]
    filled = [value for value in values if value is not None and value != ""]
    for pattern in (_DAY, _MOMENT):
        if filled and all(_is_such(value, pattern) for value in filled):
            return [_read(value) if value else None for value in values]
    return values


def _plain(value: Any) -> Any:
    """Return a value of a frame as Python has it, None for nothing."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, pd.Timestamp):
        moment = value.to_pydatetime(warn=False).replace(tzinfo=None)
        # a cell holds milliseconds
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    return value.item() if hasattr(value, "item") else value


def _is_such(value: Any, pattern: re.Pattern[str]) -> bool:
    """Say whether a value is the text of a time that Excel can hold."""
    if not isinstance(value, str) or not pattern.fullmatch(value):
        return False
    try:
        moment = _read(value)
    except ValueError:
        return False
    is_exact = "." not in value or moment.microsecond > 0
    return is_exact and not _is_early(moment)


def _is_early(moment: dt.date) -> bool:
    """Say whether a day, or a time, is before those that Excel counts right."""
    has_hour = isinstance(moment, dt.datetime)
    return bool(moment < (_FIRST_DAY if has_hour else _FIRST_DAY.date()))


def _read(text: str) -> Any:
    """Return the time, or the day, of an ISO text."""
    if "T" in text:
        return dt.datetime.fromisoformat(text)
    return dt.date.fromisoformat(text)


def _width(head: str, values: Iterable[Any]) -> int:
    """Return the width of a column in letters, by its head and first values."""
    widths = [_seen_width(str(value)) for value in values if value is not None]
    return min(max([_seen_width(head) + 3, _NARROW, *(w + 1 for w in widths)]), _WIDE)


def _seen_width(text: str) -> int:
    """Return how wide a text is: a Chinese sign is two letters."""
    return text_width(text[:_WIDE])


def _sheet_names(sheets: Iterable[str]) -> list[str]:
    """Return names that Excel allows: 31 letters, each once."""
    names: list[str] = []
    for sheet in sheets:
        stem = _NO_SHEET.sub("_", sheet).strip("'")[:31] or "Sheet"
        name, number = stem, 2
        while name.lower() in map(str.lower, names):
            name, number = f"{stem[:28]}_{number}", number + 1
        names.append(name)
    return names


def _refuse_long(sheet: Sheet) -> None:
    """Refuse what a workbook would cut."""
    rows = len(sheet.columns[0]) if sheet.columns else 0
    if rows > MOST_ROWS:
        raise SettingError(
            "The table has {rows:,} rows, expected at most {most:,} in a workbook; "
            "write CSV or Parquet.",
            rows=rows,
            most=MOST_ROWS,
        )
    for head, column in zip(sheet.heads, sheet.columns, strict=True):
        for row, value in enumerate(column, start=1):
            if isinstance(value, str) and len(value) > MOST_LETTERS:
                raise SettingError(
                    "Row {row} has a text of {letters:,} letters in {head!r}, expected "
                    "at most {most:,} in a cell; write CSV or Parquet.",
                    row=row,
                    letters=len(value),
                    head=head,
                    most=MOST_LETTERS,
                )
