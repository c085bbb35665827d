"""JSON that every reader reads alike is read; what one could read otherwise is not."""

import json
import struct
from contextlib import suppress

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.json_text import read_json, refuse_encoded, utf8_kind
from api.refusals import RequestError

# with the signs on which the quick look at names could stumble
NAMES = st.text('ab:"\\u0é', max_size=3) | st.text(max_size=4)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | NAMES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)
    ),
    max_leaves=8,
)


def escaped(name: str) -> str:
    """A name in JSON in which every sign is an escape."""
    units = struct.iter_unpack(">H", name.encode("utf-16-be"))
    return '"' + "".join(f"\\u{unit:04x}" for (unit,) in units) + '"'


@given(VALUES, st.booleans())
def test_what_is_written_is_read(value: object, is_ascii: bool) -> None:
    body = json.dumps(value, ensure_ascii=is_ascii).encode()
    assert read_json(body) == value


@given(VALUES, NAMES, VALUES, VALUES, st.booleans())
def test_name_that_stands_twice_is_refused_however_deep_and_however_written(
    outside: object, name: str, first: object, second: object, is_escaped: bool
) -> None:
    texts = [json.dumps(v, ensure_ascii=False) for v in (name, first, second, outside)]
    again = escaped(name) if is_escaped else texts[0]
    twice = f"{{{texts[0]}: {texts[1]}, {again}: {texts[2]}}}"
    body = f'[{texts[3]}, {{"in": {twice}}}]'
    with pytest.raises(RequestError, match="2 times in one object") as refusal:
        read_json(body.encode())
    assert refusal.value.status == 400


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"a": 1, "\\u0061": 2}', "has the name 'a' 2 times"),
        (b'{"a:b": 1, "a\\u003ab": 2}', "has the name 'a:b' 2 times"),
        (b'{"a": 1, "b": "\\u003a", "a": 2}', "has the name 'a' 2 times"),
        (b'{"a": 1, "b": "\\u003A", "a": 2}', "has the name 'a' 2 times"),
        (b'{"a": 1, "a": 2, "a": 3}', "has the name 'a' 3 times"),
        (b'[NaN, {"a": 1, "a": 2}]', "has the number NaN"),
        (b"-Infinity", "has the number -Infinity"),
        (b"1e400", "has the number '1e400', expected one below"),
        (b"1" * 5000, "expected one below"),
        (b'"\xb8\xf1"', "is no UTF-8 at byte 1"),
        ('{"a": 1}'.encode("utf-16"), "is no UTF-8 at byte 0"),
        ('{"a": 1}'.encode("utf-8-sig"), "is no JSON at line 1 column 1"),
        (b'{"a": 1} {}', "is no JSON at line 1 column 10"),
        (b"[1,]", "is no JSON at line 1 column 3"),
        (b'"\\ud800"', "is no JSON at line 1"),
        (b"", "is no JSON at line 1 column 1"),
        (b"[" * 100_000, "is nested too deep"),
        (b"[" * 300 + b"]" * 300, "is nested too deep"),
        (b'{"a":' * 1000 + b"1" + b"}" * 1000, "is nested too deep"),
    ],
)
def test_body_that_cannot_be_read_says_why_in_two_languages(
    body: bytes, words: str
) -> None:
    with pytest.raises(RequestError) as refusal:
        read_json(body)
    assert (refusal.value.status, refusal.value.kind) == (400, "invalid-json")
    assert words in refusal.value.detail
    assert refusal.value.detail.endswith("; correct it.")
    assert refusal.value.detail_zh.endswith("；请改正后重新发送。")


def test_body_of_250_levels_is_read() -> None:
    assert read_json(b"[" * 250 + b"]" * 250) is not None


@given(st.binary(max_size=60) | st.text('{}[]":,0aNul\\ ', max_size=30))
def test_bytes_are_read_as_json_reads_them_or_refused(body: bytes | str) -> None:
    raw = body.encode() if isinstance(body, str) else body
    with suppress(RequestError):
        value = read_json(raw)
        assert value == json.loads(raw)
        assert orjson.loads(orjson.dumps(value)) == value


@pytest.mark.parametrize("coding", [b"gzip", b"br", b"identity, gzip", b""])
def test_coding_of_a_body_is_refused(coding: bytes) -> None:
    with pytest.raises(RequestError) as refusal:
        refuse_encoded([(b"content-encoding", coding)])
    assert refusal.value.status == 415


def test_coding_that_changes_nothing_is_taken() -> None:
    refuse_encoded([(b"content-encoding", b"Identity"), (b"accept-encoding", b"gzip")])


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        ("application/json", "application/json"),
        ('Application/JSON ; Charset="UTF-8"', "application/json"),
        ("application/json; charset=gbk", ""),
        ("application/json; charset=utf-8; charset=gbk", ""),
        ("", ""),
    ],
)
def test_kind_is_that_of_a_header_in_utf8(content_type: str, kind: str) -> None:
    assert utf8_kind(content_type) == kind
