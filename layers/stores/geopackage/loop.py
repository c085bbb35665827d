"""Actions, loops and tasks as rows of a GeoPackage."""

# ruff: noqa: S608  the words are of this module

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

import orjson

from gis.errors import StoreError
from gis.events import Action, Loop, Spot, StoredAction, Task, values_of
from layers.stores.actions import body_of, read_body, read_changes
from layers.stores.admission import Request, Tasks
from layers.stores.geopackage.encoding import instant_texts, read_instants
from layers.stores.geopackage.log import is_named
from layers.stores.geopackage.row_statement import RowStatement
from layers.stores.loop_lists import (
    DEPARTMENT_COLUMNS,
    DEPARTMENT_ROWS,
    departments_of,
)
from layers.stores.loops import LoopStep
from layers.stores.rebuilding import by_task, count_differing

NAMED: Final = is_named("actions")
_ACTION_COLUMNS: Final = (
    *("fid", "event_id", "seq", "action_id", "action", "at", "path", "task_id"),
    *("key_id", "role", "post_id", "reason", "body", "request_key", "fingerprint"),
    *("status", "answer", "destinations", "recorded_at", "batch"),
)
_INSERT_ACTION = RowStatement("INSERT INTO actions", len(_ACTION_COLUMNS))
SELECT_ACTIONS: Final = f"SELECT {','.join(_ACTION_COLUMNS)} FROM actions"

_SELECT_STEPS: Final = (
    "SELECT actions.fid, loops.event_row, actions.event_id, actions.at, "
    "actions.recorded_at, actions.body FROM actions "
    f"CROSS JOIN loops ON loops.event_id = actions.event_id WHERE {NAMED} "
    "AND actions.fid > ? ORDER BY actions.fid LIMIT ?"
)

LOOP_COLUMNS: Final = tuple(
    "event_row" if f.name == "row" else f.name for f in fields(Loop)
)
TASK_COLUMNS: Final = tuple(f.name for f in fields(Task))
_FLAGS = tuple(
    place for place, f in enumerate(fields(Loop)) if f.name.startswith("is_")
)


def _upsert(table: str, columns: tuple[str, ...], key: str) -> RowStatement:
    """Return the statement that writes rows in place of those of their keys."""
    values = ",".join(f"{name} = excluded.{name}" for name in columns if name != key)
    return RowStatement(
        f"INSERT INTO {table} ({','.join(columns)})",
        len(columns),
        f"ON CONFLICT ({key}) DO UPDATE SET {values}",
    )


_PUT_LOOP = _upsert("loops", LOOP_COLUMNS, "event_row")
_PUT_TASK = _upsert("tasks", TASK_COLUMNS, "task_id")
_SELECT_DEPARTMENTS = f"SELECT {','.join(DEPARTMENT_COLUMNS)} FROM loop_departments"
_ADD_DEPARTMENTS = f"INSERT INTO loop_departments ({','.join(DEPARTMENT_COLUMNS)})"
_PUT_DEPARTMENTS = f"{_ADD_DEPARTMENTS} {DEPARTMENT_ROWS} AND loops.event_row = ?"
_ADD_DEPARTMENT = RowStatement(_ADD_DEPARTMENTS, len(DEPARTMENT_COLUMNS))
_DROP_DEPARTMENTS = "DELETE FROM loop_departments WHERE event_row = ?"
SELECT_LOOPS: Final = f"SELECT {','.join(LOOP_COLUMNS)} FROM loops"
SELECT_SPOTS: Final = f"SELECT {','.join(Spot._fields)} FROM loops"
SELECT_TASKS: Final = f"SELECT {','.join(TASK_COLUMNS)} FROM tasks"
OF_IDS: Final = "IN (SELECT value FROM json_each(?))"
_INSERT_DUE = RowStatement("INSERT INTO action_outbox", 4)
_DELIVERY_COLUMNS = (
    *("outbox_row", "action_row", "event_id", "destination"),
    *("state", "attempts", "error", "next_at"),
)
_INSERT_DELIVERY = RowStatement(
    f"INSERT INTO deliveries ({','.join(_DELIVERY_COLUMNS)})", len(_DELIVERY_COLUMNS)
)
_OUTBOX_ROW = "SELECT coalesce(max(fid), 0) FROM action_outbox"


