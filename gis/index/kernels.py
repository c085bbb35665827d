"""Answer points from the compiled index; see `gis.index.layout` for how it lies.

One point walks from the root block to its answer. Many points go in stages of about
a thousand, so that their waits for memory overlap::

    root entries -> [entries of blocks, until none is left] -> touch records -> records

In a record each edge that the ray from the point to the west crosses toggles the parts
that it bounds, starting from the base mask. A determinant too close to 0 means that
the point may lie on an edge; then the record is read again with exact signs.
"""

from typing import NamedTuple

import numpy as np
from numba.np.numpy_support import carray
from numpy.typing import NDArray

from gis.index.cells import position
from gis.index.compiling import compiled, inlined, lowest_bit, pointer
from gis.index.inputs import SMALLEST_POINT
from gis.index.layout import (
    BLOCK_HEAD,
    EDGES_SHIFT,
    NEAR_ZERO,
    NEXT_BIT,
    NOWHERE,
    ROOT,
    answer_entry,
    block_bit,
    is_answer,
    word_of,
)
from gis.index.locator import Relation
from gis.index.orientation import FILTER, orientation

_STAGE = 1024

_INSIDE = int(Relation.INSIDE)
_BOUNDARY = int(Relation.BOUNDARY)
_OVERLAP = int(Relation.OVERLAP)


class Index(NamedTuple):
    """The words of an index, seen as every kind of number that stands in them."""

    words: NDArray[np.int64]
    entries: NDArray[np.int32]
    naturals: NDArray[np.uint32]
    floats: NDArray[np.float64]


class Frame(NamedTuple):
    """The mapping of the root block to its cells."""

    x_origin: float
    y_origin: float
    x_scale: float
    y_scale: float
    columns: int
    rows: int


class Stage(NamedTuple):
    """Scratch of one stage: cells and entries of points, and which wait for what."""

    cells: NDArray[np.int32]
    entries: NDArray[np.int32]
    waiting: NDArray[np.int32]
    at_record: NDArray[np.int32]


@compiled
def relate_point(x: float, y: float, address: int) -> int:
    """Return ``row << 2 | relation`` of one point; row -1 where no grid is."""
    index = view(address)
    cell = -1 if _is_tiny(index, x, y) else _root_cell(_root_frame(index), x, y)
    entry = _root_entry(index, cell)
    while not is_answer(entry):
        if not block_bit(entry):
            return _record_answer(index, word_of(entry), x, y)
        entry = _block_entry(index, word_of(entry), x, y)
    return entry


@compiled
def locate_point(x: float, y: float, address: int) -> int:
    """Return the row of one point, -1 where no grid is."""
    return relate_point(x, y, address) >> 2


@compiled
def relate_points(
    x_address: int,
    y_address: int,
    rows: NDArray[np.int32],
    relations: NDArray[np.uint8],
    address: int,
) -> int:
    """Write the row of each point, and its relation unless `relations` is empty.

    Coordinates come as addresses of doubles: arrays that may not be written are of
    another type, for which the kernel would be compiled anew. The number returned
    means nothing: it is made of what the stages touch.
    """
    index = view(address)
    xs = carray(pointer(x_address), (len(rows),), np.float64)
    ys = carray(pointer(y_address), (len(rows),), np.float64)
    scratch = Stage(
        np.empty(_STAGE, np.int32),
        np.empty(_STAGE, np.int32),
        np.empty(_STAGE, np.int32),
        np.empty(_STAGE, np.int32),
    )
    touched = 0
    for start in range(0, len(rows), _STAGE):
        end = min(start + _STAGE, len(rows))
        touched ^= _relate_stage(index, xs[start:end], ys[start:end], scratch)
        for point in range(start, end):
            rows[point] = scratch.entries[point - start] >> 2
        if len(relations) > 0:
            for point in range(start, end):
                relations[point] = scratch.entries[point - start] & 3
    return touched


