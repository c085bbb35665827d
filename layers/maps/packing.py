"""Columns of a frame as short JSON: texts, numbers, digits, repeated values, steps."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.errors import CrsError, InvalidLayerError
from layers.words import Words

DECIMALS = 6
"""Of drawn degrees: 0.1 m; the stored geometry keeps its own 9 decimals."""

Json = dict[str, object]
Said: TypeAlias = tuple[str, str]
"""A text in Chinese and English; the English is empty where both are the same."""
Coded = TypeVar("Coded", str, Said, tuple[Said, ...])

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
"""Digits 0 to 63 of packed steps; the browser has the same."""

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_SIGNS = re.compile(r"""[&<>'`${}]|\\["\\]|//""")
"""In a string of JSON: what HTML, a script, its templates, Jinja or a reader of
addresses would take for more than text."""

_LETTERS = np.frombuffer(LETTERS.encode("ascii"), dtype=np.uint8)


def require(frame: pd.DataFrame, what: str, *columns: str) -> None:
    """Refuse a layer that lacks a column or, with geometries, a CRS."""
    gaps = [name for name in columns if name not in frame.columns]
    if gaps:
        raise InvalidLayerError(
            "The {what} of the map have no column {gaps!r}, expected {columns}; name "
            "the columns so.",
            what=what,
            gaps=gaps[0],
            columns=", ".join(columns),
        )
    if isinstance(frame, gpd.GeoDataFrame) and frame.crs is None:
        raise CrsError(
            "The {what} of the map have no CRS, expected one; set it with "
            "GeoDataFrame.set_crs.",
            what=what,
        )


def texts(frame: pd.DataFrame, column: str) -> list[str] | None:
    """Return a column as text, empty where a value is missing; None without it."""
    if column not in frame.columns or frame[column].isna().all():
        return None
    absent = frame[column].isna()
    pairs = zip(frame[column], absent, strict=True)
    return ["" if is_missing else str(value) for value, is_missing in pairs]


def said(text: object) -> Said:
    """Return a text as the browser has it: in both languages, or one for both.

    Parameters
    ----------
    text
        `Words`, or a text that is the same in both.

    Examples
    --------
    >>> said(Words("噪声", "Noise")), said("G1")
    (('噪声', 'Noise'), ('G1', ''))
    """
    return text.both if isinstance(text, Words) else (str(text), "")


def text_lists(frame: pd.DataFrame, column: str) -> list[tuple[Said, ...]] | None:
    """Return a column of texts or lists of texts as lists; None without it."""
    if column not in frame.columns:
        return None
    return [_text_list(value) for value in frame[column]]


def _text_list(value: object) -> tuple[Said, ...]:
    """Return a text, a list of texts or a missing value as a list."""
    if isinstance(value, str | Words):
        return (said(value),) if value else ()
    if isinstance(value, Iterable):
        return tuple(map(said, value))
    return ()


def numbers(frame: pd.DataFrame, column: str) -> list[float | None] | None:
    """Return a column as numbers of 6 significant digits, None where not finite."""
    if column not in frame.columns:
        return None
    try:
        values = pd.to_numeric(frame[column]).astype(float).to_numpy(na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise InvalidLayerError(
            "Column {column!r} of a map layer holds text, expected numbers; convert "
            "it or leave it out.",
            column=column,
        ) from error
    return [float(f"{n:.6g}") if np.isfinite(n) else None for n in values]


def digits(values: Sequence[object], limit: int, what: str) -> str:
    """Return whole numbers from 0 to a limit below 10 as one digit each."""
    for value in values:
        if value not in range(limit + 1):
            raise InvalidLayerError(
                "The map was given {what} {value!r}, expected a whole number from 0 "
                "to {limit}; classify it first.",
                what=what,
                value=value,
                limit=limit,
            )
    return "".join(f"{value:.0f}" for value in values)


def coded(values: Sequence[Coded] | None) -> Json | None:
    """Return repeated values as their list and, for each row, which one."""
    if values is None:
        return None
    different = sorted(set(values))
    number = {value: row for row, value in enumerate(different)}
    return {"values": different, "rows": [number[value] for value in values]}


def steps(xy: NDArray[np.float64]) -> str:
    """Return points in degrees as packed steps, rounded to `DECIMALS`."""
    return packed_steps(np.round(xy * 10**DECIMALS).astype(np.int64))


def packed_steps(xy: NDArray[np.int64]) -> str:
    """Return integer points as steps from one to the next, in plain letters.

    x and y in turn, the first from the origin; a step is doubled, a negative one then
    inverted, and written in pieces of 5 bits, the lowest first, each but the last with
    a sixth bit set (as in Google's encoded polylines, but in letters that need no
    escaping).

    Parameters
    ----------
    xy
        Shape (n, 2), below 2**33 in size.

    Examples
    --------
    >>> packed_steps(np.array([[1, 0], [1, -1], [17, -1]]))
    'CAABgBA'
    """
    moves = np.diff(xy, axis=0, prepend=[[0, 0]]).ravel()
    numbers = np.where(moves < 0, ~(moves << 1), moves << 1)
    pieces = (numbers[:, None] >> (5 * np.arange(7))) & 31
    rest = numbers[:, None] >> (5 * np.arange(1, 8))
    mask = np.hstack([np.ones((len(rest), 1), dtype=bool), rest[:, :-1] > 0])
    letters = _LETTERS[np.where(rest > 0, pieces | 32, pieces)]
    return str(letters[mask].tobytes(), "ascii")


def lonlat(frame: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return lon and lat of points, NaN where there is none or not a point."""
    points = frame.geometry.to_crs("EPSG:4326").to_numpy()
    xy = np.full((len(points), 2), np.nan)
    has_point = ~shapely.is_empty(points)
    xy[has_point, 0] = shapely.get_x(points[has_point])
    xy[has_point, 1] = shapely.get_y(points[has_point])
    return np.where(np.isfinite(xy).all(axis=1, keepdims=True), xy, np.nan)


def script_json(value: Json) -> str:
    r"""Return JSON whose strings are inert on a page, and plain after they were read.

    Signs that mean something to HTML, to quoted and template literals of JavaScript, to
    Jinja or in an address are written as their numbers in every string.

    Parameters
    ----------
    value
        Its strings without control marks, as `offline.visible_text` returns them.

    Examples
    --------
    >>> script_json({"name": "<b>"})
    '{"name":"\\u003cb\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _STRING.sub(lambda string: _inert(string[0][1:-1]), text)


def _inert(string: str) -> str:
    """Return a string of JSON with its signs as numbers."""
    return f'"{_SIGNS.sub(_as_numbers, string)}"'


def _as_numbers(signs: re.Match[str]) -> str:
    """Return signs, the last of which may be escaped, as their numbers."""
    plain = signs[0].removeprefix("\\")
    return "".join(f"\\u{ord(sign):04x}" for sign in plain)
