"""What is let in: queries that a route knows, bodies that are JSON."""

from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from functools import lru_cache
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import ParamTypes, Query
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from api.errors import problem
from api.json_text import JSON, read_json, refuse_encoded, utf8_kind
from api.methods import without_stream
from api.rates import Rate
from api.security import Access

Handler: TypeAlias = Callable[[Request], Coroutine[Any, Any, Response]]
MOST_BODY_BYTES: Final = 1 << 20
"""A longer body is refused while it is read, whatever its length was said to be; a
route that takes more says so with its own `max_body_size`."""


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
            if query and (refusal := self._refuse_query(query, sorted(names))):
                return refusal
            admit_key(request)
            return without_stream(request.scope, await handle(request))

        return handle_known

    def _refuse_query(self, query: bytes, names: list[str]) -> Response | None:
        """Return the refusal of a query, None where every parameter is known."""
        return refuse_query(query, names)

    def _handler(self) -> Handler:
        """Return what answers a request whose parameters are known."""
        return super().get_route_handler()


class LayerDoor(Door):
    """A door whose parameters hang on the layer that is asked for.

    Its function refuses those that the layer does not have, by `refuse_query`.
    """

    def _refuse_query(self, _: bytes, __: list[str]) -> Response | None:
        """Refuse nothing yet."""
        return None


class JsonDoor(Door):
    """A door whose bodies are JSON in UTF-8, declared so, with each name once.

    What a page of another site sends without asking is declared as something else. What
    a body says is `request.state.document` to a function that takes the request.
    """

    def _handler(self) -> Handler:
        """Return what answers behind a look at the body."""
        handle = self._answer()

        async def handle_json(request: Request) -> Response:
            if request.method == "POST":
                refuse_encoded(request.headers.raw)
                if utf8_kind(request.headers.get("content-type", "")) != JSON:
                    raise HTTPException(415)
                request.state.document = read_json(await request.body())
            return await handle(request)

        return handle_json

    def _answer(self) -> Handler:
        """Return what answers a body that is JSON."""
        return super()._handler()


class EventDoor(Door):
    """A door whose function reads the request as it came: JSON or a CloudEvent."""

    def _handler(self) -> Handler:
        """Return the function itself."""
        handle: Handler = self.endpoint
        return handle


class PlainDoor(JsonDoor):
    """A door whose function takes the request as it came and returns the response.

    What FastAPI does between the two, which is half of what a small answer costs, is
    left out: nothing is injected, parsed or checked.
    """

    def _answer(self) -> Handler:
        """Return the function itself."""
        handle: Handler = self.endpoint
        return handle


@lru_cache(maxsize=64)
def declared_kind(content_type: str) -> tuple[str, frozenset[str]]:
    """Return the media type that a header declares, and the charsets.

    Examples
    --------
    >>> declared_kind('Text/CSV; charset="GBK"')
    ('text/csv', frozenset({'gbk'}))
    """
    kind, *parameters = [part.strip().lower() for part in content_type.split(";")]
    pairs = [parameter.partition("=") for parameter in parameters]
    charsets = [value.strip('"') for name, _, value in pairs if name == "charset"]
    return kind, frozenset(charsets)


def admit_key(request: Request) -> None:
    """Refuse a key that has asked too often.

    Parameters
    ----------
    request
        Its `state.caller`, if it has one, names the key.

    Raises
    ------
    HTTPException
        If the key must wait; it says how long.
    """
    key_id = getattr(getattr(request.state, "caller", None), "key_id", None)
    if key_id is None:
        return
    limit: Rate = request.app.state.key_limit
    wait_s = limit.wait_s(key_id)
    if wait_s:
        raise HTTPException(429, headers={"Retry-After": str(wait_s)})


def refuse_query(query: bytes, names: Sequence[str]) -> Response | None:
    """Return the refusal of a query with parameters unknown or repeated; or None.

    Parameters
    ----------
    query
        As it came.
    names
        Parameters that may stand in it, in the order of the sentence.
    """
    words = _wrong_query(query, names)
    return problem(400, "unknown-parameter", *words) if words else None


def _wrong_query(query: bytes, names: Sequence[str]) -> tuple[str, str] | None:
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
