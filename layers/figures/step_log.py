"""Columns of events brought up to date from the steps that a store recorded since.

Each step is folded as the store folds it, so that the columns say what loops say. What
has been read is not read again, not even by a later process where it was written to a
file; readers have the columns of before until new ones are whole.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from gis.errors import GovernanceError, StoreUnavailableError
from gis.events import Scenarios, StoredAction
from layers.figures.column_builder import ColumnBuilder
from layers.figures.columns import EventColumns
from layers.figures.columns_file import ColumnsFile, LogSource, Reading, no_reading
from layers.figures.event_state import EventState
from layers.figures.histories import EventSource, Record, history_step, recorded_events
from layers.packs.scenario_files import scenarios
from layers.stores.loops import LoopStep

BATCH: Final = 2_000
"""So many steps are read at a time."""
CACHED: Final = 20_000
"""Closed events whose states are kept for their next step; of others they are read."""
MOST_UNWRITTEN: Final = 500_000
"""So many steps are read again at most where a process did not come to its end."""


class StepSource(EventSource, LogSource, Protocol):
    """What of a `Store` columns are made from."""

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
    folder
        Where columns are kept for the next start; None keeps none.

    Examples
    --------
    >>> from layers.stores import open_store
    >>> StepLog(open_store("memory:")).current().chunks
    ()
    """

    def __init__(
        self,
        store: StepSource,
        scenarios_of: Callable[[], Scenarios] = scenarios,
        folder: Path | None = None,
    ) -> None:
        self._store = store
        self._scenarios_of = scenarios_of
        self._file = ColumnsFile(folder, store, scenarios_of()) if folder else None
        self._reading = threading.Lock()
        self._sequence = 0
        self._open: dict[int, EventState] = {}
        self._closed: OrderedDict[int, EventState] = OrderedDict()
        self._resume(no_reading())
        self._has_begun, self._is_over = False, False
        # steps that are in no file, and who writes them
        self._unwritten = 0
        self._writer = threading.Thread()
        self._starter = threading.Thread()

    def start(self) -> None:
        """Begin to read in the background, so that nobody who asks waits for it all."""
        self._starter = threading.Thread(
            target=self._read_ahead, name="pagoda-figures-start", daemon=True
        )
        self._starter.start()

    def current(self) -> EventColumns:
        """Return the columns with all that was recorded before they were asked for.

        Raises
        ------
        StoreError
            If what was recorded cannot be read, or the service ends.
        """
        last, link = self._store.last_action(), self._store.last_link()
        sequence = link.sequence if link else 0
        if self._sequence < sequence:
            with self._reading:
                if self._sequence < sequence:
                    self._begin()
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
        return self._builder.rows_of(event_rows)

    def close(self) -> None:
        """Write what was read, for the next start; nothing is read any more."""
        self._is_over = True
        if self._starter.is_alive():
            self._starter.join()
        with self._reading:
            if self._writer.is_alive():
                self._writer.join()
            if self._file and self._unwritten:
                self._file.write(self._reading_of(self._columns.last_action))
                self._unwritten = 0

    def _read_ahead(self) -> None:
        """Read before anybody asks; who asks is answered why that fails."""
        with suppress(GovernanceError):
            self.current()

    def _begin(self) -> None:
        """Go on from the columns of a former process, once."""
        if self._file and not self._has_begun:
            self._resume(self._file.read())
        self._has_begun = True

    def _resume(self, reading: Reading) -> None:
        """Go on from columns."""
        self._event_row, self._step_row = reading.event_row, reading.step_row
        self._columns = reading.columns
        self._builder = ColumnBuilder(reading.columns, reading.places)

    def _read(self, last: int) -> None:
        """Read all steps up to a row of the log, and let readers have them."""
        events = recorded_events(self._store, self._event_row)
        event = next(events, None)
        while steps := self._store.steps(self._step_row, BATCH):
            self._refuse_over()
            for step in steps:
                # an event that runs a loop was recorded with its first step
                while event is not None and event.recorded_at < step.recorded_at:
                    self._add_history(event)
                    event = next(events, None)
                self._add(step)
                self._step_row = step.row
            self._write_some()
        while event is not None:
            self._add_history(event)
            event = next(events, None)
        self._columns = self._builder.publish(max(self._step_row, last))
        self._write_some()

    def _refuse_over(self) -> None:
        """Read no more where nobody waits."""
        if self._is_over:
            raise StoreUnavailableError(
                "The steps of events are not read any more, since the service ends; "
                "ask again when it has begun anew."
            )

    def _write_some(self) -> None:
        """Write columns in the background, where many steps are in no file."""
        is_due = self._unwritten >= MOST_UNWRITTEN and not self._writer.is_alive()
        if self._file and is_due:
            reading = self._reading_of(self._step_row)
            self._writer = threading.Thread(
                target=self._file.write,
                args=(reading,),
                name="pagoda-figures",
                daemon=True,
            )
            self._writer.start()
            self._unwritten = 0

    def _reading_of(self, last: int) -> Reading:
        """Return what was read up to now."""
        return Reading(
            self._builder.publish(last),
            self._builder.places(),
            self._event_row,
            self._step_row,
        )

    def _add_history(self, event: Record) -> None:
        """Add an event that runs no loop, if it does not."""
        if not self._builder.has(event.row):
            self._add(history_step(event, self._scenarios_of()))
            # a loop that begins later begins anew
            self._closed.pop(event.row, None)
        self._event_row = event.row

    def _add(self, step: LoopStep) -> None:
        """Add a step to the columns."""
        state = self._state(step)
        change = state.fold(step.at, step.changes)
        self._builder.add(step, state, change)
        self._unwritten += 1
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
