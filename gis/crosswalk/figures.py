"""A whole figure of grids, such as residents, moved to the grids of another system."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.crosswalk.pieces import OUTSIDE
from gis.crosswalk.weights import Weights
from gis.errors import InvalidLayerError

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class MovedFigure:
    """A figure by target, with the least and the most that it can be.

    Attributes
    ----------
    values
        Whole numbers, shape (m + 1,): each target, then what is outside all of them;
        their sum is that of the sources.
    least, most
        What each would be if all that could lie elsewhere did, and if all that could
        lie there did; shape (m + 1,).
    """

    values: Rows
    least: Rows
    most: Rows


def move_figure(weights: Weights, figures: Rows) -> MovedFigure:
    """Return a figure of the sources as a figure of the targets, its total the same.

    Each source is dealt out by largest remainder; of equal ones the target with the
    lowest id comes first, what is outside last.

    Parameters
    ----------
    weights
        From the sources to the targets.
    figures
        Whole numbers from 0 on, one for each source, shape (n,).

    Raises
    ------
    InvalidLayerError
        If there is not one whole number from 0 on for each source.

    References
    ----------
    .. [1] Balinski, Young (1982), Fair Representation: Hamilton's method.

    Examples
    --------
    >>> rows = np.array([[0, 0], [0, 1], [1, 1]])
    >>> halves = Weights(rows, np.array([0.5, 0.5, 1.0]), np.array([False] * 2), 2)
    >>> moved = move_figure(halves, np.array([7, 10]))
    >>> moved.values.tolist(), moved.least.tolist(), moved.most.tolist()
    ([4, 13, 0], [0, 10, 0], [7, 17, 0])
    """
    _check_figures(figures, len(weights.is_by_area))
    source = weights.rows[:, 0]
    places = np.where(
        weights.rows[:, 1] == OUTSIDE, weights.targets, weights.rows[:, 1]
    )
    shares = _dealt_out(figures, source, weights.weights)
    is_only = np.bincount(source, minlength=len(figures))[source] == 1
    values, least, most = (
        _summed(places, amounts, weights.targets + 1)
        for amounts in (shares, figures[source] * is_only, figures[source])
    )
    return MovedFigure(values, least, most)


def _check_figures(figures: Rows, count: int) -> None:
    """Refuse figures that are not one whole number from 0 on for each source."""
    if figures.shape != (count,) or not np.issubdtype(figures.dtype, np.integer):
        raise InvalidLayerError(
            "Found figures of shape {shape!r} and type {dtype}, expected {count} "
            "whole numbers; give one for each grid.",
            shape=figures.shape,
            dtype=figures.dtype,
            count=count,
        )
    below = np.flatnonzero(figures < 0)
    if len(below):
        raise InvalidLayerError(
            "The figure of grid {below} is {figures}, expected a whole number from 0 "
            "on; correct it.",
            below=int(below[0]) + 1,
            figures=int(figures[below[0]]),
        )


def _dealt_out(figures: Rows, source: Rows, weights: Floats) -> Rows:
    """Return each figure in whole parts, the rest to the largest remainders."""
    quota = figures[source] * weights
    whole = np.floor(quota).astype(np.int64)
    rest = figures - _summed(source, whole, len(figures))
    order = np.lexsort((np.arange(len(source)), whole - quota, source))
    rank = np.empty(len(source), dtype=np.int64)
    rank[order] = np.arange(len(source)) - np.searchsorted(source, source[order])
    return whole + (rank < rest[source])


def _summed(places: Rows, amounts: Rows, count: int) -> Rows:
    """Return the sum of whole amounts at each place."""
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, places, amounts)
    return sums
