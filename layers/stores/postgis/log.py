"""Links of the log as rows of PostgreSQL."""

# ruff: noqa: S608  the words are of this module

from dataclasses import dataclass, replace
from typing import Final

from psycopg import sql

from gis.models import Instant
from layers.stores.log import Link, end_of
from layers.stores.postgis.connections import Connection

LINKS = "SELECT sequence, layer, rows, recorded_at, digest, head FROM links "
LAST_LINKS = LINKS + "ORDER BY sequence DESC LIMIT 2"
LINKS_AFTER = LINKS + "WHERE sequence > %s ORDER BY sequence LIMIT %s"
# as the partial index of links says it
_REVISED: Final = "layer NOT IN ('events', 'actions')"
REVISION: Final = f"SELECT coalesce(max(sequence), 0) FROM links WHERE {_REVISED}"
CHANGED_LAYERS: Final = (
    f"SELECT DISTINCT layer FROM links WHERE {_REVISED} AND sequence > %s"
)


@dataclass(frozen=True, slots=True)
class Writing:
    """A transaction that holds the lock of writers.

    Attributes
    ----------
    connection
        In the transaction.
    last
        The end of the log.
    recorded_at
        Time of record.
    """

    connection: Connection
    last: Link | None
    recorded_at: Instant

    @property
    def batch(self) -> int:
        """Sequence of the link that the transaction will put on the log."""
        return self.last.sequence + 1 if self.last else 1

    def after(self, before: Instant | None) -> "Writing":
        """Return the same transaction, recorded at least 1 ms after a record."""
        if before is None:
            return self
        return replace(self, recorded_at=max(self.recorded_at, Instant(before + 1)))


def is_named(layer: str, alias: str) -> sql.Composed:
    """Return the condition that a link of a layer names a row of a table.

    Parameters
    ----------
    layer
        The layer, as links have it.
    alias
        What the statement calls the table.

    Examples
    --------
    >>> is_named("posts", "t").as_string().split(" AND ")[1]
    "link.layer = 'posts'"
    """
    return sql.SQL(
        "EXISTS (SELECT 1 FROM links AS link WHERE link.sequence = {alias}.batch AND "
        "link.layer = {layer} AND link.recorded_at = {alias}.recorded_at)"
    ).format(alias=sql.Identifier(alias), layer=sql.Literal(layer))


def names_row(layer: str, alias: str) -> sql.Composed:
    """Return the same condition for few rows of many, met one by one in their order.

    Without figures of its tables the planner would meet all rows of `is_named` first,
    to find the last.

    Parameters
    ----------
    layer, alias
        As of `is_named`.

    Examples
    --------
    >>> names_row("events", "e").as_string()[:43]
    '(SELECT link.sequence FROM links AS link WH'
    """
    return sql.SQL(
        "(SELECT link.sequence FROM links AS link WHERE link.sequence = {alias}.batch "
        "AND link.layer = {layer} AND link.recorded_at = {alias}.recorded_at) "
        "IS NOT NULL"
    ).format(alias=sql.Identifier(alias), layer=sql.Literal(layer))


def last_link(connection: Connection) -> Link | None:
    """Return the last link; None on an empty log.

    Raises
    ------
    StoreError
        If it does not hold the link before it.
    """
    rows = connection.execute(LAST_LINKS, binary=True).fetchall()
    [(store_id,)] = connection.execute("SELECT store_id FROM store")
    return end_of([Link(*row) for row in reversed(rows)], store_id)


def read_revision(connection: Connection) -> int:
    """Return the sequence of the last link not of `UNREVISED`, 0 without one."""
    [row] = connection.execute(REVISION)
    return int(row[0])


def changed_layers(connection: Connection, after: int) -> frozenset[str]:
    """Return the layers that links after a sequence are of, but for `UNREVISED`."""
    rows = connection.execute(CHANGED_LAYERS, [after]).fetchall()
    return frozenset(layer for (layer,) in rows)
