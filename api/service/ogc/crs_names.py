"""CRS by the names of OGC API Features Part 2, with the axis order of the authority."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeVar

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.crs import Datum, convert, datum_of, propose_metric_crs

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG: Final = "http://www.opengis.net/def/crs/EPSG/0/{code}"
OFFERED: Final = (4326, 4490, 3857)
"""Codes that every collection is given in, beside CRS84 and a metric one."""
DEGREE_DECIMALS: Final = 9
METRE_DECIMALS: Final = 4
HALF_TURN: Final = 180.0
"""Degrees of the antimeridian."""
MARGIN_DEGREES, MARGIN_M = 0.01, 1000.0
"""What lies on the edge of a window is surely in it."""
_STEPS: Final = 21
"""Points along each edge of a window: straight there is curved elsewhere."""

Floats = NDArray[np.float64]
_Shape = TypeVar("_Shape", bound=BaseGeometry)


@dataclass(frozen=True, slots=True)
class NamedCrs:
    """A CRS and its name.

    Attributes
    ----------
    uri
        Its name.
    datum
        What it is.
    is_north_first
        Whether the authority says lat before lon, or northing before easting.

    Examples
    --------
    >>> named_crs(CRS84).is_north_first, epsg_crs(4490).is_north_first
    (False, True)
    """

    uri: str
    datum: Datum
    is_north_first: bool

    def geometry(
        self, shapes: NDArray[np.object_], source: Datum
    ) -> NDArray[np.object_]:
        """Return geometry of another datum in this one, in the order of its axes.

        Parameters
        ----------
        shapes
            In x, y order, shape (n,).
        source
            What they are in.
        """
        decimals = DEGREE_DECIMALS if self.datum.is_geographic else METRE_DECIMALS

        def bring(xy: Floats) -> Floats:
            x, y = convert(xy[:, 0], xy[:, 1], source, self.datum)
            axes = (y, x) if self.is_north_first else (x, y)
            return np.array(np.round(np.column_stack(axes), decimals) + 0.0, np.float64)

        moved: NDArray[np.object_] = np.array(
            shapely.transform(shapes, bring), dtype=np.object_
        )
        return moved

    @property
    def longitude(self) -> int | None:
        """Which of its axes is the longitude; None for one in metres.

        Examples
        --------
        >>> [c.longitude for c in (named_crs(CRS84), epsg_crs(4490), epsg_crs(3857))]
        [0, 1, None]
        """
        return int(self.is_north_first) if self.datum.is_geographic else None

    def window(
        self, corners: tuple[float, float, float, float], target: Datum, around: Floats
    ) -> shapely.Geometry:
        """Return a window of this CRS in another datum, in x, y order.

        Parameters
        ----------
        corners
            Least and greatest of the first and the second axis: first, second, first,
            second. A longitude whose first is the greater spans the antimeridian, in
            two parts.
        target
            What is wanted.
        around
            Bounds in that datum of what the window is laid over; NaN without any. It
            is cut to what is near: few projections are defined everywhere.
        """
        parts = self._parts(np.array(corners, dtype=np.float64))
        if not self._is_same_place(target) and np.isfinite(around).all():
            low, high = self._near(around, target)
            parts[:, :2] = np.fmax(parts[:, :2], low)
            parts[:, 2:] = np.fmin(parts[:, 2:], high)
        there = parts[(parts[:, :2] <= parts[:, 2:]).all(axis=1)]
        shapes = [self.shape(shapely.box(*part), target) for part in there]
        return shapes[0] if len(shapes) == 1 else shapely.GeometryCollection(shapes)

    def _parts(self, corners: Floats) -> Floats:
        """Return corners on both sides of the antimeridian, shape (n, 4)."""
        axis = self.longitude
        parts = np.array([corners, corners])
        if axis is None or corners[axis] <= corners[axis + 2]:
            return parts[:1]
        parts[0, axis + 2], parts[1, axis] = HALF_TURN, -HALF_TURN
        return parts

    def _near(self, bounds: Floats, source: Datum) -> tuple[Floats, Floats]:
        """Return least and greatest axes about what lies in bounds of another datum."""
        west, south, east, north = bounds
        x, y = np.meshgrid(
            np.linspace(west, east, _STEPS), np.linspace(south, north, _STEPS)
        )
        axes = np.array(convert(x.ravel(), y.ravel(), source, self.datum))
        if self.is_north_first:
            axes = axes[::-1]
        low, high = axes.min(axis=1), axes.max(axis=1)
        margin = (high - low).max() / 10
        margin += MARGIN_DEGREES if self.datum.is_geographic else MARGIN_M
        return low - margin, high + margin

    def _is_same_place(self, other: Datum) -> bool:
        """Say whether numbers of this CRS and another datum mean the same."""
        return self.datum.is_plain and other.is_plain

    def shape(self, shape: _Shape, target: Datum) -> _Shape:
        """Return a geometry of this CRS in another datum, in x, y order.

        Parameters
        ----------
        shape
            In the order of the axes of this CRS; not empty.
        target
            What is wanted.
        """
        if not self._is_same_place(target):
            low_1, low_2, high_1, high_2 = shape.bounds
            step = max(high_1 - low_1, high_2 - low_2) / _STEPS
            shape = shapely.segmentize(shape, step) if step else shape

        def bring(axes: Floats) -> Floats:
            x, y = axes.T[::-1] if self.is_north_first else axes.T
            return np.column_stack(convert(x, y, self.datum, target))

        return shapely.transform(shape, bring)

    def is_on_earth(self, shape: BaseGeometry) -> bool:
        """Return whether all of a geometry has a longitude and a latitude.

        Parameters
        ----------
        shape
            In the order of the axes of this CRS.
        """
        corners = shapely.get_coordinates(self.shape(shape, named_crs(CRS84).datum))
        return bool((np.abs(corners) <= (180, 90)).all())


@lru_cache(maxsize=64)
def epsg_crs(code: int) -> NamedCrs:
    """Return the CRS of a code of the EPSG register."""
    crs = pyproj.CRS.from_epsg(code)
    is_north_first = crs.axis_info[0].direction.lower() == "north"
    return NamedCrs(EPSG.format(code=code), datum_of(crs), is_north_first)


@lru_cache(maxsize=64)
def named_crs(uri: str) -> NamedCrs:
    """Return the CRS of one of the names of `offered_crs`."""
    if uri == CRS84:
        return NamedCrs(CRS84, datum_of(pyproj.CRS("OGC:CRS84")), is_north_first=False)
    return epsg_crs(int(uri.rpartition("/")[2]))


@lru_cache(maxsize=64)
def _metric_code(lon: float, lat: float) -> int:
    """Return the code of the metric CRS of a place; the register takes long."""
    return int(propose_metric_crs(lon, lat).to_epsg() or OFFERED[0])


def offered_crs(datum: Datum, bounds: Floats) -> tuple[str, ...]:
    """Return the names of the CRS that a collection is given in; the first is default.

    Parameters
    ----------
    datum
        That of its rows.
    bounds
        Of all its rows in that CRS; NaN without any.

    Examples
    --------
    >>> around = np.array([120, 30.2, 120.2, 30.4])
    >>> names = offered_crs(datum_of(pyproj.CRS(4490)), around)
    >>> [name.rpartition("/")[2] for name in names]
    ['CRS84', '4326', '4490', '3857', '4549']
    """
    codes = [*OFFERED]
    west, south, east, north = bounds.tolist()
    if np.isfinite(bounds).all():
        codes.append(_metric_code((west + east) / 2, (south + north) / 2))
    own = datum.crs.to_epsg()
    if own is not None:
        codes.append(int(own))
    return (CRS84, *(EPSG.format(code=code) for code in dict.fromkeys(codes)))
