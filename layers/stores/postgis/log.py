"""Links of the log as rows of PostgreSQL."""

from layers.stores.log import Link
from layers.stores.postgis.connections import (
    Connection,
)

LINKS = "SELECT sequence, layer, rows, recorded_at, digest, head FROM links "


LAST_LINK = LINKS + "ORDER BY sequence DESC LIMIT 1"


LINKS_AFTER = LINKS + "WHERE sequence > %s ORDER BY sequence LIMIT %s"


REVISION = "SELECT coalesce(max(sequence), 0) FROM links WHERE layer <> 'events'"


def last_link(connection: Connection) -> Link | None:
    """Return the last link; None on an empty log."""
    row = connection.execute(LAST_LINK, binary=True).fetchone()
    return Link(*row) if row else None


def read_revision(connection: Connection) -> int:
    """Return the sequence of the last link that is not of events."""
    [row] = connection.execute(REVISION)
    return int(row[0])
