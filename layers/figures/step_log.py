"""Columns of events brought up to date from the steps that a store recorded since.

Each step is folded as the store folds it, so that the columns say what loops say. What
has been read is never read again; readers have the columns of before until new ones
are whole.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from gis.events import Loop, Scenarios, StoredAction, Task, fold
from gis.models import Instant
from gis.tally import ABSENT, NONE, TIMES, WIDE, Rows, Steps
from layers.figures.columns import (
    CHUNK,
    Area,
    Chunk,
    EventColumns,
    no_steps,
)
from layers.figures.growing import Growing
from layers.figures.histories import EventSource, Record, history_step, recorded_events
from layers.figures.lexicon import Lexicon
from layers.figures.profiles import ProfileTable, profile_of
from layers.packs.scenario_files import scenarios
from layers.stores.log import Link
from layers.stores.loops import LoopStep

BATCH: Final = 20_000
"""So many steps are read at a time."""
CACHED: Final = 100_000
"""Closed events whose tasks are kept for their next step; of others they are read."""
CHANGED: Final = TIMES[1:-1]
"""Times that a step changes."""


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


@dataclass(slots=True)
class Standing:
    """Where an event stands while its steps are read.

    Attributes
    ----------
    row
        Of the event in the columns.
    loop, tasks
        As folded.
    is_late
        Whether anything of it was still owed after it was due.
    """

    row: int
    loop: Loop
    tasks: Mapping[str, Task]
    is_late: bool = False

    def take(self, step: LoopStep) -> None:
        """Stand as after a step."""
        due_at = self.loop.due_at
        self.is_late = self.is_late or (due_at is not None and step.at > due_at)
        self.loop, self.tasks = fold(self.loop, self.tasks, step.changes)


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
        self._event_row, self._sequence = 0, 0
        self._reading = threading.Lock()
        self._open: dict[int, Standing] = {}
        self._closed: OrderedDict[int, Standing] = OrderedDict()
        # by the row of the event in the log, -1 for none
        self._rows = Growing(np.int32)
        self._after = 0
        self._events = _EventRows()
        self._steps = _StepRows()
        self._columns = EventColumns(
            (), no_steps(), ProfileTable(), Lexicon(), 0, 0, (), (), 0
        )

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
        rows = self._rows.publish()
        return np.array(
            [rows[row] if row < len(rows) else -1 for row in event_rows], np.int64
        )

    def _read(self, last: int) -> None:
        """Read all steps up to a row of the log, and let readers have them."""
        profiles, areas = self._columns.profiles, self._columns.areas
        events = recorded_events(self._store, self._event_row)
        event = next(events, None)
        while steps := self._store.steps(self._after, BATCH):
            for step in steps:
                # an event that runs a loop was recorded with its first step
                while event is not None and event.recorded_at < step.recorded_at:
                    self._add_history(event, profiles, areas)
                    event = next(events, None)
                self._add(step, profiles, areas)
                self._after = step.row
        while event is not None:
            self._add_history(event, profiles, areas)
            event = next(events, None)
        self._columns = EventColumns(
            self._events.publish(),
            self._steps.publish(),
            profiles,
            areas,
            len(profiles),
            len(areas),
            *self._steps.recorded(),
            max(self._after, last),
        )

    def _add_history(
        self, event: Record, profiles: ProfileTable, areas: Lexicon[Area]
    ) -> None:
        """Add an event that runs no loop, if it does not."""
        self._event_row = event.row
        if self._rows.get(event.row) < 0:
            self._add(history_step(event, self._scenarios_of()), profiles, areas)
            # a loop that begins later begins anew
            self._closed.pop(event.row, None)

    def _add(
        self, step: LoopStep, profiles: ProfileTable, areas: Lexicon[Area]
    ) -> None:
        """Add a step to the columns."""
        standing = self._standing(step)
        before = standing.loop
        standing.take(step)
        loop = standing.loop
        profile = profile_of(loop, [*standing.tasks.values()], standing.is_late)
        codes = (
            profiles.number(profile),
            areas.number(Area(loop.area_path, loop.grid_id)),
        )
        if standing.row < 0:
            standing.row = self._events.add(loop.occurred_at)
            self._rows.put(step.event_row, standing.row)
        occurred = self._events.occurred(standing.row)
        last = self._events.last_step(standing.row)
        number = self._steps.add(step, last, occurred, codes, (before, loop))
        at = self._steps.code(step.at - occurred)
        times = [
            self._steps.code(_since(getattr(loop, name), occurred)) for name in TIMES
        ]
        self._events.put(standing.row, times, (*codes, number, at))
        self._keep(step.event_row, standing)

    def _standing(self, step: LoopStep) -> Standing:
        """Return where an event stands before a step."""
        standing = self._open.get(step.event_row) or self._closed.get(step.event_row)
        if standing is not None:
            return standing
        row = self._rows.get(step.event_row)
        standing = Standing(row, Loop(step.event_id, step.event_row), {})
        if row >= 0:
            for entry in self._store.actions(step.event_id):
                if entry.row >= step.row:
                    break
                action = entry.action
                standing.take(
                    LoopStep(
                        entry.row,
                        step.event_row,
                        step.event_id,
                        action.at,
                        entry.recorded_at,
                        action.changes,
                    )
                )
        return standing

    def _keep(self, event_row: int, standing: Standing) -> None:
        """Keep where an event stands, of closed ones the last."""
        if standing.loop.is_open:
            self._open[event_row] = standing
            self._closed.pop(event_row, None)
            return
        self._open.pop(event_row, None)
        self._closed[event_row] = standing
        self._closed.move_to_end(event_row)
        if len(self._closed) > CACHED:
            self._closed.popitem(last=False)


class _StepRows:
    """Steps as they come."""

    def __init__(self) -> None:
        self._before = Growing(np.int32)
        self._codes = Growing(np.int32, 4)
        self._change = Growing(np.int32)
        self._exact = Growing(np.int64, len(CHANGED))
        self._wide = Growing(np.int64)
        self._recorded: list[Instant] = []
        self._counts: list[int] = []

    def add(
        self,
        step: LoopStep,
        before: int,
        occurred: Instant,
        codes: tuple[int, int],
        loops: tuple[Loop, Loop],
    ) -> int:
        """Add a step of an event, and how it changed its loop; return its number."""
        after = loops[1]
        at = self.code(step.at - occurred)
        due_at = self.code(_since(after.due_at, occurred))
        self._before.add(before)
        self._codes.add((at, due_at, *codes))
        number = self._change.add(self._change_of(step.at, occurred, loops))
        if self._recorded and self._recorded[-1] == step.recorded_at:
            self._counts[-1] = number + 1
        else:
            last = self._recorded[-1] if self._recorded else step.recorded_at
            self._recorded.append(max(step.recorded_at, last))
            self._counts.append(number + 1)
        return number

    def code(self, time: int | None) -> int:
        """Return the 32 bits that stand for a time after an event occurred."""
        if time is None:
            return NONE
        return time if -WIDE <= time < WIDE else WIDE + self._wide.add(time)

    def publish(self) -> Steps:
        """Return what there is."""
        columns = self._before, self._codes, self._change, self._exact, self._wide
        return Steps(*(column.publish() for column in columns))

    def recorded(self) -> tuple[list[Instant], list[int]]:
        """Return when steps were recorded, and how many there were after each time."""
        return self._recorded, self._counts

    def _change_of(
        self, at: Instant, occurred: Instant, loops: tuple[Loop, Loop]
    ) -> int:
        """Return what a step did to the times of its event, two bits each."""
        change = 0
        for place, name in enumerate(CHANGED):
            before, after = (getattr(loop, name) for loop in loops)
            if before == after:
                continue
            if after not in (None, at):
                times = [_since(getattr(loops[1], name), occurred) for name in CHANGED]
                row = [ABSENT if time is None else time for time in times]
                return -1 - self._exact.add(row)
            change |= (2 if after is None else 1) << (2 * place)
        return change


class _EventRows:
    """Events as they come: chunks, each copied before it is changed again."""

    def __init__(self) -> None:
        self._rows: list[Rows] = []
        self._chunks: list[Chunk] = []
        self._touched: set[int] = set()
        self._size = 0

    def add(self, occurred_at: Instant) -> int:
        """Add an event that occurred at a time; return its row."""
        row, self._size = self._size, self._size + 1
        if row % CHUNK == 0:
            self._rows.append(_empty_rows())
            self._touched.add(row // CHUNK)
        rows, place = self._own(row)
        rows.occurred[place] = occurred_at
        rows.codes[place, 2] = -1
        return row

    def put(
        self, row: int, times: Sequence[int], codes: tuple[int, int, int, int]
    ) -> None:
        """Say where an event stands now."""
        rows, place = self._own(row)
        rows.times[place] = times
        rows.codes[place] = codes

    def occurred(self, row: int) -> Instant:
        """Return when an event occurred."""
        return Instant(int(self._rows[row // CHUNK].occurred[row % CHUNK]))

    def last_step(self, row: int) -> int:
        """Return the number of the last step of an event, -1 for none."""
        return int(self._rows[row // CHUNK].codes[row % CHUNK, 2])

    def publish(self) -> tuple[Chunk, ...]:
        """Return what there is; what changes later is copied first."""
        for number in sorted(self._touched):
            size = min(CHUNK, self._size - number * CHUNK)
            occurred, times, codes = self._rows[number]
            rows = Rows(occurred[:size], times[:size], codes[:size])
            first, last = int(rows.occurred.min()), int(rows.occurred.max())
            self._chunks[number:] = [
                Chunk(rows, Instant(first), Instant(last)),
                *self._chunks[number + 1 :],
            ]
        self._touched = set()
        return tuple(self._chunks)

    def _own(self, row: int) -> tuple[Rows, int]:
        """Return a chunk that no reader has, and the place of an event in it."""
        number, place = divmod(row, CHUNK)
        if number not in self._touched:
            occurred, times, codes = self._rows[number]
            self._rows[number] = Rows(occurred.copy(), times.copy(), codes.copy())
            self._touched.add(number)
        return self._rows[number], place


def _empty_rows() -> Rows:
    """Return room for a chunk."""
    return Rows(
        np.empty(CHUNK, np.int64),
        np.empty((CHUNK, len(TIMES)), np.int32),
        np.empty((CHUNK, 4), np.int32),
    )


def _since(time: Instant | None, occurred: Instant) -> int | None:
    """Return how long after an event occurred a time is; None for none."""
    return None if time is None else time - occurred
