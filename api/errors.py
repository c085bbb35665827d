"""Errors as problem+json (RFC 9457), in English and Chinese."""

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from gis.errors import (
    CoverageError,
    CrsError,
    GovernanceError,
    InputFileError,
    InvalidLayerError,
    MapError,
    MissingFontError,
    NoVersionError,
    SettingError,
    StoreError,
    StoreUnavailableError,
    TreeError,
    VersionConflictError,
)

MEDIA_TYPE = "application/problem+json"

# class -> status, and what the user can do, in Chinese
PROBLEMS: dict[type[GovernanceError], tuple[int, str]] = {
    GovernanceError: (500, "服务内部出错，请联系管理员并提供出错时间。"),
    InvalidLayerError: (422, "图层数据不符合要求，请按提示修改后重新提交。"),
    CoverageError: (422, "网格有重叠、缝隙或无效面，请修正边界后重新提交。"),
    TreeError: (422, "指挥圈层关系有误，请检查上级编号后重新提交。"),
    CrsError: (
        400,
        "坐标系不认识或不适用，请使用 wgs84、cgcs2000、gcj02、bd09 或 EPSG 代码。",
    ),
    InputFileError: (400, "文件无法读取，请检查文件后重新提交。"),
    MapError: (500, "地图无法生成，请联系管理员。"),
    MissingFontError: (500, "本机缺少中文字体，请管理员安装 fonts-noto-cjk 后重试。"),
    SettingError: (400, "选项无法使用，请按提示修改。"),
    StoreError: (409, "存储未接受本次操作，数据没有改变，请按提示处理后重试。"),
    NoVersionError: (404, "该时间没有生效的版本，请查看 /versions。"),
    StoreUnavailableError: (
        503,
        "存储暂时无法使用（数据库不可达、磁盘已满或正被写入），请按 Retry-After 的秒数"
        "稍后重试；持续出现请联系管理员。",
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
    413: (
        "The request body is longer than 1 MiB, the most that this path takes; send "
        "less at once.",
        "请求内容超过 1 MiB 的上限，请分批发送。",
    ),
    415: (
        "The request body is not declared as JSON in UTF-8, expected the header "
        "Content-Type: application/json; send it with that.",
        "请求内容未声明为 UTF-8 编码的 JSON，请加上请求头 "
        "Content-Type: application/json 后重新发送。",
    ),
    429: (
        "This client has asked for too many places; ask again after the seconds of "
        "Retry-After.",
        "查询场所过于频繁，请按 Retry-After 的秒数稍后再试。",
    ),
}
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
    },
}
"""The component `Problem` of the OpenAPI document."""
PROBLEM_REFERENCE: Final = {
    MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}
}
# what every path of the OpenAPI document may answer besides its own model
PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    400: {
        "description": "The query or the body cannot be read.",
        "content": PROBLEM_REFERENCE,
    },
    422: {
        "description": "A value is not as this document describes it.",
        "content": PROBLEM_REFERENCE,
    },
    "default": {"description": "Any other problem.", "content": PROBLEM_REFERENCE},
}
ACCESS_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    401: {
        "description": "A key is sent that is not valid, or none where one is needed.",
        "content": PROBLEM_REFERENCE,
    },
    403: {
        "description": "The key is not for this, or there is none yet and a caller "
        "from beyond this machine.",
        "content": PROBLEM_REFERENCE,
    },
}
"""What the look at who asks may answer on every path."""
FAILED = "The service failed on this request; tell its operator when it happened."
NOT_NOW = (
    "The store cannot be used now: its database is away, its disk is full or it is "
    "being written; what this request was writing is there whole or not at all, send "
    "it again after the seconds of Retry-After."
)
UNSHOWN: Final = {GovernanceError: FAILED, StoreUnavailableError: NOT_NOW}
"""Said instead of the text of an error, which is for the operator: the log has it."""
RETRY_AFTER_S: Final = 5
NO_VERSION: Final = "no-version"
"""Kind of the problem that no version is in force then."""
INVALID_ZH = "请求内容不符合要求，请按 errors 中的提示修改后重试。"


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
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(Exception, _on_failure)


def problem(
    status: int, kind: str, detail: str, detail_zh: str, errors: Sequence[object] = ()
) -> Response:
    """Return a problem document; `kind` is the stable last part of its type."""
    body = {
        "type": f"urn:pagoda:problem:{kind}",
        "title": kind.replace("-", " "),
        "status": status,
        "detail": detail,
        "detail_zh": detail_zh,
    }
    if errors:
        body["errors"] = list(errors)
    headers = {"Retry-After": str(RETRY_AFTER_S)} if status == 503 else None
    return Response(orjson.dumps(body), status, headers, MEDIA_TYPE)


def refused_by_http(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Return the problem of a status of `HTTP_PROBLEMS`."""
    response = problem(status, "http-error", *HTTP_PROBLEMS[status])
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
        fault._replace(rule=without_addresses(fault.rule))._asdict() for fault in faults
    ]
    detail = UNSHOWN.get(error_class) or without_addresses(str(error))
    return problem(status, _kind(error_class.__name__), detail, text_zh, errors)


async def _on_invalid_request(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  registered for it
    faults = [
        {
            "field": ".".join(map(str, fault["loc"])),
            "rule": fault["msg"].removeprefix("Value error, "),
        }
        for fault in error.errors()
    ]
    first = f"{faults[0]['field']}: {faults[0]['rule']}"
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults, the first"
    detail = f"The request has {count}: {first}; correct it."
    return problem(422, "invalid-request", detail, INVALID_ZH, faults)


async def _on_http_exception(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  registered for it
    # Starlette raises no others by itself
    return refused_by_http(error.status_code, error.headers)


async def _on_failure(_: Request, __: Exception) -> Response:
    return problem(500, "internal-error", FAILED, PROBLEMS[GovernanceError][1])


def _kind(class_name: str) -> str:
    """Return CoverageError as coverage-error."""
    if class_name == NoVersionError.__name__:
        return NO_VERSION
    parts = "".join(f"-{c.lower()}" if c.isupper() else c for c in class_name)
    return parts.lstrip("-")
