"""Read server-sent events of an application in the same event loop."""

import asyncio
import json
from contextlib import asynccontextmanager


class Reader:
    """A client of a stream, as the application sees it."""

    def __init__(self, app, query="", headers=()):
        self._app = app
        self._query = query.encode()
        self._headers = [(k.lower().encode(), v.encode()) for k, v in headers]
        self._is_gone = asyncio.Event()
        self._text = ""
        self._news = asyncio.Condition()
        self.status = None
        self.is_over = False
        self.is_stuck = False

    async def run(self):
        """Ask, and take what comes until it ends."""
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/stream",
            "raw_path": b"/stream",
            "root_path": "",
            "scheme": "http",
            "http_version": "1.1",
            "query_string": self._query,
            "headers": self._headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "state": {},
        }
        is_sent = False

        async def receive():
            nonlocal is_sent
            if not is_sent:
                is_sent = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await self._is_gone.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            if message["type"] == "http.response.start":
                self.status = message["status"]
                return
            if self.is_stuck:
                await asyncio.Event().wait()
            async with self._news:
                self._text += message.get("body", b"").decode()
                self._news.notify_all()

        try:
            await self._app(scope, receive, send)
        finally:
            async with self._news:
                self.is_over = True
                self._news.notify_all()

    async def events(self, count):
        """Return the first events as id, name and data, once there are so many."""
        async with self._news:
            await asyncio.wait_for(
                self._news.wait_for(lambda: len(self.so_far()) >= count), 20
            )
        return self.so_far()[:count]

    def so_far(self):
        """Return the actions that came."""
        return [event for event in self.all_so_far() if event[1] != "pulse"]

    def all_so_far(self):
        """Return the events that came, pulses too."""
        blocks = self._text.split("\n\n")[:-1]
        pairs = [
            dict(line.split(": ", 1) for line in block.split("\n"))
            for block in blocks
            if not block.startswith(":")
        ]
        return [(p.get("id"), p["event"], json.loads(p["data"])) for p in pairs]

    def leave(self):
        """Hang up."""
        self._is_gone.set()


@asynccontextmanager
async def reading(app, query="", headers=()):
    """Read a stream until the context ends."""
    reader = Reader(app, query, headers)
    task = asyncio.create_task(reader.run())
    try:
        yield reader
    finally:
        reader.leave()
        await asyncio.wait_for(task, 20)
