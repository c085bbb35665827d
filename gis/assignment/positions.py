"""What is wrong with a reported position, by name; no position is mended silently."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.crs import Datum, convert
from gis.crs_area import BEYOND_DEGREES, degrees_beyond
from gis.index.inputs import SMALLEST_POINT
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


def is_plain_degrees(x: float, y: float, bounds: Sequence[float]) -> bool:
    """Say whether one pair of degrees has no reason at all, as `bring_to_grids` says.

    Parameters
    ----------
    x, y
        Degrees in the coordinates of the grids.
    bounds
        ``(minx, miny, maxx, maxy)`` of the grids.

    Examples
    --------
    >>> town = (120.0, 30.0, 120.2, 30.2)
    >>> is_plain_degrees(120.1, 30.1, town), is_plain_degrees(30.1, 120.1, town)
    (True, False)
    """
    min_x, min_y, max_x, max_y = bounds
    return (
        min_x <= x <= max_x
        and min_y <= y <= max_y
        and -180 <= x <= 180
        and -90 <= y <= 90
        and not (x.is_integer() and y.is_integer())
        and (x == 0 or abs(x) >= SMALLEST_POINT)
        and (y == 0 or abs(y) >= SMALLEST_POINT)
    )


@dataclass(frozen=True, slots=True)
class Positions:
    """Positions in the coordinates of the grids, and what is wrong with each.

    Attributes
    ----------
    x, y
        Shape (m,).
    reasons
        Codes into `REASONS`, shape (m,).
    """

    x: Floats
    y: Floats
    reasons: NDArray[np.uint8]


def bring_to_grids(
    reported: Positions, source: Datum, target: Datum, bounds: Sequence[float]
) -> Positions:
    """Bring reported positions to the datum of the grids, naming unusable ones.

    Parameters
    ----------
    reported
        Positions as they came, with the reasons found while reading them.
    source, target
        Datum of the positions and of the grids.
    bounds
        ``(minx, miny, maxx, maxy)`` of the grids, in their own coordinates.

    Returns
    -------
    positions
        A position whose x and y fit the grids only when exchanged is `swapped_axes`;
        none is exchanged for the user. One far from where its CRS is used, or with no
        place in that of the grids, is `out_of_range`.
    """
    x, y = reported.x, reported.y
    codes = check_degrees(x, y) if source.is_geographic else check_numbers(x, y)
    reasons = np.where(reported.reasons > 0, reported.reasons, codes)
    new_x, new_y = convert(x, y, source, target)
    far = np.flatnonzero(is_usable(reasons) & ~_is_near(new_x, new_y, bounds))
    with np.errstate(invalid="ignore"):
        exchanged = convert(y[far], x[far], source, target)
    reasons[far[_is_within(*exchanged, bounds)]] = SWAPPED_AXES
    # what lies near the grids lies where it should
    far = far[is_usable(reasons[far])]
    is_beyond = degrees_beyond(x[far], y[far], source) > BEYOND_DEGREES
    is_beyond |= ~(np.isfinite(new_x[far]) & np.isfinite(new_y[far]))
    reasons[far[is_beyond]] = OUT_OF_RANGE
    return Positions(new_x, new_y, reasons)


def _is_near(x: Floats, y: Floats, bounds: Sequence[float]) -> NDArray[np.bool_]:
    """Say which points are no farther from the bounds than these are wide."""
    min_x, min_y, max_x, max_y = bounds
    margin = max(max_x - min_x, max_y - min_y)
    return _is_within(
        x, y, (min_x - margin, min_y - margin, max_x + margin, max_y + margin)
    )


def _is_within(x: Floats, y: Floats, bounds: Sequence[float]) -> NDArray[np.bool_]:
    min_x, min_y, max_x, max_y = bounds
    within: NDArray[np.bool_] = (
        (x >= min_x) & (x <= max_x) & (y >= min_y) & (y <= max_y)
    )
    return within
