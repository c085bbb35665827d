"""Errors as problem+json (RFC 9457), in English and Chinese."""

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.refusals import RequestError, rule_words
from api.root_path import below_root
from gis.errors import (
    ChangedRequestError,
    CoverageError,
    CrsError,
    EditError,
    GovernanceError,
    InputFileError,
    InvalidLayerError,
    LoopError,
    MapError,
    MissingFontError,
    NotReadyError,
    NoVersionError,
    PhotoError,
    ScenarioError,
    SequenceError,
    SettingError,
    SourceError,
    StoreBusyError,
    StoreError,
    StoreUnavailableError,
    TreeError,
    UnknownEventError,
    VersionConflictError,
)
from gis.sentences import sentence
from layers.figures.question import FigureError
from layers.languages import in_language
from layers.photos import PHOTO_REASONS
from layers.words.events import STEP_REASONS

MEDIA_TYPE = "application/problem+json"
FAILED = "The service failed on this request; tell its operator when it happened."
FAILED_ZH = "服务内部出错，请联系管理员并提供出错时间。"

# class -> status, and what the user can do, in Chinese
PROBLEMS: dict[type[GovernanceError], tuple[int, str]] = {
    GovernanceError: (500, FAILED_ZH),
    InvalidLayerError: (422, "图层数据不符合要求，请按提示修改后重新提交。"),
    CoverageError: (422, "网格有重叠、缝隙或无效面，请修正边界后重新提交。"),
    TreeError: (422, "指挥圈层关系有误，请检查上级编号后重新提交。"),
    CrsError: (
        400,
        "坐标系不认识或不适用，请使用 wgs84、cgcs2000、gcj02、bd09 或 EPSG 代码。",
    ),
    EditError: (422, "边界编辑未被接受，数据没有改变，请按提示修改后重试。"),
    InputFileError: (400, "文件无法读取，请检查文件后重新提交。"),
    # of a step the reason says more: `_on_loop_error`
    LoopError: (422, "该操作不适用于事件，请按提示改正后重试。"),
    MapError: (500, "地图无法生成，请联系管理员。"),
    MissingFontError: (500, "本机缺少中文字体，请管理员安装 fonts-noto-cjk 后重试。"),
    # the reason says more: `_on_photo_error`
    PhotoError: (422, "照片未被接受，没有任何改动，请按提示处理后重新提交。"),
    ScenarioError: (422, "场景包有误，请按提示的文件和行号修改后重试。"),
    SettingError: (400, "选项无法使用，请按提示修改。"),
    # of figures the error says more: `api.routes.figures`
    FigureError: (400, "统计条件有误，请按提示修改。"),
    SourceError: (422, "来源没有登记，请先登记来源，或按 GET /sources 更正来源编号。"),
    StoreError: (409, "存储未接受本次操作，数据没有改变，请按提示处理后重试。"),
    NoVersionError: (404, "该时间没有生效的版本，请查看 /versions。"),
    ChangedRequestError: (
        422,
        "同一编号的请求以前提交过，内容不同；请原样重发，或换一个编号。",
    ),
    SequenceError: (412, "事件在查看之后又有新的操作，请重新查看后再提交。"),
    StoreBusyError: (503, "写入排队过多，请按 Retry-After 的秒数稍后重试。"),
    StoreUnavailableError: (
        503,
        "存储暂时无法使用（数据库不可达、磁盘已满或正被写入），请按 Retry-After 的秒数"
        "稍后重试；持续出现请联系管理员。",
    ),
    NotReadyError: (503, "数据正在读入，请按 Retry-After 的秒数稍后重试。"),
    UnknownEventError: (
        404,
        "没有这个事件、吹哨或区域，或不在您的查看范围内，请查看 GET /events 和 "
        "GET /model。",
    ),
    VersionConflictError: (409, "草案不是基于当前版本，请在最新版本上重做后再发布。"),
}
# status -> what HTTP itself refuses, in English and Chinese
HTTP_PROBLEMS = {
    400: (
        "The request body cannot be read; send JSON as /openapi.json describes it.",
        "请求内容无法读取，请按 /openapi.json 的说明发送 JSON。",
    ),
    401: (
        "The request has no key that is valid now, expected one in the header "
        "Authorization: Bearer; ask a steward of the store for a key.",
        "请求没有有效的密钥，请在请求头 Authorization: Bearer 中附上密钥；没有密钥请向"
        "数据管理员申请。",
    ),
    403: (
        "The key that this request came with is not for what it asks; ask with a key "
        "of a role that /openapi.json names for this path, from a page of this site.",
        "所用密钥无权进行此操作，请使用 /openapi.json 中该接口允许的角色的密钥，并从"
        "本站页面提交。",
    ),
    404: (
        "There is nothing at this path; see the paths in /openapi.json.",
        "没有这个地址，请查看 /openapi.json 中的接口列表。",
    ),
    405: (
        "This path does not take this method; see the methods in /openapi.json.",
        "该地址不支持这种请求方法，请查看 /openapi.json 中的接口列表。",
    ),
    406: (
        "No form that the header Accept allows is written here; see the forms of this "
        "path in /openapi.json.",
        "无法以请求头 Accept 要求的格式返回，请查看 /openapi.json 中该地址支持的格式。",
    ),
    408: (
        "The request did not arrive whole in time; send it again.",
        "请求未在规定时间内完整到达，请重新发送。",
    ),
    409: (
        "What this request changes is not as it expects; read it again, then decide.",
        "当前状态与请求不符，请重新读取后再操作。",
    ),
    411: (
        "The request does not say how long its body is; send the header "
        "Content-Length.",
        "请求未说明内容长度，请加上请求头 Content-Length 后重新发送。",
    ),
    412: (
        "What this request changes is no longer as If-Match says; read it again, then "
        "decide.",
        "数据已被更改，与 If-Match 不符，请重新读取后再操作。",
    ),
    413: (
        "The request body is longer than this path takes, which is 1 MiB unless "
        "/openapi.json says otherwise; send less at once.",
        "请求内容超过该地址的上限（未另行说明时为 1 MiB），请分批发送。",
    ),
    414: (
        "The address of the request is too long; send less in the query.",
        "请求地址过长，请减少查询参数。",
    ),
    415: (
        "The request body is not declared as JSON in UTF-8, expected the header "
        "Content-Type: application/json; send it with that.",
        "请求内容未声明为 UTF-8 编码的 JSON，请加上请求头 "
        "Content-Type: application/json 后重新发送。",
    ),
    422: (
        "The request is understood and a value in it is not possible; see "
        "/openapi.json, correct it.",
        "请求中的值不符合要求，请按 /openapi.json 的说明修改。",
    ),
    428: (
        "This request must say what it changes; send the header If-Match with the "
        "ETag that was read.",
        "该请求须说明所依据的版本，请在请求头 If-Match 中发送读取时的 ETag。",
    ),
    429: (
        "This client has asked too often; ask again after the seconds of Retry-After.",
        "请求过于频繁，请按 Retry-After 的秒数稍后再试。",
    ),
    431: (
        "The headers of the request are too long; send fewer or shorter ones.",
        "请求头过长，请精简后重新发送。",
    ),
    500: (FAILED, FAILED_ZH),
    503: (
        "The service has more to do than it can now; send this again after the seconds "
        "of Retry-After.",
        "服务繁忙，请按 Retry-After 的秒数稍后重试。",
    ),
}
OTHER_REFUSAL: Final = (
    "The request is refused; see /openapi.json for what this path takes.",
    "请求被拒绝，请查看 /openapi.json 中该地址的说明。",
)
"""Said where a status has no sentence of its own."""
PROBLEM_SCHEMA: Final = {
    "title": "Problem",
    "description": "A problem (RFC 9457), in English and Chinese.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "detail_zh"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "detail_zh": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
        "allowed": {
            "description": "Steps that may be taken now, of a 409.",
            "type": "array",
            "items": {
                "type": "object",
                "required": ["action", "needs_reason"],
                "properties": {
                    "action": {"type": "string"},
                    "needs_reason": {"type": "boolean"},
                },
            },
        },
    },
}
"""The component `Problem` of the OpenAPI document."""
PROBLEM_REFERENCE: Final = {
    MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}
}
ANSWERS: Final = {
    400: "The query, a header or the body cannot be read.",
    401: "There is no valid key.",
    403: "This key may not do it.",
    404: "What this path names is not there.",
    406: "No form that is accepted is written here.",
    409: "It does not fit what is there now.",
    412: "It is no longer as `If-Match` says.",
    413: "The body is too long.",
    415: "The body is of another kind.",
    422: "A value is not as this document describes it.",
    428: "`If-Match` is missing.",
    429: "Asked too often; `Retry-After` says when to ask again.",
    503: "Not now; `Retry-After` says when to ask again.",
}
"""What each problem of the OpenAPI document means."""
NOT_NOW = (
    "The store cannot be used now: its database is away, its disk is full or it is "
    "being written; what this request was writing is there whole or not at all, send "
    "it again after the seconds of Retry-After."
)
UNSHOWN: Final = {GovernanceError: FAILED, StoreUnavailableError: NOT_NOW}
"""Said instead of the text of an error, which is for the operator: the log has it."""
RETRY_AFTER_S: Final = 5
SHOWN_FAULTS: Final = 100
SHOWN_CHARACTERS: Final = 100
"""So much is repeated of a request that is wrong in many places."""
HEADERS_OF: Final = {
    401: {"WWW-Authenticate": "Bearer"},
    # nobody reads on what is too long
    413: {"Connection": "close"},
    429: {"Retry-After": str(RETRY_AFTER_S)},
    503: {"Retry-After": str(RETRY_AFTER_S)},
}
"""Headers that a status has wherever nothing else is said."""
STEP_STATUSES: Final = {
    "wrong_state": 409,
    "tasks_open": 409,
    "not_yours": 403,
    "same_key": 403,
    "below_close_at": 403,
}
"""Status by why a step is refused; of every other reason it is 422."""
PHOTO_STATUSES: Final = {
    "too_long": 413,
    "in_memory": 503,
    "no_folder": 503,
    "lost": 404,
}
"""Status by why a photo is refused; of every other reason it is 422."""
NO_VERSION: Final = "no-version"
"""Kind of the problem that no version is in force then."""


