"""A position as people type it: two decimal numbers in either order, letters or not."""

import re
import unicodedata
from typing import Final

from gis.models import Position

LETTERS: Final = (
    *(("东经", "E"), ("经度", "E"), ("LON", "E"), ("LNG", "E")),
    *(("北纬", "N"), ("纬度", "N"), ("LAT", "N")),
)
_NUMBER: Final = r"([EN]?)[\s:=]*(-?\d{1,3}\.\d{1,15})\s*°?\s*([EN]?)"
_PAIR: Final = re.compile(rf"{_NUMBER}[\s,;、]+{_NUMBER}", re.ASCII)
MOST_LAT: Final = 90.0


def position_in(text: str, datum: str) -> Position | None:
    """Return the position that a text is; None where it is none.

    Letters say which number is which; without them the one that no latitude can be is
    the longitude, and of two that can be either the first is.

    Parameters
    ----------
    text
        As somebody typed it.
    datum
        That the numbers are in.

    Examples
    --------
    >>> position_in("30.33, 120.08", "wgs84")
    Position(x=120.08, y=30.33, datum='wgs84')
    >>> position_in("北纬30.33°，东经120.08°", "gcj02").x
    120.08
    >>> position_in("文一路12号", "wgs84") is None
    True
    """
    plain = unicodedata.normalize("NFKC", text).upper().strip()
    for word, letter in LETTERS:
        plain = plain.replace(word, letter)
    match = _PAIR.fullmatch(plain)
    if match is None:
        return None
    before_1, number_1, behind_1, before_2, number_2, behind_2 = match.groups()
    letters = before_1 or behind_1, before_2 or behind_2
    first, second = float(number_1), float(number_2)
    is_lat_first = abs(second) > MOST_LAT >= abs(first)
    if any(letters):
        if letters[0] == letters[1]:
            return None
        is_lat_first = letters[0] == "N" or letters[1] == "E"
    lon, lat = (second, first) if is_lat_first else (first, second)
    return Position(lon, lat, datum)
