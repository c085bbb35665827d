r"""Write the record of a cell: the edges that touch it and what holds besides.

Which parts hold a point of the cell is read off a ray to the west. Edges that do not
touch the cell count the same for all its points, once the path of those that do is led
up and out where it ends west of the cell; so the rest is one base mask::

       ^ top                      path: top, p, q, r
       |      +---------+
       p------|--q      |         p lies west of the cell within its y range: rays from
              |    \    |         above p would miss the edge that goes on from p, so
              |     r---|--       the path comes down to p from beyond the cell
              +---------+
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.index.cells import Cell
from gis.index.compiling import compiled
from gis.index.edges import Edges
from gis.index.layout import EDGES_SHIFT, NEXT_BIT, SLOTS, pointer_entry
from gis.index.orientation import orientation


class Store(NamedTuple):
    """Words being written, seen as every kind of number that stands in them.

    `cursor` holds the next free word and 1 where the words did not suffice; `origin`
    is where the first of the words will stand in the index.
    """

    words: NDArray[np.int64]
    entries: NDArray[np.int32]
    naturals: NDArray[np.uint32]
    floats: NDArray[np.float64]
    cursor: NDArray[np.int64]
    origin: int


class Patch(NamedTuple):
    """A cell, the edges that touch it, and the parts that hold its first corner.

    The corner is its south-western one. Of the parts without an edge here, which hold
    all of the cell, those of the two lowest rows are kept: they decide every answer.
    """

    cell: Cell
    listed: NDArray[np.int32]
    held: NDArray[np.int32]
    depth: int


@compiled
def crosses(edges: Edges, edge: int, x: float, y: float) -> bool:
    """Return whether the ray from a point to the west crosses an edge.

    The lower end of an edge belongs to it, the upper does not; a point on the edge
    lies west of it.
    """
    vertex = edges.first[edge]
    x1, y1 = edges.vertices[vertex]
    x2, y2 = edges.vertices[vertex + 1]
    rises = y1 <= y
    if rises == (y2 <= y):
        return False
    side = orientation(x1, y1, x2, y2, x, y)
    return side < 0 if rises else side > 0


@compiled
def steps(cell: Cell, x: float, y: float) -> bool:
    """Return whether a vertex lies west of a cell, within its y range."""
    return x < cell.west and cell.south <= y < cell.north


@compiled
def words_for_records(count: int) -> int:
    """Return how many words the records of a cell with `count` edges need at most.

    An edge owns 4 vertices and masks in each of 2 records; parts are at most 2 count.
    """
    return 24 * count + 16


@compiled
def write_records(store: Store, edges: Edges, patch: Patch) -> int:
    """Write the records of a cell and return the entry that leads to the first."""
    parts = _parts_of(edges, patch)
    start = store.cursor[0]
    for first in range(0, len(parts), SLOTS):
        slots = parts[first : first + SLOTS]
        _write_record(store, edges, patch, slots, first + SLOTS < len(parts))
    return pointer_entry(store.origin + start, 0)


@compiled
def _parts_of(edges: Edges, patch: Patch) -> NDArray[np.int32]:
    """Return the parts that own edges here or hold the cell, in order."""
    parts = np.empty(2 * len(patch.listed) + len(patch.held), np.int32)
    count = 0
    for edge in patch.listed:
        count = _insert(parts, count, edges.left[edge])
        if edges.right[edge] >= 0:
            count = _insert(parts, count, edges.right[edge])
    for part in patch.held:
        count = _insert(parts, count, part)
    return parts[:count]


@compiled
def _insert(parts: NDArray[np.int32], count: int, part: int) -> int:
    """Put a part in its place unless it is there; return the new count."""
    place = count
    while place > 0 and parts[place - 1] > part:
        place -= 1
    if place > 0 and parts[place - 1] == part:
        return count
    for moved in range(count, place, -1):
        parts[moved] = parts[moved - 1]
    parts[place] = part
    return count + 1


@compiled
def _bit(slots: NDArray[np.int32], part: int) -> int:
    """Return the bit of a part in the masks, 0 where it has none."""
    for slot in range(len(slots)):
        if slots[slot] == part:
            return 1 << slot
    return 0


@compiled
def _write_record(
    store: Store, edges: Edges, patch: Patch, slots: NDArray[np.int32], has_next: bool
) -> None:
    """Write one record at the cursor and move it on."""
    masks = np.empty(len(patch.listed), np.int64)
    for place, edge in enumerate(patch.listed):
        masks[place] = _bit(slots, edges.left[edge]) | _bit(slots, edges.right[edge])
    path = np.empty((4 * len(masks) + 1, 3))
    count = _draw_path(edges, patch, masks, path)
    start = store.cursor[0]
    head = _base_mask(edges, patch, slots, masks) | len(slots) << 32
    store.words[start] = head | max(count - 1, 0) << EDGES_SHIFT
    word = _write_path(store, edges, slots, path[:count], start + 1 + has_next)
    if has_next:
        store.words[start] |= 1 << NEXT_BIT
        store.words[start + 1] = store.origin + word
    store.cursor[0] = word


@compiled
def _write_path(
    store: Store,
    edges: Edges,
    slots: NDArray[np.int32],
    path: NDArray[np.float64],
    word: int,
) -> int:
    """Write rows, masks and vertices from a word on; return the next even word."""
    place = 2 * word
    for part in slots:
        store.naturals[place] = edges.row_of_part[part]
        place += 1
    for vertex in range(1, len(path)):
        store.naturals[place] = np.int64(path[vertex, 2])
        place += 1
    word = (place + 1) // 2
    for vertex in range(len(path)):
        store.floats[word] = path[vertex, 0]
        store.floats[word + 1] = path[vertex, 1]
        word += 2
    return (word + 1) // 2 * 2


@compiled
def _base_mask(
    edges: Edges,
    patch: Patch,
    slots: NDArray[np.int32],
    masks: NDArray[np.int64],
) -> int:
    """Return the parts that hold the corner, less what the path says of it."""
    cell = patch.cell
    base = 0
    for part in patch.held:
        base ^= _bit(slots, part)
    for place, edge in enumerate(patch.listed):
        if crosses(edges, edge, cell.west, cell.south):
            base ^= masks[place]
        for vertex in range(edges.first[edge], edges.first[edge] + 2):
            x, y = edges.vertices[vertex]
            if y == cell.south and steps(cell, x, y):
                base ^= masks[place]
    return base


@compiled
def _draw_path(
    edges: Edges,
    patch: Patch,
    masks: NDArray[np.int64],
    path: NDArray[np.float64],
) -> int:
    """Lay one path through all edges that have a mask; return its vertices.

    A row of `path` is x, y and the mask of the edge that ends there, 0 for a leap.
    """
    cell = patch.cell
    top = cell.north + (cell.north - cell.south)
    count = 0
    end = -1
    last = 0
    for place, edge in enumerate(patch.listed):
        mask = masks[place]
        vertex = edges.first[edge]
        if mask == 0:
            continue
        if vertex != end or mask != last:
            left = _lead_out(edges, cell, end, last, path[count:])
            count += left
            x, y = edges.vertices[vertex]
            if steps(cell, x, y):
                count = _add(path, count, x, top, 0)
                count = _add(path, count, x, y, mask)
            elif vertex != end or left:
                count = _add(path, count, x, y, 0)
        end = vertex + 1
        last = mask
        count = _add(path, count, edges.vertices[end, 0], edges.vertices[end, 1], mask)
    return count + _lead_out(edges, cell, end, last, path[count:])


@compiled
def _lead_out(
    edges: Edges, cell: Cell, end: int, mask: int, path: NDArray[np.float64]
) -> int:
    """Lead the path up and out where it ends west of the cell; return 1 if it did."""
    if end < 0:
        return 0
    x, y = edges.vertices[end]
    if not steps(cell, x, y):
        return 0
    return _add(path, 0, x, cell.north + (cell.north - cell.south), mask)


@compiled
def _add(path: NDArray[np.float64], count: int, x: float, y: float, mask: int) -> int:
    """Put a vertex at the end of the path; return the new count."""
    path[count, 0] = x
    path[count, 1] = y
    path[count, 2] = mask
    return count + 1
