"""Photos in requests: as a body of their own, or in the form of a page."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api.json_text import refuse_encoded
from api.refusals import RequestError
from api.schemas.desk_fields import Fields, read_fields
from layers.photos import MOST_BYTES

MOST_UPLOAD_BYTES: Final = 4 * MOST_BYTES
"""So much is read of a body, so that whoever sends too much reads why."""
SLOTS: Final = 2
"""So many photos are decoded at once."""
MOST_WAITING: Final = 16
"""So many more wait for that, in memory."""
MULTIPART: Final = "multipart/form-data"
NAME: Final = "photo"
"""The field of the file."""
MOST_FIELDS: Final = 10


async def read_photo(request: Request) -> bytes:
    """Return a body that is a photo, or as much of it as shows that it is too long.

    Parameters
    ----------
    request
        Declared as JPEG or PNG; what it is shows when it is decoded.

    Raises
    ------
    RequestError
        415, if it is declared as something else.
    """
    refuse_encoded(request.headers.raw)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"image/jpeg", "image/png"}:
        raise RequestError(
            415,
            "http-error",
            "The request body is not declared as image/jpeg or image/png; send the "
            "photo as it is, with that header Content-Type.",
            "请求内容未声明为 image/jpeg 或 image/png，请直接发送照片文件，并加上相应的"
            "请求头 Content-Type。",
        )
    content = bytearray()
    async for piece in request.stream():
        content += piece[: MOST_BYTES + 1 - len(content)]
    return bytes(content)


async def read_photo_form(request: Request) -> tuple[Fields, bytes]:
    """Return what the form of a photo says, and the file; the name of that is not kept.

    Parameters
    ----------
    request
        Whose body is the form.

    Raises
    ------
    HTTPException
        If it is none.
    """
    refuse_encoded(request.headers.raw)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != MULTIPART:
        raise HTTPException(415)
    async with request.form(max_files=1, max_fields=MOST_FIELDS) as form:
        pairs = form.multi_items()
        fields = read_fields([(k, v) for k, v in pairs if isinstance(v, str)])
        file = form.get(NAME)
        if not isinstance(file, UploadFile):
            return fields, b""
        return fields, await file.read(MOST_BYTES + 1)


class PhotoSlots:
    """How many photos are decoded, and how many wait for that.

    Examples
    --------
    >>> PhotoSlots().count
    0
    """

    def __init__(self) -> None:
        self.free = asyncio.Semaphore(SLOTS)
        self.count = 0


@asynccontextmanager
async def photo_slot(request: Request) -> AsyncIterator[None]:
    """Wait until few enough photos are decoded for one more.

    Parameters
    ----------
    request
        To the application, which counts them.

    Raises
    ------
    RequestError
        503, if too many wait already.
    """
    slots: PhotoSlots = request.app.state.photo_slots
    if slots.count >= SLOTS + MOST_WAITING:
        raise RequestError(
            503,
            "busy",
            "As many photos as the service takes at once are waiting; send this one "
            "again after the seconds of Retry-After.",
            "等待处理的照片已达上限，请按 Retry-After 的秒数稍后重新提交。",
        )
    slots.count += 1
    try:
        async with slots.free:
            yield
    finally:
        slots.count -= 1
