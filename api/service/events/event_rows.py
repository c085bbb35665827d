"""Rows of events between a file and a store: checked columns without answers."""

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from api.service.assignment.stored import AnswerColumns, EventColumns
from api.service.events.times import TIMES, EventTimes
from gis.assignment import Positions
from gis.crs import Datum
from gis.errors import InvalidLayerError, RowFault
from gis.sentences import sentence
from layers.files.accuracy import radii_of
from layers.schema.cells import refuse_unstorable
from layers.schema.damaged_ids import damaged_ids
from layers.schema.layer import Field, convert
from layers.stores.event_history import EventHistory
from layers.stores.event_records import NewEvent
from layers.stores.events import FIRST_INSTANT, LAST_INSTANT

LIMITS: Final = {"severity": (-(2.0**53), 2.0**53), "accuracy_m": (0.0, 1e9)}
"""Smallest and largest number that an event may have; severities are whole."""
NUMBERS: Final = {
    "severity": sentence("a whole number"),
    "accuracy_m": sentence("a number of metres, 0 or more"),
}
"""What they are expected to be."""
SCHEMA: Final = pa.schema(
    {
        "source": pa.string(),
        "source_id": pa.string(),
        "kind": pa.string(),
        "community_id": pa.string(),
        "details": pa.large_string(),
        "severity": pa.int64(),
        "accuracy_m": pa.float64(),
        "occurred_at": pa.int64(),
        "captured_at": pa.int64(),
        "received_at": pa.int64(),
        "is_day": pa.bool_(),
        "x": pa.float64(),
        "y": pa.float64(),
        "position_reason": pa.uint8(),
    }
)
"""Columns of rows that were checked, positions and accuracies as reported."""


def event_rows(
    frame: pd.DataFrame, positions: Positions, times: EventTimes, source: str
) -> tuple[pa.Table, list[RowFault]]:
    """Return the events of a frame, and what is wrong with their texts and numbers.

    Parameters
    ----------
    frame
        One row an event; columns without a field in `gis.models.Event` are kept as
        details.
    positions, times
        Of each.
    source
        Who reports, where no column `source` says so.

    Returns
    -------
    rows
        Columns of `SCHEMA`; none where something is wrong.
    faults
        Rows are counted from 1.

    Raises
    ------
    InvalidLayerError
        If there is no column with the id that the source gave.
    """
    texts, faults = _texts(frame, source)
    faults += _number_faults(frame)
    if faults or times.faults:
        return SCHEMA.empty_table(), faults
    severity = frame.get("severity", pd.Series(0, index=frame.index))
    columns = {
        **texts,
        "details": _details(_extras(frame, times)),
        "severity": np.nan_to_num(_numbers(severity)).astype(np.int64),
        "accuracy_m": _accuracies_m(frame),
        **times.values(),
        "is_day": times.is_day,
        "x": positions.x,
        "y": positions.y,
        "position_reason": positions.reasons,
    }
    arrays = [
        pa.array(columns[field.name], field.type, from_pandas=False) for field in SCHEMA
    ]
    return pa.table(arrays, SCHEMA), []


def event_columns(rows: pa.Table, datum: Datum, instants: str) -> EventColumns:
    """Return rows as they are asked about.

    Parameters
    ----------
    rows
        Columns of `SCHEMA`.
    datum
        Of their positions.
    instants
        The column of the times that answers are for; where only the day is known on
        which an event occurred, that is no hour.
    """
    values = {
        name: rows[name].to_numpy()
        for name in ("x", "y", "position_reason", "accuracy_m", instants, "is_day")
    }
    is_day = values["is_day"] & (instants == "occurred_at")
    return EventColumns(
        Positions(values["x"], values["y"], values["position_reason"]),
        datum.definition,
        values["accuracy_m"],
        values[instants],
        is_day,
        datum.error_m,
    )


def new_events(rows: pa.Table, datum: Datum) -> list[NewEvent]:
    """Return rows as events without answers, which are only compared.

    Parameters
    ----------
    rows
        Columns of `SCHEMA`.
    datum
        Of their positions.
    """
    count = rows.num_rows
    answers = AnswerColumns.blank(count)
    return _history(rows, datum, answers, answers, [None] * count).events()


def event_history(
    rows: pa.Table, datum: Datum, first: AnswerColumns, acting: AnswerColumns
) -> EventHistory:
    """Return rows as a store takes them.

    Parameters
    ----------
    rows
        Columns of `SCHEMA`.
    datum
        Of their positions.
    first, acting
        The answers at occurrence, and the acting ones.
    """
    grid_ids = [assignment.grid_id for assignment in first.assignments]
    return _history(rows, datum, first, acting, grid_ids)


def are_storable(rows: pa.Table) -> bool:
    """Say of all rows at once that a store takes each.

    `layers.stores.events.check_events` says so too, and otherwise which it does not
    take; it looks at millions of them one by one.

    Parameters
    ----------
    rows
        Columns of `SCHEMA`.
    """
    if not rows.num_rows:
        return True
    texts = [rows[name] for name in SCHEMA.names[:5]]
    times = [pc.min_max(rows[name]).as_py() for name in TIMES]
    return (
        not any(pc.any(pc.match_substring(text, "\0")).as_py() for text in texts)
        and not any(
            pc.any(pc.equal(pc.utf8_trim_whitespace(text), "")).as_py()
            for text in texts[:2]
        )
        and min(bounds["min"] for bounds in times) >= FIRST_INSTANT
        and max(bounds["max"] for bounds in times) <= LAST_INSTANT
    )


def source_hashes(rows: pa.Table) -> NDArray[np.uint64]:
    """Return a number for how each event is named; names that are equal have one."""
    source, source_id = (
        pd.util.hash_array(rows[name].to_numpy(), categorize=False)
        for name in ("source", "source_id")
    )
    return source * np.uint64(31) + source_id


