"""A receiver of webhooks on this machine that answers as it is told, well or badly."""

import json
import socket
import threading
import time
from collections import defaultdict
from contextlib import contextmanager

from standardwebhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105  of tests
OK = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


def answer(status, *headers, body=b""):
    """An answer with a status."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Receiver:
    """What came, each verified by the library of the standard."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.received = []
        self.tries = defaultdict(int)
        self.answers = iter(())
        self.drip_s = 0.0
        self.is_broken_off = False
        self.is_hanging = threading.Event()
        self.end = threading.Event()
        self.guard = threading.Lock()
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hook"

    def bodies(self):
        """What came, in order."""
        with self.guard:
            return [body for _, body in self.received]

    def ids(self):
        """The ids of what came, in order."""
        with self.guard:
            return [message_id for message_id, _ in self.received]

    def wait(self, count, seconds=30):
        """Wait until so many came and were answered well."""
        end = time.monotonic() + seconds
        while len(self.received) < count:
            assert time.monotonic() < end, (self.received, dict(self.tries))
            time.sleep(0.01)

    def wait_for_end(self, seconds=20):
        """Wait until a sender hung up before all was sent."""
        end = time.monotonic() + seconds
        while not self.is_broken_off:
            assert time.monotonic() < end
            time.sleep(0.01)

    def _serve(self):
        while not self.end.is_set():
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection):
        with connection, connection.makefile("rb") as lines:
            if not lines.readline().startswith(b"POST /hook HTTP/1.1"):
                return
            headers = {}
            while line := lines.readline().strip():
                name, _, value = line.decode().partition(": ")
                headers[name] = value
            body = lines.read(int(headers["content-length"]))
            Webhook(SECRET).verify(body, headers)
            with self.guard:
                self.tries[headers["webhook-id"]] += 1
                reply = next(self.answers, OK)
                if reply and reply.split()[1].startswith(b"2"):
                    self.received.append((headers["webhook-id"], json.loads(body)))
            if self.is_hanging.is_set():
                self.end.wait(60)
            try:
                self._send(connection, reply)
            except OSError:
                self.is_broken_off = True

    def _send(self, connection, reply):
        if not self.drip_s:
            connection.sendall(reply)
            return
        for place in range(len(reply)):
            connection.sendall(reply[place : place + 1])
            time.sleep(self.drip_s)


@contextmanager
def receiving():
    """Receive until the context ends."""
    receiver = Receiver()
    try:
        yield receiver
    finally:
        receiver.end.set()
        # who waits in it keeps it open else
        receiver.socket.shutdown(socket.SHUT_RDWR)
        receiver.socket.close()
