"""Streams end with the service, are counted, and close what they read."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from api.streams import Streams
from support.harness.coroutines import run


class Source:
    """Numbers, then silence."""

    def __init__(self, count: int, *, is_endless: bool) -> None:
        self._count = count
        self._is_endless = is_endless
        self.is_closed = False

    async def numbers(self) -> AsyncIterator[int]:
        try:
            for number in range(self._count):
                yield number
            if self._is_endless:
                await asyncio.Event().wait()
        finally:
            self.is_closed = True


async def read(streams: Streams, source: Source, into: list[int]) -> None:
    async for number in streams.relay(source.numbers(), lambda: -1):
        into += [number]


async def until(is_so: object) -> None:
    """Let others work until something is so."""
    for _ in range(1000):
        if is_so():  # type: ignore[operator]
            return
        await asyncio.sleep(0)
    pytest.fail("it never came")


def test_stream_that_has_an_end_is_handed_on_whole() -> None:
    streams, source, into = Streams(), Source(3, is_endless=False), list[int]()
    run(read(streams, source, into))
    assert into == [0, 1, 2]
    assert (streams.count, source.is_closed) == (0, True)


def test_stream_without_end_ends_with_the_service() -> None:
    async def scene() -> None:
        streams, source, into = Streams(), Source(2, is_endless=True), list[int]()
        task = asyncio.create_task(read(streams, source, into))
        await until(lambda: len(into) == 2)
        assert streams.count == 1
        streams.end()
        await asyncio.wait_for(task, 5)
        assert (streams.count, source.is_closed) == (0, True)

    run(scene())


def test_stream_opened_while_the_service_ends_ends_at_once() -> None:
    streams, source, into = Streams(), Source(0, is_endless=True), list[int]()

    async def scene() -> None:
        streams.end()
        await asyncio.wait_for(read(streams, source, into), 5)

    run(scene())
    assert streams.is_full


def test_reader_that_goes_away_closes_what_it_read() -> None:
    async def scene() -> None:
        streams, source, into = Streams(), Source(1, is_endless=True), list[int]()
        task = asyncio.create_task(read(streams, source, into))
        await until(lambda: into)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: source.is_closed)
        assert streams.count == 0

    run(scene())


def test_silence_is_filled_with_pulses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.streams.PULSE_S", 0.01)

    async def scene() -> None:
        streams, source, into = Streams(), Source(1, is_endless=True), list[int]()
        task = asyncio.create_task(read(streams, source, into))
        while len(into) < 3:
            await asyncio.sleep(0.005)
        assert into[:3] == [0, -1, -1]
        streams.end()
        await asyncio.wait_for(task, 5)

    run(scene())


def test_fault_of_a_source_reaches_its_reader() -> None:
    async def faulty() -> AsyncIterator[int]:
        yield 1
        raise ZeroDivisionError

    async def scene() -> None:
        streams = Streams()
        with pytest.raises(ZeroDivisionError):
            async for _ in streams.relay(faulty(), lambda: -1):
                pass
        assert streams.count == 0

    run(scene())


def test_service_is_full_once_so_many_are_open() -> None:
    async def scene() -> None:
        streams, into = Streams(most=2), list[int]()
        tasks = []
        for count in (1, 2):
            assert not streams.is_full
            source = Source(1, is_endless=True)
            tasks.append(asyncio.create_task(read(streams, source, into)))
            await until(lambda count=count: streams.count == count)
        assert streams.is_full
        streams.end()
        await asyncio.gather(*tasks)

    run(scene())


def test_stream_whose_reader_failed_while_sending_is_closed() -> None:
    async def scene() -> None:
        streams, source = Streams(), Source(5, is_endless=True)
        # as a response keeps it, which is still referred to when sending fails
        stream = streams.relay(source.numbers(), lambda: -1)

        async def send_one() -> None:
            async for _ in stream:
                raise OSError("gone")

        task = asyncio.create_task(send_one())
        with pytest.raises(OSError, match="gone"):
            await task
        await until(lambda: source.is_closed)
        assert streams.count == 0

    run(scene())
