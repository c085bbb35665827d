"""Compile edges to the words of an index: the root block, then batches of its rows.

Entries of the root stand together at the front, what they lead to behind them, so
that a batch is written on its own and then moved to its place::

    batch   | entries of rows 3 to 5 | records and blocks of these rows |
              |                                    |
    index   head | entries of all rows | ...batches... | records and blocks | spare
"""

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gis.errors import CoverageError
from gis.index.blocks import CROWDED, FITS, Block, fill, register, write_head
from gis.index.cells import Cell, make_axis
from gis.index.edges import Edges
from gis.index.inputs import SMALLEST_POINT
from gis.index.layout import BLOCK_HEAD, MOST_EDGES, MOST_WORDS, NEAR_ZERO, ROOT
from gis.index.records import Patch, Store

_CELLS_PER_EDGE = 8
_MANY_CELLS = 3_000_000  # beyond, fewer cells an edge
_MOST_CROSSINGS = 5
_BATCH_EDGES = 100_000  # edges listed in the rows that are written at one time
_SPARE = 24  # a record is touched some lines ahead


def compile_words(edges: Edges) -> NDArray[np.int64]:
    """Return the words of the index of some edges; see `gis.index.layout`.

    Raises
    ------
    CoverageError
        If millions of edges touch one smallest cell, or the index is beyond the reach
        of its pointers.
    """
    block = _root_block(edges)
    columns, rows = _shape(block)
    cells = columns * rows
    root = np.zeros(_in_lines(ROOT + BLOCK_HEAD + (cells + 1) // 2), dtype=np.int64)
    write_head(root, root.view(np.float64), ROOT, block)
    entries = root.view(np.int32)[2 * (ROOT + BLOCK_HEAD) :]
    pieces, size = [root], len(root)
    for first_row, end_row in _batches(block):
        first, end = first_row * columns, end_row * columns
        reserve = _in_lines((end - first + 1) // 2)
        piece = _write_batch(edges, block, (first_row, end_row), size - reserve)
        entries[first:end] = piece.view(np.int32)[: end - first]
        pieces.append(piece[reserve:])
        size += len(piece) - reserve
    pieces.append(np.zeros(_SPARE, dtype=np.int64))
    if size > MOST_WORDS:
        raise CoverageError(
            "The index would take {size!r} bytes, and pointers reach {most_words!r}; "
            "simplify the polygons or split the set.",
            size=8 * size,
            most_words=8 * MOST_WORDS,
        )
    words = np.concatenate(pieces)
    words[0] = len(words)
    words[NEAR_ZERO] = _is_near_zero(block)
    return words


def _root_block(edges: Edges) -> Block:
    """Return the block of all edges: cells about as long as edges, both ways."""
    xy = edges.vertices
    if len(edges.first) == 0:
        reach, low, high = np.ones(2), np.zeros(2), np.ones(2)
    else:
        low, high = xy.min(axis=0), xy.max(axis=0)
        width = np.where(high > low, high - low, 1.0)
        lengths = np.abs(xy[edges.first + 1] - xy[edges.first]).sum(axis=0)
        reach = np.maximum(lengths / width, 1e-3)
    columns, rows = _root_shape(len(edges.first), reach)
    x_axis = make_axis(float(low[0]), _beyond(low[0], high[0]), columns)
    y_axis = make_axis(float(low[1]), _beyond(low[1], high[1]), rows)
    listed = np.arange(len(edges.first), dtype=np.int32)
    none = np.empty(0, dtype=np.int32)
    starts, lists = register(edges, listed, x_axis, y_axis)
    patch = Patch(Cell(0.0, 0.0, 0.0, 0.0), none, none, 0)
    return Block(patch, x_axis, y_axis, starts, lists, 0, 0, rows)


def _root_shape(count: int, reach: NDArray[np.float64]) -> tuple[int, int]:
    """Return columns and rows, from the summed edge lengths in widths of the bounds.

    An edge is listed in one cell and one more for each border that it crosses; their
    sum is kept below a multiple of the edges, whatever the edges look like.
    """
    cells = max(min(_CELLS_PER_EDGE * count, _MANY_CELLS + count // 4), 64)
    columns = math.sqrt(cells * reach[1] / reach[0])
    crossings = 2 * columns * reach[0]
    shrink = min(1.0, (_MOST_CROSSINGS * count + 1000) / crossings)
    columns = min(max(columns * shrink, 1.0), cells)
    rows = min(max(cells * shrink * shrink / columns, 1.0), cells)
    return int(columns), int(rows)


def _beyond(low: float, high: float) -> float:
    """Return the end of an axis, a little beyond the highest vertex."""
    width = float(high - low) or 1.0
    return float(max(np.nextafter(high, np.inf), high + width * 2.0**-20))


def _batches(block: Block) -> list[tuple[int, int]]:
    """Return ranges of root rows that list about the same number of edges."""
    columns, rows = _shape(block)
    ends = block.starts[columns::columns] // _BATCH_EDGES
    cuts = np.flatnonzero(np.diff(ends)) + 1
    borders = [0, *cuts.tolist(), rows]
    return list(pairwise(borders))


def _write_batch(
    edges: Edges, block: Block, rows: tuple[int, int], origin: int
) -> NDArray[np.int64]:
    """Return the root entries of some rows, then the words that they lead to."""
    columns, _ = _shape(block)
    first, end = rows[0] * columns, rows[1] * columns
    start = _in_lines((end - first + 1) // 2)
    room = start + 16 * int(block.starts[end] - block.starts[first]) + 10_000
    while True:
        words = np.zeros(room, dtype=np.int64)
        views = (words.view(np.int32), words.view(np.uint32), words.view(np.float64))
        store = Store(words, *views, np.array([start, FITS]), origin)
        fill(
            store,
            edges,
            block._replace(table=-first, first_row=rows[0], end_row=rows[1]),
        )
        if store.cursor[1] == FITS:
            return words[: _in_lines(int(store.cursor[0]))]
        if store.cursor[1] == CROWDED:
            raise CoverageError(
                "More than {most_edges!r} edges lie in one place; simplify or thin "
                "out the polygons there.",
                most_edges=MOST_EDGES,
            )
        room *= 2


def _shape(block: Block) -> tuple[int, int]:
    """Return columns and rows of a block."""
    return len(block.x_axis.borders) - 1, len(block.y_axis.borders) - 1


def _in_lines(words: int) -> int:
    """Return a number of words rounded up to whole cache lines."""
    return (words + 7) // 8 * 8


def _is_near_zero(block: Block) -> bool:
    """Return whether points too close to 0 for exact products can be met."""
    borders = (block.x_axis.borders, block.y_axis.borders)
    return any(b[0] < SMALLEST_POINT and b[-1] > -SMALLEST_POINT for b in borders)
