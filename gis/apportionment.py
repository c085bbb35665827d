"""A total shared out in whole numbers, by weight with the largest remainders."""

import numpy as np
from numpy.typing import NDArray


def apportion(total: int, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return whole numbers that sum to `total`, by weight with largest remainders.

    Parameters
    ----------
    total
        Their sum.
    weights
        0 or more, not all of them 0, shape (n,); equal remainders go in their order.

    Examples
    --------
    >>> apportion(10, np.array([1.0, 1.0, 2.0]))
    array([3, 2, 5])
    """
    exact = total * weights / weights.sum()
    counts: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    rest = np.argsort(counts - exact, kind="stable")[: total - int(counts.sum())]
    counts[rest] += 1
    return counts
