"""Initials of Chinese names as people type them: dhyd for 东湖药店.

The 3,755 characters of the first level of GB 2312 stand in order of their pinyin, so
that the first code of each letter says the initial of every one of them. A character
that is read in two ways has one initial; what is beyond the first level has none.

References
----------
.. [1] GB 2312-80, Code of Chinese graphic character set for information interchange,
   primary set: level 1 in order of pinyin, rows 16 to 55.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

FIRST_CODES: Final = (
    *(0xB0A1, 0xB0C5, 0xB2C1, 0xB4EE, 0xB6EA, 0xB7A2, 0xB8C1, 0xB9FE),
    *(0xBBF7, 0xBFA6, 0xC0AC, 0xC2E8, 0xC4C3, 0xC5B6, 0xC5BE, 0xC6DA),
    *(0xC8BB, 0xC8F6, 0xCBFA, 0xCDDA, 0xCEF4, 0xD1B9, 0xD4D1),
)
"""Codes in GB 2312 of the first character of each of `INITIALS`."""
INITIALS: Final = "abcdefghjklmnopqrstwxyz"
"""No word begins with i, u or v."""
LAST_CODE: Final = 0xD7F9


def _letters() -> Iterator[tuple[int, str]]:
    """Yield code points of the first level with their letters."""
    for code in range(FIRST_CODES[0], LAST_CODE + 1):
        if code & 0xFF >= 0xA1 and code & 0xFF != 0xFF:
            character = code.to_bytes(2, "big").decode("gb2312")
            yield ord(character), INITIALS[bisect_right(FIRST_CODES, code) - 1]


LETTERS: Final = dict(_letters())
"""Letter of each code point."""


def initials_of(names: Sequence[str]) -> list[str]:
    """Return names with initials in place of characters; empty where nothing changes.

    Parameters
    ----------
    names
        Folded.

    Examples
    --------
    >>> initials_of(["东湖药店", "重庆小面2店", "abc"])
    ['dhyd', 'zqxm2d', '']
    """
    initials = (name.translate(LETTERS) for name in names)
    return [
        text if text != name else "" for name, text in zip(names, initials, strict=True)
    ]
