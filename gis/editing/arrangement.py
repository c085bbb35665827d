"""The ground of some grids cut into cells, and what becomes of it when they are given.

A border is redrawn by laying the line over both grids, telling the cells on its left
from those on its right, and giving each cell to one grid; where both sides of an arc
go to one, the arc goes::

    +---+-----+        +---+-----+        cells 1 and 2 on the left of the line go
    | A 1 |   |        | A   |   |        to A, cell 3 on its right to B: the old
    |   | | B |   ->   |     | B |        border between 1 and 2 lies inside A
    |   | 2 3 |        |     |   |
    +---+-----+        +-----+---+
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from gis.editing.change import Arc, Change, Face
from gis.editing.contacts import Scale
from gis.editing.cuts import Overlay, Piece, comes_near
from gis.editing.cycles import Cycle, nest_cycles, trace_cycles
from gis.editing.planar_map import PlanarMap
from gis.editing.whole_numbers import Ints, Point
from gis.errors import CoverageError, EditError
from gis.sentences import sentence


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """A piece of an arc or of a line.

    Attributes
    ----------
    arc
        With what lies beside it now.
    key
        Of the arc in the map that it is, whole; None for a part of one or of a line.
    is_line
        Whether it is new.
    """

    arc: Arc
    key: int | None
    is_line: bool


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A piece of the ground without a line or border through it.

    Attributes
    ----------
    grid
        Whose it is now.
    rim, holes
        The ways around it, and around what lies in it.
    doubled_area
        In square units.
    """

    grid: Face
    rim: Cycle
    holes: tuple[Cycle, ...]
    doubled_area: int


class Arrangement:
    """Cells of some grids under pieces of lines.

    Parameters
    ----------
    planar
        The map.
    overlay
        The arcs around the grids, and where lines met them.
    pieces
        Of lines, each in one of the grids from border to border or a ring.

    Attributes
    ----------
    edges
        All pieces of arcs and of lines.
    cells
        In the order of `nest_cycles`.
    sides
        Row of the cell on the left and on the right of each edge, -1 where it is none.
    """

    def __init__(
        self, planar: PlanarMap, overlay: Overlay, pieces: Sequence[Piece]
    ) -> None:
        self._planar = planar
        self._grids = overlay.grids
        self._artefacts = overlay.crossings
        ends = [tuple(end) for piece in pieces for end in piece.xy[[0, -1]].tolist()]
        noded = overlay.noded_arcs(ends)
        self._cut = {key for key, parts in noded.items() if len(parts) > 1}
        self.edges = [
            *(
                Edge(arc, key, is_line=False)
                for key, arc in overlay.arcs.items()
                if key not in self._cut
            ),
            *(
                Edge(part, None, is_line=False)
                for key in sorted(self._cut)
                for part in noded[key]
            ),
            *(Edge(Arc(p.xy, p.grid, p.grid), None, is_line=True) for p in pieces),
        ]
        self.cells, self.sides = self._cells()

    def _cells(self) -> tuple[list[Cell], list[list[int]]]:
        """Return the cells, and those beside each edge."""
        lines, origins = [], []
        for row, edge in enumerate(self.edges):
            for side, arc in enumerate((edge.arc, edge.arc.reversed())):
                if arc.left in self._grids:
                    lines.append(arc.xy)
                    origins.append((row, side))
        cells: list[Cell] = []
        sides = [[-1, -1] for _ in self.edges]
        for rim, holes in self._nested(lines):
            for number in (n for cycle in (rim, *holes) for n in cycle.lines):
                row, side = origins[number]
                sides[row][side] = len(cells)
            row, side = origins[rim.lines[0]]
            area = rim.doubled_area + sum(hole.doubled_area for hole in holes)
            cells.append(Cell(self.edges[row].arc.faces[side], rim, tuple(holes), area))
        return cells, sides

    def _nested(self, lines: Sequence[Ints]) -> list[tuple[Cycle, list[Cycle]]]:
        """Return the ways around the cells."""
        try:
            return nest_cycles(trace_cycles(lines))
        except CoverageError as error:
            raise EditError(
                str(error).partition(";")[0],
                grids=self._grids,
                remedy=sentence("draw the line further from the borders"),
            ) from error

    def beside_lines(self) -> tuple[set[int], set[int]]:
        """Return the cells on the left of new lines, and those on their right."""
        rows = [n for n, edge in enumerate(self.edges) if edge.is_line]
        return {self.sides[n][0] for n in rows}, {self.sides[n][1] for n in rows}

    def owners(self) -> list[Face]:
        """Return whose each cell is now."""
        return [cell.grid for cell in self.cells]

    def moved_area(self, owners: Sequence[Face]) -> int:
        """Return the doubled area of the cells that get another grid."""
        pairs = zip(self.cells, owners, strict=True)
        return sum(cell.doubled_area for cell, grid in pairs if cell.grid != grid)

    def lost_border_m(self, owners: Sequence[Face]) -> float:
        """Return how much of the outer borders of grids gets another one of them.

        Parameters
        ----------
        owners
            Grid of each cell.
        """
        outer = [cell.rim.lines for cell in self.cells]
        on_rim = {number for lines in outer for number in lines}
        metres = 0.0
        number = 0
        for row, edge in enumerate(self.edges):
            for side, face in enumerate(edge.arc.faces):
                if face not in self._grids:
                    continue
                cell = self.sides[row][side]
                is_own = edge.arc.faces[1 - side] not in self._grids
                if is_own and number in on_rim and owners[cell] != face:
                    metres += _length_m(edge.arc)
                number += 1
        return metres

    def pieces_of(self, owners: Sequence[Face]) -> dict[Face, int]:
        """Return in how many pieces each grid is when cells have these owners."""
        group = list(range(len(self.cells)))

        def root(cell: int) -> int:
            while group[cell] != cell:
                cell = group[cell]
            return cell

        for left, right in self.sides:
            if left >= 0 and right >= 0 and owners[left] == owners[right]:
                group[root(left)] = root(right)
        counts: dict[Face, int] = {}
        for cell in {root(cell) for cell in group}:
            counts[owners[cell]] = counts.get(owners[cell], 0) + 1
        return counts

    def change(self, owners: Sequence[Face]) -> Change:
        """Return what makes the cells those of their owners.

        Parameters
        ----------
        owners
            Grid of each cell.
        """
        drop, add = set(self._cut), []
        for edge, cells in zip(self.edges, self.sides, strict=True):
            left, right = (
                owners[cell] if cell >= 0 else face
                for cell, face in zip(cells, edge.arc.faces, strict=True)
            )
            if edge.key is not None:
                if (left, right) == edge.arc.faces:
                    continue
                drop.add(edge.key)
            if left != right:
                add.append(Arc(edge.arc.xy, left, right))
        change = Change(tuple(sorted(drop)), tuple(add))
        return tidied(self._planar, change, self._artefacts)


