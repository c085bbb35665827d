"""The examination of a set of grids: what is missing, doubled or broken, and where."""

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError as PyprojCrsError
from shapely.geometry.base import BaseGeometry

from gis.coverage.bays import find_bays
from gis.coverage.certificate import (
    SLIVER_WIDTH_M,
    Certificate,
    Fault,
    Note,
    NoteKind,
)
from gis.coverage.digest import Attributes, layer_digest
from gis.coverage.rings import refuse_tangles, refuse_wide_rings
from gis.errors import CoverageError, CrsError, InvalidLayerError, SettingError
from gis.geometry import (
    Polygonal,
    Polygonals,
    area_m2,
    find_flaw,
    lonlat_places,
    mean_width_m,
    polygon_parts,
    repair,
    to_lonlat,
)

# rounding noise: narrower than this many steps of the greatest coordinate, or smaller
NOISE_ULPS = 4
NOISE_AREA_M2 = 1e-6

MAX_OVERLAPS = 10
"""Pairs that overlap, for each grid: a grid of a coverage has six neighbours or so."""
FREE_OVERLAPS = 1_000
"""Pairs that overlap and are listed in a layer of any size; some seconds at most."""
# grids whose neighbours are searched at once
_STRIDE = 64


def certify(
    ids: Sequence[str],
    polygons: Polygonals,
    crs: pyproj.CRS | str | int,
    *,
    outline: Polygonal | None = None,
    gap_width_m: float | None = None,
    attributes: Attributes | None = None,
) -> Certificate:
    """Examine whether grids form a coverage, and say what is wrong where.

    Without an outline a gap is a face that grids enclose, holes included. With one, a
    gap is whatever of the outline no grid holds. A gap that is open to the outside is a
    bay, see `gis.coverage.bays.find_bays`; a notch in the outer border of one grid
    cannot be told from the shape of that border.

    Coordinates are taken to the last digit. Only what is narrower than four steps of
    the greatest coordinate (6e-14 degrees or 6 nm at 120 degrees east; 2 nm in a metric
    CRS of China), or below 1e-6 m2, counts as rounding: a vertex on a neighbour's edge
    is hardly ever a pair of doubles exactly. A vertex rounded to 9 decimals that the
    neighbour's edge does not have lies up to 0.05 mm off and is reported.

    Parameters
    ----------
    ids
        One id for each grid, without repetition, in any order.
    polygons
        Grids in `crs`, lon then lat or x then y, shape (n,).
    crs
        Geographic or projected CRS; anything that `pyproj.CRS` accepts.
    outline
        What the grids should cover, in `crs`.
    gap_width_m
        Bays narrower than this are faults; None looks for none.
    attributes
        One mapping for each grid; goes into the digest only.

    Raises
    ------
    InvalidLayerError
        If an id repeats, or the numbers of ids, polygons and attributes differ.
    CoverageError
        If there are no grids, one is not a polygon with finite coordinates or goes
        around half the globe, the outline is invalid, or a grid crosses itself or grids
        overlap so often that nothing could be told.
    CrsError
        If the CRS is unknown or neither geographic nor projected.
    SettingError
        If the width is not a positive number.

    Examples
    --------
    >>> west, east = shapely.box(0, 0, 10, 10), shapely.box(9, 0, 20, 10)
    >>> crs = "+proj=laea +lat_0=0 +lon_0=0"
    >>> certificate = certify(["W", "E"], [west, east], crs)
    >>> certificate.is_clean
    False
    >>> [(f.kind, f.grids, round(f.area_m2, 6)) for f in certificate.faults]
    [('overlap', ('E', 'W'), 10.0)]
    """
    _check_rows(ids, polygons, attributes)
    _check_outline(outline)
    _check_width(gap_width_m)
    parsed = _parse_crs(crs)
    if parsed.is_geographic:
        refuse_wide_rings([f"Grid {grid!r}" for grid in ids], polygons)
        refuse_wide_rings(["The outline"], [] if outline is None else [outline])
    digest = layer_digest(ids, polygons, attributes)
    # code order, so that the report does not depend on the order of rows
    grids = dict(sorted(zip(ids, polygons, strict=True), key=itemgetter(0)))
    survey = _Survey(tuple(grids), list(grids.values()), parsed, outline)
    return Certificate(
        grid_count=len(ids),
        area_m2=float(area_m2(survey.grids, survey.crs).sum()),
        faults=(
            *survey.invalid_rings(),
            *sorted(survey.overlaps(), key=_greatest_first),
            *sorted(survey.gaps(), key=_greatest_first),
            *sorted(survey.bays(gap_width_m), key=_greatest_first),
        ),
        notes=(*survey.pieces(), *survey.slivers(), *survey.beyond()),
        digest=digest,
        gap_width_m=gap_width_m,
        has_outline=outline is not None,
    )


