"""What is wrong with a reported position, by name; no position is mended silently."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gis.index.inputs import is_usable as is_usable_number

Floats = NDArray[np.float64]

REASONS: tuple[str, ...] = (
    "",
    "missing",
    "not_a_number",
    "decimal_comma",
    "not_a_point",
    "out_of_range",
    "swapped_axes",
    "whole_degrees",
)
"""Reasons by code; code 0 is none. All but `whole_degrees` leave no usable position."""

OUT_OF_RANGE = REASONS.index("out_of_range")
SWAPPED_AXES = REASONS.index("swapped_axes")
WHOLE_DEGREES = REASONS.index("whole_degrees")
NOT_A_NUMBER = REASONS.index("not_a_number")


def is_usable(codes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Say which positions can be located: those without a reason, or flagged only."""
    usable: NDArray[np.bool_] = (codes == 0) | (codes == WHOLE_DEGREES)
    return usable


def check_degrees(x: Floats, y: Floats) -> NDArray[np.uint8]:
    """Name what is wrong with coordinates that claim to be lon, lat in degrees.

    Parameters
    ----------
    x, y
        Degrees as reported, shape (m,).

    Returns
    -------
    codes
        Into `REASONS`, shape (m,): `not_a_number`; `swapped_axes` where only the
        exchanged pair can be lon, lat; `out_of_range`; `whole_degrees` where both are
        whole numbers, which a device reports when it knows no better.

    Examples
    --------
    >>> codes = check_degrees(np.array([30.3, 120.0]), np.array([120.1, 30.0]))
    >>> [REASONS[code] for code in codes]
    ['swapped_axes', 'whole_degrees']
    """
    codes = check_numbers(x, y)
    in_range = (np.abs(x) <= 180) & (np.abs(y) <= 90)
    swapped = (np.abs(y) <= 180) & (np.abs(x) <= 90)
    whole = (x == np.round(x)) & (y == np.round(y))
    usable = codes == 0
    codes[usable & in_range & whole] = WHOLE_DEGREES
    codes[usable & ~in_range] = OUT_OF_RANGE
    codes[usable & ~in_range & swapped] = SWAPPED_AXES
    return codes


def check_numbers(x: Floats, y: Floats) -> NDArray[np.uint8]:
    """Name coordinates that are not finite, or not 0 or of magnitude 1e-9 to 1e9."""
    codes = np.zeros(len(x), dtype=np.uint8)
    codes[~(is_usable_number(x) & is_usable_number(y))] = OUT_OF_RANGE
    codes[~(np.isfinite(x) & np.isfinite(y))] = NOT_A_NUMBER
    return codes


def is_swapped_into(
    x: Floats, y: Floats, bounds: Sequence[float], margin: float
) -> NDArray[np.bool_]:
    """Say which points lie far from the bounds, yet in them with x and y exchanged.

    Parameters
    ----------
    x, y
        Coordinates in the CRS of the bounds, shape (m,).
    bounds
        ``(minx, miny, maxx, maxy)`` of the grids.
    margin
        How far outside the bounds is far, in units of the coordinates.
    """
    min_x, min_y, max_x, max_y = bounds
    near = (x >= min_x - margin) & (x <= max_x + margin)
    near &= (y >= min_y - margin) & (y <= max_y + margin)
    fits = (y >= min_x) & (y <= max_x) & (x >= min_y) & (x <= max_y)
    return ~near & fits