def tidied(
    planar: PlanarMap, change: Change, artefacts: Iterable[Point] = ()
) -> Change:
    """Join arcs of a change where only two meet, as if they had never been apart.

    Parameters
    ----------
    planar
        The map that it is for.
    change
        The change.
    artefacts
        Points that are of no use where they are no nodes.

    Returns
    -------
    change
        The same borders.
    """
    return _Tidying(planar, change, frozenset(artefacts)).result()


class _Tidying:
    """Arcs around the nodes of a change; new ones have negative numbers."""

    def __init__(
        self, planar: PlanarMap, change: Change, artefacts: frozenset[Point]
    ) -> None:
        self._planar = planar
        self._artefacts = artefacts
        self._drop = set(change.drop)
        self._new = {~n: arc for n, arc in enumerate(change.add)}
        self._ends = {n: (arc.start, arc.end) for n, arc in self._new.items()}
        self._next = ~len(change.add)
        dropped = [planar.arcs[key] for key in change.drop]
        self._nodes = {node for arc in dropped for node in (arc.start, arc.end)}
        self._nodes |= {node for ends in self._ends.values() for node in ends}

    def result(self) -> Change:
        """Return the change when nothing is left to be joined."""
        for node in sorted(self._nodes):
            self._join(node)
        order = sorted(self._new, reverse=True)
        return Change(
            tuple(sorted(self._drop)), tuple(self._new[number] for number in order)
        )

    def _join(self, node: Point) -> None:
        """Join the two arcs of a node, if there are just two."""
        numbers = [
            *(key for key in self._planar.keys_at(node) if key not in self._drop),
            *(number for number, ends in self._ends.items() if node in ends),
        ]
        if len(numbers) != 2:
            return
        first, second = (self._arc(number) for number in numbers)
        if first.start == first.end or second.start == second.end:
            return
        first = first if first.end == node else first.reversed()
        second = second if second.start == node else second.reversed()
        if first.faces != second.faces:
            return
        is_straight = comes_near(np.stack([first.xy[-2], second.xy[1]]), node)
        skip = int(node in self._artefacts and is_straight)
        xy = np.concatenate([first.xy[: len(first.xy) - skip], second.xy[1:]])
        for number in numbers:
            if number >= 0:
                self._drop.add(number)
            else:
                del self._new[number], self._ends[number]
        joined = Arc(xy, *first.faces)
        self._new[self._next] = joined
        self._ends[self._next] = joined.start, joined.end
        self._next -= 1

    def _arc(self, number: int) -> Arc:
        """Return an arc by its number."""
        return self._planar.arcs[number] if number >= 0 else self._new[number]


def _length_m(arc: Arc) -> float:
    """Return about how long an arc is."""
    scale = Scale.at(int(arc.xy[0, 1]))
    return float(np.hypot(*scale.metres(np.diff(arc.xy, axis=0)).T).sum())
