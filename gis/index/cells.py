"""Map coordinates to the cells of a block, and find which cells an edge touches.

The floating-point mapping itself says which cell a point is in; it never decreases,
so a column is the set of all doubles between two borders, and a border is the
smallest double of its column, found by bisection and never by a tolerance::

    column     0          1          2          3
            |----------|----------|----------|----------|
    border  b0         b1         b2         b3         b4 (first double beyond)
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.index.compiling import compiled

# Bound of the rounding error of an interpolated x, in units of |x1| + |x2|.
_SLACK = 4e-15


class Cell(NamedTuple):
    """The doubles of a cell: west <= x < east, south <= y < north."""

    west: float
    east: float
    south: float
    north: float


class Axis(NamedTuple):
    """One axis of a block: origin, cells per unit, and borders (count + 1 of them)."""

    origin: float
    scale: float
    borders: NDArray[np.float64]


@compiled
def position(value: float, origin: float, scale: float, count: int) -> int:
    """Return the column of a double, the first or last where it falls outside."""
    place = int((value - origin) * scale)
    return min(max(place, 0), count - 1)


@compiled
def make_axis(first: float, beyond: float, count: int) -> Axis:
    """Divide the doubles from `first` to before `beyond` into columns."""
    scale = count / (beyond - first)
    borders = np.empty(count + 1)
    borders[0] = first
    borders[count] = beyond
    for column in range(1, count):
        borders[column] = _border(first, beyond, scale, column)
    return Axis(first, scale, borders)


@compiled
def _border(first: float, beyond: float, scale: float, column: int) -> float:
    """Return the smallest double from `first` on that maps to `column` or later."""
    guess = min(max(first + column / scale, first), beyond)
    reach = 4.5e-16 * (abs(first) + abs(beyond))
    low = max(guess - reach, first)
    high = min(guess + reach, beyond)
    if int((low - first) * scale) >= column:
        low = first
    if int((high - first) * scale) < column:
        high = beyond
    while True:  # low maps before the column, high does not
        middle = low + (high - low) * 0.5
        if middle <= low or middle >= high:
            return high
        if int((middle - first) * scale) >= column:
            high = middle
        else:
            low = middle


@compiled
def rows_of_edge(y1: float, y2: float, axis: Axis) -> tuple[int, int]:
    """Return the first and last row that an edge touches."""
    count = len(axis.borders) - 1
    low = position(min(y1, y2), axis.origin, axis.scale, count)
    return low, position(max(y1, y2), axis.origin, axis.scale, count)


@compiled
def columns_of_edge(
    edge: tuple[float, float, float, float], row: int, x_axis: Axis, y_axis: Axis
) -> tuple[int, int]:
    """Return columns that hold all of the edge within a row, or a few more.

    The last is before the first where the edge passes beside the block.
    """
    x1, y1, x2, y2 = edge
    west = min(x1, x2)
    east = max(x1, x2)
    south = y_axis.borders[row]
    north = y_axis.borders[row + 1]
    if y1 != y2 and (min(y1, y2) < south or max(y1, y2) >= north):
        slope = (x2 - x1) / (y2 - y1)
        slack = _SLACK * (abs(x1) + abs(x2))
        at_low = x1 + (max(min(y1, y2), south) - y1) * slope
        at_high = x1 + (min(max(y1, y2), north) - y1) * slope
        west = max(west, min(at_low, at_high) - slack)
        east = min(east, max(at_low, at_high) + slack)
    if east < x_axis.borders[0] or west >= x_axis.borders[-1]:
        return 0, -1
    count = len(x_axis.borders) - 1
    first = position(west, x_axis.origin, x_axis.scale, count)
    return first, position(east, x_axis.origin, x_axis.scale, count)
