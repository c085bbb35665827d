"""A service that a browser on this machine reaches, over the application of a test."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI


@contextmanager
def served(app: FastAPI, *, is_whole: bool = False) -> Iterator[str]:
    """Serve an application whose lifespan somebody else runs, or whole; its address.

    What streams is of one event loop: it needs the whole.
    """
    with socket.create_server(("127.0.0.1", 0)) as sock:
        # its own set-up of logging would stay for all tests after it
        config = uvicorn.Config(
            app, log_config=None, lifespan="on" if is_whole else "off"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([sock],), daemon=True)
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)
