"""What a user says of values of a file: empty cells, rows of one id, order of days."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Literal, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gis.counts import count_text
from gis.errors import SettingError
from gis.sentences import sentence
from layers.files.layer_columns import LayerColumns
from layers.files.table import EventTable

Repeats = Literal["first", "last"]
DayOrder = Literal["mdy", "dmy"]
DAY_ORDERS: Final = get_args(DayOrder)

_WRITTEN: Final = re.compile(
    r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})"
    r"(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?: *([AP])M)?)?",
    re.ASCII | re.IGNORECASE,
)


def fill_cells(
    table: EventTable, columns: LayerColumns, fills: Mapping[str, str]
) -> EventTable:
    """Return a table with values where it has none, and say how many there are.

    Parameters
    ----------
    table
        Rows with our names.
    columns
        What the file may have.
    fills
        Our name of a column -> the value of its empty cells, or of all where the file
        has no such column.

    Raises
    ------
    SettingError
        For a column that the layer has not, and for its ids, which cannot be one.

    Examples
    --------
    >>> from layers.files.layer_columns import FILE_LAYERS
    >>> rows = EventTable(pa.table({"station_id": ["A", "B"], "kind": ["fire", " "]}))
    >>> filled = fill_cells(rows, FILE_LAYERS["stations"], {"kind": "police"})
    >>> filled.columns["kind"].to_pylist(), filled.notices
    (['fire', 'police'], ("1 empty cell is taken as 'police' in 'kind'.",))
    """
    cells = FilledCells(columns, fills)
    filled = cells.fill(table)
    return replace(filled, notices=(*table.notices, *cells.notices()))


class FilledCells:
    """Values where a file has none, counted part by part.

    Parameters
    ----------
    columns, fills
        As `fill_cells` takes them.

    Raises
    ------
    SettingError
        As `fill_cells` raises it.
    """

    def __init__(self, columns: LayerColumns, fills: Mapping[str, str]) -> None:
        names = [f.name for f in columns.all_fields if f.name != columns.key]
        for name in fills:
            if name not in names:
                raise SettingError(
                    "--fill names {name!r}, which is no column of {layer} that one "
                    "value can fill; name one of {names!r}.",
                    name=name,
                    layer=columns.name,
                    names=names,
                )
        self._fills = fills
        self._counts: dict[str, int | None] = {}

    def fill(self, table: EventTable) -> EventTable:
        """Return a part with values where it has none.

        Parameters
        ----------
        table
            Rows with our names, behind those before.
        """
        rows = table.columns
        for name, value in self._fills.items():
            if name not in rows.column_names:
                rows = rows.append_column(name, pa.array([value] * rows.num_rows))
                self._counts[name] = None
                continue
            place = rows.column_names.index(name)
            texts = pc.fill_null(rows.column(place).cast(pa.string()), "")
            is_empty = pc.equal(pc.utf8_trim_whitespace(texts), "")
            count = pc.sum(is_empty).as_py() or 0
            if count:
                filled = pc.if_else(is_empty, value, texts)
                rows = rows.set_column(place, name, filled)
            self._counts[name] = (self._counts.get(name) or 0) + count
        return replace(table, columns=rows)

    def notices(self) -> list[str]:
        """Return how many cells there were, of all parts."""
        notices = []
        for name, count in self._counts.items():
            value = self._fills[name]
            if count is None:
                notices.append(
                    sentence(
                        "The file has no column {name!r}: taken as {value!r}.",
                        name=name,
                        value=value,
                    )
                )
            elif count:
                notices.append(
                    sentence(
                        "{cells} taken as {value!r} in {name!r}.",
                        cells=count_text(count, "empty cell is", "empty cells are"),
                        value=value,
                        name=name,
                    )
                )
        return notices


def without_repeats(table: EventTable, key: str, repeats: Repeats) -> EventTable:
    """Return a table in which each id stands once, and say how many rows are left out.

    Parameters
    ----------
    table
        Rows with our names.
    key
        Column of the ids; rows without an id stay.
    repeats
        Which of several rows counts.
    """
    if table.columns.column_names.count(key) != 1:
        return table
    ids = [
        str(v).strip() if v is not None else "" for v in table.columns[key].to_pylist()
    ]
    order = range(len(ids)) if repeats == "first" else range(len(ids) - 1, -1, -1)
    places: dict[str, int] = {}
    for place in order:
        places.setdefault(ids[place] or f"\0{place}", place)
    rows = np.array(sorted(places.values()), dtype=np.intp)
    count = len(ids) - len(rows)
    if not count:
        return table
    notice = sentence(
        "{rows} left out whose {key} stands in another row: the {repeats} one counts, "
        "as --repeats says; rows are counted without them.",
        rows=count_text(count, "row"),
        key=key,
        repeats=repeats,
    )
    return replace(table.take(rows), notices=(*table.notices, notice))


def ordered_days(table: EventTable, names: list[str], order: DayOrder) -> EventTable:
    """Return a table whose times are ISO 8601 where they begin with day and month.

    Parameters
    ----------
    table
        Any rows.
    names
        Columns that hold times.
    order
        Whether the month or the day comes first.
    """
    rows = table.columns
    for name in names:
        for place in rows.schema.get_all_field_indices(name):
            kind = rows.column(place).type
            if pa.types.is_string(kind) or pa.types.is_large_string(kind):
                texts = [
                    None if text is None else iso_of(text, order)
                    for text in rows.column(place).to_pylist()
                ]
                rows = rows.set_column(place, name, pa.array(texts, pa.string()))
    return replace(table, columns=rows)


def iso_of(text: str, order: DayOrder) -> str:
    """Return a time that begins with day and month as ISO 8601; others as they are.

    Parameters
    ----------
    text
        Such as ``09/17/2015 03:00:00 PM``.
    order
        Whether the month or the day comes first.

    Examples
    --------
    >>> iso_of("09/17/2015 03:00:00 PM", "mdy"), iso_of("1-2-2015", "dmy")
    ('2015-09-17T15:00:00', '2015-02-01')
    >>> iso_of("17/09/2015", "mdy")
    '17/09/2015'
    """
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        return text
    first, second, year, hour, minute, second_of_minute, half = match.groups()
    month, day = (first, second) if order == "mdy" else (second, first)
    try:
        written = dt.datetime(int(year), int(month), int(day))
        if hour is None:
            return written.date().isoformat()
        return written.replace(
            hour=_hour(int(hour), half),
            minute=int(minute),
            second=int(second_of_minute or 0),
        ).isoformat()
    except ValueError:
        return text


def _hour(hour: int, half: str | None) -> int:
    """Return the hour of a day by a clock of twelve hours, or of twenty-four."""
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("is no hour of such a clock")
    return hour % 12 + (12 if half.upper() == "P" else 0)
