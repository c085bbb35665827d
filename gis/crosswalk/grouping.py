"""Join neighbours into a number of groups of similar weight."""

import heapq
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from gis.errors import InvalidLayerError

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]


def join_neighbours(
    weights: Floats, borders: Mapping[tuple[int, int], float], count: int
) -> Rows:
    """Join units into groups that hang together.

    The lightest group joins the neighbour with the longest border for its weight, until
    so many are left; ties go to the lower row. One without neighbours stays alone.

    Parameters
    ----------
    weights
        Of each unit, above 0, shape (n,).
    borders
        Length of the border of two units, the lower row first.
    count
        Number of groups.

    Returns
    -------
    labels
        Group of each unit, 0 to count - 1 in order of the first unit, shape (n,).

    Raises
    ------
    InvalidLayerError
        If there are fewer units, or more parts that do not touch, than groups.

    Examples
    --------
    >>> join_neighbours(np.array([1.0, 5.0, 5.0]), {(0, 1): 2.0, (1, 2): 2.0}, 2)
    array([0, 0, 1])
    """
    if not 1 <= count <= len(weights):
        raise InvalidLayerError(
            "There are {weights} pieces to be joined into {count} grids; give a "
            "number from 1 to {weights}.",
            weights=len(weights),
            count=count,
        )
    total = weights.tolist()
    near: list[dict[int, float]] = [{} for _ in total]
    for (low, high), length in borders.items():
        near[low][high] = near[high][low] = length
    into = list(range(len(total)))
    waiting = [(weight, row) for row, weight in enumerate(total)]
    heapq.heapify(waiting)
    alive = len(total)
    while alive > count:
        light = _lightest(waiting, total, into)
        if light is None:
            raise InvalidLayerError(
                "The pieces hang together in {alive} parts at least, expected {count} "
                "grids; join parts that do not touch by naming the groups.",
                alive=alive,
                count=count,
            )
        if not near[light]:
            continue
        target = max(near[light], key=lambda row: (near[light][row] / total[row], -row))
        _join(light, target, near)
        into[light] = target
        total[target] += total[light]
        heapq.heappush(waiting, (total[target], target))
        alive -= 1
    return _numbered(into)


def _lightest(
    waiting: list[tuple[float, int]], total: list[float], into: list[int]
) -> int | None:
    """Return the lightest group that is still one; entries of before are dropped."""
    while waiting:
        weight, row = heapq.heappop(waiting)
        if into[row] == row and total[row] == weight:
            return row
    return None


def _join(light: int, target: int, near: list[dict[int, float]]) -> None:
    """Give the borders of a group to another."""
    for other, length in near[light].items():
        del near[other][light]
        if other != target:
            near[target][other] = near[target].get(other, 0.0) + length
            near[other][target] = near[target][other]
    near[light] = {}


def _numbered(into: list[int]) -> Rows:
    """Return the group that each unit ended in, numbered in order."""
    ends = []
    for row in range(len(into)):
        end = row
        while into[end] != end:
            end = into[end]
        ends.append(end)
    _, first, labels = np.unique(ends, return_index=True, return_inverse=True)
    places = np.empty_like(first)
    places[np.argsort(first)] = np.arange(len(first))
    return places[labels]
