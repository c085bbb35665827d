"""Keep what is in force current while a service runs."""

import logging
import threading
from types import TracebackType
from typing import Self

from gis.errors import GovernanceError
from layers.snapshots import Snapshots
from layers.stores import Store
from layers.stores.town_clock import KeptClock

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
            return "The store takes no events; see the log and restart the service."
        if not self._thread.is_alive():
            return "The thread that follows the store has ended; restart the service."
        return self._failure

    def _run(self) -> None:
        while not self._is_over.is_set():
            try:
                revision = self._snapshots.current.revision
                self._store.wait_for_change(revision, TURN_S)
                self._kept = self._store.kept_clock()
                self._snapshots.refresh()
                self._failure = None
            except GovernanceError as error:
                if str(error) != self._failure:
                    logger.error("The snapshot cannot be refreshed: %s", error)
                self._failure = str(error)
                self._is_over.wait(TURN_S)
