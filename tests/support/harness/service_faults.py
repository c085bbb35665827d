"""A real service, stopped over and over, under clients that ask until answered."""

import asyncio
import itertools
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pandas as pd

from api.service.events.invariants import loop_faults
from gis.access import WHOLE
from gis.events import Loop, StoredAction, climbs_owed
from gis.models import Instant
from layers.stores import open_store
from layers.stores.log import verify
from layers.stores.loops import LoopQuery, TaskQuery
from layers.stores.outbox import Delivery
from layers.stores.protocol import Store
from support.harness.coroutines import run
from support.harness.nursery import Child, Nursery
from support.harness.ports import free_port
from support.harness.raw_clients import Connection, event_body, post_bytes
from support.harness.receiver import OK, SECRET, Receiver, answer, receiving

CLIENTS, PATIENCE_S, PAUSE_S = 8, 120.0, 0.05
SINCE = "2026-01-01T00:00:00+08:00"
SPEED = 300
"""Half an hour of the town takes six seconds: whistles climb meanwhile. What is to be
handled within a day is due after five minutes; all of that would climb at once."""
ENVIRONMENT = {
    "PAGODA_SERVICE_KEY": "signs in tests of faults only, always alike",
    "PAGODA_WEBHOOK_HOSTS": "127.0.0.1",
    "PAGODA_SECRET_DESK": SECRET,
}
FLAKY = [OK] * 6 + [answer(500)]
WAIT = frozenset({0, 429, 503})
"""What says that it is to be sent again; 0 is no answer at all."""
SLACK_MS = 3_600_000
"""What was owed so long ago has been done, by the time of the town."""


class Served:
    """`pagoda serve` on a port of its own, started again after each stop.

    With a fault planted that Python runs before it.
    """

    def __init__(self, url: str, log: Path, *options: str, planted: str = "") -> None:
        self.port = free_port()
        self._arguments = ("serve", "--store", url, "--port", str(self.port), *options)
        self._log = log
        self._planted = planted
        self._nursery = Nursery(ENVIRONMENT)
        self.process: Child | None = None

    def start(self) -> None:
        """Run it until it answers."""
        self.process = self._nursery.fork(
            self._log, *self._arguments, planted=self._planted
        )
        deadline = time.monotonic() + PATIENCE_S
        while not self.answers():
            assert not self.process.has_ended(), self._log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def answers(self, path: str = "/livez") -> bool:
        """Say whether it says that all is well."""
        return run(_status(self.port, path)) == 200

    def stop(self, number: int) -> float:
        """Send a signal; return how long the end took, seconds."""
        assert self.process is not None
        start = time.monotonic()
        self.process.send_signal(number)
        assert self.process.has_ended(60), self._log.read_text()
        return time.monotonic() - start

    def close(self) -> None:
        """Let nothing of it outlive the test."""
        self._nursery.close()


async def _status(port: int, path: str) -> int:
    connection = Connection(port)
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    reply = await connection.ask(request)
    await connection.close()
    return reply.status


@dataclass
class Caller:
    """Reports events and acts on them, each time again until it is answered.

    Attributes
    ----------
    name, port
        Begins the ids of its events; where it asks.
    events
        Ids that were acknowledged, by the id of the source.
    actions
        Ids of actions that were acknowledged, by event and request key.
    unlike
        Answers to what was sent again that were not the first one.
    changes_taken
        Events under an id in use that said something else and were not refused.
    odd
        Statuses that say neither yes nor wait.
    is_broken_off
        Ends it while it waits for an answer that comes no more.
    """

    name: str
    port: int
    events: dict[str, str] = field(default_factory=dict)
    actions: dict[tuple[str, str], str] = field(default_factory=dict)
    unlike: int = 0
    changes_taken: int = 0
    odd: list[int] = field(default_factory=list)
    is_broken_off: threading.Event = field(default_factory=threading.Event)

    async def run(self, is_over: threading.Event) -> None:
        """Report, act, send again, until it is over."""
        connection, number = Connection(self.port), 0
        while not is_over.is_set():
            await self._turn(connection, number)
            number += 1
            await asyncio.sleep(2 * PAUSE_S)
        await connection.close()

    async def _turn(self, connection: Connection, number: int) -> None:
        body = event_body(self.name, number)
        first = await self._ask(connection, post_bytes("/events", body))
        event_id = orjson.loads(first)["event_id"]
        self.events[f"{self.name}-{number}"] = event_id
        if number % 5 == 0:
            again = await self._ask(connection, post_bytes("/events", body))
            self.unlike += again != first
            changed = body.replace(b'"datum"', b'"severity":4,"datum"')
            reply = await connection.ask(post_bytes("/events", changed))
            self.changes_taken += reply.status not in {422, *WAIT}
        step, path = {"action": "note", "note": "seen"}, "actions"
        if number % 10 == 0:
            step, path = {"departments": ["police"]}, "whistles"
        key = f"{self.name}-{number}"
        request = post_bytes(
            f"/events/{event_id}/{path}",
            orjson.dumps(step),
            {"Idempotency-Key": key},
        )
        answer = orjson.loads(await self._ask(connection, request))
        self.actions[event_id, key] = answer.get("action_id", "")

    async def _ask(self, connection: Connection, request: bytes) -> bytes:
        """Return the body of the good answer that comes in the end."""
        while not self.is_broken_off.is_set():
            reply = await connection.ask(request)
            if reply.status in (200, 201):
                return reply.body
            if reply.status not in WAIT:
                self.odd.append(reply.status)
            await asyncio.sleep(PAUSE_S)
        raise asyncio.CancelledError


