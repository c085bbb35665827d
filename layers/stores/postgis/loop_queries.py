"""What PostgreSQL is asked about actions, loops and tasks."""

# ruff: noqa: S608  the words are of this floor

from abc import ABC
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from typing import Final

import pandas as pd

from gis.access import EVERYWHERE, Scope
from gis.events import Loop, Spot, StoredAction, Task
from gis.models import Instant
from layers.stores.loop_columns import CHUNK, loop_expressions, loop_frame
from layers.stores.loop_conditions import (
    Condition,
    any_of,
    cells_of,
    loop_condition,
    near_condition,
    task_condition,
)
from layers.stores.loop_lists import is_listed, newest_rows
from layers.stores.loops import LoopQuery, LoopStep, NearQuery, TaskQuery
from layers.stores.postgis import loop as rows
from layers.stores.postgis.connections import ACTION_CHANNEL, Connections
from layers.stores.postgis.loop_lists import SNAPSHOT, DatabaseWalker
from layers.stores.postgis.strays import refuse_miscounted
from layers.stores.scope import scope_condition

MARK: Final = "%s"
CELL: Final = "(trunc(lon * 500)::bigint * 1000000 + trunc(lat * 500)::bigint)"
"""The cell of a position, as the index `loops_near` has it."""
TIME: Final = "(occurred_at + 0)"
"""The time as that index alone has it: without figures of the table the planner takes
any other index of the time as well."""
_DUE = (
    "state = 'open' AND climbs_at IS NOT NULL AND climbs_at <= %s "
    "ORDER BY climbs_at, task_id LIMIT %s"
)
_CHANGES: Final = f"""
    SELECT {rows.ACTION_COLUMNS}, {rows.LOOP_COLUMNS}
    FROM actions JOIN loops ON loops.event_id = actions.event_id
    WHERE {rows.NAMED} AND actions.action_row > %s AND {{visible}}
    ORDER BY actions.action_row LIMIT %s
"""
_SPOTS: Final = f"SELECT {', '.join(Spot._fields)}, event_row FROM loops"
_IN_CELLS: Final = f"""
    SELECT near.* FROM unnest(%s::bigint[]) AS cell (number)
    CROSS JOIN LATERAL ({_SPOTS} WHERE {CELL} = cell.number AND {{}} OFFSET 0) AS near
"""
_LOOP_PLACE = len(rows.ACTIONS.columns) + 1


