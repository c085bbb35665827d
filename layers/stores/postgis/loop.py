"""Actions, loops and tasks as rows of PostgreSQL."""

# ruff: noqa: S608  the words are of this module

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from types import NoneType
from typing import Final, TypeAlias, get_args, get_type_hints

from psycopg import Cursor
from psycopg.rows import TupleRow

from gis.errors import StoreError
from gis.events import Action, Loop, StoredAction, Task, values_of
from gis.models import Instant
from layers.stores.actions import body_of, read_body, read_changes
from layers.stores.admission import Request, Tasks
from layers.stores.loop_lists import (
    COVERED,
    DEPARTMENT_COLUMNS,
    DEPARTMENT_ROWS,
    departments_of,
)
from layers.stores.loops import LoopStep
from layers.stores.postgis.connections import Connection, wire_instant
from layers.stores.postgis.log import is_named, names_row
from layers.stores.postgis.strays import refuse_miscounted
from layers.stores.postgis.tables import Table, add_rows

Question: TypeAlias = tuple[str, Sequence[object]]
"""A query and the values of its placeholders."""
ACTIONS: Final = Table(
    "actions",
    {
        "action_row": "int8",
        "seq": "int8",
        "batch": "int8",
        "recorded_at": "int8",
        "action_id": "text",
        "event_id": "text",
        "action": "text",
        "at": "int8",
        "path": "text[]",
        "task_id": "text",
        "key_id": "text",
        "role": "text",
        "post_id": "text",
        "reason": "text",
        "request_key": "text",
        "fingerprint": "bytea",
        "status": "int8",
        "answer": "bytea",
        "body": "text",
    },
)
_WIRES = {int: "int8", Instant: "int8", float: "float8", bool: "bool"}


def _columns(record: type[Loop] | type[Task]) -> dict[str, str]:
    """Return the columns of a table of records with the types of their binary form."""
    hints = get_type_hints(record)
    columns = {}
    for field in fields(record):
        kinds = set(get_args(hints[field.name])) - {NoneType}
        kind = kinds.pop() if len(kinds) == 1 else hints[field.name]
        name = "event_row" if field.name == "row" else field.name
        columns[name] = _WIRES.get(kind, "text")
    return columns


LOOPS: Final = Table("loops", _columns(Loop))
TASKS: Final = Table("tasks", _columns(Task) | {"event_row": "int8"})
DEPARTMENTS: Final = Table(
    "loop_departments",
    {"department_id": "text", "event_row": "int8"}
    | {name: LOOPS.columns[name] for name in COVERED},
)
OUTBOX: Final = Table(
    "action_outbox",
    {"outbox_row": "int8", "action_row": "int8", "destination": "text"},
)
DELIVERIES: Final = Table(
    "deliveries",
    {
        "outbox_row": "int8",
        "state": "text",
        "attempts": "int8",
        "at": "int8",
        "status": "int8",
        "error": "text",
        "next_at": "int8",
    },
)

