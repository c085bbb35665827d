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
from layers.schema.instants import NO_INSTANT, Midnights, read_instants


class EventTimes:
    """When events occurred, read part by part.

    Parameters
    ----------
    column
        Column with times, as `read_time` takes them.
    timezone
        IANA zone of times without offset.
    """

    def __init__(self, column: str, timezone: str) -> None:
        self._column = column
        self._timezone = timezone
        self._rows = self._local = self._hourless = self._absent = 0
        self._midnights = Midnights()
        self._serials: tuple[str, ...] = ()

    def read(self, table: EventTable) -> NDArray[np.int64]:
        """Return when each event of a part occurred.

        Parameters
        ----------
        table
            The rows behind those before.

        Raises
        ------
        InputFileError
            If there is no such column, or something in it is no time.
        """
        column = self._column
        if column not in table.columns.column_names:
            raise InputFileError(
                "The events have no column {column!r}; they have {column_names!r}, "
                "name the one with the time.",
                column=column,
                column_names=table.columns.column_names,
            )
        notices_before = len(table.notices)
        table = with_serial_times(table, (column,))
        self._serials += table.notices[notices_before:]
        times = table.columns[column].to_pandas()
        instants = read_instants(times, self._timezone)
        _refuse_other_than_times(column, times, instants.faults, self._rows)
        is_absent = instants.values == NO_INSTANT
        self._local += int((instants.is_local & ~instants.is_day).sum())
        self._hourless += int(instants.is_day.sum())
        self._absent += int(is_absent.sum())
        self._midnights.add(instants, self._timezone)
        self._rows += len(times)
        return np.where(instants.is_day | is_absent, NO_HOUR, instants.values)

    def notices(self) -> list[str]:
        """Return what to say about the times."""
        unanswered = sentence("who was on duty then is not answered (no_time).")
        sentences = {
            sentence(
                "{have} no offset: taken as local in {timezone}.",
                have=count_text(self._local, "time has", "times have"),
                timezone=self._timezone,
            ): self._local,
            sentence(
                "{have} a day without an hour: {unanswered}",
                have=count_text(self._hourless, "event has", "events have"),
                unanswered=unanswered,
            ): self._hourless,
            sentence(
                "{have} no time: {unanswered}",
                have=count_text(self._absent, "event has", "events have"),
                unanswered=unanswered,
            ): self._absent,
        }
        notices = [*self._serials]
        notices += [text for text, count in sentences.items() if count]
        return notices + self._midnights.notices(self._timezone)


def _refuse_other_than_times(
    column: str, times: pd.Series, faults: Mapping[int, str], rows_before: int
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
            spot=rows_before + place + 1,
            iloc=str(times.iloc[place]),
            column=column,
            more=more,
            rule_name=rule,
        )
