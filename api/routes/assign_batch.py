"""Whose are many positions."""

import asyncio
import json
from contextlib import ExitStack
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from api.admission import Door, declared_kind
from api.deps import desk_of
from api.errors import PROBLEM_REFERENCE, problem
from api.schemas.batch import BatchIn
from api.schemas.media import preferred
from api.security import ANYBODY, visitor_of
from api.service.assignment.batch import (
    CHARSETS,
    DOCUMENTS,
    GEOJSON,
    GROWTH,
    MOST_DOCUMENT_BYTES,
    OTHER_TABLE,
    Batch,
    UnwantedError,
    answer_batch,
)
from api.spool import (
    SlowBodyError,
    SpooledResponse,
    run_while_wanted,
    spool_body,
    temporary_file,
)
from layers.languages import in_both_languages

router = APIRouter(route_class=Door, tags=["assign"], dependencies=[Depends(ANYBODY)])

_CONTENT: Final[dict[str, Any]] = {
    kind: {"schema": {"type": "string"}} for kind in CHARSETS
}
# what is JSON as a whole is described as that
_CONTENT[GEOJSON] = {
    "schema": {
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": {"const": "FeatureCollection"},
            "features": {"type": "array", "items": {"type": "object"}},
        },
    }
}
BODY: Final[dict[str, Any]] = {"requestBody": {"required": True, "content": _CONTENT}}
_PROBLEMS: Final = {
    400: "The query or the body cannot be read; the line or batch is named.",
    404: "No version of the grids was in force then.",
    413: "The body is longer than PAGODA_MAX_BATCH_BYTES (1 GiB unless set), or it is "
    "GeoJSON, a workbook or CSV to be answered as one, of more than 64 MiB.",
    415: "The body is declared as none of the five formats, or is compressed.",
    422: "A parameter is not as this document describes it.",
    429: "This client asks too often.",
    503: "As many batches as may be are being answered, or there is no room for more.",
}
RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Every row and field as it came, in the format in which it "
        "came, with the columns that `pagoda assign` adds. CSV comes back as a "
        "workbook, and a workbook as CSV, where `Accept` prefers that.",
        "content": _CONTENT,
        "headers": {
            "Pagoda-Revision": {
                "description": "Revision of the store that all were answered from.",
                "schema": {"type": "integer"},
            },
            "Pagoda-Notices": {
                "description": "What is to be known of a workbook: sheets that it "
                "hides, macros that are not run; a JSON list of texts `en` and `zh`, "
                "in ASCII. Left out where there is nothing.",
                "schema": {"type": "string", "contentMediaType": "application/json"},
            },
        },
    },
    **{
        status: {"description": text, "content": PROBLEM_REFERENCE}
        for status, text in _PROBLEMS.items()
    },
}


@router.post("/assign/batch", responses=RESPONSES, openapi_extra=BODY)
async def assign_batch(
    request: Request, query: Annotated[BatchIn, Depends(BatchIn)]
) -> Response:
    """Return every row of a stream with the columns that say whose it is."""
    kind, charsets = declared_kind(request.headers.get("content-type", ""))
    encodings = request.headers.get("content-encoding", "identity").lower()
    if (
        kind not in CHARSETS
        or not charsets <= CHARSETS[kind]
        or encodings != "identity"
    ):
        return _wrong_media()
    slots: asyncio.Semaphore = request.app.state.batch_slots
    if slots.locked():
        return _busy()
    with ExitStack() as stack:
        await slots.acquire()
        stack.callback(slots.release)
        try:
            return await _answer(request, query, kind, stack)
        except (ClientDisconnect, UnwantedError):
            # nobody reads it
            return Response(status_code=400)
        except SlowBodyError:
            return _slow()


async def _answer(
    request: Request, query: BatchIn, kind: str, stack: ExitStack
) -> Response:
    """Return the answer; what it holds open is left to it by the stack."""
    body = stack.enter_context(await spool_body(request))
    length = body.seek(0, 2)
    body.seek(0)
    target = temporary_file()
    stack.callback(target.close)
    most_bytes = GROWTH * request.app.state.max_batch_bytes
    batch = Batch(kind, body, target, most_bytes, is_other=_wants_other(request, kind))
    if {kind, batch.answer_kind} & DOCUMENTS and length > MOST_DOCUMENT_BYTES:
        raise HTTPException(413)
    desk, question = desk_of(request), query.question()
    answer = await run_while_wanted(
        request,
        lambda is_unwanted: answer_batch(
            desk,
            question,
            batch._replace(is_unwanted=is_unwanted),
            has_persons=visitor_of(request) is not None,
        ),
    )
    headers = {"Pagoda-Revision": str(answer.revision), "Vary": "Accept"}
    if answer.notices:
        headers["Pagoda-Notices"] = json.dumps(
            [
                {"en": words.en, "zh": words.zh}
                for words in map(in_both_languages, answer.notices)
            ]
        )
    return SpooledResponse(target, batch.answer_kind, headers, stack.pop_all().close)


def _wants_other(request: Request, kind: str) -> bool:
    """Say whether a table is to be answered in the other format of tables."""
    accept, other = request.headers.getlist("accept"), OTHER_TABLE.get(kind)
    return other is not None and preferred(accept, kind, other) == other


def _wrong_media() -> Response:
    kinds = ", ".join(CHARSETS)
    return problem(
        415,
        "http-error",
        f"The request body is not declared as one of {kinds}, or it is compressed; "
        "send one of them as it is.",
        f"请求内容的 Content-Type 应为 {kinds} 之一，且不得压缩，请改正后重新发送。",
    )


def _busy() -> Response:
    return problem(
        503,
        "busy",
        "As many batches as the service takes at once are being answered; send this "
        "one again after the seconds of Retry-After.",
        "正在处理的批量请求已达上限，请按 Retry-After 的秒数稍后重试。",
    )


def _slow() -> Response:
    response = problem(
        400,
        "slow-body",
        "The request body did not arrive whole within ten minutes; send fewer rows at "
        "once.",
        "请求内容未能在十分钟内完整到达，请分批发送。",
    )
    response.headers["Connection"] = "close"
    return response
