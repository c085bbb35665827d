"""Events of earlier periods on later boundaries, for those who compare."""

import threading
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd

from gis.models import Instant
from gis.versions import Version
from layers.figures.columns import EventColumns
from layers.figures.event_points import event_points
from layers.figures.moved_events import Move, move_events
from layers.figures.step_log import StepLog
from layers.snapshots import Snapshot
from layers.stores.protocol import Store

Key: TypeAlias = tuple[tuple[Instant, Instant], Instant | None, tuple[str, ...]]


class MovedColumns:
    """Moves the events of a period, and keeps the last one that was asked for.

    Parameters
    ----------
    store
        Where events and boundaries are.
    steps
        The events in memory.
    """

    def __init__(self, store: Store, steps: StepLog) -> None:
        self._store, self._steps = store, steps
        self._moving = threading.Lock()
        self._last: tuple[EventColumns, Key, EventColumns] | None = None

    def on(
        self,
        span: tuple[Instant, Instant],
        known_at: Instant | None,
        versions: Sequence[Version],
        target: Snapshot,
    ) -> EventColumns:
        """Return the events of a period on other boundaries.

        Parameters
        ----------
        span
            From, inclusively, until, exclusively.
        known_at
            Only what was recorded up to then counts; None takes all.
        versions
            Those in force in the period.
        target
            The boundaries that they are counted on.
        """
        columns = self._steps.current()
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

    def _points(
        self, span: tuple[Instant, Instant], known_at: Instant | None
    ) -> pd.DataFrame:
        """Return the points of the events of a time by their rows in the columns."""
        points = event_points(self._store, *span, known_at)
        points.index = pd.Index(self._steps.rows_of(points.index.to_numpy(np.int64)))
        return points[points.index >= 0]