NAMED: Final = is_named("actions", "actions").as_string()
_DROP_DEPARTMENTS = "DELETE FROM loop_departments WHERE event_row = ANY(%s)"
ADD_DEPARTMENTS: Final = (
    f"INSERT INTO loop_departments ({','.join(DEPARTMENT_COLUMNS)})"
)
_PUT_DEPARTMENTS = f"{ADD_DEPARTMENTS} {DEPARTMENT_ROWS} AND loops.event_row = ANY(%s)"
_THERE = f"SELECT {','.join(DEPARTMENT_COLUMNS)} FROM loop_departments"
_ADD_OTHER_DEPARTMENTS = f"{ADD_DEPARTMENTS} {DEPARTMENT_ROWS} EXCEPT {_THERE}"
_DROP_OTHER_DEPARTMENTS = f"""
    DELETE FROM loop_departments USING ({_THERE} EXCEPT {DEPARTMENT_ROWS}) AS other
    WHERE other.event_row = loop_departments.event_row
        AND other.department_id = loop_departments.department_id
"""
ACTION_COLUMNS: Final = (
    ",".join(f"actions.{name}" for name in ACTIONS.columns)
    + """,
    ARRAY(SELECT destination FROM action_outbox AS o
          WHERE o.action_row = actions.action_row ORDER BY outbox_row)
"""
)
_STEPS: Final = f"""
    SELECT actions.batch, actions.body, actions.action_row, loops.event_row,
        actions.event_id, actions.at, actions.recorded_at
    FROM actions JOIN loops ON loops.event_id = actions.event_id
    WHERE {NAMED} AND actions.action_row > %s ORDER BY actions.action_row LIMIT %s
"""
LOOP_COLUMNS: Final = ",".join(f"loops.{name}" for name in LOOPS.columns)
_TASK_COLUMNS = ",".join(f.name for f in fields(Task))
_OF_REQUESTS = """
    action_row = ANY(ARRAY(
        SELECT found.action_row
        FROM unnest(%s::text[], %s::text[]) AS asked (key_id, request_key)
        CROSS JOIN LATERAL (
            SELECT action_row FROM actions AS a WHERE a.key_id = asked.key_id
                AND a.request_key = asked.request_key AND a.request_key <> '' LIMIT 1
        ) AS found
    ))
"""
_LAST_ACTION = f"""
    SELECT action_row FROM actions WHERE {names_row("actions", "actions").as_string()}
    ORDER BY action_row DESC LIMIT 1
"""
_LAST_DUE = "SELECT coalesce(max(outbox_row), 0) FROM action_outbox"


def insert_actions(connection: Connection, actions: Sequence[StoredAction]) -> None:
    """Append actions, and what is to be told of them to whom."""
    if not actions:
        return
    add_rows(connection, ACTIONS, map(_action_row, actions))
    due = [(entry, name) for entry in actions for name in entry.action.destinations]
    if not due:
        return
    [(last,)] = connection.execute(_LAST_DUE)
    outbox, deliveries = [], []
    for row, (entry, destination) in enumerate(due, start=int(last) + 1):
        outbox.append((row, entry.row, destination))
        deliveries.append((row, "waiting", 0, None, None, "", entry.recorded_at))
    add_rows(connection, OUTBOX, outbox)
    add_rows(connection, DELIVERIES, deliveries)


def put_loops(
    connection: Connection, loops: Collection[Loop], tasks: Iterable[Task]
) -> None:
    """Write where events stand, in place of where they stood.

    Parameters
    ----------
    connection
        In a transaction that holds the lock of writers.
    loops
        Those that are new or other.
    tasks
        Those of these loops that are new or other.
    """
    rows = {loop.event_id: loop.row for loop in loops}
    if not rows:
        return
    some = list(tasks)
    # of a new loop nothing is there yet, and its tasks are all there are
    new = {loop.event_id: loop for loop in loops if loop.seq == 1}
    standing = [loop for loop in loops if loop.seq != 1]
    if standing:
        _drop_loops(connection, standing, [t for t in some if t.event_id not in new])
    add_rows(connection, LOOPS, map(values_of, loops))
    add_rows(connection, TASKS, ((*values_of(t), rows[t.event_id]) for t in some))
    add_rows(connection, DEPARTMENTS, departments_of(new, some))
    if standing:
        places = [[loop.row for loop in standing]]
        connection.execute(_PUT_DEPARTMENTS.encode(), places)


def _drop_loops(
    connection: Connection, loops: Collection[Loop], tasks: Collection[Task]
) -> None:
    """Take away where events stood, with the rows of some of their tasks."""
    event_ids, rows = zip(*((loop.event_id, loop.row) for loop in loops), strict=True)
    task_ids = [task.task_id for task in tasks]
    connection.execute("DELETE FROM loops WHERE event_id = ANY(%s)", [[*event_ids]])
    connection.execute("DELETE FROM tasks WHERE task_id = ANY(%s)", [task_ids])
    connection.execute(_DROP_DEPARTMENTS, [[*rows]])


