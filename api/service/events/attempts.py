"""Entries of several events, each appended by itself: one that fails stops no other."""

import logging
from collections.abc import Collection, Mapping
from concurrent.futures import Future
from typing import NamedTuple

from gis.errors import (
    GovernanceError,
    SequenceError,
    StoreBusyError,
    StoreUnavailableError,
)
from layers.stores.loops import Entry, EntryReceipt
from layers.stores.protocol import Store

logger = logging.getLogger("uvicorn.error")


class Outcome(NamedTuple):
    """What became of entries.

    Attributes
    ----------
    stored
        Events whose entry is there.
    is_settled
        Whether no entry is to be made anew: of those somebody acted on the event in
        the meantime, or the queue was full. One that is refused is settled.
    """

    stored: frozenset[str]
    is_settled: bool


class Attempts:
    """Appends entries, and says once what is wrong with which event.

    Parameters
    ----------
    store
        Where they go.
    what
        What is being done, for the log.

    Examples
    --------
    >>> from layers.stores import open_store
    >>> attempts = Attempts(open_store("memory:"), "climb")
    >>> attempts.append({}), attempts.count
    (Outcome(stored=frozenset(), is_settled=True), 0)
    """

    def __init__(self, store: Store, what: str) -> None:
        self._store = store
        self._what = what
        self._faults: dict[str, str] = {}

    @property
    def count(self) -> int:
        """How many events failed when they were tried last."""
        return len(self._faults)

    def append(self, entries: Mapping[str, Entry]) -> Outcome:
        """Append the entry of each event, and return what became of them.

        Raises
        ------
        StoreUnavailableError
            If the store takes nothing now.
        """
        futures: dict[str, Future[tuple[EntryReceipt, ...]]] = {}
        for event_id, entry in entries.items():
            try:
                futures[event_id] = self._store.append([entry])
            except StoreBusyError:
                break
            except StoreUnavailableError:
                raise
            except GovernanceError as error:
                self.fail(event_id, error)
        stored = {name for name, future in futures.items() if self._is_in(name, future)}
        settled = stored | self._faults.keys()
        return Outcome(frozenset(stored), settled >= entries.keys())

    def forget_others(self, event_ids: Collection[str]) -> None:
        """Forget what was wrong with all events but some."""
        for event_id in self._faults.keys() - set(event_ids):
            del self._faults[event_id]

    def fail(self, event_id: str, error: GovernanceError) -> None:
        """Note that an event cannot be acted on; log it where that is news."""
        problem = str(error)
        if self._faults.get(event_id) != problem:
            logger.error("Event %s: cannot %s: %s", event_id, self._what, problem)
        self._faults[event_id] = problem

    def _is_in(self, event_id: str, future: "Future[tuple[EntryReceipt, ...]]") -> bool:
        """Wait for one entry; say whether it is stored."""
        try:
            future.result()
        except (SequenceError, StoreBusyError):
            return False
        except StoreUnavailableError:
            raise
        except GovernanceError as error:
            self.fail(event_id, error)
            return False
        self._faults.pop(event_id, None)
        return True
