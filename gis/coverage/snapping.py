"""A coverage drawn on whole numbers: borders stay joined and never cross."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.coverage.hot_pixels import XY, Edges, HotPixels, Ints, whole

LEAST_CORNERS: Final = 4
"""A ring has so many, the last of which is the first."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Straight lines along both axes, at ``k * step + offset`` for every whole k.

    Attributes
    ----------
    step
        From one to the next.
    offsets
        Where they begin.
    """

    step: int
    offsets: tuple[int, ...]


def snap_coverage(
    polygons: NDArray[np.object_], lines: Lines | None = None
) -> NDArray[np.object_]:
    """Draw polygons that share borders on whole numbers.

    Every corner goes to the nearest whole numbers, and every edge by way of the whole
    numbers whose unit square it passes through [1]_. So no border moves by more than
    0.71, none crosses another, and where two meet they go the same way: no overlap and
    no gap comes of it. What is too narrow for whole numbers becomes a line, and a grid
    that has nothing else an empty one.

    Parameters
    ----------
    polygons
        Polygons or multipolygons without overlap, coordinates below 2**31 in size,
        shape (n,).
    lines
        Where a border crosses one of these lines it gets a corner, so that a piece that
        is cut out along them has whole numbers too; None for no lines.

    Returns
    -------
    snapped
        Multipolygons, shape (n,).

    References
    ----------
    .. [1] Guibas, L., Marimont, D. (1998), Rounding arrangements dynamically; a half
       open pixel is convex, so an edge between two pixels meets the centre of a third
       only where it passed through that.

    Examples
    --------
    >>> west = shapely.Polygon([(0, 0), (5.3, 0), (2.4, 2), (5.3, 4), (0, 4)])
    >>> east = shapely.Polygon([(5.3, 0), (8, 0), (8, 4), (5.3, 4), (2.4, 2)])
    >>> west, east = snap_coverage(np.array([west, east]))
    >>> west.area + east.area, shapely.intersection(west, east).area
    (32.0, 0.0)
    """
    rings = _Rings.of(polygons)
    if not len(rings.xy):
        return np.array([shapely.MultiPolygon()] * len(polygons), dtype=object)
    first = np.flatnonzero(rings.ring[1:] == rings.ring[:-1])
    edges = Edges(rings.xy[first], rings.xy[first + 1])
    corners = [whole(rings.xy)]
    for axis in (0, 1):
        for offset in lines.offsets if lines else ():
            corners += edges.crossings(axis, lines.step, offset) if lines else ()
    pixels, number = HotPixels.of(np.vstack(corners))
    edge, pixel = pixels.passages(edges)
    walk = np.insert(number[: len(rings.xy)], first[edge] + 1, pixel)
    ring = np.insert(rings.ring, first[edge] + 1, rings.ring[first[edge]])
    is_new = np.ones(len(walk), dtype=bool)
    is_new[1:] = (walk[1:] != walk[:-1]) | (ring[1:] != ring[:-1])
    return _Walks(rings, pixels.xy, walk[is_new], ring[is_new]).polygons()


@dataclass(frozen=True, slots=True)
class _Rings:
    """Corners of polygons, ring by ring."""

    xy: XY
    ring: Ints  # of each corner
    part: Ints  # of each ring
    grid: Ints  # of each part
    count: int  # of grids

    @classmethod
    def of(cls, polygons: NDArray[np.object_]) -> "_Rings":
        """Return the corners of polygons, which lie on the left of their rings."""
        parts, grid = shapely.get_parts(
            shapely.orient_polygons(polygons), return_index=True
        )
        rings, part = shapely.get_rings(parts, return_index=True)
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        return cls(xy, ring, part, grid, len(polygons))


@dataclass(frozen=True, slots=True)
class _Walks:
    """Rings as they go from one pixel to the next."""

    rings: _Rings
    xy: Ints  # of pixels
    walk: Ints  # pixel of each corner
    ring: Ints  # of each corner

    def polygons(self) -> NDArray[np.object_]:
        """Return the polygons that are left."""
        is_folded = self._are_folded()
        polygons = self._simple(~is_folded)
        folded = np.flatnonzero(is_folded)
        grid = self._grid_of_ring[self.ring]
        begin, end = (np.searchsorted(grid, row) for row in (folded, folded + 1))
        for row, first, last in zip(folded, begin, end, strict=True):
            polygons[row] = _unfolded(
                self.xy, self.walk[first:last], self.ring[first:last]
            )
        return polygons

    @property
    def _grid_of_ring(self) -> Ints:
        return self.rings.grid[self.rings.part]

    def _are_folded(self) -> NDArray[np.bool_]:
        """Say which grids come to one pixel twice, or have a ring that is a line."""
        grid = self._grid_of_ring
        is_folded = np.zeros(self.rings.count, dtype=bool)
        counts = np.bincount(self.ring, minlength=len(grid))
        is_folded[grid[counts < LEAST_CORNERS]] = True
        # a ring ends where it began
        is_later = np.zeros(len(self.ring), dtype=bool)
        is_later[1:] = self.ring[1:] == self.ring[:-1]
        visits = grid[self.ring[is_later]] * len(self.xy) + self.walk[is_later]
        visits.sort()
        is_folded[visits[1:][visits[1:] == visits[:-1]] // len(self.xy)] = True
        return is_folded

    def _simple(self, is_wanted: NDArray[np.bool_]) -> NDArray[np.object_]:
        """Return the grids whose rings touch nothing of their own; others empty."""
        is_ring = is_wanted[self._grid_of_ring]
        part = self.rings.part[is_ring]
        counts = np.bincount(self.ring, minlength=len(is_ring))[is_ring]
        is_first = np.ones(len(part), dtype=bool)
        is_first[1:] = part[1:] != part[:-1]
        grid = self.rings.grid[part[is_first]]
        polygons: NDArray[np.object_] = shapely.from_ragged_array(
            shapely.GeometryType.MULTIPOLYGON,
            self.xy[self.walk[is_ring[self.ring]]].astype(np.float64),
            (
                _offsets(counts),
                np.append(np.flatnonzero(is_first), len(part)),
                _offsets(np.bincount(grid, minlength=self.rings.count)),
            ),
        )
        return polygons


def _unfolded(xy: Ints, walk: Ints, ring: Ints) -> shapely.MultiPolygon:
    """Return what a grid holds whose rings run along themselves."""
    steps = np.column_stack([walk[:-1], walk[1:]])[ring[:-1] == ring[1:]]
    is_forward = steps[:, 0] < steps[:, 1]
    sides, side = np.unique(np.sort(steps, axis=1), axis=0, return_inverse=True)
    # there and back again is no border
    balance = np.bincount(side.ravel(), np.where(is_forward, 1, -1))
    lines = xy[sides].astype(np.float64)
    return _left_of(np.vstack([lines[balance > 0], lines[balance < 0, ::-1]]))


def _left_of(borders: XY) -> shapely.MultiPolygon:
    """Return the faces between directed borders that lie on the left of theirs."""
    lines = np.asarray(shapely.linestrings(borders))
    faces = shapely.get_parts(shapely.polygonize(lines))
    ways = {(*start, *end) for start, end in borders.tolist()}
    return shapely.MultiPolygon(
        [
            face
            for face in shapely.orient_polygons(faces)
            if (*face.exterior.coords[0], *face.exterior.coords[1]) in ways
        ]
    )


def _offsets(counts: Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)])
