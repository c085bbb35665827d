"""Read a sheet of an Excel workbook as text, as the same table in CSV would be.

Values are read, never computed: a formula is the value that the workbook keeps of it, a
macro is not run.
"""

import datetime as dt
import io
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from python_calamine import CalamineError, CalamineWorkbook
from python_calamine import SheetTypeEnum as SheetType
from python_calamine import SheetVisibleEnum as Visibility

from gis.counts import count_text
from gis.errors import InputFileError, InvalidLayerError
from gis.os_reasons import reason_of
from gis.sentences import sentence
from layers.files import guards
from layers.files.table import EventTable
from layers.files.workbook_parts import (
    OF_FILES,
    Cells,
    Limits,
    WorkbookParts,
    cell_name,
    damaged,
)
from layers.schema.nearest import about_nearest

MOST_DIGITS: Final = 10**15
"""Excel keeps fifteen digits of a number."""
LAST_SERIAL: Final = 109_940
"""Days from 1900 to 2200, as Excel counts them."""
MOST_NAMED: Final = 5
"""So many hidden sheets are named, the rest is counted."""
SERIAL: Final = r"^\d{1,6}(\.\d+)?$"


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """Which sheet of a workbook is read.

    Attributes
    ----------
    sheet
        Its name; None takes the one that is named as the layer, else the only one that
        is visible.
    layer_names
        Names of the layer that is looked for.
    option
        Where a user names a sheet, for sentences.
    """

    sheet: str | None = None
    layer_names: Sequence[str] = ()
    option: str = "--sheet"


def parse_workbook(
    path: Path, content: bytes, choice: SheetChoice, limits: Limits = OF_FILES
) -> EventTable:
    """Return a sheet of a workbook as text columns, in order.

    Whole numbers are written without decimals, dates and times as ISO 8601 on the
    clocks of the town, true and false in words; rows without a value are left out.

    Parameters
    ----------
    path
        Name of the file, for sentences.
    content
        All of it.
    choice
        The sheet to read.
    limits
        So much may it hold.

    Raises
    ------
    InputFileError
        For a workbook that is protected, damaged or hostile, several sheets of which
        none is named, merged cells, a formula without a value and values without a
        head.
    InvalidLayerError
        For a number of which Excel has lost digits.
    """
    guards.refuse_other_content(path, "Excel workbook", content[: guards.HEAD_BYTES])
    parts = WorkbookParts(path, content, limits)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            name = _sheet_name(path, workbook, choice)
            cells = parts.look_at(name)
            page = workbook.get_sheet_by_name(name)
            merged = page.merged_cell_ranges or []
            rows, corner = page.to_python() if page.start else [], page.start or (0, 0)
            notices = _notices(workbook, parts)
    except (CalamineError, OSError) as error:
        if isinstance(error, InputFileError):
            raise
        raise damaged(path, reason_of(error)) from error
    _refuse_merged(path, merged)
    columns = _columns(path, rows, corner, cells)
    return EventTable(columns, notices=notices, serial_epoch=parts.epoch)


def with_serial_times(table: EventTable, columns: Sequence[str]) -> EventTable:
    """Return a table whose times are times where Excel shows them as numbers.

    Parameters
    ----------
    table
        A sheet of a workbook; any other table stays as it is.
    columns
        Names of the columns that hold times.
    """
    if table.serial_epoch is None:
        return table
    rows, notices = table.columns, [*table.notices]
    for name in columns:
        for place in rows.schema.get_all_field_indices(name):
            texts, count = _with_times(rows.column(place), table.serial_epoch)
            if count:
                rows = rows.set_column(place, name, texts)
                notices.append(_about_serials(name, count))
    return replace(table, columns=rows, notices=tuple(notices))


def _with_times(column: pa.ChunkedArray, epoch: dt.datetime) -> tuple[pa.Array, int]:
    """Return a column with numbers of days as times, and how many there are."""
    is_number = pc.match_substring_regex(column, SERIAL)
    count = 0
    texts: list[str] = column.to_pylist()
    for row in np.flatnonzero(is_number.to_numpy(zero_copy_only=False)).tolist():
        serial = float(texts[row])
        if 1 <= serial <= LAST_SERIAL:
            texts[row] = _moment_text(epoch + dt.timedelta(days=serial))
            count += 1
    return pa.array(texts, pa.string()), count


def _about_serials(name: str, count: int) -> str:
    """Return what to say of numbers that were read as times."""
    return sentence(
        "{numbers} read in {name!r} as dates of Excel, which the cells do not show; "
        "format the column as a date.",
        numbers=count_text(count, "number is", "numbers are"),
        name=name,
    )


def _moment_text(moment: dt.datetime) -> str:
    """Return a time to the millisecond, a midnight as its day."""
    rounded = moment + dt.timedelta(microseconds=500)
    rounded -= dt.timedelta(microseconds=rounded.microsecond % 1000)
    is_day = rounded.time() == dt.time()
    return rounded.date().isoformat() if is_day else _iso(rounded)


def _iso(moment: dt.datetime) -> str:
    """Return a time as ISO 8601, milliseconds where it has some."""
    return moment.isoformat(
        timespec="milliseconds" if moment.microsecond else "seconds"
    )


