"""What is sent to `POST /events`, in any of its forms, to one event.

It is JSON as `EventIn` describes it, or a CloudEvent 1.0 over HTTP: structured, all of
it in the body; or binary, its attributes in headers `ce-*` and its data in the body.
Then `source`, `id` and `type` are the source, the id and the kind, `time` is when it
occurred, and the data has the rest; what the data says of kind and time goes first.
Attributes that an event has no member for are left out.
"""

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from pydantic import ValidationError

from api.json_text import JSON, Headers, read_json, refuse_encoded, shown, utf8_kind
from api.refusals import RequestError, refused_value, refused_values
from api.schemas.events import EventIn
from gis.written_time import read_time

STRUCTURED: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch"
SPECVERSION: Final = "1.0"
REQUIRED: Final = ("specversion", "id", "source", "type")
CORE: Final = frozenset((*REQUIRED, "time", "datacontenttype", "dataschema", "subject"))
DATA: Final = frozenset(("data", "data_base64"))
EVENT_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "One event: JSON, or a CloudEvent 1.0, structured or binary. Of "
        "a CloudEvent source, id, type and time are source, id, kind and occurred_at; "
        "its data has the other members.",
        "content": {
            JSON: {"schema": EventIn.model_json_schema()},
            STRUCTURED: {
                "schema": {
                    "type": "object",
                    "required": list(REQUIRED),
                    "properties": {
                        "specversion": {"const": SPECVERSION},
                        "id": {"type": "string", "minLength": 1},
                        "source": {"type": "string", "minLength": 1},
                        "type": {"type": "string", "minLength": 1},
                        "time": {"type": "string", "format": "date-time"},
                        "datacontenttype": {"type": "string"},
                        "data": {"type": "object"},
                        "data_base64": {"type": "string", "format": "byte"},
                    },
                }
            },
        },
    }
}
"""The request body in the OpenAPI document."""

_PREFIX: Final = b"ce-"
_NAME: Final = re.compile(r"[a-z0-9]+")
_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PRINTABLE: Final = re.compile(rb"[\x20-\x7e]*")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
# control characters and the code points that are none (Unicode 23.7)
_NO_TEXT: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
    + "]"
)


def read_event(headers: Headers, body: bytes) -> EventIn:
    """Return the event that a request sends.

    Parameters
    ----------
    headers
        All of them as they came, names in lower case.
    body
        As it was sent.

    Raises
    ------
    RequestError
        400 where body, headers or envelope cannot be read, 415 where they are of a form
        that is not taken.
    RequestValidationError
        Where a value is not as `EventIn` describes it.

    Examples
    --------
    >>> headers = [(b"content-type", b"application/json")]
    >>> read_event(headers, b'{"source": "hotline", "id": "H-1", "kind": "noise"}').id
    'H-1'
    """
    pairs = list(headers)
    refuse_encoded(pairs)
    attributes = [(n[3:], value) for n, value in pairs if n.startswith(_PREFIX)]
    content_type = _content_type(pairs)
    kind = utf8_kind(content_type)
    if kind == STRUCTURED:
        return _structured(read_json(body))
    if _is_cloud_event(content_type):
        raise _not_taken(content_type)
    if attributes:
        return _binary(_attributes(attributes), content_type, body)
    if kind != JSON:
        raise _not_taken(content_type)
    return _event(_object(read_json(body)))


