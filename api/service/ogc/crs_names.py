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

    def window(
        self, corners: tuple[float, float, float, float], target: Datum
    ) -> shapely.Polygon:
        """Return a window of this CRS as a polygon of another datum, in x, y order.

        Parameters
        ----------
        corners
            Least and greatest of the first and the second axis: first, second, first,
            second.
        target
            What is wanted.
        """
        return self.shape(shapely.box(*corners), target)

    def shape(self, shape: _Shape, target: Datum) -> _Shape:
        """Return a geometry of this CRS in another datum, in x, y order.

        Parameters
        ----------
        shape
            In the order of the axes of this CRS; not empty.
        target
            What is wanted.
        """
        if not self.datum.is_plain or not target.is_plain:
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
