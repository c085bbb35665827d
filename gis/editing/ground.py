"""Ground of a base and of what came back, laid over each other face by face, exactly.

Borders of both are cut where they meet, at points of the stored grid (units of 1e-9
degree); the faces between them have every edge in common. Whatever is made of whole
faces is a coverage again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from gis.editing.returned import ReturnedGrids
from gis.geometry import Polygonal, area_m2

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Polygons: TypeAlias = NDArray[np.object_]

NOBODY: Final = -1
"""In place of a row: no grid."""
UNIT: Final = 10**9
"""Units a degree."""
# an edge this near to a corner may be bent onto it, in units
_BENT: Final = 2.0


@dataclass(frozen=True, eq=False)
class Ground:
    """Faces of the ground around all that came back changed.

    Attributes
    ----------
    crs
        In degrees.
    origin
        Units that were taken off, shape (2,).
    faces
        Polygons in units, shape (n,).
    corners
        In units: those of the base around it, and those that two grids have as they
        came back, shape (m, 2).
    base_ids, keys
        Grids of the base, and keys of those that came back, that have a part in it.
    base
        Row in `base_ids` of the grid that has each face in the base, shape (n,).
    holders
        Face and row in `keys` of every grid that has it as it came back, shape (k, 2),
        in order.
    """

    crs: pyproj.CRS
    origin: Ints
    faces: Polygons
    corners: Ints
    base_ids: tuple[str, ...]
    keys: tuple[str, ...]
    base: Ints
    holders: Ints

    @cached_property
    def holder_counts(self) -> Ints:
        """How many grids have each face as it came back, shape (n,)."""
        counts: Ints = np.bincount(self.holders[:, 0], minlength=len(self.faces))
        return counts

    @cached_property
    def sole_holder(self) -> Ints:
        """Row in `keys` of the only grid that has each face, else `NOBODY`."""
        sole = np.full(len(self.faces), NOBODY)
        sole[self.holders[:, 0]] = self.holders[:, 1]
        sole[self.holder_counts != 1] = NOBODY
        return sole

    @cached_property
    def is_disputed(self) -> NDArray[np.bool_]:
        """Faces that no grid has, or several, or one that lies outside the base."""
        disputed: NDArray[np.bool_] = (self.holder_counts != 1) | (self.base == NOBODY)
        return disputed

    @cached_property
    def area_m2(self) -> Floats:
        """Area of each face on the ellipsoid."""
        return area_m2(self.in_degrees(self.faces), self.crs)

    @cached_property
    def borders(self) -> tuple[Ints, Floats]:
        """Pairs of faces that share a border, and its length in units of latitude.

        Each pair stands in both directions; `NOBODY` is what is around the faces.
        """
        return _borders(self.faces, self._x_scale)

    def neighbours_of(self, face: int) -> list[tuple[int, float]]:
        """Return the faces that share a border with one, and its length."""
        pairs, lengths = self.borders
        start, end = np.searchsorted(pairs[:, 0], [face, face + 1])
        return list(
            zip(pairs[start:end, 1].tolist(), lengths[start:end].tolist(), strict=True)
        )

    @property
    def _x_scale(self) -> float:
        y = (self.origin[1] + shapely.total_bounds(self.faces)[[1, 3]].mean()) / UNIT
        return float(np.cos(np.radians(y)))

    def in_degrees(self, polygons: Polygons) -> Polygons:
        """Return polygons in units as they are stored."""
        xy = np.round(shapely.get_coordinates(polygons)).astype(np.int64) + self.origin
        placed: Polygons = shapely.set_coordinates(polygons.copy(), xy / UNIT)
        return placed

    def holders_of(self, face: int) -> tuple[int, ...]:
        """Return the rows in `keys` of all that have a face as it came back."""
        start, end = np.searchsorted(self.holders[:, 0], [face, face + 1])
        return tuple(self.holders[start:end, 1].tolist())


def lay_over(returned: ReturnedGrids, crs: pyproj.CRS) -> Ground:
    """Lay what came back over the base where they differ.

    Parameters
    ----------
    returned
        Grids of both, in degrees.
    crs
        Geographic CRS of both.
    """
    before, after = _of_changed(returned)
    origin = _origin([*before.values(), *after.values()])
    changed = _in_units([*before.values(), *after.values()], origin)
    if not len(changed):
        none = np.empty(0, dtype=object)
        nothing = np.empty(0, dtype=np.int64)
        pairs = np.empty((0, 2), dtype=np.int64)
        return Ground(crs, origin, none, pairs, (), (), nothing, pairs)
    beside = _beside(returned, changed, origin)
    staying = _in_units([returned.base[grid] for grid in beside], origin)
    faces = _faces([*changed, *staying])
    corners = np.concatenate(
        [
            shapely.get_coordinates([*changed[: len(before)], *staying]),
            _shared_corners(changed[len(before) :]),
        ]
    ).astype(np.int64)
    points = shapely.STRtree(shapely.point_on_surface(faces))
    base_ids, keys = (*before, *beside), (*after, *beside)
    base = np.full(len(faces), NOBODY)
    row, face = points.query(
        np.concatenate([changed[: len(before)], staying]), predicate="contains"
    )
    base[face] = row
    row, face = points.query(
        np.concatenate([changed[len(before) :], staying]), predicate="contains"
    )
    holders = np.column_stack([face, row])
    holders = holders[np.lexsort((row, face))]
    counts = np.bincount(face, minlength=len(faces))
    ground = Ground(crs, origin, faces, corners, base_ids, keys, base, holders)
    ground = _with_bent(ground, (base == NOBODY) & (counts == 0))
    # a hole of the town that stays a hole is nobody's ground
    return _without(ground, (ground.base == NOBODY) & (counts == 0))


def join_faces(faces: Polygons) -> Polygons:
    """Return the polygons that faces with common edges make, two that only touch apart.

    Parameters
    ----------
    faces
        Of one `Ground`.
    """
    if len(faces) == 1:
        return faces
    parts: Polygons = shapely.get_parts(shapely.coverage_union_all(faces))
    return parts


def faces_within(parts: Polygons, points: Polygons) -> Ints:
    """Return the part that each point lies in, shape (n,)."""
    part, point = shapely.STRtree(points).query(parts, predicate="contains")
    within = np.full(len(points), NOBODY)
    within[point] = part
    return within


def _of_changed(
    returned: ReturnedGrids,
) -> tuple[dict[str, Polygonal], dict[str, Polygonal]]:
    """Return what is drawn otherwise, before and after."""
    before = {
        grid: returned.base[grid] for grid in (*returned.changed, *returned.lacking)
    }
    after = {
        key: returned.polygons[key] for key in (*returned.changed, *returned.created)
    }
    return before, after


def _origin(polygons: Sequence[shapely.Geometry]) -> Ints:
    """Return a corner of the ground in whole units, so that numbers are small."""
    if not polygons:
        return np.zeros(2, dtype=np.int64)
    corner = np.floor(shapely.total_bounds(polygons)[:2] * UNIT)
    origin: Ints = corner.astype(np.int64)
    return origin


def _in_units(polygons: Iterable[shapely.Geometry], origin: Ints) -> Polygons:
    """Return polygons in units from an origin."""
    array = np.array([*polygons, None], dtype=object)[:-1]
    xy = np.round(shapely.get_coordinates(array) * UNIT).astype(np.int64) - origin
    moved: Polygons = shapely.set_coordinates(array, xy.astype(np.float64))
    return moved


def _beside(returned: ReturnedGrids, changed: Polygons, origin: Ints) -> list[str]:
    """Return the unchanged grids that touch what changed."""
    if not returned.unchanged:
        return []
    staying = _in_units((returned.base[grid] for grid in returned.unchanged), origin)
    _, rows = shapely.STRtree(staying).query(
        changed, predicate="dwithin", distance=_BENT
    )
    return [returned.unchanged[row] for row in np.unique(rows).tolist()]


def _faces(polygons: Sequence[shapely.Geometry]) -> Polygons:
    """Return the faces between all borders, cut and bent onto whole units."""
    lines = shapely.boundary(np.array(polygons, dtype=object))
    noded = shapely.union_all(lines, grid_size=1.0)
    faces: Polygons = shapely.get_parts(shapely.polygonize([noded]))
    return faces


def _shared_corners(polygons: Polygons) -> Floats:
    """Return the corners that two polygons have, shape (n, 2)."""
    xy, row = shapely.get_coordinates(polygons, return_index=True)
    own = np.unique(np.column_stack([xy, row]), axis=0)
    corners, counts = np.unique(own[:, :2], axis=0, return_counts=True)
    return corners[counts > 1]


def _with_bent(ground: Ground, is_free: NDArray[np.bool_]) -> Ground:
    """Return ground whose faces between an edge and where it was bent have a base.

    Nobody has such a face, and all around it is ground of the base: it is that of the
    grid that has most of its border.
    """
    thin = shapely.area(ground.faces) < _BENT * shapely.length(ground.faces)
    base = ground.base.copy()
    for face in np.flatnonzero(is_free & thin).tolist():
        around = [
            (length, NOBODY if other == NOBODY else int(ground.base[other]))
            for other, length in ground.neighbours_of(face)
        ]
        if all(row != NOBODY for _, row in around):
            base[face] = max(around)[1]
    return replace(ground, base=base)


def _without(ground: Ground, is_left_out: NDArray[np.bool_]) -> Ground:
    """Return ground without some faces that nobody has."""
    place = np.cumsum(~is_left_out) - 1
    holders = ground.holders.copy()
    holders[:, 0] = place[holders[:, 0]]
    return replace(
        ground,
        faces=ground.faces[~is_left_out],
        base=ground.base[~is_left_out],
        holders=holders,
    )


def _borders(faces: Polygons, x_scale: float) -> tuple[Ints, Floats]:
    """Return pairs of faces that have edges in common, and the length of these."""
    rings, face = shapely.get_rings(faces, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    is_edge = ring[1:] == ring[:-1]
    start, end = xy[:-1][is_edge], xy[1:][is_edge]
    owner = face[ring[:-1][is_edge]]
    is_forward = (start[:, 0] < end[:, 0]) | (
        (start[:, 0] == end[:, 0]) & (start[:, 1] < end[:, 1])
    )
    low = np.where(is_forward[:, None], start, end)
    high = np.where(is_forward[:, None], end, start)
    order = np.lexsort((high[:, 1], high[:, 0], low[:, 1], low[:, 0]))
    low, high, owner = low[order], high[order], owner[order]
    is_twin = (low[1:] == low[:-1]).all(axis=1) & (high[1:] == high[:-1]).all(axis=1)
    first = np.flatnonzero(is_twin)
    is_lone = np.ones(len(owner), dtype=bool)
    is_lone[first] = is_lone[first + 1] = False
    lone = np.flatnonzero(is_lone)
    pairs = np.concatenate(
        [
            np.column_stack([owner[first], owner[first + 1]]),
            np.column_stack([owner[first + 1], owner[first]]),
            np.column_stack([owner[lone], np.full(len(lone), NOBODY)]),
        ]
    )
    step = (high - low) * (x_scale, 1.0)
    length = np.hypot(step[:, 0], step[:, 1])
    lengths = np.concatenate([length[first], length[first], length[lone]])
    unique, inverse = np.unique(pairs, axis=0, return_inverse=True)
    sums = np.bincount(inverse.ravel(), lengths, minlength=len(unique))
    return unique.astype(np.int64), sums.astype(np.float64)
