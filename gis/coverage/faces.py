"""Grids laid out for examination, and the faces among them that are at fault."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.coverage.bays import find_bays
from gis.coverage.certificate import SLIVER_WIDTH_M, Fault, Note, NoteKind
from gis.coverage.rings import refuse_tangles
from gis.errors import CoverageError
from gis.geometry import (
    Polygonal,
    area_m2,
    close_cracks,
    find_flaw,
    lonlat_places,
    mean_width_m,
    noise_width,
    polygon_parts,
    repair,
    to_lonlat,
)
from gis.sentences import sentence

# rounding noise: narrower than `gis.geometry.noise_width`, or smaller than this
NOISE_AREA_M2 = 1e-6
OUTLINE_TOLERANCE_M: Final = 0.01
"""Faces along an outline that are narrower than this on the average do not count."""

MAX_OVERLAPS = 10
"""Pairs that overlap, for each grid: a grid of a coverage has six neighbours or so."""
FREE_OVERLAPS = 1_000
"""Pairs that overlap and are listed in a layer of any size; some seconds at most."""
# grids whose neighbours are searched at once
_STRIDE = 64


class _Face(NamedTuple):
    """A polygon found, in local coordinates, its measures, and where it comes from."""

    polygon: shapely.Polygon
    row: int
    area_m2: float
    width_m: float
    lon: float
    lat: float


class Survey:
    """Grids laid out for examination.

    Overlays run in coordinates less a whole number: the difference of doubles this near
    to each other is exact, and what an overlay computes is then finer than the input.
    """

    def __init__(
        self,
        ids: Sequence[str],
        polygons: Sequence[Polygonal],
        crs: pyproj.CRS,
        outline: Polygonal | None,
    ) -> None:
        self.ids = ids
        self.crs = crs
        flaws = ((row, find_flaw(polygon)) for row, polygon in enumerate(polygons))
        self.flaws = {row: flaw for row, flaw in flaws if flaw is not None}
        self.grids = np.array(polygons, dtype=object)
        broken = list(self.flaws)
        names = [sentence("Grid {grid!r}", grid=ids[row]) for row in broken]
        refuse_tangles(names, self.grids[broken])
        for row in self.flaws:
            self.grids[row] = repair(polygons[row])
        xy = shapely.get_coordinates(polygons)
        self.origin = np.trunc((xy.min(axis=0) + xy.max(axis=0)) / 2.0)
        self.noise_width = noise_width(xy)
        self.local = _moved(self.grids, -self.origin)
        self.outline = None
        if outline is not None:
            [self.outline] = _moved(np.array([outline]), -self.origin)
        self.tree = shapely.STRtree(self.local)

    @property
    def total_m2(self) -> float:
        """Sum of the areas of the grids."""
        return float(area_m2(self.grids, self.crs).sum())

    def invalid_rings(self) -> Iterator[Fault]:
        """Yield a fault for each invalid grid."""
        for row, flaw in self.flaws.items():
            [[lon, lat]] = to_lonlat(np.array([[flaw.x, flaw.y]]), self.crs).tolist()
            grids = (self.ids[row],)
            yield Fault("invalid", grids, None, None, lon, lat, flaw.reason)

    def overlaps(self) -> Iterator[Fault]:
        """Yield a fault for each face that two grids share."""
        pairs = 0
        for first in range(0, len(self.ids), _STRIDE):
            block = self.local[first : first + _STRIDE]
            left, right = self.tree.query(block, predicate="intersects")
            left = left + first
            left, right = left[left < right], right[left < right]
            common = shapely.intersection(self.local[left], self.local[right])
            pairs += int((shapely.area(common) > 0.0).sum())
            self._refuse_pile(pairs)
            for face in self._faces(common):
                two = (self.ids[left[face.row]], self.ids[right[face.row]])
                yield Fault(
                    "overlap", two, face.area_m2, face.width_m, face.lon, face.lat
                )

    def _refuse_pile(self, pairs: int) -> None:
        """Refuse grids that lie over each other everywhere."""
        most = FREE_OVERLAPS + MAX_OVERLAPS * len(self.ids)
        if pairs > most:
            raise CoverageError(
                "More than {most:,} pairs of the {ids:,} grids overlap, expected "
                "grids side by side; the file may hold several layers or times, keep "
                "one of them.",
                most=most,
                ids=len(self.ids),
            )

    @cached_property
    def covered(self) -> BaseGeometry:
        """What the grids cover.

        Snapping closes cracks of rounding width, through which a gap beside the outer
        border would run out into the open.
        """
        return shapely.union_all(close_cracks(self.local, self.noise_width))

    @cached_property
    def empty_faces(self) -> NDArray[np.object_]:
        """The faces of gaps: enclosed by grids, or those of the outline."""
        if self.outline is None:
            return _enclosed(self.covered)
        return np.array([shapely.difference(self.outline, self.covered)])

    def gaps(self) -> Iterator[Fault]:
        """Yield a fault for each face that no grid holds."""
        for face in self._faces(self.empty_faces):
            yield self._gap(face)

    def wide_gaps(self) -> Iterator[Fault]:
        """Yield a fault for each such face but those of a line drawn anew."""
        assert self.outline is not None  # noqa: S101  asked for with one only
        rim = self.outline.boundary
        shapely.prepare(rim)
        for face in self._faces(self.empty_faces):
            if face.width_m >= OUTLINE_TOLERANCE_M or not shapely.dwithin(
                rim, face.polygon, 2.0 * self.noise_width
            ):
                yield self._gap(face)

    def _gap(self, face: _Face) -> Fault:
        beside = self._beside(face.polygon)
        return Fault("gap", beside, face.area_m2, face.width_m, face.lon, face.lat)

    def bays(self, width_m: float | None) -> Iterator[Fault]:
        """Yield a fault for each strip between grids that opens to the outside."""
        if width_m is None:
            return
        area = self.covered
        if self.outline is not None:
            area = shapely.union_all([area, *self.empty_faces])
        filled = _filled(area)
        if filled.is_empty:
            return
        for bay in find_bays(filled, self.tree, self.crs, width_m, self.origin):
            ids = tuple(self.ids[row] for row in bay.rows)
            place = np.array([[bay.x, bay.y]]) + self.origin
            [[lon, lat]] = to_lonlat(place, self.crs).tolist()
            area_m2 = bay.length_m * bay.width_m
            yield Fault("bay", ids, area_m2, bay.width_m, lon, lat)

    def pieces(self) -> Iterator[Note]:
        """Yield a note for each grid of several parts."""
        for grid, polygon in zip(self.ids, self.grids, strict=True):
            parts = shapely.get_parts(polygon)
            if len(parts) > 1:
                yield self._note("pieces", grid, parts)

    def slivers(self) -> Iterator[Note]:
        """Yield a note for each part of a grid that is thin."""
        parts, rows = polygon_parts(self.grids)
        for thin in np.flatnonzero(mean_width_m(parts, self.crs) < SLIVER_WIDTH_M):
            yield self._note("sliver", self.ids[rows[thin]], parts[[thin]])

    def beyond(self) -> Iterator[Note]:
        """Yield a note for each face of a grid outside the outline."""
        for grid, face in self._outside():
            yield Note("beyond", grid, (face.area_m2,), face.lon, face.lat)

    def strays(self) -> Iterator[Fault]:
        """Yield a fault for each such face but those of a line drawn anew."""
        for grid, face in self._outside():
            if face.width_m >= OUTLINE_TOLERANCE_M:
                yield Fault(
                    "beyond",
                    (grid,),
                    face.area_m2,
                    face.width_m,
                    face.lon,
                    face.lat,
                )

    def _outside(self) -> Iterator[tuple[str, _Face]]:
        """Yield each face of a grid outside the outline."""
        if self.outline is None:
            return
        shapely.prepare(self.outline)
        rows = np.flatnonzero(~shapely.covers(self.outline, self.local))
        outside = shapely.difference(self.local[rows], self.outline)
        for face in self._faces(outside):
            yield self.ids[rows[face.row]], face

    def _note(self, kind: NoteKind, grid: str, parts: NDArray[np.object_]) -> Note:
        """Return a note on parts of a grid, the greatest first."""
        areas = area_m2(parts, self.crs)
        order = np.argsort(-areas, kind="stable")
        [[lon, lat]] = lonlat_places(parts[order[:1]], self.crs).tolist()
        return Note(kind, grid, tuple(areas[order].tolist()), lon, lat)

    def _faces(self, geometries: NDArray[np.object_]) -> Iterator[_Face]:
        """Yield the polygons within local geometries that are more than noise."""
        parts, rows = polygon_parts(geometries)
        is_wide = 2.0 * shapely.area(parts) >= self.noise_width * shapely.length(parts)
        parts, rows = parts[is_wide], rows[is_wide]
        placed = _moved(parts, self.origin)
        areas = area_m2(placed, self.crs)
        widths = mean_width_m(placed, self.crs)
        places = lonlat_places(placed, self.crs).tolist()
        for n in np.flatnonzero(areas >= NOISE_AREA_M2):
            yield _Face(
                parts[n], int(rows[n]), float(areas[n]), float(widths[n]), *places[n]
            )

    def _beside(self, face: shapely.Polygon) -> tuple[str, ...]:
        """Return the ids of the grids that share a length of border with a face."""
        xy, ring = shapely.get_coordinates(shapely.get_rings(face), return_index=True)
        middles = ((xy[:-1] + xy[1:]) / 2.0)[ring[:-1] == ring[1:]]
        _, rows = self.tree.query(
            shapely.points(middles),
            predicate="dwithin",
            # snapping has moved the face's vertices by up to one noise width
            distance=2.0 * self.noise_width,
        )
        return tuple(self.ids[row] for row in np.unique(rows))


def _moved(
    polygons: NDArray[np.object_], offset: NDArray[np.float64]
) -> NDArray[np.object_]:
    """Return polygons moved by an offset, in 2-D."""
    xy = shapely.get_coordinates(polygons) + offset
    moved: NDArray[np.object_] = shapely.set_coordinates(polygons.copy(), xy)
    return moved


def _enclosed(covered: BaseGeometry) -> NDArray[np.object_]:
    """Return the faces that a covered area encloses, those between its parts too."""
    faces, is_outer = _faces_around(covered)
    enclosed: NDArray[np.object_] = faces[~is_outer]
    return enclosed


def _filled(covered: BaseGeometry) -> BaseGeometry:
    """Return a covered area with all that it encloses."""
    faces, is_outer = _faces_around(covered)
    rings, face = shapely.get_rings(faces[is_outer], return_index=True)
    # the first ring of a face is the frame
    holes = rings[1:][face[1:] == face[:-1]]
    return shapely.MultiPolygon(shapely.polygons(holes).tolist())


def _faces_around(
    covered: BaseGeometry,
) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Return the faces around a covered area, and which of them are the outside."""
    if covered.is_empty:
        return np.array([], dtype=object), np.array([], dtype=bool)
    minx, miny, maxx, maxy = covered.bounds
    frame = shapely.box(minx - 1.0, miny - 1.0, maxx + 1.0, maxy + 1.0)
    faces = shapely.get_parts(shapely.difference(frame, covered))
    return faces, shapely.intersects(faces, frame.boundary)
