"""Times of events in a file."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.counts import count_text
from gis.errors import InputFileError
from gis.roster import NO_HOUR
from gis.sentences import sentence
from layers.files import EventTable
from layers.files.workbook import with_serial_times
from layers.schema.instants import NO_INSTANT, about_midnights, read_instants


def occurred_at(
    table: EventTable, column: str | None, timezone: str
) -> tuple[NDArray[np.int64] | None, list[str]]:
    """Return when each event occurred, and what to say about the times.

    Parameters
    ----------
    table
        The events.
    column
        Column with times, as `read_time` takes them; None for events without.
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
            "The events have no column {column!r}; they have {column_names!r}, name "
            "the one with the time.",
            column=column,
            column_names=table.columns.column_names,
        )
    notices_before = len(table.notices)
    table = with_serial_times(table, (column,))
    times = table.columns[column].to_pandas()
    instants = read_instants(times, timezone)
    _refuse_other_than_times(column, times, instants.faults)
    is_absent = instants.values == NO_INSTANT
    masks = (instants.is_local & ~instants.is_day, instants.is_day, is_absent)
    local, hourless, absent = (int(mask.sum()) for mask in masks)
    unanswered = sentence("who was on duty then is not answered (no_time).")
    sentences = {
        sentence(
            "{have} no offset: taken as local in {timezone}.",
            have=count_text(local, "time has", "times have"),
            timezone=timezone,
        ): local,
        sentence(
            "{have} a day without an hour: {unanswered}",
            have=count_text(hourless, "event has", "events have"),
            unanswered=unanswered,
        ): hourless,
        sentence(
            "{have} no time: {unanswered}",
            have=count_text(absent, "event has", "events have"),
            unanswered=unanswered,
        ): absent,
    }
    notices = [*table.notices[notices_before:]]
    notices += [text for text, count in sentences.items() if count]
    notices += about_midnights(instants, timezone)
    return np.where(instants.is_day | is_absent, NO_HOUR, instants.values), notices


def _refuse_other_than_times(
    column: str, times: pd.Series, faults: Mapping[int, str]
) -> None:
    """Raise for what stands in a column of times and is none."""
    for place, rule in sorted(faults.items()):
        more = (
            sentence(
                ", and {are} such",
                are=count_text(len(faults) - 1, "more row is", "more rows are"),
            )
            if len(faults) > 1
            else ""
        )
        raise InputFileError(
            "Row {spot} of the events has {iloc!r} in {column!r}{more}; it "
            "{rule_name}, correct it or name another column.",
            spot=place + 1,
            iloc=str(times.iloc[place]),
            column=column,
            more=more,
            rule_name=rule,
        )
