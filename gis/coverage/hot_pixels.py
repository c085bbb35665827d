"""Pixels that borders are drawn to, and which borders pass through them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

XY: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]

LEAST_CELL: Final = 8.0
"""Side of the cells that pixels are looked up by, at least, in pixels."""
CELLS_PER_PIXEL: Final = 4
"""So many cells are about as many pixels as there are, or fewer."""
MARGIN: Final = 0.6
"""An edge is looked for this far beyond its ends: half a pixel and what rounds."""
ROUNDING: Final = 1e-12
"""A sign nearer to 0 than this share of its terms is found in fractions."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Straight pieces of borders, in pixels.

    Attributes
    ----------
    starts, ends
        Shape (n, 2); all coordinates below 2**31 in size.
    """

    starts: XY
    ends: XY

    @property
    def low(self) -> XY:
        """Least x and y of each."""
        return np.minimum(self.starts, self.ends)

    @property
    def high(self) -> XY:
        """Greatest x and y of each."""
        return np.maximum(self.starts, self.ends)

    def crossings(self, axis: int, step: int, offset: int) -> Iterable[Ints]:
        """Yield the pixels in which edges cross lines; two where it is in between.

        Parameters
        ----------
        axis
            The lines have one value of x (0) or of y (1).
        step, offset
            Which: ``k * step + offset`` for every whole k.
        """
        low, high = self.low[:, axis], self.high[:, axis]
        first = np.ceil((low - offset) / step).astype(np.int64)
        count = np.floor((high - offset) / step).astype(np.int64) - first + 1
        count[low == high] = 0
        edge, nth = _repeated(np.maximum(count, 0))
        line = (first[edge] + nth) * step + offset
        # from the same end, whichever way a neighbour walks the edge
        is_back = self.starts[edge, axis] > self.ends[edge, axis]
        start = np.where(is_back[:, None], self.ends[edge], self.starts[edge])
        end = np.where(is_back[:, None], self.starts[edge], self.ends[edge])
        share = (line - start[:, axis]) / (end[:, axis] - start[:, axis])
        across = start[:, 1 - axis] + share * (end[:, 1 - axis] - start[:, 1 - axis])
        for doubt in (-1e-6, 1e-6):
            pixels = np.empty((len(line), 2), dtype=np.int64)
            pixels[:, axis], pixels[:, 1 - axis] = line, whole(across + doubt)
            yield pixels


@dataclass(frozen=True)
class HotPixels:
    """Pixels that borders are drawn to: unit squares about whole numbers.

    A pixel holds its lower and its left side, not the others.

    Attributes
    ----------
    xy
        Centres, each once, shape (n, 2).
    """

    xy: Ints

    @classmethod
    def of(cls, pixels: Ints) -> "tuple[HotPixels, Ints]":
        """Return pixels, each once, and for every row of the input which it is.

        Parameters
        ----------
        pixels
            In any order, shape (m, 2).
        """
        low, high = pixels.min(axis=0), pixels.max(axis=0)
        height = high[1] - low[1] + 1
        keys, number = np.unique(
            (pixels[:, 0] - low[0]) * height + pixels[:, 1] - low[1],
            return_inverse=True,
        )
        return cls(np.column_stack(np.divmod(keys, height)) + low), number

    def passages(self, edges: Edges) -> tuple[Ints, Ints]:
        """Return which edges pass through which pixels on their way.

        Parameters
        ----------
        edges
            Pieces of borders whose ends lie in some of these pixels.

        Returns
        -------
        edge, pixel
            Rows, each pair once, in order of edges and along each of them; not the
            pixels of their ends.
        """
        edge, pixel = self._near(edges)
        # beside each other first, which is cheap and leaves few
        for axis in (1, 0):
            low, high = edges.low[:, axis], edges.high[:, axis]
            centre = self.xy[pixel, axis]
            is_beside = (low[edge] < centre + 0.5) & (high[edge] >= centre - 0.5)
            edge, pixel = edge[is_beside], pixel[is_beside]
        for ends in (edges.starts, edges.ends):
            is_on_way = (whole(ends)[edge] != self.xy[pixel]).any(axis=1)
            edge, pixel = edge[is_on_way], pixel[is_on_way]
        is_passed = _are_passed(edges, edge, self.xy[pixel])
        pairs = np.unique(edge[is_passed] * len(self.xy) + pixel[is_passed])
        edge, pixel = np.divmod(pairs, len(self.xy))
        way = (edges.ends[edge] - edges.starts[edge]) * (
            self.xy[pixel] - edges.starts[edge]
        )
        order = np.lexsort((way.sum(axis=1), edge))
        return edge[order], pixel[order]

    def _near(self, edges: Edges) -> tuple[Ints, Ints]:
        """Return pairs of edges and pixels in the same cells, some more than once."""
        edge, low, high = self._pieces(edges)
        in_cells: list[Ints] = []
        cells: list[Ints] = []
        # a piece is shorter than a cell: it lies in two of them at most on each axis
        for across in (0, 1):
            for up in (0, 1):
                is_in = (high[:, 0] - low[:, 0] >= across) & (
                    high[:, 1] - low[:, 1] >= up
                )
                in_cells.append(edge[is_in])
                cells.append((low[is_in, 0] + across) * self._rows + low[is_in, 1] + up)
        edge, cell = np.concatenate(in_cells), np.concatenate(cells)
        pair, nth = _repeated(self._starts[cell + 1] - self._starts[cell])
        return edge[pair], self._order[self._starts[cell[pair]] + nth]

    def _pieces(self, edges: Edges) -> tuple[Ints, Ints, Ints]:
        """Return edges in pieces shorter than a cell: edge, least and last cell."""
        way = edges.ends - edges.starts
        most = self._side - 2 * MARGIN - 1
        count = np.ceil(np.abs(way).max(axis=1) / most).astype(np.int64)
        edge, nth = _repeated(np.maximum(count, 1))
        step = way[edge] / np.maximum(count[edge], 1)[:, None]
        start = edges.starts[edge] + step * nth[:, None]
        low, high = np.minimum(start, start + step), np.maximum(start, start + step)
        return edge, self._cells(low - MARGIN), self._cells(high + MARGIN)

    def _cells(self, xy: XY | Ints) -> Ints:
        cells: Ints = np.floor((xy - self._corner) / self._side).astype(np.int64)
        return cells

    @cached_property
    def _corner(self) -> Ints:
        """Lower left corner of the cells."""
        corner: Ints = self.xy.min(axis=0) - 2
        return corner

    @cached_property
    def _span(self) -> Ints:
        span: Ints = self.xy.max(axis=0) + 2 - self._corner
        return span

    @cached_property
    def _side(self) -> float:
        """Side of a cell."""
        area = float(self._span[0]) * float(self._span[1])
        return max(LEAST_CELL, math.sqrt(area / (CELLS_PER_PIXEL * len(self.xy))))

    @cached_property
    def _rows(self) -> int:
        """So many cells are in a column."""
        return int(self._span[1] // self._side) + 2

    @cached_property
    def _cell(self) -> Ints:
        """The cell of each pixel."""
        cells = self._cells(self.xy)
        number: Ints = cells[:, 0] * self._rows + cells[:, 1]
        return number

    @cached_property
    def _order(self) -> Ints:
        """Pixels in order of their cells."""
        return np.argsort(self._cell, kind="stable")

    @cached_property
    def _starts(self) -> Ints:
        """Where each cell begins in that order; one more at the end."""
        columns = int(self._span[0] // self._side) + 2
        counts = np.bincount(self._cell, minlength=columns * self._rows + 1)
        return np.concatenate([[0], np.cumsum(counts)])


def whole(xy: XY) -> Ints:
    """Return the pixel of each coordinate.

    Examples
    --------
    >>> whole(np.array([-0.5, 0.49, 0.5])).tolist()
    [0, 0, 1]
    """
    pixels: Ints = np.floor(xy + 0.5).astype(np.int64)
    return pixels


def _repeated(counts: Ints) -> tuple[Ints, Ints]:
    """Return each row as often as its count, and the how manieth time it is."""
    row = np.repeat(np.arange(len(counts)), counts)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    return row, nth


def _are_passed(edges: Edges, edge: Ints, centre: Ints) -> NDArray[np.bool_]:
    """Say of edges that lie beside pixels on both axes whether they pass through.

    The line does where not all corners lie on one side of it, or the corner that the
    pixel holds lies on it.
    """
    start = edges.starts[edge] - centre
    way = edges.ends[edge] - edges.starts[edge]
    left, right = way[:, 1] * start[:, 0], way[:, 0] * start[:, 1]
    reach = np.abs(way).sum(axis=1) / 2
    room = reach - np.abs(left - right)
    is_passed: NDArray[np.bool_] = room > 0
    terms = np.abs(left) + np.abs(right) + reach
    for row in np.flatnonzero(np.abs(room) <= ROUNDING * terms):
        is_passed[row] = _is_passed(
            edges.starts[edge[row]], edges.ends[edge[row]], centre[row]
        )
    return is_passed


def _is_passed(start: XY, end: XY, centre: Ints) -> bool:
    """Say the same of one edge, in fractions."""
    x, y = (Fraction(float(v)) - int(c) for v, c in zip(start, centre, strict=True))
    way_x, way_y = (
        Fraction(float(b)) - Fraction(float(a)) for a, b in zip(start, end, strict=True)
    )
    side = way_y * x - way_x * y
    return abs(side) < (abs(way_x) + abs(way_y)) / 2 or side == (way_x - way_y) / 2
