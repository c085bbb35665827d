"""Borders suggested for a draft: loads of grids evened out along its lines."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gis.editing.balance import Balance, balance
from gis.editing.blocks import Blocks, Line, cut_blocks
from gis.editing.grid_rows import PARENT_ID, Row
from gis.editing.planar_map import PlanarMap
from gis.editing.recombination import DEFAULT_RULE, BalanceRule
from gis.errors import EditError
from gis.sentences import sentence

Loads: TypeAlias = Callable[[Blocks], NDArray[np.float64]]
"""Returns the load of each block, shape (n,)."""


class Ground(Protocol):
    """What a suggestion needs of a draft."""

    planar: PlanarMap
    rows: dict[str, Row]

    def community_of(self, grid: str) -> str:
        """Return the community of a grid."""


def suggest(
    draft: Ground,
    grids: Iterable[str],
    lines: Collection[Line],
    loads: Loads,
    rule: BalanceRule = DEFAULT_RULE,
    *,
    moves: Collection[str] = (),
) -> Balance:
    """Return new borders along lines that even out the loads of grids of a draft.

    Nothing is changed; its transfers, done in order, lead there.

    Parameters
    ----------
    draft
        The draft.
    grids
        Of a community or several; a single one is looked at with its neighbours.
    lines
        Streets, canals and lanes in its coordinates.
    loads
        Returns the load of each block that the lines cut the grids into.
    rule
        Steps, seed and bounds; equal ones give equal transfers.
    moves
        ``communities`` where ground may go to another community of the same circle.

    Raises
    ------
    EditError
        If there are no lines or none cuts a grid, a grid is not in the draft or has no
        neighbour to trade with, or no cut within the bounds is any better.
    InvalidLayerError
        If lines are something else or loads are not of each block, or below 0.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from gis.editing import Workspace
    >>> shapes = [shapely.box(0, 0, 0.4, 0.1), shapely.box(0.4, 0, 0.6, 0.1)]
    >>> frame = gpd.GeoDataFrame({"grid_id": ["A", "B"]}, geometry=shapes)
    >>> lanes = [shapely.LineString([(x, 0), (x, 1)]) for x in (0.1, 0.2, 0.3, 0.5)]
    >>> result = suggest(
    ...     Workspace(frame),
    ...     ["A"],
    ...     lanes,
    ...     lambda blocks: np.ones(len(blocks.polygons)),
    ...     BalanceRule(moved_share=0.2),
    ... )
    >>> [(t.giver, t.receiver) for t in result.transfers], result.loads_after.tolist()
    ([('A', 'B')], [3.0, 3.0])
    """
    areas = _areas(draft, {*grids}, moves)
    if not len(lines):
        raise EditError(
            "There are no lines to draw borders along",
            grids=[*areas][:3],
            remedy=sentence(
                "load a layer of streets, canals and lanes, or draw the border"
            ),
        )
    blocks = cut_blocks({grid: draft.planar.polygons[grid] for grid in areas}, lines)
    result = balance(blocks, loads(blocks), areas, rule)
    if not result.transfers:
        raise EditError(
            "No cut along the lines evens out the {areas} grids within the bounds",
            grids=[*areas][:3],
            remedy=sentence(
                "let more of the load change hands or the borders be longer, or draw "
                "lines through the heavy grid"
            ),
            areas=len(areas),
        )
    return result


def _areas(
    draft: Ground, grids: Collection[str], moves: Collection[str]
) -> Mapping[str, str]:
    """Return what no ground of each grid leaves: its community, or circle."""
    unknown = [grid for grid in sorted(grids) if grid not in draft.planar.polygons]
    if unknown or not grids:
        raise EditError(
            sentence("Grids {unknown!r} are not in the draft", unknown=unknown[:3])
            if unknown
            else sentence("There is no grid to look at"),
            remedy=sentence("give grids of it"),
        )

    def area_of(grid: str) -> str:
        if "communities" in moves:
            return str(draft.rows[grid].get(PARENT_ID) or "")
        return draft.community_of(grid)

    if len(grids) > 1:
        return {grid: area_of(grid) for grid in sorted(grids)}
    [heavy] = grids
    area = area_of(heavy)
    beside = [n for n in draft.planar.neighbours(heavy) if area_of(n) == area]
    if not beside:
        raise EditError(
            "Grid {heavy!r} has no neighbour to trade ground with in its community",
            grids=[heavy],
            remedy=sentence("split it, or name 'communities' in `moves`"),
            heavy=heavy,
        )
    return dict.fromkeys(sorted([heavy, *beside]), area)
