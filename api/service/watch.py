"""Keep what is in force current while a service runs."""

import logging
import threading
from types import TracebackType
from typing import Self

from gis.errors import GovernanceError, StoreUnavailableError
from layers.snapshots import Snapshots
from layers.stores import Store

logger = logging.getLogger("uvicorn.error")

TURN_S = 1.0
"""A version dated forward comes into force at most this late, seconds."""


class Watch:
    """A thread that swaps the snapshot whenever the store changes.

    Parameters
    ----------
    store
        Waited for.
    snapshots
        Refreshed. Where a new snapshot cannot be built the old one goes on answering
        and `failure` says why.
    """

    def __init__(self, store: Store, snapshots: Snapshots) -> None:
        self._store = store
        self._snapshots = snapshots
        self._is_over = threading.Event()
        self._failure: str | None = None
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

    def failure(self) -> str | None:
        """Return why the service cannot do its work; None while it can."""
        if not self._store.is_healthy():
            return "The store takes no events; see the log and restart the service."
        if not self._thread.is_alive():
            return "The thread that follows the store has ended; restart the service."
        return self._failure

    def _run(self) -> None:
        while not self._is_over.is_set():
            try:
                revision = self._snapshots.current.revision
                self._store.wait_for_change(revision, TURN_S)
                self._snapshots.refresh()
                self._failure = None
            except GovernanceError as error:
                sentence = _sentence(error)
                if sentence != self._failure:
                    logger.error("The snapshot cannot be refreshed: %s", error)
                self._failure = sentence
                self._is_over.wait(TURN_S)


def _sentence(error: GovernanceError) -> str:
    """Return what may be known outside: not where the store is."""
    if isinstance(error, StoreUnavailableError):
        return "The store cannot be read; see the log, it is tried again every second."
    return str(error)
