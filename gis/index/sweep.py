r"""Know which parts hold the corners of cells, carried from corner to corner.

Only edges that touch a cell can change what holds the next corner to the east; what
holds the first corner of a row of a block follows from its patch::

    held: none ->  {a}  ->  {a, b} -> {b}
          +--------+--------+--------+--
          |     /  |    \  /|        |
          +----/---+-----\/-+--------+--
"""

import numpy as np
from numpy.typing import NDArray

from gis.index.cells import Cell
from gis.index.compiling import compiled
from gis.index.edges import Edges
from gis.index.layout import answer_entry
from gis.index.locator import Relation
from gis.index.records import Patch, crosses, steps

_OUTSIDE = int(Relation.OUTSIDE)
_INSIDE = int(Relation.INSIDE)
_OVERLAP = int(Relation.OVERLAP)


@compiled
def hold_row_start(
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
def move_east(
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
def whole_cell_entry(edges: Edges, held: NDArray[np.int32]) -> int:
    """Return the entry of a cell that no edge touches."""
    lowest, second = _two_lowest(edges, held)
    if lowest < 0:
        return answer_entry(-1, _OUTSIDE)
    row = edges.row_of_part[lowest]
    return answer_entry(row, _INSIDE if second < 0 else _OVERLAP)


@compiled
def kept_parts(
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
