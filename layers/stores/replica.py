"""A copy of a store that its database keeps, read where it has all the store has."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

from gis.errors import StoreError, StoreUnavailableError
from layers.stores.protocol import Store

PAUSE_S: Final = 30.0
"""A copy that could not be read is not asked for so long."""

logger = logging.getLogger("uvicorn.error")
Answer = TypeVar("Answer")


class Replica:
    """Answers questions from the copy, or from the store where the copy is behind.

    The copy has all once it has the last link of the log, so an answer is never older
    than the question. What is no part of the log must not be asked for here.

    Parameters
    ----------
    store
        The store.
    open_copy
        Opens its copy; a copy that is away is opened later.

    Raises
    ------
    StoreError
        If the copy is of another store, or cannot be read for another reason than
        that it is away.

    Examples
    --------
    >>> from layers.stores import create_store
    >>> store = create_store("memory:", store_id="S")
    >>> copy = create_store("memory:", store_id="S")
    >>> replica = Replica(store, lambda: copy)
    >>> replica.read(lambda source: source is copy)
    True
    >>> replica.close()
    """

    def __init__(self, store: Store, open_copy: Callable[[], Store]) -> None:
        self._store = store
        self._open_copy = open_copy
        self._lock = threading.Lock()
        self._copy: Store | None = None
        self._asked_from = 0.0
        self._is_away = False
        try:
            self._opened()
        except StoreUnavailableError as error:
            self._pause(error)

    def read(self, question: Callable[[Store], Answer]) -> Answer:
        """Return the answer to a question.

        Parameters
        ----------
        question
            Reads what is on the log; asked again of the store where the copy fails.
        """
        if self._is_asked():
            link = self._store.last_link()
            try:
                copy = self._opened()
                end = copy.last_link()
                self._is_away = False
                if link is None or (end and end.sequence >= link.sequence):
                    return question(copy)
            except StoreError as error:
                self._pause(error)
        return question(self._store)

    def close(self) -> None:
        """Close the copy."""
        if self._copy is not None:
            self._copy.close()

    def _is_asked(self) -> bool:
        """Say whether the copy is asked; one that was away, by one caller at a time."""
        with self._lock:
            now = time.monotonic()
            if self._is_away and now < self._asked_from:
                return False
            self._asked_from = now + PAUSE_S
            return True

    def _opened(self) -> Store:
        """Return the copy, opened where it is not yet."""
        if self._copy is None:
            copy = self._open_copy()
            if copy.store_id != self._store.store_id:
                copy.close()
                raise StoreError(
                    "The database of PAGODA_READ_DATABASE keeps store {other!r}, "
                    "expected a replica of {store_id!r}; correct it.",
                    other=copy.store_id,
                    store_id=self._store.store_id,
                )
            self._copy = copy
        return self._copy

    def _pause(self, error: StoreError) -> None:
        """Say why the copy is not read, and leave it alone for a while."""
        with self._lock:
            self._is_away = True
            self._asked_from = time.monotonic() + PAUSE_S
        logger.error("The read replica is not asked for %.0f s: %s", PAUSE_S, error)
