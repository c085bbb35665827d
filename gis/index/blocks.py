r"""Build the index: cells of the root block, and blocks in cells with many edges.

Which parts hold the first corner of each cell is carried along a row from corner to
corner; only edges that touch a cell can change it on the way past::

    held: none ->  {a}  ->  {a, b} -> {b}
          +--------+--------+--------+--
          |     /  |    \  /|        |
          +----/---+-----\/-+--------+--
"""

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.errors import CoverageError
from gis.index.cells import Axis, Cell, columns_of_edge, make_axis, rows_of_edge
from gis.index.compiling import borrowed, compiled
from gis.index.edges import Edges
from gis.index.inputs import SMALLEST_POINT
from gis.index.layout import (
    BLOCK_HEAD,
    MOST_EDGES,
    NEAR_ZERO,
    ROOT,
    answer_entry,
    pointer_entry,
)
from gis.index.locator import Relation
from gis.index.records import (
    Patch,
    Store,
    crosses,
    steps,
    words_for_records,
    write_records,
)

_LEAF_EDGES = 8  # a cell with more is divided
_DEEPEST = 4
_MOST_COLUMNS = 32
_SMALLEST_CELL = 1e-13  # of the coordinates: some hundred doubles wide
_CELLS_PER_EDGE = 8
_MANY_CELLS = 3_000_000  # beyond, fewer cells an edge
_MOST_CROSSINGS = 5
_SPARE = 24  # a record is touched some lines ahead
_BATCH_EDGES = 100_000  # edges listed in the rows that are written at one time

_FITS = 0  # states of the cursor
_FULL = 1
_CROWDED = 2

_OUTSIDE = int(Relation.OUTSIDE)
_INSIDE = int(Relation.INSIDE)
_OVERLAP = int(Relation.OVERLAP)


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


