"""Events of a period on the boundaries of another time, for those who ask so."""

import threading
from typing import TypeAlias

import numpy as np
import pandas as pd

from gis.models import Instant
from gis.versions import History
from layers.figures.columns import EventColumns
from layers.figures.comparison import versions_in
from layers.figures.event_points import event_points
from layers.figures.moved_events import Move, move_events
from layers.figures.step_log import StepLog
from layers.snapshots import Snapshot, StoreView
from layers.stores.protocol import Store

Span: TypeAlias = tuple[Instant, Instant]
Key: TypeAlias = tuple[Span, Instant | None, tuple[str, ...]]


class MovedColumns:
    """Moves the events of a period, and keeps the last one that was asked for.

    Parameters
    ----------
    store
        Where events and boundaries are.
    steps
        The events in memory.

    Examples
    --------
    >>> from layers.stores import open_store
    >>> store = open_store("memory:")
    >>> moved = MovedColumns(store, StepLog(store))
    """

    def __init__(self, store: Store, steps: StepLog) -> None:
        self._store, self._steps = store, steps
        self._moving = threading.Lock()
        self._last: tuple[EventColumns, Key, EventColumns] | None = None

    def on(
        self, span: Span, known_at: Instant | None, target: Snapshot
    ) -> EventColumns:
        """Return the events of a period on some boundaries.

        Parameters
        ----------
        span
            From, inclusively, until, exclusively.
        known_at
            Only what was recorded up to then counts; None takes all.
        target
            The boundaries that they are counted on.

        Returns
        -------
        columns
            All events as they are, where these boundaries were in force all the time.
        """
        columns = self._steps.current()
        history = StoreView(self._store, known_at).history()
        if _is_in_force(history, span, target):
            return columns
        versions = versions_in(history, span)
        digests = (target.version.digest, *(v.digest for v in versions))
        key = span, known_at, digests
        # one at a time: it reads the period from the store
        with self._moving:
            last = self._last
            if last is not None and last[0] is columns and last[1] == key:
                return last[2]
            earlier = [self._store.version_layers(v.version).grids for v in versions]
            moved = move_events(
                columns,
                self._points(span, known_at),
                span,
                known_at,
                Move(earlier, target),
            )
            self._last = columns, key, moved
            return moved

    def _points(self, span: Span, known_at: Instant | None) -> pd.DataFrame:
        """Return the points of the events of a time by their rows in the columns."""
        points = event_points(self._store, *span, known_at)
        points.index = pd.Index(self._steps.rows_of(points.index.to_numpy(np.int64)))
        return points[points.index >= 0]


def _is_in_force(history: History, span: Span, target: Snapshot) -> bool:
    """Say whether boundaries were in force all of a time."""
    digests = {version.digest for version in versions_in(history, span)}
    is_since = history.in_force(span[0]) is not None
    return is_since and digests == {target.version.digest}
