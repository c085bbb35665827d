"""Columns of events as their steps come: some at a time, and published whole."""

from collections.abc import Collection
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis.models import Instant
from gis.tally import ABSENT, NONE, WIDE, Rows, Steps
from layers.figures.columns import CHUNK, Area, Chunk, EventColumns, room_for
from layers.figures.event_state import EXACT, EventState
from layers.figures.growing import Growing
from layers.stores.loops import LoopStep

BATCH: Final = 20_000
"""So many steps become columns at a time."""


class ColumnBuilder:
    """Adds steps to columns that others read.

    Parameters
    ----------
    columns
        What there is; its arrays become the builder's own.
    places
        Row in the columns of each event by its row in the log, -1 for none.
    """

    def __init__(self, columns: EventColumns, places: NDArray[np.int32]) -> None:
        self._profiles, self._areas = columns.profiles, columns.areas
        self._places = Growing.of(places)
        self._events = _EventRows(columns.chunks)
        self._steps = _StepRows(columns.steps, columns.recorded)
        # by row, those whose rows are not what their states say
        self._late: dict[int, EventState] = {}

    def has(self, event_row: int) -> bool:
        """Say whether an event has a row in the columns.

        Parameters
        ----------
        event_row
            Its row in the log.
        """
        return self._places.get(event_row) >= 0

    def rows_of(self, event_rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return rows in the columns by rows in the log, -1 where there is none.

        Parameters
        ----------
        event_rows
            Of the log.
        """
        places = self._places.publish()
        rows = np.full(len(event_rows), -1, np.int64)
        is_read = event_rows < len(places)
        rows[is_read] = places[event_rows[is_read]]
        return rows

    def state_of(self, event_row: int) -> EventState:
        """Return an event as before its first step, with its place in the columns.

        Parameters
        ----------
        event_row
            Its row in the log.
        """
        row = self._places.get(event_row)
        if row < 0:
            return EventState()
        late = self._late.get(row)
        if late is not None:
            occurred_at, standing = late.occurred_at, late.standing
        else:
            occurred_at, standing = self._events.at(row)
        return EventState(row, occurred_at, standing)

    def add(self, step: LoopStep, state: EventState, change: int) -> None:
        """Add a step.

        Parameters
        ----------
        step
            The step.
        state
            Where its event stands after it; gets its place in the columns.
        change
            What it does to times, as `EventState.fold` says.
        """
        if state.row < 0:
            state.begin(self._events.new_row())
            self._places.put(step.event_row, state.row)
        if change == EXACT:
            change = self._steps.exact(state)
        profile = self._profiles.number(state.profile())
        area = self._areas.number(Area(*state.area))
        before, at = state.standing[2], step.at - state.occurred_at
        due = None if state.due_at is None else state.due_at - state.occurred_at
        codes = (self._steps.code(at), self._steps.code(due), profile, area)
        number = self._steps.add(before, codes, change, step.recorded_at)
        state.standing = profile, area, number, codes[0]
        self._late[state.row] = state
        if len(self._late) >= BATCH:
            self._settle()

    def publish(self, last_action: int) -> EventColumns:
        """Return the columns, which stay as they are.

        Parameters
        ----------
        last_action
            Row of the last action that counts in them.
        """
        self._settle()
        return EventColumns(
            self._events.publish(),
            *self._steps.publish(),
            self._profiles,
            self._areas,
            len(self._profiles),
            len(self._areas),
            last_action,
        )

    def places(self) -> NDArray[np.int32]:
        """Return the row of each event by its row in the log, -1 for none: a copy."""
        return self._places.publish().copy()

    def _settle(self) -> None:
        """Let rows say what their states say."""
        if self._late:
            self._events.put(self._late.values(), self._steps)
            self._late = {}


class _StepRows:
    """Steps as they come: a few wait as numbers until there are many."""

    def __init__(self, steps: Steps, recorded: NDArray[np.int64]) -> None:
        self._before = Growing.of(steps.before)
        self._codes = Growing.of(steps.codes)
        self._change = Growing.of(steps.change)
        self._exact = Growing.of(steps.exact)
        self._wide = Growing.of(steps.wide)
        self._recorded = Growing.of(recorded)
        self._recorded_at = int(recorded[-1]) if len(recorded) else 0
        self._waiting: list[tuple[int, ...]] = []

    def add(
        self, before: int, codes: tuple[int, int, int, int], change: int, at: Instant
    ) -> int:
        """Add a step that was recorded at a time, never before those before it."""
        self._recorded_at = max(self._recorded_at, at)
        number = self._before.size + len(self._waiting)
        self._waiting.append((before, *codes, change, self._recorded_at))
        if len(self._waiting) >= BATCH:
            self._settle()
        return number

    def code(self, time: int | None) -> int:
        """Return the 32 bits that stand for a time after an event occurred."""
        if time is None:
            return NONE
        return time if -WIDE <= time < WIDE else WIDE + self._wide.add(time)

    def exact(self, state: EventState) -> int:
        """Return how a step changes times that no two bits each can say."""
        occurred = state.occurred_at
        times = state.times[1:-1]
        row = [ABSENT if time is None else time - occurred for time in times]
        return -1 - self._exact.add(row)

    def publish(self) -> tuple[Steps, NDArray[np.int64]]:
        """Return what there is, and when each step was recorded."""
        self._settle()
        columns = self._before, self._codes, self._change, self._exact, self._wide
        return Steps(*(column.publish() for column in columns)), (
            self._recorded.publish()
        )

    def _settle(self) -> None:
        """Put what waits into the columns."""
        count = len(self._waiting)
        values = np.array(self._waiting, np.int64).reshape(count, 7)
        self._before.extend(values[:, 0], count)
        self._codes.extend(values[:, 1:5], count)
        self._change.extend(values[:, 5], count)
        self._recorded.extend(values[:, 6], count)
        self._waiting = []


class _EventRows:
    """Events as they come: chunks, each copied before it is changed again."""

    def __init__(self, chunks: Collection[Chunk]) -> None:
        self._chunks = [*chunks]
        self._rows = [chunk.rows for chunk in chunks]
        self._touched: set[int] = set()
        self._size = sum(rows.occurred.size for rows in self._rows)

    def new_row(self) -> int:
        """Return the row of an event that comes."""
        self._size += 1
        return self._size - 1

    def at(self, row: int) -> tuple[Instant, tuple[int, int, int, int]]:
        """Return when an event occurred, and its codes."""
        rows, place = self._rows[row // CHUNK], row % CHUNK
        profile, area, step, at = rows.codes[place].tolist()
        return Instant(int(rows.occurred[place])), (profile, area, step, at)

    def put(self, states: Collection[EventState], steps: _StepRows) -> None:
        """Say where some events stand now."""
        rows = np.array([state.row for state in states])
        occurred = np.array([state.occurred_at for state in states], np.int64)
        codes = np.array([state.standing for state in states], np.int32)
        times = np.array(
            [
                [
                    NONE if time is None else steps.code(time - state.occurred_at)
                    for time in state.times
                ]
                for state in states
            ],
            np.int32,
        )
        numbers = rows // CHUNK
        for number in np.unique(numbers).tolist():
            some = numbers == number
            own, places = self._own(number), rows[some] % CHUNK
            own.occurred[places] = occurred[some]
            own.times[places] = times[some]
            own.codes[places] = codes[some]

    def publish(self) -> tuple[Chunk, ...]:
        """Return what there is; what changes later is copied first."""
        for number in sorted(self._touched):
            size = min(CHUNK, self._size - number * CHUNK)
            occurred, times, codes = self._rows[number]
            rows = Rows(occurred[:size], times[:size], codes[:size])
            first, last = int(rows.occurred.min()), int(rows.occurred.max())
            self._chunks[number : number + 1] = [
                Chunk(rows, Instant(first), Instant(last))
            ]
        self._touched = set()
        return tuple(self._chunks)

    def _own(self, number: int) -> Rows:
        """Return a chunk that no reader has."""
        if number not in self._touched:
            self._touched.add(number)
            own = room_for(CHUNK)
            if number < len(self._rows):
                before = self._rows[number]
                size = before.occurred.size
                own.occurred[:size] = before.occurred
                own.times[:size] = before.times
                own.codes[:size] = before.codes
            self._rows[number : number + 1] = [own]
        return self._rows[number]
