"""Indexes of lists of loops in PostgreSQL."""

# ruff: noqa: S608  the words are of this floor

from collections.abc import Mapping, Sequence
from typing import Final

from layers.stores.loop_conditions import AFTER_SLASH, Condition
from layers.stores.loop_lists import COVERED, OPEN, ROWS, Step, Walk
from layers.stores.postgis.connections import Connection
from layers.stores.postgis.loop import read_alike, read_rows

SNAPSHOT: Final = """
    SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
    SET LOCAL plan_cache_mode = force_generic_plan
"""
"""The questions lead to one plan whatever the values: to make it takes longer than most
turns do."""
_COLUMNS: Final = ", ".join(COVERED)
_AREAS: Final = """
    WITH RECURSIVE areas (path, high) AS (
        SELECT first.path, high FROM unnest(%s::text[], %s::text[]) AS w (low, high)
        CROSS JOIN LATERAL (
            SELECT area_path AS path FROM loops
            WHERE area_path >= low COLLATE "C" AND area_path < high COLLATE "C"
            ORDER BY area_path LIMIT 1
        ) AS first
        UNION ALL
        SELECT later.path, high FROM areas CROSS JOIN LATERAL (
            SELECT area_path AS path FROM loops
            WHERE area_path > areas.path AND area_path < high COLLATE "C"
            ORDER BY area_path LIMIT 1
        ) AS later
    )
    SELECT path FROM areas LIMIT %s
"""
_KINDS: Final = """
    WITH RECURSIVE kinds (department_id, kind) AS (
        SELECT d.department_id, first.kind
        FROM unnest(%s::text[]) AS d (department_id) CROSS JOIN LATERAL (
            SELECT kind FROM loop_departments AS l
            WHERE l.department_id = d.department_id COLLATE "C" ORDER BY kind LIMIT 1
        ) AS first
        UNION ALL
        SELECT kinds.department_id, later.kind FROM kinds CROSS JOIN LATERAL (
            SELECT kind FROM loop_departments AS l
            WHERE l.department_id = kinds.department_id AND l.kind > kinds.kind
            ORDER BY kind LIMIT 1
        ) AS later
    )
    SELECT department_id, kind FROM kinds
"""


class DatabaseWalker:
    """Reads the indexes of lists.

    Parameters
    ----------
    connection
        Inside a transaction that sees one state of the database.
    """

    mark, row = "%s", "-loops.place"

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def turn(
        self, walk: Walk, starts: Mapping[int, int], size: int, limit: int
    ) -> dict[int, Step]:
        """Return what comes next of some keys, by their places in the walk."""
        keys = [walk.keys[place] for place in starts]
        columns = [[key[n] for key in keys] for n in range(len(walk.index.columns))]
        values = (
            *([*starts], [*starts.values()], *columns),
            *walk.condition.values,
            size,
        )
        met = read_alike(self._connection, turn_sql(walk), values)
        return {
            place: Step(last if count == size else 0, (rows or ())[:limit])
            for place, count, last, rows in met
        }

    def areas_in(self, paths: Sequence[str], most: int) -> list[str]:
        """Return paths of areas with loops in some areas, at most so many."""
        highs = [path[:-1] + AFTER_SLASH for path in paths]
        rows = read_rows(self._connection, _AREAS, ([*paths], highs, most))
        return [path for (path,) in rows]

    def kinds_of(self, departments: Sequence[str]) -> list[tuple[str, str]]:
        """Return departments with kinds that they have loops of."""
        rows = read_rows(self._connection, _KINDS, ([*departments],))
        return [(department, kind) for department, kind in rows]

    def among(self, column: str, values: Sequence[str]) -> Condition:
        """Return the condition that a column has one of many values."""
        # an array that is not planned for would be gone through for each row
        return Condition(f"{column} IN (SELECT unnest(%s::text[]))", ([*values],))


def turn_sql(walk: Walk) -> str:
    """Return the question for what comes next of some keys.

    Its values are places, rows before which to go on and each part of the keys as
    arrays; those of the condition; and how many entries of each key are met.
    """
    index = walk.index
    types = ["bool" if name == "is_sensitive" else "text" for name in index.columns]
    arrays = "".join(f", %s::{name}[]" for name in types)
    names = "".join(f", key_{n}" for n in range(len(types)))
    heads = [
        f"{name} = key_{n}" + (' COLLATE "C"' if types[n] == "text" else "")
        for n, name in enumerate(index.columns)
    ]
    if index == OPEN:
        heads.append("phase <> 'closed'")
    order, before = "place", "place > -start"
    if index == ROWS:
        order, before = "event_row DESC", "event_row < start"
    # a condition on what was selected leads to no other index
    return (
        "SELECT number, met.* "
        f"FROM unnest(%s::int8[], %s::int8[]{arrays}) AS key (number, start{names}) "
        "CROSS JOIN LATERAL (SELECT count(*), -max(place), "
        f"array_agg(-place) FILTER (WHERE {walk.condition.sql}) FROM ("
        f"SELECT place, {_COLUMNS} FROM {index.table} "
        f"WHERE {' AND '.join([*heads, before])} ORDER BY {order} LIMIT %s"
        ") AS loops) AS met"
    )
