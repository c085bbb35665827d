"""Points of the stored grid as whole numbers, and what is exact about them.

A coordinate in degrees at 9 decimals is a number of units of 1e-9 degree, about a tenth
of a millimetre. Sides, meetings and areas are told without rounding.
"""

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Point: TypeAlias = tuple[int, int]

UNIT: Final = 10**9
"""Units a degree."""
# products of differences below this, and differences of two such, fit in 64 bits
_NARROW: Final = 2**31
_LOW: Final = 2**32


def to_units(xy: ArrayLike) -> Ints:
    """Return degrees as units, to the nearest.

    Parameters
    ----------
    xy
        Finite degrees, any shape.

    Examples
    --------
    >>> to_units([[120.123456789, 30.0]]).tolist()
    [[120123456789, 30000000000]]
    """
    units: Ints = np.round(np.asarray(xy, dtype=np.float64) * UNIT).astype(np.int64)
    return units


def to_degrees(units: ArrayLike) -> Floats:
    """Return units as degrees: the doubles nearest to 9 decimals.

    Examples
    --------
    >>> to_degrees([120123456789]).tolist()
    [120.123456789]
    """
    degrees: Floats = np.asarray(units, dtype=np.int64) / UNIT
    return degrees


def place_of(point: Point) -> tuple[float, float]:
    """Return lon and lat of a point in degrees.

    Examples
    --------
    >>> place_of((120123456789, 30))
    (120.123456789, 3e-08)
    """
    return point[0] / UNIT, point[1] / UNIT


def as_point(xy: Ints) -> Point:
    """Return a row of coordinates, shape (2,), as a point.

    Examples
    --------
    >>> as_point(np.array([1, 2]))
    (1, 2)
    """
    x, y = xy.tolist()
    return x, y


def turns(start: Ints, end: Ints, place: Ints) -> Ints:
    """Return for each place 1 left of the line from start to end, -1 right, 0 on it.

    Parameters
    ----------
    start, end, place
        Shape (..., 2), broadcast against each other.

    Examples
    --------
    >>> turns(np.array([0, 0]), np.array([2, 1]), np.array([[2, 2], [4, 2]])).tolist()
    [1, 0]
    """
    along, off = end - start, place - start
    if _is_wide(along) or _is_wide(off):
        along, off = along.astype(object), off.astype(object)
    left = along[..., 0] * off[..., 1]
    right = along[..., 1] * off[..., 0]
    return np.asarray(left > right, dtype=np.int64) - np.asarray(left < right)


def _is_wide(differences: Ints) -> bool:
    """Return whether products of differences could exceed 64 bits."""
    if not differences.size:
        return False
    return bool(differences.max() >= _NARROW or differences.min() <= -_NARROW)


def doubled_area(xy: Ints, origin: Point | None = None) -> int:
    """Return twice the area to the left of a line about an origin, a whole number.

    Of a closed ring it is its doubled area, positive anticlockwise, whatever the
    origin; those of the lines of a border about one origin sum to that of the border.

    Parameters
    ----------
    xy
        Shape (n, 2).
    origin
        The first corner where None.

    Examples
    --------
    >>> doubled_area(np.array([[0, 0], [2, 0], [2, 1], [0, 0]]))
    2
    """
    offset = xy - (xy[0] if origin is None else np.array(origin))
    start, end = offset[:-1], offset[1:]
    if _is_wide(offset):
        start, end = start.astype(object), end.astype(object)
        return int((start[:, 0] * end[:, 1] - start[:, 1] * end[:, 0]).sum())
    terms = start[:, 0] * end[:, 1] - start[:, 1] * end[:, 0]
    # high and low halves are summed apart: no sum of either leaves 64 bits
    return int((terms >> 32).sum()) * _LOW + int((terms & (_LOW - 1)).sum())


def segments_of(xy: Ints) -> Ints:
    """Return the segments of a line, shape (n - 1, 2 ends, 2).

    Examples
    --------
    >>> segments_of(np.array([[0, 0], [1, 0], [1, 1]])).tolist()
    [[[0, 0], [1, 0]], [[1, 0], [1, 1]]]
    """
    return np.stack([xy[:-1], xy[1:]], axis=1)


def without_repeats(xy: Ints) -> Ints:
    """Return a line without corners that stand twice in a row.

    Examples
    --------
    >>> without_repeats(np.array([[0, 0], [0, 0], [1, 0]])).tolist()
    [[0, 0], [1, 0]]
    """
    is_new = np.ones(len(xy), dtype=bool)
    is_new[1:] = (xy[1:] != xy[:-1]).any(axis=1)
    return xy[is_new]


def angle_order(direction: Point, partner: Point) -> int:
    """Compare two directions by their angle, anticlockwise from the east.

    Returns
    -------
    order
        Negative where `direction` comes first, 0 where both are the same.

    Examples
    --------
    >>> angle_order((1, 0), (0, 5)) < 0, angle_order((1, 1), (2, 2))
    (True, 0)
    """
    own_half, other_half = _is_lower(direction), _is_lower(partner)
    if own_half != other_half:
        return own_half - other_half
    turn = direction[0] * partner[1] - direction[1] * partner[0]
    return (turn < 0) - (turn > 0)


def _is_lower(direction: Point) -> bool:
    """Return whether a direction points to the south or due west."""
    x, y = direction
    return y < 0 or (y == 0 and x < 0)


def side_of_ring(places: Ints, ring: Ints) -> Ints:
    """Return for each place 1 inside a ring, 0 on it, -1 outside.

    Parameters
    ----------
    places
        Shape (m, 2).
    ring
        Closed, either way round, shape (n, 2).

    Examples
    --------
    >>> square = np.array([[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]])
    >>> side_of_ring(np.array([[1, 1], [4, 2], [5, 2]]), square).tolist()
    [1, 0, -1]
    """
    start, end = ring[None, :-1], ring[None, 1:]
    place = places[:, None]
    turn = turns(start, end, place)
    low, high = np.minimum(start, end), np.maximum(start, end)
    is_on = (turn == 0) & ((low <= place) & (place <= high)).all(axis=2)
    rises = start[..., 1] <= place[..., 1]
    crosses = rises != (end[..., 1] <= place[..., 1])
    is_hit = crosses & np.where(rises, turn > 0, turn < 0)
    inside = np.where(is_hit.sum(axis=1) % 2 == 1, 1, -1)
    return np.where(is_on.any(axis=1), 0, inside)
