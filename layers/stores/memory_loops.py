"""Actions, loops, tasks and deliveries in memory: the shortest reading of the rules."""

import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice

import pandas as pd

from gis.access import Scope, is_visible
from gis.errors import StoreUnavailableError
from gis.events import Loop, Spot, StoredAction, Task, fold_all
from gis.models import Instant
from layers.stores.admission import Request, Tasks
from layers.stores.loop_columns import FIRST_DEPARTMENT, first_department, loop_frame
from layers.stores.loops import LoopQuery, LoopStep, NearQuery, TaskQuery
from layers.stores.outbox import Delivery, DeliveryState, no_delivery
from layers.stores.rebuilding import by_task, count_differing


class MemoryLoops:
    """The `Loops` and `Outbox` of a store in memory, but for `append`."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._is_closed = False
        self._actions: list[StoredAction] = []
        self._requests: dict[Request, StoredAction] = {}
        self._loops: dict[str, Loop] = {}
        self._tasks: dict[str, Tasks] = {}
        self._deliveries: list[Delivery] = []

    @contextmanager
    def _open(self) -> Iterator[None]:
        """Hold the lock of a store that is open."""
        with self._change:
            if self._is_closed:
                raise StoreUnavailableError("The store is closed; open it again.")
            yield

    def _add(
        self,
        actions: Iterable[StoredAction],
        loops: Iterable[Loop],
        tasks: Iterable[Task],
    ) -> None:
        """Keep what was admitted; the lock is held."""
        for loop in loops:
            self._loops[loop.event_id] = loop
        for task in tasks:
            self._tasks[task.event_id] = {
                **self._tasks.get(task.event_id, {}),
                task.task_id: task,
            }
        for entry in actions:
            self._actions.append(entry)
            action = entry.action
            if action.request_key:
                self._requests[action.key_id, action.request_key] = entry
            for destination in action.destinations:
                row = len(self._deliveries) + 1
                self._deliveries.append(
                    Delivery(
                        row,
                        destination,
                        action.event_id or "",
                        entry.row,
                        next_at=entry.recorded_at,
                    )
                )
        self._change.notify_all()

    def actions(self, event_id: str) -> tuple[StoredAction, ...]:
        """Return the actions of an event in order."""
        with self._open():
            return tuple(e for e in self._actions if e.action.event_id == event_id)

    def action_of(self, key_id: str, request_key: str) -> StoredAction | None:
        """Return the action that a request of a key brought."""
        with self._open():
            return self._requests.get((key_id, request_key))

    def loop(self, event_id: str) -> Loop | None:
        """Return where an event stands."""
        with self._open():
            return self._loops.get(event_id)

    def loops(self, query: LoopQuery, scope: Scope) -> tuple[Loop, ...]:
        """Return the loops that are asked for and that the scope sees."""
        with self._open():
            return tuple(islice(self._visible(query, scope), query.limit))

    def near(
        self, queries: Sequence[NearQuery], scope: Scope
    ) -> tuple[tuple[Spot, ...], ...]:
        """Return for each query where and when the events were that the scope sees."""
        with self._open():
            return tuple(self._spots(query, scope) for query in queries)

    def _spots(self, query: NearQuery, scope: Scope) -> tuple[Spot, ...]:
        near = (
            Spot(loop.event_id, loop.lon or 0.0, loop.lat or 0.0, loop.occurred_at)
            for loop in self._visible(LoopQuery(), scope)
            if is_near(loop, query)
        )
        return tuple(islice(near, query.limit))

    def count_loops(self, query: LoopQuery, scope: Scope) -> int:
        """Return how many there are of them."""
        with self._open():
            return sum(1 for _ in self._visible(query, scope))

    def loop_columns(
        self, query: LoopQuery, scope: Scope, columns: Sequence[str]
    ) -> pd.DataFrame:
        """Return some fields of all of them."""
        with self._open():
            rows = [
                tuple(self._value(loop, name) for name in columns)
                for loop in self._visible(query, scope)
            ]
        return loop_frame([rows] if rows else [], columns)

    def is_visible(self, event_id: str, scope: Scope) -> bool:
        """Say whether the scope sees an event."""
        with self._open():
            loop = self._loops.get(event_id)
            return loop is not None and self._sees(scope, loop)

    def tasks(self, query: TaskQuery, scope: Scope) -> tuple[Task, ...]:
        """Return the tasks that are asked for, of events that the scope sees."""
        with self._open():
            tasks = [
                task
                for event_id, tasks in self._tasks.items()
                if self._sees(scope, self._loops[event_id])
                for task in tasks.values()
                if _is_asked(task, query)
            ]
        tasks.sort(key=lambda task: (task.due_at, task.task_id))
        return tuple(tasks[: query.limit])

    def changes(
        self, after: int, limit: int, scope: Scope
    ) -> tuple[tuple[StoredAction, Loop], ...]:
        """Return actions after a row, each with the loop as it is now."""
        with self._open():
            pairs = (
                (entry, self._loops[entry.action.event_id])
                for entry in self._actions[after:]
                if entry.action.event_id is not None
                and self._sees(scope, self._loops[entry.action.event_id])
            )
            return tuple(islice(pairs, limit))

    def steps(self, after: int, limit: int) -> tuple[LoopStep, ...]:
        """Return what actions of events do, of those after a row, in order."""
        with self._open():
            entries = (
                LoopStep(
                    entry.row,
                    self._loops[event_id].row,
                    event_id,
                    entry.action.at,
                    entry.recorded_at,
                    entry.action.changes,
                )
                for entry in self._actions[after:]
                if (event_id := entry.action.event_id) is not None
            )
            return tuple(islice(entries, limit))

    def due(self, at: Instant, limit: int) -> tuple[Task, ...]:
        """Return open tasks that climb at or before a time."""
        with self._open():
            tasks = [
                (task.climbs_at, task.task_id, task)
                for tasks in self._tasks.values()
                for task in tasks.values()
                if task.is_open and task.climbs_at is not None and task.climbs_at <= at
            ]
        return tuple(task for _, _, task in sorted(tasks, key=lambda t: t[:2])[:limit])

    def last_action(self) -> int:
        """Return the row of the last action, 0 without one."""
        with self._open():
            return len(self._actions)

    def wait_for_action(self, row: int, timeout_s: float) -> int:
        """Return the row of the last action as soon as it is not the one given."""
        with self._change:
            self._change.wait_for(
                lambda: self._is_closed or len(self._actions) != row, timeout_s
            )
            return self.last_action()

    def audit(self, after: int, limit: int) -> tuple[StoredAction, ...]:
        """Return the actions of no event after a row, in order."""
        with self._open():
            entries = (e for e in self._actions[after:] if e.action.event_id is None)
            return tuple(islice(entries, limit))

    def rebuild_loops(self) -> int:
        """Make loops and tasks again from the actions; return how many differed."""
        with self._open():
            loops: dict[str, Loop] = {}
            tasks: dict[str, Tasks] = {}
            for event_id, loop in self._loops.items():
                changes = [e.action.changes for e in self.actions(event_id)]
                loops[event_id], tasks[event_id] = fold_all(
                    Loop(event_id, loop.row), changes
                )
            count = count_differing(self._loops, loops)
            count += count_differing(by_task(self._tasks), by_task(tasks))
            self._loops, self._tasks = loops, tasks
            return count

    def waiting(
        self, at: Instant, limit: int, but_for: Collection[str] = ()
    ) -> tuple[Delivery, ...]:
        """Return deliveries that wait and are to be tried at or before a time."""
        first: dict[tuple[str, str], Delivery] = {}
        with self._open():
            for delivery in self._deliveries:
                if delivery.state == "waiting" and delivery.destination not in but_for:
                    place = delivery.destination, delivery.event_id
                    first.setdefault(place, delivery)
        due = (d for d in first.values() if d.next_at is None or d.next_at <= at)
        return tuple(islice(due, limit))

    def record_delivery(self, delivery: Delivery) -> None:
        """Record how far a delivery is."""
        if self.delivery(delivery.outbox_row) is None:
            raise no_delivery(delivery)
        with self._open():
            self._deliveries[delivery.outbox_row - 1] = replace(delivery)

    def delivery(self, outbox_row: int) -> Delivery | None:
        """Return a delivery; None if there is none."""
        with self._open():
            is_there = 0 < outbox_row <= len(self._deliveries)
            return self._deliveries[outbox_row - 1] if is_there else None

    def deliveries(
        self, state: DeliveryState | None, *, after: int = 0, limit: int = 100
    ) -> tuple[Delivery, ...]:
        """Return deliveries after a row, in order."""
        with self._open():
            rows = (d for d in self._deliveries[after:] if state in (None, d.state))
            return tuple(islice(rows, limit))

    def count_deliveries(self, state: DeliveryState) -> int:
        """Return how many deliveries are in a state."""
        with self._open():
            return sum(1 for d in self._deliveries if d.state == state)

    def _intakes(self, event_ids: Collection[str]) -> dict[str, StoredAction]:
        """Return the first action of each event that has one; the lock is held."""
        firsts = (entry for entry in self._actions if entry.seq == 1)
        return {
            event_id: entry
            for entry in firsts
            if (event_id := entry.action.event_id) is not None and event_id in event_ids
        }

    def _requests_of(self, requests: Iterable[Request]) -> dict[Request, StoredAction]:
        """Return the actions that requests brought; the lock is held."""
        return {r: self._requests[r] for r in requests if r in self._requests}

    def _standing(
        self, event_ids: Iterable[str]
    ) -> tuple[dict[str, Loop], dict[str, Tasks]]:
        """Return loops and tasks of events by their ids; the lock is held."""
        ids = [event_id for event_id in event_ids if event_id in self._loops]
        return (
            {event_id: self._loops[event_id] for event_id in ids},
            {event_id: self._tasks.get(event_id, {}) for event_id in ids},
        )

    def _actions_of(self, batch: int) -> list[StoredAction]:
        """Return the actions of a link; the lock is held."""
        return [entry for entry in self._actions if entry.batch == batch]

    def _value(self, loop: Loop, column: str) -> object:
        """Return a value of a loop, or of its tasks."""
        if column == FIRST_DEPARTMENT:
            return first_department(self._tasks.get(loop.event_id, {}).values())
        return getattr(loop, column)

    def _sees(self, scope: Scope, loop: Loop) -> bool:
        tasks = self._tasks.get(loop.event_id, {}).values()
        return is_visible(loop, [task.department_id for task in tasks], scope)

    def _visible(self, query: LoopQuery, scope: Scope) -> Iterator[Loop]:
        """Yield the loops that are asked for and seen, newest first."""
        rows = frozenset(query.event_rows)
        loops = [loop for loop in self._loops.values() if not rows or loop.row in rows]
        query = replace(query, event_rows=())
        return (
            loop
            for loop in sorted(loops, key=lambda loop: -loop.row)
            if is_asked(loop, query) and self._sees(scope, loop)
        )


def is_asked(loop: Loop, query: LoopQuery) -> bool:
    """Say whether a query asks for a loop.

    Examples
    --------
    >>> is_asked(Loop("E", state="handled"), LoopQuery(states=("collected",)))
    False
    """
    chosen: tuple[tuple[Sequence[object], object], ...] = (
        (query.states, loop.state),
        (query.kinds, loop.kind),
        (query.sources, loop.source),
        (query.packs, loop.pack),
        ((query.post_id,) if query.post_id else (), loop.post_id),
        ((query.cluster,) if query.cluster else (), loop.cluster),
        (query.event_rows, loop.row),
    )
    return (
        all(not values or value in values for values, value in chosen)
        and loop.area_path.startswith(query.area_path)
        and query.is_open in (None, loop.is_open)
        and _is_overdue(loop, query.overdue_at)
        and (query.since is None or loop.occurred_at >= query.since)
        and (query.until is None or loop.occurred_at < query.until)
        and (query.below is None or loop.row < query.below)
    )


def _is_overdue(loop: Loop, at: Instant | None) -> bool:
    if at is None:
        return True
    return loop.is_open and loop.due_at is not None and loop.due_at < at


def is_near(loop: Loop, query: NearQuery) -> bool:
    """Say whether a query of near events asks for one.

    Examples
    --------
    >>> from gis.events import Box
    >>> query = NearQuery("noise", Box(119.9, 29.9, 120.1, 30.1), 5, 6, 50)
    >>> is_near(Loop("E", kind="noise", lon=120.0, lat=30.0, occurred_at=5), query)
    True
    """
    if loop.lon is None or loop.lat is None or loop.kind != query.kind:
        return False
    is_timely = query.since <= loop.occurred_at < query.until
    return is_timely and query.box.holds(loop.lon, loop.lat)


def _is_asked(task: Task, query: TaskQuery) -> bool:
    """Say whether a query asks for a task."""
    owners = query.post_ids or query.department_ids
    is_owner = task.post_id in query.post_ids or (
        task.department_id in query.department_ids
    )
    return (
        query.event_id in ("", task.event_id)
        and query.whistle_id in ("", task.whistle_id)
        and (not owners or is_owner)
        and (not query.sorts or task.sort in query.sorts)
        and task.area_path.startswith(query.area_path)
        and (query.levels is None or query.levels[0] <= task.level <= query.levels[1])
        and (query.since is None or task.given_at >= query.since)
        and (query.until is None or task.given_at < query.until)
        and query.is_open in (None, task.is_open)
    )
