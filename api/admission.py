"""What is let in: queries that a route knows, bodies of a size, so many a client."""

import ipaddress
import json
import math
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.params import ParamTypes, Query
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import problem, refused_by_http
from api.security import Access

Handler: TypeAlias = Callable[[Request], Coroutine[Any, Any, Response]]
MOST_BODY_BYTES: Final = 1 << 20
"""A longer body is refused while it is read, whatever its length was said to be."""
CLIENTS: Final = 10_000
"""So many clients are remembered before those that waited long enough are let go."""


class Door(APIRoute):
    """A route that refuses who may not, and parameters of the query it does not know.

    What it is for is the last `Access` among its dependencies.
    """

    @property
    def access(self) -> Access | None:
        """What the route declares; None where it forgot to."""
        declared = (depends.dependency for depends in reversed(self.dependencies))
        return next((a for a in declared if isinstance(a, Access)), None)

    def get_route_handler(self) -> Handler:
        """Return the handler of the route behind a look at the query."""
        handle, access = self._handler(), self.access
        names = {
            param.alias
            for param in get_flat_params(self.dependant)
            if isinstance(param.field_info, Query)
            and param.field_info.in_ is ParamTypes.query
        }

        async def handle_known(request: Request) -> Response:
            # FastAPI asks its dependencies once the body is read: too late here
            if access is not None:
                await access(request)
            query: bytes = request.scope["query_string"]
            if query and (sentence := _wrong_query(query, sorted(names))):
                return problem(400, "unknown-parameter", *sentence)
            return await handle(request)

        return handle_known

    def _handler(self) -> Handler:
        """Return what answers a request whose parameters are known."""
        return super().get_route_handler()


class JsonDoor(Door):
    """A door whose bodies are JSON in UTF-8, declared so, with each name once.

    What a page of another site sends without asking is declared as something else.
    """

    def _handler(self) -> Handler:
        """Return what answers behind a look at the body."""
        handle = self._answer()

        async def handle_json(request: Request) -> Response:
            if request.method == "POST":
                if not is_json(request.headers.get("content-type", "")):
                    raise HTTPException(415)
                check_body(await request.body())
            return await handle(request)

        return handle_json

    def _answer(self) -> Handler:
        """Return what answers a body that is JSON."""
        return super()._handler()


class PlainDoor(JsonDoor):
    """A door whose function takes the request as it came and returns the response.

    What FastAPI does between the two, which is half of what a small answer costs, is
    left out: nothing is injected, parsed or checked.
    """

    def _answer(self) -> Handler:
        """Return the function itself."""
        handle: Handler = self.endpoint
        return handle


def is_json(content_type: str) -> bool:
    """Say whether a header declares JSON in UTF-8.

    Examples
    --------
    >>> is_json("application/json; charset=UTF-8"), is_json("text/plain")
    (True, False)
    """
    kind, *parameters = [part.strip().lower() for part in content_type.split(";")]
    charsets = {p for p in parameters if p.startswith("charset=")}
    utf8 = {"charset=utf-8", 'charset="utf-8"'}
    return kind == "application/json" and charsets <= utf8


def check_body(body: bytes) -> None:
    """Refuse a body that is no JSON in UTF-8, or has a name twice in one object.

    Parameters
    ----------
    body
        As it was sent.

    Raises
    ------
    RequestValidationError
        Says where it is no JSON, or which name stands twice.
    HTTPException
        If it is nested too deep.
    """
    try:
        _decoder.decode(body.decode())
    except UnicodeDecodeError as error:
        raise _refusal(f"is no UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise _refusal(f"Invalid JSON: {error.msg} at {place}") from error
    except RecursionError as error:
        raise HTTPException(400) from error


def _names_once(pairs: list[tuple[str, object]]) -> None:
    """Refuse an object that has a name twice: readers differ in which one counts."""
    if len(dict(pairs)) < len(pairs):
        names = Counter(name for name, _ in pairs)
        [(name, count)] = names.most_common(1)
        rule = f"stands {count} times in one object, expected it once"
        raise _refusal(rule, name)


def _refusal(rule: str, *names: str) -> RequestValidationError:
    return RequestValidationError([{"loc": ("body", *names), "msg": rule}])


# the route reads the values: a number here may be of any length
_decoder: Final = json.JSONDecoder(
    object_pairs_hook=_names_once, parse_int=str, parse_float=str
)


class BodyLimit:
    """The application behind a count of the bytes of each body.

    Parameters
    ----------
    app
        The application.
    most_bytes
        A body of more is a 413; at once where its length is declared.
    """

    def __init__(self, app: ASGIApp, most_bytes: int = MOST_BODY_BYTES) -> None:
        self._app = app
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on what is short enough."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _declared_bytes(scope) > self._most_bytes:
            await refused_by_http(413, CLOSING)(scope, receive, send)
            return
        count = 0

        async def receive_counted() -> Message:
            nonlocal count
            message = await receive()
            if message["type"] == "http.request":
                count += len(message.get("body", b""))
                if count > self._most_bytes:
                    raise HTTPException(413, headers=CLOSING)
            return message

        await self._app(scope, receive_counted, send)


CLOSING: Final = {"Connection": "close"}
"""Nobody reads on what is too long."""


@dataclass(slots=True)
class RateLimit:
    """So many requests a client in a span, and then as they come back one by one.

    Asked by one thread.

    Attributes
    ----------
    count
        Requests that a client may make at once.
    span_s
        After so many seconds all of them are free again.
    now
        Seconds of a clock that never goes back.

    Examples
    --------
    >>> limit = RateLimit(2, 60, now=lambda: 0.0)
    >>> [limit.wait_s("192.0.2.1") for _ in range(3)], limit.wait_s("192.0.2.2")
    ([0, 0, 30], 0)
    """

    count: int
    span_s: float
    now: Callable[[], float] = time.monotonic
    # when each client has all its requests again
    _free_at: dict[str, float] = field(default_factory=dict)

    def wait_s(self, client: str) -> int:
        """Let a client in and return 0, or return how many seconds it must wait.

        Parameters
        ----------
        client
            Its address; those of one IPv6 network of 64 bits are one client.
        """
        now, step_s = self.now(), self.span_s / self.count
        if len(self._free_at) >= CLIENTS:
            self._free_at = {c: at for c, at in self._free_at.items() if at > now}
        name = _network_of(client)
        free_at = max(self._free_at.get(name, now), now) + step_s
        if free_at - now > self.span_s * (1 + 1e-9):
            return math.ceil(free_at - now - self.span_s)
        self._free_at[name] = free_at
        return 0


def _network_of(client: str) -> str:
    """Return what stands for a client: an address that it cannot change at will."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if address.version == 4:
        return client
    return str(ipaddress.ip_network((address, 64), strict=False))


def _declared_bytes(scope: Scope) -> int:
    """Return the length that a request says its body has, 0 where it says none."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _wrong_query(query: bytes, names: list[str]) -> tuple[str, str] | None:
    """Return what is wrong with the parameters of a query, in English and Chinese."""
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    counts = Counter(name for name, _ in pairs)
    expected = ", ".join(names) or "none"
    for name, number in counts.items():
        if name not in names:
            return (
                f"The query has the parameter {name!r} where this path takes "
                f"{expected}; correct or remove it.",
                f"该地址没有参数 {name}，可用参数：{', '.join(names) or '无'}，"
                "请改正或去掉。",
            )
        if number > 1:
            return (
                f"The query has the parameter {name!r} {number} times, expected it "
                "once; keep one.",
                f"参数 {name} 出现了 {number} 次，只能出现一次，请保留一个。",
            )
    return None
