"""Names, ids and addresses by what stands in them: FTS5 of SQLite, by trigrams."""

# ruff: noqa: S608  the names of tables are ours

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from typing import Any, Final

from layers.gazetteer.folding import fold_many
from layers.gazetteer.initials import initials_of

MARK: Final = "|"
"""Stands around every text; no folded text has it, so that ends are found too."""
TABLES: Final = ("names", "ids", "addresses", "initials")
"""What stands in a name goes before what stands in an id, an address or initials.

One table for all would be read through for a word that stands in every address.
"""
TRIGRAM: Final = 3
LEAST: Final = 2
"""Fewer characters are asked for by nobody who means something."""
MOST: Final = 64
FIRST: Final = 64
MOST_AT_ONCE: Final = 8192
"""So many rows are read first, and then at once: who finds few goes on and on."""
LAST_ROW: Final = 2**63 - 1
_END: Final = "\U0010ffff"


class NameIndex:
    """Rows by what stands in their names, ids and addresses.

    Two characters, which Chinese names are asked by, are no trigram: they are looked
    for by every trigram that begins with them. Who asks waits for who asked before.

    Parameters
    ----------
    names, ids, addresses
        Of each row, in order of the rows; None where it has none.
    newest_first
        Whether of equals the highest row is first.

    Examples
    --------
    >>> index = NameIndex(["东湖药店", "湖东网吧"], ["E-1", "E-2"], [None, "东湖路1号"])
    >>> list(index.rows("东湖"))
    [0, 1]
    >>> list(index.rows("e2")), list(index.rows("dhyd")), list(index.rows("网吧药店"))
    ([1], [0], [])
    """

    def __init__(
        self,
        names: Sequence[str | None],
        ids: Sequence[str | None],
        addresses: Sequence[str | None],
        *,
        newest_first: bool = False,
    ) -> None:
        self._lock = threading.Lock()
        self._order = ("<", "DESC") if newest_first else (">", "ASC")
        self._start = LAST_ROW if newest_first else -1
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        for table in TABLES:
            self._create(table)
        self.add(range(len(names)), names, ids, addresses)

    def add(
        self,
        rows: Sequence[int],
        names: Sequence[str | None],
        ids: Sequence[str | None],
        addresses: Sequence[str | None],
    ) -> None:
        """Add rows behind those that are there.

        Parameters
        ----------
        rows
            Their numbers, ascending.
        names, ids, addresses
            Of each of them; None where it has none.

        Examples
        --------
        >>> index = NameIndex(["东湖药店"], ["E-1"], [None])
        >>> index.add([7], ["东湖网吧"], [None], [None])
        >>> list(index.rows("东湖"))
        [0, 7]
        """
        columns = [fold_many(texts).to_pylist() for texts in (names, ids, addresses)]
        columns.append(initials_of(columns[0]))
        with self._lock, self._connection:
            for table, texts in zip(TABLES, columns, strict=True):
                pairs = zip(rows, texts, strict=True)
                self._connection.executemany(
                    f"INSERT INTO {table} (rowid, text) VALUES (?, ?)",
                    ((row, f"{MARK}{text}{MARK}") for row, text in pairs if text),
                )

    def rows(self, text: str, tables: Sequence[str] = TABLES) -> Iterator[int]:
        """Yield the rows in which a text stands, each once, the nearest first.

        First come those that have it as a name, then as an id, as an address, as the
        initials of a name; then those in which one of these begins with it; then those
        that have it anywhere. Of equals the lowest row is first, or the highest.

        Parameters
        ----------
        text
            Folded, with `LEAST` characters or more.
        tables
            Of `TABLES`: only what stands in these.
        """
        earlier: set[int] = set()
        for table, expression in self._questions(text, tables):
            for row in self._matches(table, expression):
                if row not in earlier:
                    earlier.add(row)
                    yield row

    def close(self) -> None:
        """Let go of the index."""
        with self._lock:
            self._connection.close()

    def _create(self, table: str) -> None:
        """Make a table of one text a row, with its trigrams beside it."""
        execute = self._connection.execute
        execute(
            f"CREATE VIRTUAL TABLE {table} USING fts5(text, content='', columnsize=0, "
            "tokenize='trigram case_sensitive 1')"
        )
        execute(f"CREATE VIRTUAL TABLE terms_of_{table} USING fts5vocab({table}, row)")

    def _questions(self, text: str, tables: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yield which table to ask for what, in order."""
        for pattern in (f"{MARK}{text}{MARK}", f"{MARK}{text}"):
            for table in tables:
                yield table, f'"{pattern}"'
        for table in tables:
            terms = [text] if len(text) >= TRIGRAM else self._terms(table, text)
            if terms:
                yield table, " OR ".join(f'"{term}"' for term in terms)

    def _terms(self, table: str, text: str) -> list[str]:
        """Return the trigrams that begin with a text; a mark ends every text."""
        rows = self._read(
            f"SELECT term FROM terms_of_{table} WHERE term >= ? AND term < ?",
            (text, text + _END),
        )
        return [str(term) for (term,) in rows]

    def _matches(self, table: str, expression: str) -> Iterator[int]:
        """Yield the rows that an expression matches, in order, read in blocks."""
        sign, order = self._order
        last, count = self._start, FIRST
        while True:
            rows = self._read(
                f"SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid {sign} ? "
                f"ORDER BY rowid {order} LIMIT ?",
                (expression, last, count),
            )
            yield from (int(row) for (row,) in rows)
            if len(rows) < count:
                return
            (last,), count = rows[-1], MOST_AT_ONCE

    def _read(self, statement: str, values: tuple[str | int, ...]) -> list[tuple[Any]]:
        """Return all rows of a question; one is asked at a time."""
        with self._lock:
            return self._connection.execute(statement, values).fetchall()
