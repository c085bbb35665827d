"""Group neighbouring grids into regions: circles of command and communities."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]


def border_lengths(polygons: NDArray[np.object_]) -> Floats:
    """Return the length of the shared border of each pair, shape (n, n)."""
    tree = shapely.STRtree(polygons)
    left, right = tree.query(polygons, predicate="touches")
    shared = shapely.intersection(polygons[left], polygons[right])
    lengths = np.zeros((len(polygons), len(polygons)))
    lengths[left, right] = shapely.length(shared)
    return lengths


def group_neighbours(weights: Floats, borders: Floats, count: int) -> Labels:
    """Join neighbours into `count` connected regions of similar weight.

    The lightest region joins the neighbour with the longest border for its weight,
    until `count` are left.

    Parameters
    ----------
    weights
        Weight of each unit, shape (n,).
    borders
        Shared border lengths, shape (n, n); 0 where two do not touch.
    count
        Number of regions.

    Returns
    -------
    labels
        Region of each unit, 0 to count - 1 in order of first unit, shape (n,).
    """
    labels = np.arange(len(weights))
    total, shared = weights.astype(np.float64).copy(), borders.copy()
    alive = np.ones(len(weights), dtype=bool)
    while alive.sum() > count:
        light = int(np.argmin(np.where(alive, total, np.inf)))
        pull = np.where(alive, shared[light] / np.maximum(total, 1e-9), 0.0)
        into = int(np.argmax(pull))
        labels[labels == light] = into
        total[into] += total[light]
        shared[into] += shared[light]
        shared[:, into] += shared[:, light]
        shared[into, into] = 0.0
        shared[light], shared[:, light] = 0.0, 0.0
        alive[light] = False
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def group_upwards(
    weights: Floats, borders: Floats, counts: Sequence[int]
) -> list[Labels]:
    """Return nested groupings, one for each of the falling `counts`.

    Each grouping joins regions of the one before, so every region has one parent.
    """
    groupings: list[Labels] = []
    labels = np.arange(len(weights))
    for count in counts:
        labels = join_regions(labels, weights, borders, count)
        groupings.append(labels)
    return groupings


def join_regions(
    labels: Labels, weights: Floats, borders: Floats, count: int
) -> Labels:
    """Join regions that units are grouped into already into `count` larger ones.

    Parameters
    ----------
    labels
        Region of each unit, numbered from 0, shape (n,).
    weights, borders, count
        As in `group_neighbours`, of the units.
    """
    regions = int(labels.max()) + 1
    region_weights = np.zeros(regions)
    np.add.at(region_weights, labels, weights)
    member = np.zeros((regions, len(weights)))
    member[labels, np.arange(len(weights))] = 1.0
    region_borders = member @ borders @ member.T
    np.fill_diagonal(region_borders, 0.0)
    return group_neighbours(region_weights, region_borders, count)[labels]


def split_into_pieces(labels: Labels, borders: Floats) -> Labels:
    """Return labels under which units of one label that do not touch differ.

    Parameters
    ----------
    labels
        Label of each unit, shape (n,).
    borders
        Shared border lengths, shape (n, n); 0 where two do not touch.
    """
    joined = (labels[:, None] == labels) & (borders > 0)
    pieces, before = np.arange(len(labels)), None
    while before is None or (pieces != before).any():
        before = pieces
        lowest = np.where(joined, pieces, len(labels)).min(axis=1)
        pieces = np.minimum(pieces, lowest)
    return np.unique(pieces, return_inverse=True)[1].astype(np.int64)
