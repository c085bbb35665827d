"""Methods of HTTP: HEAD as GET without its content, and which a path takes."""

from collections.abc import Iterable
from typing import Final

from starlette.responses import Response, StreamingResponse
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

_IS_HEAD: Final = "pagoda.is_head"


class HeadReads:
    """An application that answers HEAD wherever it answers GET (RFC 9110, 9.3.2).

    Routes see a GET, so whoever may not is refused as there, what is counted and
    recorded is that of a GET. The server sends no content, whose length is that of GET.

    Parameters
    ----------
    app
        The application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        read = {**scope, "method": "GET", _IS_HEAD: True}
        try:
            await self._app(read, receive, send)
        finally:
            # figures and the log are of the route
            scope["route"] = read.get("route")


def without_stream(scope: Scope, response: Response) -> Response:
    """Return what is answered to a request: to HEAD no stream, which may never end.

    Parameters
    ----------
    scope
        Of the request.
    response
        As GET has it.
    """
    if _IS_HEAD not in scope or not isinstance(response, StreamingResponse):
        return response
    head = Response(None, response.status_code)
    head.raw_headers = response.raw_headers
    return head


def methods_at(scope: Scope, routes: Iterable[Route]) -> list[str]:
    """Return the methods that the path of a request takes, in order.

    Parameters
    ----------
    scope
        Of the request.
    routes
        All that there are.
    """
    methods = {
        method
        for route in routes
        if route.matches(scope)[0] is not Match.NONE
        for method in route.methods or ()
    }
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))
