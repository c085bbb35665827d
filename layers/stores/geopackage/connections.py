"""The open file of a store: connections, its one writer, its one service."""

import os
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from gis.errors import StoreError, StoreUnavailableError
from gis.os_reasons import reason_of
from gis.sentences import sentence
from layers.stores.geopackage.encoding import envelope

BUSY_S = 5.0
"""How long a writer waits for the writer of another process."""
LOOK_S = 0.05
"""How often who waits looks for a commit of another process, in microseconds."""
SYNCHRONOUS = "FULL"
PAGE_BYTES = 8192
# the log in front of the file is brought home every 64 MiB
WAL_PAGES = (64 << 20) // PAGE_BYTES
CACHE_KIB = 65_536
# a month of the index of grids, which each part of a history touches all over
HISTORY_CACHE_KIB = 262_144
HISTORY_WAL_PAGES = (256 << 20) // PAGE_BYTES

_SENTENCES = {
    sqlite3.SQLITE_BUSY: sentence(
        "is being written by another process for more than {busy_s:.0f} s; wait for "
        "it or stop it, and try again",
        busy_s=BUSY_S,
    ),
    sqlite3.SQLITE_FULL: sentence(
        "cannot grow because the disk is full; make room, nothing of this transaction "
        "was written"
    ),
    sqlite3.SQLITE_READONLY: sentence(
        "cannot be written; give this user the right to write the file and its folder"
    ),
    sqlite3.SQLITE_CANTOPEN: sentence(
        "cannot be opened; see that the file is there, and that its folder can be "
        "written"
    ),
    sqlite3.SQLITE_NOTADB: sentence(
        "is no database; give a GeoPackage that `pagoda init` made"
    ),
    sqlite3.SQLITE_CONSTRAINT: sentence(
        "has a row that no link of its log names where one was to be written; see "
        "`pagoda audit verify`, nothing of this transaction was written"
    ),
    sqlite3.SQLITE_CORRUPT: sentence("is damaged; take the last export"),
}


_WAL_FORM = 2
"""What the header of a database says that was last written with a log in front."""


def connect(path: Path, mode: str = "rw") -> sqlite3.Connection:
    """Return a connection that commits only when told to."""
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_S,
        isolation_level=None,
        check_same_thread=False,
    )
    for name, row in _MEASURES.items():
        connection.create_function(name, 1, row, deterministic=True)
    return connection


@contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Turn what SQLite refuses into one sentence."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        text = _SENTENCES.get(
            code,
            sentence(
                "refused ({error}); nothing of this transaction was written, see the "
                "disk",
                error=reason_of(error),
            ),
        )
        # a broken rule of a table is no fault of file, disk or other writers
        is_rule = isinstance(error, (sqlite3.IntegrityError, sqlite3.DataError))
        kind = StoreError if is_rule else StoreUnavailableError
        raise kind(
            sentence("Store {path!r} {text}.", path=str(path), text=text)
        ) from error


