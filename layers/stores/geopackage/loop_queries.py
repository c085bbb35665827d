"""What a GeoPackage is asked about actions, loops and tasks."""

# ruff: noqa: S608  the words are of this floor

import sqlite3
from abc import ABC
from collections.abc import Sequence
from contextlib import closing
from typing import Final

import orjson
import pandas as pd

from gis.access import Scope
from gis.events import Loop, Spot, StoredAction, Task, fold_all
from gis.models import Instant
from layers.stores.admission import Tasks
from layers.stores.geopackage import loop as rows
from layers.stores.geopackage.connections import StoreFile
from layers.stores.geopackage.loop_lists import FileWalker
from layers.stores.loop_columns import CHUNK, loop_expressions, loop_frame
from layers.stores.loop_conditions import (
    Condition,
    cells_of,
    loop_condition,
    near_condition,
    one_of,
    task_condition,
)
from layers.stores.loop_lists import is_listed, newest_rows
from layers.stores.loops import LoopQuery, LoopStep, NearQuery, TaskQuery
from layers.stores.scope import scope_condition

FEW: Final = 5_000
"""So many rows are sorted sooner than others are walked by."""
# the sign keeps SQLite from walking by all rows for a few
SORTED: Final = "ORDER BY +event_row DESC LIMIT ?"
CELL: Final = "CAST(lon * 500 AS INTEGER) * 1000000 + CAST(lat * 500 AS INTEGER)"
"""The cell of a position, as the index `loops_near` has it."""
_CHANGES: Final = (
    "fid > ? AND event_id IN (SELECT event_id FROM loops WHERE event_id = "
    "actions.event_id AND {scope}) ORDER BY fid LIMIT ?"
)


class LoopQueries(ABC):
    """The `Loops` of a store in a file, but for `append`."""

    _file: StoreFile

    def actions(self, event_id: str) -> tuple[StoredAction, ...]:
        """Return the actions of an event in order."""
        with self._file.reading() as connection:
            condition = "event_id = ? ORDER BY seq"
            return tuple(rows.read_actions(connection, condition, (event_id,)))

    def action_of(self, key_id: str, request_key: str) -> StoredAction | None:
        """Return the action that a request of a key brought."""
        request = key_id, request_key
        with self._file.reading() as connection:
            return rows.read_requests(connection, [request]).get(request)

    def loop(self, event_id: str) -> Loop | None:
        """Return where an event stands."""
        with self._file.reading() as connection:
            return next(rows.read_loops(connection, "event_id = ?", (event_id,)), None)

    def loops(self, query: LoopQuery, scope: Scope) -> tuple[Loop, ...]:
        """Return the loops that are asked for and that the scope sees."""
        if is_listed(query):
            return self._listed(query, scope)
        wanted = loop_condition(query).and_(scope_condition(scope))
        with self._file.reading() as connection:
            order = _order(connection, wanted)
            return tuple(
                rows.read_loops(
                    connection, f"{wanted.sql} {order}", (*wanted.values, query.limit)
                )
            )

    def _listed(self, query: LoopQuery, scope: Scope) -> tuple[Loop, ...]:
        """Return the loops of a list by the indexes of lists."""
        with self._file.reading() as connection:
            newest = newest_rows(query, scope, FileWalker(connection))
            condition = f"event_row {rows.OF_IDS} ORDER BY event_row DESC"
            values = [orjson.dumps(newest).decode()]
            return tuple(rows.read_loops(connection, condition, values))

    def near(
        self, queries: Sequence[NearQuery], scope: Scope
    ) -> tuple[tuple[Spot, ...], ...]:
        """Return for each query where and when the events were that the scope sees."""
        visible = scope_condition(scope)
        with self._file.reading() as connection:
            return tuple(_spots(connection, query, visible) for query in queries)

    def count_loops(self, query: LoopQuery, scope: Scope) -> int:
        """Return how many there are of them."""
        wanted = loop_condition(query).and_(scope_condition(scope))
        with self._file.reading() as connection:
            return _count(connection, wanted)

    def loop_columns(
        self, query: LoopQuery, scope: Scope, columns: Sequence[str]
    ) -> pd.DataFrame:
        """Return some fields of all of them."""
        wanted = loop_condition(query).and_(scope_condition(scope))
        with self._file.reading() as connection:
            # an index leads to each row of many by itself
            table = "loops" if _is_few(connection, wanted) else "loops NOT INDEXED"
            sql = f"SELECT {loop_expressions(columns)} FROM {table} WHERE {wanted.sql}"
            cursor = connection.execute(sql, wanted.values)
            return loop_frame(iter(lambda: cursor.fetchmany(CHUNK), []), columns)

    def is_visible(self, event_id: str, scope: Scope) -> bool:
        """Say whether the scope sees an event."""
        wanted = Condition("event_id = ?", (event_id,)).and_(scope_condition(scope))
        with self._file.reading() as connection:
            return bool(_count(connection, wanted))

    def tasks(self, query: TaskQuery, scope: Scope) -> tuple[Task, ...]:
        """Return the tasks that are asked for, of events that the scope sees."""
        wanted, visible = task_condition(query), scope_condition(scope)
        condition = (
            f"{wanted.sql} AND EXISTS (SELECT 1 FROM loops WHERE loops.event_id = "
            f"tasks.event_id AND {visible.sql}) ORDER BY due_at, task_id LIMIT ?"
        )
        values = (*wanted.values, *visible.values, query.limit)
        with self._file.reading() as connection:
            return tuple(rows.read_tasks(connection, condition, values))

    def changes(
        self, after: int, limit: int, scope: Scope
    ) -> tuple[tuple[StoredAction, Loop], ...]:
        """Return actions after a row, each with the loop as it is now."""
        visible = scope_condition(scope)
        with self._file.reading() as connection:
            condition = _CHANGES.format(scope=visible.sql)
            values = (after, *visible.values, limit)
            entries = tuple(rows.read_actions(connection, condition, values))
            event_ids = {entry.action.event_id or "" for entry in entries}
            loops, _ = rows.read_standing(connection, event_ids)
        return tuple((entry, loops[entry.action.event_id or ""]) for entry in entries)

    def steps(self, after: int, limit: int) -> tuple[LoopStep, ...]:
        """Return what actions of events do, of those after a row, in order."""
        with self._file.reading() as connection:
            return rows.read_steps(connection, after, limit)

    def due(self, at: Instant, limit: int) -> tuple[Task, ...]:
        """Return open tasks that climb at or before a time."""
        condition = (
            "state = 'open' AND climbs_at IS NOT NULL AND climbs_at <= ? "
            "ORDER BY climbs_at, task_id LIMIT ?"
        )
        with self._file.reading() as connection:
            return tuple(rows.read_tasks(connection, condition, (at, limit)))

    def last_action(self) -> int:
        """Return the row of the last action, 0 without one."""
        with self._file.reading() as connection:
            return rows.last_action_row(connection)

    def wait_for_action(self, row: int, timeout_s: float) -> int:
        """Return the row of the last action as soon as it is not the one given."""
        with closing(self._file.commits(timeout_s)) as commits:
            last = map(rows.last_action_row, commits)
            return next((number for number in last if number != row), row)

    def audit(self, after: int, limit: int) -> tuple[StoredAction, ...]:
        """Return the actions of no event after a row, in order."""
        condition = "event_id IS NULL AND fid > ? ORDER BY fid LIMIT ?"
        with self._file.reading() as connection:
            return tuple(rows.read_actions(connection, condition, (after, limit)))

    def rebuild_loops(self) -> int:
        """Make loops and tasks again from the actions; return how many differed."""
        with self._file.writing() as connection:
            loops, tasks = _folded(connection)
            count = rows.differing_rows(connection, loops, tasks)
            if count:
                for table in ("loops", "tasks", "loop_departments"):
                    connection.execute(f"DELETE FROM {table}")
                every = (task for some in tasks.values() for task in some.values())
                rows.put_loops(connection, loops.values(), every)
            return count + rows.mend_departments(connection)