def insert_actions(
    connection: sqlite3.Connection, actions: Sequence[StoredAction]
) -> None:
    """Append actions, and what is to be told of them to whom."""
    if not actions:
        return
    [recorded_at] = instant_texts([actions[0].recorded_at])
    _INSERT_ACTION.write(connection, [_action_row(a, recorded_at) for a in actions])
    due = [
        (entry.row, entry.action.event_id or "", destination)
        for entry in actions
        for destination in entry.action.destinations
    ]
    if not due:
        return
    (last,) = connection.execute(_OUTBOX_ROW).fetchone()
    rows = [(row, *place) for row, place in enumerate(due, start=last + 1)]
    _INSERT_DUE.write(connection, rows)
    waiting = "waiting", 0, "", actions[0].recorded_at
    _INSERT_DELIVERY.write(connection, [(*row, *waiting) for row in rows])


def put_loops(
    connection: sqlite3.Connection, loops: Collection[Loop], tasks: Iterable[Task]
) -> None:
    """Write where events stand, in place of where they stood."""
    some = list(tasks)
    _PUT_LOOP.write(connection, map(values_of, loops))
    _PUT_TASK.write(connection, map(values_of, some))
    new = {loop.event_id: loop for loop in loops if loop.seq == 1}
    _ADD_DEPARTMENT.write(connection, departments_of(new, some))
    # of others there are tasks that did not change
    rows = [(loop.row,) for loop in loops if loop.seq != 1]
    connection.executemany(_DROP_DEPARTMENTS, rows)
    connection.executemany(_PUT_DEPARTMENTS, rows)


def mend_departments(connection: sqlite3.Connection) -> int:
    """Make the departments of loops again; return how many rows were not so."""
    before = set(connection.execute(_SELECT_DEPARTMENTS))
    after = set(connection.execute(DEPARTMENT_ROWS))
    if before != after:
        connection.execute("DELETE FROM loop_departments")
        connection.execute(f"{_ADD_DEPARTMENTS} {DEPARTMENT_ROWS}")
    return len({row[:2] for row in before ^ after})


def read_actions(
    connection: sqlite3.Connection, condition: str, values: Sequence[object]
) -> Iterator[StoredAction]:
    """Yield the actions for which a condition holds and that the log names.

    Parameters
    ----------
    connection
        Inside a transaction.
    condition
        After WHERE; an order may stand behind it.
    values
        Of its placeholders.
    """
    rows = connection.execute(f"{SELECT_ACTIONS} WHERE {NAMED} AND {condition}", values)
    return map(_stored_action, rows)


def read_steps(
    connection: sqlite3.Connection, after: int, limit: int
) -> tuple[LoopStep, ...]:
    """Return what actions of events do, of those after a row, in order.

    Parameters
    ----------
    connection
        Inside a transaction.
    after
        Row of an action.
    limit
        At most so many.

    Raises
    ------
    StoreError
        If what one does cannot be read.
    """
    rows = connection.execute(_SELECT_STEPS, (after, limit)).fetchall()
    if not rows:
        return ()
    *columns, texts, bodies = zip(*rows, strict=True)
    changes = [read_changes(*entry) for entry in zip(columns[0], bodies, strict=True)]
    values = zip(*columns, read_instants(texts), changes, strict=True)
    return tuple(LoopStep(*step) for step in values)


def read_loops(
    connection: sqlite3.Connection, condition: str, values: Sequence[object]
) -> Iterator[Loop]:
    """Yield the loops for which a condition holds."""
    rows = connection.execute(f"{SELECT_LOOPS} WHERE {condition}", values)
    return map(_loop, rows)


def read_tasks(
    connection: sqlite3.Connection, condition: str, values: Sequence[object]
) -> Iterator[Task]:
    """Yield the tasks for which a condition holds."""
    rows = connection.execute(f"{SELECT_TASKS} WHERE {condition}", values)
    return (Task(*row) for row in rows)


