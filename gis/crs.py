"""Datums and CRS: GCJ-02 and BD-09 shifts, axis order, the metric CRS of a place.

Every coordinate says what it is: ``wgs84``, ``cgcs2000``, ``gcj02``, ``bd09`` or an
EPSG code. Order is always lon, lat or x, y, whatever the register says (EPSG:4490 is
registered as lat, lon). WGS 84 and CGCS2000 differ by decimetres; no shift is made
between them. Where PROJ has only a "ballpark" step from a datum to WGS 84, which takes
the numbers over as they are, the datum is refused unless its error is allowed.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import pyproj
from numpy.typing import ArrayLike, NDArray
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.enums import PJType
from pyproj.exceptions import CRSError as PyprojCrsError

from gis.datum_steps import (
    about_ballpark,
    geodetic_of,
    has_step,
    is_nameless_wgs84,
    is_unshifted,
    transformer_of,
    unshifted_code,
)
from gis.errors import CrsError

Floats = NDArray[np.float64]
Shift = Literal["none", "gcj02", "bd09"]

WGS84 = "wgs84"
NAMED_DATUMS = {"wgs84": 4326, "cgcs2000": 4490}
SHIFTED_DATUMS: dict[str, Shift] = {"gcj02": "gcj02", "bd09": "bd09"}

# published outline of the GCJ-02 algorithm: outside it nothing is shifted
CHINA_BOUNDS = (72.004, 0.8293, 137.8347, 55.8271)

KRASSOVSKY_AXIS_M = 6378245.0
KRASSOVSKY_ECCENTRICITY2 = 0.00669342162296594323
BD09_ANGLE = np.pi * 3000.0 / 180.0


@dataclass(frozen=True, slots=True)
class Datum:
    """What a coordinate says it is.

    Attributes
    ----------
    name
        ``wgs84``, ``cgcs2000``, ``gcj02``, ``bd09`` or ``EPSG:n``.
    crs
        The CRS of the coordinates; for shifted datums the one of the unshifted.
    shift
        The Chinese map shift on top of it.
    error_m
        Error allowed for the step to WGS 84 where PROJ only takes the numbers over,
        metres; None where it has a step or needs none.
    """

    name: str
    crs: pyproj.CRS
    shift: Shift = "none"
    error_m: float | None = None

    @property
    def is_geographic(self) -> bool:
        """Whether coordinates are degrees."""
        return bool(self.crs.is_geographic)

    @property
    def is_plain(self) -> bool:
        """Whether coordinates are degrees of WGS 84 or CGCS2000, shifted or not."""
        return is_unshifted(self.crs)

    @property
    def definition(self) -> str:
        """What `defined_datum` reads again: the name, or WKT where it is no code."""
        if self.name in NAMED_DATUMS or self.name in SHIFTED_DATUMS:
            return self.name
        return self.name if self.name.startswith("EPSG:") else self.crs.to_wkt()


@cache
def parse_datum(
    text: str, ballpark_m: float | None = None, *, allowing: str = ""
) -> Datum:
    """Return the datum that a text names.

    Parameters
    ----------
    text
        ``wgs84``, ``cgcs2000``, ``gcj02``, ``bd09`` (any case) or ``EPSG:n``.
    ballpark_m
        Error allowed where no parameters are known, as `datum_of` takes it.
    allowing
        As `datum_of` takes it.

    Raises
    ------
    CrsError
        If the name or code is unknown, or no parameters lead from it to WGS 84.

    Examples
    --------
    >>> parse_datum("GCJ02").name
    'gcj02'
    >>> parse_datum("EPSG:4490").name
    'cgcs2000'
    """
    name = text.strip().lower()
    if name in SHIFTED_DATUMS:
        return Datum(name, pyproj.CRS.from_epsg(4326), SHIFTED_DATUMS[name])
    if name in NAMED_DATUMS:
        return Datum(name, pyproj.CRS.from_epsg(NAMED_DATUMS[name]))
    if not name.startswith("epsg:"):
        raise CrsError(
            "Datum {words!r} is unknown; give wgs84, cgcs2000, gcj02, bd09 or a code "
            "such as EPSG:4549.",
            words=text,
        )
    try:
        crs = pyproj.CRS.from_user_input(name)
    except PyprojCrsError as error:
        raise CrsError(
            "CRS {words!r} is not in the EPSG register; look the code up and give one "
            "such as EPSG:4549.",
            words=text,
        ) from error
    return datum_of(crs, ballpark_m, allowing=allowing)


def defined_datum(definition: str, error_m: float | None) -> Datum:
    """Return the datum that `Datum.definition` gave; what it once allowed is allowed.

    Parameters
    ----------
    definition
        Name, code or WKT.
    error_m
        Error that was allowed; None for none.

    Examples
    --------
    >>> defined_datum("gcj02", None).name
    'gcj02'
    """
    if "[" in definition:
        return datum_of(pyproj.CRS.from_wkt(definition), error_m or 0.0)
    return parse_datum(definition, error_m or 0.0)


def datum_of(
    crs: pyproj.CRS, ballpark_m: float | None = None, *, allowing: str = ""
) -> Datum:
    """Return the datum of a CRS, as a file declares it; it needs no code.

    Parameters
    ----------
    crs
        Geographic or projected CRS, by a code or by its parameters.
    ballpark_m
        Error allowed for a datum from which no parameters lead to WGS 84, metres; None
        refuses it.
    allowing
        Option by which a caller may allow one, for the sentence; empty for none.

    Raises
    ------
    CrsError
        If no parameters lead to WGS 84, as from Beijing 1954, or it is not a
        horizontal CRS.

    Examples
    --------
    >>> datum_of(pyproj.CRS.from_epsg(4326)).name
    'wgs84'
    """
    horizontal = crs.to_2d() if crs.is_geographic or crs.is_projected else crs
    if not (horizontal.is_geographic or horizontal.is_projected):
        raise CrsError(
            "CRS {name!r} is neither geographic nor projected; give coordinates in "
            "lon/lat or in a projected CRS.",
            name=crs.name,
        )
    code = unshifted_code(horizontal)
    if code:
        name = next(name for name, n in NAMED_DATUMS.items() if n == code)
        return Datum(name, pyproj.CRS.from_epsg(code))
    geodetic = geodetic_of(horizontal)
    authority = horizontal.to_authority(min_confidence=70)
    name = ":".join(authority) if authority else horizontal.name
    if has_step(horizontal, geodetic):
        return Datum(name, horizontal)
    if is_nameless_wgs84(geodetic):
        # the code that PROJ finds may be of any datum on this ellipsoid
        return Datum(horizontal.name, horizontal, error_m=0.0)
    if ballpark_m is None:
        raise CrsError(about_ballpark(crs, geodetic, allowing))
    return Datum(name, horizontal, error_m=ballpark_m)


def convert(
    x: ArrayLike, y: ArrayLike, source: Datum, target: Datum
) -> tuple[Floats, Floats]:
    """Bring coordinates from one datum to another.

    Parameters
    ----------
    x, y
        Coordinates in the source, lon then lat or x then y, shape (m,).
    source, target
        The datums. Where they are equal, or differ only as WGS 84 and CGCS2000 do,
        the coordinates come back unchanged, to the bit.

    Returns
    -------
    x, y
        Coordinates in the target, shape (m,); not finite where the input was not or
        where the projection is not defined.

    References
    ----------
    .. [1] GCJ-02 and BD-09 as published in wandergis/coordtransform (MIT) and
       googollee/eviltransform (BSD-2-Clause); their inverses by fixed-point iteration.

    Examples
    --------
    >>> x, y = convert([120.1], [30.3], parse_datum("wgs84"), parse_datum("gcj02"))
    >>> [round(float(v), 4) for v in (x[0], y[0])]
    [120.1048, 30.2977]
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if source.shift == target.shift and is_same_place(source.crs, target.crs):
        return x, y
    # what lies off the earth may run off to infinity: it is named by who asks
    with np.errstate(invalid="ignore", over="ignore"):
        lon, lat = _to_lonlat(x, y, source)
        return _from_lonlat(lon, lat, target)


