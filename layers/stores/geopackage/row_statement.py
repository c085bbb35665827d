"""Statements that write many rows in one step."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, NamedTuple

Row = Sequence[object]
MOST_AT_ONCE: Final = 32
"""Rows in one step: 36 columns of them are far from the most that SQLite binds."""


class RowStatement(NamedTuple):
    """A statement that writes rows.

    SQLite lets other threads run at each step and waits for them after it: with a step
    for every row a service that is busy waits longer than it writes.

    Attributes
    ----------
    head
        Up to ``VALUES``.
    width
        Values of a row.
    tail
        After the rows.

    Examples
    --------
    >>> connection = sqlite3.connect(":memory:")
    >>> _ = connection.execute("CREATE TABLE t (a, b)")
    >>> RowStatement("INSERT INTO t", 2).write(connection, [(1, 2), (3, 4), (5, 6)])
    >>> connection.execute("SELECT a, b FROM t").fetchall()
    [(1, 2), (3, 4), (5, 6)]
    """

    head: str
    width: int
    tail: str = ""

    def write(self, connection: sqlite3.Connection, rows: Iterable[Row]) -> None:
        """Write rows in their order."""
        for some in _runs(list(rows)):
            connection.execute(self._sql(len(some)), [*chain.from_iterable(some)])

    def _sql(self, count: int) -> str:
        row = f"({','.join('?' * self.width)})"
        return f"{self.head} VALUES {','.join([row] * count)} {self.tail}"


def _runs(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Yield rows in runs of 32, 16, 8, ...: few texts, so that each stays prepared."""
    start, size = 0, MOST_AT_ONCE
    while start < len(rows):
        while size > len(rows) - start:
            size //= 2
        yield rows[start : start + size]
        start += size
