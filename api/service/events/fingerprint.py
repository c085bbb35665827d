"""The fingerprint of what a client asked: the same for the same, however written."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

import orjson

from gis.local_time import EPOCH, MILLISECOND

_PLAIN: Final = (str, bool, int)
_LARGEST_EXACT: Final = 2**53


def fingerprint(members: Mapping[str, object]) -> bytes:
    """Return the SHA-256 of values by name.

    Neither the order of names, nor how a number or a time is written, nor a member that
    is None makes a difference. When a request was received is no member. Text is taken
    as it is stored: with numbers of persons starred out, or the digest would tell them.

    Parameters
    ----------
    members
        Text, numbers, truth values, times with their offset, and lists and objects of
        these.

    Returns
    -------
    digest
        32 bytes.

    Examples
    --------
    >>> fingerprint({"id": "1", "lon": 120.0}) == fingerprint({"lon": 120, "id": "1"})
    True
    >>> fingerprint({"id": "1"}) == fingerprint({"id": 1})
    False
    """
    text = orjson.dumps(_canonical(members), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).digest()


def _canonical(value: object) -> object:
    """Return a value as it is written for the digest."""
    if value is None or isinstance(value, _PLAIN):
        return value
    if isinstance(value, float):
        is_whole = value.is_integer() and abs(value) < _LARGEST_EXACT
        return int(value) if is_whole else value
    if isinstance(value, dt.datetime):
        return {"time": (value - EPOCH) // MILLISECOND}
    if isinstance(value, Mapping):
        return {
            name: _canonical(member)
            for name, member in value.items()
            if member is not None
        }
    if isinstance(value, Sequence):
        return [_canonical(member) for member in value]
    raise TypeError(
        f"{type(value).__name__} has no fingerprint, expected JSON or a time"
    )
