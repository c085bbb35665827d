"""Measures of polygons in metres, flaws of rings, and coordinates as stored."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.datum_steps import geodetic_of, transformer_of
from gis.errors import CrsError
from gis.sentences import sentence

Polygonal: TypeAlias = shapely.Polygon | shapely.MultiPolygon
Polygonals: TypeAlias = Sequence[Polygonal] | NDArray[np.object_]

STORED_DECIMALS = 9
# rounding noise: narrower than this many steps of the greatest coordinate
NOISE_ULPS = 4
# an edge of 1 km that is straight on a map bows by a centimetre in lon, lat: much of a
# gap, little of a grid; what is narrower than this is measured as it lies on the map
NARROW_M = 100.0
# over so many metres a map is taken as linear for that
LINEAR_M = 50.0


class Flaw(NamedTuple):
    """What makes a polygon invalid, and where, in units of its CRS."""

    reason: str
    x: float
    y: float


def area_m2(polygons: Polygonals, crs: pyproj.CRS) -> NDArray[np.float64]:
    """Return the area of each polygon in square metres.

    The area is that on the ellipsoid, whatever the projection: that of the same
    vertices in lon, lat, where edges are straight; strips below 100 m are measured as
    they lie on the map. It is the area in degrees times the scale of the ellipsoid at
    the centroid, with a relative error below 1e-5 for polygons up to 100 km from south
    to north and below 1e-4 up to 300 km.

    Parameters
    ----------
    polygons
        Polygons in `crs`, lon then lat or x then y, shape (n,).
    crs
        Geographic or projected CRS of the coordinates.

    Returns
    -------
    area_m2
        Shape (n,); 0 for an empty polygon.

    Raises
    ------
    CrsError
        If the CRS is neither geographic nor projected.

    Examples
    --------
    >>> area_m2([shapely.box(5e5, 33e5, 500_020, 3_300_010)], pyproj.CRS(4549)).round(3)
    array([200.])
    """
    return np.asarray(shapely.area(local_metres(polygons, crs)), dtype=np.float64)


def mean_width_m(polygons: Polygonals, crs: pyproj.CRS) -> NDArray[np.float64]:
    """Return twice the area over the perimeter, in metres: the width of a long strip.

    Parameters
    ----------
    polygons
        Polygons with an area, in `crs`, shape (n,).
    crs
        Geographic or projected CRS of the coordinates.

    Returns
    -------
    width_m
        Shape (n,).

    Examples
    --------
    >>> strip = shapely.box(5e5, 33e5, 500_999, 3_300_001)
    >>> mean_width_m([strip], pyproj.CRS(4549)).round(3)
    array([0.999])
    """
    metric = local_metres(polygons, crs)
    width = 2.0 * shapely.area(metric) / shapely.length(metric)
    return np.asarray(width, dtype=np.float64)


def local_metres(polygons: Polygonals, crs: pyproj.CRS) -> NDArray[np.object_]:
    """Return each polygon in metres east and north of its own centroid."""
    if not (crs.is_geographic or crs.is_projected):
        raise CrsError(
            "CRS {name!r} is neither geographic nor projected; give coordinates in "
            "lon/lat or in a projected CRS.",
            name=crs.name,
        )
    array = np.asarray(polygons, dtype=object)
    centre = np.zeros((len(array), 2))
    centre[~shapely.is_empty(array)] = shapely.get_coordinates(shapely.centroid(array))
    xy, row = shapely.get_coordinates(array, return_index=True)
    # the difference first: metres counted from the equator would lose the last digits
    step = xy - centre[row]
    if crs.is_geographic:
        metres = step * _metres_per_unit(crs, centre[:, 1])[row]
    else:
        metres = _metres_of_map(xy, centre, row, crs)
        narrow = _are_narrow(array, crs)[row]
        metres[narrow] = _metres_near(step[narrow], centre, row[narrow], crs)
    metric: NDArray[np.object_] = shapely.set_coordinates(array.copy(), metres)
    return metric


def _are_narrow(array: NDArray[np.object_], crs: pyproj.CRS) -> NDArray[np.bool_]:
    """Say which polygons of a map are measured as they lie on it."""
    unit = crs.axis_info[0].unit_conversion_factor
    are_narrow: NDArray[np.bool_] = 2.0 * shapely.area(
        array
    ) * unit < NARROW_M * shapely.length(array)
    return are_narrow


def _metres_of_map(
    xy: NDArray[np.float64],
    centre: NDArray[np.float64],
    row: NDArray[np.intp],
    crs: pyproj.CRS,
) -> NDArray[np.float64]:
    """Return metres east and north from the centre of their row to vertices."""
    middle = to_lonlat(centre, crs)
    per_degree = _metres_per_unit(geodetic_of(crs), middle[:, 1])
    metres: NDArray[np.float64] = (to_lonlat(xy, crs) - middle[row]) * per_degree[row]
    return metres


def _metres_near(
    step: NDArray[np.float64],
    centre: NDArray[np.float64],
    row: NDArray[np.intp],
    crs: pyproj.CRS,
) -> NDArray[np.float64]:
    """Return metres east and north of steps from a centre, on a map taken as linear."""
    half = LINEAR_M / crs.axis_info[0].unit_conversion_factor
    rows = np.arange(len(centre))
    per_x, per_y = (
        (
            _metres_of_map(centre + move, centre, rows, crs)
            - _metres_of_map(centre - move, centre, rows, crs)
        )
        / (2.0 * half)
        for move in (np.array([half, 0.0]), np.array([0.0, half]))
    )
    metres: NDArray[np.float64] = step[:, [0]] * per_x[row] + step[:, [1]] * per_y[row]
    return metres


def _metres_per_unit(crs: pyproj.CRS, y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return metres per unit of lon and of lat at each place, shape (n, 2)."""
    unit = crs.axis_info[0].unit_conversion_factor
    ellipsoid = crs.get_geod()
    if ellipsoid is None:
        raise CrsError(
            "CRS {name!r} has no ellipsoid; give one that has.", name=crs.name
        )
    # radii of curvature: M along the meridian, N across it
    w2 = 1.0 - ellipsoid.es * np.sin(y * unit) ** 2
    across = ellipsoid.a / np.sqrt(w2)
    along = across * (1.0 - ellipsoid.es) / w2
    return np.column_stack([across * np.cos(y * unit), along]) * unit


