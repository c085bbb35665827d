"""Tell UTF-8 from GB18030, so that Chinese text is read right or refused."""

from typing import Literal

import pyarrow as pa

Encoding = Literal["UTF-8", "GB18030"]

MIN_COMMON_SHARE = 0.9
"""Share of double bytes that must be GB 2312, the common characters; Latin text that
happens to decode falls far below, because its letters pair with plain ones."""


def encoding_of(data: bytes) -> Encoding | None:
    """Return the encoding of a text, None where it is neither.

    GB18030 (with GBK and GB 2312 in it) decodes much that is not Chinese; it is taken
    only where nine in ten double bytes are common characters.

    Examples
    --------
    >>> encoding_of("三墩镇".encode("gbk")), encoding_of("Café, Zoë".encode("latin-1"))
    ('GB18030', None)
    """
    if _is_utf8(data):
        return "UTF-8"
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    foreign = [character for character in text if ord(character) > 127]
    common = sum(map(_is_common, foreign))
    return "GB18030" if common >= MIN_COMMON_SHARE * len(foreign) else None


def _is_utf8(data: bytes) -> bool:
    """Say whether bytes are UTF-8, without a copy of them."""
    offsets = pa.array([0, len(data)], pa.int64()).buffers()[1]
    text = pa.Array.from_buffers(
        pa.large_string(), 1, [None, offsets, pa.py_buffer(data)]
    )
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _is_common(character: str) -> bool:
    """Say whether a character is in GB 2312."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