def is_shifting(source: Datum, target: Datum) -> bool:
    """Say whether a conversion applies or removes a GCJ-02 or BD-09 shift."""
    return source.shift != target.shift


def is_same_place(source: pyproj.CRS, target: pyproj.CRS) -> bool:
    """Say whether equal numbers mean one place in both (WGS 84 and CGCS2000 do)."""
    # comparing two by all they say is what costs most
    if source is target or (is_unshifted(source) and is_unshifted(target)):
        return True
    return bool(source == target)


def _to_lonlat(x: Floats, y: Floats, source: Datum) -> tuple[Floats, Floats]:
    """Bring coordinates to unshifted lon, lat."""
    if source.shift == "gcj02":
        return wgs84_from_gcj02(x, y)
    if source.shift == "bd09":
        return wgs84_from_gcj02(*gcj02_from_bd09(x, y))
    is_guess = source.error_m is not None
    return _project(source.crs, _lonlat_crs(source.crs), x, y, is_guess=is_guess)


def _from_lonlat(lon: Floats, lat: Floats, target: Datum) -> tuple[Floats, Floats]:
    """Bring unshifted lon, lat to the target."""
    if target.shift == "gcj02":
        return gcj02_from_wgs84(lon, lat)
    if target.shift == "bd09":
        return bd09_from_gcj02(*gcj02_from_wgs84(lon, lat))
    is_guess = target.error_m is not None
    return _project(_lonlat_crs(target.crs), target.crs, lon, lat, is_guess=is_guess)


def _lonlat_crs(crs: pyproj.CRS) -> pyproj.CRS:
    """Return the lon, lat CRS that needs no datum step: CGCS2000 keeps its own."""
    geodetic = crs.geodetic_crs
    if geodetic is not None and is_unshifted(geodetic.to_2d()):
        return geodetic.to_2d()
    return pyproj.CRS.from_epsg(4326)


