"""Group commit: what callers bring that wait at the same time is done together."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final, Generic, TypeAlias, TypeVar

from gis.errors import GovernanceError, StoreBusyError, StoreUnavailableError

Item = TypeVar("Item")
"""What callers bring, some at a time."""
Receipt = TypeVar("Receipt")
"""What they get for each."""
Outcome: TypeAlias = tuple[Receipt, ...] | Exception
"""What one caller gets."""
Commit: TypeAlias = Callable[[Sequence[Sequence[Item]]], Sequence[Outcome[Receipt]]]

BATCH_ITEMS: Final = 1000
"""No further caller is taken into a batch of so many items."""
MOST_WAITING: Final = 4096
"""So many callers may wait; one more is refused at once."""
PAUSE_S: Final = 0.001
"""Nobody has come for so long: then nobody is coming."""


@dataclass(slots=True, eq=False)
class _Call(Generic[Item, Receipt]):
    items: Sequence[Item]
    answer: "Future[tuple[Receipt, ...]]" = field(default_factory=Future)


class GroupCommit(Generic[Item, Receipt]):
    """A thread that commits what callers bring, together what came together.

    Callers who got their answers at the same time often come again at the same time:
    while they are coming, it waits until all of them are there, and those who came
    during the last batch. Else one thread would wait for the other at each step, and
    a batch would hold one in five of them.

    What fails as a whole is tried again call by call, so that no caller fails for
    another one's items.

    Parameters
    ----------
    commit
        Commits what several callers bring, durable when it returns what each of them
        gets.
    name
        Of the thread.
    most_waiting
        So many callers may wait.
    """

    def __init__(
        self,
        commit: Commit[Item, Receipt],
        name: str = "pagoda-writer",
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._commit_all = commit
        self._most_waiting = most_waiting
        self._waiting: deque[_Call[Item, Receipt]] = deque()
        self._taken: list[_Call[Item, Receipt]] = []
        self._enough = 1
        self._is_over = False
        self._change = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def append(self, items: Sequence[Item]) -> "Future[tuple[Receipt, ...]]":
        """Return what holds the receipts once the items are durable.

        Raises
        ------
        StoreBusyError
            If too many wait already.
        StoreUnavailableError
            If the thread has ended; the future holds it where it ends later.
        """
        call = _Call[Item, Receipt](items)
        with self._change:
            if self._is_over:
                raise _ended()
            if len(self._waiting) >= self._most_waiting:
                raise StoreBusyError(
                    "{most_waiting} callers wait to write already; send it again in a "
                    "moment.",
                    most_waiting=self._most_waiting,
                )
            self._waiting.append(call)
            if len(self._waiting) in (1, self._enough):
                self._change.notify()
        return call.answer

    def waiting(self) -> int:
        """Return how many callers wait."""
        return len(self._waiting)

    def is_alive(self) -> bool:
        """Say whether items are still taken."""
        return self._thread.is_alive() and not self._is_over

    def close(self) -> None:
        """Commit what waits, then end."""
        with self._change:
            self._is_over = True
            self._change.notify()
        self._thread.join()

    def _run(self) -> None:
        try:
            while self._take():
                if self._taken:
                    self._commit(self._taken)
                self._expect()
        finally:
            self._end()

    def _take(self) -> bool:
        """Take the next callers; False when there will be none."""
        with self._change:
            self._taken = []
            while not self._waiting and not self._is_over:
                self._change.wait()
            self._await_others()
            items = 0
            while self._waiting and items < BATCH_ITEMS:
                call = self._waiting.popleft()
                items += len(call.items)
                # who went away before its turn has nothing appended
                if call.answer.set_running_or_notify_cancel():
                    self._taken.append(call)
            return not self._is_over or bool(self._taken or self._waiting)

    def _await_others(self) -> None:
        """Wait while callers are coming and not all are there who came before."""
        before = 0
        while before < len(self._waiting) < self._enough and not self._is_over:
            before = len(self._waiting)
            self._change.wait(PAUSE_S)

    def _expect(self) -> None:
        """Expect those who were answered again, beside those who came meanwhile."""
        with self._change:
            self._enough = max(len(self._taken) + len(self._waiting), 1)

    def _commit(self, calls: list[_Call[Item, Receipt]]) -> None:
        try:
            outcomes = self._commit_all([call.items for call in calls])
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


def outcome_of(
    commit: Commit[Item, Receipt], items: Sequence[Item]
) -> "Future[tuple[Receipt, ...]]":
    """Return what one caller gets whose items are committed alone and at once."""
    future: Future[tuple[Receipt, ...]] = Future()
    try:
        [outcome] = commit([items])
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