def _check_rows(
    ids: Sequence[str], polygons: Polygonals, attributes: Attributes | None
) -> None:
    """Refuse what cannot be examined: other geometries, repeated ids."""
    counts = {len(ids), len(polygons)}
    if attributes is not None:
        counts.add(len(attributes))
    if len(counts) > 1:
        raise InvalidLayerError(
            f"Ids, polygons and attributes number {sorted(counts)!r}; "
            "give one of each for every grid."
        )
    if len(ids) == 0:
        raise CoverageError("There are no grids; give at least one polygon.")
    earlier: set[str] = set()
    for grid, polygon in zip(ids, polygons, strict=True):
        if grid in earlier:
            raise InvalidLayerError(
                f"Grid id {grid!r} repeats; join its features into one multi-part grid."
            )
        earlier.add(grid)
        _check_polygon(f"Grid {grid!r}", polygon)


def _check_polygon(name: str, polygon: object) -> None:
    """Refuse anything but a polygon with finite coordinates."""
    if not isinstance(polygon, shapely.Polygon | shapely.MultiPolygon):
        kind = getattr(polygon, "geom_type", "no geometry")
        raise CoverageError(f"{name} has {kind!r} where a polygon is expected; fix it.")
    if polygon.is_empty or not np.isfinite(shapely.get_coordinates(polygon)).all():
        raise CoverageError(
            f"{name} is empty or has coordinates that are not finite; "
            "give it a ring of numbers."
        )


def _check_outline(outline: Polygonal | None) -> None:
    """Refuse an outline that says nothing definite."""
    if outline is None:
        return
    _check_polygon("The outline", outline)
    flaw = find_flaw(outline)
    if flaw is not None:
        raise CoverageError(
            f"The outline is invalid ({flaw.reason} at {flaw.x!r}, {flaw.y!r}); "
            "redraw it."
        )


def _check_width(gap_width_m: float | None) -> None:
    """Refuse a width that is none."""
    if gap_width_m is not None and not 0.0 < gap_width_m < math.inf:
        raise SettingError(
            f"The width of gaps is {gap_width_m!r}, expected metres above 0; give one "
            "such as 10."
        )


def _greatest_first(fault: Fault) -> tuple[float, tuple[str, ...]]:
    """Order faults of one kind by size."""
    return -(fault.area_m2 or 0.0), fault.grids


def _parse_crs(crs: pyproj.CRS | str | int) -> pyproj.CRS:
    """Return the CRS that a value stands for."""
    try:
        return pyproj.CRS.from_user_input(crs)
    except PyprojCrsError as error:
        raise CrsError(
            f"CRS {crs!r} is unknown; give one such as EPSG:4490 or EPSG:4549."
        ) from error


class _Face(NamedTuple):
    """A polygon found, in local coordinates, its measures, and where it comes from."""

    polygon: shapely.Polygon
    row: int
    area_m2: float
    width_m: float
    lon: float
    lat: float


class _Survey:
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
        refuse_tangles([f"Grid {ids[row]!r}" for row in broken], self.grids[broken])
        for row in self.flaws:
            self.grids[row] = repair(polygons[row])
        xy = shapely.get_coordinates(polygons)
        self.origin = np.trunc((xy.min(axis=0) + xy.max(axis=0)) / 2.0)
        self.noise_width = NOISE_ULPS * float(np.spacing(np.abs(xy).max()))
        self.local = _moved(self.grids, -self.origin)
        self.outline = None
        if outline is not None:
            [self.outline] = _moved(np.array([outline]), -self.origin)
        self.tree = shapely.STRtree(self.local)

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
                f"More than {most:,} pairs of the {len(self.ids):,} grids overlap, "
                "expected grids side by side; the file may hold several layers or "
                "times, keep one of them."
            )

    @cached_property
    def covered(self) -> BaseGeometry:
        """What the grids cover.

        Snapping closes cracks of rounding width, through which a gap beside the outer
        border would run out into the open.
        """
        snapped = shapely.coverage_clean(  # type: ignore[attr-defined]  # stubs of 2.1
            self.local, snapping_distance=self.noise_width, gap_width=0.0
        )
        return shapely.union_all(snapped)

    @cached_property
    def empty_faces(self) -> NDArray[np.object_]:
        """The faces of gaps: enclosed by grids, or those of the outline."""
        if self.outline is None:
            return _enclosed(self.covered)
        return np.array([shapely.difference(self.outline, self.covered)])

    def gaps(self) -> Iterator[Fault]:
        """Yield a fault for each face that no grid holds."""
        for face in self._faces(self.empty_faces):
            beside = self._beside(face.polygon)
            yield Fault("gap", beside, face.area_m2, face.width_m, face.lon, face.lat)

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
        if self.outline is None:
            return
        shapely.prepare(self.outline)
        rows = np.flatnonzero(~shapely.covers(self.outline, self.local))
        outside = shapely.difference(self.local[rows], self.outline)
        for face in self._faces(outside):
            grid = self.ids[rows[face.row]]
            yield Note("beyond", grid, (face.area_m2,), face.lon, face.lat)

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
