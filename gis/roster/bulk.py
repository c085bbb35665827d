"""Bulk search in the starts of many timelines: time is cut into even buckets first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gis.models import Instant

MOST_BUCKETS: Final = 1024

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Kernel: TypeAlias = Callable[..., None]


@dataclass(frozen=True, slots=True, eq=False)
class Buckets:
    """Starts of timelines one behind the other, and where each bucket of time begins.

    Attributes
    ----------
    starts
        Ascending in each of n timelines; the first of each is before every instant.
    zero, shift
        Bucket b begins at ``zero + (b << shift)``, before every other start.
    begins
        Place in `starts` that is in force where a bucket begins; the last bucket begins
        after every start, int32 (n, buckets + 1).
    """

    starts: Int64s
    zero: Instant
    shift: int
    begins: Int32s

    def places(self, rows: Int32s, at: Int64s) -> Int32s:
        """Return the place in `starts` in force for each row and instant, (m,).

        Row -1 is the last timeline.

        Raises
        ------
        IndexError
            If there is no timeline of a row.
        """
        # compiled code checks no bounds
        count = len(self.begins)
        if len(rows) and not (rows.min() >= -1 and rows.max() < count):
            raise IndexError(f"Rows must be -1 to {count - 1}; correct them.")
        places = np.empty(len(rows), dtype=np.int32)
        _find(self.starts, self.begins, (self.zero, self.shift), (rows, at), places)
        return places


def make_buckets(timelines: Sequence[Sequence[Instant]]) -> Buckets:
    """Lay out the starts of timelines, the first of each before every instant."""
    offsets = np.cumsum([0, *map(len, timelines)])
    starts = np.fromiter(chain.from_iterable(timelines), np.int64, int(offsets[-1]))
    is_first = np.zeros(len(starts), dtype=np.bool_)
    is_first[offsets[:-1]] = True
    finite = starts[~is_first]
    low = int(finite.min()) - 1 if len(finite) else 0
    high = int(finite.max()) if len(finite) else 0
    shift = max(0, (high - low).bit_length() - (MOST_BUCKETS.bit_length() - 1))
    count = ((high - low) >> shift) + 1
    begins = np.empty((len(timelines), count + 1), dtype=np.int32)
    _fill(offsets, starts, low, shift, begins)
    return Buckets(starts, Instant(low), shift, begins)


def _compiled(kernel: Kernel) -> Kernel:
    """Return a kernel compiled, kept on disk where a folder can be written."""
    try:
        return njit(cache=True, nogil=True)(kernel)
    except RuntimeError:
        return njit(nogil=True)(kernel)


@_compiled
def _fill(
    offsets: Int64s, starts: Int64s, zero: int, shift: int, begins: Int32s
) -> None:
    """Write which place is in force where each bucket begins."""
    for row in range(len(begins)):
        place = offsets[row]
        for bucket in range(begins.shape[1]):
            begin = zero + (bucket << shift)
            while place + 1 < offsets[row + 1] and starts[place + 1] <= begin:
                place += 1
            begins[row, bucket] = place


@_compiled
def _find(
    starts: Int64s,
    begins: Int32s,
    scale: tuple[int, int],
    questions: tuple[Int32s, Int64s],
    places: Int32s,
) -> None:
    """Write the last place whose start is at or before each instant."""
    zero, shift = scale
    rows, at = questions
    last = begins.shape[1] - 2
    end = zero + ((last + 1) << shift)
    for question in range(len(rows)):
        row = rows[question] if rows[question] >= 0 else len(begins) - 1
        # before and beyond the buckets nothing changes
        instant = min(max(at[question], zero), end)
        bucket = min((instant - zero) >> shift, last)
        place = begins[row, bucket]
        length = begins[row, bucket + 1] - place + 1
        while length > 1:
            half = length >> 1
            if starts[place + half] <= instant:
                place += half
            length -= half
        places[question] = place
