"""Scores to five levels: fixed breaks, and a level that does not flicker."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.errors import SettingError

Breaks = tuple[float, float, float, float]
Levels = NDArray[np.int8]

TOP_LEVEL = 5


def classify(scores: ArrayLike, breaks: Sequence[float]) -> Levels:
    """Return the level 1 to 5 of each score by fixed breaks, 0 where it is NaN.

    Parameters
    ----------
    scores
        Any shape.
    breaks
        Four ascending upper limits, or fewer for fewer classes; a score equal to a
        limit is in the lower class (the rule of mapclassify's `UserDefined`).

    Examples
    --------
    >>> classify([1.0, 10.0, 11.0, float("nan")], (10.0, 20.0, 30.0, 40.0))
    array([1, 1, 2, 0], dtype=int8)
    """
    values = np.asarray(scores, dtype=np.float64)
    levels = np.searchsorted(np.asarray(breaks), values, side="left") + 1
    return np.where(np.isnan(values), 0, levels).astype(np.int8)


def shown_levels(raw: Levels, steady_days: int) -> Levels:
    """Return the level shown on each day, from the raw levels of the days up to it.

    With h = `steady_days`, day D starts from the raw level of day D - h. It leaves
    that level only if the raw levels of all later days, D - h + 1 to D, are above it,
    or all are below it; then it moves to the nearest of them. That is

        shown(D) = max(low, min(raw(D - h), high))

    with low and high the least and the greatest raw level of the h later days. The
    nearest, not the last: only so can a higher raw level on any one day never lower
    the level that is shown.

    Nothing is remembered from what was shown before, so nothing can get stuck: a raw
    level that holds for h days is shown on the last of them. A one-day excursion is
    not shown. One of 1 < n < h days is shown for n - 1 days, beginning h days after
    it began.

    A day without data (0) shows no data. Among the days before it is passed over: the
    earliest day with data takes the place of day D - h, the rest are the later days.

    Parameters
    ----------
    raw
        Raw level of each day and area, shape (days, n), oldest day first; 0 no data.
    steady_days
        h, at least 1; 1 shows the raw level of the day.

    Returns
    -------
    levels
        Shape (days - h, n): of every day that has h days before it.

    Raises
    ------
    SettingError
        If there are fewer than h + 1 days.

    Examples
    --------
    >>> raw = np.array([[1], [1], [1], [5], [1], [1], [1], [1]], dtype=np.int8)
    >>> shown_levels(raw, 3).ravel()
    array([1, 1, 1, 1, 1], dtype=int8)
    >>> shown_levels(np.array([[1], [2], [3], [3], [3]], dtype=np.int8), 3).ravel()
    array([2, 3], dtype=int8)
    """
    if steady_days < 1 or len(raw) <= steady_days:
        raise SettingError(
            "{raw} days of levels were given for steady_days {steady_days!r}, which "
            "must be at least 1 and less than the days; give more days.",
            raw=len(raw),
            steady_days=steady_days,
        )
    days = range(len(raw) - steady_days)
    return np.stack([_settle(raw[day : day + steady_days + 1]) for day in days])


def _settle(raw: Levels) -> Levels:
    """Return the level shown on the last of h + 1 days."""
    present = raw > 0
    first = present.argmax(axis=0)
    start = raw[first, np.arange(raw.shape[1])]
    later = present & (np.arange(len(raw))[:, None] > first)
    low = np.where(later, raw, TOP_LEVEL).min(axis=0)
    high = np.where(later, raw, 0).max(axis=0)
    moved = np.maximum(low, np.minimum(start, high))
    levels = np.where(later.any(axis=0), moved, start)
    return np.where(present[-1], levels, 0).astype(np.int8)


def count_levels(levels: ArrayLike) -> tuple[int, ...]:
    """Return how many areas have no data and level 1 to 5, six numbers.

    Examples
    --------
    >>> count_levels([1, 1, 5, 0])
    (1, 2, 0, 0, 0, 1)
    """
    counts = np.bincount(np.asarray(levels, dtype=np.int64), minlength=TOP_LEVEL + 1)
    return tuple(counts.tolist())


@dataclass(frozen=True, slots=True)
class BreakMove:
    """What happens to the map when one break is moved.

    Attributes
    ----------
    level
        Level whose upper limit is moved, 1 to 4.
    limit
        The moved break; it stops at its neighbour.
    changed
        Areas whose shown level is another one then.
    counts
        Areas without data and of level 1 to 5 then.
    """

    level: int
    limit: float
    changed: int
    counts: tuple[int, ...]


def break_sensitivity(
    scores: NDArray[np.float64],
    breaks: Breaks,
    steady_days: int,
    floors: ArrayLike = 0,
    share: float = 0.1,
) -> tuple[BreakMove, ...]:
    """Return how many areas change their level when a break moves down or up.

    Parameters
    ----------
    scores
        Scores of each day and area, shape (days, n), oldest day first.
    breaks
        The breaks of the method.
    steady_days
        As in `shown_levels`; the levels of the last day are compared.
    floors
        Least level of each area on the last day, shape (n,); no move goes below.
    share
        How far a break is moved, as a share of itself.

    Returns
    -------
    moves
        Eight: each break down, then up.

    Examples
    --------
    >>> scores = np.array([[10.5, 19.5, 50.0]] * 2)
    >>> moves = break_sensitivity(scores, (10.0, 20.0, 30.0, 40.0), 1)
    >>> [move.changed for move in moves]
    [0, 1, 1, 0, 0, 0, 0, 0]
    """

    def levels_by(limits: Breaks) -> Levels:
        settled = shown_levels(classify(scores, limits), steady_days)[-1]
        levels: Levels = np.maximum(settled, np.asarray(floors, dtype=np.int8))
        return levels

    # no earlier day changes what is shown on the last
    scores = scores[-steady_days - 1 :]
    base = levels_by(breaks)
    moves = []
    for row, factor in ((row, f) for row in range(4) for f in (1 - share, 1 + share)):
        moved = _move_break(breaks, row, factor)
        levels = levels_by(moved)
        changed = int((levels != base).sum())
        moves.append(BreakMove(row + 1, moved[row], changed, count_levels(levels)))
    return tuple(moves)


def _move_break(breaks: Breaks, row: int, factor: float) -> Breaks:
    """Return breaks with one of them moved as far as its neighbours let it."""
    below = breaks[row - 1] if row else 0.0
    above = breaks[row + 1] if row < 3 else np.inf
    limits = list(breaks)
    limits[row] = min(max(breaks[row] * factor, below), above)
    first, second, third, fourth = limits
    return first, second, third, fourth
