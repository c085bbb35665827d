"""Tell destinations what became of events: each webhook at least once, in order."""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Final, Self, TypeAlias

from api.service.events.phases import phase_message
from api.service.events.webhooks import Outcome, Webhooks
from gis.errors import GovernanceError, StoreError, StoreUnavailableError
from gis.models import Destination, Instant
from layers.registry import Registries
from layers.stores.outbox import Delivery
from layers.stores.protocol import Store
from layers.words.events import DELIVERY_REASONS

HOUR_S: Final = 3600.0
DELAYS_S: Final = (
    *(5.0, 300.0, 1800.0, 2 * HOUR_S, 5 * HOUR_S),
    *(10 * HOUR_S, 14 * HOUR_S, 20 * HOUR_S, 24 * HOUR_S),
)
"""How long is waited before each further try, as Standard Webhooks proposes."""
MOST_WAIT_S: Final = 24 * HOUR_S
"""No receiver puts itself off for longer."""
TURN_S: Final = 0.25
PAUSE_S: Final = 0.02
"""What comes within so much time is looked for once."""
REST_S: Final = 1.0
LEAD_S: Final = 60.0
"""So long one process sends at a time before it asks again whether it may."""
WINDOW: Final = 256
"""So many deliveries are read at once."""
AT_ONCE: Final = 4
"""So many are sent to one destination at the same time; one while it fails."""
SENDERS: Final = 32

Lead: TypeAlias = Callable[[], AbstractContextManager[bool]]
logger = logging.getLogger("uvicorn.error")


