"""Random spanning trees of blocks, and the two halves that each branch parts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Branches:
    """A rooted tree: below each block but the root hangs a branch.

    Attributes
    ----------
    order
        Blocks from the root on, those of a branch one after the other, shape (n,).
    ends
        Place in `order` behind the branch that begins at each place, shape (n,).
    """

    order: Rows
    ends: Rows

    def sums(self, amounts: Floats) -> Floats:
        """Return what the branches below the root sum to.

        Parameters
        ----------
        amounts
            Of each block, shape (n,) or (n, k).

        Returns
        -------
        sums
            Of the branch at each place of `order` but the first, shape (n - 1,) or
            (n - 1, k).

        Examples
        --------
        >>> path = Branches(np.array([0, 2, 1]), np.array([3, 3, 3]))
        >>> path.sums(np.array([1.0, 10.0, 100.0])).tolist()
        [110.0, 10.0]
        """
        running = np.zeros((len(amounts) + 1, *amounts.shape[1:]))
        np.cumsum(amounts[self.order], axis=0, out=running[1:])
        sums: Floats = running[self.ends[1:]] - running[1:-1]
        return sums

    def cut_lengths(self, sides: Rows, lengths: Floats) -> Floats:
        """Return the length of the border between each branch and the rest.

        Parameters
        ----------
        sides, lengths
            Pairs of blocks and the border between them, shape (m, 2) and (m,).

        Returns
        -------
        lengths
            Of the branch at each place of `order` but the first, shape (n - 1,).

        Examples
        --------
        >>> path = Branches(np.array([0, 2, 1]), np.array([3, 3, 3]))
        >>> path.cut_lengths(np.array([[0, 1], [0, 2], [1, 2]]), np.array([1.0, 2, 4]))
        array([3., 5.])
        """
        places = np.empty(len(self.order), dtype=np.int64)
        places[self.order] = np.arange(len(self.order))
        starts = np.arange(1, len(self.order))[:, None]
        ends = self.ends[1:, None]
        first, second = places[sides].T
        is_cut = ((first >= starts) & (first < ends)) != (
            (second >= starts) & (second < ends)
        )
        borders: Floats = is_cut @ lengths
        return borders

    def branch(self, number: int) -> Rows:
        """Return the blocks of the branch at a place of what `sums` returns."""
        return self.order[number + 1 : self.ends[number + 1]]


def spanning_tree(count: int, sides: Rows, keys: Floats) -> Branches | None:
    """Return the spanning tree with the lowest keys; None where blocks lie apart.

    With random keys it is a random tree.

    Parameters
    ----------
    count
        Number of blocks; at least 1.
    sides
        Pairs of blocks side by side, shape (m, 2).
    keys
        Of each pair, shape (m,).

    References
    ----------
    .. [1] Kruskal, J. B. (1956), On the shortest spanning subtree of a graph.

    Examples
    --------
    >>> triangle = np.array([[0, 1], [0, 2], [1, 2]])
    >>> tree = spanning_tree(3, triangle, np.array([9.0, 1.0, 2.0]))
    >>> tree.order.tolist(), tree.ends.tolist()
    ([0, 2, 1], [3, 3, 3])
    >>> spanning_tree(3, triangle[:1], np.array([1.0])) is None
    True
    """
    leaders = list(range(count))
    joints: list[list[int]] = [[] for _ in leaders]
    missing = count - 1
    for first, second in sides[np.argsort(keys)].tolist():
        a, b = _leader(leaders, first), _leader(leaders, second)
        if a != b:
            leaders[a] = b
            joints[first].append(second)
            joints[second].append(first)
            missing -= 1
            if not missing:
                break
    return _rooted(joints) if not missing else None


def _leader(leaders: list[int], block: int) -> int:
    """Return the block that stands for all that a block is joined to."""
    while leaders[block] != block:
        leaders[block] = leaders[leaders[block]]
        block = leaders[block]
    return block


def _rooted(joints: list[list[int]]) -> Branches:
    """Return a tree from its first block on, branch after branch."""
    order, above = [], {0: -1}
    waiting = [0]
    while waiting:
        block = waiting.pop()
        order.append(block)
        for below in joints[block]:
            if below != above[block]:
                above[below] = block
                waiting.append(below)
    sizes = [1] * len(joints)
    for block in reversed(order[1:]):
        sizes[above[block]] += sizes[block]
    places = np.array(order, dtype=np.int64)
    return Branches(places, np.arange(len(order)) + np.array(sizes)[places])
