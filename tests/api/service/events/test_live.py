"""Actions as they happen: in order, each once, of what is seen at that moment."""

import asyncio
import threading
from contextlib import aclosing

import pytest

from api.service.events.live import BATCH, Live
from gis.access import EVERYTHING, NOWHERE, Scope
from gis.errors import StoreUnavailableError
from layers.stores import open_store
from layers.stores.loops import Entry
from support.harness.coroutines import run
from support.makers.loop_entries import action_of, intake_of

ELSEWHERE = Scope(("C1-02/",))


class CountingStore:
    """A store in memory that counts how often it is read."""

    def __init__(self):
        self._store = open_store("memory:")
        self.readings = []
        self.is_slow = threading.Event()
        self.is_slow.set()

    def __getattr__(self, name):
        return getattr(self._store, name)

    def changes(self, after, limit, scope):
        self.readings.append((after, scope))
        self.is_slow.wait(20)
        return self._store.changes(after, limit, scope)


def put(store, *entries):
    """Append entries; return the id of the last event."""
    for entry in entries:
        receipts = store.append([entry]).result()
    return receipts[0].actions[0].action.event_id


def row_and_event(entry, loop):
    return entry.row, loop.event_id


async def take(lines, count):
    """The next lines of a stream."""
    return [await asyncio.wait_for(anext(lines), 20) for _ in range(count)]


def play(scene, store=None):
    """Run a scene over a store that is followed."""

    async def followed():
        async with Live(store, row_and_event) as live:
            return await scene(live)

    store = store or open_store("memory:")
    return run(followed())


def test_stream_begins_now_and_goes_on_as_things_happen():
    store = open_store("memory:")
    put(store, intake_of("H-1"))

    async def scene(live):
        async with aclosing(live.follow(None, lambda: EVERYTHING)) as lines:
            following = asyncio.ensure_future(take(lines, 2))
            await asyncio.sleep(0.05)
            event_id = await asyncio.to_thread(put, store, intake_of("H-2"))
            await asyncio.to_thread(put_note, store, event_id)
            assert await following == [(2, event_id), (3, event_id)]

    play(scene, store)


def put_note(store, event_id):
    store.append([Entry(None, (action_of(event_id),))]).result()


@pytest.mark.parametrize("after", [0, 1, BATCH - 1, BATCH, BATCH + 5])
def test_stream_goes_on_after_any_row_without_gap_or_repetition(after):
    store = open_store("memory:")
    count = 2 * BATCH + 7
    put(store, *(intake_of(f"H-{number}") for number in range(count)))

    async def scene(live):
        async with aclosing(live.follow(after, lambda: EVERYTHING)) as lines:
            rows = [row for row, _ in await take(lines, count - after)]
            assert rows == list(range(after + 1, count + 1))

    play(scene, store)


def test_row_that_is_not_there_yet_is_now():
    store = open_store("memory:")
    put(store, intake_of("H-1"))

    async def scene(live):
        async with aclosing(live.follow(10**15, lambda: EVERYTHING)) as lines:
            following = asyncio.ensure_future(take(lines, 1))
            await asyncio.sleep(0.05)
            event_id = await asyncio.to_thread(put, store, intake_of("H-2"))
            assert await following == [(2, event_id)]

    play(scene, store)


def test_what_is_out_of_sight_is_passed_over():
    store = open_store("memory:")
    far = intake_of("H-1", loop={"area_path": "C1-02/C2-01/"})
    secret = intake_of("H-2", loop={"is_sensitive": True})
    seen = put(store, far, secret, intake_of("H-3"))

    async def scene(live):
        scope = Scope(("C1-01/",))
        async with aclosing(live.follow(0, lambda: scope)) as lines:
            assert await take(lines, 1) == [(3, seen)]

    play(scene, store)


def test_scope_counts_as_it_is_at_each_action_and_not_when_the_stream_began():
    store = open_store("memory:")
    put(store, *(intake_of(f"H-{number}") for number in range(5)))
    scope = EVERYTHING

    async def scene(live):
        nonlocal scope
        async with aclosing(live.follow(0, lambda: scope)) as lines:
            # all five were read already when the leader is relieved
            await take(lines, 2)
            scope = ELSEWHERE
            far = intake_of("H-9", loop={"area_path": "C1-02/C2-01/"})
            following = asyncio.ensure_future(take(lines, 1))
            event_id = await asyncio.to_thread(put, store, far)
            assert await following == [(6, event_id)]

    play(scene, store)


def test_who_is_relieved_sees_nothing_more():
    store = open_store("memory:")
    put(store, *(intake_of(f"H-{number}") for number in range(5)))
    scopes = iter([EVERYTHING] * 3)

    async def scene(live):
        async with aclosing(live.follow(0, lambda: next(scopes, NOWHERE))) as lines:
            assert [row for row, _ in await take(lines, 2)] == [1, 2]
            following = asyncio.ensure_future(take(lines, 1))
            await asyncio.to_thread(put, store, intake_of("H-9"))
            await asyncio.wait({following}, timeout=0.3)
            assert not following.done()
            following.cancel()
            await asyncio.wait({following})

    play(scene, store)


def test_streams_that_see_the_same_share_a_reading():
    store = CountingStore()

    async def scene(live):
        scopes = [EVERYTHING] * 20 + [ELSEWHERE]
        streams = [live.follow(None, lambda s=s: s) for s in scopes]
        following = [asyncio.ensure_future(take(lines, 1)) for lines in streams]
        await asyncio.sleep(0.05)
        await asyncio.to_thread(put, store, intake_of("H-1"))
        await asyncio.wait_for(asyncio.gather(*following[:20]), 20)
        while len(store.readings) < 2:
            await asyncio.sleep(0.01)
        assert sorted(store.readings, key=str) == sorted(
            [(0, EVERYTHING), (0, ELSEWHERE)], key=str
        )
        following[-1].cancel()
        await asyncio.wait(following)

    play(scene, store)


def test_reader_that_leaves_takes_nothing_from_the_others():
    store = CountingStore()
    store.is_slow.clear()
    put(store, intake_of("H-1"))

    async def scene(live):
        streams = [live.follow(0, lambda: EVERYTHING) for _ in range(2)]
        leaving, staying = [asyncio.ensure_future(take(s, 1)) for s in streams]
        while not store.readings:
            await asyncio.sleep(0.01)
        leaving.cancel()
        store.is_slow.set()
        assert [row for row, _ in await staying] == [1]

    play(scene, store)


def test_fault_of_the_store_ends_a_stream():
    store = CountingStore()
    put(store, intake_of("H-1"))

    async def scene(live):
        store.is_slow.clear()
        lines = live.follow(0, lambda: EVERYTHING)
        following = asyncio.ensure_future(take(lines, 1))
        while not store.readings:
            await asyncio.sleep(0.01)
        store.close()
        store.is_slow.set()
        with pytest.raises(StoreUnavailableError):
            await following

    play(scene, store)
