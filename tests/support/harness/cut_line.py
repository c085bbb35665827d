"""A line between a browser and a service that can be cut."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


class CutLine:
    """Hands bytes on between a port of its own and a service, until it is cut.

    Parameters
    ----------
    url
        Of the service.
    """

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url)
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._is_cut = False
        self.url = ""
        self.count = 0

    def cut(self) -> None:
        """Break every connection, and let none through."""
        self._is_cut = True
        asyncio.run_coroutine_threadsafe(self._break(), self._loop).result(10)

    def mend(self) -> None:
        """Let connections through again."""
        self._is_cut = False

    def run(self, ready: threading.Event) -> None:
        """Serve in this thread until the loop is stopped."""
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._connected, "127.0.0.1", 0)
        )
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        ready.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        if tasks:
            self._loop.run_until_complete(asyncio.wait(tasks))
        self._loop.close()

    def stop(self) -> None:
        """End the loop."""
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        self.count += 1
        far_reader, far_writer = await asyncio.open_connection(
            self._target.hostname, self._target.port
        )
        self._writers |= {writer, far_writer}
        await asyncio.gather(
            self._hand_on(reader, far_writer), self._hand_on(far_reader, writer)
        )
        self._writers -= {writer, far_writer}

    async def _hand_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    async def _break(self) -> None:
        for writer in self._writers:
            writer.transport.abort()


@contextmanager
def cut_line(url: str) -> Iterator[CutLine]:
    """Run a line to a service until the context ends."""
    line, ready = CutLine(url), threading.Event()
    thread = threading.Thread(target=line.run, args=(ready,), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield line
    finally:
        line.stop()
        thread.join(10)
