"""Bodies and answers of any length: on disk until they are whole, never in memory.

A client that sends before it reads would wait for ever for a service that answers while
it is sent to; and what is answered from a whole file is a whole answer, or an error.
"""

import asyncio
import tempfile
from collections.abc import Callable
from typing import BinaryIO, Final, TypeVar

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

PIECE_BYTES: Final = 1 << 18
MOST_SECONDS: Final = 600.0
"""So long may a body take to arrive, and an answer to be fetched."""

T = TypeVar("T")


class SlowBodyError(Exception):
    """A body did not arrive within the time for it."""


async def spool_body(request: Request, most_seconds: float = MOST_SECONDS) -> BinaryIO:
    """Return the body of a request as a file that nobody else can open.

    Raises
    ------
    SlowBodyError
        If it takes too long.
    ClientDisconnect
        If the client goes before it is whole.
    """
    body = temporary_file()
    try:
        async with asyncio.timeout(most_seconds):
            async for piece in request.stream():
                body.write(piece)
    except TimeoutError as error:
        body.close()
        raise SlowBodyError from error
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return body


def temporary_file() -> BinaryIO:
    """Return an empty file without a name: it is gone when it is closed."""
    return tempfile.TemporaryFile()


async def run_while_wanted(
    request: Request, work: Callable[[Callable[[], bool]], T]
) -> T:
    """Return what a function returns that runs in a thread, and end with the thread.

    Parameters
    ----------
    request
        Its body has been read.
    work
        Told how to ask whether the client is gone or the service ends; it asks often.
    """
    is_unwanted = False

    async def watch() -> None:
        nonlocal is_unwanted
        while (await request.receive())["type"] != "http.disconnect":
            pass
        is_unwanted = True

    watcher = asyncio.create_task(watch())
    job = asyncio.create_task(run_in_threadpool(work, lambda: is_unwanted))
    try:
        # a task that is cancelled leaves its thread: this one waits for it
        await asyncio.wait({job})
    finally:
        is_unwanted = True
        watcher.cancel()
        await asyncio.wait({job, watcher})
    return job.result()


class SpooledResponse(Response):
    """A file as answer, which is closed when it is sent or nobody fetches it.

    Parameters
    ----------
    file
        From its beginning.
    media_type
        Of its content.
    headers
        Besides.
    on_end
        Called at the end, whichever it is.
    most_seconds
        So long may it take to be fetched.
    """

    def __init__(
        self,
        file: BinaryIO,
        media_type: str,
        headers: dict[str, str],
        on_end: Callable[[], None],
        *,
        most_seconds: float = MOST_SECONDS,
    ) -> None:
        length = file.seek(0, 2)
        file.seek(0)
        super().__init__(media_type=media_type)
        self.headers.update({**headers, "Content-Length": str(length)})
        self._file = file
        self._on_end = on_end
        self._most_seconds = most_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file piece by piece."""
        try:
            async with asyncio.timeout(self._most_seconds):
                await self._send(send)
        finally:
            self._file.close()
            self._on_end()

    async def _send(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200}
        await send({**start, "headers": self.raw_headers})
        while piece := self._file.read(PIECE_BYTES):
            message = {"type": "http.response.body", "body": piece}
            await send({**message, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
