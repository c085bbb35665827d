"""Small counts of people: withheld so that sums and other editions do not give them."""

import calendar
import datetime as dt
import heapq
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis.errors import InvalidLayerError, SettingError
from gis.sentences import sentence

LEAST: Final = 5
"""Counts below this are withheld, zeros too."""

CUT_OFF_DAYS: Final = 10
"""A month is counted once, as it is known so many days after its end."""

WITHHELD: Final = -1

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Edition:
    """The one edition in which sensitive counts of a month are given.

    Two tables that differ by a day of facts, by what became known later, by boundaries
    or by the areas they are summed to could be subtracted from each other; so there is
    one table a month and no other.

    Attributes
    ----------
    first, last
        First and last day of the month.
    cut_off
        Last day whose knowledge counts.
    boundary_version
        The set of grids in which the facts are counted.
    area_layer
        What the areas are: grids, one tier of circles, or communities.
    least
        Smallest count that is shown.
    """

    first: dt.date
    last: dt.date
    cut_off: dt.date
    boundary_version: str
    area_layer: str
    least: int = LEAST


@dataclass(frozen=True, slots=True, eq=False)
class WithheldTable:
    """A table of counts with its totals, safe to be shown.

    Attributes
    ----------
    edition
        What was counted.
    counts
        Shape (areas + 1, categories + 1), totals last; `WITHHELD` (-1) where a number
        is not given. Which of these are small and which protect a small one is not
        told, since that would narrow them.
    """

    edition: Edition
    counts: NDArray[np.int64]

    @property
    def mark(self) -> str:
        """What stands where a number is withheld."""
        return f"<{self.edition.least}*"

    @property
    def legend(self) -> tuple[str, str]:
        """What the mark means, in English and Chinese."""
        least = self.edition.least
        return (
            sentence(
                "{mark}: below {least}, or withheld so that a number below {least} "
                "cannot be worked out from the totals",
                mark=self.mark,
                least=least,
            ),
            f"{self.mark}：少于{least}，或为防止由合计推算出少于{least}的数而不列",
        )

    def texts(self) -> list[list[str]]:
        """Return every cell as it is shown."""
        return [
            [self.mark if count == WITHHELD else str(count) for count in row]
            for row in self.counts.tolist()
        ]


def edition_of_month(
    year: int, month: int, *, boundary_version: str, area_layer: str, on: dt.date
) -> Edition:
    """Return the one edition of a month that is closed.

    Parameters
    ----------
    year, month
        The month.
    boundary_version
        The set of grids in force on the last day of the month as known at the cut-off;
        keep what was given once, also when a correction is published later.
    area_layer
        The one layer of areas for which such counts are given.
    on
        Today, local.

    Raises
    ------
    SettingError
        If the cut-off of the month has not passed.

    Examples
    --------
    >>> edition_of_month(
    ...     2026, 8, boundary_version="7", area_layer="communities",
    ...     on=dt.date(2026, 9, 11),
    ... ).cut_off
    datetime.date(2026, 9, 10)
    """
    first = dt.date(year, month, 1)
    last = dt.date(year, month, calendar.monthrange(year, month)[1])
    cut_off = last + dt.timedelta(days=CUT_OFF_DAYS)
    if on <= cut_off:
        raise SettingError(
            "Counts of {first:%Y-%m} are closed at the end of {cut_off:%Y-%m-%d}; ask "
            "for them after that day, or for an earlier month.",
            first=first,
            cut_off=cut_off,
        )
    return Edition(first, last, cut_off, boundary_version, area_layer)


def withhold(
    counts: NDArray[np.integer], wanted: Edition, edition: Edition
) -> WithheldTable:
    """Withhold small counts, and others so that no sum gives the small ones away.

    Every count below `least`, zeros and totals too, is withheld: a zero says something
    about people as well, and narrows its neighbours. For each of them the cheapest set
    of further cells is withheld through which it could be greater by `least` while all
    that is shown stays as it is (a cycle in the network of rows and columns: one cell
    up, the next one down). So for each withheld cell the table allows a range of at
    least `least` between its least and greatest possible value, and nobody can show
    from the table that it is below `least`.

    What it does not guard against: knowledge from elsewhere, such as the number of a
    single cell, and tables of the same people by other areas or categories.

    Parameters
    ----------
    counts
        Whole numbers of people, shape (areas, categories); leave out categories that
        cannot occur.
    asked
        The edition that is asked for.
    given
        The one edition of the month, from `edition_of_month`.

    Raises
    ------
    SettingError
        If another edition is asked for.
    InvalidLayerError
        If counts are not a table of whole numbers from 0.

    References
    ----------
    .. [1] Cox (1995), Network models for complementary cell suppression.

    Examples
    --------
    >>> edition = edition_of_month(
    ...     2026, 8, boundary_version="7", area_layer="communities",
    ...     on=dt.date(2026, 9, 11),
    ... )
    >>> table = withhold(np.array([[2, 20], [30, 40], [9, 50]]), edition, edition)
    >>> for row in table.texts():
    ...     print(*row)
    <5* <5* 22
    30 40 70
    <5* <5* 59
    41 110 151
    """
    _refuse_other_edition(wanted, edition)
    _check_counts(counts)
    table = _with_totals(counts)
    hidden = _hide(table, edition.least)
    return WithheldTable(edition, np.where(hidden, WITHHELD, table))


