"""The clock of loops: what time brings about and nobody asks for, each thing once.

A hand-over of duty is no part of it: a post answers for an event, and who holds the
post is looked up whenever somebody reads, so from that minute on the next one does.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Final, Protocol, Self

from api.service.watch import Check
from gis.access import WHOLE
from gis.errors import GovernanceError
from gis.models import Instant
from layers.stores.loops import LoopQuery
from layers.stores.protocol import Store
from layers.words import Words

TURN_S: Final = 0.5
"""From one turn to the next in a town that lives by the usual time."""
SHORT_S: Final = 0.02
"""The same where work is left, and the shortest there is."""
USUAL_SPEED: Final = 60.0
"""Of a town that lives faster than so many times the turns are shorter."""
MOST_LAG_S: Final = 60.0
COUNT_S: Final = 10.0
"""The open loops are counted again after so long, or after `PAUSES` times as long as
that took."""
PAUSES: Final = 100
LAG = Words(
    "事件时钟落后超过一分钟，逾期任务未能按时上报；请查看日志并联系管理员。",
    "The clock of loops is more than a minute behind, so overdue tasks climb late; see "
    "the log.",
)
ENDED = Words(
    "事件时钟已停止，请查看日志并重新启动服务。",
    "The clock of loops has ended; see the log and restart the service.",
)

logger = logging.getLogger("uvicorn.error")


class Work(Protocol):
    """Something that time brings about."""

    def turn(self, now: Instant) -> Instant | None:
        """Do a bounded part of what is owed; say since when more is, None for none."""


class LoopClock:
    """A thread that does, turn after turn, what is owed by the time of the town.

    Parameters
    ----------
    store
        Says what time it is.
    works
        What is to be done, in order.
    speed
        Seconds of the town in one of the machine.
    lead
        Says while it lasts whether, of several processes, this one does the work.

    Examples
    --------
    >>> from contextlib import nullcontext
    >>> from layers.stores import open_store
    >>> loop_clock = LoopClock(
    ...     open_store("memory:"), (), lambda: 1.0, lambda: nullcontext(True)
    ... )
    >>> loop_clock.turn(), loop_clock.open_count
    (False, 0)
    """

    def __init__(
        self,
        store: Store,
        works: Sequence[Work],
        speed: Callable[[], float],
        lead: Callable[[], AbstractContextManager[bool]],
    ) -> None:
        self._store = store
        self._works = tuple(works)
        self._speed = speed
        self._lead = lead
        self._is_over = threading.Event()
        self._current_at = time.monotonic()
        self._failure: str | None = None
        self._next_count = 0.0
        self.open_count = 0
        self.overdue_count = 0
        self._thread = threading.Thread(
            target=self._run, name="pagoda-clock", daemon=True
        )

    def __enter__(self) -> Self:
        self._current_at = time.monotonic()
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

    def lag_s(self) -> float:
        """Return for how many seconds, of the machine, something has been owed."""
        return time.monotonic() - self._current_at

    def checks(self) -> dict[str, Check]:
        """Return what the readiness of a service asks here, by name."""
        return {"clock": self._words}

    def turn(self) -> bool:
        """Do a part of what is owed now; say whether more is.

        Raises
        ------
        StoreUnavailableError
            If the store cannot be used now.
        """
        now = self._store.now()
        # every one gets its turn, whatever is left of the one before
        left = [since for work in self._works if (since := work.turn(now)) is not None]
        self._count(now)
        self._current_at = self._current_since(now, left)
        return bool(left)

    def _current_since(self, now: Instant, left: Sequence[Instant]) -> float:
        """Return the moment, of the machine, until which all that was owed is done."""
        moment, speed = time.monotonic(), self._speed()
        if not left:
            return moment
        # never idle is not behind: what is left may have come due just now
        behind_s = (now - min(left)) / 1000 / speed if speed > 0 else math.inf
        return max(self._current_at, moment - behind_s)

    def _words(self) -> Words | None:
        """Return why the service is not ready; None while it is."""
        if not self._thread.is_alive():
            return ENDED
        return LAG if self.lag_s() > MOST_LAG_S else None

    def _run(self) -> None:
        while not self._is_over.is_set():
            try:
                with self._lead() as is_leader:
                    self._serve(is_leader=is_leader)
            except GovernanceError as error:
                if str(error) != self._failure:
                    logger.error("The clock of loops cannot go on: %s", error)
                self._failure = str(error)
                self._is_over.wait(TURN_S)

    def _serve(self, *, is_leader: bool) -> None:
        """Take turn after turn while this process leads; wait where it does not."""
        if not is_leader:
            self._current_at = time.monotonic()
            self._is_over.wait(TURN_S)
        while is_leader and not self._is_over.is_set():
            is_busy = self.turn()
            self._failure = None
            self._is_over.wait(SHORT_S if is_busy else self._pause_s())

    def _pause_s(self) -> float:
        """Return how long to wait: about half a minute of a town that lives fast."""
        return max(TURN_S / max(self._speed() / USUAL_SPEED, 1.0), SHORT_S)

    def _count(self, now: Instant) -> None:
        """Count the open loops again, seldom where that takes long."""
        start = time.monotonic()
        if start < self._next_count:
            return
        self.open_count = self._store.count_loops(LoopQuery(is_open=True), WHOLE)
        overdue = LoopQuery(is_open=True, overdue_at=now)
        self.overdue_count = self._store.count_loops(overdue, WHOLE)
        end = time.monotonic()
        self._next_count = end + max(COUNT_S, PAUSES * (end - start))
