"""Loads of grids evened out: two neighbours joined and cut anew along blocks."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.editing.blocks import Blocks
from gis.editing.recombination import DEFAULT_RULE, BalanceRule, Room
from gis.editing.transfers import Transfer, ordered_transfers
from gis.errors import EditError, InvalidLayerError
from gis.sentences import sentence

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Balance:
    """Grids before and after their loads are evened out.

    Attributes
    ----------
    grid_ids
        Grids in code order.
    owners
        Row in `grid_ids` of the grid of each block after it, shape (n,).
    loads_before, loads_after
        Of each grid, shape (g,).
    border_before_m, border_after_m
        Length of the borders between grids, those of other areas included.
    moved_share
        Of the load of all grids, what changes hands.
    transfers
        Ground that changes hands, in an order in which no grid falls to pieces.
    """

    grid_ids: tuple[str, ...]
    owners: Rows
    loads_before: Floats
    loads_after: Floats
    border_before_m: float
    border_after_m: float
    moved_share: float
    transfers: tuple[Transfer, ...]


def balance(
    blocks: Blocks,
    loads: Floats,
    areas: Mapping[str, str],
    rule: BalanceRule = DEFAULT_RULE,
) -> Balance:
    """Even out the loads of grids by new borders along the edges of blocks.

    A step joins two neighbours, the more unequal the likelier, draws a random spanning
    tree over their blocks and cuts the branch that leaves the halves most equal. The
    cut stands if the sum of the squares of the loads falls and the bounds of the rule
    hold. Both halves are in one piece; that which holds more of a grid's former load
    keeps its id. No grid trades with one of another area.

    Parameters
    ----------
    blocks
        Of the grids to look at.
    loads
        Of each block, 0 or more, shape (n,); any unit.
    areas
        Area of each grid: its community, or its circle where borders of communities may
        move.
    rule
        Bounds, for each area by itself.

    Raises
    ------
    EditError
        If no line cuts a grid that has another in its area.
    InvalidLayerError
        If a grid has no area, or loads are not of that shape or less than 0.

    References
    ----------
    .. [1] DeFord, Duchin, Solomon (2021), Recombination: a family of Markov chains for
       redistricting.

    Examples
    --------
    >>> import shapely
    >>> from gis.editing.blocks import cut_blocks
    >>> grids = {"A": shapely.box(0, 0, 0.4, 0.1), "B": shapely.box(0.4, 0, 0.6, 0.1)}
    >>> lanes = [shapely.LineString([(x, 0), (x, 1)]) for x in (0.1, 0.2, 0.3, 0.5)]
    >>> result = balance(
    ...     cut_blocks(grids, lanes),
    ...     np.ones(6),
    ...     {"A": "K", "B": "K"},
    ...     BalanceRule(moved_share=0.2),
    ... )
    >>> result.loads_before.tolist(), result.loads_after.tolist()
    ([4.0, 2.0], [3.0, 3.0])
    >>> [(t.giver, t.receiver, t.area.bounds) for t in result.transfers]
    [('A', 'B', (0.3, 0.0, 0.4, 0.1))]
    """
    weights = np.asarray(loads, dtype=np.float64)
    _check_loads(blocks, weights)
    rooms = _rooms(blocks, weights, areas)
    owners = blocks.owners.copy()
    transfers: list[Transfer] = []
    for room in rooms:
        grids = np.unique(blocks.owners[room.blocks])
        stages = [grids[rows] for rows in room.search(rule)]
        steps = ordered_transfers(blocks, room.blocks, stages)
        for step in steps:
            owners[list(step.blocks)] = blocks.grid_ids.index(step.receiver)
        transfers += steps
    return _summary(blocks, weights, owners, tuple(transfers))


def _check_loads(blocks: Blocks, loads: Floats) -> None:
    """Refuse loads that are not of each block, or less than nothing."""
    if loads.shape != (len(blocks.polygons),):
        raise InvalidLayerError(
            "Loads of shape {shape!r} were found, expected a number for each of the "
            "{polygons} blocks; count them on these blocks.",
            shape=loads.shape,
            polygons=len(blocks.polygons),
        )
    wrong = loads[~(np.isfinite(loads) & (loads >= 0))]
    if len(wrong):
        raise InvalidLayerError(
            "A block has the load {wrong!r}, expected 0 or more; correct the weights.",
            wrong=float(wrong[0]),
        )


def _rooms(blocks: Blocks, loads: Floats, areas: Mapping[str, str]) -> list[Room]:
    """Return the areas with several grids and blocks to trade, in code order."""
    lacking = [grid for grid in blocks.grid_ids if grid not in areas]
    if lacking:
        raise InvalidLayerError(
            "Grids {lacking!r} ({lacking_2} in all) have no area, expected the "
            "community of each; name it.",
            lacking=lacking[:3],
            lacking_2=len(lacking),
        )
    names = np.array([areas[grid] for grid in blocks.grid_ids])
    rooms = [
        _room(blocks, loads, name, np.flatnonzero(names == name))
        for name in np.unique(names).tolist()
    ]
    rooms = [room for room in rooms if 1 < room.grids < len(room.blocks)]
    if not rooms:
        raise EditError(
            "No line cuts one of the {grid_ids} grids that has another in its area",
            grids=blocks.grid_ids[:3],
            remedy=sentence(
                "load a layer of streets and lanes as borders to choose from, or draw "
                "some"
            ),
            grid_ids=len(blocks.grid_ids),
        )
    return rooms


def _room(blocks: Blocks, loads: Floats, name: str, grids: Rows) -> Room:
    """Return some grids with rows of their own."""
    places = np.full(len(blocks.grid_ids), -1)
    places[grids] = np.arange(len(grids))
    owners = places[blocks.owners]
    inside = np.flatnonzero(owners >= 0)
    rows = np.full(len(owners), -1)
    rows[inside] = np.arange(len(inside))
    sides = rows[blocks.sides]
    is_within = (sides >= 0).all(axis=1)
    area = np.array([polygon.area for polygon in blocks.polygons[inside]])
    return Room(
        name,
        inside,
        owners[inside],
        np.column_stack([loads[inside], area]),
        sides[is_within],
        blocks.lengths_m[is_within],
        len(grids),
    )


def _summary(
    blocks: Blocks, loads: Floats, owners: Rows, transfers: tuple[Transfer, ...]
) -> Balance:
    """Return figures before and after."""
    count = len(blocks.grid_ids)
    borders = [
        float(blocks.lengths_m[np.diff(rows[blocks.sides], axis=1)[:, 0] != 0].sum())
        for rows in (blocks.owners, owners)
    ]
    sums = [
        np.bincount(rows, loads, count).astype(np.float64)
        for rows in (blocks.owners, owners)
    ]
    total = float(loads.sum())
    moved = float(loads[owners != blocks.owners].sum())
    return Balance(
        blocks.grid_ids,
        owners,
        sums[0],
        sums[1],
        borders[0],
        borders[1],
        moved / total if total else 0.0,
        transfers,
    )
