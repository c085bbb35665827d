"""Texts as names are compared: whatever their width, case, blanks and signs."""

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

SIGNS: Final = r"[^\p{L}\p{N}]+"
"""What makes no difference between two names: all but letters and digits."""


def fold(text: str) -> str:
    """Return a text as names are compared; empty where no letter or digit is in it.

    Parameters
    ----------
    text
        Of a name, an address or an id.

    Examples
    --------
    >>> fold("Ｅ-00 12"), fold("东湖(南)店"), fold("——")
    ('e0012', '东湖南店', '')
    """
    return str(fold_many([text])[0])


def fold_many(texts: Sequence[str | None]) -> pa.Array:
    """Return texts as `fold` does, none as empty ones, shape (n,).

    Parameters
    ----------
    texts
        Of names, addresses or ids.

    Examples
    --------
    >>> fold_many(["A b", None]).to_pylist()
    ['ab', '']
    """
    column = pa.array(texts, pa.large_string()).fill_null("")
    lower = pc.utf8_lower(pc.utf8_normalize(column, form="NFKC"))
    return pc.replace_substring_regex(lower, pattern=SIGNS, replacement="")
