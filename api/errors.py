"""Errors as problem+json (RFC 9457), in English and Chinese."""

from collections.abc import Sequence
from typing import Any

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
    SettingError,
    StoreError,
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
    VersionConflictError: (409, "草案不是基于当前版本，请在最新版本上重做后再发布。"),
}
# status -> what HTTP itself refuses, in English and Chinese
HTTP_PROBLEMS = {
    400: (
        "The request body cannot be read; send JSON as /openapi.json describes it.",
        "请求内容无法读取，请按 /openapi.json 的说明发送 JSON。",
    ),
    404: (
        "There is nothing at this path; see the paths in /openapi.json.",
        "没有这个地址，请查看 /openapi.json 中的接口列表。",
    ),
    405: (
        "This path does not take this method; see the methods in /openapi.json.",
        "该地址不支持这种请求方法，请查看 /openapi.json 中的接口列表。",
    ),
}
# what every path of the OpenAPI document may answer besides its own model
PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A problem (RFC 9457), in English and Chinese.",
        "content": {
            MEDIA_TYPE: {
                "schema": {
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
            }
        },
    }
}
FAILED = "The service failed on this request; tell its operator when it happened."
INVALID_ZH = "请求内容不符合要求，请按 errors 中的提示修改后重试。"


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
    return Response(orjson.dumps(body), status, media_type=MEDIA_TYPE)


async def _on_governance_error(_: Request, error: Exception) -> Response:
    error_class = next(kind for kind in type(error).__mro__ if kind in PROBLEMS)
    status, text_zh = PROBLEMS[error_class]
    faults = error.faults if isinstance(error, InvalidLayerError) else ()
    errors = [fault._asdict() for fault in faults]
    return problem(status, _kind(error_class.__name__), str(error), text_zh, errors)


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
    detail, detail_zh = HTTP_PROBLEMS[error.status_code]
    response = problem(error.status_code, "http-error", detail, detail_zh)
    response.headers.update(error.headers or {})
    return response


async def _on_failure(_: Request, __: Exception) -> Response:
    return problem(500, "internal-error", FAILED, PROBLEMS[GovernanceError][1])


def _kind(class_name: str) -> str:
    """Return CoverageError as coverage-error."""
    parts = "".join(f"-{c.lower()}" if c.isupper() else c for c in class_name)
    return parts.lstrip("-")
