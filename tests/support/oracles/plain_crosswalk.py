"""Crosswalks of grids that are made of the cells of a lattice, in exact fractions."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Lattice:
    """Columns and rows of whole metres; a cell is named by its column and row."""

    widths: tuple[int, ...]
    heights: tuple[int, ...]

    @property
    def cells(self):
        return [
            (column, row)
            for column in range(len(self.widths))
            for row in range(len(self.heights))
        ]

    def area(self, cell):
        return self.widths[cell[0]] * self.heights[cell[1]]

    def box(self, cell):
        column, row = cell
        x, y = sum(self.widths[:column]), sum(self.heights[:row])
        return x, y, x + self.widths[column], y + self.heights[row]


def parts_of(cells):
    """Cells that hang together by sides, as sets."""
    rest, parts = set(cells), []
    while rest:
        part, edge = set(), [rest.pop()]
        while edge:
            column, row = edge.pop()
            part.add((column, row))
            sides = {(column + 1, row), (column - 1, row)}
            sides |= {(column, row + 1), (column, row - 1)}
            edge += sides & rest
            rest -= sides
        parts.append(part)
    return parts


def mean_width(lattice, part):
    """Twice the area of a part over its perimeter."""
    perimeter = 0
    for column, row in part:
        for side in ((column + 1, row), (column - 1, row)):
            perimeter += lattice.heights[row] * (side not in part)
        for side in ((column, row + 1), (column, row - 1)):
            perimeter += lattice.widths[column] * (side not in part)
    return Fraction(2 * sum(map(lattice.area, part)), perimeter)


@dataclass(frozen=True)
class PlainCrosswalk:
    """Pieces of two namings of cells; None names no grid."""

    area: dict
    width: dict
    counting: set
    relations: dict
    weights: dict


def plain_crosswalk(lattice, sources, targets, noise, least_share):
    """Work out everything cell by cell; `sources` and `targets` map cells to ids."""
    cells = defaultdict(set)
    for cell in lattice.cells:
        cells[sources.get(cell), targets.get(cell)].add(cell)
    cells.pop((None, None), None)
    area = {pair: sum(map(lattice.area, part)) for pair, part in cells.items()}
    width = {
        pair: max(mean_width(lattice, part) for part in parts_of(piece))
        for pair, piece in cells.items()
    }
    of_source, of_target = Counter(), Counter()
    for (source, target), size in area.items():
        of_source[source] += size
        of_target[target] += size
    clear = {pair for pair in area if width[pair] >= noise}
    counting = {
        (source, target)
        for source, target in clear
        if None not in (source, target)
        and area[source, target]
        >= least_share * min(of_source[source], of_target[target])
    }
    ids = {source for source, _ in area if source is not None}
    return PlainCrosswalk(
        area,
        width,
        counting,
        {source: relation(source, counting) for source in ids},
        {source: area_weights(source, area, clear) for source in ids},
    )


def relation(source, counting):
    """The word for a source, by its pieces that count."""
    mine = [target for other, target in counting if other == source]
    alone = [t for t in mine if sum(target == t for _, target in counting) == 1]
    if not mine:
        return "outside"
    if len(mine) == 1:
        return "1:1" if alone else "nests"
    return "splits" if alone == mine else "conflict"


def area_weights(source, area, clear):
    """Part of the source in each target, None for outside, noise left out."""
    mine = {target: size for (other, target), size in area.items() if other == source}
    clean = {target: size for target, size in mine.items() if (source, target) in clear}
    clean = clean or {target: size for target, size in mine.items() if target} or mine
    return {
        target: Fraction(size, sum(clean.values())) for target, size in clean.items()
    }


def dealt_out(figure, weights):
    """Whole parts of a figure by largest remainder; None, outside, comes last."""
    order = sorted(weights, key=lambda target: (target is None, target or ""))
    whole = {target: int(figure * weights[target]) for target in order}
    rest = figure - sum(whole.values())
    by_rest = sorted(order, key=lambda t: whole[t] - figure * weights[t])
    for target in by_rest[:rest]:
        whole[target] += 1
    return whole
