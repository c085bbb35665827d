"""Counts: with their noun in a sentence, and shared out in whole numbers."""

import numpy as np
from numpy.typing import NDArray


def noun_for(count: int, noun: str, plural: str = "") -> str:
    """Return the form of a noun that stands after a count.

    Parameters
    ----------
    count
        How many.
    noun
        Of one.
    plural
        Of none or many; empty where it is the noun with an s.

    Examples
    --------
    >>> noun_for(1, "event"), noun_for(0, "event"), noun_for(2, "was", "were")
    ('event', 'events', 'were')
    """
    return noun if count == 1 else plural or f"{noun}s"


def count_text(count: int, noun: str, plural: str = "") -> str:
    """Return a count with its noun.

    Parameters
    ----------
    count, noun, plural
        As `noun_for` takes them.

    Examples
    --------
    >>> count_text(1, "event"), count_text(1200, "event"), count_text(0, "fault")
    ('1 event', '1,200 events', '0 faults')
    """
    return f"{count:,} {noun_for(count, noun, plural)}"


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
