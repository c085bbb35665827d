"""The links of the log as rows of a GeoPackage."""

# ruff: noqa: S608  the names of tables are ours

import sqlite3
from collections.abc import Iterable
from dataclasses import astuple

from gis.models import Instant
from layers.stores.geopackage.encoding import instant_texts, read_instants
from layers.stores.log import Link, end_of, genesis, next_link

# as the partial index of the log says it
_REVISED = "layer NOT IN ('events', 'actions')"
_SELECT = 'SELECT sequence, layer, "rows", recorded_at, digest, head FROM log'


def is_named(table: str) -> str:
    """Return the condition that a link of its layer names a row of a table.

    Examples
    --------
    >>> is_named("posts").startswith("EXISTS (SELECT 1 FROM log WHERE log.sequence =")
    True
    """
    return (
        "EXISTS (SELECT 1 FROM log WHERE "
        f"log.sequence = {table}.batch AND log.layer = '{table}' "
        f"AND log.recorded_at = {table}.recorded_at)"
    )


def last_link(connection: sqlite3.Connection) -> Link | None:
    """Return the end of the log; None while it is empty.

    Raises
    ------
    StoreError
        If it does not hold the link before it.
    """
    rows = connection.execute(f"{_SELECT} ORDER BY sequence DESC LIMIT 2").fetchall()
    (store_id,) = connection.execute("SELECT store_id FROM pagoda_store").fetchone()
    return end_of([_link(row) for row in reversed(rows)], store_id)


def links_after(
    connection: sqlite3.Connection, sequence: int, limit: int = -1
) -> list[Link]:
    """Return the links after a sequence, at most so many."""
    rows = connection.execute(
        f"{_SELECT} WHERE sequence > ? ORDER BY sequence LIMIT ?", (sequence, limit)
    )
    return [_link(row) for row in rows]


def append_link(
    connection: sqlite3.Connection,
    last: Link | str,
    layer: str,
    recorded_at: Instant,
    rows: Iterable[bytes],
) -> Link:
    """Put the next link behind the last one, or behind the id of an empty store."""
    if isinstance(last, Link):
        link = next_link(last.head, last.sequence + 1, layer, recorded_at, rows)
    else:
        link = next_link(genesis(last), 1, layer, recorded_at, rows)
    sequence, layer, count, _, digest, head = astuple(link)
    [text] = instant_texts([recorded_at])
    connection.execute(
        "INSERT INTO log VALUES (?, ?, ?, ?, ?, ?)",
        (sequence, layer, count, text, digest, head),
    )
    return link


def revision(connection: sqlite3.Connection) -> int:
    """Return the sequence of the last link not of `UNREVISED`, 0 without one."""
    (sequence,) = connection.execute(
        f"SELECT coalesce(max(sequence), 0) FROM log WHERE {_REVISED}"
    ).fetchone()
    return int(sequence)


def changed_layers(connection: sqlite3.Connection, after: int) -> frozenset[str]:
    """Return the layers that links after a sequence are of, but for `UNREVISED`."""
    rows = connection.execute(
        f"SELECT DISTINCT layer FROM log WHERE {_REVISED} AND sequence > ?",
        (after,),
    )
    return frozenset(layer for (layer,) in rows)


def _link(row: tuple[int, str, int, str, str, str]) -> Link:
    sequence, layer, rows, recorded_at, digest, head = row
    [at] = read_instants([recorded_at])
    return Link(sequence, layer, rows, at, digest, head)
