"""Times of events in a file."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.errors import InputFileError
from layers.files import EventTable
from layers.schema.instants import NO_INSTANT, read_instants


def occurred_at(
    table: EventTable, column: str | None, timezone: str
) -> tuple[NDArray[np.int64] | None, list[str]]:
    """Return when each event occurred, and what to say about the times.

    Parameters
    ----------
    table
        The events.
    column
        Column with ISO 8601 times; None for events without.
    timezone
        IANA zone of times without offset.

    Raises
    ------
    InputFileError
        If there is no such column, or something in it is no time.
    """
    if column is None:
        return None, []
    if column not in table.columns.column_names:
        raise InputFileError(
            f"The events have no column {column!r}; they have "
            f"{table.columns.column_names!r}, name the one with the time."
        )
    times = table.columns[column].to_pandas()
    instants = read_instants(times, timezone)
    is_lost = instants.values == NO_INSTANT
    is_empty = times.isna() | (times.astype("str").str.strip() == "")
    _refuse_other_than_times(column, times[is_lost & ~is_empty], timezone)
    local = int(instants.is_local.sum())
    lost = int(is_lost.sum())
    notices = []
    if local:
        notices.append(f"{local:,} times have no offset: taken as local in {timezone}.")
    if lost:
        notices.append(
            f"{lost:,} events have no time: answered as before the first duty."
        )
    return instants.values, notices


def _refuse_other_than_times(column: str, wrong: pd.Series, timezone: str) -> None:
    """Raise for what stands in a column of times and is none."""
    if wrong.empty:
        return
    row, value = wrong.index[0] + 1, wrong.iloc[0]
    more = f", and {len(wrong) - 1:,} more rows are such" if len(wrong) > 1 else ""
    raise InputFileError(
        f"Row {row} of the events has {value!r} in {column!r}{more}; expected a time "
        f"such as '2026-09-10T09:00:00+08:00', or without offset one that the clocks "
        f"of {timezone} show once, correct it or name another column."
    )