def lonlat_places(polygons: Polygonals, crs: pyproj.CRS) -> NDArray[np.float64]:
    """Return a point within each polygon as lon, lat of the CRS's own datum.

    Parameters
    ----------
    polygons
        Polygons that are not empty, in `crs`, shape (n,).
    crs
        Geographic or projected CRS of the coordinates.

    Returns
    -------
    lonlat
        Degrees, shape (n, 2).

    Examples
    --------
    >>> lonlat_places([shapely.box(120, 30, 122, 32)], pyproj.CRS("EPSG:4490"))
    array([[121.,  31.]])
    """
    points = shapely.point_on_surface(np.asarray(polygons, dtype=object))
    return to_lonlat(shapely.get_coordinates(points), crs)


def to_lonlat(xy: NDArray[np.float64], crs: pyproj.CRS) -> NDArray[np.float64]:
    """Return coordinates in `crs`, shape (n, 2), as lon, lat of its own datum."""
    if crs.is_geographic:
        return xy
    step = transformer_of(crs, geodetic_of(crs), is_guess=False)
    return np.column_stack(step.transform(xy[:, 0], xy[:, 1]))


_RING_FLAWS: Final = MappingProxyType(
    {
        str(words): words
        for words in (
            sentence("Duplicate Rings"),
            sentence("Hole lies outside shell"),
            sentence("Holes are nested"),
            sentence("Interior is disconnected"),
            sentence("Invalid Coordinate"),
            sentence("Nested shells"),
            sentence("Ring is not closed"),
            sentence("Ring Self-intersection"),
            sentence("Self-intersection"),
            sentence("Too few points in geometry component"),
        )
    }
)


def ring_flaw(reason: str) -> str:
    """Return what GEOS says of a ring, as a sentence where it is a usual one.

    Examples
    --------
    >>> ring_flaw("Self-intersection")
    'Self-intersection'
    """
    return _RING_FLAWS.get(reason, reason)


def find_flaw(polygon: Polygonal) -> Flaw | None:
    """Return what makes a polygon invalid, or None where it is valid.

    Examples
    --------
    >>> find_flaw(shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]))
    Flaw(reason='Self-intersection in the outer ring', x=1.0, y=1.0)
    >>> find_flaw(shapely.box(0, 0, 1, 1)) is None
    True
    """
    if shapely.is_valid(polygon):
        return None
    words, _, place = shapely.is_valid_reason(polygon).rstrip("]").rpartition("[")
    x, y = (float(number) for number in place.split()[:2])
    return Flaw(
        sentence(
            "{words} in {ring_name}",
            words=ring_flaw(words),
            ring_name=_ring_name(polygon, shapely.Point(x, y)),
        ),
        x,
        y,
    )


def polygon_fault(shape: BaseGeometry | None) -> str:
    """Return what keeps a geometry from being an area; empty for nothing.

    Examples
    --------
    >>> polygon_fault(shapely.Point(0, 0)), polygon_fault(shapely.box(0, 0, 1, 1))
    ('is a Point', '')
    """
    if shape is None or shape.is_empty:
        return sentence("has no geometry")
    if not isinstance(shape, shapely.Polygon | shapely.MultiPolygon):
        return sentence("is a {geom_type}", geom_type=shape.geom_type)
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return sentence("has coordinates that are not finite")
    flaw = find_flaw(shape)
    return (
        sentence(
            "is not valid ({reason} at {x!r}, {y!r})",
            reason=flaw.reason,
            x=flaw.x,
            y=flaw.y,
        )
        if flaw
        else ""
    )


