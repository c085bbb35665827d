"""What clients ask of a service, noted as golden files have it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import Headers

NEXT = "after={next}"
_TOKEN = re.compile(r"after=[^&]*")


@dataclass
class RequestLog:
    """An application that notes what it is asked, in order."""

    app: Any
    lines: list[str] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            target = scope["raw_path"].decode().partition("?")[0]
            query = scope["query_string"].decode()
            line = f"{scope['method']} {target}{'?' if query else ''}{query}"
            self.lines += [line, f"    {headers.get('accept', '')}".rstrip()]
        await self.app(scope, receive, send)


def without_tokens(line: str) -> str:
    """A line that says that it follows a link, whatever the token of that link is.

    Examples
    --------
    >>> without_tokens("GET /items?limit=1&after=WyJ&known_at=2026-09-10")
    'GET /items?limit=1&after={next}&known_at=2026-09-10'
    """
    return _TOKEN.sub(NEXT, line)


def requests_of(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield title, target and `accept` of the requests of a golden file."""
    title, lines = "", text.splitlines()
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("# "):
            title = line[2:]
        elif line.startswith("GET "):
            yield title, line.removeprefix("GET "), below.strip()