def compile_words(edges: Edges) -> NDArray[np.int64]:
    """Return the words of the index of some edges; see `gis.index.layout`.

    Raises
    ------
    CoverageError
        If millions of edges touch one smallest cell.
    """
    block = _root_block(edges)
    columns, rows = _shape(block)
    cells = columns * rows
    root = np.zeros(_in_lines(ROOT + BLOCK_HEAD + (cells + 1) // 2), dtype=np.int64)
    _write_head(root, root.view(np.float64), ROOT, block)
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
    starts, lists = _register(edges, listed, x_axis, y_axis)
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
        store = Store(words, *views, np.array([start, _FITS]), origin)
        _fill(
            store,
            edges,
            block._replace(table=-first, first_row=rows[0], end_row=rows[1]),
        )
        if store.cursor[1] == _FITS:
            return words[: _in_lines(int(store.cursor[0]))]
        if store.cursor[1] == _CROWDED:
            raise CoverageError(
                f"More than {MOST_EDGES!r} edges lie in one place; "
                "simplify or thin out the polygons there."
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


@compiled
def _register(
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
def _fill(store: Store, edges: Edges, block: Block) -> None:
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
    while len(opened) > 0 and store.cursor[1] == _FITS:
        _fill_rows(store, edges, opened.pop(), opened)


@compiled
def _fill_rows(store: Store, edges: Edges, block: Block, opened: list[Block]) -> None:
    """Write the entries of a block and their records; add the blocks inside it."""
    columns = len(block.x_axis.borders) - 1
    room = len(block.patch.held) + 2 * len(block.lists)
    held = np.empty(min(len(edges.row_of_part), room), np.int32)
    for row in range(block.first_row, block.end_row):
        south, north = block.y_axis.borders[row : row + 2]
        count = _hold_row_start(edges, block.patch, south, held)
        for column in range(columns):
            west, east = block.x_axis.borders[column : column + 2]
            cell = Cell(west, east, south, north)
            number = row * columns + column
            listed = block.lists[block.starts[number] : block.starts[number + 1]]
            if len(listed) == 0 or west >= east or south >= north:
                entry = _answer(edges, held[:count])
            elif _has_room(store, len(listed)):
                kept = _kept(edges, listed, held[:count])
                patch = Patch(cell, listed, kept, block.patch.depth + 1)
                entry = _cell_entry(store, edges, patch, opened)
            else:
                return
            store.entries[block.table + number] = entry
            count = _move_east(edges, listed, cell, held, count)


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
        store.cursor[1] = _CROWDED
    elif store.cursor[0] + need > len(store.words):
        store.cursor[1] = _FULL
    return bool(store.cursor[1] == _FITS)


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
    starts, lists = _register(edges, patch.listed, x_axis, y_axis)
    start = store.cursor[0]
    table = 2 * (start + BLOCK_HEAD)
    block = Block(patch, x_axis, y_axis, starts, lists, table, 0, shape[1])
    _write_head(store.words, store.floats, start, block)
    end = start + BLOCK_HEAD + (shape[0] * shape[1] + 1) // 2
    store.cursor[0] = (end + 1) // 2 * 2
    return block


@compiled
def _write_head(
    words: NDArray[np.int64], floats: NDArray[np.float64], start: int, block: Block
) -> None:
    """Write the mapping of a block to its cells."""
    floats[start] = block.x_axis.origin
    floats[start + 1] = block.y_axis.origin
    floats[start + 2] = block.x_axis.scale
    floats[start + 3] = block.y_axis.scale
    rows = len(block.y_axis.borders) - 1
    words[start + 4] = (len(block.x_axis.borders) - 1) | rows << 32


@compiled
def _hold_row_start(
    edges: Edges, patch: Patch, south: float, held: NDArray[np.int32]
) -> int:
    """Take the parts that hold the first corner of a row; return their number."""
    cell = patch.cell
    count = len(patch.held)
    held[:count] = patch.held
    for edge in patch.listed:
        changes = crosses(edges, edge, cell.west, cell.south)
        changes ^= crosses(edges, edge, cell.west, south)
        for vertex in range(edges.first[edge], edges.first[edge] + 2):
            x, y = edges.vertices[vertex]
            changes ^= steps(cell, x, y) and cell.south < y <= south
        if changes:
            count = _toggle_owners(edges, edge, held, count)
    return count


@compiled
def _move_east(
    edges: Edges,
    listed: NDArray[np.int32],
    cell: Cell,
    held: NDArray[np.int32],
    count: int,
) -> int:
    """Take the parts that hold the next corner to the east; return their number."""
    for edge in listed:
        here = crosses(edges, edge, cell.west, cell.south)
        if here != crosses(edges, edge, cell.east, cell.south):
            count = _toggle_owners(edges, edge, held, count)
    return count


@compiled
def _toggle_owners(edges: Edges, edge: int, held: NDArray[np.int32], count: int) -> int:
    """Cross an edge: put in or take out each part that it bounds."""
    count = _toggle(held, count, edges.left[edge])
    if edges.right[edge] >= 0:
        count = _toggle(held, count, edges.right[edge])
    return count


@compiled
def _toggle(held: NDArray[np.int32], count: int, part: int) -> int:
    """Take a part out if it is there, else put it in; return the new count."""
    for place in range(count):
        if held[place] == part:
            held[place] = held[count - 1]
            return count - 1
    held[count] = part
    return count + 1


@compiled
def _answer(edges: Edges, held: NDArray[np.int32]) -> int:
    """Return the entry of a cell that no edge touches."""
    lowest, second = _two_lowest(edges, held)
    if lowest < 0:
        return answer_entry(-1, _OUTSIDE)
    row = edges.row_of_part[lowest]
    return answer_entry(row, _INSIDE if second < 0 else _OVERLAP)


@compiled
def _kept(
    edges: Edges, listed: NDArray[np.int32], held: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Return the held parts that own an edge here, and two that hold the cell."""
    own = np.empty(len(held) + 2, np.int32)
    whole = np.empty(len(held), np.int32)
    owners = 0
    wholes = 0
    for part in held:
        if _is_owner(edges, listed, part):
            own[owners] = part
            owners += 1
        else:
            whole[wholes] = part
            wholes += 1
    for part in _two_lowest(edges, whole[:wholes]):
        if part >= 0:
            own[owners] = part
            owners += 1
    return own[:owners]


@compiled
def _is_owner(edges: Edges, listed: NDArray[np.int32], part: int) -> bool:
    """Return whether a part owns one of some edges."""
    for edge in listed:  # noqa: SIM110 (numba has no any())
        if edges.left[edge] == part or edges.right[edge] == part:
            return True
    return False


@compiled
def _two_lowest(edges: Edges, parts: NDArray[np.int32]) -> tuple[int, int]:
    """Return parts of the lowest row and of the next, -1 where there is none."""
    lowest = -1
    second = -1
    rows = edges.row_of_part
    for part in parts:
        if lowest < 0 or part < lowest:
            if lowest >= 0 and rows[lowest] != rows[part]:
                second = lowest
            lowest = part
        elif rows[part] != rows[lowest] and (second < 0 or part < second):
            second = part
    return lowest, second
