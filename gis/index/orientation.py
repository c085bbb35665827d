"""Tell exactly on which side of a line a point lies.

A determinant in doubles decides almost always: its rounding error is bounded. The
rest is decided by expansions, sums of doubles that do not overlap, which hold the
determinant without error::

    (ax - cx) * (by - cy)  -  (ay - cy) * (bx - cx)
     head+tail  head+tail      head+tail  head+tail     each difference: 2 doubles
     4 products of 2 doubles   4 products of 2 doubles  in all: 16 doubles, summed

Exact as long as no product underflows, which the limits of `gis.index.inputs` ensure.

References
----------
.. [1] Shewchuk (1997), Adaptive precision floating-point arithmetic and fast robust
   geometric predicates.
.. [2] Ozaki, Buenger, Ogita, Oishi, Rump (2016), Simple floating-point filters for
   the two-dimensional orientation problem.
"""

import numpy as np
from numpy.typing import NDArray

from gis.index.compiling import compiled

# (3u + 8u2) of Shewchuk's filter A, with 1 % to spare for its own rounding.
FILTER = 3.3306690738754716e-16 * 1.01
_SPLITTER = 134217729.0  # 2**27 + 1


@compiled
def orientation(
    ax: float, ay: float, bx: float, by: float, cx: float, cy: float
) -> int:
    """Return 1 if c lies left of the line from a to b, -1 if right, 0 if on it."""
    left = (ax - cx) * (by - cy)
    right = (ay - cy) * (bx - cx)
    determinant = left - right
    if abs(determinant) > FILTER * (abs(left) + abs(right)):
        return 1 if determinant > 0 else -1
    return exact_orientation(ax, ay, bx, by, cx, cy)


@compiled
def exact_orientation(
    ax: float, ay: float, bx: float, by: float, cx: float, cy: float
) -> int:
    """Return the sign of the determinant without any rounding."""
    terms = np.zeros(16)
    _add_product(terms, 0, two_difference(ax, cx), two_difference(by, cy), 1.0)
    _add_product(terms, 8, two_difference(ay, cy), two_difference(bx, cx), -1.0)
    for position in range(15, -1, -1):  # the last that is not 0 carries the sign
        if terms[position] != 0.0:
            return 1 if terms[position] > 0.0 else -1
    return 0


@compiled
def two_difference(a: float, b: float) -> tuple[float, float]:
    """Return a - b as its rounded value and its rounding error (Shewchuk, figure 7)."""
    head = a - b
    b_virtual = a - head
    a_virtual = head + b_virtual
    return head, (a - a_virtual) + (b_virtual - b)


@compiled
def two_product(a: float, b: float) -> tuple[float, float]:
    """Return a * b as its rounded value and its rounding error (Dekker's split)."""
    head = a * b
    spread = _SPLITTER * a
    a_high = spread - (spread - a)
    a_low = a - a_high
    spread = _SPLITTER * b
    b_high = spread - (spread - b)
    b_low = b - b_high
    rest = head - a_high * b_high - a_low * b_high - a_high * b_low
    return head, a_low * b_low - rest


@compiled
def _add_product(
    terms: NDArray[np.float64],
    used: int,
    a: tuple[float, float],
    b: tuple[float, float],
    sign: float,
) -> None:
    """Add sign * a * b to an expansion that uses the first `used` terms."""
    for a_part in (a[1], a[0]):
        for b_part in (b[1], b[0]):
            head, tail = two_product(a_part, b_part)
            _grow(terms, used, sign * tail)
            _grow(terms, used + 1, sign * head)
            used += 2


@compiled
def _grow(terms: NDArray[np.float64], used: int, value: float) -> None:
    """Add one double to an expansion (Shewchuk, Grow-Expansion)."""
    for position in range(used):
        total = value + terms[position]
        virtual = total - value
        terms[position] = (value - (total - virtual)) + (terms[position] - virtual)
        value = total
    terms[used] = value
