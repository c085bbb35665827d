"""In what order ground changes hands so that no grid is in pieces on the way."""

from collections.abc import Iterable
from typing import NamedTuple

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
    blocks: Blocks, rows: Rows, owners: Rows
) -> tuple[Transfer, ...] | None:
    """Return transfers that give blocks their new owners; None where none is in order.

    After each of them giver and receiver are in no more pieces than before it, and the
    giver still has ground. Pieces are handed over whole where that can be, else block
    by block.

    Parameters
    ----------
    blocks
        Of grids.
    rows
        Blocks that may change hands, shape (k,).
    owners
        Row of the new grid of each, shape (k,).

    Examples
    --------
    >>> import shapely
    >>> from gis.editing.blocks import cut_blocks
    >>> grids = {"A": shapely.box(0, 0, 2, 1), "B": shapely.box(2, 0, 3, 1)}
    >>> blocks = cut_blocks(grids, [shapely.LineString([(1, 0), (1, 1)])])
    >>> ordered_transfers(blocks, np.arange(3), np.array([0, 1, 1]))[0][:3]
    ('A', 'B', (1,))
    >>> ordered_transfers(blocks, np.arange(3), np.array([1, 0, 1])) is None
    True
    """
    wanted = blocks.owners.copy()
    wanted[rows] = owners
    ground = _Ground(blocks)
    transfers: list[Transfer] = []
    while True:
        moving = np.flatnonzero(ground.owners != wanted).tolist()
        if not moving:
            return tuple(transfers)
        pieces = ground.pieces(moving, wanted)
        piece = next((p for p in pieces if ground.can_go(p, wanted[p[0]])), None)
        if piece is None:
            alone = ([row] for row in moving)
            piece = next((p for p in alone if ground.can_go(p, wanted[p[0]])), None)
        if piece is None:
            return None
        giver, receiver = ground.owners[piece[0]], wanted[piece[0]]
        ground.owners[piece] = receiver
        transfers.append(
            Transfer(
                blocks.grid_ids[giver],
                blocks.grid_ids[receiver],
                tuple(piece),
                dissolve(blocks.polygons[piece]),
            )
        )


class _Ground:
    """Blocks with their neighbours, and who owns them while they change hands."""

    def __init__(self, blocks: Blocks) -> None:
        self.owners = blocks.owners.copy()
        self._beside: list[list[int]] = [[] for _ in blocks.polygons]
        for first, second in blocks.sides.tolist():
            self._beside[first].append(second)
            self._beside[second].append(first)

    def pieces(self, moving: Iterable[int], wanted: Rows) -> list[list[int]]:
        """Return blocks that lie together and go the same way, the lowest first."""
        ways: dict[tuple[int, int], set[int]] = {}
        for row in moving:
            way = (int(self.owners[row]), int(wanted[row]))
            ways.setdefault(way, set()).add(row)
        return sorted(
            piece for together in ways.values() for piece in self._parts(together)
        )

    def can_go(self, piece: list[int], receiver: int) -> bool:
        """Say whether neither grid gets more pieces, and the giver keeps ground."""
        giver = self.owners[piece[0]]
        left, right = (
            set(np.flatnonzero(self.owners == grid).tolist())
            for grid in (giver, receiver)
        )
        after = left.difference(piece), right.union(piece)
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