def _refuse_other_edition(wanted: Edition, edition: Edition) -> None:
    for field in fields(Edition):
        expected, actual = getattr(wanted, field.name), getattr(edition, field.name)
        if expected != actual:
            raise SettingError(
                "Counts of people by {name} {expected!r} are not given, since small "
                "counts could be worked out from two editions; ask for {actual!r}, "
                "the only one of {first:%Y-%m}.",
                name=field.name,
                expected=str(expected),
                actual=str(actual),
                first=edition.first,
            )


def _check_counts(counts: NDArray[np.integer]) -> None:
    is_table = counts.ndim == 2 and counts.size > 0
    if not is_table or counts.dtype.kind not in "iu" or counts.min() < 0:
        raise InvalidLayerError(
            "Counts of shape {shape!r} and type {dtype!r} are not a table of areas "
            "and categories with whole numbers from 0; count again.",
            shape=counts.shape,
            dtype=str(counts.dtype),
        )


def _with_totals(counts: NDArray[np.integer]) -> NDArray[np.int64]:
    table = np.zeros(np.add(counts.shape, 1), dtype=np.int64)
    table[:-1, :-1] = counts
    table[-1, :] = table.sum(axis=0)
    table[:, -1] = table.sum(axis=1)
    return table


def _hide(table: NDArray[np.int64], least: int) -> NDArray[np.bool_]:
    """Return the cells to withhold: small ones, and a cycle through each of them."""
    small = table < least
    network = Network(table, small.copy(), least)
    guarded = np.zeros(table.shape, dtype=np.bool_)
    for row, column in np.argwhere(small).tolist():
        if not guarded[row, column]:
            # a cycle guards all its cells, since each can move by `least` along it
            for cell in network.cheapest_cycle((row, column)):
                guarded[cell] = network.hidden[cell] = True
    return network.hidden


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A table with totals as a network: rows and columns are nodes, cells are edges.

    Each cell is part of one sum along its row and one along its column. Drawn from row
    to column where it adds to both or is the total of both, from column to row where
    it is a total of one, every cell leaves one sum and enters another; so what is
    known of the table stays true if cells change by the same amount around a cycle.

    Attributes
    ----------
    table
        Counts with totals last.
    hidden
        Cells that are withheld; grows.
    step
        By how much a cell must be able to change.
    """

    table: NDArray[np.int64]
    hidden: NDArray[np.bool_]
    step: int

    def ends(self, cell: Cell) -> tuple[int, int]:
        """Return the nodes that a cell leads from and to; columns follow the rows."""
        rows, columns = self.table.shape
        row, column = cell[0], rows + cell[1]
        is_total = (cell[0] == rows - 1, cell[1] == columns - 1)
        return (row, column) if is_total[0] == is_total[1] else (column, row)

    def cheapest_cycle(self, cell: Cell) -> list[Cell]:
        """Return the cells that let a cell grow by `step`, itself included.

        The cost of a cell is one more than its count, nothing where it is hidden. There
        always is such a cycle: the cell and its three totals can grow together.
        """
        goal, start = self.ends(cell)
        costs = {start: 0}
        came: dict[int, tuple[int, Cell]] = {}
        queue = [(0, start)]
        while queue:
            cost, node = heapq.heappop(queue)
            if node == goal:
                break
            if cost > costs[node]:
                continue
            for edge, other in self._steps(node):
                total = cost + self._cost(edge)
                if edge != cell and total < costs.get(other, total + 1):
                    costs[other], came[other] = total, (node, edge)
                    heapq.heappush(queue, (total, other))
        return [cell, *_walk_back(came, start, goal)]

    def _steps(self, node: int) -> Iterator[tuple[Cell, int]]:
        """Yield the cells at a node that can change by `step`, and where they lead."""
        rows, columns = self.table.shape
        cells: list[Cell] = (
            [(node, column) for column in range(columns)]
            if node < rows
            else [(row, node - rows) for row in range(rows)]
        )
        for cell in cells:
            source, target = self.ends(cell)
            # along its direction a cell grows, against it shrinks
            if source == node:
                yield cell, target
            elif self.table[cell] >= self.step:
                yield cell, source

    def _cost(self, cell: Cell) -> int:
        return 0 if self.hidden[cell] else int(self.table[cell]) + 1


def _walk_back(
    came: dict[int, tuple[int, Cell]], start: int, goal: int
) -> Iterator[Cell]:
    """Yield the cells of the path to a node, last first."""
    while goal != start:
        goal, cell = came[goal]
        yield cell