def _project(
    source: pyproj.CRS, target: pyproj.CRS, x: Floats, y: Floats, *, is_guess: bool
) -> tuple[Floats, Floats]:
    """Transform in x, y order; unchanged where both mean one place."""
    if is_same_place(source, target):
        return x, y
    new_x, new_y = transformer_of(source, target, is_guess=is_guess).transform(x, y)
    return np.asarray(new_x, dtype=np.float64), np.asarray(new_y, dtype=np.float64)


def gcj02_from_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Shift WGS 84 to GCJ-02; outside the Chinese box nothing moves.

    Parameters
    ----------
    lon, lat
        Degrees, shape (m,).

    Returns
    -------
    lon, lat
        Degrees, shape (m,).
    """
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    shifted_lon, shifted_lat = _gcj02_everywhere(lon, lat)
    inside = is_in_china_box(lon, lat)
    return np.where(inside, shifted_lon, lon), np.where(inside, shifted_lat, lat)


def wgs84_from_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Undo the GCJ-02 shift by iteration: below 1e-6 m back and forth in the box."""
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    guess_lon, guess_lat = lon.copy(), lat.copy()
    # the shift changes by less than 2 % over its own length: 10 steps reach an ulp
    for _ in range(10):
        there_lon, there_lat = _gcj02_everywhere(guess_lon, guess_lat)
        guess_lon = guess_lon - (there_lon - lon)
        guess_lat = guess_lat - (there_lat - lat)
    inside = is_in_china_box(guess_lon, guess_lat)
    return np.where(inside, guess_lon, lon), np.where(inside, guess_lat, lat)


def bd09_from_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Shift GCJ-02 to BD-09; outside the Chinese box nothing moves."""
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    shifted_lon, shifted_lat = _bd09_everywhere(lon, lat)
    inside = is_in_china_box(lon, lat)
    return np.where(inside, shifted_lon, lon), np.where(inside, shifted_lat, lat)


def gcj02_from_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Undo the BD-09 shift by iteration.

    The one-step inverse in circulation misses by up to 0.2 m; this one does not.
    """
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    guess_lon, guess_lat = lon - 0.0065, lat - 0.006
    for _ in range(10):
        there_lon, there_lat = _bd09_everywhere(guess_lon, guess_lat)
        guess_lon = guess_lon - (there_lon - lon)
        guess_lat = guess_lat - (there_lat - lat)
    inside = is_in_china_box(guess_lon, guess_lat)
    return np.where(inside, guess_lon, lon), np.where(inside, guess_lat, lat)


def is_in_china_box(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    """Say which points the GCJ-02 algorithm shifts, borders of the box included."""
    west, south, east, north = CHINA_BOUNDS
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _gcj02_everywhere(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Apply the published GCJ-02 polynomial without the box."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    ripple = 20.0 * (np.sin(6.0 * np.pi * x) + np.sin(2.0 * np.pi * x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (ripple + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3.0 * y)) / 1.5
    north += (160.0 * np.sin(np.pi / 12.0 * y) + 320.0 * np.sin(np.pi / 30.0 * y)) / 1.5
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (ripple + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3.0 * x)) / 1.5
    east += (150.0 * np.sin(np.pi / 12.0 * x) + 300.0 * np.sin(np.pi / 30.0 * x)) / 1.5
    phi = np.radians(lat)
    w2 = 1.0 - KRASSOVSKY_ECCENTRICITY2 * np.sin(phi) ** 2
    meridian = KRASSOVSKY_AXIS_M * (1.0 - KRASSOVSKY_ECCENTRICITY2) / w2**1.5
    parallel = KRASSOVSKY_AXIS_M / np.sqrt(w2) * np.cos(phi)
    return lon + np.degrees(east / parallel), lat + np.degrees(north / meridian)


def _bd09_everywhere(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Apply the published BD-09 formula without the box."""
    radius = np.hypot(lon, lat) + 2e-5 * np.sin(lat * BD09_ANGLE)
    angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * BD09_ANGLE)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def propose_metric_crs(lon: float, lat: float) -> pyproj.CRS:
    """Return the metric CRS to measure and edit in at a place.

    In China the CGCS2000 3-degree Gauss-Kruger CRS without zone prefix whose area of
    use holds the place, elsewhere the WGS 84 UTM zone.

    Parameters
    ----------
    lon, lat
        Degrees.

    Raises
    ------
    CrsError
        If the register holds no such CRS there.

    Examples
    --------
    >>> propose_metric_crs(120.08, 30.33).to_epsg()
    4549
    """
    spot = AreaOfInterest(lon - 1e-4, lat - 1e-4, lon + 1e-4, lat + 1e-4)
    infos = query_crs_info("EPSG", PJType.PROJECTED_CRS, spot, contains=True)
    for prefix in ("CGCS2000 / 3-degree Gauss-Kruger CM", "WGS 84 / UTM zone"):
        codes = sorted(i.code for i in infos if i.name.startswith(prefix))
        if codes:
            return pyproj.CRS.from_epsg(int(codes[0]))
    raise CrsError(
        "No metric CRS is registered for lon {lon!r}, lat {lat!r}; name one such as "
        "EPSG:4549.",
        lon=lon,
        lat=lat,
    )
