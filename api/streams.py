"""Answers that go on until somebody ends them: counted, and ended with the service."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Final, TypeVar

MOST_STREAMS: Final = 1000
PULSE_S: Final = 5.0
"""A stream says at least so often that it lives, seconds."""

Item = TypeVar("Item")


class Streams:
    """The open streams of a service.

    A server waits for every open answer before it ends, and a stream has no end: it is
    ended here. A reader that takes nothing is let go by `api.gate`, which sees what is
    sent.

    Parameters
    ----------
    most
        A further one is to be refused with a 503.

    Attributes
    ----------
    ending
        Set once the service ends.
    count
        Streams that are open.

    Examples
    --------
    >>> streams = Streams()
    >>> streams.is_full
    False
    >>> streams.end()
    >>> streams.is_full
    True
    """

    def __init__(self, most: int = MOST_STREAMS) -> None:
        self._most = most
        self.ending = asyncio.Event()
        self.count = 0
        self._closing: set[asyncio.Future[None]] = set()

    @property
    def is_full(self) -> bool:
        """Whether no further stream is to be opened."""
        return self.count >= self._most or self.ending.is_set()

    def end(self) -> None:
        """End all of them; from the thread of the event loop."""
        self.ending.set()

    def relay(
        self, items: AsyncIterator[Item], pulse: Callable[[], Item]
    ) -> AsyncIterator[Item]:
        """Hand on what comes, until there is no more or the service ends.

        Parameters
        ----------
        items
            What is sent; closed in the end, which is that of the reading task at the
            latest: nobody closes what a response read from when sending fails.
        pulse
            Makes what is sent where nothing came for `PULSE_S`: a reader that hears
            nothing at all knows that the connection is broken.
        """

        def close(_: object) -> None:
            closing = asyncio.ensure_future(stream.aclose())
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

        stream = self._relay(items, pulse, close)
        return stream

    async def _relay(
        self,
        items: AsyncIterator[Item],
        pulse: Callable[[], Item],
        close: Callable[[object], None],
    ) -> AsyncGenerator[Item, None]:
        """Hand on what comes; `close` is called when the reading task is over."""
        reader = asyncio.current_task()
        if reader is not None:
            reader.add_done_callback(close)
        self.count += 1
        ending = asyncio.ensure_future(self.ending.wait())
        following = asyncio.ensure_future(_next(items))
        try:
            while True:
                await asyncio.wait(
                    {following, ending},
                    timeout=PULSE_S,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if not (ending.done() or following.done()):
                    yield pulse()
                    continue
                if ending.done() or not (batch := following.result()):
                    return
                yield batch[0]
                following = asyncio.ensure_future(_next(items))
        finally:
            self.count -= 1
            for task in (ending, following):
                task.cancel()
            await asyncio.gather(ending, following, return_exceptions=True)
            close_items = getattr(items, "aclose", None)
            if close_items is not None:
                await close_items()


async def _next(items: AsyncIterator[Item]) -> tuple[Item, ...]:
    """Return the next item, or nothing where there is none."""
    try:
        return (await anext(items),)
    except StopAsyncIteration:
        return ()