ADDRESS: Final = re.compile(
    r"""[a-z][a-z0-9+.-]*://[^\s'"]+               # of a database or a file
    | (?P<quote>['"])(?:~|\.{0,2})/\w.*?(?P=quote) # a path in quotes, blanks and all
    | (?P<mark>['"])[A-Za-z]:[\\/].*?(?P=mark)
    | (?<![\w.:/])[A-Za-z]:\\[^\s'"]+
    | (?<![\w.:/])(?:~|\.{1,2})?/[\w-]+(?:[./][\w-]+)+
    | '[^\s'"/]*:\d+/[^\s'"]*'                   # host, port and name
    """,
    re.VERBOSE,
)
"""A path or an address of the server."""

logger = logging.getLogger("uvicorn.error")


def install_handlers(app: FastAPI) -> None:
    """Make every error of the app a problem document."""
    app.add_exception_handler(GovernanceError, _on_governance_error)
    app.add_exception_handler(LoopError, _on_loop_error)
    app.add_exception_handler(PhotoError, _on_photo_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(RequestError, _on_refused_request)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(Exception, _on_failure)


async def problem_of(request: Request, error: Exception) -> Response:
    """Return the problem document of an error, as if nothing had caught it.

    Parameters
    ----------
    request
        What failed.
    error
        How.
    """
    handlers = request.app.exception_handlers
    kind = next(kind for kind in type(error).__mro__ if kind in handlers)
    answer: Response = await handlers[kind](request, error)
    return answer


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what an operation may answer besides its own model, for `responses`.

    Parameters
    ----------
    statuses
        Those of `ANSWERS` that it sends; `EVERYWHERE` holds for all operations.

    Examples
    --------
    >>> answers(404)[404]["description"]
    'What this path names is not there.'
    """
    return {
        status: {"description": ANSWERS[status], "content": PROBLEM_REFERENCE}
        for status in statuses
    }


EVERYWHERE: Final = answers(400, 401, 403, 413, 429, 503)
"""What every operation may answer."""


def problem(
    status: int,
    kind: str,
    detail: str,
    detail_zh: str,
    errors: Sequence[Mapping[str, Any]] = (),
    **members: object,
) -> Response:
    """Return a problem document; `kind` is the stable last part of its type."""
    body: dict[str, object] = {
        "type": f"urn:pagoda:problem:{kind}",
        "title": kind.replace("-", " "),
        "status": status,
        "detail": below_root(detail),
        "detail_zh": below_root(detail_zh),
    }
    if errors:
        body["errors"] = [
            {
                name: below_root(value) if isinstance(value, str) else value
                for name, value in error.items()
            }
            for error in errors
        ]
    body |= members
    return Response(orjson.dumps(body), status, HEADERS_OF.get(status), MEDIA_TYPE)


def refused_by_http(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Return the problem of a status, or a bare answer where it is no refusal.

    Parameters
    ----------
    status
        Any status of HTTP.
    headers
        Sent with it, before those that the status has by itself.

    Examples
    --------
    >>> refused_by_http(429, {"Retry-After": "7"}).headers["retry-after"]
    '7'
    """
    if status < 400:
        return Response(None, status, headers)
    sentences = HTTP_PROBLEMS.get(status, OTHER_REFUSAL)
    response = problem(status, "http-error", *sentences)
    response.headers.update(headers or {})
    return response


def unknown_grid(grid_id: str, place: str) -> Response:
    """Return the problem of a grid that is not there.

    Parameters
    ----------
    grid_id
        What was asked for.
    place
        Where it was looked for, as the sentence names it.
    """
    return problem(
        404,
        "unknown-grid",
        f"{place} has no grid {grid_id!r} then; see /model for the grids in force.",
        "该时间没有这个网格，请在 /model 查看有效网格。",
    )


def unknown_place(place_id: str) -> Response:
    """Return the problem of a place that is not there, or not for who asks.

    Parameters
    ----------
    place_id
        What was asked for.
    """
    return problem(
        404,
        "unknown-place",
        f"There is no coded place {place_id!r} on that day; take an id from "
        "/inspections/due or the map.",
        "该日没有这个赋码场所，请在 /inspections/due 或地图上查找编号。",
    )


def without_addresses(text: str) -> str:
    """Return a text without paths and addresses of the server.

    Examples
    --------
    >>> without_addresses("Store '/srv/town data/s.gpkg' is damaged; take an export.")
    'Store … is damaged; take an export.'
    """
    return ADDRESS.sub("…", text)


async def _on_governance_error(_: Request, error: Exception) -> Response:
    error_class = next(kind for kind in type(error).__mro__ if kind in PROBLEMS)
    status, text_zh = PROBLEMS[error_class]
    if status >= 500:
        logger.error("%s: %s", error_class.__name__, error)
    faults = error.faults if isinstance(error, InvalidLayerError) else ()
    errors = [
        fault._asdict()
        | {
            "rule": without_addresses(fault.rule),
            "rule_zh": without_addresses(in_language(fault.rule, "zh")),
        }
        for fault in faults
    ]
    detail, detail_zh = UNSHOWN.get(error_class), text_zh
    if detail is None:
        detail, detail_zh = _details(error, text_zh)
    return problem(status, _kind(error_class.__name__), detail, detail_zh, errors)


def _details(error: Exception, text_zh: str) -> tuple[str, str]:
    """Return what an error says, and that in Chinese or what its kind says there."""
    detail = without_addresses(str(error))
    detail_zh = without_addresses(in_language(error, "zh"))
    return detail, detail_zh if detail_zh != detail else text_zh


async def _on_loop_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, LoopError)  # noqa: S101  registered for it
    if not error.reason:
        return await _on_governance_error(request, error)
    status = STEP_STATUSES.get(error.reason, PROBLEMS[LoopError][0])
    members: dict[str, Any] = {}
    if status == 409:
        pairs = [{"action": a, "needs_reason": needs} for a, needs in error.allowed]
        members["allowed"] = pairs
    kind = error.reason.replace("_", "-")
    detail, detail_zh = _details(error, f"{STEP_REASONS[error.reason].zh}。")
    return problem(status, kind, detail, detail_zh, **members)


