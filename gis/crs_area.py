"""Where a CRS is used: positions beyond it, and the CRS that they are likely in.

Eastings of Chinese maps are written with the number of their zone in front (40508173)
or without it (508173); under the wrong CRS the place is a quarter of the earth away.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

import numpy as np
import pyproj
from numpy.typing import NDArray
from pyproj.database import CRSInfo, query_crs_info
from pyproj.enums import PJType

from gis.crs import Datum, convert, parse_datum
from gis.datum_steps import geodetic_of, transformer_of, unshifted_code
from gis.sentences import sentence

Floats = NDArray[np.float64]
Bounds: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north in degrees; west may be the greater across 180."""

BEYOND_DEGREES: Final = 3.0
"""Farther off its area no CRS is used: a zone beside it is better there."""

WHOLE_EARTH: Bounds = (-180.0, -90.0, 180.0, 90.0)
# half the width of a strip where a CRS has a central meridian and no area
STRIP_DEGREES = 3.0
# a position that does not come back by this share of its size is on no map
ROUND_TRIP = 1e-6
# what the register calls the zones of a country or of the world
ZONES = ("Gauss-Kruger", "UTM zone")


@dataclass(frozen=True, slots=True)
class LikelyCrs:
    """A CRS that positions are likely in.

    Attributes
    ----------
    code
        Such as ``EPSG:4528``.
    name
        As the register has it.
    is_exchanged
        Whether their x and y are exchanged.
    """

    code: str
    name: str
    is_exchanged: bool

    @property
    def text(self) -> str:
        """The CRS in words."""
        exchanged = sentence(" with x and y exchanged") if self.is_exchanged else ""
        return sentence(
            "{crs} ({crs_name}){exchanged}",
            crs=self.code,
            crs_name=self.name,
            exchanged=exchanged,
        )


def degrees_beyond(x: Floats, y: Floats, datum: Datum) -> Floats:
    """Return how far positions lie beyond the area that their CRS is used in.

    Parameters
    ----------
    x, y
        Coordinates in the datum, shape (m,).
    datum
        WGS 84 and CGCS2000 in degrees are taken as used everywhere, shifted ones too.

    Returns
    -------
    degrees
        Shape (m,); 0 within the area and where a coordinate is not finite, infinite
        where the projection has no such place.

    Examples
    --------
    >>> town = np.array([508_000.0, 40_508_000.0]), np.array([3_357_000.0] * 2)
    >>> degrees_beyond(*town, parse_datum("EPSG:4549"))
    array([ 0., inf])
    """
    if datum.is_plain:
        return np.zeros(len(x))
    is_usable = np.isfinite(x) & np.isfinite(y)
    lon, lat = convert(x, y, datum, parse_datum("wgs84"))
    with np.errstate(invalid="ignore"):
        beyond = _beyond(lon, lat, area_of_use(datum.crs))
        back = convert(lon, lat, parse_datum("wgs84"), datum)
        size = 1.0 + np.abs(x) + np.abs(y)
        is_back = np.hypot(back[0] - x, back[1] - y) <= ROUND_TRIP * size
    beyond[~is_back] = math.inf
    return np.where(is_usable, beyond, 0.0)


def area_of_use(crs: pyproj.CRS) -> Bounds:
    """Return the area that a CRS is used in, the whole earth where none is known.

    Examples
    --------
    >>> area_of_use(pyproj.CRS("+proj=tmerc +lon_0=120.25 +ellps=WGS84"))
    (117.25, -90.0, 123.25, 90.0)
    """
    area = crs.area_of_use
    authority = crs.to_authority(min_confidence=70) if area is None else None
    if authority is not None:
        area = pyproj.CRS.from_authority(*authority).area_of_use
    if area is not None:
        return area.west, area.south, area.east, area.north
    meridian = central_meridian(crs)
    if meridian is None:
        return WHOLE_EARTH
    return meridian - STRIP_DEGREES, -90.0, meridian + STRIP_DEGREES, 90.0


