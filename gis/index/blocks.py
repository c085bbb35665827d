r"""Divide a patch into cells, and write what each of them leads to.

A cell with few edges gets a record; one with many is a block again::

    +-----------+-----------+
    |     a     |  a   \ b  |     no edge: the answer, a
    +-----------+-------\---+     an edge: a record
    |     a     | a  /\/\/\ |     many edges: a block
    +-----------+-----------+
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.index.cells import Axis, Cell, columns_of_edge, make_axis, rows_of_edge
from gis.index.compiling import borrowed, compiled
from gis.index.edges import Edges
from gis.index.layout import BLOCK_HEAD, MOST_EDGES, pointer_entry
from gis.index.records import Patch, Store, words_for_records, write_records
from gis.index.sweep import hold_row_start, kept_parts, move_east, whole_cell_entry

FITS = 0  # states of the cursor of a store
CROWDED = 2
_FULL = 1

_LEAF_EDGES = 8  # a cell with more is divided
_DEEPEST = 4
_MOST_COLUMNS = 32
_SMALLEST_CELL = 1e-13  # of the coordinates: some hundred doubles wide


class Block(NamedTuple):
    """A patch divided into cells, with the edges that touch each of them.

    Cell `c` has the edges `lists[starts[c]:starts[c + 1]]`; its entry stands at
    `table + c` among the entries of the store. The rows to fill are given.
    """

    patch: Patch
    x_axis: Axis
    y_axis: Axis
    starts: NDArray[np.int64]
    lists: NDArray[np.int32]
    table: int
    first_row: int
    end_row: int


@compiled
def register(
    edges: Edges, listed: NDArray[np.int32], x_axis: Axis, y_axis: Axis
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return for each cell the edges that touch it, as starts and joined lists."""
    columns = len(x_axis.borders) - 1
    rows = len(y_axis.borders) - 1
    starts = np.zeros(columns * rows + 2, np.int64)
    lists = np.empty(0, np.int32)
    for is_counting in (True, False):
        for edge in listed:
            vertex = edges.first[edge]
            x1, y1 = edges.vertices[vertex]
            x2, y2 = edges.vertices[vertex + 1]
            low, high = rows_of_edge(y1, y2, y_axis)
            for row in range(low, high + 1):
                ends = columns_of_edge((x1, y1, x2, y2), row, x_axis, y_axis)
                for cell in range(row * columns + ends[0], row * columns + ends[1] + 1):
                    if is_counting:
                        starts[cell + 2] += 1
                    else:
                        lists[starts[cell + 1]] = edge
                        starts[cell + 1] += 1
        if is_counting:
            starts = np.cumsum(starts)
            lists = np.empty(starts[-1], np.int32)
    return starts[:-1], lists


@compiled
def fill(store: Store, edges: Edges, block: Block) -> None:
    """Write the entries of a block, and all that they lead to."""
    store = Store(
        borrowed(store.words),
        borrowed(store.entries),
        borrowed(store.naturals),
        borrowed(store.floats),
        borrowed(store.cursor),
        store.origin,
    )
    edges = Edges(
        borrowed(edges.vertices),
        borrowed(edges.first),
        borrowed(edges.left),
        borrowed(edges.right),
        borrowed(edges.row_of_part),
    )
    opened = [block]  # not by recursion: numba loses recursive kernels in its cache
    while len(opened) > 0 and store.cursor[1] == FITS:
        _fill_rows(store, edges, opened.pop(), opened)


@compiled
def _fill_rows(store: Store, edges: Edges, block: Block, opened: list[Block]) -> None:
    """Write the entries of a block and their records; add the blocks inside it."""
    columns = len(block.x_axis.borders) - 1
    patch = block.patch
    room = len(patch.held) + 2 * (len(patch.listed) + len(block.lists))
    held = np.empty(min(len(edges.row_of_part), room), np.int32)
    for row in range(block.first_row, block.end_row):
        south, north = block.y_axis.borders[row : row + 2]
        count = hold_row_start(edges, patch, south, held)
        for column in range(columns):
            west, east = block.x_axis.borders[column : column + 2]
            cell = Cell(west, east, south, north)
            number = row * columns + column
            listed = block.lists[block.starts[number] : block.starts[number + 1]]
            if len(listed) == 0 or west >= east or south >= north:
                entry = whole_cell_entry(edges, held[:count])
            elif _has_room(store, len(listed)):
                kept = kept_parts(edges, listed, held[:count])
                inner = Patch(cell, listed, kept, patch.depth + 1)
                entry = _cell_entry(store, edges, inner, opened)
            else:
                return
            store.entries[block.table + number] = entry
            count = move_east(edges, listed, cell, held, count)


