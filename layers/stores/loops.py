"""What every store promises of actions, loops and tasks: signatures, no code."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import pandas as pd

from gis.access import Scope
from gis.events import Action, Box, Changes, Loop, Spot, StoredAction, Task
from gis.models import Instant
from layers.stores.event_records import EventReceipt, NewEvent


@dataclass(frozen=True, slots=True)
class Entry:
    """What one caller brings about one event, or beside all events.

    Attributes
    ----------
    event
        The event itself, where it is new; its `event_id` is given if it has actions.
    actions
        In order, all of the same event; those of no event are the audit.
    expected_seq
        Number of the last action of the event that the caller has seen; None where that
        does not matter.
    """

    event: NewEvent | None = None
    actions: tuple[Action, ...] = ()
    expected_seq: int | None = None


@dataclass(frozen=True, slots=True)
class EntryReceipt:
    """What the store did with an entry.

    Attributes
    ----------
    event
        Receipt of the event; None where the entry had none.
    actions
        As they are stored; of an entry that came before, those of then.
    is_new
        False where all of it had come before.
    loop, tasks
        Where the event stands after it; None for the audit and for a history.
    """

    event: EventReceipt | None
    actions: tuple[StoredAction, ...] = ()
    is_new: bool = True
    loop: Loop | None = None
    tasks: tuple[Task, ...] = ()


class LoopStep(NamedTuple):
    """What an action of an event does, without what it was asked for and answered.

    Attributes
    ----------
    row
        Of the action, in order of the log.
    event_row, event_id
        The event, and its row in the log.
    at, recorded_at
        As in `StoredAction`.
    changes
        What it does to the loop and its tasks.
    """

    row: int
    event_row: int
    event_id: str
    at: Instant
    recorded_at: Instant
    changes: Changes


@dataclass(frozen=True, slots=True)
class LoopQuery:
    """Which loops are asked for; what is None or empty takes all.

    Attributes
    ----------
    states, kinds, sources, packs
        Only those.
    post_id
        Only those that this post answers for.
    area_path
        Only those in the area, by the beginning of their path; ended by ``/``.
    is_open
        Only open or only closed ones.
    overdue_at
        Only those that are overdue at this time.
    since, until
        Only those that occurred in ``[since, until)``.
    cluster
        Only those linked with this event.
    below
        Only those of events before this row of the log.
    event_rows
        Only those of events of these rows of the log.
    limit
        At most so many, newest first.
    """

    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    post_id: str = ""
    area_path: str = ""
    is_open: bool | None = None
    overdue_at: Instant | None = None
    since: Instant | None = None
    until: Instant | None = None
    cluster: str = ""
    below: int | None = None
    event_rows: tuple[int, ...] = ()
    limit: int = 100


@dataclass(frozen=True, slots=True)
class NearQuery:
    """Which events are asked for that are near another one in place and time.

    Attributes
    ----------
    kind
        Only those.
    box
        Only those with a position in it.
    since, until
        Only those that occurred in ``[since, until)``.
    limit
        At most so many, newest first.
    """

    kind: str
    box: Box
    since: Instant
    until: Instant
    limit: int


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """Which tasks are asked for; what is empty takes all.

    Attributes
    ----------
    event_id
        Only those of an event.
    whistle_id
        Only those of a whistle.
    post_ids, department_ids
        Only those owed by one of either.
    sorts
        Only those.
    area_path
        Only those that climb from within the area; ended by ``/``.
    levels
        Only those that have climbed so often, from the first number to the second.
    since, until
        Only those that somebody owes since ``[since, until)``.
    is_open
        Only those that are owed, or no longer.
    limit
        At most so many, the first due first.
    """

    event_id: str = ""
    whistle_id: str = ""
    post_ids: tuple[str, ...] = ()
    department_ids: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()
    area_path: str = ""
    levels: tuple[int, int] | None = None
    since: Instant | None = None
    until: Instant | None = None
    is_open: bool | None = None
    limit: int = 1000


class Loops(Protocol):
    """Actions of events, and what follows from them: loops and tasks.

    Actions are chained as events are and never change; loops and tasks are made from
    them and can be made again.
    """

    def append(self, entries: Sequence[Entry]) -> "Future[tuple[EntryReceipt, ...]]":
        """Append the entries of one caller in one transaction, all or none.

        The first action of an event begins its loop, also of one of a history. An event
        that came before, and an action whose key and request key did, are not
        appended again: their receipts are those of then. Callers that wait at the same
        time share a transaction; a refusal is only that of its caller.

        Returns
        -------
        receipts
            One for each entry, in their order, once they are durable. The future holds
            the error otherwise.

        Raises
        ------
        InvalidLayerError
            As `append_events` for an event of a history.
        ChangedRequestError
            If what came before came with another fingerprint.
        SequenceError
            If an expected number is not that of the last action.
        StoreError
            If there is no such event.
        StoreBusyError
            At once, if too many wait already.
        """

    def append_each(
        self, calls: Sequence[Sequence[Entry]]
    ) -> list[tuple[EntryReceipt, ...] | Exception]:
        """Append the entries of several callers at once in one transaction.

        Returns
        -------
        outcomes
            What `append` gives or raises, for each caller, durable.

        Raises
        ------
        StoreError
            If nothing could be written for any of them.
        """

    def actions(self, event_id: str) -> tuple[StoredAction, ...]:
        """Return the actions of an event in order; none of one without a loop."""

    def action_of(self, key_id: str, request_key: str) -> StoredAction | None:
        """Return the action that a request of a key brought; None if none did."""

    def loop(self, event_id: str) -> Loop | None:
        """Return where an event stands; None for none, or one of a history."""

    def loops(self, query: LoopQuery, scope: Scope) -> tuple[Loop, ...]:
        """Return the loops that are asked for and that the scope sees."""

    def near(
        self, queries: Sequence[NearQuery], scope: Scope
    ) -> tuple[tuple[Spot, ...], ...]:
        """Return for each query where and when the events were that the scope sees."""

    def count_loops(self, query: LoopQuery, scope: Scope) -> int:
        """Return how many there are of them, whatever the limit of the query."""

    def loop_columns(
        self, query: LoopQuery, scope: Scope, columns: Sequence[str]
    ) -> pd.DataFrame:
        """Return some fields of all of them, in any order, whatever the limit.

        Columns are those of `layers.stores.loop_columns.DTYPES`.
        """

    def is_visible(self, event_id: str, scope: Scope) -> bool:
        """Say whether the scope sees an event; not where there is none."""

    def tasks(self, query: TaskQuery, scope: Scope) -> tuple[Task, ...]:
        """Return the tasks that are asked for, of events that the scope sees."""

    def changes(
        self, after: int, limit: int, scope: Scope
    ) -> tuple[tuple[StoredAction, Loop], ...]:
        """Return actions after a row, in order, each with the loop as it is now.

        Only of events that the scope sees now; the audit is never among them.
        """

    def steps(self, after: int, limit: int) -> tuple[LoopStep, ...]:
        """Return what actions of events do, of those after a row, in order."""

    def due(self, at: Instant, limit: int) -> tuple[Task, ...]:
        """Return open tasks that climb at or before a time, in order of that."""

    def last_action(self) -> int:
        """Return the row of the last action, 0 without one."""

    def wait_for_action(self, row: int, timeout_s: float) -> int:
        """Return the row of the last action as soon as it is not the one given.

        After the time given the row is returned again. Raises as `wait_for_change`.
        """

    def audit(self, after: int, limit: int) -> tuple[StoredAction, ...]:
        """Return the actions of no event after a row, in order."""

    def rebuild_loops(self) -> int:
        """Make loops and tasks again from the actions; return how many rows differed.

        Rows of both tables that were missing, surplus or other count.
        """
