"""In what order ground changes hands so that no grid is in pieces on the way."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from gis.editing.blocks import Blocks
from gis.geometry import Polygonal, dissolve

Rows = NDArray[np.int64]


class Transfer(NamedTuple):
    """Ground in one piece that changes hands.

    Attributes
    ----------
    giver, receiver
        Grids.
    blocks
        Rows of its blocks, ascending.
    area
        Their union, in degrees.
    """

    giver: str
    receiver: str
    blocks: tuple[int, ...]
    area: Polygonal


def ordered_transfers(
    blocks: Blocks, rows: Rows, stages: Sequence[Rows]
) -> tuple[Transfer, ...]:
    """Return transfers to the last of some stages that can be reached.

    After each of them giver and receiver are in no more pieces than before it, and the
    giver still has ground. Pieces are handed over whole where that can be, else block
    by block; where the last stage has no such way from the start, the way leads over
    the latest stages that have, and it ends where it comes no further.

    Parameters
    ----------
    blocks
        Of grids.
    rows
        Blocks that may change hands: all of some grids, shape (k,).
    stages
        Rows of the grids of each, shape (k,), stage after stage.

    Examples
    --------
    >>> import shapely
    >>> from gis.editing.blocks import cut_blocks
    >>> grids = {"A": shapely.box(0, 0, 2, 1), "B": shapely.box(2, 0, 3, 1)}
    >>> blocks = cut_blocks(grids, [shapely.LineString([(1, 0), (1, 1)])])
    >>> ordered_transfers(blocks, np.arange(3), [np.array([0, 1, 1])])[0][:3]
    ('A', 'B', (1,))
    >>> ordered_transfers(blocks, np.arange(3), [np.array([1, 0, 1])])
    ()
    """
    ground = Ground.of(blocks, rows)
    owners, following = blocks.owners[rows], 0
    moves: list[Move] = []
    while following < len(stages):
        for stage in range(len(stages) - 1, following - 1, -1):
            way = ground.way(owners, stages[stage])
            if way is not None:
                moves += way
                owners, following = stages[stage], stage + 1
                break
        else:
            break
    return tuple(
        Transfer(
            blocks.grid_ids[move.giver],
            blocks.grid_ids[move.receiver],
            tuple(rows[move.piece].tolist()),
            dissolve(blocks.polygons[rows[move.piece]]),
        )
        for move in moves
    )


class Move(NamedTuple):
    """Blocks by their places among those that may change hands, and grids by row."""

    giver: int
    receiver: int
    piece: list[int]


class Ground:
    """Blocks that may change hands, each with its neighbours among them.

    Parameters
    ----------
    count
        Number of blocks.
    sides
        Pairs of them side by side, shape (m, 2).
    """

    def __init__(self, count: int, sides: Rows) -> None:
        self._beside: list[list[int]] = [[] for _ in range(count)]
        for first, second in sides.tolist():
            self._beside[first].append(second)
            self._beside[second].append(first)

    @classmethod
    def of(cls, blocks: Blocks, rows: Rows) -> Self:
        """Return some of the blocks of a coverage, by their places in `rows`."""
        places = np.full(len(blocks.polygons), -1)
        places[rows] = np.arange(len(rows))
        sides = places[blocks.sides]
        return cls(len(rows), sides[(sides >= 0).all(axis=1)])

    def way(self, start: Rows, end: Rows) -> list[Move] | None:
        """Return moves in order from owners to others, None where there is none.

        Parameters
        ----------
        start, end
            Grid of each block, shape (n,).

        Examples
        --------
        >>> row = Ground(3, np.array([[0, 1], [1, 2]]))
        >>> row.way(np.array([7, 7, 8]), np.array([7, 8, 8]))
        [Move(giver=7, receiver=8, piece=[1])]
        >>> row.way(np.array([7, 7, 8]), np.array([8, 8, 7])) is None
        True
        """
        owners, wanted = start.copy(), end.tolist()
        moves: list[Move] = []
        while True:
            moving = np.flatnonzero(owners != end).tolist()
            if not moving:
                return moves
            pieces = self._pieces(moving, owners, wanted)
            move = next(
                (move for move in pieces if self._is_in_order(owners, move)), None
            )
            if move is None:
                return None
            owners[move.piece] = move.receiver
            moves.append(move)

    def _pieces(
        self, moving: Iterable[int], owners: Rows, wanted: list[int]
    ) -> Iterator[Move]:
        """Return what lies together and goes the same way, then each block alone."""
        ways: dict[tuple[int, int], set[int]] = {}
        for block in moving:
            way = (int(owners[block]), wanted[block])
            ways.setdefault(way, set()).add(block)
        for way in sorted(ways):
            for piece in self._parts(ways[way]):
                yield Move(*way, piece)
        for way in sorted(ways):
            for block in sorted(ways[way]):
                yield Move(*way, [block])

    def _is_in_order(self, owners: Rows, move: Move) -> bool:
        """Say whether neither grid gets more pieces, and the giver keeps ground."""
        left, right = (
            set(np.flatnonzero(owners == grid).tolist())
            for grid in (move.giver, move.receiver)
        )
        after = left.difference(move.piece), right.union(move.piece)
        return bool(after[0]) and all(
            len(self._parts(now)) <= len(self._parts(before))
            for before, now in zip((left, right), after, strict=True)
        )

    def _parts(self, together: set[int]) -> list[list[int]]:
        """Return the blocks of each piece in one, ascending."""
        parts, waiting = [], set(together)
        while waiting:
            part = [min(waiting)]
            waiting.discard(part[0])
            for block in part:
                beside = [row for row in self._beside[block] if row in waiting]
                waiting.difference_update(beside)
                part += beside
            parts.append(sorted(part))
        return parts
