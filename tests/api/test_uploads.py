"""Photos are read from a request within limits, and few are decoded at once."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.refusals import RequestError
from api.uploads import (
    MOST_WAITING,
    SLOTS,
    PhotoSlots,
    photo_slot,
    read_photo,
    read_photo_form,
)
from layers.photos import MOST_BYTES
from support.harness.coroutines import run

BOUNDARY = "xxx"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


def request(body: bytes, kind: str, **headers: str) -> Request:
    """A request with a body, in pieces of 64 KiB."""
    pieces = [body[i : i + 65536] for i in range(0, len(body), 65536)] or [b""]
    names = {"content-type": kind, "host": "localhost"} | headers

    async def receive() -> dict[str, Any]:
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "headers": [(k.encode(), v.encode()) for k, v in names.items()],
        "app": SimpleNamespace(state=SimpleNamespace()),
    }
    return Request(scope, receive)


def part(name: str, value: bytes, file: str | None = None) -> bytes:
    """A field of a form; with the name of a file, that file."""
    more = "" if file is None else f'; filename="{file}"\r\nContent-Type: image/jpeg'
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    )
    return head.encode() + value + b"\r\n"


def form(*parts: bytes) -> bytes:
    """A form."""
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def test_a_body_is_read_as_far_as_it_may_be_long() -> None:
    for length in (0, 1, MOST_BYTES, MOST_BYTES + 1, MOST_BYTES + 200_000):
        content = run(read_photo(request(b"x" * length, "image/png")))
        assert len(content) == min(length, MOST_BYTES + 1)


@pytest.mark.parametrize("kind", ["image/gif", "application/json", "", FORM])
def test_a_body_of_another_kind_is_refused(kind: str) -> None:
    with pytest.raises(RequestError) as refused:
        run(read_photo(request(b"x", kind)))
    assert refused.value.status == 415


def test_a_compressed_body_is_refused() -> None:
    for read, kind in ((read_photo, "image/png"), (read_photo_form, FORM)):
        packed = request(b"x", kind, **{"content-encoding": "gzip"})
        with pytest.raises((RequestError, HTTPException)):
            run(read(packed))


@pytest.mark.parametrize(
    "name", ["a.jpg", "../../etc/passwd", "<script>.svg", "a\u202egpj.exe", ""]
)
def test_a_form_says_its_fields_and_the_file_whatever_it_is_called(name: str) -> None:
    body = form(part("request_key", b" k "), part("photo", b"pixels", name))
    fields, content = run(read_photo_form(request(body, FORM)))
    assert (fields, content) == ({"request_key": ["k"]}, b"pixels")


@pytest.mark.parametrize(
    ("parts", "length"),
    [
        ([part("request_key", b"k")], 0),
        ([part("photo", b"only a text")], 0),
        ([part("photo", b"", "")], 0),
        ([part("photo", b"x" * (MOST_BYTES + 5), "a.jpg")], MOST_BYTES + 1),
    ],
)
def test_a_form_without_a_photo_has_an_empty_one(
    parts: list[bytes], length: int
) -> None:
    _, content = run(read_photo_form(request(form(*parts), FORM)))
    assert len(content) == length


@pytest.mark.parametrize(
    "parts",
    [
        [part("photo", b"x", "a.jpg"), part("photo", b"x", "b.jpg")],
        [part(f"f{i}", b"x") for i in range(11)],
    ],
)
def test_a_form_with_more_than_one_file_or_too_many_fields_is_refused(
    parts: list[bytes],
) -> None:
    with pytest.raises(HTTPException) as refused:
        run(read_photo_form(request(form(*parts), FORM)))
    assert refused.value.status_code == 400


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "image/jpeg", "multipart/mixed"]
)
def test_a_form_of_another_kind_is_refused(kind: str) -> None:
    with pytest.raises(HTTPException) as refused:
        run(read_photo_form(request(b"a=b", kind)))
    assert refused.value.status_code == 415


def test_few_photos_are_decoded_at_once() -> None:
    async def decode_many() -> int:
        app = SimpleNamespace(state=SimpleNamespace())
        app.state.photo_slots = PhotoSlots()
        busy, most = 0, 0

        async def decode() -> None:
            nonlocal busy, most
            asking = Request({"type": "http", "app": app, "headers": []})
            async with photo_slot(asking):
                busy += 1
                most = max(most, busy)
                await asyncio.sleep(0)
                busy -= 1

        await asyncio.gather(*(decode() for _ in range(10)))
        return most

    assert run(decode_many()) == SLOTS


def test_more_photos_than_may_wait_are_sent_again_later() -> None:
    async def decode_many(number: int) -> list[object]:
        app = SimpleNamespace(state=SimpleNamespace(photo_slots=PhotoSlots()))

        async def decode() -> None:
            async with photo_slot(Request({"type": "http", "app": app, "headers": []})):
                await asyncio.sleep(0)

        refused = await asyncio.gather(
            *(decode() for _ in range(number)), return_exceptions=True
        )
        assert app.state.photo_slots.count == 0
        await decode()
        return [error for error in refused if error is not None]

    assert run(decode_many(SLOTS + MOST_WAITING)) == []
    [error] = run(decode_many(SLOTS + MOST_WAITING + 1))
    assert isinstance(error, RequestError)
    assert (error.status, error.kind) == (503, "busy")
