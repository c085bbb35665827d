"""How wide a text stands where every letter is as wide as the next."""

import unicodedata


def text_width(text: str) -> int:
    """Return the width of a text in letters; a Chinese sign is two of them wide.

    Examples
    --------
    >>> text_width("grid"), text_width("网格")
    (4, 4)
    """
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def padded(text: str, width: int, *, to_right: bool = False) -> str:
    """Return a text with blanks up to a width, behind it or before it.

    Examples
    --------
    >>> padded("网格", 6) + "|", padded("7", 3, to_right=True)
    ('网格  |', '  7')
    """
    blanks = " " * (width - text_width(text))
    return blanks + text if to_right else text + blanks
