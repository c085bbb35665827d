"""The clock of a made-up town as rows of the file."""

import sqlite3

from layers.stores.town_clock import KeptClock


def read_clock(connection: sqlite3.Connection) -> KeptClock | None:
    """Return the clock that was kept last; None without one.

    Parameters
    ----------
    connection
        Inside a transaction.
    """
    row = connection.execute(
        "SELECT base, speed, since FROM clock ORDER BY fid DESC LIMIT 1"
    ).fetchone()
    return None if row is None else KeptClock(*row)


def insert_clock(connection: sqlite3.Connection, clock: KeptClock) -> None:
    """Add a clock, which counts from now on.

    Parameters
    ----------
    connection
        Inside a transaction that writes.
    clock
        The clock.
    """
    row = clock.base, clock.speed, clock.since
    connection.execute("INSERT INTO clock (base, speed, since) VALUES (?, ?, ?)", row)
