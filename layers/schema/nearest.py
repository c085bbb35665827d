"""The entries of a closed list that are nearest to what somebody wrote."""

import difflib
import unicodedata
from collections.abc import Sequence
from typing import Final

from gis.sentences import sentence

CLOSE: Final = 0.5
"""Likeness from which an entry may be what was meant."""
MOST: Final = 2


def nearest_entries(
    text: str, entries: Sequence[str], entries_zh: Sequence[str] = ()
) -> list[str]:
    """Return the entries nearest to a text, the nearest first; none where none is near.

    Parameters
    ----------
    text
        What was written.
    entries
        What could have been meant.
    entries_zh
        The same in Chinese, in the same order; empty where there is no Chinese.

    Examples
    --------
    >>> nearest_entries("Streetshop", ["street_shop", "rental_housing"])
    ['street_shop']
    >>> nearest_entries("中等", ["low", "medium"], ["低", "中"])
    ['medium']
    """
    codes = {_folded(entry): entry for entry in entries}
    codes |= {
        _folded(word): entry
        for word, entry in zip(entries_zh, entries[: len(entries_zh)], strict=True)
    }
    close = difflib.get_close_matches(_folded(text), codes, len(codes) or 1, CLOSE)
    return list(dict.fromkeys(codes[name] for name in close))[:MOST]


def about_nearest(
    text: object, entries: Sequence[str], entries_zh: Sequence[str] = ()
) -> str:
    """Return the part of a sentence that names the nearest entries; empty for none.

    Examples
    --------
    >>> about_nearest("hihg", ["low", "medium", "high"])
    ", the nearest is 'high'"
    """
    near = nearest_entries(str(text), entries, entries_zh)
    if len(near) > 1:
        first, second = near
        return sentence(
            ", the nearest are {first!r} and {second!r}", first=first, second=second
        )
    return sentence(", the nearest is {first!r}", first=near[0]) if near else ""


def _folded(text: str) -> str:
    """Return a text in lower case and usual width, its words apart by blanks."""
    return unicodedata.normalize("NFKC", text).casefold().replace("_", " ").strip()
