"""Ports of this machine for servers of tests."""

import secrets
import socket
from contextlib import suppress

LOWEST, MOST = 20_000, 12_000
"""Below the ports that systems give to whoever connects, which may come in between."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    while True:
        port = LOWEST + secrets.randbelow(MOST)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
