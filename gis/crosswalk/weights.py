"""How much of each grid lies in each grid of another system, by area or by items."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.crosswalk.pieces import OUTSIDE, Crosswalk
from gis.index import GridIndex

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Parts of each source by target; they sum to 1, what is outside included.

    Attributes
    ----------
    rows
        Row of the source and of the target, `OUTSIDE` in place of a target where no
        grid of that system is; sources in order, each with its targets in order and
        what is outside last; shape (k, 2).
    weights
        Shape (k,), 0 to 1; 0 where a piece has ground and no item.
    is_by_area
        Sources without items, weighed by their area instead; shape (n,).
    targets
        Number of targets.
    """

    rows: Rows
    weights: Floats
    is_by_area: Flags
    targets: int


def weigh(crosswalk: Crosswalk, amounts: Floats | None = None) -> Weights:
    """Return the weights of pieces that are no noise, small ones too.

    A source of nothing but noise is weighed by what it shares of that.

    Parameters
    ----------
    crosswalk
        Pieces of two systems.
    amounts
        What lies in each piece, from 0 on, shape (k,), as `count_items` gives it; None
        is its area. Sources that have nothing of it are weighed by area, and flagged.

    Examples
    --------
    >>> import pyproj
    >>> from gis.crosswalk import cross, grid_system
    >>> sources = grid_system(["S"], [shapely.box(0, 0, 1000, 100)])
    >>> targets = grid_system(["T"], [shapely.box(0, 0, 750, 100)])
    >>> crs = pyproj.CRS("+proj=laea +lat_0=0 +lon_0=0")
    >>> by_area = weigh(cross(sources, targets, crs))
    >>> by_area.rows.tolist(), by_area.weights.round(6).tolist()
    ([[0, 0], [0, -1]], [0.75, 0.25])
    """
    count = len(crosswalk.sources.ids)
    pieces = _weighed_pieces(crosswalk)
    source = crosswalk.rows[pieces, 0]
    areas = crosswalk.area_m2[pieces]
    items = areas if amounts is None else np.asarray(amounts, np.float64)[pieces]
    is_by_area = np.bincount(source, items, minlength=count) <= 0.0
    amount = np.where(is_by_area[source], areas, items)
    sums = np.bincount(source, amount, minlength=count)
    return Weights(
        crosswalk.rows[pieces],
        amount / sums[source],
        is_by_area,
        len(crosswalk.targets.ids),
    )


def count_items(
    crosswalk: Crosswalk, x: Floats, y: Floats, counts: Floats | None = None
) -> Floats:
    """Return what lies in each piece: residents, places or events at points.

    A point belongs to the grid of each system by the tie rule of the index: on a border
    to the one with the lowest id. Where these two share no ground but noise, it counts
    for the nearest other piece of its source. Points outside all sources are left out.

    Parameters
    ----------
    crosswalk
        Pieces of two systems.
    x, y
        Points, shape (p,), in the CRS of the crosswalk.
    counts
        What stands at each point, such as the residents of a house; None is one.

    Returns
    -------
    amounts
        Shape (k,), one for each piece.
    """
    xy = np.column_stack([x, y])
    owners = np.column_stack(
        [
            GridIndex.build(system.ids, system.polygons).locate_many(*xy.T)
            for system in (crosswalk.sources, crosswalk.targets)
        ]
    ).astype(np.int64)
    piece = _piece_of_pair(crosswalk, owners)
    stray = np.flatnonzero((piece < 0) & (owners[:, 0] >= 0))
    piece[stray] = _nearest_piece(crosswalk, xy[stray], owners[stray, 0])
    amounts = np.ones(len(xy)) if counts is None else np.asarray(counts, np.float64)
    is_in = piece >= 0
    sums: Floats = np.zeros(len(crosswalk.rows))
    np.add.at(sums, piece[is_in], amounts[is_in])
    return sums


def _weighed_pieces(crosswalk: Crosswalk) -> Rows:
    """Return the pieces that each source is weighed by: the best that it has."""
    source = crosswalk.rows[:, 0]
    is_of_source = source != OUTSIDE
    ranks = np.where(~crosswalk.is_noise, 2, crosswalk.is_shared.astype(np.int64))
    best = np.zeros(len(crosswalk.sources.ids), dtype=np.int64)
    np.maximum.at(best, source[is_of_source], ranks[is_of_source])
    return np.flatnonzero(is_of_source & (ranks == best[source]))


def _piece_of_pair(crosswalk: Crosswalk, owners: Rows) -> Rows:
    """Return the weighed piece of each pair of owners, -1 where there is none."""
    pieces = _weighed_pieces(crosswalk)
    width = len(crosswalk.targets.ids) + 1
    keys = crosswalk.rows[pieces, 0] * width + crosswalk.rows[pieces, 1] % width
    wanted = owners[:, 0] * width + owners[:, 1] % width
    order = np.argsort(keys)
    place = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
    is_there = (owners[:, 0] >= 0) & (keys[order][place] == wanted)
    return np.where(is_there, pieces[order][place], -1)


def _nearest_piece(crosswalk: Crosswalk, xy: Floats, sources: Rows) -> Rows:
    """Return the nearest weighed piece of the source of each point."""
    pieces = _weighed_pieces(crosswalk)
    start, end = (
        np.searchsorted(crosswalk.rows[pieces, 0], sources, side=side)
        for side in ("left", "right")
    )
    point = np.repeat(np.arange(len(xy)), end - start)
    offset = np.arange(len(point)) - np.searchsorted(point, point)
    candidates = pieces[start[point] + offset]
    gap = shapely.distance(shapely.points(xy[point]), crosswalk.polygons[candidates])
    order = np.lexsort((candidates, gap, point))
    _, first = np.unique(point[order], return_index=True)
    nearest: Rows = candidates[order][first]
    return nearest
