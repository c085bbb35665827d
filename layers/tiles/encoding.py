"""Polygons in tiles as Mapbox Vector Tiles 2.1, compressed."""

import gzip
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.tiles.cutting import Ints, Pieces
from layers.tiles.matrix import EXTENT

MOVE_TO: Final = 1 << 3 | 1
CLOSE_PATH: Final = 1 << 3 | 7
LINE_TO: Final = 2
# fields of the messages Tile, Layer, Feature and Value
LAYER: Final = 3
NAME, FEATURE, KEY, VALUE, SIZE, VERSION = 1, 2, 3, 4, 5, 15
TAGS, KIND, GEOMETRY = 2, 3, 4
TEXT, WHOLE = 1, 6
POLYGON: Final = 3
STEPS: Final = 5
"""A number below 2**35 takes at most so many bytes, seven bits in each."""


def encoded_tiles(
    name: str, frame: pd.DataFrame, pieces: Pieces
) -> Iterator[tuple[tuple[int, int], bytes]]:
    """Yield tiles with one layer: column and row from the south, and the bytes.

    Parameters
    ----------
    name
        Of the layer.
    frame
        What is said of each feature, texts and whole numbers; an empty cell is nothing.
    pieces
        The polygons.
    """
    if not len(pieces.polygons):
        return
    geometries, owner = _geometries(pieces)
    properties = _properties(frame)
    head = _text_field(NAME, name)
    tail = b"".join(_text_field(KEY, str(key)) for key in frame.columns)
    tail += _number_field(SIZE, EXTENT) + _number_field(VERSION, 2)
    tile, feature = pieces.tile[owner], pieces.feature[owner].tolist()
    is_new = np.append(True, (tile[1:] != tile[:-1]).any(axis=1))
    starts = np.append(np.flatnonzero(is_new), len(tile)).tolist()
    for start, stop in pairwise(starts):
        numbers: dict[bytes, int] = {}
        features = [
            _feature(properties[feature[n]], numbers, geometries[n])
            for n in range(start, stop)
        ]
        values = (_field(VALUE, value) for value in numbers)
        layer = _field(LAYER, b"".join((head, *features, *values, tail)))
        column, row = tile[start].tolist()
        yield (column, row), gzip.compress(layer, mtime=0)


def _geometries(pieces: Pieces) -> tuple[list[bytes], Ints]:
    """Return the geometry of each feature in each tile, and its first polygon."""
    rings, polygon = shapely.get_rings(pieces.polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    # a ring is closed by a command
    is_corner = np.append(ring[1:] == ring[:-1], False)
    ring = ring[is_corner]
    north_west = pieces.tile + np.array([0, 1])
    origin = north_west[polygon[ring]] * EXTENT
    xy = (xy[is_corner].astype(np.int64) - origin) * (1, -1)
    marks = np.column_stack([pieces.tile, pieces.feature])
    is_new = np.append(True, (marks[1:] != marks[:-1]).any(axis=1))
    # the cursor is at the origin of the tile where a feature begins
    is_first = np.append(True, ring[1:] != ring[:-1])
    begins = is_first & is_new[polygon[ring]]
    begins[1:] &= polygon[ring[1:]] != polygon[ring[:-1]]
    steps = xy.copy()
    steps[1:] -= xy[:-1]
    steps[begins] = xy[begins]
    numbers, place = _commands(steps, ring, is_first)
    data, offsets = _varints(numbers)
    starts = offsets[place[begins]].tolist()
    ends = [*starts[1:], len(data)]
    geometries = [data[a:b] for a, b in zip(starts, ends, strict=True)]
    return geometries, np.flatnonzero(is_new)


def _commands(
    steps: Ints, ring: Ints, is_first: NDArray[np.bool_]
) -> tuple[Ints, Ints]:
    """Return rings as commands, and where the ring of each corner begins in them."""
    counts = np.bincount(ring)
    # move, a step, line, further steps, close
    sizes = 2 * counts + 3
    begin = np.cumsum(sizes) - sizes
    numbers = np.empty(int(sizes.sum()), dtype=np.int64)
    numbers[begin] = MOVE_TO
    numbers[begin + 3] = (counts - 1) << 3 | LINE_TO
    numbers[begin + sizes - 1] = CLOSE_PATH
    nth = np.arange(len(ring)) - (np.cumsum(counts) - counts)[ring]
    place = begin[ring] + 1 + 2 * nth + ~is_first
    signed = steps << 1 ^ steps >> 63
    numbers[place], numbers[place + 1] = signed[:, 0], signed[:, 1]
    return numbers, begin[ring]


def _varints(numbers: Ints) -> tuple[bytes, Ints]:
    """Return numbers of 0 and more as varints, and where each begins; and the end."""
    limits = 1 << 7 * np.arange(1, STEPS)
    sizes = 1 + np.searchsorted(limits, numbers, side="right")
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    data = np.empty(int(offsets[-1]), dtype=np.uint8)
    for step in range(STEPS):
        rows = np.flatnonzero(sizes > step)
        bits = numbers[rows] >> 7 * step & 127
        data[offsets[rows] + step] = bits | (sizes[rows] > step + 1) << 7
    return data.tobytes(), offsets


def _properties(frame: pd.DataFrame) -> list[list[tuple[bytes, bytes]]]:
    """Return for each feature its keys and values, both encoded."""
    columns = [
        [None if pd.isna(value) else _value(value) for value in frame[name].tolist()]
        for name in frame.columns
    ]
    keys = [_varint(number) for number in range(len(columns))]
    return [
        [(k, v) for k, v in zip(keys, row, strict=True) if v is not None]
        for row in zip(*columns, strict=True)
    ]


def _feature(
    properties: Sequence[tuple[bytes, bytes]],
    numbers: dict[bytes, int],
    geometry: bytes,
) -> bytes:
    """Return a feature; values that are new in its tile are given their numbers."""
    tags = b"".join(
        key + _varint(numbers.setdefault(value, len(numbers)))
        for key, value in properties
    )
    return _field(
        FEATURE,
        _field(TAGS, tags) + _number_field(KIND, POLYGON) + _field(GEOMETRY, geometry),
    )


def _value(value: str | int) -> bytes:
    if isinstance(value, str):
        return _text_field(TEXT, value)
    return _number_field(WHOLE, value << 1 ^ value >> 63)


def _text_field(number: int, text: str) -> bytes:
    return _field(number, text.encode())


def _number_field(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    """Return a number in bytes of seven bits, the lowest first."""
    steps = bytearray()
    while number > 127:
        steps.append(number & 127 | 128)
        number >>= 7
    steps.append(number)
    return bytes(steps)
