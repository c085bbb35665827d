"""Decode well-known binary row by row, so that one broken row is named, not fatal."""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import ShapelyError


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
        geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    present = np.array([value is not None for value in wkb], dtype=bool)
    broken = np.flatnonzero(present & shapely.is_missing(geometry))
    faults = {int(row): _fault(wkb[row]) for row in broken}
    return shapely.force_2d(geometry), faults


def _fault(wkb: bytes) -> str:
    """Return what GEOS says of bytes that it cannot read."""
    try:
        shapely.from_wkb(wkb)
    except ShapelyError as error:
        text = str(error).rpartition(": ")[2].rstrip(".")
        return "a ring is not closed" if "closed linestring" in text else text
    return "the geometry cannot be read"
