"""Who is next door: the length of the border that grids share, in metres."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.geodesy import Ruler

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

# millimetres
DECIMALS: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The shared borders of a coverage.

    Attributes
    ----------
    offsets, rows, border_m
        Neighbours of grid i are the slice ``offsets[i]:offsets[i + 1]`` of rows and
        metres, in row order; int64 (n + 1,), int64 (c,), float64 (c,).
    """

    offsets: Rows
    rows: Rows
    border_m: Floats

    def neighbours_of(self, row: int) -> tuple[tuple[int, float], ...]:
        """Return the row and the border in metres of each neighbour, longest first.

        Grids that touch in corners only are no neighbours; ties are in row order.

        Parameters
        ----------
        row
            Row of the grid.
        """
        part = slice(*self.offsets[row : row + 2])
        order = np.argsort(-self.border_m[part], kind="stable")
        return tuple(
            zip(
                self.rows[part][order].tolist(),
                self.border_m[part][order].tolist(),
                strict=True,
            )
        )

    def between(self, row: int, other: int) -> float:
        """Return the border of two grids in metres, 0 for a corner or no contact."""
        start, end = self.offsets[row : row + 2]
        place = start + np.searchsorted(self.rows[start:end], other)
        if place < end and self.rows[place] == other:
            return float(self.border_m[place])
        return 0.0


def find_neighbours(polygons: Sequence[BaseGeometry], ruler: Ruler) -> Neighbours:
    """Return the shared borders of grids.

    A border is shared edge by edge: grids of a clean coverage have the same vertices
    along it. Where they have not, `gis.coverage.certify` says so and only the edges
    that are the same count.

    Parameters
    ----------
    polygons
        Grids of a coverage, n of them.
    ruler
        Measures metres in the CRS of the polygons.

    Examples
    --------
    >>> from gis.geodesy import PlanarRuler
    >>> boxes = [(0, 0, 1, 2), (1, 0, 2, 2), (2, 2, 3, 3)]
    >>> neighbours = find_neighbours([shapely.box(*b) for b in boxes], PlanarRuler())
    >>> neighbours.neighbours_of(0), neighbours.neighbours_of(2)
    (((1, 2.0),), ())
    """
    edges, owners = _sorted_edges(polygons)
    own_rows, other, places = _pairs(edges, owners)
    count = len(polygons)
    start, end = (
        np.column_stack(ruler.bring(*edges[places, side : side + 2].T))
        for side in (0, 2)
    )
    lengths = ruler.lengths_m(start, end)
    keys, pair = np.unique(own_rows * count + other, return_inverse=True)
    summed = np.bincount(pair, lengths, minlength=len(keys))
    totals: Floats = np.round(summed, DECIMALS)
    first, second = np.divmod(keys, count)
    rows = np.concatenate([first, second])
    partners = np.concatenate([second, first])
    order = np.lexsort((partners, rows))
    offsets = np.searchsorted(rows[order], np.arange(count + 1))
    return Neighbours(offsets, partners[order], np.tile(totals, 2)[order])


def _sorted_edges(polygons: Sequence[BaseGeometry]) -> tuple[Floats, Rows]:
    """Return all edges from lower to higher end, equal ones together, and their rows.

    Edges have shape (e, 4): x, y of one end and of the other.
    """
    parts, part_owner = shapely.get_parts(np.array(polygons), return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    is_edge = ring[1:] == ring[:-1]
    start, end = xy[:-1][is_edge], xy[1:][is_edge]
    owners = part_owner[ring_part[ring[:-1][is_edge]]]
    is_up = (start[:, 0] < end[:, 0]) | (
        (start[:, 0] == end[:, 0]) & (start[:, 1] < end[:, 1])
    )
    low, high = (
        np.where(is_up[:, None], tail, tip)
        for tail, tip in ((start, end), (end, start))
    )
    edges = np.hstack([low, high])
    order = np.lexsort((owners, *edges.T))
    return edges[order], owners[order].astype(np.int64)


def _pairs(edges: Floats, owners: Rows) -> tuple[Rows, Rows, Rows]:
    """Return the grids of each shared edge, the lower row first, and its place."""
    ones, partners, places = [owners[:0]], [owners[:0]], [owners[:0]]
    step = 1
    # two grids share an edge of a coverage; more only where grids overlap
    while step < len(edges):
        same = np.flatnonzero((edges[step:] == edges[:-step]).all(axis=1))
        if len(same) == 0:
            break
        same = same[owners[same] != owners[same + step]]
        ones.append(owners[same])
        partners.append(owners[same + step])
        places.append(same)
        step += 1
    return np.concatenate(ones), np.concatenate(partners), np.concatenate(places)
