"""The common refinement of two systems: faces that no border of either cuts."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from gis.crosswalk.pieces import GridSystem
from gis.errors import CoverageError
from gis.geometry import STORED_DECIMALS, local_metres
from gis.index import GridIndex

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Polygons = NDArray[np.object_]
Borders: TypeAlias = dict[tuple[int, int], float]
"""Length of the border that two have in common, the lower row first."""


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """Faces of the borders of two systems, and the pair of grids that each goes with.

    Attributes
    ----------
    polygons
        A coverage, corners rounded as they are stored, shape (n,).
    owner
        Row of the pair of each face, shape (n,).
    pairs
        Rows of grids of both systems, -1 for none, in order; shape (p, 2).
    pair_m2
        Area of the faces that are of the pair itself, noise left out, shape (p,).
    borders
        Between pairs, in units of the coordinates.
    """

    polygons: Polygons
    owner: Rows
    pairs: Rows
    pair_m2: Floats
    borders: Borders


def faces_of(
    first: GridSystem, second: GridSystem, crs: pyproj.CRS, noise_m: float
) -> Faces:
    """Return the faces of two systems.

    Parameters
    ----------
    first, second
        Coverages in `crs`.
    crs
        CRS of both.
    noise_m
        A face of a smaller mean width goes with the pair of the neighbour that it has
        the longest border with.

    Raises
    ------
    CoverageError
        If all ground is narrower than noise.
    """
    rings = np.concatenate([first.polygons, second.polygons])
    lines = shapely.union_all(shapely.boundary(rings), grid_size=10.0**-STORED_DECIMALS)
    polygons = shapely.get_parts(shapely.polygonize([lines]))
    rows = _grids_at(polygons, first, second)
    is_ground = (rows >= 0).any(axis=1)
    polygons, rows = polygons[is_ground], rows[is_ground]
    metric = local_metres(polygons, crs)
    areas = shapely.area(metric)
    is_wide = 2.0 * areas >= noise_m * shapely.length(metric)
    if not is_wide.any():
        raise CoverageError(
            "All ground of both systems is narrower than {noise_m!r} m; expected "
            "grids, name the CRS that they are in or less noise.",
            noise_m=noise_m,
        )
    pairs, of_wide = np.unique(rows[is_wide], axis=0, return_inverse=True)
    owner = np.full(len(polygons), -1)
    owner[is_wide] = of_wide.ravel()
    sides = _shared_borders(polygons)
    owner = _with_noise(owner, sides)
    pair_m2: Floats = np.zeros(len(pairs))
    np.add.at(pair_m2, owner[is_wide], areas[is_wide])
    has_owner = owner >= 0
    return Faces(
        polygons[has_owner], owner[has_owner], pairs, pair_m2, _between(owner, sides)
    )


def _grids_at(polygons: Polygons, first: GridSystem, second: GridSystem) -> Rows:
    """Return the row of each system's grid at a point within each face."""
    x, y = shapely.get_coordinates(shapely.point_on_surface(polygons)).T
    rows = [
        GridIndex.build(system.ids, system.polygons).locate_many(x, y)
        for system in (first, second)
    ]
    return np.column_stack(rows).astype(np.int64)


def _shared_borders(polygons: Polygons) -> Borders:
    """Return the border of each two faces, which share their edges bit by bit."""
    rings, face = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    is_edge = ring[1:] == ring[:-1]
    ends = np.sort(
        np.column_stack([xy[:-1, 0] + 1j * xy[:-1, 1], xy[1:, 0] + 1j * xy[1:, 1]]),
        axis=1,
    )[is_edge]
    owners = face[ring[:-1][is_edge]]
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    ends, owners = ends[order], owners[order]
    # an edge of faces that do not overlap stands twice at most
    same = np.flatnonzero((ends[1:] == ends[:-1]).all(axis=1))
    borders: Borders = {}
    lengths = np.abs(ends[same, 1] - ends[same, 0])
    for one_side, other_side, length in zip(
        owners[same].tolist(), owners[same + 1].tolist(), lengths.tolist(), strict=True
    ):
        key = (min(one_side, other_side), max(one_side, other_side))
        borders[key] = borders.get(key, 0.0) + length
    return borders


def _with_noise(owner: Rows, borders: Borders) -> Rows:
    """Return owners with those of faces that have none from the neighbours.

    In rounds: of the neighbours with an owner the one with the longest border counts.
    A face that touches none in an edge stays without.
    """
    owners = owner.copy()
    while True:
        best: dict[int, tuple[float, int]] = {}
        for (low, high), length in borders.items():
            for face, other in ((low, high), (high, low)):
                if owners[face] < 0 <= owners[other]:
                    offer = (length, -int(owners[other]))
                    best[face] = max(best.get(face, offer), offer)
        if not best:
            return owners
        for face, (_, owner_row) in best.items():
            owners[face] = -owner_row


def _between(owner: Rows, borders: Borders) -> Borders:
    """Return the borders between owners from those between their faces."""
    sums: Borders = {}
    for (low, high), length in borders.items():
        pair = sorted((int(owner[low]), int(owner[high])))
        if 0 <= pair[0] < pair[1]:
            key = (pair[0], pair[1])
            sums[key] = sums.get(key, 0.0) + length
    return sums
