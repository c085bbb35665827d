"""Well-known binary is decoded row by row; a broken row is named, the others stay."""

import struct

import numpy as np
import pytest
import shapely

from layers.files.wkb import decode
from support.makers.broken_files import square


def blobs(*values: bytes | None) -> np.ndarray:
    """Values as a column; one more, cut off again, keeps it from becoming text."""
    return np.array([*values, None], dtype=object)[:-1]


def unclosed() -> bytes:
    """A polygon whose ring does not come back to its start."""
    ring = square(0, 0)[:-1]
    head = struct.pack("<BIII", 1, 3, 1, len(ring))
    return head + b"".join(struct.pack("<dd", *position) for position in ring)


def test_missing_rows_stay_missing_and_have_no_fault() -> None:
    geometry, faults = decode(blobs(None, shapely.to_wkb(shapely.Point(1, 2)), None))
    assert geometry.tolist() == [None, shapely.Point(1, 2), None]
    assert faults == {}


@pytest.mark.parametrize(
    ("wkb", "fault"),
    [(unclosed(), "a ring is not closed"), (b"\x01\x02", "Unexpected EOF")],
    ids=["unclosed", "cut"],
)
def test_broken_row_is_named_and_the_others_are_decoded(wkb: bytes, fault: str) -> None:
    point = shapely.Point(1, 2)
    geometry, faults = decode(blobs(shapely.to_wkb(point), wkb))
    assert geometry.tolist() == [point, None]
    assert list(faults) == [1]
    assert fault in faults[1]


def test_height_is_left_out() -> None:
    geometry, _ = decode(blobs(shapely.to_wkb(shapely.Point(1, 2, 3))))
    assert not shapely.has_z(geometry).any()
    assert geometry[0] == shapely.Point(1, 2)


def test_no_rows_are_no_rows() -> None:
    geometry, faults = decode(blobs())
    assert (geometry.shape, faults) == ((0,), {})


def of_type(kind: int, content: bytes = struct.pack("<I", 0)) -> bytes:
    """A geometry of a type by its code."""
    return struct.pack("<BI", 1, kind) + content


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *((10, "CurvePolygon"), (1012, "MultiSurface"), (9, "CompoundCurve")),
        *((0x80000010, "TIN"), (0x8000000A, "CurvePolygon"), (15, "PolyhedralSurface")),
    ],
)
def test_type_without_straight_edges_is_named_and_the_others_are_decoded(
    kind: int, name: str
) -> None:
    point = shapely.Point(1, 2)
    geometry, faults = decode(blobs(of_type(kind), shapely.to_wkb(point), None))
    assert geometry.tolist() == [None, point, None]
    assert faults == {0: f"it is a {name}"}


def test_curve_within_a_collection_is_named() -> None:
    collection = of_type(7, struct.pack("<I", 1) + of_type(8))
    assert decode(blobs(collection))[1] == {0: "it holds a curve"}


@pytest.mark.parametrize("dimension", ["Z", "M", "ZM"])
def test_measures_are_left_out(dimension: str) -> None:
    more = " 7" * len(dimension)
    ring = ", ".join(f"{x} {y}{more}" for x, y in square(0, 0))
    wkb = shapely.to_wkb(shapely.from_wkt(f"POLYGON {dimension} (({ring}))"))
    geometry, faults = decode(blobs(wkb))
    assert faults == {}
    assert geometry[0].wkt == shapely.Polygon(square(0, 0)).wkt
