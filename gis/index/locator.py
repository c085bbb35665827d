"""What every locator promises: one answer for every point, on one contract suite."""

from enum import IntEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Relation(IntEnum):
    """How a point lies to the grids, in Simple Features terms.

    `INSIDE` is the interior of exactly one grid; `BOUNDARY` is on edges or vertices
    only, the outer line included; `OVERLAP` is in the interiors of two or more, or in
    one interior and on another's edge.
    """

    OUTSIDE = 0
    INSIDE = 1
    BOUNDARY = 2
    OVERLAP = 3


class Locator(Protocol):
    """Point location over grids.

    Coordinates are x then y, in the units and CRS of the grids. Rows refer to `ids`,
    which is in Unicode code-point order whatever the order given. A point that several
    grids intersect belongs to the lowest id (rule ``lowest-id/1``).
    """

    @property
    def ids(self) -> tuple[str, ...]:
        """Grid ids in code order; row `i` of every answer is `ids[i]`."""

    def locate(self, x: float, y: float) -> int:
        """Return the row of the grid that intersects the point, -1 where none does.

        NaN, infinities, magnitudes beyond 1e9 and, 0 apart, below 1e-9 answer -1.
        """

    def locate_many(
        self, x: NDArray[np.float64], y: NDArray[np.float64], threads: int = 1
    ) -> NDArray[np.int32]:
        """Return `locate` of each point: int32, shape (m,)."""

    def relate(self, x: float, y: float) -> tuple[int, Relation]:
        """Return the row of `locate` and how the point lies to the grids."""

    def relate_many(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
        """Return `relate` of each point: rows int32 and relations uint8, shape (m,)."""

    def candidates(self, x: float, y: float, radius: float) -> list[tuple[int, float]]:
        """Return (row, distance) of the grids within `radius`, nearest first.

        Distance is planar, in units of the coordinates, 0 inside or on the edge; ties
        are in row order. A radius that is negative or not finite raises ValueError.
        """