class LoopQueries(ABC):
    """The `Loops` of a store in a database, but for what is written."""

    _connections: Connections

    def actions(self, event_id: str) -> tuple[StoredAction, ...]:
        """Return the actions of an event in order."""
        with self._connections.take() as connection:
            condition = "event_id = %s ORDER BY seq"
            return tuple(rows.read_actions(connection, condition, [event_id]))

    def action_of(self, key_id: str, request_key: str) -> StoredAction | None:
        """Return the action that a request of a key brought."""
        request = key_id, request_key
        with self._connections.take() as connection:
            return rows.read_requests(connection, [request]).get(request)

    def loop(self, event_id: str) -> Loop | None:
        """Return where an event stands."""
        with self._connections.take() as connection:
            loops = rows.read_loops(connection, "event_id = %s", [event_id])
        return next(iter(loops), None)

    def loops(self, query: LoopQuery, scope: Scope) -> tuple[Loop, ...]:
        """Return the loops that are asked for and that the scope sees."""
        if is_listed(query):
            return self._listed(query, scope)
        wanted = loop_condition(query, MARK).and_(seen_condition(scope))
        condition = f"{wanted.sql} ORDER BY event_row DESC LIMIT %s"
        values = (*wanted.values, query.limit)
        with self._connections.take() as connection:
            return tuple(rows.read_loops(connection, condition, values))

    def _listed(self, query: LoopQuery, scope: Scope) -> tuple[Loop, ...]:
        """Return the loops of a list by the indexes of lists."""
        with self._connections.take() as connection, connection.transaction():
            connection.execute(SNAPSHOT)
            newest = newest_rows(query, scope, DatabaseWalker(connection))
            condition = "event_row = ANY(%s) ORDER BY event_row DESC"
            return tuple(rows.read_loops(connection, condition, [newest]))

    def near(
        self, queries: Sequence[NearQuery], scope: Scope
    ) -> tuple[tuple[Spot, ...], ...]:
        """Return for each query where and when the events were that the scope sees."""
        visible = seen_condition(scope)
        questions = [_spots_question(query, visible) for query in queries]
        with self._connections.take() as connection:
            answers = rows.read_each(connection, questions)
        return tuple(tuple(Spot(*spot[:-1]) for spot in spots) for spots in answers)

    def count_loops(self, query: LoopQuery, scope: Scope) -> int:
        """Return how many there are of them."""
        wanted = loop_condition(query, MARK).and_(seen_condition(scope))
        return self._count(wanted)

    def loop_columns(
        self, query: LoopQuery, scope: Scope, columns: Sequence[str]
    ) -> pd.DataFrame:
        """Return some fields of all of them."""
        wanted = loop_condition(query, MARK).and_(seen_condition(scope))
        sql = f"SELECT {loop_expressions(columns)} FROM loops WHERE {wanted.sql}"
        with self._connections.take() as connection:
            cursor = connection.execute(sql, wanted.values, binary=True)
            return loop_frame(iter(lambda: cursor.fetchmany(CHUNK), []), columns)

    def is_visible(self, event_id: str, scope: Scope) -> bool:
        """Say whether the scope sees an event."""
        wanted = Condition("event_id = %s", (event_id,)).and_(seen_condition(scope))
        return self._count(wanted) > 0

    def tasks(self, query: TaskQuery, scope: Scope) -> tuple[Task, ...]:
        """Return the tasks that are asked for, of events that the scope sees."""
        wanted, visible = task_condition(query, MARK), seen_condition(scope)
        condition = (
            f"{wanted.sql} AND EXISTS (SELECT 1 FROM loops WHERE loops.event_id = "
            f"tasks.event_id AND {visible.sql}) ORDER BY due_at, task_id LIMIT %s"
        )
        values = (*wanted.values, *visible.values, query.limit)
        with self._connections.take() as connection:
            return tuple(rows.read_tasks(connection, condition, values))

    def changes(
        self, after: int, limit: int, scope: Scope
    ) -> tuple[tuple[StoredAction, Loop], ...]:
        """Return actions after a row, each with the loop as it is now."""
        visible = seen_condition(scope)
        query = _CHANGES.format(visible=visible.sql)
        values = (after, *visible.values, limit)
        with self._connections.take() as connection:
            pairs = rows.read_rows(connection, query, values)
            refuse_miscounted(connection, "actions", [pair[2] for pair in pairs])
        return tuple(
            (rows.action_of(pair[:_LOOP_PLACE]), Loop(*pair[_LOOP_PLACE:]))
            for pair in pairs
        )

    def steps(self, after: int, limit: int) -> tuple[LoopStep, ...]:
        """Return what actions of events do, of those after a row, in order."""
        with self._connections.take() as connection:
            return rows.read_steps(connection, after, limit)

    def due(self, at: Instant, limit: int) -> tuple[Task, ...]:
        """Return open tasks that climb at or before a time."""
        with self._connections.take() as connection:
            return tuple(rows.read_tasks(connection, _DUE, [at, limit]))

    def last_action(self) -> int:
        """Return the row of the last action, 0 without one."""
        with self._connections.take() as connection:
            return rows.last_action_row(connection)

    def wait_for_action(self, row: int, timeout_s: float) -> int:
        """Return the row of the last action as soon as it is not the one given."""
        notices = self._connections.notices(timeout_s, ACTION_CHANNEL)
        with closing(notices):
            last = map(rows.last_action_row, notices)
            return next((number for number in last if number != row), row)

    def audit(self, after: int, limit: int) -> tuple[StoredAction, ...]:
        """Return the actions of no event after a row, in order."""
        condition = "event_id IS NULL AND action_row > %s ORDER BY action_row LIMIT %s"
        with self._connections.take() as connection:
            return tuple(rows.read_actions(connection, condition, [after, limit]))

    def _count(self, wanted: Condition) -> int:
        query = f"SELECT count(*) FROM loops WHERE {wanted.sql}"
        with self._connections.take() as connection:
            [(count,)] = rows.read_rows(connection, query, wanted.values)
        return int(count)


def _spots_question(query: NearQuery, visible: Condition) -> rows.Question:
    """Return the question for the events that are asked for and can be seen."""
    wanted = near_condition(query, MARK, TIME).and_(visible)
    cells = cells_of(query.box)
    sql, values = f"{_SPOTS} WHERE {wanted.sql}", wanted.values
    if cells is not None:
        sql, values = _IN_CELLS.format(wanted.sql), ([*cells], *values)
    return f"{sql} ORDER BY event_row DESC LIMIT %s", (*values, query.limit)


def seen_condition(scope: Scope) -> Condition:
    """Return the condition that a row of `loops` is seen, met row by row.

    Examples
    --------
    >>> seen_condition(Scope(sources=("hotline",)))
    Condition(sql='source IN (%s)', values=('hotline',))
    """
    near = scope_condition(replace(scope, departments=()), MARK)
    if not scope.departments or EVERYWHERE[0] in scope.area_paths:
        return near
    # not as `scope_condition` has it: that reads all tasks of the departments first
    is_owed = Condition(
        "EXISTS (SELECT 1 FROM tasks AS owed WHERE owed.event_id = loops.event_id "
        "AND owed.department_id = ANY(%s))",
        (list(scope.departments),),
    )
    return any_of([near, _plain(scope).and_(is_owed)])


def _plain(scope: Scope) -> Condition:
    """Return the condition that an event is none of a sensitive kind not granted."""
    return scope_condition(Scope(EVERYWHERE, grants=scope.grants), MARK)
