"""Names in JSON: each once in an object, as readers differ in which one counts."""

import json
from collections import Counter
from typing import Final


class RepeatedNameError(ValueError):
    """A name stands more than once in one object of a JSON text.

    Attributes
    ----------
    name, count
        Which, and how often.
    """

    def __init__(self, name: str, count: int) -> None:
        super().__init__(f"{name!r} stands {count} times in one object")
        self.name = name
        self.count = count


def check_names(data: bytes) -> None:
    """Refuse a JSON text that has a name twice in one object.

    Parameters
    ----------
    data
        One value; numbers may be of any length.

    Raises
    ------
    RepeatedNameError
        Says which name it is.
    json.JSONDecodeError
        If it is no JSON.
    UnicodeDecodeError
        If it is no UTF-8.
    RecursionError
        If it is nested too deep.

    Examples
    --------
    >>> check_names(b'{"a": {"b": 1}, "b": 2}')
    >>> check_names(b'{"a": 1, "a": 2}')
    Traceback (most recent call last):
        ...
    layers.files.json_names.RepeatedNameError: 'a' stands 2 times in one object
    """
    _DECODER.decode(data.decode())


def is_plain(value: object, data: bytes) -> bool:
    """Say whether a JSON text is plainly one object that has each name once.

    Parameters
    ----------
    value
        What a reader made of the text.
    data
        The text; every member has a colon, so that no more colons than names will do.

    Examples
    --------
    >>> is_plain({"a": 1}, b'{"a": 1}'), is_plain({"a": 1}, b'{"a": 0, "a": 1}')
    (True, False)
    """
    return isinstance(value, dict) and data.count(b":") == len(value)


def _names_once(pairs: list[tuple[str, object]]) -> None:
    """Refuse an object that has a name twice; the object itself is let go."""
    if len(dict(pairs)) < len(pairs):
        names = Counter(name for name, _ in pairs)
        [(name, count)] = names.most_common(1)
        raise RepeatedNameError(name, count)


# whoever asks reads the values: a number here may be of any length
_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_names_once, parse_int=str, parse_float=str
)
