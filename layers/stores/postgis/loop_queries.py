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
    below_path,
    loop_condition,
    near_condition,
    task_condition,
)
from layers.stores.loops import LoopQuery, NearQuery, TaskQuery
from layers.stores.postgis import loop as rows
from layers.stores.postgis.connections import ACTION_CHANNEL, Connections
from layers.stores.postgis.strays import refuse_miscounted
from layers.stores.scope import scope_condition

MARK: Final = "%s"
CELL: Final = "(trunc(lon * 500)::bigint * 1000000 + trunc(lat * 500)::bigint)"
"""The cell of a position, as an index has it."""
INDEXED_TIERS: Final = 5
"""The newest of an area so far down are met by an index of their own."""
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
_LOOP_PLACE = len(rows.ACTIONS.columns) + 1
_OWED: Final = """
    (SELECT owed.event_row FROM tasks AS owed CROSS JOIN LATERAL (
        SELECT 1 FROM loops WHERE loops.event_row = owed.event_row AND {} OFFSET 0
    ) AS near WHERE department_id = %s AND event_row < %s AND NOT EXISTS (
        SELECT 1 FROM tasks AS earlier WHERE earlier.event_id = owed.event_id
            AND earlier.department_id = owed.department_id
            AND earlier.task_id < owed.task_id
    ) ORDER BY event_row DESC LIMIT %s)
"""
_LAST_ROW: Final = 2**63 - 1


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
        wanted = newest(query, scope)
        with self._connections.take() as connection:
            return tuple(rows.read_loops(connection, wanted.sql, wanted.values))

    def near(self, query: NearQuery, scope: Scope) -> tuple[Spot, ...]:
        """Return where and when the events were that the scope sees and are near."""
        wanted = near_condition(query, CELL, MARK).and_(seen_condition(scope))
        sql = f"{rows.SELECT_SPOTS} WHERE {wanted.sql} ORDER BY event_row DESC LIMIT %s"
        with self._connections.take() as connection:
            spots = rows.read_rows(connection, sql, (*wanted.values, query.limit))
        return tuple(Spot(*spot) for spot in spots)

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


def newest(query: LoopQuery, scope: Scope) -> Condition:
    """Return the condition of a list of loops, with its order and limit.

    What sees everything is walked from the newest. Of anything else the newest of its
    areas, of its sources and of each department are met by an index that has them in
    this order, and the newest of those are taken.

    Examples
    --------
    >>> newest(LoopQuery(limit=9), Scope(("",))).sql[-33:]
    ' ORDER BY event_row DESC LIMIT %s'
    """
    wanted = loop_condition(replace(query, area_path=""), MARK)
    if not (scope.is_whole or EVERYWHERE[0] in scope.area_paths):
        parts = _parts(query, scope, wanted)
    elif query.area_path:
        condition = wanted.and_(seen_condition(scope))
        parts = [_first([in_area(query.area_path).and_(condition)], query)]
    else:
        return _listed(wanted.and_(seen_condition(scope)), query)
    if not parts:
        return Condition("false")
    union = " UNION ".join(part.sql for part in parts)
    values = tuple(value for part in parts for value in part.values)
    return _listed(Condition(f"event_row IN ({union})", values), query)


def in_area(path: str) -> Condition:
    """Return the condition that an event lies in an area, as the indexes have it.

    Examples
    --------
    >>> in_area("C1-01/C2-04/").sql
    "substring(area_path, '^(?:[^/]*/){2}') = %s"
    """
    tiers = path.count("/")
    if not 0 < tiers <= INDEXED_TIERS:
        return below_path(path, MARK)
    return Condition(
        f"substring(area_path, '^(?:[^/]*/){{{tiers}}}') = {MARK}", (path,)
    )


def _parts(query: LoopQuery, scope: Scope, wanted: Condition) -> list[Condition]:
    """Return the questions for the rows of a scope that does not see everything."""
    plain = wanted.and_(_plain(scope))
    areas = [in_area(path).and_(plain) for path in _areas(query, scope)]
    within = wanted.and_(below_path(query.area_path, MARK))
    sources = [
        scope_condition(Scope(sources=(source,)), MARK).and_(within)
        for source in sorted(set(scope.sources))
    ]
    parts = [_first(ways, query) for ways in (areas, sources) if ways]
    owed = within.and_(plain)
    below = _LAST_ROW if query.below is None else query.below
    for department in sorted(set(scope.departments)):
        values = (*owed.values, department, below, query.limit)
        parts.append(Condition(_OWED.format(owed.sql), values))
    return parts


def _areas(query: LoopQuery, scope: Scope) -> list[str]:
    """Return the areas that are asked for and seen, none inside another."""
    paths, area = set(scope.area_paths), query.area_path
    both = {max(path, area, key=len) for path in paths if _is_nested(path, area)}
    return sorted(
        path for path in both if not any(path != p and path.startswith(p) for p in both)
    )


def _is_nested(path: str, other: str) -> bool:
    return path.startswith(other) or other.startswith(path)


def _plain(scope: Scope) -> Condition:
    """Return the condition that an event is none of a sensitive kind not granted."""
    return scope_condition(Scope(EVERYWHERE, grants=scope.grants), MARK)


def _first(ways: Sequence[Condition], query: LoopQuery) -> Condition:
    """Return the question for the newest rows for which one of some conditions holds.

    No row meets two of them. The place of a row is its number with the other sign.
    """
    last = Condition("true")
    if query.below is not None:
        last = Condition(f"place > {MARK}", (-query.below,))
    ways = [way.and_(last) for way in ways]
    # each is met in this order and no further than the newest of all go
    union = " UNION ALL ".join(
        f"(SELECT event_row, place FROM loops WHERE {way.sql} "
        f"ORDER BY place LIMIT {MARK})"
        for way in ways
    )
    values = (value for way in ways for value in (*way.values, query.limit))
    return Condition(
        f"(SELECT event_row FROM ({union}) AS met ORDER BY place LIMIT {MARK})",
        (*values, query.limit),
    )


def _listed(condition: Condition, query: LoopQuery) -> Condition:
    """Return a condition with the order and limit of lists."""
    sql = f"{condition.sql} ORDER BY event_row DESC LIMIT {MARK}"
    return Condition(sql, (*condition.values, query.limit))