def _order(connection: sqlite3.Connection, wanted: Condition) -> str:
    """Return how loops are ordered: few are sorted, many are met while walking."""
    is_few = _is_few(connection, wanted)
    return SORTED if is_few else "ORDER BY event_row DESC LIMIT ?"


def _spots(
    connection: sqlite3.Connection, query: NearQuery, visible: Condition
) -> tuple[Spot, ...]:
    """Return where and when the events were that are asked for and can be seen."""
    wanted = near_condition(query).and_(visible)
    cells = cells_of(query.box)
    if cells is not None:
        wanted = wanted.and_(one_of(CELL, cells))
    sql = f"{rows.SELECT_SPOTS} WHERE {wanted.sql} {SORTED}"
    cursor = connection.execute(sql, (*wanted.values, query.limit))
    return tuple(Spot(*row) for row in cursor)


def _is_few(connection: sqlite3.Connection, wanted: Condition) -> bool:
    """Say whether a condition holds for fewer than `FEW` loops."""
    some = f"SELECT count(*) FROM (SELECT 1 FROM loops WHERE {wanted.sql} LIMIT ?)"
    (count,) = connection.execute(some, (*wanted.values, FEW)).fetchone()
    return int(count) < FEW


def _count(connection: sqlite3.Connection, wanted: Condition) -> int:
    query = f"SELECT count(*) FROM loops WHERE {wanted.sql}"
    (count,) = connection.execute(query, wanted.values).fetchone()
    return int(count)


def _folded(
    connection: sqlite3.Connection,
) -> tuple[dict[str, Loop], dict[str, Tasks]]:
    """Return loops and tasks as their actions say."""
    loops: dict[str, Loop] = {}
    tasks: dict[str, Tasks] = {}
    condition = "event_id IS NOT NULL ORDER BY event_id, seq"
    by_event: dict[str, list[StoredAction]] = {}
    for entry in rows.read_actions(connection, condition, ()):
        by_event.setdefault(entry.action.event_id or "", []).append(entry)
    for event_id, entries in by_event.items():
        (row,) = connection.execute(
            "SELECT fid FROM events WHERE event_id = ?", (event_id,)
        ).fetchone()
        changes = [entry.action.changes for entry in entries]
        loops[event_id], tasks[event_id] = fold_all(Loop(event_id, row), changes)
    return loops, tasks