@compiled
def view(address: int) -> Index:
    """Return the words at an address; the first of them is their number."""
    start = pointer(address)
    size = carray(start, (1,), np.int64)[0]
    return Index(
        carray(start, (size,), np.int64),
        carray(start, (2 * size,), np.int32),
        carray(start, (2 * size,), np.uint32),
        carray(start, (size,), np.float64),
    )


@compiled
def _is_tiny(index: Index, x: float, y: float) -> bool:
    """Return whether a coordinate is so close to 0 that products could underflow."""
    if not index.words[NEAR_ZERO]:
        return False
    return 0 < abs(x) < SMALLEST_POINT or 0 < abs(y) < SMALLEST_POINT


@compiled
def _root_frame(index: Index) -> Frame:
    """Return the mapping of the root block."""
    return Frame(
        index.floats[ROOT],
        index.floats[ROOT + 1],
        index.floats[ROOT + 2],
        index.floats[ROOT + 3],
        index.words[ROOT + 4] & 0xFFFFFFFF,
        index.words[ROOT + 4] >> 32,
    )


@inlined
def _root_cell(frame: Frame, x: float, y: float) -> int:
    """Return the root cell of a point, -1 outside or where it is NaN or infinite."""
    column = (x - frame.x_origin) * frame.x_scale
    row = (y - frame.y_origin) * frame.y_scale
    is_in = (column >= 0) & (column < frame.columns) & (row >= 0) & (row < frame.rows)
    cell = int(row if is_in else 0.0) * frame.columns + int(column if is_in else 0.0)
    return cell if is_in else -1


@inlined
def _root_entry(index: Index, cell: int) -> int:
    """Return the entry of a root cell; one is read for -1 as well, to do no jump."""
    entry = int(index.entries[2 * (ROOT + BLOCK_HEAD) + max(cell, 0)])
    return entry if cell >= 0 else NOWHERE


@inlined
def _block_entry(index: Index, word: int, x: float, y: float) -> int:
    """Return the entry of the cell of a point in a block."""
    shape = index.words[word + 4]
    columns = shape & 0xFFFFFFFF
    column = position(x, index.floats[word], index.floats[word + 2], columns)
    row = position(y, index.floats[word + 1], index.floats[word + 3], shape >> 32)
    return int(index.entries[2 * (word + BLOCK_HEAD) + row * columns + column])


@inlined
def _record_answer(index: Index, word: int, x: float, y: float) -> int:
    """Return the answer of a record for a point of its cell."""
    head = index.words[word]
    rows = 2 * (word + 1)
    masks = rows + ((head >> 32) & 63)
    edges = head >> EDGES_SHIFT
    vertex = (masks + edges + 1) >> 1
    covers = head & 0xFFFFFFFF
    doubtful = (head >> NEXT_BIT) & 1 == 1
    x1 = index.floats[vertex] - x
    y1 = index.floats[vertex + 1] - y
    for edge in range(masks, masks + edges):
        vertex += 2
        x2 = index.floats[vertex] - x
        y2 = index.floats[vertex + 1] - y
        left = x1 * y2
        right = y1 * x2
        determinant = left - right
        doubtful |= abs(determinant) <= FILTER * (abs(left) + abs(right))
        rises = y1 <= 0
        crossed = (rises != (y2 <= 0)) & ((determinant < 0) == rises)
        covers ^= int(index.naturals[edge]) * int(crossed)
        x1 = x2
        y1 = y2
    if doubtful or covers & (covers - 1):
        return _careful_answer(index, word, x, y)
    if covers == 0:
        return NOWHERE
    return answer_entry(int(index.naturals[rows + lowest_bit(covers)]), _INSIDE)