def _ring_name(polygon: Polygonal, place: shapely.Point) -> str:
    """Name the ring of a polygon that is nearest to a place."""
    names, rings = [], []
    parts = shapely.get_parts(polygon)
    for number, part in enumerate(parts, start=1):
        suffix = sentence(" of part {number}", number=number) if len(parts) > 1 else ""
        for hole, ring in enumerate(shapely.get_rings(part)):
            names.append(
                (
                    sentence("hole {hole}", hole=hole)
                    if hole
                    else sentence("the outer ring")
                )
                + suffix
            )
            rings.append(ring)
    return names[int(np.argmin(shapely.distance(rings, place)))]


def repair(polygon: Polygonal) -> shapely.MultiPolygon:
    """Return the area that an invalid polygon may mean; empty where it means none.

    Shells are joined and holes taken out of them, which is quick where a ring crosses
    itself very often.

    Examples
    --------
    >>> repair(shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])).area
    2.0
    """
    parts, _ = polygon_parts(
        np.array([shapely.make_valid(polygon, method="structure")])
    )
    return shapely.MultiPolygon(list(parts))


def polygon_parts(
    geometries: NDArray[np.object_],
) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Take geometries apart into their polygons, leaving out points and lines.

    Returns
    -------
    parts, row
        Polygons, and the row of the geometry that each comes from; shape (m,) each.

    Examples
    --------
    >>> touching = shapely.box(0, 0, 1, 1) & shapely.box(1, 0, 2, 1)
    >>> polygon_parts(np.array([touching, shapely.box(0, 0, 1, 1)]))[1]
    array([1])
    """
    parts, row = shapely.get_parts(geometries, return_index=True)
    # make_valid puts multi-polygons into collections
    parts, inner = shapely.get_parts(parts, return_index=True)
    is_polygon = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    is_polygon &= ~shapely.is_empty(parts)
    return parts[is_polygon], row[inner][is_polygon]


def noise_width(xy: NDArray[np.float64]) -> float:
    """Return below which width a face between coordinates is rounding, in their unit.

    Examples
    --------
    >>> noise_width(np.array([[120.08, 30.33]]))
    5.684341886080802e-14
    """
    return NOISE_ULPS * float(np.spacing(np.abs(xy).max()))


def dissolve(polygons: Sequence[BaseGeometry] | NDArray[np.object_]) -> Polygonal:
    """Join grids of a clean coverage to one area, holes and all.

    Vertices are kept as they are. Where a vertex of one grid lies on an edge of
    another, the area is noded first and cracks of rounding width are closed.

    Parameters
    ----------
    polygons
        Polygons without overlap, shape (n,), in any CRS; none give an empty area.

    Examples
    --------
    >>> west, south = shapely.box(0, 0, 1, 2), shapely.box(1, 0, 2, 1)
    >>> dissolve([west, south, shapely.box(1, 1, 2, 2)]).bounds
    (0.0, 0.0, 2.0, 2.0)
    """
    array = np.asarray(polygons, dtype=object)
    if len(array) == 0:
        return shapely.MultiPolygon()
    try:
        joined: BaseGeometry = shapely.coverage_union_all(array)
    except shapely.errors.GEOSException:
        joined = shapely.MultiPolygon()
    # where corners lie on edges it raises, or leaves both of them in
    if joined.is_empty or not joined.is_valid:
        width = noise_width(shapely.get_coordinates(array))
        joined = shapely.union_all(close_cracks(array, width))
    parts, _ = polygon_parts(np.array([joined]))
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts.tolist())


def close_cracks(polygons: NDArray[np.object_], width: float) -> NDArray[np.object_]:
    """Return polygons noded on each other, without cracks narrower than a width."""
    closed: NDArray[np.object_] = shapely.coverage_clean(  # type: ignore[attr-defined]  # stubs of 2.1
        polygons, snapping_distance=width, gap_width=0.0
    )
    return closed


def round_coordinates(polygons: Polygonals) -> NDArray[np.object_]:
    """Return 2-D polygons with coordinates rounded as they are stored: 9 decimals.

    Examples
    --------
    >>> [fine] = round_coordinates([shapely.box(0.12345678949, 0, 1, 1)])
    >>> fine.bounds
    (0.123456789, 0.0, 1.0, 1.0)
    """
    array = np.asarray(polygons, dtype=object)
    # adding 0 turns -0.0, which has other bytes, into 0.0
    xy = np.round(shapely.get_coordinates(array), STORED_DECIMALS) + 0.0
    rounded: NDArray[np.object_] = shapely.set_coordinates(array.copy(), xy)
    return rounded
