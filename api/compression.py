"""Answers to who reads, compressed where that is wanted."""

from typing import Final

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api.security import READS

LEVEL: Final = 4
"""Coordinates become a third; the highest level makes a quarter in 6 times as long."""
LEAST_BYTES: Final = 1400
"""What fits into one packet is sent as it is."""


class CompressedReads:
    """An application whose answers to GET, and HEAD, are compressed by gzip.

    What answers a POST as it is computed, and a stream, is left as it is.

    Parameters
    ----------
    app
        The application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._compressed = GZipMiddleware(app, LEAST_BYTES, LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        is_read = scope["type"] == "http" and scope["method"] in READS
        await (self._compressed if is_read else self._app)(scope, receive, send)
