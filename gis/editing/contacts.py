"""Where segments meet, and where they come too near to each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis.editing.whole_numbers import UNIT, Floats, Ints, turns
from gis.geodesy import metres_per_degree

# units of latitude over which a metre is as good as the same
_ROW: Final = UNIT // 1000
# pairs of segments compared at once; some temporaries of 32 bytes each
_CHUNK: Final = 200_000

Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, slots=True, eq=False)
class Meetings:
    """Pairs of a segment and a partner that meet.

    Attributes
    ----------
    segments, partners
        Their rows, shape (m,) each.
    is_joint
        Whether the two have one end in common and nothing else.
    """

    segments: NDArray[np.int64]
    partners: NDArray[np.int64]
    is_joint: NDArray[np.bool_]


def find_meetings(segments: Ints, partners: Ints) -> Meetings:
    """Return where segments meet partners, told in whole numbers.

    Parameters
    ----------
    segments, partners
        Shape (k, 2 ends, 2) and (m, 2, 2), of some length each.

    Examples
    --------
    >>> cross = np.array([[[0, 0], [2, 2]]]), np.array([[[0, 2], [2, 0]]])
    >>> find_meetings(*cross).is_joint.tolist()
    [False]
    """
    chunks = [
        _meet(segments, partners, *pairs) for pairs in near_pairs(segments, partners)
    ]
    none = np.empty(0, dtype=np.int64)
    return Meetings(
        np.concatenate([none, *(chunk.segments for chunk in chunks)]),
        np.concatenate([none, *(chunk.partners for chunk in chunks)]),
        np.concatenate([none.astype(bool), *(chunk.is_joint for chunk in chunks)]),
    )


def near_pairs(
    segments: Ints, partners: Ints, margin: tuple[int, int] = (0, 0)
) -> Iterator[Pairs]:
    """Yield rows of segments and partners whose boxes meet, some at a time.

    Parameters
    ----------
    segments, partners
        Shape (k, 2, 2) and (m, 2, 2).
    margin
        Boxes count as meeting up to this distance in x and in y.
    """
    low, high = partners.min(axis=1) - margin, partners.max(axis=1) + margin
    own_low, own_high = segments.min(axis=1), segments.max(axis=1)
    stride = max(1, _CHUNK // max(1, len(partners)))
    for first in range(0, len(segments), stride):
        part = slice(first, first + stride)
        is_near = (own_low[part, None, 0] <= high[:, 0]) & (
            low[:, 0] <= own_high[part, None, 0]
        )
        is_near &= (own_low[part, None, 1] <= high[:, 1]) & (
            low[:, 1] <= own_high[part, None, 1]
        )
        rows, other = np.nonzero(is_near)
        if len(rows):
            yield rows + first, other


def _meet(segments: Ints, partners: Ints, rows: Ints, other: Ints) -> Meetings:
    """Return which pairs of segments whose boxes meet do so themselves."""
    a, b = segments[rows].transpose(1, 0, 2)
    c, d = partners[other].transpose(1, 0, 2)
    of_c, of_d, of_a, of_b = (
        turns(a, b, c),
        turns(a, b, d),
        turns(c, d, a),
        turns(c, d, b),
    )
    is_straight = (of_c == 0) & (of_d == 0)
    low = np.maximum(np.minimum(a, b), np.minimum(c, d))
    high = np.minimum(np.maximum(a, b), np.maximum(c, d))
    overlaps = is_straight & (low < high).any(axis=1)
    # boxes meet, so straight ones that do not overlap touch in an end
    meets = is_straight | ((of_c * of_d <= 0) & (of_a * of_b <= 0))
    shares = np.zeros(len(rows), dtype=bool)
    for own, partner in ((a, c), (a, d), (b, c), (b, d)):
        shares |= (own == partner).all(axis=1)
    return Meetings(rows[meets], other[meets], (shares & ~overlaps)[meets])


@dataclass(frozen=True, slots=True)
class Scale:
    """Metres of a unit in x and in y around a place.

    Examples
    --------
    >>> round(Scale.at(30 * 10**9).y * 10**9)
    110852
    """

    x: float
    y: float

    @classmethod
    def at(cls, y: int) -> "Scale":
        """Return the scale at a latitude in units, to a hundred-thousandth."""
        return cls(*_metres_per_unit(y // _ROW))

    def margin(self, metres: float) -> tuple[int, int]:
        """Return units in x and y that are at least so many metres."""
        return int(metres / self.x) + 1, int(metres / self.y) + 1

    def metres(self, xy: Ints) -> Floats:
        """Return differences in units, shape (..., 2), as metres."""
        metres: Floats = xy * np.array([self.x, self.y])
        return metres


@lru_cache(maxsize=4096)
def _metres_per_unit(row: int) -> tuple[float, float]:
    """Return metres of a unit in x and in y within a row of latitude."""
    [[along], [up]] = metres_per_degree(np.array([(row + 0.5) * _ROW / UNIT]))
    return max(float(along), 1.0) / UNIT, float(up) / UNIT


def distances_m(places: Ints, segments: Ints, scale: Scale) -> Floats:
    """Return the metres from each place to its segment.

    Parameters
    ----------
    places, segments
        Shape (m, 2) and (m, 2, 2).
    scale
        Of the neighbourhood.

    Examples
    --------
    >>> place, segment = np.array([[5, 3]]), np.array([[[0, 0], [9, 0]]])
    >>> distances_m(place, segment, Scale(1.0, 2.0)).tolist()
    [6.0]
    """
    along = scale.metres(segments[:, 1] - segments[:, 0])
    off = scale.metres(places - segments[:, 0])
    length2 = (along**2).sum(axis=1)
    share = np.clip((along * off).sum(axis=1) / np.maximum(length2, 1e-30), 0.0, 1.0)
    gap = off - share[:, None] * along
    distances: Floats = np.hypot(gap[:, 0], gap[:, 1])
    return distances