@compiled
def _cell_entry(store: Store, edges: Edges, patch: Patch, opened: list[Block]) -> int:
    """Write the records of a cell or open a block in it; return what leads there."""
    shape = _division(edges, patch)
    if shape == (1, 1):
        return write_records(store, edges, patch)
    start = store.cursor[0]
    opened.append(_open_block(store, edges, patch, shape))
    return pointer_entry(store.origin + start, 1)


@compiled
def _has_room(store: Store, listed: int) -> bool:
    """Return whether records or a block fit in; note it where they do not."""
    need = words_for_records(listed) + BLOCK_HEAD + _MOST_COLUMNS * _MOST_COLUMNS
    if listed > MOST_EDGES:
        store.cursor[1] = CROWDED
    elif store.cursor[0] + need > len(store.words):
        store.cursor[1] = _FULL
    return bool(store.cursor[1] == FITS)


@compiled
def _division(edges: Edges, patch: Patch) -> tuple[int, int]:
    """Return columns and rows for a cell; one of each where it stays whole.

    Columns are no help against edges that run along a row, and rows none against
    edges that run along a column: they would be listed in most of the cells.
    """
    count = len(patch.listed)
    cell = patch.cell
    width = cell.east - cell.west
    height = cell.north - cell.south
    size = abs(cell.west) + abs(cell.east) + abs(cell.south) + abs(cell.north)
    is_smallest = min(width, height) < _SMALLEST_CELL * size
    if count <= _LEAF_EDGES or patch.depth >= _DEEPEST or is_smallest:
        return 1, 1
    reach_x = 0.0
    reach_y = 0.0
    for edge in patch.listed:
        vertex = edges.first[edge]
        x1, y1 = edges.vertices[vertex]
        x2, y2 = edges.vertices[vertex + 1]
        reach_x += min(abs(x2 - x1) / width, 1.0)
        reach_y += min(abs(y2 - y1) / height, 1.0)
    most = min(math.ceil(math.sqrt(count / 2.0)), _MOST_COLUMNS)
    columns = min(most, 1 + int(1.5 * count / max(reach_x, 1e-9)))
    return columns, min(most, 1 + int(1.5 * count / max(reach_y, 1e-9)))


@compiled
def _open_block(
    store: Store, edges: Edges, patch: Patch, shape: tuple[int, int]
) -> Block:
    """Write the head of a block at the cursor and move it behind the entries."""
    cell = patch.cell
    x_axis = make_axis(cell.west, cell.east, shape[0])
    y_axis = make_axis(cell.south, cell.north, shape[1])
    starts, lists = register(edges, patch.listed, x_axis, y_axis)
    start = store.cursor[0]
    table = 2 * (start + BLOCK_HEAD)
    block = Block(patch, x_axis, y_axis, starts, lists, table, 0, shape[1])
    write_head(store.words, store.floats, start, block)
    end = start + BLOCK_HEAD + (shape[0] * shape[1] + 1) // 2
    store.cursor[0] = (end + 1) // 2 * 2
    return block


@compiled
def write_head(
    words: NDArray[np.int64], floats: NDArray[np.float64], start: int, block: Block
) -> None:
    """Write the mapping of a block to its cells."""
    floats[start] = block.x_axis.origin
    floats[start + 1] = block.y_axis.origin
    floats[start + 2] = block.x_axis.scale
    floats[start + 3] = block.y_axis.scale
    rows = len(block.y_axis.borders) - 1
    words[start + 4] = (len(block.x_axis.borders) - 1) | rows << 32