def read_standing(
    connection: sqlite3.Connection, event_ids: Collection[str]
) -> tuple[dict[str, Loop], dict[str, Tasks]]:
    """Return loops and tasks of events by their ids."""
    if not event_ids:
        return {}, {}
    values = [orjson.dumps(sorted(event_ids)).decode()]
    loops = {
        loop.event_id: loop
        for loop in read_loops(connection, f"event_id {OF_IDS}", values)
    }
    tasks: dict[str, dict[str, Task]] = {event_id: {} for event_id in loops}
    for task in read_tasks(connection, f"event_id {OF_IDS}", values):
        tasks.setdefault(task.event_id, {})[task.task_id] = task
    return loops, dict(tasks)


def read_requests(
    connection: sqlite3.Connection, requests: Collection[Request]
) -> dict[Request, StoredAction]:
    """Return the actions that requests brought."""
    entries: dict[Request, StoredAction] = {}
    for request in requests:
        condition = "key_id = ? AND request_key = ? AND request_key <> ''"
        for entry in read_actions(connection, condition, request):
            entries[request] = entry
    return entries


def read_intakes(
    connection: sqlite3.Connection, event_ids: Collection[str]
) -> dict[str, StoredAction]:
    """Return the first action of each event that has one."""
    if not event_ids:
        return {}
    values = [orjson.dumps(sorted(event_ids)).decode()]
    condition = f"seq = 1 AND event_id {OF_IDS}"
    return {
        entry.action.event_id or "": entry
        for entry in read_actions(connection, condition, values)
    }


def last_action_row(connection: sqlite3.Connection) -> int:
    """Return the row of the last action, 0 without one."""
    (row,) = connection.execute("SELECT coalesce(max(fid), 0) FROM actions").fetchone()
    return int(row)


def differing_rows(
    connection: sqlite3.Connection,
    loops: Mapping[str, Loop],
    tasks: Mapping[str, Tasks],
) -> int:
    """Return how many rows of loops and tasks are missing, surplus or other."""
    there = {loop.event_id: loop for loop in read_loops(connection, "true", ())}
    task_rows = {task.task_id: task for task in read_tasks(connection, "true", ())}
    return count_differing(there, loops) + count_differing(task_rows, by_task(tasks))


def _action_row(entry: StoredAction, recorded_at: str | None) -> tuple[object, ...]:
    """Return an action in the order of `_ACTION_COLUMNS`."""
    action = entry.action
    return (
        entry.row,
        action.event_id,
        entry.seq,
        action.action_id,
        action.action,
        action.at,
        ">".join(action.path),
        action.task_id,
        action.key_id,
        action.role,
        action.post_id,
        action.reason,
        body_of(action),
        action.request_key,
        action.fingerprint,
        action.status,
        action.answer,
        orjson.dumps(action.destinations).decode(),
        recorded_at,
        entry.batch,
    )


def _stored_action(row: tuple[Any, ...]) -> StoredAction:
    """Return the action of a row of `_ACTION_COLUMNS`."""
    fid, event_id, seq, action_id, action, at, path, task_id = row[:8]
    key_id, role, post_id, reason, body, request_key, fingerprint = row[8:15]
    status, answer, destinations, recorded_at, batch = row[15:]
    try:
        request, changes = read_body(body)
        names = tuple(orjson.loads(destinations))
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            "Action {fid} is not as it was stored; take the last export.", fid=fid
        ) from error
    [instant] = read_instants([recorded_at])
    return StoredAction(
        Action(
            action_id,
            event_id,
            action,
            at,
            tuple(path.split(">")) if path else (),
            task_id,
            key_id,
            role,
            post_id,
            reason,
            request,
            changes,
            request_key,
            fingerprint,
            status,
            answer,
            names,
        ),
        fid,
        seq,
        batch,
        instant,
    )


def _loop(row: tuple[Any, ...]) -> Loop:
    """Return the loop of a row of `LOOP_COLUMNS`."""
    values = list(row)
    for place in _FLAGS:
        values[place] = bool(values[place])
    return Loop(*values)
