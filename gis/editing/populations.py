"""People and households of changed grids: they follow the ground, in whole numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.apportionment import apportion
from gis.editing.caseload import Redrawing, reassign
from gis.editing.ground_points import GroundPoints
from gis.editing.sizing import POPULATIONS
from gis.geometry import Polygonal

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Populations: TypeAlias = Mapping[str, Mapping[str, int | None]]

_SLIVER: Final = 1e-9
"""Parts of a grid that are smaller than this share of it are rounding."""
_TRACE: Final = 1e-6
"""A grid whose ground differs by no more, as by corners on its border, is the same."""


class Count(NamedTuple):
    """A whole number of people or households, and whether it is an estimate."""

    value: int
    is_estimate: bool


@dataclass(frozen=True, slots=True, eq=False)
class Homes:
    """Points with the number of people there, by which people follow the ground.

    Attributes
    ----------
    points
        Their positions.
    weights
        People at each, 0 or more, shape (n,).
    """

    points: GroundPoints
    weights: Floats


def populations_of(
    of_base: Populations,
    change: Redrawing,
    ids: Sequence[str],
    homes: Homes | None = None,
    typed: Populations = MappingProxyType({}),
) -> dict[str, list[Count | None]]:
    """Return the counts of people and households of grids after a change, by name.

    Those of a grid of before are shared among the grids that got its ground, in whole
    numbers by the largest remainder: the sum over all stays. Whole grids that became
    one are added up, which is no estimate.

    Parameters
    ----------
    of_base
        Name of `POPULATIONS` -> count of each grid of the base, None where it is not
        known; a name that is missing is not loaded.
    change
        What differs from the base.
    ids
        Grids of the change as it is after it, in the order of the answer.
    homes
        Without them people follow the area.
    typed
        Counts that a planner has typed, None where he emptied one; they are no
        estimates.

    Examples
    --------
    >>> square, west = shapely.box(0, 0, 3, 1), shapely.box(0, 0, 1, 1)
    >>> change = Redrawing({"A": square}, {"A": west, "B": shapely.box(1, 0, 3, 1)})
    >>> populations_of({"residents": {"A": 10}}, change, ["A", "B"])["residents"]
    [Count(value=3, is_estimate=True), Count(value=7, is_estimate=True)]
    """
    flows = _flows(homes, change, ids)
    are_sums = _sums_of_wholes(change, ids, flows)
    counts: dict[str, list[Count | None]] = {}
    for name in POPULATIONS:
        grids = of_base.get(name)
        shares = None if grids is None else _shared_out(grids, flows, are_sums)
        by_hand = typed.get(name, {})
        counts[name] = [
            _typed(by_hand[grid])
            if grid in by_hand
            else None
            if shares is None
            else shares[row]
            for row, grid in enumerate(ids)
        ]
    return counts


def _typed(count: int | None) -> Count | None:
    return None if count is None else Count(count, is_estimate=False)


class _Flow(NamedTuple):
    """To which grids of a change the people of one grid go, and by what weights."""

    grid: str
    rows: Ints
    weights: Floats
    is_whole: bool


def _flows(homes: Homes | None, change: Redrawing, ids: Sequence[str]) -> list[_Flow]:
    """Return where the people of each grid of before go."""
    rank = {grid: row for row, grid in enumerate(ids)}
    flows, redrawn = [], []
    for grid, polygon in change.before.items():
        if _is_same_ground(polygon, change.after.get(grid)):
            flows.append(_Flow(grid, np.array([rank[grid]]), np.ones(1), is_whole=True))
        else:
            redrawn.append(grid)
    if not redrawn or not ids:
        return flows
    weights = _area_weights(change, redrawn, ids)
    if homes is not None:
        people = _people_moves(homes, change, ids)
        weights = {
            grid: _by_people(people.get(grid, {}), *weights[grid]) for grid in redrawn
        }
    return flows + [_Flow(grid, *weights[grid], is_whole=False) for grid in redrawn]


def _is_same_ground(before: Polygonal, after: Polygonal | None) -> bool:
    """Say whether a grid stays as it is, or only gets corners on its border."""
    if after is None or shapely.equals_exact(before, after, 0.0):
        return after is not None
    changed = shapely.area(shapely.symmetric_difference(before, after))
    return bool(changed <= _TRACE * shapely.area(before))


_Weights: TypeAlias = dict[str, tuple[Ints, Floats]]


def _area_weights(
    change: Redrawing, redrawn: Sequence[str], ids: Sequence[str]
) -> _Weights:
    """Return how much of the area of each grid went where."""
    before = np.array([change.before[grid] for grid in redrawn], dtype=object)
    after = np.array([change.after[grid] for grid in ids], dtype=object)
    old, new = shapely.STRtree(after).query(before)
    areas: Floats = shapely.area(shapely.intersection(before[old], after[new]))
    weights: _Weights = {}
    wholes = np.bincount(old, areas, minlength=len(redrawn))
    for row, grid in enumerate(redrawn):
        # slivers of rounding carry nobody
        is_part = (old == row) & (areas > _SLIVER * wholes[row])
        weights[grid] = new[is_part].astype(np.int64), areas[is_part].astype(float)
    return weights


def _people_moves(
    homes: Homes, change: Redrawing, ids: Sequence[str]
) -> dict[str, dict[int, float]]:
    """Return how many people of each grid of before are in each grid of a change."""
    rank = {grid: row for row, grid in enumerate(ids)}
    moves = reassign(homes.points, change)
    # rows of the answer to rows of the change; -1, nobody, takes the last
    rows = np.array([*(rank.get(grid, -1) for grid in moves.ids), -1], dtype=np.int64)
    cells = moves.before * len(ids) + rows[moves.after]
    is_inside = (moves.before >= 0) & (rows[moves.after] >= 0)
    places, cell = np.unique(cells[is_inside], return_inverse=True)
    sums = np.bincount(cell, homes.weights[moves.points][is_inside])
    people: dict[str, dict[int, float]] = {}
    for place, number in zip(places.tolist(), sums.tolist(), strict=True):
        source, row = divmod(place, len(ids))
        people.setdefault(moves.ids[source], {})[row] = number
    return people


def _by_people(
    people: Mapping[int, float], rows: Ints, areas: Floats
) -> tuple[Ints, Floats]:
    """Return where the people of a grid go, by its area where nobody is at a point."""
    if not sum(people.values()) > 0.0:
        return rows, areas
    reached = np.union1d(rows, np.array([*people], dtype=np.int64))
    weights = np.array([people.get(row, 0.0) for row in reached.tolist()])
    return reached, weights


def _sums_of_wholes(
    change: Redrawing, ids: Sequence[str], flows: Sequence[_Flow]
) -> Flags:
    """Say which grids of a change are grids of before, all of each and nothing else."""
    areas = np.zeros(len(ids))
    are_sums = np.ones(len(ids), dtype=bool)
    for flow in flows:
        if len(flow.rows) == 1:
            areas[flow.rows] += shapely.area(change.before[flow.grid])
        else:
            are_sums[flow.rows] = False
    after: Floats = shapely.area([change.after[grid] for grid in ids])
    return are_sums & (np.abs(areas - after) <= _TRACE * after)


def _shared_out(
    of_base: Mapping[str, int | None], flows: Iterable[_Flow], are_sums: Flags
) -> list[Count | None]:
    """Return what each grid of a change gets; None where nobody knows."""
    size = len(are_sums)
    sums = np.zeros(size, dtype=np.int64)
    are_known, are_reached = np.ones(size, dtype=bool), np.zeros(size, dtype=bool)
    are_whole = np.zeros(size, dtype=bool)
    for flow in flows:
        total = of_base.get(flow.grid)
        are_reached[flow.rows] = True
        are_whole[flow.rows] |= flow.is_whole
        if total is None:
            are_known[flow.rows[flow.weights > 0.0]] = False
        elif len(flow.rows):
            sums[flow.rows] += apportion(total, flow.weights)
    return [
        Count(int(total), is_estimate=not is_certain) if is_some else None
        for total, is_certain, is_some in zip(
            sums, are_whole | are_sums, are_known & are_reached, strict=True
        )
    ]
