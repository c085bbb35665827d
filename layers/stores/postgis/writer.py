"""Transactions of one writer at a time: entries of callers, links, what is derived."""

# ruff: noqa: S608  the words are of this module

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import astuple, replace

from gis.events import Changes, Loop, fold_all
from gis.models import Instant
from layers.stores.actions import read_body
from layers.stores.admission import (
    Admission,
    Outcome,
    Stock,
    Tasks,
    append_checked,
    check_entries,
    count_new,
    decide_each,
    event_ids_of,
    event_receipts,
    requests_of,
)
from layers.stores.event_history import EventHistory, HistoryRows
from layers.stores.event_records import EventReceipt, NewEvent
from layers.stores.events import EventIds
from layers.stores.group_commit import GroupCommit, outcome_of
from layers.stores.log import EVENTS, UNREVISED, Link, genesis, next_link
from layers.stores.loops import Entry, EntryReceipt
from layers.stores.postgis import events as event_rows
from layers.stores.postgis import loop as loop_rows
from layers.stores.postgis.connections import (
    ACTION_CHANNEL,
    CHANNEL,
    Connection,
    Connections,
    wire_instant,
)
from layers.stores.postgis.log import Writing, last_link
from layers.stores.postgis.migration import TAKE_LOCK
from layers.stores.postgis.strays import refuse_miscounted
from layers.stores.postgis.tables import LINKS, add_rows, as_parameter
from layers.stores.town_clock import TownClock

FOLDED = 1000
"""So many events are made again at once."""
_EVENTS_WITH_LOOPS = f"""
    SELECT event_id::text, log_row FROM event_keys
    WHERE event_id::text IN (SELECT event_id FROM actions WHERE {loop_rows.NAMED})
"""
_BODIES = f"""
    SELECT event_id, body FROM actions WHERE {loop_rows.NAMED} AND event_id = ANY(%s)
    ORDER BY event_id, seq
"""
_SURPLUS = f"""
    DELETE FROM {{table}} WHERE NOT EXISTS (
        SELECT 1 FROM actions
        WHERE actions.event_id = {{table}}.event_id AND {loop_rows.NAMED}
    )
"""


