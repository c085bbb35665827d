"""Decode well-known binary row by row, so that one broken row is named, not fatal."""

from contextlib import suppress
from typing import Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import ShapelyError

from gis.os_reasons import quoted
from gis.sentences import sentence

OTHER_TYPES: Final = {
    8: "CircularString",
    9: "CompoundCurve",
    10: "CurvePolygon",
    11: "MultiCurve",
    12: "MultiSurface",
    15: "PolyhedralSurface",
    16: "TIN",
    17: "Triangle",
}
"""Types of ISO 13249-3 that have arcs or are no surface of a plane, by their code."""


def decode(wkb: NDArray[np.object_]) -> tuple[NDArray[np.object_], dict[int, str]]:
    """Return 2D geometries and, by row, what is wrong where one cannot be built.

    Parameters
    ----------
    wkb
        Bytes or None per row, shape (m,).

    Returns
    -------
    geometry
        shapely geometry or None per row, shape (m,).
    faults
        Row -> the fault, for rows that have bytes but no geometry.
    """
    with np.errstate(invalid="ignore"):  # NaN is answered for by the callers
        geometry = shapely.force_2d(_built(wkb))  # None for what holds a curve
    present = np.array([value is not None for value in wkb], dtype=bool)
    broken = np.flatnonzero(present & shapely.is_missing(geometry))
    faults = {int(row): _fault(wkb[row]) for row in broken}
    return geometry, faults


def _built(wkb: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return a geometry per row, None where it cannot be built."""
    try:
        return np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"))
    except NotImplementedError:  # one curve fails all rows
        geometry = np.full(len(wkb), None, dtype=object)
        for row, value in enumerate(wkb):
            with suppress(NotImplementedError):
                geometry[row] = shapely.from_wkb(value, on_invalid="ignore")
        return geometry


def _fault(wkb: bytes) -> str:
    """Return the type of a geometry that has none here, or what GEOS says of it."""
    order: Literal["little", "big"] = "little" if wkb[:1] == b"\x01" else "big"
    # thousands stand for Z and M, so do the highest bits
    kind = (int.from_bytes(wkb[1:5], order) & 0x0FFFFFFF) % 1000
    if kind in OTHER_TYPES:
        return sentence("it is a {other_types}", other_types=OTHER_TYPES[kind])
    try:
        shapely.from_wkb(wkb)
    except ShapelyError as error:
        text = str(error).rpartition(": ")[2].rstrip(".")
        if "closed linestring" in text:
            return sentence("a ring is not closed")
        return quoted(text)
    return sentence("it holds a curve")
