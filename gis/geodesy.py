"""Distances from points to grids in metres, on the ellipsoid or on a plane."""

import math
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]

WGS84_AXIS_M = 6378137.0
WGS84_ECCENTRICITY2 = 0.0066943799901413165

ToLonLat = Callable[[Floats, Floats], tuple[Floats, Floats]]
"""Brings coordinates of shape (m,) to degrees of WGS 84."""


class Ruler(Protocol):
    """Measures in metres, in coordinates of its own that `bring` gives."""

    def bring(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return positions in the coordinates of the ruler, shape (m,) each."""

    def bring_polygons(
        self, polygons: Sequence[BaseGeometry]
    ) -> Sequence[BaseGeometry]:
        """Return grids in the coordinates of the ruler, vertex by vertex."""

    def lengths_m(self, start: Floats, end: Floats) -> Floats:
        """Return the lengths between points of shape (m, 2), shape (m,)."""

    def scale(self, x: Floats, y: Floats) -> Floats:
        """Return metres of one unit of x and of y at each position, shape (2, m)."""

    def box_halves(self, y: Floats, radius_m: Floats) -> Floats:
        """Return half width and height in coordinates of boxes that hold circles.

        Parameters
        ----------
        y
            Second coordinate of the middles, shape (m,).
        radius_m
            Radii, metres, shape (m,).

        Returns
        -------
        halves
            Shape (m, 2).
        """


class PlanarRuler:
    """Measures on a plane that is no map; `unit_m` is the length of its unit."""

    def __init__(self, unit_m: float = 1.0) -> None:
        self.unit_m = unit_m

    def bring(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return positions as they are."""
        return x, y

    def bring_polygons(
        self, polygons: Sequence[BaseGeometry]
    ) -> Sequence[BaseGeometry]:
        """Return grids as they are."""
        return polygons

    def lengths_m(self, start: Floats, end: Floats) -> Floats:
        """Return planar lengths, metres."""
        lengths: Floats = np.hypot(*(end - start).T) * self.unit_m
        return lengths

    def scale(self, x: Floats, y: Floats) -> Floats:
        """Return the length of the unit, twice for each position."""
        return np.full((2, len(x)), self.unit_m)

    def box_halves(self, y: Floats, radius_m: Floats) -> Floats:
        """Return each radius in units of the CRS, twice."""
        half = np.broadcast_to(radius_m / self.unit_m, y.shape)
        return np.column_stack([half, half])


class GeodesicRuler:
    """Measures on the WGS 84 ellipsoid between points in degrees.

    An edge is straight in lon, lat, as RFC 7946 has it. The nearest point of one is
    looked for on the plane that touches the ellipsoid at the position, where a
    kilometre errs by less than a millimetre; its length is then geodesic.
    """

    def __init__(self) -> None:
        self._geod = pyproj.Geod(ellps="WGS84")

    def bring(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return positions as they are."""
        return x, y

    def bring_polygons(
        self, polygons: Sequence[BaseGeometry]
    ) -> Sequence[BaseGeometry]:
        """Return grids as they are."""
        return polygons

    def lengths_m(self, start: Floats, end: Floats) -> Floats:
        """Return geodesic lengths, metres."""
        _, _, lengths = self._geod.inv(*start.T, *end.T)
        return np.asarray(lengths, dtype=np.float64)

    def length_m(self, start: tuple[float, float], end: tuple[float, float]) -> float:
        """Return the geodesic length between two positions, metres."""
        return float(self._geod.inv(*start, *end)[2])

    def scale(self, x: Floats, y: Floats) -> Floats:
        """Return metres per degree of lon and of lat at each latitude."""
        return metres_per_degree(y)

    def box_halves(self, y: Floats, radius_m: Floats) -> Floats:
        """Return each radius in degrees of lon and lat, 1 % wider than needed."""
        per_degree = metres_per_degree(y)
        # at a pole every meridian is near
        per_degree[0] = np.maximum(per_degree[0], 1.0)
        halves: Floats = 1.01 * radius_m / per_degree
        return halves.T


class MapRuler(GeodesicRuler):
    """Measures on the ellipsoid between points of a map, whatever its projection.

    The metres are those of the same grids in degrees: vertices and positions are
    brought there first. Which grid holds a position is never asked there.

    Parameters
    ----------
    to_lonlat
        Brings coordinates of the map to degrees.
    """

    def __init__(self, to_lonlat: ToLonLat) -> None:
        super().__init__()
        self._to_lonlat = to_lonlat

    def bring(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return positions in degrees, not finite where the map has no such place."""
        return self._to_lonlat(x, y)

    def bring_polygons(
        self, polygons: Sequence[BaseGeometry]
    ) -> Sequence[BaseGeometry]:
        """Return grids in degrees, vertex by vertex."""
        array = np.empty(len(polygons), dtype=np.object_)
        array[:] = polygons
        brought: NDArray[np.object_] = shapely.transform(
            array, lambda xy: np.column_stack(self._to_lonlat(xy[:, 0], xy[:, 1]))
        )
        return list(brought)


def earth_centred(lon: float, lat: float) -> tuple[float, float, float]:
    """Return a position of WGS 84 as x, y, z from the centre of the Earth, metres.

    The straight line between two such places is never longer than the geodesic.

    Parameters
    ----------
    lon, lat
        Degrees, at height 0.

    Examples
    --------
    >>> [round(metres) for metres in earth_centred(90.0, 0.0)]
    [0, 6378137, 0]
    """
    phi, lam = math.radians(lat), math.radians(lon)
    sine = math.sin(phi)
    normal = WGS84_AXIS_M / math.sqrt(1.0 - WGS84_ECCENTRICITY2 * sine * sine)
    across = normal * math.cos(phi)
    return (
        across * math.cos(lam),
        across * math.sin(lam),
        normal * (1.0 - WGS84_ECCENTRICITY2) * sine,
    )


def metres_per_degree(lat: Floats) -> Floats:
    """Return metres per degree of lon and of lat at each latitude, shape (2, m)."""
    phi = np.radians(lat)
    w2 = 1.0 - WGS84_ECCENTRICITY2 * np.sin(phi) ** 2
    along = np.empty((2, len(phi)))
    along[0] = WGS84_AXIS_M / np.sqrt(w2) * np.cos(phi)
    along[1] = WGS84_AXIS_M * (1.0 - WGS84_ECCENTRICITY2) / w2**1.5
    return np.radians(along)