_LISTS: Final = ("source", "source_id", "kind", "severity", "community_id", "details")
_NUMBERS: Final = ("accuracy_m", *TIMES)


def _history(
    rows: pa.Table,
    datum: Datum,
    first: AnswerColumns,
    acting: AnswerColumns,
    grid_ids: list[str | None],
) -> EventHistory:
    """Return rows with their answers."""
    columns: dict[str, Any] = {name: rows[name].to_pylist() for name in _LISTS}
    columns |= {name: rows[name].to_numpy() for name in ("x", "y", *_NUMBERS)}
    return EventHistory(
        **columns,
        datum=datum.definition,
        lon=first.lon,
        lat=first.lat,
        grid_id=grid_ids,
        at_occurrence=first.texts.tolist(),
        acting=acting.texts.tolist(),
    )


def _texts(
    frame: pd.DataFrame, source: str
) -> tuple[dict[str, list[Any]], list[RowFault]]:
    """Return source, ids, kind and community as text, and what is wrong with them."""
    columns = _text_columns(frame)
    id_column = columns["source_id"]
    names = [name for name in columns.values() if name in frame]
    fields = [
        Field(name, "text", name == id_column, "conditional", "") for name in names
    ]
    table, faults = convert(frame[names], "events", fields)
    faults += damaged_ids(table[id_column])
    absent = {"source": source, "source_id": "", "kind": "", "community_id": None}
    texts = {
        field: [
            absent[field] if pd.isna(text) else text for text in table[name].tolist()
        ]
        if name in table
        else [absent[field]] * len(frame)
        for field, name in columns.items()
    }
    return texts, faults + _source_faults(texts["source"], source)


def _source_faults(names: Iterable[object], source: str) -> list[RowFault]:
    """Return a fault for each row whose source is one that no database keeps."""
    try:
        refuse_unstorable(source)
    except ValueError as error:
        rows = enumerate(names, start=1)
        return [RowFault(row, "source", str(error)) for row, n in rows if n == source]
    return []


def _text_columns(frame: pd.DataFrame) -> dict[str, str]:
    """Return the column of each text of an event, whether it is there or not."""
    id_column = "source_id" if "source_id" in frame else "event_id"
    if id_column not in frame:
        raise InvalidLayerError(
            "The events have no column 'source_id' but {frame!r}; add the id that "
            "their source gave to each.",
            frame=list(map(str, frame)),
        )
    return {
        "source": "source",
        "source_id": id_column,
        "kind": next((name for name in ("kind", "category") if name in frame), "kind"),
        "community_id": "community_id",
    }


def _number_faults(frame: pd.DataFrame) -> list[RowFault]:
    """Return severities that are not whole, and numbers out of their limits."""
    faults: list[RowFault] = []
    for name, (smallest, largest) in LIMITS.items():
        if name not in frame:
            continue
        numbers = (
            _accuracies_m(frame) if name == "accuracy_m" else _numbers(frame[name])
        )
        is_filled = frame[name].notna() & (frame[name].astype("str").str.strip() != "")
        wrong = is_filled.to_numpy() & ~((numbers >= smallest) & (numbers <= largest))
        if name == "severity":
            wrong |= is_filled.to_numpy() & (numbers != np.round(numbers))
        faults += [
            RowFault(
                row,
                name,
                sentence(
                    "{cell_text} is not {such}",
                    cell_text=_cell_text(frame, name, row),
                    such=NUMBERS[name],
                ),
            )
            for row in (np.flatnonzero(wrong) + 1).tolist()
        ]
    return faults


def _cell_text(frame: pd.DataFrame, name: str, row: int) -> str:
    return repr(frame[name].iloc[row - 1]) if name in frame else "nothing"


def _accuracies_m(frame: pd.DataFrame) -> NDArray[np.float64]:
    """Return the radius of each position, NaN where there is none."""
    return radii_of(frame.get("accuracy_m", pd.Series(np.nan, frame.index))).metres


def _extras(frame: pd.DataFrame, times: EventTimes) -> pd.DataFrame:
    """Return the columns that have no field of their own.

    An event of which only the day is known keeps what was reported among the details.
    """
    own = {*_text_columns(frame).values(), "severity", "accuracy_m", *TIMES}
    extras = frame[[name for name in frame if name not in own]]
    if times.is_day.any():
        extras = extras.assign(occurred_at=frame["occurred_at"].where(times.is_day))
    return extras


def _numbers(column: pd.Series) -> NDArray[np.float64]:
    """Return a column as numbers, NaN where there is none; digits have any width."""
    numbers = pd.to_numeric(column, errors="coerce")
    values = numbers.to_numpy(np.float64, na_value=np.nan, copy=True)
    is_unread = np.isnan(values) & column.notna().to_numpy(np.bool_)
    if is_unread.any():
        texts = column[is_unread].astype("str").str.normalize("NFKC")
        again = pd.to_numeric(texts, errors="coerce")
        values[is_unread] = again.to_numpy(np.float64, na_value=np.nan)
    return values


def _details(extras: pd.DataFrame) -> list[str]:
    """Return the other columns as JSON, empty cells left out."""
    if extras.columns.empty:
        return ["{}"] * len(extras)
    names = [str(name) for name in extras]
    cells = extras.astype(object).where(extras.notna(), None).to_dict("split")["data"]
    return [
        orjson.dumps(
            {
                n: v
                for n, v in zip(names, row, strict=True)
                if v is not None and v != ""
            },
            option=orjson.OPT_SORT_KEYS,
            default=str,
        ).decode()
        for row in cells
    ]