@compiled
def _careful_answer(index: Index, word: int, x: float, y: float) -> int:
    """Return the answer of records by exact signs, for points on edges as well."""
    lowest = -1
    covering = 0
    holding = 0
    while True:
        head = index.words[word]
        has_next = (head >> NEXT_BIT) & 1
        rows = 2 * (word + 1 + has_next)
        inside, touched = _exact_masks(index, head, rows, x, y)
        covers = inside | touched
        holding |= inside & ~touched
        while covers:
            row = int(index.naturals[rows + lowest_bit(covers)])
            if lowest < 0:
                lowest = row
            covering |= 1 if row == lowest else 2
            covers &= covers - 1
        if not has_next:
            break
        word = index.words[word + 1]
    if lowest < 0:
        return NOWHERE
    if not holding:
        return answer_entry(lowest, _BOUNDARY)
    return answer_entry(lowest, _INSIDE if covering == 1 else _OVERLAP)


@compiled
def _exact_masks(
    index: Index, head: int, rows: int, x: float, y: float
) -> tuple[int, int]:
    """Return the parts that hold a point by parity, and those whose edge it is on."""
    masks = rows + ((head >> 32) & 63)
    edges = head >> EDGES_SHIFT
    vertex = (masks + edges + 1) >> 1
    inside = head & 0xFFFFFFFF
    touched = 0
    for edge in range(masks, masks + edges):
        x1, y1, x2, y2 = index.floats[vertex : vertex + 4]
        vertex += 2
        if y < min(y1, y2) or y > max(y1, y2):
            continue
        mask = int(index.naturals[edge])
        side = orientation(x1, y1, x2, y2, x, y)
        if side == 0:
            if min(x1, x2) <= x <= max(x1, x2):
                touched |= mask
        elif (y1 <= y) != (y2 <= y) and (side < 0) == (y1 <= y):
            inside ^= mask
    return inside, touched


@compiled
def _relate_stage(
    index: Index, xs: NDArray[np.float64], ys: NDArray[np.float64], stage: Stage
) -> int:
    """Write the answers of up to a thousand points into the entries of the stage."""
    waiting = _enter_root(index, xs, ys, stage)
    records = 0
    while waiting:
        blocks = 0
        for place in range(waiting):
            point = stage.waiting[place]
            bit = block_bit(stage.entries[point])
            stage.at_record[records] = point
            stage.waiting[blocks] = point
            records += 1 - bit
            blocks += bit
        waiting = _enter_blocks(index, xs, ys, stage, blocks)
    touched = 0
    for place in range(records):
        word = word_of(stage.entries[stage.at_record[place]])
        touched ^= index.words[word] ^ index.words[word + 8] ^ index.words[word + 16]
    for place in range(records):
        point = stage.at_record[place]
        word = word_of(stage.entries[point])
        stage.entries[point] = _record_answer(index, word, xs[point], ys[point])
    if index.words[NEAR_ZERO]:
        for point in range(len(xs)):
            if _is_tiny(index, xs[point], ys[point]):
                stage.entries[point] = NOWHERE
    return touched


@compiled
def _enter_root(
    index: Index, xs: NDArray[np.float64], ys: NDArray[np.float64], stage: Stage
) -> int:
    """Take the root entry of each point; return how many of them are pointers.

    Two loops, so that the second is short and many of its reads wait at one time.
    """
    frame = _root_frame(index)
    waiting = 0
    for point in range(len(xs)):
        stage.cells[point] = _root_cell(frame, xs[point], ys[point])
    for point in range(len(xs)):
        entry = _root_entry(index, stage.cells[point])
        stage.entries[point] = entry
        stage.waiting[waiting] = point
        waiting += not is_answer(entry)
    return waiting


@compiled
def _enter_blocks(
    index: Index,
    xs: NDArray[np.float64],
    ys: NDArray[np.float64],
    stage: Stage,
    blocks: int,
) -> int:
    """Take the entry of each point in a block; return how many still wait."""
    waiting = 0
    for place in range(blocks):
        point = stage.waiting[place]
        word = word_of(stage.entries[point])
        entry = _block_entry(index, word, xs[point], ys[point])
        stage.entries[point] = entry
        stage.waiting[waiting] = point
        waiting += not is_answer(entry)
    return waiting
