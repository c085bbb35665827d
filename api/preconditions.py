"""What a request depends on, as headers: its own name, and what was read before."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from fastapi import Request, Response

from api.refusals import RequestError
from layers.words import Words

LONGEST_KEY: Final = 255
_KEY: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?", re.ASCII)
_TAG: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
_SEQ: Final = re.compile(r'"([1-9][0-9]{0,17})"', re.ASCII)


def request_key(values: Sequence[str]) -> str:
    """Return what names a request of a key.

    Parameters
    ----------
    values
        Of the header `Idempotency-Key`.

    Raises
    ------
    RequestError
        If there is none, there are several, or it is no name.

    Examples
    --------
    >>> request_key([" w-1 "])
    'w-1'
    """
    key = values[0].strip(" \t") if len(values) == 1 else ""
    if _KEY.fullmatch(key) and len(key) <= LONGEST_KEY:
        return key
    if len(values) != 1:
        fault = Words(
            f"请求有 {len(values)} 个请求头 Idempotency-Key",
            f"The request has {len(values)} headers Idempotency-Key",
        )
    elif len(key) > LONGEST_KEY:
        fault = Words(
            f"请求头 Idempotency-Key 有 {len(key)} 个字符",
            f"The header Idempotency-Key has {len(key)} characters",
        )
    elif key:
        fault = Words(
            "请求头 Idempotency-Key 含有可见 ASCII 字符以外的字符",
            "The header Idempotency-Key has a character that is not printable ASCII",
        )
    else:
        fault = Words(
            "请求头 Idempotency-Key 为空", "The header Idempotency-Key is empty"
        )
    raise RequestError(
        400,
        "no-idempotency-key",
        f"{fault.en}, expected one of 1 to {LONGEST_KEY} printable ASCII characters; "
        "send one, and never again with another request.",
        f"{fault.zh}，应只有一个，由 1 至 {LONGEST_KEY} 个可见 ASCII 字符组成；"
        "请为每个请求填写不同的值，重发时保持不变。",
    )


def seqs_of(values: Sequence[str]) -> frozenset[int | str] | None:
    """Return the numbers of actions that a request may be about.

    Parameters
    ----------
    values
        Of the header `If-Match`.

    Returns
    -------
    seqs
        None where there is no such header, or it takes any; a tag that is no number,
        as a weak one, stands as it came and is that of no event.

    Raises
    ------
    RequestError
        If it is no list of tags.

    Examples
    --------
    >>> seqs_of(['"3"', '"5"']) == {3, 5}, seqs_of(['W/"4"']), seqs_of(["*"])
    (True, frozenset({'W/"4"'}), None)
    """
    if not values:
        return None
    tags = _tags(values, "If-Match")
    if tags == ["*"]:
        return None
    return frozenset(
        int(match[1]) if (match := _SEQ.fullmatch(tag)) else tag for tag in tags
    )


def tagged(request: Request, content: bytes) -> Response:
    """Return an answer of JSON that is kept by who asks, or that it is the same.

    Parameters
    ----------
    request
        May say what is kept.
    content
        As it is now.
    """
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if is_unchanged(request.headers.getlist("if-none-match"), etag):
        return Response(None, 304, headers)
    return Response(content, 200, headers, "application/json")


def is_unchanged(values: Sequence[str], etag: str) -> bool:
    """Say whether who asks has what is there.

    Parameters
    ----------
    values
        Of the header `If-None-Match`.
    etag
        Of what is there, in quotes.

    Examples
    --------
    >>> is_unchanged(['W/"3", "4"'], '"3"'), is_unchanged([], '"3"')
    (True, False)
    """
    if not values:
        return False
    tags = _tags(values, "If-None-Match")
    return tags == ["*"] or etag in {tag.removeprefix("W/") for tag in tags}


def _tags(values: Iterable[str], name: str) -> list[str]:
    """Return the tags of a header, or `*` alone."""
    text = ",".join(values)
    tags = [tag.strip(" \t") for tag in text.split(",")]
    tags = [tag for tag in tags if tag]
    is_list = bool(tags) and all(_TAG.fullmatch(tag) for tag in tags)
    if tags != ["*"] and not is_list:
        raise RequestError(
            400,
            "invalid-precondition",
            f'The header {name} is no list of tags, expected such as "3" with its '
            "quotes, or *; send the ETag as it was read.",
            f'请求头 {name} 应为带引号的 ETag（例如 "3"）或 *，请按读取时的值发送。',
        )
    return tags


def replied(
    answer: bytes, seq: int, headers: Mapping[str, str] | None = None, *, is_new: bool
) -> Response:
    """Return the answer to a request that is done once for ever.

    Parameters
    ----------
    answer
        As it was first given.
    seq
        Number of the action that it was given to.
    headers
        What else is said with it.
    is_new
        False where the request came before.
    """
    replayed = {} if is_new else {"Idempotent-Replayed": "true"}
    return Response(
        answer,
        201 if is_new else 200,
        {**(headers or {}), "ETag": f'"{seq}"', **replayed},
        "application/json",
    )
