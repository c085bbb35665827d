"""What every request passes first: who may come in now, and what is kept of it."""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final, TypeAlias

from fastapi import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import MEDIA_TYPE, refused_by_http
from api.logs import REQUEST, RequestLog
from api.rates import Rate, network_of
from api.streams import Streams
from api.telemetry import METHODS, OTHER, Telemetry

Headers: TypeAlias = Sequence[tuple[bytes, bytes]]

OPERATION: Final = frozenset({"/livez", "/readyz", "/metrics"})
"""Answered however busy the service is."""
PATIENCE_S: Final = 20.0
"""A reader that takes nothing of a stream for so long is let go."""

logger = logging.getLogger("uvicorn.error")


@dataclass(slots=True)
class GateParts:
    """What a `Gate` works with.

    Attributes
    ----------
    rate
        Of one address.
    most_in_flight
        Requests that are answered at the same time; streams do not count.
    streams
        The open ones.
    telemetry
        Counts what was answered.
    headers
        Gives what stands in the head of every answer.
    log
        Writes a line for each request; None writes none.
    patience_s
        A reader that takes nothing of a stream for so long is let go.
    in_flight
        Requests that are being answered, with streams.
    """

    rate: Rate
    most_in_flight: int
    streams: Streams
    telemetry: Telemetry
    headers: Callable[[], Headers] = tuple
    log: RequestLog | None = None
    patience_s: float = PATIENCE_S
    in_flight: int = 0


class Gate:
    """The application behind limits, with a count and a line for each request.

    Around all else, so that what fails inside is counted as it was answered.

    Parameters
    ----------
    app
        The application.
    parts
        What the gate works with.
    """

    def __init__(self, app: ASGIApp, parts: GateParts) -> None:
        self._app = app
        self._parts = parts
        self._ids = _request_ids()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it at once."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        parts, request_id = self._parts, next(self._ids)
        head = [(b"request-id", request_id.encode()), *parts.headers()]
        answer = _Answer(send, head, parts.patience_s)
        app = self._refusal(scope) or self._app
        parts.in_flight += 1
        try:
            await app(scope, receive, answer.send)
        except Exception:
            if not answer.is_cut:
                raise
            logger.warning("A reader took nothing of a stream and was let go.")
        finally:
            parts.in_flight -= 1
            self._keep(scope, answer.status, request_id, time.perf_counter() - start)

    def _refusal(self, scope: Scope) -> Response | None:
        """Return what is answered to a request that is not let in."""
        path: str = scope["path"].removeprefix(scope.get("root_path", ""))
        if path in OPERATION:
            return None
        parts, client = self._parts, scope.get("client")
        wait_s = parts.rate.wait_s(network_of(client[0])) if client else 0
        if wait_s:
            return refused_by_http(429, {"Retry-After": str(wait_s)})
        if parts.in_flight - parts.streams.count >= parts.most_in_flight:
            return refused_by_http(503)
        return None

    def _keep(self, scope: Scope, status: int, request_id: str, seconds: float) -> None:
        """Count a request and write its line: never what it asked for."""
        route = getattr(scope.get("route"), "path", OTHER)
        method = scope["method"] if scope["method"] in METHODS else OTHER
        self._parts.telemetry.record(route, method, status, seconds)
        if self._parts.log is None:
            return
        caller = scope.get("state", {}).get("caller")
        self._parts.log(
            REQUEST,
            method=method,
            route=route,
            status=status,
            duration_ms=round(seconds * 1e3, 3),
            request_id=request_id,
            key_id=getattr(caller, "key_id", None),
        )


class _Answer:
    """An answer on its way out."""

    __slots__ = ("_head", "_is_replaced", "_patience_s", "_send", "is_cut", "status")

    def __init__(self, send: Send, head: Headers, patience_s: float) -> None:
        self._send = send
        self._head = head
        self._patience_s = patience_s
        self._is_replaced = False
        self.is_cut = False
        self.status = 500

    async def send(self, message: Message) -> None:
        """Send a part of the answer."""
        if message["type"] == "http.response.start":
            await self._start(message)
        elif message.get("more_body"):
            await self._send_in_time(message)
        elif not self._is_replaced:
            await self._send(message)

    async def _start(self, message: Message) -> None:
        """Send the head; a refused body gets the form of every problem."""
        self.status = message["status"]
        headers = message["headers"]
        if self.status == 413 and not _is_ours(headers):
            problem = refused_by_http(413)
            self._is_replaced = True
            await self._send(
                {**message, "headers": [*problem.raw_headers, *self._head]}
            )
            await self._send({"type": "http.response.body", "body": problem.body})
            return
        await self._send({**message, "headers": [*headers, *self._head]})

    async def _send_in_time(self, message: Message) -> None:
        """Send a piece of a stream, or give its reader up."""
        try:
            async with asyncio.timeout(self._patience_s):
                await self._send(message)
        except TimeoutError:
            self.is_cut = True
            raise


_OURS: Final = (MEDIA_TYPE.encode(), b"text/html")
"""Beginnings of the kinds in which a refusal is written here."""


def _is_ours(headers: Headers) -> bool:
    """Say whether a refusal is a problem or a page already."""
    return any(n == b"content-type" and v.startswith(_OURS) for n, v in headers)


def _request_ids() -> Iterator[str]:
    """Give ids that no other start of the service has."""
    start = secrets.token_hex(4)
    return (f"{start}-{number:x}" for number in count(1))
