"""Columns of events brought up to date from the steps that a store recorded since.

Each step is folded as the store folds it, so that the columns say what loops say. What
has been read is never read again; readers have the columns of before until new ones
are whole.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from gis.events import Scenarios, StoredAction
from layers.figures.column_builder import ColumnBuilder
from layers.figures.columns import EventColumns, no_columns
from layers.figures.event_state import EventState
from layers.figures.histories import EventSource, Record, history_step, recorded_events
from layers.packs.scenario_files import scenarios
from layers.stores.log import Link
from layers.stores.loops import LoopStep

BATCH: Final = 2_000
"""So many steps are read at a time."""
CACHED: Final = 20_000
"""Closed events whose states are kept for their next step; of others they are read."""


class StepSource(EventSource, Protocol):
    """What of a `Store` columns are made from."""

    def last_link(self) -> Link | None:
        """Return the end of the log; None while it is empty."""

    def steps(self, after: int, limit: int) -> tuple[LoopStep, ...]:
        """Return what actions of events do, of those after a row, in order."""

    def actions(self, event_id: str) -> tuple[StoredAction, ...]:
        """Return the actions of an event in order."""

    def last_action(self) -> int:
        """Return the row of the last action, 0 without one."""


class StepLog:
    """Holds the columns of a store; any thread may ask.

    Parameters
    ----------
    store
        Where steps are read.
    scenarios_of
        Says what kinds of events are, for those of a history.

    Examples
    --------
    >>> from layers.stores import open_store
    >>> StepLog(open_store("memory:")).current().chunks
    ()
    """

    def __init__(
        self, store: StepSource, scenarios_of: Callable[[], Scenarios] = scenarios
    ) -> None:
        self._store = store
        self._scenarios_of = scenarios_of
        self._reading = threading.Lock()
        self._sequence = 0
        self._event_row, self._step_row = 0, 0
        self._open: dict[int, EventState] = {}
        self._closed: OrderedDict[int, EventState] = OrderedDict()
        self._columns = no_columns()
        self._builder = ColumnBuilder(self._columns, np.empty(0, np.int32))

    def current(self) -> EventColumns:
        """Return the columns with all that was recorded before they were asked for.

        Raises
        ------
        StoreError
            If what was recorded cannot be read.
        """
        last, link = self._store.last_action(), self._store.last_link()
        sequence = link.sequence if link else 0
        if self._sequence < sequence:
            with self._reading:
                if self._sequence < sequence:
                    self._read(last)
                    self._sequence = sequence
        return self._columns

    def rows_of(self, event_rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return rows in the columns by rows in the log, -1 where there is none.

        Parameters
        ----------
        event_rows
            Of the log.
        """
        rows = self._builder.places()
        is_there = event_rows < len(rows)
        places = np.full(len(event_rows), -1, np.int64)
        places[is_there] = rows[event_rows[is_there]]
        return places

    def _read(self, last: int) -> None:
        """Read all steps up to a row of the log, and let readers have them."""
        events = recorded_events(self._store, self._event_row)
        event = next(events, None)
        while steps := self._store.steps(self._step_row, BATCH):
            for step in steps:
                # an event that runs a loop was recorded with its first step
                while event is not None and event.recorded_at < step.recorded_at:
                    self._add_history(event)
                    event = next(events, None)
                self._add(step)
            self._step_row = steps[-1].row
        while event is not None:
            self._add_history(event)
            event = next(events, None)
        self._columns = self._builder.publish(max(self._step_row, last))

    def _add_history(self, event: Record) -> None:
        """Add an event that runs no loop, if it does not."""
        self._event_row = event.row
        if not self._builder.has(event.row):
            self._add(history_step(event, self._scenarios_of()))
            # a loop that begins later begins anew
            self._closed.pop(event.row, None)

    def _add(self, step: LoopStep) -> None:
        """Add a step to the columns."""
        state = self._state(step)
        change = state.fold(step.at, step.changes)
        self._builder.add(step, state, change)
        self._keep(step.event_row, state)

    def _state(self, step: LoopStep) -> EventState:
        """Return where an event stands before a step."""
        state = self._open.get(step.event_row) or self._closed.get(step.event_row)
        if state is None:
            state = self._builder.state_of(step.event_row)
            if state.row >= 0:
                for entry in self._store.actions(step.event_id):
                    if entry.row >= step.row:
                        break
                    state.fold(entry.action.at, entry.action.changes)
        return state

    def _keep(self, event_row: int, state: EventState) -> None:
        """Keep where an event stands, of closed ones the last."""
        if state.is_open:
            self._open[event_row] = state
            self._closed.pop(event_row, None)
            return
        self._open.pop(event_row, None)
        self._closed[event_row] = state
        self._closed.move_to_end(event_row)
        if len(self._closed) > CACHED:
            self._closed.popitem(last=False)
