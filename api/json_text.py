"""JSON of requests, strictly read: UTF-8, each name once, numbers that there are."""

import json
import math
from collections import Counter
from collections.abc import Iterable
from typing import Final, NoReturn

import orjson

from api.refusals import RequestError

Headers = Iterable[tuple[bytes, bytes]]
JSON: Final = "application/json"
INVALID: Final = "invalid-json"
"""Kind of the problem of a body that cannot be read."""
SHOWN_CHARACTERS: Final = 60


def utf8_kind(content_type: str) -> str:
    """Return the media type that a header declares; empty where it is not in UTF-8.

    Examples
    --------
    >>> utf8_kind("Application/JSON; charset=UTF-8"), utf8_kind("text/csv;charset=gbk")
    ('application/json', '')
    """
    kind, *parameters = [part.strip().lower() for part in content_type.split(";")]
    charsets = {p for p in parameters if p.startswith("charset=")}
    return kind if charsets <= {"charset=utf-8", 'charset="utf-8"'} else ""


def refuse_encoded(headers: Headers) -> None:
    """Refuse a body that is compressed: what is sent is what is read.

    Parameters
    ----------
    headers
        Names in lower case, as they came.

    Raises
    ------
    RequestError
        415.
    """
    for name, value in headers:
        if name == b"content-encoding" and value.strip().lower() != b"identity":
            coding = shown(value.decode("latin-1"))
            raise RequestError(
                415,
                "http-error",
                f"The request body has the Content-Encoding {coding}, expected none; "
                "send it uncompressed.",
                f"请求内容使用了 Content-Encoding {coding} 压缩，请不压缩后重新发送。",
            )


def read_json(body: bytes) -> object:
    """Return what a body writes in JSON.

    Parameters
    ----------
    body
        As it was sent.

    Raises
    ------
    RequestError
        400: it is no UTF-8 or no JSON, has a name twice in one object, a number such
        as NaN or 1e400, half a surrogate pair, or is nested deeper than 250 levels.

    Examples
    --------
    >>> read_json(b'{"lon": 120.080}')
    {'lon': 120.08}
    """
    try:
        value = orjson.loads(body)
        text = orjson.dumps(value)
    except orjson.JSONDecodeError as error:
        raise _fault(body, error) from error
    except TypeError as error:  # what can be read and not be written is too deep
        raise _too_deep() from error
    # a name that stands twice is lost with its colon; an escaped colon may hide that
    if b"\\u003" in body or body.count(b":") != text.count(b":"):
        _decoder.decode(body.decode())
    return value


def shown(text: str) -> str:
    """Return a text of a client in quotes, cut where it is long.

    Examples
    --------
    >>> shown("gzip"), len(shown("x" * 1000))
    ("'gzip'", 63)
    """
    more = "…" if len(text) > SHOWN_CHARACTERS else ""
    return repr(text[:SHOWN_CHARACTERS] + more)


def _fault(body: bytes, error: orjson.JSONDecodeError) -> RequestError:
    """Return what is wrong with a body that is no JSON."""
    try:
        _decoder.decode(body.decode())
    except UnicodeDecodeError as fault:
        return _refusal(
            f"is no UTF-8 at byte {fault.start}, expected JSON in UTF-8",
            f"第 {fault.start} 字节不是 UTF-8 编码",
        )
    except RecursionError:
        return _too_deep()
    except RequestError as refusal:
        return refusal
    except ValueError:
        pass
    if "depth limit" in error.msg:
        return _too_deep()
    place = f"line {error.lineno} column {error.colno}"
    return _refusal(
        f"is no JSON at {place} ({error.msg}), expected one JSON value",
        f"第 {error.lineno} 行第 {error.colno} 列不符合 JSON 格式",
    )


def _names_once(pairs: list[tuple[str, object]]) -> None:
    """Refuse an object that has a name twice: readers differ in which one counts."""
    if len(dict(pairs)) < len(pairs):
        names = Counter(name for name, _ in pairs)
        [(name, count)] = names.most_common(1)
        raise _refusal(
            f"has the name {shown(name)} {count} times in one object, expected it once",
            f"同一对象中字段 {shown(name)} 出现了 {count} 次，只能出现一次",
        )


def _finite(text: str) -> str:
    """Refuse a number that no computer keeps."""
    if math.isinf(float(text)):
        raise _refusal(
            f"has the number {shown(text)}, expected one below 1.8e308",
            f"数值 {shown(text)} 过大",
        )
    return text


def _no_number(text: str) -> NoReturn:
    """Refuse what only some programs write as a number."""
    raise _refusal(
        f"has the number {text}, expected one that JSON has, or null",
        f"出现了 JSON 中没有的数值 {text}，请改为普通数字或 null",
    )


def _too_deep() -> RequestError:
    return _refusal(
        "is nested too deep, expected at most 250 levels", "嵌套过深，最多 250 层"
    )


def _refusal(rule: str, rule_zh: str) -> RequestError:
    return RequestError(
        400,
        INVALID,
        f"The request body {rule}; correct it.",
        f"请求内容无法读取：{rule_zh}；请改正后重新发送。",
    )


# looks for what is wrong, never for values: a whole number here may be of any length
_decoder: Final = json.JSONDecoder(
    object_pairs_hook=_names_once,
    parse_int=_finite,
    parse_float=_finite,
    parse_constant=_no_number,
)