def mend_departments(connection: Connection) -> int:
    """Make the departments of loops again; return how many rows were not so."""
    surplus = connection.execute(_DROP_OTHER_DEPARTMENTS.encode()).rowcount
    missing = connection.execute(_ADD_OTHER_DEPARTMENTS.encode()).rowcount
    return max(surplus, missing)


def read_actions(
    connection: Connection,
    condition: str,
    values: Sequence[object],
) -> list[StoredAction]:
    """Return the actions for which a condition holds and that the log names.

    Parameters
    ----------
    connection
        To the store.
    condition
        After WHERE; an order may stand behind it.
    values
        Of its placeholders.

    Raises
    ------
    StoreError
        If the link of one has more or fewer rows than it committed.
    """
    query = f"SELECT {ACTION_COLUMNS} FROM actions WHERE {NAMED} AND {condition}"
    rows = read_rows(connection, query, values)
    refuse_miscounted(connection, "actions", [row[2] for row in rows])
    return [action_of(row) for row in rows]


def read_steps(connection: Connection, after: int, limit: int) -> tuple[LoopStep, ...]:
    """Return what actions of events do, of those after a row, in order.

    Parameters
    ----------
    connection
        To the store.
    after
        Row of an action.
    limit
        At most so many.

    Raises
    ------
    StoreError
        If what one does cannot be read, or a link has more or fewer rows than it
        committed.
    """
    rows = read_rows(connection, _STEPS, (after, limit))
    refuse_miscounted(connection, "actions", {row[0] for row in rows})
    return tuple(
        LoopStep(row, event_row, event_id, at, recorded_at, read_changes(row, body))
        for _, body, row, event_row, event_id, at, recorded_at in rows
    )


def read_loops(
    connection: Connection, condition: str, values: Sequence[object]
) -> list[Loop]:
    """Return the loops for which a condition holds."""
    query = f"SELECT {LOOP_COLUMNS} FROM loops WHERE {condition}"
    return [Loop(*row) for row in read_rows(connection, query, values)]


def read_tasks(
    connection: Connection, condition: str, values: Sequence[object]
) -> list[Task]:
    """Return the tasks for which a condition holds."""
    query = f"SELECT {_TASK_COLUMNS} FROM tasks WHERE {condition}"
    return [Task(*row) for row in read_rows(connection, query, values)]


def read_rows(
    connection: Connection, query: str, values: Sequence[object]
) -> list[TupleRow]:
    """Return the rows of a question, which is planned for its values each time."""
    return _asked(connection, query, values).fetchall()


def read_alike(
    connection: Connection, query: str, values: Sequence[object]
) -> list[TupleRow]:
    """Return the rows of a question, which is planned once for any values."""
    return _asked(connection, query, values, is_planned_once=True).fetchall()


def read_each(
    connection: Connection, questions: Sequence[Question]
) -> list[list[TupleRow]]:
    """Return the rows of each question; all are sent before the first is waited for."""
    with connection.pipeline():
        cursors = [_asked(connection, *question) for question in questions]
        return [cursor.fetchall() for cursor in cursors]


def _asked(
    connection: Connection,
    query: str,
    values: Sequence[object],
    is_planned_once: bool = False,
) -> Cursor[TupleRow]:
    return connection.execute(
        query.encode(), values, prepare=is_planned_once, binary=True
    )


def read_standing(
    connection: Connection, event_ids: Collection[str]
) -> tuple[dict[str, Loop], dict[str, Tasks]]:
    """Return loops and tasks of events by their ids."""
    if not event_ids:
        return {}, {}
    condition, values = "event_id = ANY(%s)", [list(event_ids)]
    loops = {loop.event_id: loop for loop in read_loops(connection, condition, values)}
    tasks: dict[str, dict[str, Task]] = {event_id: {} for event_id in loops}
    order = "ORDER BY length(task_id), task_id"
    for task in read_tasks(connection, f"{condition} {order}", values):
        tasks.setdefault(task.event_id, {})[task.task_id] = task
    return loops, dict(tasks)


