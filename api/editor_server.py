"""The page of `pagoda draft edit`: for one planner, until it is left."""

import hmac
import secrets
import socket
import time
from collections.abc import Callable
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from gis.errors import InputFileError
from layers.editor import EditorSession
from layers.editor.editor_page import LEFT_PATH, MESSAGES_PATH, POLICY, editor_page
from layers.editor.messages import pack, unpack
from layers.editor.outcome_words import ENDED

HOST: Final = "127.0.0.1"
MOST_BYTES: Final = 8 * 1024 * 1024
"""A message of the page is never longer."""
LEFT_S: Final = 8.0
"""A page that was left and is not opened again in so many seconds has ended."""
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class EditorServer:
    """Serves a session to the browser that opens its address first.

    The address has a token that is good for one visit; from then on a cookie of that
    browser is asked for, and requests of other hosts, sites and browsers are refused.

    Parameters
    ----------
    session
        The planner's.
    port
        On which it is reached.
    idle_s
        It ends so many seconds after the last request.
    clock
        Seconds; for tests.
    """

    def __init__(
        self,
        session: EditorSession,
        port: int,
        idle_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.session = session
        self._token: str | None = secrets.token_urlsafe(32)
        self.url = f"http://{HOST}:{port}/?token={self._token}"
        self._origin = f"http://{HOST}:{port}"
        self._cookie = f"pagoda_draft_{port}"
        self._secret = secrets.token_urlsafe(32)
        self._clock, self._idle_s = clock, idle_s
        self._last, self._left = clock(), float("inf")
        self.app = Starlette(
            routes=[
                Route("/", self._page),
                Route(MESSAGES_PATH, self._message, methods=["POST"]),
                Route(LEFT_PATH, self._leave, methods=["POST"]),
            ]
        )

    def is_over(self) -> bool:
        """Say whether the page was left, or nobody has asked for long."""
        now = self._clock()
        return now - self._left > LEFT_S or now - self._last > self._idle_s

    async def _page(self, request: Request) -> Response:
        """Answer with the page; a first visit gets the cookie."""
        if not self._is_own_host(request):
            return _refused("The host of this request is not this machine.")
        token = request.query_params.get("token")
        if token is not None:
            return self._welcome(token)
        if not self._has_cookie(request):
            return _refused("This address was opened already; start the editor again.")
        self._note_visit()
        nonce = secrets.token_urlsafe(16)
        page = editor_page(
            nonce, self.session.context.title, {"zh": ENDED.zh, "en": ENDED.en}
        )
        policy = {"Content-Security-Policy": POLICY.format(nonce=nonce)}
        return Response(page, headers={**_HEADERS, **policy}, media_type="text/html")

    def _welcome(self, token: str) -> Response:
        """Give the cookie for the token, once."""
        if self._token is None or not hmac.compare_digest(
            token.encode(), self._token.encode()
        ):
            return _refused("This address was opened already; start the editor again.")
        self._token = None
        self._note_visit()
        response = RedirectResponse("/", status_code=303, headers=_HEADERS)
        response.set_cookie(
            self._cookie, self._secret, httponly=True, samesite="strict"
        )
        return response

    async def _message(self, request: Request) -> Response:
        """Answer a message of the page."""
        if not self._is_own(request):
            return _refused("This request is not of the page that was opened.")
        body = await _body(request)
        if body is None:
            return PlainTextResponse("The message is too long.", 413, _HEADERS)
        self._note_visit()
        try:
            message, buffers = unpack(body)
        except InputFileError as error:
            return PlainTextResponse(str(error), 400, _HEADERS)
        answer = pack(*self.session.receive(message, buffers))
        return Response(answer, headers=_HEADERS, media_type="application/octet-stream")

    async def _leave(self, request: Request) -> Response:
        """Note that the page was left; one that is opened again goes on."""
        if not self._is_own(request):
            return _refused("This request is not of the page that was opened.")
        self._left = self._clock()
        return Response(status_code=204, headers=_HEADERS)

    def _note_visit(self) -> None:
        self._last, self._left = self._clock(), float("inf")

    def _is_own(self, request: Request) -> bool:
        """Say whether a request is of the page in the browser that was let in."""
        origin = request.headers.get("origin")
        return (
            self._is_own_host(request)
            and self._has_cookie(request)
            and origin == self._origin
        )

    def _is_own_host(self, request: Request) -> bool:
        return f"http://{request.headers.get('host', '')}" == self._origin

    def _has_cookie(self, request: Request) -> bool:
        cookie = request.cookies.get(self._cookie, "")
        return hmac.compare_digest(cookie.encode(), self._secret.encode())


def serve_editor(server: EditorServer, sock: socket.socket) -> None:
    """Answer until the page is left, nobody asks for long, or a signal ends it.

    Parameters
    ----------
    server
        What answers.
    sock
        Where requests come in.
    """
    config = uvicorn.Config(
        server.app,
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    _Server(config, server.is_over).run(sockets=[sock])


class _Server(uvicorn.Server):
    """A server that ends by itself."""

    def __init__(self, config: uvicorn.Config, is_over: Callable[[], bool]) -> None:
        super().__init__(config)
        self._is_over = is_over

    async def on_tick(self, counter: int) -> bool:
        """Return whether to end."""
        return await super().on_tick(counter) or self._is_over()


def _refused(sentence: str) -> Response:
    return PlainTextResponse(f"{sentence}\n", 403, _HEADERS)


async def _body(request: Request) -> bytes | None:
    """Return the body of a request; None where it is too long."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)
