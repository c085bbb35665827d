"""Webhooks: one signed request to where a destination is told, within ten seconds."""

import contextlib
import io
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, parse_headers
from typing import Final
from urllib.parse import SplitResult, urlsplit

from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from api.service.events.hosts import AllowedHosts
from gis.models import Destination

SECRET: Final = "PAGODA_SECRET_"  # noqa: S105  how the names of secrets begin
TIMEOUT_S: Final = 10.0
CONNECT_S: Final = 5.0
DRAIN_S: Final = 1.0
"""How long the rest of an answer is waited for once its status is there."""
MOST_ANSWER_BYTES: Final = 64 << 10
_PIECE: Final = 16 << 10
_STATUS: Final = re.compile(rb"HTTP/1\.[01] ([1-5]\d\d)\b")
_END: Final = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a webhook.

    Attributes
    ----------
    reason
        Why it was not delivered, of `layers.words.events.DELIVERY_REASONS`; empty where
        it was.
    status
        Of HTTP; None where there was no answer.
    retry_after_s
        When its receiver wants to be asked again, seconds; 0 where it does not say.
    """

    reason: str = ""
    status: int | None = None
    retry_after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent.

    Attributes
    ----------
    message_id
        The same each time that it is sent.
    body
        JSON.
    """

    message_id: str
    body: bytes


@dataclass(slots=True)
class Webhooks:
    """Sends webhooks, each by a connection of its own, from any thread.

    No redirect is followed, TLS is verified, and the address that was checked is the
    one that is connected to.

    Attributes
    ----------
    hosts
        Where anything may be sent.
    secrets
        The environment.
    timeout_s
        A receiver has so long from the connection to the status.
    """

    hosts: AllowedHosts
    secrets: Mapping[str, str] = field(repr=False)
    timeout_s: float = TIMEOUT_S
    _tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, init=False)
    _open: set[socket.socket] = field(default_factory=set, init=False)
    _guard: threading.Lock = field(default_factory=threading.Lock, init=False)
    _is_over: bool = field(default=False, init=False)

    def obstacle(self, destination: Destination) -> str:
        """Return why nothing can be sent to a destination; empty where it can.

        Parameters
        ----------
        destination
            As it is registered.
        """
        if not self.hosts.has(urlsplit(destination.url).hostname or ""):
            return "host_not_allowed"
        secret = self.secrets.get(SECRET + destination.secret_id)
        if not secret:
            return "no_secret"
        try:
            Webhook(secret)
        except (ValueError, EmptyWebhookSecretError):
            return "wrong_secret"
        return ""

    def send(self, destination: Destination, message: Message) -> Outcome:
        """Send a webhook and return what became of it.

        Parameters
        ----------
        destination
            One that nothing is in the way of.
        message
            What is sent.
        """
        url = urlsplit(destination.url)
        try:
            request = _request(url, self._headers(destination, message), message.body)
            with self._connected(url) as (connection, deadline):
                connection.sendall(request)
                return _answer(connection, deadline)
        except _PrivateAddressError:
            return Outcome("private_address")
        except TimeoutError:
            return Outcome("timed_out")
        except ssl.SSLError:
            return Outcome("tls_failed")
        except (OSError, UnicodeError):
            return Outcome("no_answer")

    def end(self) -> None:
        """Cut what is under way; nothing is sent any more."""
        with self._guard:
            self._is_over = True
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _headers(self, destination: Destination, message: Message) -> dict[str, str]:
        """Return the headers of a message, its signature among them."""
        webhook = Webhook(self.secrets[SECRET + destination.secret_id])
        # by the clock of the world, which is the one of who verifies it
        at = datetime.fromtimestamp(int(time.time()), UTC)
        signature = webhook.sign(message.message_id, at, message.body.decode())
        return {
            "content-type": "application/json",
            "webhook-id": message.message_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature,
        }

    @contextlib.contextmanager
    def _connected(self, url: SplitResult) -> Iterator[tuple[socket.socket, float]]:
        """Give a connection to a host that is allowed, and until when it may last."""
        deadline = time.monotonic() + self.timeout_s
        host, port = url.hostname or "", _port(url)
        addresses = self.hosts.addresses(host, port)
        if not addresses:
            raise _PrivateAddressError
        wait_s = min(CONNECT_S, self.timeout_s)
        connection = socket.create_connection((addresses[0], port), wait_s)
        with contextlib.closing(connection):
            if url.scheme == "https":
                # what is under way can be cut, the handshake too
                connection = self._tls.wrap_socket(
                    connection, server_hostname=host, do_handshake_on_connect=False
                )
            with contextlib.closing(connection), self._noted(connection):
                _limit(connection, deadline)
                if isinstance(connection, ssl.SSLSocket):
                    connection.do_handshake()
                    _limit(connection, deadline)
                yield connection, deadline

    @contextlib.contextmanager
    def _noted(self, connection: socket.socket) -> Iterator[None]:
        """Let `end` cut a connection."""
        with self._guard:
            if self._is_over:
                raise ConnectionAbortedError
            self._open.add(connection)
        try:
            yield
        finally:
            with self._guard:
                self._open.discard(connection)


