"""From which datums a step leads to WGS 84, and which degrees need none.

PROJ knows parameters for most. Where it knows none its "ballpark" step takes the
numbers over as they are, in China some 50 to 150 m off.
"""

import math
from functools import lru_cache
from typing import Final

import pyproj
from pyproj.exceptions import ProjError

from gis.errors import CrsError
from gis.sentences import sentence

UNSHIFTED: Final = {
    "World Geodetic System 1984": 4326,
    "World Geodetic System 1984 ensemble": 4326,
    "China 2000": 4490,
}
"""Datums, as PROJ names them, whose degrees are taken as each other's."""

SECRET_DATUMS: Final = ("Beijing 1954", "Xian 1980", "New Beijing")
"""Datums from which no public parameters lead to WGS 84."""
# what GDAL once wrote beside Beijing 1954: parameters of one oil basin
BASIN_SHIFT = [15.8, -154.4, -82.3]

# names of datums that say no more than their ellipsoid
NAMELESS = ("unknown", "not specified", "unspecified", "unnamed", "undefined")
WGS84_ELLIPSOID = (6378137.0, 298.257223563)
# degrees on a sphere that are WGS 84's by definition, under old Web Mercator
WEB_MAP_DATUM = "Popular Visualisation Datum"


def geodetic_of(crs: pyproj.CRS) -> pyproj.CRS:
    """Return the geographic CRS that a horizontal CRS stands on.

    Raises
    ------
    CrsError
        If it stands on none.

    Examples
    --------
    >>> geodetic_of(pyproj.CRS(4549)).to_epsg()
    4490
    """
    geodetic = crs.geodetic_crs
    if geodetic is None:
        raise CrsError(
            "CRS {name!r} has no datum; give a CRS that has, such as EPSG:4549.",
            name=crs.name,
        )
    return geodetic.to_2d()


def has_step(crs: pyproj.CRS, geodetic: pyproj.CRS) -> bool:
    """Say whether more than a guess leads from a CRS to WGS 84.

    Parameters
    ----------
    crs
        Horizontal CRS; parameters of its own count.
    geodetic
        What it stands on.

    Examples
    --------
    >>> [has_step(crs, crs) for crs in (pyproj.CRS(4267), pyproj.CRS(4610))]
    [True, False]
    """
    is_secret = _datum_name(geodetic) in SECRET_DATUMS
    if crs.is_bound:
        operation = crs.coordinate_operation
        shift = list(operation.towgs84)[:3] if operation else []
        return not (is_secret and shift == BASIN_SHIFT)
    if is_secret:
        return False
    if is_unshifted(geodetic):
        return True
    try:
        transformer_of(geodetic, pyproj.CRS.from_epsg(4326), is_guess=False)
    except ProjError:
        return False
    return True


def is_nameless_wgs84(geodetic: pyproj.CRS) -> bool:
    """Say whether all that is known of a datum is that its ellipsoid is WGS 84's.

    Examples
    --------
    >>> is_nameless_wgs84(pyproj.CRS("+proj=longlat +ellps=WGS84"))
    True
    """
    if _datum_name(geodetic) == WEB_MAP_DATUM:
        return True
    ellipsoid = geodetic.ellipsoid
    return (
        ellipsoid is not None
        and _datum_name(geodetic).lower().startswith(NAMELESS)
        and math.isclose(ellipsoid.semi_major_metre, WGS84_ELLIPSOID[0], abs_tol=1e-6)
        and math.isclose(ellipsoid.inverse_flattening, WGS84_ELLIPSOID[1], abs_tol=1e-8)
    )


def _datum_name(geodetic: pyproj.CRS) -> str:
    return geodetic.datum.name if geodetic.datum is not None else ""


def about_ballpark(crs: pyproj.CRS, geodetic: pyproj.CRS, allowing: str) -> str:
    """Return why a datum is refused, and what to do; `allowing` names an option."""
    datum = _datum_name(geodetic)
    if datum in SECRET_DATUMS:
        what = sentence(
            "CRS {name!r} is on {datum}, whose parameters are not public",
            name=crs.name,
            datum=datum,
        )
    else:
        what = sentence(
            "CRS {name!r} is on the datum {datum!r}, from which no parameters "
            "lead to WGS 84",
            name=crs.name,
            datum=datum,
        )
    if allowing:
        return sentence(
            "{what}; convert the file to CGCS2000 (EPSG:4490) with your survey office "
            "first, declare the CRS that it is really in (cgcs2000, EPSG:4549), or "
            "allow an error in metres with {allowing}.",
            what=what,
            allowing=allowing,
        )
    return sentence(
        "{what}; have the coordinates converted to CGCS2000 (EPSG:4490) by your survey "
        "office first, or declare the CRS that they are really in (cgcs2000, "
        "EPSG:4549).",
        what=what,
    )


def is_unshifted(crs: pyproj.CRS) -> bool:
    """Say whether a CRS has the degrees of WGS 84 or CGCS2000."""
    return unshifted_code(crs) is not None


def unshifted_code(crs: pyproj.CRS) -> int | None:
    """Return the code of WGS 84 or CGCS2000 where a CRS has its degrees, else None.

    The order of axes, codes and names of the CRS itself do not matter.

    Examples
    --------
    >>> unshifted_code(pyproj.CRS("OGC:CRS84")), unshifted_code(pyproj.CRS(4269))
    (4326, None)
    """
    meridian = crs.prime_meridian
    if not crs.is_geographic or crs.is_bound or crs.is_derived or meridian is None:
        return None
    if meridian.longitude != 0.0 or not has_degrees(crs):
        return None
    return UNSHIFTED.get(_datum_name(crs))


def has_degrees(crs: pyproj.CRS) -> bool:
    """Say whether coordinates of a geographic CRS are degrees, not grads or radians.

    Examples
    --------
    >>> has_degrees(pyproj.CRS(4326)), has_degrees(pyproj.CRS(4807))
    (True, False)
    """
    unit = crs.axis_info[0].unit_conversion_factor if crs.axis_info else 0.0
    return bool(crs.is_geographic) and math.isclose(unit, math.pi / 180, rel_tol=1e-9)


@lru_cache(maxsize=64)
def transformer_of(
    source: pyproj.CRS, target: pyproj.CRS, *, is_guess: bool
) -> pyproj.Transformer:
    """Return what transforms in x, y order.

    Where PROJ has only a guess, here or at some places, nothing finite comes of it
    unless a guess is allowed.
    """
    return pyproj.Transformer.from_crs(
        source, target, always_xy=True, allow_ballpark=is_guess
    )
