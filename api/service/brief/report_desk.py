"""What was reported of the events of a store, read when it is first asked for."""

import logging
import threading
from dataclasses import dataclass, field
from typing import Final

from gis.errors import GovernanceError, NotReadyError
from layers.gazetteer import ReportedTexts
from layers.stores import Store

BLOCK: Final = 10_000
MOST_BLOCKS: Final = 5
"""Who asks waits for so many blocks; what is left is read aside."""
MOST_WAIT_S: Final = 5.0
"""So long waits who asks while somebody else reads."""

logger = logging.getLogger("uvicorn.error")


@dataclass(slots=True)
class ReportDesk:
    """Has what was reported of events: what is new is added, nothing read again.

    Attributes
    ----------
    store
        What keeps the events.
    """

    store: Store
    _texts: ReportedTexts = field(default_factory=ReportedTexts)
    _last_action: int = 0
    _reading: threading.Lock = field(default_factory=threading.Lock)

    @property
    def current(self) -> ReportedTexts:
        """What was reported until now.

        Raises
        ------
        NotReadyError
            If there is more to read than who asks may wait for.
        """
        last_action = self.store.last_action()
        # every event that has a loop came with an action, or began by a later one
        if last_action == self._last_action:
            return self._texts
        if not self._reading.acquire(timeout=MOST_WAIT_S):
            raise _unread()
        is_aside = False
        try:
            if not self._read(MOST_BLOCKS):
                is_aside = True
                threading.Thread(target=self._read_all, daemon=True).start()
                raise _unread()
            self._last_action = last_action
            return self._texts
        finally:
            if not is_aside:
                self._reading.release()

    def _read(self, most_blocks: int) -> bool:
        """Add some blocks of events; say whether these were all. The lock is held."""
        for _ in range(most_blocks):
            events = self.store.events(after=self._texts.last_row, limit=BLOCK)
            self._texts.add(events)
            if len(events) < BLOCK:
                return True
        return False

    def _read_all(self) -> None:
        """Add all events that are left, and let go of the lock."""
        try:
            while not self._read(MOST_BLOCKS):
                pass
        except GovernanceError as error:
            # what was added stays, and the next who asks goes on
            logger.error("Reports of events could not be read: %s", error)
        finally:
            self._reading.release()


def _unread() -> NotReadyError:
    return NotReadyError(
        "What was reported of events is still being read; ask again after the seconds "
        "of Retry-After, or leave event out of kinds."
    )