def _content_type(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the content type; empty where there is none."""
    values = [value for name, value in headers if name == b"content-type"]
    if len(values) > 1:
        raise _no_event(
            "the header Content-Type twice", "Content-Type 请求头出现了两次"
        )
    return values[0].decode("latin-1").strip() if values else ""


def _is_cloud_event(content_type: str) -> bool:
    return content_type.lower().startswith("application/cloudevents")


def _is_json(content_type: str) -> bool:
    """Say whether a content type declares JSON as CloudEvents do: also `a/b+json`."""
    _, _, subtype = utf8_kind(content_type).partition("/")
    return subtype == "json" or subtype.endswith("+json")


def _attributes(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the attributes of headers by name."""
    pairs = [(name.decode("latin-1"), value) for name, value in headers]
    for name, count in Counter(name for name, _ in pairs).items():
        header = shown(f"ce-{name}")
        if count > 1:
            raise _no_event(
                f"the header {header} {count} times, expected it once",
                f"请求头 {header} 出现了 {count} 次，只能出现一次",
            )
        if name == "datacontenttype":
            raise _no_event(
                f"the header {header}, expected Content-Type in its place",
                f"不应有请求头 {header}，应使用 Content-Type",
            )
        if name == "data":
            raise _no_event(
                f"the header {header}, expected its data in the body",
                f"不应有请求头 {header}，数据应放在请求内容中",
            )
    return {name: _header_value(name, value) for name, value in pairs}


def _header_value(name: str, value: bytes) -> str:
    """Return what a header says: unquoted, then percent-decoded once."""
    header = shown(f"ce-{name}")
    raw = value.strip(b" \t")
    if not _PRINTABLE.fullmatch(raw):
        raise _no_event(
            f"signs that are not ASCII in the header {header}, expected them "
            "percent-encoded in UTF-8",
            f"请求头 {header} 含有非 ASCII 字符，应按 UTF-8 百分号编码",
        )
    text = raw.decode("ascii")
    if '"' in text:
        match = _QUOTED.fullmatch(text)
        if match is None:
            raise _no_event(
                f"a stray quotation mark in the header {header}, expected %22",
                f"请求头 {header} 中有多余的引号，应写作 %22",
            )
        text = re.sub(r"\\(.)", r"\1", match[1])
    if _PERCENT.search(text):
        raise _no_event(
            f"a percent sign that encodes nothing in the header {header}, expected %25",
            f"请求头 {header} 中的百分号不是编码，应写作 %25",
        )
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError as error:
        raise _no_event(
            f"bytes that are no UTF-8 in the header {header}, expected UTF-8, "
            "percent-encoded",
            f"请求头 {header} 的百分号编码不是有效的 UTF-8",
        ) from error


def _binary(attributes: Mapping[str, str], content_type: str, body: bytes) -> EventIn:
    """Return the event of headers and data."""
    _check(attributes)
    if not body:
        return _merged(attributes, {})
    if not _is_json(content_type):
        raise _not_taken(content_type)
    return _merged(attributes, _object(read_json(body)))


def _structured(document: object) -> EventIn:
    """Return the event of an envelope."""
    if not isinstance(document, dict):
        raise _no_event("no object in its body", "请求内容不是 JSON 对象")
    attributes = {
        name: value
        for name, value in document.items()
        if name not in DATA and value is not None
    }
    _check(attributes)
    return _merged(attributes, _data(document))


def _data(document: Mapping[str, object]) -> Mapping[str, object]:
    """Return the data of an envelope; nothing where it has none."""
    if document.keys() >= DATA:
        raise _no_event(
            "both data and data_base64, expected one", "data 与 data_base64 只能有一个"
        )
    content_type = document.get("datacontenttype")
    data = document.get("data")
    text = document.get("data_base64")
    if text is not None:
        if content_type is None:
            raise _no_event(
                "data_base64 without datacontenttype, expected application/json there",
                "使用 data_base64 时必须写明 datacontenttype 为 application/json",
            )
        data = text
    if data is None:
        return {}
    if content_type is not None and not _is_json(str(content_type)):
        raise _not_taken(str(content_type))
    return _object(data if text is None else read_json(_decoded(text)), "data")


def _decoded(text: object) -> bytes:
    """Return the bytes of Base64."""
    try:
        return base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _no_event(
            "data_base64 that is no Base64, expected it as RFC 4648 writes it",
            "data_base64 不是有效的 Base64 编码",
        ) from error


def _check(attributes: Mapping[str, object]) -> None:
    """Refuse attributes that are not as the specification asks."""
    for name, value in attributes.items():
        if not _NAME.fullmatch(name):
            raise _no_event(
                f"an attribute {shown(name)}, expected names of lower-case letters and "
                "digits",
                f"属性名 {shown(name)} 只能由小写字母和数字组成",
            )
        if not isinstance(value, str | bool | int) or (
            name in CORE and not isinstance(value, str)
        ):
            raise _no_event(
                f"the attribute {shown(name)} that is no text, expected text",
                f"属性 {shown(name)} 必须是文本",
            )
        if isinstance(value, str) and _NO_TEXT.search(value):
            raise _no_event(
                f"a control character in the attribute {shown(name)}, expected none",
                f"属性 {shown(name)} 含有控制字符",
            )
    for name in REQUIRED:
        if not attributes.get(name):
            raise _no_event(
                f"no attribute {name}, expected {', '.join(REQUIRED)}, none of them "
                "empty",
                f"缺少属性 {name} 或其为空，{'、'.join(REQUIRED)} 均为必填",
            )
    if attributes["specversion"] != SPECVERSION:
        version = shown(str(attributes["specversion"]))
        raise _no_event(
            f"the specversion {version}, expected '{SPECVERSION}'",
            f"specversion 为 {version}，只接受 {SPECVERSION}",
        )
    if "time" in attributes:
        _check_time(str(attributes["time"]))


def _check_time(text: str) -> None:
    """Refuse a time that is none of RFC 3339."""
    try:
        is_time = bool(_TIME.fullmatch(text) and read_time(text))
    except ValueError:
        is_time = False
    if not is_time:
        raise _no_event(
            f"the time {shown(text)}, expected one such as '2026-09-01T08:15:00+08:00'",
            f"time 为 {shown(text)}，应形如 2026-09-01T08:15:00+08:00",
        )


def _merged(attributes: Mapping[str, object], data: Mapping[str, object]) -> EventIn:
    """Return the event of attributes and data; what they say twice must agree."""
    lost = sorted((attributes.keys() - CORE) & EventIn.model_fields.keys())
    if lost:
        raise _no_event(
            f"the attribute {lost[0]} beside its data, expected it in the data",
            f"字段 {lost[0]} 应放在 data 中，不能作为属性",
        )
    members: dict[str, object] = {"kind": attributes["type"]}
    if "time" in attributes:
        members["occurred_at"] = attributes["time"]
    members |= {name: value for name, value in data.items() if value is not None}
    for name in ("source", "id"):
        if members.setdefault(name, attributes[name]) != attributes[name]:
            raise refused_value("other_attribute", "data", name, name=name)
    return _event(members)


def _object(value: object, *names: str) -> Mapping[str, object]:
    """Return an object with the members of an event."""
    if isinstance(value, dict):
        return value
    raise refused_value("no_object", *names)


def _event(members: Mapping[str, object]) -> EventIn:
    try:
        return EventIn.model_validate(members)
    except ValidationError as error:
        raise refused_values(error) from error


def _no_event(rule: str, rule_zh: str) -> RequestError:
    return RequestError(
        400,
        "invalid-cloud-event",
        f"The CloudEvent has {rule}; correct it as CloudEvents 1.0 describes.",
        f"CloudEvent 不符合规范：{rule_zh}；请按 CloudEvents 1.0 改正后重新发送。",
    )


def _not_taken(content_type: str) -> RequestError:
    declared = f"declared as {shown(content_type)}" if content_type else "not declared"
    found_zh = f"内容类型为 {shown(content_type)}" if content_type else "未声明内容类型"
    if content_type.lower().startswith(BATCH):
        return RequestError(
            415,
            "http-error",
            f"The request body is {declared}, a batch, expected one event; send each "
            "event by itself.",
            f"请求的{found_zh}，不接受批量事件，请逐个发送。",
        )
    return RequestError(
        415,
        "http-error",
        f"The request body is {declared}, expected {JSON} or {STRUCTURED} in UTF-8; "
        "send one event as one of them.",
        f"请求的{found_zh}，请以 UTF-8 编码的 {JSON} 或 {STRUCTURED} 发送一个事件。",
    )