class _PrivateAddressError(Exception):
    """A host leads to addresses of an inner network only."""


def _port(url: SplitResult) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def _request(url: SplitResult, headers: Mapping[str, str], body: bytes) -> bytes:
    """Return a request as it goes over the wire."""
    path = url.path or "/"
    target = f"{path}?{url.query}" if url.query else path
    head = {
        "host": url.netloc,
        "user-agent": "pagoda",
        "accept": "*/*",
        "connection": "close",
        "content-length": str(len(body)),
        **headers,
    }
    lines = [f"POST {target} HTTP/1.1", *(f"{k}: {v}" for k, v in head.items())]
    return "\r\n".join(lines).encode("ascii") + _END + body


def _answer(connection: socket.socket, deadline: float) -> Outcome:
    """Read the head of an answer, and so much of its rest as is polite."""
    received = b""
    while (end := received.find(_END)) < 0 or received.startswith(b"HTTP/1.1 1"):
        if end >= 0:  # what comes before the answer says nothing
            received = received[end + len(_END) :]
            continue
        _limit(connection, deadline)
        piece = connection.recv(_PIECE)
        received += piece
        if not piece or len(received) > MOST_ANSWER_BYTES:
            return Outcome("no_answer")
    status_line, _, head = received[: end + len(_END)].partition(b"\r\n")
    match = _STATUS.match(status_line)
    if match is None:
        return Outcome("no_answer")
    _drain(connection, MOST_ANSWER_BYTES - len(received), deadline)
    return _outcome(int(match[1]), head)


def _drain(connection: socket.socket, most_bytes: int, deadline: float) -> None:
    """Take the rest of an answer, so that its sender can end in peace."""
    end = min(deadline, time.monotonic() + DRAIN_S)
    with contextlib.suppress(OSError):
        while most_bytes > 0:
            _limit(connection, end)
            piece = connection.recv(_PIECE)
            if not piece:
                return
            most_bytes -= len(piece)


def _outcome(status: int, head: bytes) -> Outcome:
    """Return what a status says, and when to ask again."""
    if 200 <= status < 300:
        return Outcome(status=status)
    if status == 410:
        return Outcome("gone", status)
    reason = "redirected" if 300 <= status < 400 else "refused"
    try:
        text = parse_headers(io.BytesIO(head)).get("retry-after", "")
    except HTTPException:
        text = ""
    return Outcome(reason, status, _seconds(text))


def _seconds(text: str) -> float:
    """Return the seconds of a header `Retry-After`; 0 where it cannot be read."""
    if re.fullmatch(r"\d{1,9}", text.strip(), re.ASCII):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, moment.timestamp() - time.time())


def _limit(connection: socket.socket, deadline: float) -> None:
    """Let a step of a connection last until a time, however it drips."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    connection.settimeout(left)