async def _on_photo_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, PhotoError)  # noqa: S101  registered for it
    if not error.reason:
        return await _on_governance_error(request, error)
    status = PHOTO_STATUSES.get(error.reason, PROBLEMS[PhotoError][0])
    kind, words = error.reason.replace("_", "-"), PHOTO_REASONS[error.reason]
    return problem(status, f"photo-{kind}", words.en, words.zh)


async def _on_refused_request(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestError)  # noqa: S101  registered for it
    return problem(error.status, error.kind, error.detail, error.detail_zh)


async def _on_invalid_request(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  registered for it
    faults = []
    for fault in error.errors()[:SHOWN_FAULTS]:
        words = rule_words(fault)
        field = ".".join(str(name)[:SHOWN_CHARACTERS] for name in fault["loc"])
        faults.append({"field": field, "rule": words.en, "rule_zh": words.zh})
    first, count = faults[0], len(error.errors())
    number = (
        "1 fault" if count == 1 else sentence("{count} faults, the first", count=count)
    )
    more_zh = "" if count == 1 else f"，共 {count} 处，其余见 errors"
    return problem(
        422,
        "invalid-request",
        f"The request has {number}: {first['field']}: {first['rule']}; correct it.",
        f"请求内容不符合要求：{first['field']} {first['rule_zh']}{more_zh}；"
        "请改正后重试。",
        faults,
    )


async def _on_http_exception(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  registered for it
    return refused_by_http(error.status_code, error.headers)


async def _on_failure(_: Request, __: Exception) -> Response:
    return problem(500, "internal-error", *HTTP_PROBLEMS[500])


def _kind(class_name: str) -> str:
    """Return CoverageError as coverage-error."""
    if class_name == NoVersionError.__name__:
        return NO_VERSION
    parts = "".join(f"-{c.lower()}" if c.isupper() else c for c in class_name)
    return parts.lstrip("-")
