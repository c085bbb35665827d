"""Answers to browsers: pages under a strict policy, problems as pages."""

from typing import Final

import orjson
from fastapi import Response
from fastapi.responses import HTMLResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import MEDIA_TYPE
from api.schemas.media import prefers_html
from layers.pages import POLICY, problem_page
from layers.words import Words
from layers.words.pages import PROBLEM_SENTENCES
from layers.words.vocabulary import CHINESE, LANGUAGES

PAGES: Final = frozenset({"/", "/desk", "/login", "/my"})
FOLDERS: Final = ("/desk/", "/my/", "/t/", "/enterprises/")
"""Paths that people open in a browser, and beginnings of such."""
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
    # nothing of an address leaves this site; a form still says where it comes from
    "Referrer-Policy": "same-origin",
}
"""Of every page."""


def html(
    page: str, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """Return a page.

    Parameters
    ----------
    page
        As HTML.
    status
        Of HTTP.
    headers
        Beside those of every page, or instead of them.

    Examples
    --------
    >>> html("<p>").headers["cache-control"]
    'no-store'
    """
    return HTMLResponse(page, status, {**HEADERS, **(headers or {})})


COOKIE: Final = "pagoda_language"


def language_of(scope: Scope) -> str:
    """Return the language that somebody chose for pages; Chinese without a choice.

    Parameters
    ----------
    scope
        Of the request.
    """
    cookie = cookie_parser(Headers(raw=scope["headers"]).get("cookie", ""))
    language = cookie.get(COOKIE, "")
    return language if language in dict(LANGUAGES) else CHINESE


PLAIN: Final = frozenset({"http-error", "unknown-event-error", "store-busy-error"})
"""Kinds of problems whose sentences are for programs."""


def kind_of(response: Response) -> str:
    """Return the kind of a problem.

    Parameters
    ----------
    response
        A problem document.
    """
    return str(orjson.loads(response.body)["type"]).rpartition(":")[2]


def sentences(response: Response) -> Words:
    """Return what a problem says to people.

    Parameters
    ----------
    response
        A problem document.
    """
    body = orjson.loads(response.body)
    words = PROBLEM_SENTENCES.get(str(response.status_code))
    if words is None or kind_of(response) not in PLAIN:
        return Words(body["detail_zh"], body["detail"])
    seconds = response.headers.get("retry-after", "")
    return Words(words.zh.format(seconds=seconds), words.en.format(seconds=seconds))


class BrowserPages:
    """The application, whose problems are pages to a browser on the paths of people.

    Parameters
    ----------
    app
        The application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or not _is_of_people(scope):
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Answer(scope, send).send)


class _Answer:
    """An answer on its way out; a problem is kept until it is whole."""

    __slots__ = (
        "_is_desk",
        "_is_page",
        "_language",
        "_parts",
        "_root",
        "_send",
        "_start",
    )

    def __init__(self, scope: Scope, send: Send) -> None:
        self._send = send
        self._root: str = scope.get("root_path", "")
        self._language = language_of(scope)
        self._is_desk = _path(scope).startswith("/desk")
        accept = Headers(raw=scope["headers"]).getlist("accept")
        self._is_page = prefers_html(accept)
        self._start: Message | None = None
        self._parts: list[bytes] = []

    async def send(self, message: Message) -> None:
        """Send a part of the answer, or keep it."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=[*message["headers"]])
            if headers.get("content-type") == MEDIA_TYPE:
                headers.add_vary_header("Accept")
                message = {**message, "headers": headers.raw}
                if self._is_page:
                    self._start = message
                    return
        elif self._start is not None:
            self._parts.append(message.get("body", b""))
            if not message.get("more_body"):
                await self._send_page(self._start)
            return
        await self._send(message)

    async def _send_page(self, start: Message) -> None:
        """Send the page of a problem, with the headers that it has beside its form."""
        status: int = start["status"]
        problem = Response(b"".join(self._parts), status)
        problem.headers.update(Headers(raw=start["headers"]))
        page = html(
            problem_page(
                status,
                sentences(problem),
                self._root,
                language=self._language,
                has_desk=self._is_desk,
            ),
            status,
        )
        names = {name for name, _ in page.raw_headers}
        rest = [pair for pair in start["headers"] if pair[0].lower() not in names]
        await self._send({**start, "headers": [*rest, *page.raw_headers]})
        await self._send({"type": "http.response.body", "body": page.body})


def _is_of_people(scope: Scope) -> bool:
    """Say whether a request is for a path of people."""
    path = _path(scope)
    return path in PAGES or path.startswith(FOLDERS)


def _path(scope: Scope) -> str:
    """Return the path of a request within the service."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))