def _sheet_name(path: Path, workbook: CalamineWorkbook, choice: SheetChoice) -> str:
    """Return the name of the sheet that is to be read."""
    layer_names = choice.layer_names
    pages = [p for p in workbook.sheets_metadata if p.typ == SheetType.WorkSheet]
    names = [page.name for page in pages if page.visible == Visibility.Visible]
    if choice.sheet is not None:
        _refuse_other_sheet(path, choice, names, workbook.sheet_names)
        return choice.sheet
    own = [name for name in names if name.strip().lower() in layer_names]
    if len(own) == 1 or len(names) == 1:
        return (own or names)[0]
    if not names:
        raise InputFileError(
            "Workbook {path!r} shows no sheet, expected one with a table; unhide it.",
            path=str(path),
        )
    if layer_names:
        raise InputFileError(
            "Workbook {path!r} has the sheets {names!r}, expected one named "
            "{expected}; leave one, or say which one with {option}.",
            option=choice.option,
            path=str(path),
            names=names,
            expected=" / ".join(map(repr, layer_names)),
        )
    raise InputFileError(
        "Workbook {path!r} has the sheets {names!r}, expected one; leave one, or say "
        "which one with {option}.",
        option=choice.option,
        path=str(path),
        names=names,
    )


def _refuse_other_sheet(
    path: Path, choice: SheetChoice, names: Sequence[str], all_names: Sequence[str]
) -> None:
    """Refuse a sheet that is not there, or hidden."""
    sheet = choice.sheet
    if sheet is not None and sheet not in names:
        values = {
            "path": str(path),
            "option": choice.option,
            "sheet": sheet,
            "names": list(names),
            "nearest": about_nearest(sheet, names),
        }
        if sheet in all_names:
            raise InputFileError(
                "Workbook {path!r} hides the sheet {sheet!r}; it shows "
                "{names!r}{nearest}, name one of them with {option}.",
                **values,
            )
        raise InputFileError(
            "Workbook {path!r} has no sheet {sheet!r}; it shows {names!r}{nearest}, "
            "name one of them with {option}.",
            **values,
        )


def _refuse_merged(
    path: Path, merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]
) -> None:
    """Refuse cells that are merged: only the first of them has a value."""
    for start, end in merged[:1]:
        raise InputFileError(
            "The cells {first}:{last} of {path!r} are merged, expected one head and "
            "one value a cell, the heads in one row; unmerge and fill them.",
            first=cell_name(*start),
            last=cell_name(*end),
            path=str(path),
        )


def _columns(
    path: Path, rows: list[list[Any]], corner: tuple[int, int], cells: Cells
) -> pa.Table:
    """Return the values of a sheet as text under the heads of its first row."""
    top, left = corner
    if not rows:
        raise InputFileError(
            "File {path!r} has no header, expected column names in the first row of "
            "its sheet; add them.",
            path=str(path),
        )
    for (row, place), error in cells.errors.items():
        rows[row - top][place - left] = error
    names, *values = rows
    guards.refuse_width(path, len(names))
    is_filled = [any(value != "" for value in row) for row in values]
    columns: list[pa.Array] = []
    heads: list[str] = []
    for place, name in enumerate(names):
        column = [row[place] for row in values]
        if name == "":
            _refuse_headless(path, column, top, left + place)
            continue
        heads.append(_text(name, has_hours=False))
        _refuse_lost_digits(path, heads[-1], column)
        has_hours = left + place in cells.hour_columns
        texts = [_text(value, has_hours=has_hours) for value in column]
        filled = list(itertools.compress(texts, is_filled))
        columns.append(pa.array(filled, pa.string()))
    return pa.Table.from_arrays(columns, names=heads)


def _refuse_headless(path: Path, column: Sequence[Any], top: int, place: int) -> None:
    """Refuse values that stand under no head, as they do below a title."""
    row = next((row for row, value in enumerate(column) if value != ""), None)
    if row is not None:
        raise InputFileError(
            "Cell {cell} of {path!r} is empty above the value in {below}, expected a "
            "head for every column in the first row; write it, and delete titles above "
            "the heads.",
            cell=cell_name(top, place),
            path=str(path),
            below=cell_name(top + 1 + row, place),
        )


def _refuse_lost_digits(path: Path, head: str, column: Sequence[Any]) -> None:
    """Refuse whole numbers of more digits than Excel keeps."""
    rows = [
        row
        for row, value in enumerate(column, start=1)
        if isinstance(value, float) and abs(value) >= MOST_DIGITS and value.is_integer()
    ]
    if rows:
        more = sentence(" (and {count:,} more)", count=len(rows) - 1)
        raise InvalidLayerError(
            "Row {row}{more} of {path!r} has {number:.0f} in {head!r}, a number of "
            "more than 15 digits, of which Excel has lost the last; format the column "
            "as text and fill it in again.",
            row=rows[0],
            more=more if len(rows) > 1 else "",
            path=str(path),
            number=column[rows[0] - 1],
            head=head,
        )


def _text(value: Any, *, has_hours: bool) -> str:
    """Return the value of a cell as CSV would have it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.datetime):
        return _iso(value)
    if isinstance(value, dt.date):
        return value.isoformat() + ("T00:00:00" if has_hours else "")
    return str(value)


def _notices(workbook: CalamineWorkbook, parts: WorkbookParts) -> tuple[str, ...]:
    """Return what a user should know of a workbook."""
    pages = workbook.sheets_metadata
    hidden = [page.name for page in pages if page.visible != Visibility.Visible]
    notices = []
    if hidden:
        more = len(hidden) - MOST_NAMED
        notices.append(
            sentence(
                "The workbook hides {sheets!r}{more}, not read here.",
                sheets=hidden[:MOST_NAMED],
                more=sentence(" and {more:,} more", more=more) if more > 0 else "",
            )
        )
    if parts.has_macros:
        notices.append(sentence("The macros of the workbook are not run."))
    return tuple(notices)
