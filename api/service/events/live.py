"""What is done to events as it happens: one look at the store for all streams."""

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Generic, Self, TypeAlias, TypeVar

from gis.access import Scope
from gis.errors import GovernanceError
from gis.events import Loop, StoredAction
from layers.stores.protocol import Store

TURN_S: Final = 1.0
"""How long the store is waited for at a time; a fault is tried again after as long."""
BATCH: Final = 100
"""So many actions are read at once."""
READERS: Final = 4

logger = logging.getLogger("uvicorn.error")

Line = TypeVar("Line")
Place: TypeAlias = tuple[int, int, Scope]
"""After which row, up to which, for whom."""


@dataclass(frozen=True, slots=True)
class Batch(Generic[Line]):
    """Actions as they are sent.

    Attributes
    ----------
    lines
        In order, each with its row.
    after
        Where to read on.
    """

    lines: tuple[tuple[int, Line], ...]
    after: int


class Live(Generic[Line]):
    """What is done to events, for streams of one event loop.

    One thread waits for the store and wakes all streams; those that see the same and
    are equally far share one reading.

    Parameters
    ----------
    store
        Waited for and read.
    line_of
        Makes what is sent of an action and of where its event stands now.
    """

    def __init__(
        self, store: Store, line_of: Callable[[StoredAction, Loop], Line]
    ) -> None:
        self._store = store
        self._line_of = line_of
        self._last = 0
        self._change = asyncio.Event()
        self._readings: dict[Place, asyncio.Future[Batch[Line]]] = {}
        self._is_over = threading.Event()

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._last = self._store.last_action()
        self._pool = ThreadPoolExecutor(READERS, "pagoda-stream")
        self._thread = threading.Thread(
            target=self._run, name="pagoda-live", daemon=True
        )
        self._thread.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._thread.join)

    async def follow(
        self, after: int | None, scope_now: Callable[[], Scope]
    ) -> AsyncGenerator[Line, None]:
        """Yield actions of events that a scope sees, without end.

        Parameters
        ----------
        after
            The row after which to begin; None is from now on. One that is not there
            yet, as of a store that was restored, is now.
        scope_now
            Gives the scope of who asks at the moment; asked for each action.

        Raises
        ------
        StoreError
            If they cannot be read.
        """
        row = await self.start_of(after)
        while True:
            while self._last <= row:
                await self._change.wait()
            scope = scope_now()
            batch = await self._reading(row, scope)
            for line_row, line in batch.lines:
                if scope_now() != scope:
                    break
                yield line
                row = line_row
            else:
                row = batch.after

    async def start_of(self, after: int | None) -> int:
        """Return the row after which a stream begins.

        Parameters
        ----------
        after
            As `follow` takes it.
        """
        if after is None or after <= self._last:
            return self._last if after is None else after
        # another process may have seen more than this one
        last = await self._loop.run_in_executor(self._pool, self._store.last_action)
        return min(after, last)

    async def _reading(self, after: int, scope: Scope) -> Batch[Line]:
        """Return the next actions after a row, read once for all who ask the same."""
        place = after, self._last, scope
        reading = self._readings.get(place)
        if reading is None:
            reading = self._loop.run_in_executor(self._pool, self._read, place)
            self._readings[place] = reading
            reading.add_done_callback(lambda _: self._readings.pop(place))
        # a reader that goes away takes nothing from the others
        return await asyncio.shield(reading)

    def _read(self, place: Place) -> Batch[Line]:
        after, last, scope = place
        pairs = self._store.changes(after, BATCH, scope)
        lines = tuple((entry.row, self._line_of(entry, loop)) for entry, loop in pairs)
        end = lines[-1][0] if lines else after
        return Batch(lines, end if len(lines) == BATCH else max(end, last))

    def _run(self) -> None:
        row = self._last
        while not self._is_over.is_set():
            try:
                last = self._store.wait_for_action(row, TURN_S)
            except GovernanceError as error:
                logger.error("Streams wait for the store: %s", error)
                self._is_over.wait(TURN_S)
                continue
            if last != row and not self._is_over.is_set():
                row = last
                self._loop.call_soon_threadsafe(self._wake, row)

    def _wake(self, row: int) -> None:
        """Wake every stream; in the event loop."""
        self._last = row
        self._change.set()
        self._change = asyncio.Event()
