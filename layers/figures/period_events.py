"""Events of some days that figures count, on the boundaries of a rated day."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd

from gis.access import EVERYTHING
from gis.local_time import local_instant, timezone_of
from gis.models import Instant
from layers.figures.counted_events import counted_events
from layers.figures.counting import Span
from layers.figures.moved_columns import MovedColumns
from layers.figures.question import TOWN, FigureQuery, Meaning
from layers.figures.step_log import StepLog
from layers.rating.day import RiskDay
from layers.stores.protocol import Store


class PeriodEvents:
    """Reads the events that figures count for who sees the town, with no grant.

    They are those of ``/circles/{id}/figures?from=&to=&known_at=&rebase=true`` with the
    end of the day as `valid_at`, so that no report counts otherwise.

    Parameters
    ----------
    store
        Where the events are.
    day
        Read from it: its cut-off, boundaries and kinds of events hold.
    folder
        Where columns are kept for the next start; None keeps none.

    Examples
    --------
    >>> from layers.figures.report import monthly_figures
    >>> def month(store, day):
    ...     return monthly_figures(day, PeriodEvents(store, day).within)
    """

    def __init__(self, store: Store, day: RiskDay, folder: Path | None = None) -> None:
        self._day = day
        self._steps = StepLog(store, lambda: day.scenarios, folder)
        self._moved = MovedColumns(store, self._steps)

    def within(self, span: Span) -> pd.DataFrame:
        """Return the events of some days, in order of their occurrence.

        Parameters
        ----------
        span
            The days; events count as they stood at their end.

        Returns
        -------
        events
            event_id, channel (as reported), occurred_at, day, kind, module, severity,
            area_path and grid_id (empty for none), move (how it came to the
            boundaries, empty where it lies as it was recorded).
        """
        facts = self._day.facts
        cutoff = facts.cutoff
        since = self._midnight(span.first)
        until = self._midnight(span.last + dt.timedelta(days=1))
        columns = self._moved.on((since, until), cutoff.known_at, facts.snapshot)
        query = FigureQuery(TOWN, since, until, until, cutoff.known_at)
        events = counted_events(columns, query, EVERYTHING, Meaning())
        occurred_at = pd.to_datetime(events["occurred_at"], unit="ms", utc=True)
        events = events.assign(
            occurred_at=occurred_at, day=cutoff.days_of(occurred_at)
        ).join(self._records())
        return events.sort_values(["occurred_at", "event_id"], ignore_index=True)

    def close(self) -> None:
        """Keep what was read for the next start."""
        self._steps.close()

    def _midnight(self, day: dt.date) -> Instant:
        """Return when a day begins."""
        zone = timezone_of(self._day.timezone)
        return local_instant(dt.datetime.combine(day, dt.time()), zone)

    def _records(self) -> pd.DataFrame:
        """Return id and channel of the events of the day by their row in the columns.

        What was reported as a sensitive kind and is none now counts too.
        """
        records = pd.concat([self._day.events, self._day.sensitive_events])
        rows = self._steps.rows_of(records["row"].to_numpy(np.int64))
        return records[["event_id", "channel"]].set_index(pd.Index(rows))
