"""Cells of a layer in their kinds: text, whole numbers, numbers, instants, flags."""

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

import numpy as np
import pandas as pd

from gis.sentences import sentence
from gis.written_time import is_open_end, read_time

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,18}(\.0*)?", re.ASCII)
_FLAGS = {"true": True, "false": False, "1": True, "0": False, "是": True, "否": False}
_LARGEST_EXACT = 2**53


def text_of(value: object) -> str | None:
    """Return an id or name as text, None where it is missing.

    Text is NFC and trimmed; whole numbers are printed without decimals.

    Raises
    ------
    ValueError
        For what is neither text nor a number, for a float whose digits are lost, and
        for text with NUL or half a surrogate pair, which no database keeps.

    Examples
    --------
    >>> text_of(" 0111 "), text_of(111.0), text_of("")
    ('0111', '111', None)
    """
    if _is_missing(value):
        return None
    if isinstance(value, str):
        refuse_unstorable(value)
        return unicodedata.normalize("NFC", value).strip() or None
    if isinstance(value, (bool, np.bool_)):
        raise ValueError(sentence("is neither text nor a number"))
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return _text_of_float(float(value))
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return f"{value:.0f}"
    raise ValueError(sentence("is neither text nor a number"))


def refuse_unstorable(text: str) -> None:
    """Refuse text that no database keeps: with NUL or half a surrogate pair.

    Raises
    ------
    ValueError
        If it is such a text.
    """
    try:
        is_kept = b"\0" not in text.encode()
    except UnicodeEncodeError:
        is_kept = False
    if not is_kept:
        raise ValueError(sentence("stands with a character that no database keeps"))


def _text_of_float(value: float) -> str:
    """Print a float that stands for an id."""
    if not math.isfinite(value):
        raise ValueError(sentence("is not a finite number"))
    if abs(value) >= _LARGEST_EXACT:
        raise ValueError(
            sentence("has lost digits as a decimal number, store it as text")
        )
    return str(int(value)) if value.is_integer() else repr(value)


def _is_missing(value: object) -> bool:
    """Say whether a cell has no value: None, NaN, NaT, pandas' NA."""
    if isinstance(value, (float, np.floating)):
        return bool(np.isnan(value))
    return value is None or value is pd.NA or value is pd.NaT


def _plain_text_of(value: object) -> str | None:
    """Return text with digits and signs of usual width."""
    text = text_of(value)
    return None if text is None else unicodedata.normalize("NFKC", text).strip() or None


def _integer_of(value: object) -> int | None:
    """Return a whole number."""
    text = _plain_text_of(value)
    if text is None:
        return None
    if not _WHOLE.fullmatch(text):
        raise ValueError(sentence("is not a whole number"))
    return int(text.partition(".")[0])


def _number_of(value: object) -> float | None:
    """Return a finite number; text is read with a decimal point."""
    text = _plain_text_of(value)
    if text is None:
        return None
    if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        raise ValueError(sentence("is not a number"))
    return float(text)


def _instant_of(value: object) -> object:
    """Return an instant as it came, once it can be read as one or as an open end."""
    if isinstance(value, (dt.datetime, np.datetime64)):
        return None if pd.isna(value) else value
    text = None if _is_missing(value) else str(value).strip()
    if not text:
        return None
    if not is_open_end(text):
        read_time(text)
    return value


def _flag_of(value: object) -> bool | None:
    """Return true or false; 1 and 0, 是 and 否 are taken too."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    text = _plain_text_of(value)
    if text is None:
        return None
    if text.lower() not in _FLAGS:
        raise ValueError(sentence("is neither true nor false"))
    return _FLAGS[text.lower()]


CELL_READERS: Final[Mapping[str, tuple[Callable[[object], object], str]]] = {
    "text": (text_of, sentence("text")),
    "integer": (_integer_of, sentence("a whole number")),
    "number": (_number_of, sentence("a number")),
    "instant": (_instant_of, sentence("an instant")),
    "flag": (_flag_of, sentence("true or false")),
}
"""How a cell of each kind is read, and what is expected of it."""
