"""Group commit: entries of callers that wait at the same time share one transaction."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from gis.errors import GovernanceError, StoreBusyError, StoreUnavailableError
from layers.stores.loops import Entry, EntryReceipt

Receipts: TypeAlias = tuple[EntryReceipt, ...]
Outcome: TypeAlias = Receipts | Exception
"""What one caller gets."""
Commit: TypeAlias = Callable[[Sequence[Sequence[Entry]]], Sequence[Outcome]]

BATCH_ENTRIES: Final = 1000
"""A transaction takes no further caller once it has so many entries."""
MOST_WAITING: Final = 4096
"""So many callers may wait; one more is refused at once."""


@dataclass(slots=True, eq=False)
class _Call:
    entries: Sequence[Entry]
    answer: "Future[Receipts]" = field(default_factory=Future)


class GroupCommit:
    """A thread that appends what callers bring, together what came together.

    What fails as a whole is tried again call by call, so that no caller fails for
    another one's entry.

    Parameters
    ----------
    commit
        Appends the entries of several callers in one transaction, durable when it
        returns what each of them gets.
    most_waiting
        So many callers may wait.
    """

    def __init__(self, commit: Commit, most_waiting: int = MOST_WAITING) -> None:
        self._append = commit
        self._most_waiting = most_waiting
        self._waiting: deque[_Call] = deque()
        self._taken: list[_Call] = []
        self._is_over = False
        self._change = threading.Condition()
        self._thread = threading.Thread(
            target=self._run, name="pagoda-writer", daemon=True
        )
        self._thread.start()

    def append(self, entries: Sequence[Entry]) -> "Future[Receipts]":
        """Return what holds the receipts once the entries are durable.

        Raises
        ------
        StoreBusyError
            If too many wait already.
        StoreUnavailableError
            If the thread has ended; the future holds it where it ends later.
        """
        call = _Call(entries)
        with self._change:
            if self._is_over:
                raise _ended()
            if len(self._waiting) >= self._most_waiting:
                raise StoreBusyError(
                    f"{self._most_waiting} callers wait to write already; send it "
                    "again in a moment."
                )
            self._waiting.append(call)
            self._change.notify()
        return call.answer

    def waiting(self) -> int:
        """Return how many callers wait."""
        return len(self._waiting)

    def is_alive(self) -> bool:
        """Say whether entries are still taken."""
        return self._thread.is_alive() and not self._is_over

    def close(self) -> None:
        """Append what waits, then end."""
        with self._change:
            self._is_over = True
            self._change.notify()
        self._thread.join()

    def _run(self) -> None:
        try:
            while self._take():
                if self._taken:
                    self._commit(self._taken)
        finally:
            self._end()

    def _take(self) -> bool:
        """Take the next callers; False when there will be none."""
        with self._change:
            self._taken = []
            while not self._waiting and not self._is_over:
                self._change.wait()
            entries = 0
            while self._waiting and entries < BATCH_ENTRIES:
                call = self._waiting.popleft()
                entries += len(call.entries)
                # who went away before its turn has nothing appended
                if call.answer.set_running_or_notify_cancel():
                    self._taken.append(call)
            return not self._is_over or bool(self._taken or self._waiting)

    def _commit(self, calls: list[_Call]) -> None:
        try:
            outcomes = self._append([call.entries for call in calls])
        except Exception as error:
            if len(calls) == 1:
                calls[0].answer.set_exception(error)
            else:
                for call in calls:
                    self._commit([call])
            return
        for call, outcome in zip(calls, outcomes, strict=True):
            if isinstance(outcome, Exception):
                call.answer.set_exception(outcome)
            else:
                call.answer.set_result(outcome)

    def _end(self) -> None:
        """Fail whoever still waits."""
        with self._change:
            self._is_over = True
            for call in (*self._taken, *self._waiting):
                if not call.answer.done():
                    call.answer.set_exception(_ended())


def outcome_of(commit: Commit, entries: Sequence[Entry]) -> "Future[Receipts]":
    """Return what one caller gets whose entries are committed alone and at once."""
    future: Future[Receipts] = Future()
    try:
        [outcome] = commit([entries])
    except GovernanceError as error:
        outcome = error
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
    return future


def _ended() -> StoreUnavailableError:
    return StoreUnavailableError(
        "The writer of the store has ended and these events were not acknowledged; "
        "start the service again and send them again."
    )
