"""Errors as problem+json (RFC 9457), in English and Chinese."""

from collections.abc import Sequence

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
    SettingError,
    TreeError,
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
    SettingError: (400, "选项无法使用，请按提示修改。"),
}
NOT_FOUND_ZH = "没有这个地址，请查看 /openapi.json 中的接口列表。"
INVALID_ZH = "请求内容不符合要求，请按 errors 中的提示修改后重试。"


def install_handlers(app: FastAPI) -> None:
    """Make every error of the app a problem document."""
    app.add_exception_handler(GovernanceError, _on_governance_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)


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
    known = next(kind for kind in type(error).__mro__ if kind in PROBLEMS)
    status, text_zh = PROBLEMS[known]
    return problem(status, _kind(known.__name__), str(error), text_zh)


async def _on_invalid_request(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  registered for it
    faults = [
        {"field": ".".join(map(str, fault["loc"])), "rule": fault["msg"]}
        for fault in error.errors()
    ]
    first = f"{faults[0]['field']}: {faults[0]['rule']}"
    detail = f"The request has {len(faults)} faults, the first is {first}; correct it."
    return problem(422, "invalid-request", detail, INVALID_ZH, faults)


async def _on_http_exception(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  registered for it
    return problem(error.status_code, "http-error", f"{error.detail}.", NOT_FOUND_ZH)


def _kind(class_name: str) -> str:
    """Return CoverageError as coverage-error."""
    parts = "".join(f"-{c.lower()}" if c.isupper() else c for c in class_name)
    return parts.lstrip("-")
