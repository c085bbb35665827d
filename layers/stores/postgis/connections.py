"""Connections to one PostgreSQL database, and its refusals as plain sentences."""

import re
import struct
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from typing import TypeAlias

import psycopg
from psycopg.adapt import Buffer, Loader
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Format, TransactionStatus
from psycopg.rows import TupleRow
from psycopg.types.string import BytesBinaryDumper

from gis.errors import StoreError, StoreUnavailableError
from gis.models import Instant
from gis.os_reasons import quoted, reason_of
from gis.sentences import sentence

Connection: TypeAlias = psycopg.Connection[TupleRow]

CONNECT_S = 10
MOST = 20
"""So many connections has a process at most; a server lets in 100 unless told else."""
WAIT_S = 10.0
"""So long a call waits for one where all are in use."""
# a writer waits so long for another, and holds the lock no longer while idle; the
# polygons of a version are sorted in memory; questions are too short to be compiled
SETTINGS = """
    SET timezone = 'UTC'; SET synchronous_commit = on; SET work_mem = '64MB';
    SET jit = off;
    SET lock_timeout = '60s'; SET idle_in_transaction_session_timeout = '60s'
"""
CHANNEL = "pagoda"
"""Who listens there hears store id and revision whenever the revision changes."""
ACTION_CHANNEL = "pagoda_actions"
"""Likewise store id and row whenever actions were appended."""
LOOK_S = 1.0
"""Who waits for a notice looks so often all the same: a notice may be lost, and a
standby or a pooler gives none."""
EPOCH_2000_MS = 946_684_800_000
"""PostgreSQL counts microseconds since 2000."""

_LEAD = "hashtextextended(current_schema() || '/' || %s, 0)"
_TRY_LEAD = "SELECT pg_try_advisory_lock(" + _LEAD + ")"
_END_LEAD = "SELECT pg_advisory_unlock(" + _LEAD + ")"
_ADVICE = {
    psycopg.errors.DiskFull: sentence(", make room on its disk"),
    psycopg.errors.UniqueViolation: sentence(
        " because a row that no link of the log names is in its place, see "
        "`pagoda audit verify`"
    ),
}
_LOOSE_SIGN = re.compile(r"\w+://[^/@?#:]*:[^@]*[/?#@].*@|\w+://[^/@?#:]*:.*@.*@")
"""A password that libpq would read as host, port or name, and say aloud."""
_INTEGER = struct.Struct("!q")


