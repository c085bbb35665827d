"""Indexes of lists of loops in a GeoPackage."""

# ruff: noqa: S608  the words are of this floor

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final

import orjson

from layers.stores.loop_conditions import AFTER_SLASH, Condition
from layers.stores.loop_lists import OPEN, ROWS, Step, Walk

_AREAS: Final = """
    WITH RECURSIVE
    within (low, high) AS (
        SELECT value ->> 0, value ->> 1 FROM json_each(?)
    ),
    areas (path, high) AS (
        SELECT (SELECT min(area_path) FROM loops INDEXED BY loops_newest_area
                WHERE area_path >= low AND area_path < high), high FROM within
        UNION ALL
        SELECT (SELECT min(area_path) FROM loops INDEXED BY loops_newest_area
                WHERE area_path > areas.path AND area_path < high), high
        FROM areas WHERE areas.path IS NOT NULL
    )
    SELECT path FROM areas WHERE path IS NOT NULL LIMIT ?
"""
_KINDS: Final = """
    WITH RECURSIVE kinds (department_id, kind) AS (
        SELECT value, (SELECT min(kind) FROM loop_departments
                       INDEXED BY loop_departments_newest
                       WHERE department_id = value) FROM json_each(?)
        UNION ALL
        SELECT kinds.department_id, (
            SELECT min(kind) FROM loop_departments AS d
            INDEXED BY loop_departments_newest
            WHERE d.department_id = kinds.department_id AND d.kind > kinds.kind
        ) FROM kinds WHERE kind IS NOT NULL
    )
    SELECT department_id, kind FROM kinds WHERE kind IS NOT NULL
"""


class FileWalker:
    """Reads the indexes of lists.

    Parameters
    ----------
    connection
        Inside a transaction.
    """

    mark, row = "?", "loops.event_row"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def turn(
        self, walk: Walk, starts: Mapping[int, int], size: int, limit: int
    ) -> dict[int, Step]:
        """Return what comes next of some keys, by their places in the walk."""
        entry, wanted = turn_sql(walk)
        steps = {}
        for place, start in starts.items():
            values = (*walk.keys[place], start)
            last = self._connection.execute(entry, (*values, size - 1)).fetchone()
            (row,) = last or (0,)
            values = (*values, row, *walk.condition.values, limit)
            rows = self._connection.execute(wanted, values)
            steps[place] = Step(row, [number for (number,) in rows])
        return steps

    def areas_in(self, paths: Sequence[str], most: int) -> list[str]:
        """Return paths of areas with loops in some areas, at most so many."""
        bounds = [(path, path[:-1] + AFTER_SLASH) for path in paths]
        values = orjson.dumps(bounds).decode(), most
        return [path for (path,) in self._connection.execute(_AREAS, values)]

    def kinds_of(self, departments: Sequence[str]) -> list[tuple[str, str]]:
        """Return departments with kinds that they have loops of."""
        values = [orjson.dumps(departments).decode()]
        return self._connection.execute(_KINDS, values).fetchall()

    def among(self, column: str, values: Sequence[str]) -> Condition:
        """Return the condition that a column has one of many values."""
        sql = f"{column} IN (SELECT value FROM json_each(?))"
        return Condition(sql, (orjson.dumps(values).decode(),))


def turn_sql(walk: Walk) -> tuple[str, str]:
    """Return the questions for the entry that ends a turn, and what is wanted up to it.

    Values are those of the key and the row before which to go on; then how many entries
    are passed over, or the row of the last, values of the condition and a limit.
    """
    index = walk.index
    heads = [f"{column} = ?" for column in index.columns]
    if index == OPEN:
        heads.append("phase <> 'closed'")
    way = "NOT INDEXED" if index == ROWS else f"INDEXED BY {index.name}"
    entries = (
        f"SELECT event_row FROM {index.table} AS loops {way} "
        f"WHERE {' AND '.join([*heads, 'event_row < ?'])}"
    )
    order = "ORDER BY event_row DESC LIMIT"
    return (
        f"{entries} {order} 1 OFFSET ?",
        f"{entries} AND event_row >= ? AND ({walk.condition.sql}) {order} ?",
    )