class Writer(TownClock):
    """The part of a store in a database that appends.

    Parameters
    ----------
    connections
        To the database.
    now
        The clock, as `open_store` takes it.
    """

    def __init__(
        self, connections: Connections, now: Callable[[], Instant] | None
    ) -> None:
        super().__init__(now)
        self._connections = connections
        self._write_lock = threading.Lock()
        self._event_ids = EventIds()
        self._store_id = ""
        self._group: GroupCommit[Entry, EntryReceipt] | None = None

    def append_events(self, events: Sequence[NewEvent]) -> tuple[EventReceipt, ...]:
        """Append events of a history; one sent before is not appended again."""
        return event_receipts(self.append([Entry(new) for new in events]).result())

    def append_history(self, parts: Iterable[EventHistory]) -> int:
        """Append parts of a history in one transaction; return how many are new."""
        count = 0
        with self._writing() as start:
            writing = start
            for part in parts:
                new, writing = self._append_part(writing, part)
                count += new
        return count

    def append(self, entries: Sequence[Entry]) -> Future[tuple[EntryReceipt, ...]]:
        """Append the entries of one caller in one transaction, all or none."""
        check_entries(entries)
        if self._group is not None:
            return self._group.append(entries)
        return outcome_of(self._append, entries)

    def append_each(
        self, calls: Sequence[Sequence[Entry]]
    ) -> list[tuple[EntryReceipt, ...] | Exception]:
        """Append the entries of several callers at once in one transaction."""
        return append_checked(self._append, calls)

    def rebuild_loops(self) -> int:
        """Make loops and tasks again from the actions; return how many differed."""
        with self._writing() as writing:
            connection = writing.connection
            refuse_miscounted(connection, "actions")
            count = 0
            for table in ("loops", "tasks"):
                cursor = connection.execute(_SURPLUS.format(table=table).encode())
                count += cursor.rowcount
            events = loop_rows.read_rows(connection, _EVENTS_WITH_LOOPS, ())
            for start in range(0, len(events), FOLDED):
                some: dict[str, int] = dict(events[start : start + FOLDED])
                count += loop_rows.mend_loops(connection, *_folded(connection, some))
            return count + loop_rows.mend_departments(connection)

    @contextmanager
    def _writing(self) -> Iterator[Writing]:
        """Hold the lock of writers in a transaction, durable when this returns."""
        self.now()  # read before the lock is held
        with (
            self._write_lock,
            self._connections.take() as connection,
            connection.transaction(),
        ):
            connection.execute(TAKE_LOCK)
            last = last_link(connection)
            now = self.now()
            at = max(now, last.recorded_at) if last else now
            as_parameter(at)  # no ids are made of a time that no database keeps
            yield Writing(connection, last, at)

    def _commit(self, writing: Writing, layer: str, rows: Sequence[bytes]) -> Link:
        """Put the next link on the log, and tell who listens of a new revision."""
        head = writing.last.head if writing.last else genesis(self._store_id)
        link = next_link(head, writing.batch, layer, writing.recorded_at, rows)
        sequence, layer, count, at, *digests = astuple(link)
        row = sequence, layer, count, wire_instant(at), *digests
        add_rows(writing.connection, LINKS, [row])
        if layer not in UNREVISED:
            self._tell(writing, CHANNEL, link.sequence)
        return link

    def _tell(self, writing: Writing, channel: str, number: int) -> None:
        """Tell who listens once the transaction is durable."""
        payload = f"{self._store_id} {number}"
        writing.connection.execute("SELECT pg_notify(%s, %s)", [channel, payload])

    def _append(self, calls: Sequence[Sequence[Entry]]) -> list[Outcome]:
        """Append the entries of several callers in one transaction."""
        if not any(calls):
            return [() for _ in calls]
        with self._writing() as writing:
            outcomes, _ = self._admit(writing, calls)
        return outcomes

    def _admit(
        self, writing: Writing, calls: Sequence[Sequence[Entry]]
    ) -> tuple[list[Outcome], Writing]:
        """Write what is admitted; return what each gets, and what comes after."""
        stock = _stock(writing.connection, [e for call in calls for e in call])
        admission = Admission(stock, self._event_ids, writing.recorded_at)
        places = decide_each(admission, calls)
        admission.number(writing.batch - 1)
        after = self._write(writing, admission)
        return admission.outcomes(places), after

    def _append_part(self, writing: Writing, part: EventHistory) -> tuple[int, Writing]:
        """Write a part of a history; return how many are new, and what comes after."""
        connection, at = writing.connection, writing.recorded_at
        if not part.is_plain() or event_rows.has_source(connection, part):
            entries = [Entry(new) for new in part.events()]
            check_entries(entries)
            [outcome], writing = self._admit(writing, [entries])
            return count_new(outcome), writing
        event_ids = self._event_ids.make_many(at, len(part))
        rows = HistoryRows(part, event_ids, event_rows.last_row(connection) + 1, at)
        event_rows.add_history(connection, rows, writing.batch)
        link = self._commit(writing, EVENTS, rows.log_rows())
        return len(part), replace(writing, last=link)

    def _write(self, writing: Writing, admission: Admission) -> Writing:
        """Add what is admitted, with its links; return what comes after."""
        connection, at = writing.connection, writing.recorded_at
        event_rows.add_events(connection, admission.events, writing.batch, at)
        loop_rows.insert_actions(connection, admission.actions)
        loop_rows.put_loops(connection, admission.loops, admission.tasks)
        step = writing
        for layer, rows in admission.log_rows():
            step = replace(step, last=self._commit(step, layer, rows))
        if admission.actions:
            self._tell(writing, ACTION_CHANNEL, admission.actions[-1].row)
        return step


def _stock(connection: Connection, entries: Sequence[Entry]) -> Stock:
    """Return what is there of what entries are about."""
    events = [entry.event for entry in entries if entry.event is not None]
    entries_there = event_rows.read_entries(connection, events)
    acted_on = event_ids_of(entries)
    loops, tasks = loop_rows.read_standing(connection, acted_on)
    return Stock(
        entries_there,
        event_rows.read_taken(connection, events),
        loop_rows.read_intakes(
            connection, {entry.receipt.event_id for entry in entries_there.values()}
        ),
        loop_rows.read_requests(connection, requests_of(entries)),
        loops,
        tasks,
        event_rows.read_log_rows(connection, acted_on - loops.keys()),
        event_rows.last_row(connection),
        loop_rows.last_action_row(connection),
    )


def _folded(
    connection: Connection, events: dict[str, int]
) -> tuple[dict[str, Loop], dict[str, Tasks]]:
    """Return loops and tasks of some events, by id with row, as their actions say."""
    changes: dict[str, list[Changes]] = {event_id: [] for event_id in events}
    for event_id, body in loop_rows.read_rows(connection, _BODIES, [list(events)]):
        changes[event_id].append(read_body(body.encode())[1])
    loops: dict[str, Loop] = {}
    tasks: dict[str, Tasks] = {}
    for event_id, row in events.items():
        loops[event_id], tasks[event_id] = fold_all(
            Loop(event_id, row), changes[event_id]
        )
    return loops, tasks
