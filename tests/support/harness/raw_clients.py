"""Clients that send bytes over kept connections: as fast as answered, or at a rate."""

import asyncio
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

import orjson

from support.harness import coroutines

PLACES = ((120.062, 30.312), (120.098, 30.348))
"""South west and north east of places within the grids of S town."""
KINDS = ("street_trading", "illegal_parking", "noise", "road_damage", "theft")


class Answer(NamedTuple):
    """What came back, and when.

    Attributes
    ----------
    status
        0 where nothing came.
    head, body
        As they were sent.
    wait_s
        Since the request was to be sent.
    """

    status: int
    head: bytes
    body: bytes
    wait_s: float


NOTHING = Answer(0, b"", b"", 0.0)


class Connection:
    """A kept connection to a port of this machine; opened anew where it was cut."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes, since: float | None = None) -> Answer:
        """Send a request and read its answer; status 0 where none came."""
        start = time.perf_counter() if since is None else since
        is_kept = self._streams is not None
        try:
            head, body = await self._exchange(request)
        except (OSError, asyncio.IncompleteReadError) as error:
            await self.close()
            # a kept connection that was idle may be closed by now: nothing was read
            is_idle = not getattr(error, "partial", b"")
            return await self.ask(request, start) if is_kept and is_idle else NOTHING
        if b"connection: close" in head.lower():
            await self.close()
        status = int(head.split(b" ", 2)[1])
        return Answer(status, head, body, time.perf_counter() - start)

    async def _exchange(self, request: bytes) -> tuple[bytes, bytes]:
        """Return head and body of the answer."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        return head, await reader.readexactly(_length(head))

    async def close(self) -> None:
        """Let the connection go."""
        streams, self._streams = self._streams, None
        if streams is not None:
            streams[1].close()
            with suppress(OSError):
                await streams[1].wait_closed()


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if rest else 0


def closed_loop(port: int, requests: Iterable[bytes], connections: int) -> list[Answer]:
    """Answers to requests that are sent as soon as the one before is answered."""
    queue = iter(requests)

    async def work() -> list[Answer]:
        connection = Connection(port)
        answers = [await connection.ask(request) for request in queue]
        await connection.close()
        return answers

    async def run() -> list[Answer]:
        parts = await asyncio.gather(*(work() for _ in range(connections)))
        return [answer for part in parts for answer in part]

    return coroutines.run(run())


def open_loop(port: int, requests: Iterable[bytes], rate: float) -> list[Answer]:
    """Answers to requests that are sent at a rate, whether others are answered or not.

    Each waits since it was to be sent.
    """
    idle: list[Connection] = []

    async def send(request: bytes, due: float) -> Answer:
        connection = idle.pop() if idle else Connection(port)
        answer = await connection.ask(request, due)
        idle.append(connection)
        return answer

    async def run() -> list[Answer]:
        start = time.perf_counter()
        sent = []
        for number, request in enumerate(requests):
            due = start + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            sent.append(asyncio.ensure_future(send(request, due)))
        answers = await asyncio.gather(*sent)
        for connection in idle:
            await connection.close()
        return answers

    return coroutines.run(run())


def post_bytes(path: str, body: bytes, headers: dict[str, str] | None = None) -> bytes:
    """A whole request that sends JSON."""
    lines = {
        "Host": "127.0.0.1",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
    } | (headers or {})
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def event_body(name: str, number: int) -> bytes:
    """An event of a hotline, at a place of its own in S town."""
    (west, south), (east, north) = PLACES
    event = {
        "source": "hotline",
        "id": f"{name}-{number}",
        "kind": KINDS[number % len(KINDS)],
        # golden ratio and the like: spread evenly, never again the same
        "lon": round(west + (east - west) * (number * 0.6180339887 % 1), 7),
        "lat": round(south + (north - south) * (number * 0.7548776662 % 1), 7),
        "datum": "wgs84",
        "text": "占道经营, 影响通行",
    }
    return orjson.dumps(event)


def event_requests(
    name: str, count: int, headers: dict[str, str] | None = None
) -> Iterator[bytes]:
    """Requests that report as many events, each once."""
    bodies = (event_body(name, number) for number in range(count))
    return (post_bytes("/events", body, headers) for body in bodies)
