"""Group commit: events of callers that wait at the same time share one transaction."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TypeAlias

from gis.errors import StoreUnavailableError
from layers.stores.event_records import EventReceipt, NewEvent

Receipts: TypeAlias = tuple[EventReceipt, ...]

BATCH_EVENTS = 1000
"""A transaction takes no further caller once it has so many events."""


@dataclass(slots=True, eq=False)
class _Call:
    events: Sequence[NewEvent]
    answer: "Future[Receipts]" = field(default_factory=Future)


class GroupCommit:
    """A thread that appends what callers bring, together what came together.

    A caller waits until its events are durable. What fails with others is tried again
    alone, so that no caller fails for another one's event.

    Parameters
    ----------
    append
        Appends events in one transaction, durable when it returns.
    """

    def __init__(self, append: Callable[[Sequence[NewEvent]], Receipts]) -> None:
        self._append = append
        self._waiting: deque[_Call] = deque()
        self._taken: list[_Call] = []
        self._is_over = False
        self._change = threading.Condition()
        self._thread = threading.Thread(
            target=self._run, name="pagoda-writer", daemon=True
        )
        self._thread.start()

    def append(self, events: Sequence[NewEvent]) -> Receipts:
        """Return the receipts once the events are durable.

        Raises
        ------
        StoreUnavailableError
            If the thread has ended, or ends before it answers.
        """
        call = _Call(events)
        with self._change:
            if self._is_over:
                raise _ended()
            self._waiting.append(call)
            self._change.notify()
        return call.answer.result()

    def is_alive(self) -> bool:
        """Say whether events are still taken."""
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
                self._commit(self._taken)
        finally:
            self._end()

    def _take(self) -> bool:
        """Take the next callers; False when there will be none."""
        with self._change:
            self._taken = []
            while not self._waiting and not self._is_over:
                self._change.wait()
            events = 0
            while self._waiting and events < BATCH_EVENTS:
                call = self._waiting.popleft()
                events += len(call.events)
                self._taken.append(call)
        return bool(self._taken)

    def _commit(self, calls: list[_Call]) -> None:
        try:
            receipts = self._append([new for call in calls for new in call.events])
        except Exception as error:
            if len(calls) == 1:
                calls[0].answer.set_exception(error)
            else:
                for call in calls:
                    self._commit([call])
            return
        start = 0
        for call in calls:
            stop = start + len(call.events)
            call.answer.set_result(receipts[start:stop])
            start = stop

    def _end(self) -> None:
        """Fail whoever still waits."""
        with self._change:
            self._is_over = True
            for call in (*self._taken, *self._waiting):
                if not call.answer.done():
                    call.answer.set_exception(_ended())


def _ended() -> StoreUnavailableError:
    return StoreUnavailableError(
        "The writer of the store has ended and these events were not acknowledged; "
        "start the service again and send them again."
    )
