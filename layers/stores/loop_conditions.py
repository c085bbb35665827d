"""What is asked for of loops and tasks, as conditions of SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gis.events import Box
from layers.stores.loops import LoopQuery, NearQuery, TaskQuery

AFTER_SLASH: Final = "0"
"""The character after ``/``: what begins with a path lies before it."""

CELLS, CELL_STEP, MOST_CELLS = 500, 1_000_000, 64
"""Cells in a degree, the step from one to the next east, and most that are named."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition after WHERE, and the values of its placeholders.

    Examples
    --------
    >>> Condition("state = ?", ("closed",)).and_(Condition("true"))
    Condition(sql='(state = ?) AND (true)', values=('closed',))
    """

    sql: str
    values: tuple[object, ...] = ()

    def and_(self, other: "Condition") -> "Condition":
        """Return the condition that both hold."""
        values = (*self.values, *other.values)
        return Condition(f"({self.sql}) AND ({other.sql})", values)


def loop_condition(query: LoopQuery, mark: str = "?") -> Condition:
    """Return the condition of a query of loops, but for its limit.

    Parameters
    ----------
    query
        What is asked for.
    mark
        How a placeholder is written.

    Examples
    --------
    >>> loop_condition(LoopQuery(kinds=("noise",), below=7))
    Condition(sql='(kind IN (?)) AND (event_row < ?)', values=('noise', 7))
    """
    chosen: tuple[tuple[str, Sequence[object]], ...] = (
        ("state", query.states),
        ("kind", query.kinds),
        ("source", query.sources),
        ("pack", query.packs),
        ("post_id", (query.post_id,) if query.post_id else ()),
        ("cluster", (query.cluster,) if query.cluster else ()),
        ("event_row", query.event_rows),
    )
    parts = [one_of(column, values, mark) for column, values in chosen if values]
    if query.area_path:
        parts.append(below_path(query.area_path, mark))
    if query.is_open is not None:
        parts.append(Condition(f"phase {'<>' if query.is_open else '='} 'closed'"))
    if query.overdue_at is not None:
        sql = f"phase <> 'closed' AND due_at < {mark}"
        parts.append(Condition(sql, (query.overdue_at,)))
    limits = (
        ("occurred_at >=", query.since),
        ("occurred_at <", query.until),
        ("event_row <", query.below),
    )
    parts += [Condition(f"{s} {mark}", (v,)) for s, v in limits if v is not None]
    return all_of(parts)


def near_condition(
    query: NearQuery, mark: str = "?", time: str = "occurred_at"
) -> Condition:
    """Return the condition of a query of near events, but for its limit.

    Parameters
    ----------
    query
        What is asked for.
    mark
        How a placeholder is written.
    time
        When an event occurred, as an index has it.

    Examples
    --------
    >>> box = Box(120.0, 30.0, 120.001, 30.001)
    >>> near_condition(NearQuery("noise", box, 5, 6, 50)).values
    ('noise', 5, 6, 120.0, 120.001, 30.0, 30.001)
    """
    west, south, east, north = query.box
    sql = (
        f"kind = {mark} AND {time} >= {mark} AND {time} < {mark} "
        f"AND lon BETWEEN {mark} AND {mark} AND lat BETWEEN {mark} AND {mark}"
    )
    times = query.since, query.until
    return Condition(sql, (query.kind, *times, west, east, south, north))


def cells_of(box: Box) -> list[int] | None:
    """Return the numbers of the cells that a box touches; None where they are many.

    Indexes of near events have these numbers.

    Examples
    --------
    >>> cells_of(Box(120.0, 30.0, 120.001, 30.002))
    [60000015000, 60000015001]
    """
    # both databases cut towards 0, and so does Python
    west, south, east, north = [int(degrees * CELLS) for degrees in box]
    if (east - west + 1) * (north - south + 1) > MOST_CELLS:
        return None
    return [
        x * CELL_STEP + y
        for x in range(west, east + 1)
        for y in range(south, north + 1)
    ]


def task_condition(query: TaskQuery, mark: str = "?") -> Condition:
    """Return the condition of a query of tasks, but for its limit.

    Examples
    --------
    >>> task_condition(TaskQuery(event_id="E", is_open=True))
    Condition(sql="(event_id = ?) AND (state = 'open')", values=('E',))
    """
    parts = [
        Condition(f"{column} = {mark}", (value,))
        for column, value in (
            ("event_id", query.event_id),
            ("whistle_id", query.whistle_id),
        )
        if value
    ]
    owners = [
        one_of(column, values, mark)
        for column, values in (
            ("post_id", query.post_ids),
            ("department_id", query.department_ids),
        )
        if values
    ]
    if owners:
        parts.append(any_of(owners))
    if query.sorts:
        parts.append(one_of("sort", query.sorts, mark))
    if query.area_path:
        parts.append(below_path(query.area_path, mark))
    if query.levels is not None:
        parts.append(Condition(f"level BETWEEN {mark} AND {mark}", query.levels))
    limits = (("given_at >=", query.since), ("given_at <", query.until))
    parts += [Condition(f"{s} {mark}", (v,)) for s, v in limits if v is not None]
    if query.is_open is not None:
        parts.append(Condition(f"state {'=' if query.is_open else '<>'} 'open'"))
    return all_of(parts)


def one_of(column: str, values: Sequence[object], mark: str = "?") -> Condition:
    """Return the condition that a column has one of some values.

    Examples
    --------
    >>> one_of("kind", ("noise", "theft"))
    Condition(sql='kind IN (?,?)', values=('noise', 'theft'))
    """
    return Condition(f"{column} IN ({','.join([mark] * len(values))})", tuple(values))


def below_path(path: str, mark: str = "?") -> Condition:
    """Return the condition that an area lies in another, by their paths.

    Parameters
    ----------
    path
        Ended by ``/``; empty is everywhere.
    mark
        How a placeholder is written.

    Examples
    --------
    >>> below_path("C1-01/").values
    ('C1-01/', 'C1-010')
    """
    if not path:
        return Condition("true")
    sql = f"area_path >= {mark} AND area_path < {mark}"
    return Condition(sql, (path, path[:-1] + AFTER_SLASH))


def all_of(conditions: Sequence[Condition]) -> Condition:
    """Return the condition that all hold; of none it is true.

    Examples
    --------
    >>> all_of([])
    Condition(sql='true', values=())
    """
    return _joined(conditions, "AND") if conditions else Condition("true")


def any_of(conditions: Sequence[Condition]) -> Condition:
    """Return the condition that at least one holds; of none it is false.

    It stands in parentheses, so that it holds as a whole wherever it is put.

    Examples
    --------
    >>> any_of([])
    Condition(sql='false', values=())
    """
    if not conditions:
        return Condition("false")
    joined = _joined(conditions, "OR")
    return Condition(f"({joined.sql})", joined.values)


def _joined(conditions: Sequence[Condition], word: str) -> Condition:
    values = tuple(value for c in conditions for value in c.values)
    return Condition(f" {word} ".join(f"({c.sql})" for c in conditions), values)
