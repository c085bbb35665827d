"""The entries of a closed list that are nearest to what somebody wrote."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from gis.sentences import sentence

CLOSE: Final = 0.5
"""Likeness from which an entry may be what was meant."""
MOST: Final = 2
_LEADING_ZEROS: Final = re.compile(r"(?<!\d)0+(?=\d)")


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


def ids_in_plain(ids: Iterable[str]) -> dict[str, str]:
    """Return ids by how they are written plainly; of equals the first in code order.

    Examples
    --------
    >>> ids_in_plain(["Q-01", "002"])
    {'2': '002', 'q1': 'Q-01'}
    """
    plain: dict[str, str] = {}
    for name in sorted(ids):
        plain.setdefault(_plain(name), name)
    return plain


def id_in_plain(text: str, plain: Mapping[str, str]) -> str | None:
    """Return the id that is meant by one without its zeros, signs, width or case.

    Parameters
    ----------
    text
        What was written.
    plain
        The ids, by `ids_in_plain`.

    Examples
    --------
    >>> [id_in_plain(text, ids_in_plain(["001"])) for text in ("1", "００１", "2")]
    ['001', '001', None]
    """
    return plain.get(_plain(text))


def _plain(text: str) -> str:
    """Return letters and digits of an id alone, numbers without leading zeros."""
    signs = "".join(filter(str.isalnum, _folded(text)))
    return _LEADING_ZEROS.sub("", signs)


def _folded(text: str) -> str:
    """Return a text in lower case and usual width, its words apart by blanks."""
    return unicodedata.normalize("NFKC", text).casefold().replace("_", " ").strip()