def mixed_signals(kills: int, terms: int, seed: int = 12) -> list[int]:
    """Return so many signals that kill and so many that tell to end, mixed."""
    signals = [signal.SIGKILL] * kills + [signal.SIGTERM] * terms
    order: list[int] = np.random.default_rng(seed).permutation(signals).tolist()
    return order


def stops_under_callers(
    url: str,
    folder: Path,
    *,
    signals: Sequence[int] = (),
    until: Callable[[], object] = lambda: None,
    planted: str = "",
) -> dict[str, Any]:
    """Return what became of events, actions and climbs while a service was stopped.

    Parameters
    ----------
    url
        A store with S town in it.
    folder
        Where the log of the service goes.
    signals
        What it is stopped by, in order.
    until
        Waits for what else is to happen meanwhile.
    planted
        A fault that the service has, which is to be seen.
    """
    with receiving() as receiver:
        receiver.answers = itertools.cycle(FLAKY)
        tell_hotline(url, receiver.url)
        speed = ("--speed", str(SPEED))
        with closing(Served(url, folder / "log", *speed, planted=planted)) as served:
            report = _stopped(served, signals, until)
        return report.pop("figures") | faults_of_store(url, report["callers"], receiver)


def tell_hotline(url: str, address: str) -> None:
    """Let the hotline of a town hear at an address what becomes of its events."""
    with closing(open_store(url)) as store:
        row = {"destination_id": "desk", "url": address, "secret_id": "DESK"}
        rows = pd.DataFrame([row | {"valid_from": SINCE}])
        store.record("destinations", rows)
        sources = store.facts("sources").query("source == 'hotline'")
        columns = [c for c in sources.columns if c not in ("recorded_at", "batch")]
        store.record("sources", sources[columns].assign(destination_id="desk"))


def _stopped(
    served: Served, signals: Sequence[int], until: Callable[[], object]
) -> dict[str, Any]:
    """Return the callers, and figures of the stops under them."""
    served.start()
    callers = [Caller(f"c{number}", served.port) for number in range(CLIENTS)]
    is_over = threading.Event()

    async def ask() -> None:
        await asyncio.gather(*(caller.run(is_over) for caller in callers))

    def ask_all() -> None:
        with suppress(CancelledError):
            run(ask())

    thread = threading.Thread(target=ask_all, daemon=True)
    thread.start()
    chance = np.random.default_rng(12)
    ends = []
    try:
        for number in signals:
            time.sleep(chance.uniform(0.2, 1.8))
            seconds = served.stop(number)
            ends += [seconds] if number == signal.SIGTERM else []
            served.start()
        until()
        time.sleep(1)
        is_over.set()
        thread.join(PATIENCE_S)
        is_current = _is_current(served)
        # the first further try of a webhook comes after 5 s
        time.sleep(6)
    finally:
        # else a run that breaks off would wait for them
        for caller in callers:
            caller.is_broken_off.set()
        served.stop(signal.SIGTERM)
    figures = {
        "kills": signals.count(signal.SIGKILL),
        "terms": signals.count(signal.SIGTERM),
        "longest_end_s": round(max(ends, default=0.0), 1),
        "ended_late": sum(seconds > 10 for seconds in ends),
        "callers_that_hang": int(thread.is_alive()),
        "clock_that_hangs": int(not is_current),
    }
    return {"figures": figures, "callers": callers}


