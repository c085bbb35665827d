"""Medians of spans by groups, exactly: counted by buckets, selected in two of them.

A bucket is a share of an octave of milliseconds, the finer the fewer groups there are;
all that is below 0 shares one, and 0 has its own, since much is done at once.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis.index.compiling import compiled, inlined

OCTAVES: Final = 54
FINEST, COARSEST = 5, 2
"""Bits of a share of an octave."""
MOST_BUCKETS: Final = 2_000_000
"""Of all groups together, where they can be coarse enough."""
MOST: Final = 2**61
_FRACTION, _EXPONENT = 52, 1023


def fineness(groups: int, spans: int) -> int:
    """Return by how many bits octaves are shared out.

    Parameters
    ----------
    groups, spans
        How many there are.

    Examples
    --------
    >>> fineness(1, 8), fineness(10_000, 8)
    (5, 2)
    """
    room = MOST_BUCKETS // (OCTAVES * groups * spans)
    return min(max(room.bit_length() - 1, COARSEST), FINEST)


@inlined
def bucket_of(span: int, bits: int) -> int:
    """Return the bucket of a span; longer ones have higher buckets."""
    whole = np.float64(max(span, 0) + 1).view(np.int64)
    bucket = int(whole >> (_FRACTION - bits)) - (_EXPONENT << bits)
    # no span lies between 0 and 1, so that the buckets there are free
    return min(max(bucket, int(span >= 0)), (OCTAVES << bits) - 1)


@inlined
def floor_of(bucket: int, bits: int) -> int:
    """Return the least span of a bucket, or of those above it."""
    if bucket <= 0:
        return -MOST
    if bucket == 1:
        return 0
    if bucket >= OCTAVES << bits:
        return MOST
    octave, share = bucket >> bits, bucket & ((1 << bits) - 1)
    # the least whole number that is no less than the beginning of the share
    beginning = ((1 << bits) + share) << octave
    return (beginning + (1 << bits) - 1 >> bits) - 1


@compiled
def ranges_of(
    buckets: NDArray[np.int32],
    bits: int,
    ranges: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> None:
    """Find between which spans those in the middle of each group lie.

    Parameters
    ----------
    buckets
        How many spans there are, shape (parts, groups, spans, buckets).
    bits
        By how many octaves are shared out.
    ranges
        Becomes the least span, and how much further they lie, shape (groups, spans, 2);
        that is 0 where all are that span, or there are none.
    counts
        Becomes how many are below that range, how many there are, and how many lie in
        it in each part, shape (groups, spans, 2 + parts).
    """
    parts, groups, spans, size = buckets.shape
    for group in range(groups):
        for span in range(spans):
            total = buckets[:, group, span, :].sum()
            first, last, below, passed = -1, -1, 0, 0
            for bucket in range(size):
                after = passed + buckets[:, group, span, bucket].sum()
                if passed <= (total - 1) // 2 < after:
                    first, below = bucket, passed
                if passed <= total // 2 < after:
                    last = bucket
                    break
                passed = after
            counts[group, span, 0], counts[group, span, 1] = below, total
            ranges[group, span, :] = 0
            counts[group, span, 2:] = 0
            if total:
                least = floor_of(first, bits)
                width = floor_of(last + 1, bits) - least
                ranges[group, span, 0] = least
                if width == 1:
                    continue
                ranges[group, span, 1] = width
                for part in range(parts):
                    some = buckets[part, group, span, first : last + 1].sum()
                    counts[group, span, 2 + part] = some


@compiled
def select(values: NDArray[np.int64], place: int) -> int:
    """Bring the value of a place in order there, smaller ones before it; return it.

    Hoare's selection, with the middle of three as pivot.

    Parameters
    ----------
    values
        Reordered; at least one.
    place
        Of the value, if they were sorted.

    Examples
    --------
    >>> select(np.array([7, 3, 9, 1]), 2)
    7
    """
    first, last = 0, values.size - 1
    while first < last:
        middle = (first + last) // 2
        a, b, c = values[first], values[middle], values[last]
        pivot = max(min(a, b), min(max(a, b), c))
        left, right = first, last
        while left <= right:
            while values[left] < pivot:
                left += 1
            while values[right] > pivot:
                right -= 1
            if left <= right:
                values[left], values[right] = values[right], values[left]
                left, right = left + 1, right - 1
        if place <= right:
            last = right
        elif place >= left:
            first = left
        else:
            break
    return int(values[place])


@compiled
def medians_of(
    ranges: NDArray[np.int64],
    counts: NDArray[np.int64],
    starts: NDArray[np.int64],
    values: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the median of each group, NaN for none.

    Parameters
    ----------
    ranges, counts
        As `ranges_of` has them.
    starts
        Where the values of each group and span begin, and the end, shape
        (groups * spans + 1,).
    values
        Those in the ranges; their order changes.
    """
    groups, spans, _ = counts.shape
    medians = np.full((groups, spans), np.nan)
    for group in range(groups):
        for span in range(spans):
            below, total = counts[group, span, 0], counts[group, span, 1]
            if total and not ranges[group, span, 1]:
                medians[group, span] = ranges[group, span, 0]
            elif total:
                place = group * spans + span
                some = values[starts[place] : starts[place + 1]]
                low, high = (total - 1) // 2 - below, total // 2 - below
                first = select(some, low)
                # what is behind it is no less
                second = some[high:].min() if high > low else first
                medians[group, span] = (first + second) / 2
    return medians