class StoreFile:
    """A file that is open: any thread may read, one at a time writes.

    A file that this user cannot write is opened to be read.

    Parameters
    ----------
    path
        The file of a store.
    is_service
        Whether to be its one service, which no other process may be beside.

    Raises
    ------
    StoreError
        If there is no such file, it cannot be used, or it has a service already.
    """

    def __init__(self, path: Path, *, is_service: bool) -> None:
        self.path = path.resolve()
        if not self.path.is_file():
            raise StoreError(
                "No store is at {path!r}; make one by `pagoda init`.", path=str(path)
            )
        self._writing = threading.RLock()
        self._guard = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._over = threading.Event()
        self._commit = threading.Condition()
        self._own_commits = 0
        self.is_read_only = not _is_writable(self.path)
        self._mode = _reading_mode(self.path) if self.is_read_only else "rw"
        with refusals(self.path):
            self._writer = connect(self.path, self._mode)
            self._service = ExitStack()
            try:
                if is_service:
                    self._refuse_read_only()
                    self._service.enter_context(_service_of(self.path))
                else:
                    _refuse_other_name(self.path)
                self._identity = self._prepare()
            except BaseException:
                self.close()
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that sees one state of the file."""
        with self.lent() as connection:
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection that writes; what it wrote is durable in the end."""
        with self._writing, refusals(self.path):
            self._refuse_other_file()
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._writer.execute("ROLLBACK")
                raise
            with self._commit:
                self._own_commits += 1
                self._commit.notify_all()
            self._refuse_other_file()

    def commits(self, timeout_s: float) -> Generator[sqlite3.Connection, None, None]:
        """Yield a connection now, and again after each commit until the time is over.

        It is in no transaction, so what it reads is what is there then.
        """
        deadline = time.monotonic() + timeout_s
        with self.lent() as connection:
            last_version = None
            while True:
                own_commits = self._own_commits
                self._refuse_other_file()
                # tells of commits on other connections, and this one never writes
                (data_version,) = connection.execute("PRAGMA data_version").fetchone()
                if data_version != last_version:
                    last_version = data_version
                    yield connection
                wait_s = deadline - time.monotonic()
                if wait_s <= 0:
                    return
                self._await_own_commit(own_commits, min(wait_s, LOOK_S))

    def _await_own_commit(self, count: int, timeout_s: float) -> None:
        """Wait until this process commits once more than so often, or closes."""
        with self._commit:
            self._commit.wait_for(
                lambda: self._own_commits != count or self._over.is_set(), timeout_s
            )

    def keep_undo_in_memory(self) -> None:
        """Keep in memory what undoes one statement.

        Of many rows it went to a file: each page that they touch, four fifths of all
        that a history wrote.
        """
        self._writer.execute("PRAGMA temp_store = MEMORY")

    def expect_history(self) -> None:
        """Hold more in memory, and bring the log home less often, until it is closed.

        Pages of an index that one transaction after the other changes are written to
        the file once.
        """
        self._writer.execute(f"PRAGMA cache_size = -{HISTORY_CACHE_KIB}")
        self._writer.execute(f"PRAGMA wal_autocheckpoint = {HISTORY_WAL_PAGES}")

    def is_in_place(self) -> bool:
        """Say whether the store is open and its file the one that was opened."""
        return not self._over.is_set() and self._file_ids() == self._identity

    def close(self) -> None:
        """Close all connections that nobody uses; the others close after use."""
        with self._writing, self._guard:
            self._over.set()
            for connection in (*self._idle, self._writer):
                connection.close()
            self._idle.clear()
            self._service.close()
        with self._commit:
            self._commit.notify_all()

    def _prepare(self) -> tuple[int, ...]:
        """Set up the writer; return which files were opened."""
        before = self._file_ids()
        if self.is_read_only:
            self._writer.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return before
        (mode,) = self._writer.execute("PRAGMA journal_mode = WAL").fetchone()
        self._writer.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
        self._writer.execute(f"PRAGMA wal_autocheckpoint = {WAL_PAGES}")
        self._writer.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self._writer.execute("SELECT count(*) FROM sqlite_master").fetchone()
        file_ids = self._file_ids()
        if mode != "wal" or file_ids[:2] != before[:2]:
            raise StoreError(
                "Store {path!r} has journal mode {mode!r} where 'wal' was expected; "
                "put it on a disk of this machine.",
                path=str(self.path),
                mode=mode,
            )
        return file_ids

    def _file_ids(self) -> tuple[int, ...]:
        """Return device and inode of the file and of the log in front of it."""
        numbers: list[int] = []
        for path in (self.path, f"{self.path}-wal"):
            with suppress(OSError):
                status = os.stat(path)
                numbers += status.st_dev, status.st_ino
        return tuple(numbers)

    def _refuse_read_only(self) -> None:
        if self.is_read_only:
            raise StoreError(
                "Store {path!r} can only be read, and a service or a migration writes; "
                "give this user the right to write the file and its folder.",
                path=str(self.path),
            )

    def _refuse_other_file(self) -> None:
        # looked at first: a close in between removes the files beside the store
        file_ids = self._file_ids()
        if self._over.is_set():
            raise StoreUnavailableError("The store is closed; open it again.")
        if file_ids != self._identity:
            raise StoreUnavailableError(
                "Store {path!r} was moved, replaced or deleted while it was open; put "
                "the file back with its -wal beside it and open it again.",
                path=str(self.path),
            )

    @contextmanager
    def lent(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that only reads: each statement sees what is there then."""
        self._refuse_other_file()
        with refusals(self.path):
            connection = self._borrow()
            try:
                yield connection
            finally:
                self._give_back(connection)

    def _borrow(self) -> sqlite3.Connection:
        with self._guard:
            if self._idle:
                return self._idle.pop()
        connection = connect(self.path, self._mode)
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._guard:
            if self._over.is_set():
                connection.close()
            else:
                self._idle.append(connection)


def _is_writable(path: Path) -> bool:
    """Say whether this user may write a file, and a log beside it."""
    own = os.access in os.supports_effective_ids
    return all(os.access(p, os.W_OK, effective_ids=own) for p in (path, path.parent))


def _reading_mode(path: Path) -> str:
    """Return how SQLite opens a file that it cannot write."""
    with suppress(OSError), path.open("rb") as file:
        # a log cannot be begun beside it, and without one nobody is writing
        if file.read(20)[18:19] == bytes([_WAL_FORM]) and not _wal_of(path).exists():
            return "ro&immutable=1"
    return "ro"


def _wal_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


@contextmanager
def _service_of(path: Path) -> Iterator[None]:
    """Be the one service of a file; the locks fall with the process."""
    with closing(_lock_beside(path)), closing(_lock_of_file(path)):
        yield


def _refuse_other_name(path: Path) -> None:
    """Refuse a hard link to a file that is served by another name: its log is there."""
    if path.stat().st_nlink == 1:
        return
    try:
        _lock_of_file(path).close()
    except StoreError:
        if not _is_locked_beside(path):
            raise


def _is_locked_beside(path: Path) -> bool:
    try:
        _lock_beside(path).close()
    except StoreError:
        return True
    return False


def _lock_of_file(path: Path) -> socket.socket:
    """Hold a name for the file itself, by whatever hard link it is reached."""
    if sys.platform != "linux":
        return socket.socket()  # holds nothing; Windows may know no AF_UNIX
    lock = socket.socket(socket.AF_UNIX)
    status = path.stat()
    try:
        # no file stands for a name that begins so: it goes with who holds it
        lock.bind(f"\0pagoda-{status.st_dev}-{status.st_ino}")
    except OSError as error:
        lock.close()
        raise _is_served(path) from error
    return lock


def _is_served(path: Path) -> StoreError:
    return StoreError(
        "Store {path!r} is served by another process; stop that service before you "
        "start this one, and open it by the name that it has there.",
        path=str(path),
    )


def _lock_beside(path: Path) -> sqlite3.Connection:
    """Hold the lock of the one service by this name."""
    # SQLite's own lock, on a file of its own, works wherever SQLite does
    lock = sqlite3.connect(
        f"{path}.lock", timeout=0, isolation_level=None, check_same_thread=False
    )
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        raise _is_served(path) from error
    return lock


def _side(number: int) -> Callable[[bytes | None], float | None]:
    """Return the measure of one side of the envelope."""

    def measure(blob: bytes | None) -> float | None:
        sides = envelope(blob)
        return None if sides is None else sides[number]

    return measure


# what the triggers of a spatial index ask for
_MEASURES: dict[str, Callable[[bytes | None], float | None]] = {
    "ST_MinX": _side(0),
    "ST_MaxX": _side(1),
    "ST_MinY": _side(2),
    "ST_MaxY": _side(3),
    "ST_IsEmpty": lambda blob: None if blob is None else 0,
}
