"""Mapbox Vector Tiles 2.1 read by the letter of their specification, and what is
wrong with the polygons in one."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

POLYGON = 3
MOVE_TO, LINE_TO, CLOSE_PATH = 1, 2, 7


@dataclass(frozen=True)
class DecodedLayer:
    """A layer of a tile: what is said of each feature, and its shape, y down."""

    version: int
    extent: int
    features: list[tuple[dict[str, Any], shapely.MultiPolygon]]


def decoded(data: bytes) -> dict[str, DecodedLayer]:
    """The layers of a tile by name."""
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    return dict(_layer(content) for _, content in _fields(data))


def shapes_of(layer: DecodedLayer, key: str) -> dict[str, shapely.MultiPolygon]:
    """The shapes of a layer by the value of one property, which has each once."""
    shapes = {properties[key]: shape for properties, shape in layer.features}
    assert len(shapes) == len(layer.features)
    return shapes


def placed(
    shape: shapely.Geometry, zoom: int, row: int, column: int
) -> shapely.Geometry:
    """A shape of a tile in pixels from the south-west of the world, y up."""
    origin = column * 4096, ((1 << zoom) - row) * 4096
    return shapely.transform(shape, lambda xy: xy * (1, -1) + origin)


def window(zoom: int, row: int, column: int, buffer: int) -> shapely.Polygon:
    """A tile with its buffer in the same pixels."""
    south = ((1 << zoom) - 1 - row) * 4096
    return shapely.box(
        column * 4096 - buffer,
        south - buffer,
        (column + 1) * 4096 + buffer,
        south + 4096 + buffer,
    )


def faults(layer: DecodedLayer) -> list[str]:
    """What is wrong with the polygons of a tile that should be a coverage."""
    shapes = np.array([shape for _, shape in layer.features], dtype=object)
    if not shapely.is_valid(shapes).all():
        return ["invalid rings"]
    names = []
    if not shapely.coverage_is_valid(shapes):
        names.append("overlaps")
    if shapely.area(shapes).sum() != shapely.area(shapely.union_all(shapes)):
        names.append("areas")
    return names


def holes(layer: DecodedLayer) -> int:
    """How many holes there are in all of a tile together."""
    joined = shapely.union_all([shape for _, shape in layer.features])
    parts = shapely.get_parts(joined)
    return int(shapely.get_num_interior_rings(parts).sum())


def _layer(data: bytes) -> tuple[str, DecodedLayer]:
    name, version, extent = "", 1, 4096
    keys, values, features = [], [], []
    for number, content in _fields(data):
        if number == 1:
            name = content.decode()
        elif number == 2:
            features.append(dict(_fields(content)))
        elif number == 3:
            keys.append(content.decode())
        elif number == 4:
            values.append(_value(content))
        elif number == 5:
            extent = content
        elif number == 15:
            version = content
    rows = []
    for feature in features:
        assert feature[3] == POLYGON
        tags = _numbers(feature.get(2, b""))
        pairs = zip(tags[::2], tags[1::2], strict=True)
        rows.append(({keys[k]: values[v] for k, v in pairs}, _polygons(feature[4])))
    return name, DecodedLayer(version, extent, rows)


def _value(data: bytes) -> Any:
    [(number, content)] = _fields(data)
    if number == 1:
        return content.decode()
    if number == 6:
        return (content >> 1) ^ -(content & 1)
    assert number in (4, 5)
    return content


def _polygons(data: bytes) -> shapely.MultiPolygon:
    """A ring of positive area, y down, begins a polygon; others are its holes."""
    shells: list[tuple[list[Any], list[Any]]] = []
    for ring in _rings(_numbers(data)):
        turned = zip(ring, [*ring[1:], ring[0]], strict=True)
        area = sum(a[0] * b[1] - b[0] * a[1] for a, b in turned)
        assert area != 0, ring
        if area > 0:
            shells.append((ring, []))
        else:
            shells[-1][1].append(ring)
    return shapely.MultiPolygon(shells)


def _rings(numbers: list[int]) -> Iterator[list[tuple[int, int]]]:
    x = y = place = 0
    ring: list[tuple[int, int]] = []
    while place < len(numbers):
        command, count = numbers[place] & 7, numbers[place] >> 3
        place += 1
        if command == CLOSE_PATH:
            assert count == 1
            assert len(ring) > 2
            yield ring
            ring = []
            continue
        assert (command == MOVE_TO) == (not ring)
        assert command in (MOVE_TO, LINE_TO)
        assert count == 1 or command == LINE_TO
        for _ in range(count):
            step = [(n >> 1) ^ -(n & 1) for n in numbers[place : place + 2]]
            assert step != [0, 0] or not ring
            x, y, place = x + step[0], y + step[1], place + 2
            ring.append((x, y))
    assert not ring


def _numbers(data: bytes) -> list[int]:
    numbers, place = [], 0
    while place < len(data):
        number, place = _number(data, place)
        numbers.append(number)
    return numbers


def _number(data: bytes, place: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[place]
        place += 1
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return number, place


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    place = 0
    while place < len(data):
        head, place = _number(data, place)
        assert head & 7 in (0, 2)
        number, place = _number(data, place)
        if head & 7 == 0:
            yield head >> 3, number
        else:
            yield head >> 3, data[place : place + number]
            place += number
