"""Bodies and answers on disk; who goes, dawdles or is cut off leaves no thread."""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import Request
from starlette.requests import ClientDisconnect

from api.spool import (
    SlowBodyError,
    SpooledResponse,
    run_while_wanted,
    spool_body,
    temporary_file,
)
from support.harness.coroutines import run

GONE = {"type": "http.disconnect"}


def request_of(*messages: dict[str, Any]) -> Request:
    """A request whose client sends some messages and then nothing."""
    rest = list(messages)

    async def receive() -> dict[str, Any]:
        if not rest:
            await asyncio.sleep(60)
        return rest.pop(0)

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


def piece(body: bytes, *, more: bool) -> dict[str, Any]:
    """A message with a part of a body."""
    return {"type": "http.request", "body": body, "more_body": more}


def test_body_is_spooled_whole() -> None:
    request = request_of(piece(b"ab", more=True), piece(b"c", more=False))
    with run(spool_body(request)) as body:
        assert body.read() == b"abc"


def test_client_that_goes_before_its_body_is_whole_is_noticed() -> None:
    with pytest.raises(ClientDisconnect):
        run(spool_body(request_of(piece(b"ab", more=True), GONE)))


def test_body_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(SlowBodyError):
        run(spool_body(request_of(piece(b"ab", more=True)), 0.01))


def until(is_unwanted: Callable[[], bool]) -> str:
    """Work that goes on until nobody wants it."""
    while not is_unwanted():
        time.sleep(0.001)
    return "ended"


def test_work_ends_when_the_client_goes() -> None:
    assert run(run_while_wanted(request_of(GONE), until)) == "ended"


def test_work_and_its_thread_have_ended_when_the_request_is_cancelled() -> None:
    ends = []

    def work(is_unwanted: Callable[[], bool]) -> None:
        until(is_unwanted)
        ends.append(threading.current_thread())

    async def cancel() -> None:
        job = asyncio.create_task(run_while_wanted(request_of(), work))
        await asyncio.sleep(0.05)
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
        assert len(ends) == 1

    run(cancel())


def test_error_of_the_work_is_raised() -> None:
    def work(_: Callable[[], bool]) -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        run(run_while_wanted(request_of(), work))


def sent_of(response: SpooledResponse, *, is_read: bool) -> list[dict[str, Any]]:
    """The messages of a response; a client that does not read takes the first alone."""
    messages: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        if messages and not is_read:
            await asyncio.sleep(60)
        messages.append(message)

    run(response({"type": "http"}, None, send))  # type: ignore[arg-type]
    return messages


def test_answer_is_sent_with_its_length_and_closed() -> None:
    file, ends = temporary_file(), []
    file.write(b"x" * 600_000)
    response = SpooledResponse(file, "text/csv", {}, lambda: ends.append(1))
    start, *pieces = sent_of(response, is_read=True)
    assert (b"content-length", b"600000") in start["headers"]
    assert sum(len(message["body"]) for message in pieces) == 600_000
    assert [m.get("more_body", False) for m in pieces] == [True] * 3 + [False]
    assert (file.closed, ends) == (True, [1])


def test_answer_that_nobody_fetches_is_closed() -> None:
    file, ends = temporary_file(), []
    file.write(b"x")
    response = SpooledResponse(
        file, "text/csv", {}, lambda: ends.append(1), most_seconds=0.01
    )
    with pytest.raises(TimeoutError):
        sent_of(response, is_read=False)
    assert (file.closed, ends) == (True, [1])