def read_requests(
    connection: Connection, requests: Collection[Request]
) -> dict[Request, StoredAction]:
    """Return the actions that requests brought."""
    if not requests:
        return {}
    columns = [list(column) for column in zip(*requests, strict=True)]
    return {
        (entry.action.key_id, entry.action.request_key): entry
        for entry in read_actions(connection, _OF_REQUESTS, columns)
    }


def read_intakes(
    connection: Connection, event_ids: Collection[str]
) -> dict[str, StoredAction]:
    """Return the first action of each event that has one."""
    if not event_ids:
        return {}
    condition = "seq = 1 AND event_id = ANY(%s)"
    entries = read_actions(connection, condition, [list(event_ids)])
    return {entry.action.event_id or "": entry for entry in entries}


def last_action_row(connection: Connection) -> int:
    """Return the row of the last action that the log names, 0 without one."""
    rows = read_rows(connection, _LAST_ACTION, ())
    return int(rows[0][0]) if rows else 0


def mend_loops(
    connection: Connection, loops: Mapping[str, Loop], tasks: Mapping[str, Tasks]
) -> int:
    """Write what follows from the actions of some events where other rows are there.

    Returns
    -------
    count
        How many rows of loops and tasks were missing, surplus or other.
    """
    before, tasks_before = read_standing(connection, loops.keys())
    differing = [
        loop for event_id, loop in loops.items() if before.get(event_id) != loop
    ]
    earlier = _by_id(tasks_before)
    later = _by_id(tasks)
    surplus = [task_id for task_id in earlier if task_id not in later]
    changed = [t for task_id, t in later.items() if earlier.get(task_id) != t]
    owners = {loop.event_id for loop in differing} | {t.event_id for t in changed}
    connection.execute("DELETE FROM tasks WHERE task_id = ANY(%s)", [surplus])
    if owners:
        standing = [loops[event_id] for event_id in owners]
        _drop_loops(connection, standing, changed)
        put_loops(connection, standing, changed)
    return len(differing) + len(surplus) + len(changed)


def _by_id(tasks: Mapping[str, Tasks]) -> Tasks:
    """Return the tasks of several events by their ids."""
    return {task_id: task for some in tasks.values() for task_id, task in some.items()}


def _action_row(entry: StoredAction) -> tuple[object, ...]:
    """Return an action as COPY takes it, columns as in `ACTIONS`."""
    action = entry.action
    return (
        entry.row,
        entry.seq,
        entry.batch,
        wire_instant(entry.recorded_at),
        action.action_id,
        action.event_id,
        action.action,
        wire_instant(action.at),
        list(action.path),
        action.task_id,
        action.key_id,
        action.role,
        action.post_id,
        action.reason,
        action.request_key,
        action.fingerprint,
        action.status,
        action.answer,
        body_of(action).decode(),
    )


def action_of(row: TupleRow) -> StoredAction:
    """Return the action of a row of `ACTION_COLUMNS`.

    Raises
    ------
    StoreError
        If what it asks for and does cannot be read.
    """
    action_row, seq, batch, recorded_at, action_id, event_id, action, at, path = row[:9]
    task_id, key_id, role, post_id, reason, request_key, fingerprint = row[9:16]
    status, answer, body, destinations = row[16:]
    try:
        details, changes = read_body(body.encode())
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            "Action {action_row} is not as it was stored; take the last export.",
            action_row=action_row,
        ) from error
    return StoredAction(
        Action(
            action_id,
            event_id,
            action,
            at,
            tuple(path),
            task_id,
            key_id,
            role,
            post_id,
            reason,
            details,
            changes,
            request_key,
            fingerprint,
            status,
            answer,
            tuple(destinations),
        ),
        action_row,
        seq,
        batch,
        recorded_at,
    )