@dataclass(slots=True)
class _Lane:
    """What is to be sent to one destination, and how that goes."""

    queue: deque[Delivery] = field(default_factory=deque)
    running: int = 0
    is_failing: bool = False
    rests_until: float = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether what was read is not all sent yet, or its receiver asked to wait."""
        return bool(self.queue or self.running) or time.monotonic() < self.rests_until

    @property
    def room(self) -> int:
        """How many more may be sent now."""
        if time.monotonic() < self.rests_until:
            return 0
        most = 1 if self.is_failing else AT_ONCE
        return max(0, min(most - self.running, len(self.queue)))


class Sender:
    """A thread that sends what waits in the outbox, while it has the lead.

    What is sent at the same time is bounded, in all and for each destination, so one
    that hangs delays no other. How far a delivery is stands in the store before the
    next of its event is sent; a crash in between sends it again under the same id.

    Parameters
    ----------
    store
        Where deliveries are.
    registries
        Where they go.
    webhooks
        Sends them.
    lead
        Says whether, of several processes, this one is to send.
    delays_s
        How long is waited before each further try; then a delivery is dead.
    """

    def __init__(
        self,
        store: Store,
        registries: Registries,
        webhooks: Webhooks,
        lead: Lead,
        *,
        delays_s: Sequence[float] = DELAYS_S,
    ) -> None:
        self._store = store
        self._registries = registries
        self._webhooks = webhooks
        self._lead = lead
        self._delays_s = delays_s
        self._lanes: dict[str, _Lane] = {}
        self._gone: dict[str, Destination] = {}
        self._obstacles: dict[str, str] = {}
        self._guard = threading.Lock()
        self._is_over = threading.Event()
        self._pool = ThreadPoolExecutor(SENDERS, "pagoda-webhook")
        self._thread = threading.Thread(
            target=self._run, name="pagoda-outbox", daemon=True
        )

    def __enter__(self) -> Self:
        hosts = self._webhooks.hosts
        if hosts.names or hosts.networks:
            self._thread.start()
        else:
            logger.info(
                "No webhook is sent: PAGODA_WEBHOOK_HOSTS names no host; list there "
                "those of the destinations."
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self._webhooks.end()
        if self._thread.is_alive():
            self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self) -> None:
        while not self._is_over.is_set():
            try:
                with self._lead() as is_leader:
                    if is_leader:
                        self._send_for(LEAD_S)
                if not is_leader:
                    self._is_over.wait(REST_S)
            except GovernanceError as error:
                logger.error("Webhooks wait for the store: %s", error)
                self._is_over.wait(REST_S)

    def _send_for(self, seconds: float) -> None:
        """Send what waits, and what comes, for a while."""
        end, row = time.monotonic() + seconds, 0
        try:
            while not self._is_over.is_set() and time.monotonic() < end:
                self._fill()
                self._start()
                self._is_over.wait(PAUSE_S)
                row = self._store.wait_for_action(row, TURN_S)
        finally:
            # another process may go on from here
            with self._guard:
                for lane in self._lanes.values():
                    lane.queue.clear()

    def _fill(self) -> None:
        """Read what is due for destinations that have nothing to do."""
        registry = self._registries.current
        while True:
            with self._guard:
                busy = {name for name, lane in self._lanes.items() if lane.is_busy}
            waits = self._find_obstacles(registry.destinations.values())
            due = self._store.waiting(self._store.now(), WINDOW, busy | waits)
            if not due or self._is_over.is_set():
                return
            for delivery in due:
                destination = registry.destinations.get(delivery.destination)
                reason = self._end_of(destination, delivery)
                if reason:
                    self._bury(delivery, reason)
                    continue
                with self._guard:
                    lane = self._lanes.setdefault(delivery.destination, _Lane())
                    lane.queue.append(delivery)

    def _find_obstacles(self, destinations: Iterable[Destination]) -> set[str]:
        """Return the destinations that nothing can be sent to; say new ones once."""
        obstacles = {
            d.destination_id: reason
            for d in destinations
            if not d.is_disabled and (reason := self._webhooks.obstacle(d))
        }
        for name, reason in obstacles.items():
            if self._obstacles.get(name) != reason:
                logger.warning("Destination %r: %s", name, DELIVERY_REASONS[reason].en)
        self._obstacles = obstacles
        return set(obstacles)

    def _end_of(self, destination: Destination | None, delivery: Delivery) -> str:
        """Return why a delivery is not even tried; empty where it is."""
        if destination is None:
            return "unknown_destination"
        if destination.is_disabled:
            return "disabled"
        # one that a steward wants tried again was tried before
        is_wanted = delivery.attempts == 0 and delivery.at is not None
        is_gone = self._gone.get(destination.destination_id) == destination
        return "gone" if is_gone and not is_wanted else ""

    def _start(self) -> None:
        """Let each destination have as many senders as there is room for."""
        with self._guard:
            for name, lane in self._lanes.items():
                destination = self._registries.current.destinations.get(name)
                if destination is None:
                    lane.queue.clear()
                    continue
                for _ in range(lane.room):
                    lane.running += 1
                    self._pool.submit(self._send_all, destination, lane)

    def _send_all(self, destination: Destination, lane: _Lane) -> None:
        """Send what waits for a destination, as long as it goes well."""
        try:
            while not self._is_over.is_set():
                with self._guard:
                    if not lane.queue:
                        return
                    delivery = lane.queue.popleft()
                outcome = self._try(destination, delivery)
                with self._guard:
                    lane.is_failing = bool(outcome.reason)
                    wait_s = min(outcome.retry_after_s, MOST_WAIT_S)
                    lane.rests_until = time.monotonic() + wait_s
                    if outcome.reason == "gone":
                        lane.queue.clear()
                    if outcome.reason:
                        return
        except GovernanceError as error:
            with self._guard:
                lane.queue.clear()
            logger.error("Webhooks wait for the store: %s", error)
        finally:
            with self._guard:
                lane.running -= 1

    def _try(self, destination: Destination, delivery: Delivery) -> Outcome:
        """Send a delivery and record what became of it."""
        try:
            message = phase_message(self._store, delivery)
        except StoreUnavailableError:
            raise
        except StoreError as error:
            logger.error("%s", error)
            self._bury(delivery, "lost")
            return Outcome("lost")
        outcome = self._webhooks.send(destination, message)
        if self._is_over.is_set() and outcome.reason:
            return outcome  # cut by our own end: it counts as no try
        tried = replace(
            delivery,
            attempts=delivery.attempts + 1,
            at=self._store.now(),
            status=outcome.status,
            error=outcome.reason,
            next_at=None,
        )
        self._store.record_delivery(self._further(tried, outcome))
        if not outcome.reason:
            self._gone.pop(destination.destination_id, None)
        elif outcome.reason == "gone":
            self._bury_all(destination)
        return outcome

    def _further(self, delivery: Delivery, outcome: Outcome) -> Delivery:
        """Return a delivery that was tried just now with what comes next."""
        if not outcome.reason:
            return replace(delivery, state="delivered")
        if outcome.reason == "gone" or delivery.attempts > len(self._delays_s):
            return replace(delivery, state="dead")
        delay_s = max(self._delays_s[delivery.attempts - 1], outcome.retry_after_s)
        return replace(delivery, next_at=self._later(min(delay_s, MOST_WAIT_S)))

    def _later(self, seconds: float) -> Instant:
        """Return the time of the town after so many seconds of the world."""
        town_clock = self._store.kept_clock()
        speed = 1.0 if town_clock is None else town_clock.speed
        return Instant(self._store.now() + max(1, math.ceil(seconds * 1000 * speed)))

    def _bury_all(self, destination: Destination) -> None:
        """Give up all that waits for a destination that wants no more."""
        name = destination.destination_id
        logger.warning("Destination %r: %s", name, DELIVERY_REASONS["gone"].en)
        self._gone[name] = destination
        after = 0
        while page := self._store.deliveries("waiting", after=after, limit=WINDOW):
            after = page[-1].outbox_row
            for delivery in page:
                if delivery.destination == name:
                    self._bury(delivery, "gone")

    def _bury(self, delivery: Delivery, reason: str) -> None:
        """Give a delivery up without a try."""
        self._store.record_delivery(
            replace(delivery, state="dead", error=reason, next_at=None)
        )