def _is_current(served: Served) -> bool:
    """Wait until the clock of loops has caught up."""
    deadline = time.monotonic() + PATIENCE_S
    while not served.answers("/readyz"):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def faults_of_store(
    url: str, callers: list[Caller], receiver: Receiver
) -> dict[str, Any]:
    """Compare what was acknowledged with what a store has."""
    with closing(open_store(url)) as store:
        actions = {key: store.actions(key[0]) for c in callers for key in c.actions}
        ids = [loop.event_id for loop in all_loops(store)]
        return {
            "acknowledged_events": sum(len(caller.events) for caller in callers),
            "acknowledged_actions": len(actions),
            "events_lost": sum(not _has_event(store, c) for c in callers),
            "events_doubled": len(ids) - len(set(ids)) + doubled_sources(store),
            "actions_lost_or_doubled": sum(
                sum(stored.action.request_key == key for stored in rows) != 1
                for (_, key), rows in actions.items()
            ),
            "answers_unlike_the_first": sum(caller.unlike for caller in callers),
            "changes_taken": sum(caller.changes_taken for caller in callers),
            "odd_statuses": sorted({s for caller in callers for s in caller.odd}),
            **climb_faults(store),
            **webhook_faults(store, callers, receiver),
            "rows_rebuilt": store.rebuild_loops(),
            "loop_faults": list(loop_faults(store))[:3],
            "faults_of_the_chain": len(list(verify(store.log(), store.store_id)))
            + len(store.strays()),
        }


def _has_event(store: Store, caller: Caller) -> bool:
    """Say whether all that was acknowledged to a caller is there, under its ids."""
    for source_id, event_id in caller.events.items():
        stored = store.event(event_id)
        if stored is None or stored.new.event.source_id != source_id:
            return False
    return True


def doubled_sources(store: Store) -> int:
    """Return how many events there are beyond one for each source and id."""
    events = store.events()
    return int(events.duplicated(["source", "source_id"]).sum())


def all_loops(store: Store) -> Iterator[Loop]:
    """Yield every loop, newest first."""
    below: int | None = None
    while loops := store.loops(LoopQuery(below=below, limit=500), WHOLE):
        yield from loops
        below = loops[-1].row


def webhook_faults(
    store: Store, callers: list[Caller], receiver: Receiver
) -> dict[str, int]:
    """Return how many events nobody was to be told of, and what was told amiss."""
    deliveries = list(_all_deliveries(store))
    events = {delivery.event_id for delivery in deliveries}
    delivered = sum(delivery.state == "delivered" for delivery in deliveries)
    messages = {(i, orjson.dumps(body)) for i, body in receiver.received}
    ids = {message_id for message_id, _ in messages}
    bodies = {body for _, body in messages}
    wanted = {event_id for c in callers for event_id in c.events.values()}
    return {
        "webhooks": len(receiver.received),
        "webhooks_missing": len(wanted - events),
        "webhooks_lost": max(0, delivered - len(ids))
        + sum(d.state == "dead" or not d.attempts for d in deliveries),
        "webhooks_of_two_ids": 2 * len(messages) - len(ids) - len(bodies),
    }


def _all_deliveries(store: Store) -> Iterator[Delivery]:
    after = 0
    while page := store.deliveries(None, after=after, limit=500):
        yield from page
        after = page[-1].outbox_row


def climb_faults(store: Store) -> dict[str, int]:
    """Return how many tasks climbed twice to a level, missed one, or are behind."""
    counts = Counter({"climbs": 0, "climbed_twice": 0, "climbs_lost": 0, "behind": 0})
    now = store.now()
    for loop in all_loops(store):
        levels: dict[str, list[int]] = {}
        for stored in _climbs(store.actions(loop.event_id)):
            level = int(stored.action.request["level"])
            levels.setdefault(stored.action.task_id, []).append(level)
        for task in store.tasks(TaskQuery(event_id=loop.event_id), WHOLE):
            climbed = levels.get(task.task_id, [])
            counts["climbs"] += len(climbed)
            counts["climbed_twice"] += len(climbed) - len(set(climbed))
            counts["climbs_lost"] += set(climbed) != set(range(1, task.level + 1))
            owed = climbs_owed(task, Instant(now - SLACK_MS), lambda area: area)
            counts["behind"] += bool(owed)
    return dict(counts)


def _climbs(actions: tuple[StoredAction, ...]) -> Iterator[StoredAction]:
    return (stored for stored in actions if stored.action.action == "climb")