def central_meridian(crs: pyproj.CRS) -> float | None:
    """Return the meridian of a transverse Mercator CRS, None for another projection.

    Examples
    --------
    >>> central_meridian(pyproj.CRS(4528)), central_meridian(pyproj.CRS(3857))
    (120.0, None)
    """
    operation = crs.coordinate_operation
    if crs.is_bound and crs.source_crs is not None:
        operation = crs.source_crs.coordinate_operation
    if operation is None or operation.method_name.replace("_", " ") not in (
        "Transverse Mercator",
        "Gauss Kruger",
    ):
        return None
    meridians = (
        float(param.value)
        for param in operation.params
        if param.name in {"Longitude of natural origin", "Central_Meridian"}
    )
    return next(meridians, None)


def likely_crs(
    x: float, y: float, datum: Datum, within: Bounds | None = None
) -> LikelyCrs | None:
    """Return the zone CRS that a position is likely in, None where none stands out.

    Zones of the same datum are tried with x, y and with y, x. Where several hold the
    position the one with the meridian of the declared CRS is likely.

    Parameters
    ----------
    x, y
        The position.
    datum
        What it is declared in.
    within
        Where it should be; None for anywhere.

    Examples
    --------
    >>> likely_crs(40_508_173.0, 3_357_252.0, parse_datum("EPSG:4549")).code
    'EPSG:4528'
    """
    own = central_meridian(datum.crs)
    for is_exchanged, place in ((False, (x, y)), (True, (y, x))):
        zones = [
            (info, crs)
            for info, crs in _zones_of(datum)
            if _holds(info, crs, place, within)
        ]
        zones = [zone for zone in zones if central_meridian(zone[1]) == own] or zones
        if len({central_meridian(crs) for _, crs in zones}) == 1:
            # zones of 3 and of 6 degrees, and of both datums, may share a meridian
            family = datum.crs.name.partition(" / ")[0]
            info = max(
                (info for info, _ in zones),
                key=lambda info: (info.name.startswith(family), "3-deg" in info.name),
            )
            return LikelyCrs(f"EPSG:{info.code}", info.name, is_exchanged)
    return None


def _zones_of(datum: Datum) -> Iterable[tuple[CRSInfo, pyproj.CRS]]:
    """Return the zones on a datum; WGS 84 and CGCS2000 count as one."""
    if unshifted_code(geodetic_of(datum.crs)) is None:
        yield from _family(datum.crs.name.partition(" / ")[0])
    else:
        yield from (*_family("CGCS2000"), *_family("WGS 84"))


@cache
def _family(name: str) -> tuple[tuple[CRSInfo, pyproj.CRS], ...]:
    """Return the zones whose names begin with that of a datum."""
    return tuple(
        (info, pyproj.CRS.from_epsg(int(info.code)))
        for info in query_crs_info("EPSG", PJType.PROJECTED_CRS)
        if info.name.startswith(f"{name} / ") and any(z in info.name for z in ZONES)
    )


def _holds(
    info: CRSInfo,
    crs: pyproj.CRS,
    place: tuple[float, float],
    within: Bounds | None,
) -> bool:
    """Say whether a place lies in the area of a zone, and where it should be."""
    step = transformer_of(crs, geodetic_of(crs), is_guess=False)
    lon, lat = step.transform(*place)
    areas = [bounds for bounds in (_bounds_of(info), within) if bounds is not None]
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return False
    spot = np.array([lon]), np.array([lat])
    return all(float(_beyond(*spot, area)[0]) == 0.0 for area in areas)


def _bounds_of(info: CRSInfo) -> Bounds | None:
    area = info.area_of_use
    return None if area is None else (area.west, area.south, area.east, area.north)


def _beyond(lon: Floats, lat: Floats, area: Bounds) -> Floats:
    """Return degrees beyond an area, the greater of both directions."""
    west, south, east, north = area
    half = ((east - west) % 360.0 or 360.0) / 2.0
    from_middle = np.abs((lon - west - half + 180.0) % 360.0 - 180.0)
    beyond = np.maximum(from_middle - half, np.maximum(south - lat, lat - north))
    return np.where(np.isfinite(beyond), np.maximum(beyond, 0.0), math.inf)
