"""The cap on events: places are the ground of a score, events add a share at most."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def cap_events(places: Ints, events: Ints, percent: int) -> Ints:
    """Return the weight of events as far as that of the places of their area lets it.

    Places make at least the share of the sum in each area, so in any set of areas too,
    as in the whole town. The cap of an area grows with the weight of its places and
    knows no other area.

    Parameters
    ----------
    places, events
        Weights in millionths, of one shape.
    percent
        Least share of places in hundredths; 0 caps nothing.

    Examples
    --------
    >>> cap_events(np.array([7, 7, 0]), np.array([2, 9, 9]), 70)
    array([2, 3, 0])
    """
    if not percent:
        return events
    return np.minimum(events, places * (100 - percent) // percent)


def spread_cap(weights: Ints, capped: Ints) -> Ints:
    """Return the weights of the groups of each area scaled down to what is capped.

    Whole millionths add up to the cap exactly: each group has the difference of the
    running sums, scaled and rounded down.

    Parameters
    ----------
    weights
        Shape (areas, groups).
    capped
        What their sum may be, shape (areas,); at most the sum.

    Examples
    --------
    >>> spread_cap(np.array([[3, 3, 3], [1, 2, 0]]), np.array([7, 3]))
    array([[2, 2, 3],
           [1, 2, 0]])
    """
    spread = weights.copy()
    sums = weights.sum(axis=1)
    for row in np.flatnonzero(sums > capped).tolist():
        total, cap = int(sums[row]), int(capped[row])
        # whole numbers of Python: the products are wider than 64 bits
        running = [int(part) * cap // total for part in np.cumsum(weights[row])]
        spread[row] = np.diff([0, *running])
    return spread
