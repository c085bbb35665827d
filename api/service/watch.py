"""Keep what is in force, and who may ask, current while a service runs."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self, TypeAlias

from gis.errors import GovernanceError, StoreUnavailableError
from gis.sentences import joined, sentence
from layers.languages import in_both_languages
from layers.snapshots import Snapshots
from layers.stores import Store
from layers.stores.log import LogFault
from layers.stores.town_clock import KeptClock
from layers.words import Words

Check: TypeAlias = Callable[[], Words | None]
"""Says in one sentence why the service is not ready; None while it is."""
FAILURE_ZH = "服务未就绪，请查看日志并联系管理员。"
STRAYS = sentence(
    "Answers leave it out; see `pagoda audit verify`, and restore the last export."
)

logger = logging.getLogger("uvicorn.error")

TURN_S = 1.0
"""A version dated forward comes into force at most this late, seconds."""
PAUSES = 100
"""Who looked for strays looks again after so many times as long as that took."""


class Watch:
    """A thread that swaps the snapshot whenever the store changes.

    Parameters
    ----------
    store
        Waited for.
    snapshots
        Refreshed. Where a new snapshot cannot be built the old one goes on answering
        and `failure` says why; `strays` says what the store has that its log does not
        name, which is not answered from.
    refreshers
        Called before that at every change and every turn: a key that is revoked does
        not wait for boundaries.
    """

    def __init__(
        self,
        store: Store,
        snapshots: Snapshots,
        refreshers: Sequence[Callable[[], object]] = (),
    ) -> None:
        self._store = store
        self._snapshots = snapshots
        self._refreshers = refreshers
        self._is_over = threading.Event()
        self._failure: str | None = None
        self._strays: tuple[LogFault, ...] = ()
        self._next_look = 0.0
        self._fresh_at = time.monotonic()
        self._kept = store.kept_clock()
        self._thread = threading.Thread(
            target=self._run, name="pagoda-watch", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self._thread.join()

    @property
    def kept_clock(self) -> KeptClock | None:
        """The clock of a made-up town, read at every turn; None in a real one."""
        return self._kept

    def failure(self) -> str | None:
        """Return why the service cannot do its work; None while it can."""
        if not self._store.is_healthy():
            return sentence(
                "The store takes no events; see the log and restart the service."
            )
        if not self._thread.is_alive():
            return sentence(
                "The thread that follows the store has ended; restart the service."
            )
        return self._failure

    def strays(self) -> str | None:
        """Return what the store has that its log does not name; None where nothing."""
        return joined(" ", (fault.text for fault in self._strays)) or None

    def age_s(self) -> float:
        """Return for how many seconds the snapshot was not seen to be current."""
        return time.monotonic() - self._fresh_at

    def checks(self) -> dict[str, Check]:
        """Return what the readiness of a service asks here, by name."""
        return {"store": self._store_words, "log": self._strays_words}

    def _store_words(self) -> Words | None:
        failure = self.failure()
        return None if failure is None else Words(FAILURE_ZH, failure)

    def _strays_words(self) -> Words | None:
        strays = self.strays()
        if strays is None:
            return None
        return in_both_languages(joined(" ", (strays, STRAYS)))

    def _look(self) -> None:
        """Look for strays, seldom where that takes long."""
        start = time.monotonic()
        if start < self._next_look:
            return
        self._store.last_link()
        strays = self._store.strays()
        if strays != self._strays:
            logger.error("The store and its log differ: %s", strays)
        self._strays = strays
        end = time.monotonic()
        self._next_look = end + PAUSES * (end - start)

    def _run(self) -> None:
        while not self._is_over.is_set():
            try:
                self._look()
                revision = self._snapshots.current.revision
                self._store.wait_for_change(revision, TURN_S)
                for refresh in self._refreshers:
                    refresh()
                self._kept = self._store.kept_clock()
                self._snapshots.refresh()
                self._failure, self._fresh_at = None, time.monotonic()
            except GovernanceError as error:
                problem = _sentence(error)
                if problem != self._failure:
                    logger.error("The snapshot cannot be refreshed: %s", error)
                self._failure = problem
                self._is_over.wait(TURN_S)


def _sentence(error: GovernanceError) -> str:
    """Return what may be known outside: not where the store is."""
    if isinstance(error, StoreUnavailableError):
        return sentence(
            "The store cannot be read; see the log, it is tried again every second."
        )
    return str(error)