class InstantLoader(Loader):
    """Reads timestamptz as an instant: UTC milliseconds."""

    format = Format.BINARY

    def load(self, data: Buffer) -> Instant:
        """Return the instant of eight bytes."""
        return Instant(_INTEGER.unpack(data)[0] // 1000 + EPOCH_2000_MS)


def wire_instant(instant: Instant) -> int:
    """Return an instant as the integer that timestamptz is in binary form."""
    return (instant - EPOCH_2000_MS) * 1000


class Connections:
    """Connections to one database: each call that is under way has its own.

    There are `MOST` of them; a further call waits for one, `WAIT_S` at most.

    Parameters
    ----------
    url
        As libpq takes it.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._name = _name_of(url)
        self._free = threading.BoundedSemaphore(MOST)
        self._lock = threading.Lock()
        self._idle: list[Connection] = []
        self._is_closed = False

    @contextmanager
    def take(self) -> Iterator[Connection]:
        """Lend a connection in autocommit mode.

        Raises
        ------
        StoreError
            If the database cannot be reached, refuses or breaks off, all connections
            stay in use, or this is closed.
        """
        with self._counted():
            connection = self._idle_one() or self._connect()
            with self._said(connection):
                yield connection

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Count a call among those under way, once there is room for it."""
        if not self._free.acquire(timeout=WAIT_S):
            raise StoreUnavailableError(
                "All {most} connections of this process to the database {name!r} have "
                "been in use for {wait_s:.0f} s; ask again, or see there what they "
                "wait for.",
                most=MOST,
                name=self._name,
                wait_s=WAIT_S,
            )
        try:
            yield
        finally:
            self._free.release()

    @contextmanager
    def _said(self, connection: Connection) -> Iterator[None]:
        """Say what a database refuses, and take its connection back."""
        try:
            yield
        except psycopg.Error as error:
            kind = _kind(connection, error)
            raise kind(self._sentence(connection, error)) from error
        except (UnicodeEncodeError, OverflowError, struct.error) as error:
            raise StoreError(
                "The database {name!r} cannot keep what was given: {error}; nothing "
                "was written, correct it.",
                name=self._name,
                error=reason_of(error),
            ) from error
        finally:
            self._give_back(connection)

    def notices(
        self, timeout_s: float, channel: str
    ) -> Generator[Connection, None, None]:
        """Yield a connection now, and again after each notice until the time is over.

        Without a notice it is yielded every `LOOK_S`.

        Parameters
        ----------
        timeout_s
            How long.
        channel
            What is listened to.

        Raises
        ------
        StoreError
            As `take` does.
        """
        deadline = time.monotonic() + timeout_s
        with self.take() as connection, _listening(connection, channel):
            yield connection
            while (left := deadline - time.monotonic()) > 0:
                list(connection.notifies(timeout=min(left, LOOK_S), stop_after=1))
                self._refuse_closed()
                yield connection

    @contextmanager
    def lead(self, name: str) -> Iterator[bool]:
        """Lend the lead in something to one of those who ask for it at a time.

        It ends with the context, or with the connection.

        Yields
        ------
        is_leader
            Whether nobody else of the same schema has it.

        Raises
        ------
        StoreError
            As `take` does.
        """
        with self.take() as connection:
            [(is_leader,)] = connection.execute(_TRY_LEAD, [name])
            try:
                yield is_leader
            finally:
                if is_leader:
                    # where the connection broke the lead ended with it
                    with suppress(psycopg.OperationalError):
                        connection.execute(_END_LEAD, [name])

    def close(self) -> None:
        """Close every connection; those lent are closed when they come back."""
        self._is_closed = True
        self._close_idle()

    def _idle_one(self) -> Connection | None:
        self._refuse_closed()
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _refuse_closed(self) -> None:
        if self._is_closed:
            raise StoreUnavailableError("The store is closed; open it again.")

    def _connect(self) -> Connection:
        try:
            connection = psycopg.connect(
                self._url,
                autocommit=True,
                connect_timeout=CONNECT_S,
                client_encoding="utf8",
            )
            connection.adapters.register_loader("timestamptz", InstantLoader)
            # the dumper that psycopg has compiled, not that of its DB-API wrapper
            connection.adapters.register_dumper(bytes, BytesBinaryDumper)
            connection.execute(SETTINGS)
        except psycopg.Error as error:
            raise StoreUnavailableError(
                "The database {name!r} cannot be reached: {cause}; start it or "
                "correct the address.",
                name=self._name,
                cause=_reason(error),
            ) from error
        return connection

    def _give_back(self, connection: Connection) -> None:
        """Keep a connection that is sound; one that broke tells of the others too."""
        is_sound = connection.info.transaction_status == TransactionStatus.IDLE
        if not is_sound:
            connection.close()
            self._close_idle()
            return
        with self._lock:
            if not self._is_closed:
                self._idle.append(connection)
                return
        connection.close()

    def _close_idle(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _sentence(self, connection: Connection, error: psycopg.Error) -> str:
        if connection.closed:
            return sentence(
                "The database {name!r} broke off: {reason}; what was being "
                "written is there whole or not at all, ask again once it runs.",
                name=self._name,
                reason=_reason(error),
            )
        advice = next(
            (text for kind, text in _ADVICE.items() if isinstance(error, kind)), ""
        )
        return sentence(
            "The database {name!r} refused: {reason}; nothing was written{advice}.",
            name=self._name,
            reason=_reason(error),
            advice=advice,
        )


@contextmanager
def _listening(connection: Connection, channel: str) -> Iterator[None]:
    """Have notices sent to a connection, where the server gives any."""
    with suppress(psycopg.errors.ReadOnlySqlTransaction):
        connection.execute(f"LISTEN {channel}".encode())
    try:
        yield
    finally:
        if not connection.broken:
            connection.execute(f"UNLISTEN {channel}".encode())


def _kind(connection: Connection, error: psycopg.Error) -> type[StoreError]:
    """Return the class of a refusal: whether the same call may succeed later."""
    # OperationalError: broken off, no room, no lock, a deadlock, a restart
    passing = (psycopg.OperationalError, psycopg.errors.ReadOnlySqlTransaction)
    is_passing = connection.closed or isinstance(error, passing)
    return StoreUnavailableError if is_passing else StoreError


def _name_of(url: str) -> str:
    """Return host, port and name of a database, never a password."""
    if _LOOSE_SIGN.match(url):
        raise StoreError(
            "The address of the database has a sign in its password that ends it "
            "there; write @ as %40, / as %2F, ? as %3F and # as %23."
        )
    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error as error:
        raise StoreError(
            "The address of the database cannot be read; expected one such as "
            "'postgresql://user@host:5432/name'."
        ) from error
    return (
        f"{parts.get('host', '')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"
    )


def _reason(error: psycopg.Error) -> str:
    """Return the first line of what the database said."""
    lines = str(error).strip().splitlines()
    return quoted(lines[0].rstrip(".") if lines else type(error).__name__)
