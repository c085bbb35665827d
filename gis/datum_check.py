"""Do many points fit the datum they declare, or another one better.

A wrong datum moves points by 300 to 1,500 m and no single point shows it. Many do: read
as what they are they lie in the grids they claim, or where known places are dense.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.crs import Datum, convert, is_in_china_box, parse_datum
from gis.geodesy import metres_per_degree
from gis.sentences import sentence

Floats = NDArray[np.float64]

Fit = Callable[[Floats, Floats], Floats]
"""How well each point fits, from its lon and lat in WGS 84: the higher, the better."""

Outcome = Literal["fits", "looks_like", "cannot_tell", "swapped_axes"]

READINGS: Final = ("wgs84", "gcj02", "bd09")
"""What degrees may be read as; CGCS2000 is read as WGS 84."""

# standard errors by which a reading must lead each other one
CLEAR_LEAD = 2.5
# points in one square count as one witness, and fewer squares than this are no evidence
SQUARE_M = 300.0
FEWEST_SQUARES = 10
# and moving all its points this far must make them fit worse, in any of 8 directions
PEAK_RADIUS_M = 200.0
# a batch is exchanged as a whole, or some of its rows are
SWAPPED_SHARE = 0.5

# widths of the kernels around known places, in cells of the raster
KERNEL_CELLS = (1.0, 4.0, 16.0)
SMALLEST_CELL_M = 25.0
LARGEST_RASTER = 1024
# around the places; a point farther off than this fits as badly as can be
MARGIN_M = 2000.0
# share of the mean density that every point has, so that strays weigh little
FLOOR = 0.05

DIRECTIONS: Final = (
    "east",
    "north-east",
    "north",
    "north-west",
    "west",
    "south-west",
    "south",
    "south-east",
)


@dataclass(frozen=True, slots=True)
class DatumCheck:
    """What a batch of points says about its datum.

    Attributes
    ----------
    outcome
        ``fits`` where the declared datum fits clearly best, ``looks_like`` where
        another one does, ``cannot_tell`` where there is no evidence or too little,
        ``swapped_axes`` where most points can only be lat, lon.
    declared
        Name of the declared datum.
    looks_like
        Name of the datum that fits clearly best; None where none does.
    points
        Points that have coordinates.
    swapped
        Points of them that can only be lat, lon.
    shift_m, direction
        How far and where to the points lie from their true places when read as
        declared, metres and one of `DIRECTIONS`; None unless they look like another.
    """

    outcome: Outcome
    declared: str
    looks_like: str | None
    points: int
    swapped: int
    shift_m: float | None = None
    direction: str | None = None

    @property
    def sentence(self) -> str:
        """The outcome as one plain sentence."""
        if self.outcome == "swapped_axes":
            return sentence(
                "{swapped} of these {points} points have lon and lat exchanged; "
                "give lon first.",
                swapped=self.swapped,
                points=self.points,
            )
        if self.outcome == "cannot_tell":
            return sentence(
                "Nothing tells whether these {points} points are in {declared}; "
                "compare more of them with known places or with the grids that "
                "they should lie in.",
                points=self.points,
                declared=self.declared,
            )
        if self.outcome == "fits":
            return sentence(
                "These {points} points fit {declared}, as declared.",
                points=self.points,
                declared=self.declared,
            )
        return sentence(
            "These {points} points look like {looks_like}, shifted by about "
            "{shift_m:.0f} m to the {direction} when read as {declared}; declare "
            "{looks_like}.",
            points=self.points,
            looks_like=self.looks_like,
            shift_m=self.shift_m,
            direction=self.direction,
            declared=self.declared,
        )


def check_datum(
    x: ArrayLike, y: ArrayLike, declared: Datum, fit: Fit | None
) -> DatumCheck:
    """Say whether points fit their declared datum or another one better.

    The points are read as each of `READINGS`. One wins when its mean fit leads every
    other's by 2.5 standard errors, points close together counted as one witness, and
    when the points fit worse moved by 200 m anywhere.

    Parameters
    ----------
    x, y
        Coordinates as reported, lon then lat or x then y, shape (m,); rows without
        finite numbers are left out.
    declared
        What they claim to be; in a projected CRS their lon and lat are read.
    fit
        Evidence, from `fit_to_places`; None where there is none.

    Examples
    --------
    >>> lon, lat = np.linspace(120.0, 120.1, 40), np.full(40, 30.3)
    >>> check_datum(lon, lat, parse_datum("wgs84"), None).sentence
    'Nothing tells whether these 40 points are in wgs84; compare more of them with \
known places or with the grids that they should lie in.'
    >>> check_datum(lat, lon, parse_datum("wgs84"), None).sentence
    '40 of these 40 points have lon and lat exchanged; give lon first.'
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    points = int((np.isfinite(x) & np.isfinite(y)).sum())
    swapped = int(are_swapped(x, y).sum()) if declared.is_geographic else 0
    if swapped and swapped >= SWAPPED_SHARE * points:
        return DatumCheck("swapped_axes", declared.name, None, points, swapped)
    lon, lat = _as_degrees(x, y, declared)
    winner = _clear_winner(lon, lat, fit) if fit is not None else None
    own = READINGS[0] if declared.shift == "none" else declared.shift
    if winner is None or winner == own:
        outcome: Outcome = "fits" if winner else "cannot_tell"
        name = declared.name if winner else None
        return DatumCheck(outcome, declared.name, name, points, swapped)
    shift_m, direction = _shift(lon, lat, own, winner)
    return DatumCheck(
        "looks_like", declared.name, winner, points, swapped, shift_m, direction
    )


def are_swapped(x: Floats, y: Floats) -> NDArray[np.bool_]:
    """Say which pairs are lat, lon of a place in China.

    Latitudes there end at 55.8 and longitudes begin at 72.0, so no pair is both a place
    in China and the exchange of one.

    Examples
    --------
    >>> are_swapped(np.array([30.3, 120.1]), np.array([120.1, 30.3]))
    array([ True, False])
    """
    return is_in_china_box(y, x)


def fit_to_places(lon: ArrayLike, lat: ArrayLike, datum: Datum) -> Fit:
    """Return evidence from known places: the logarithm of their density at a point.

    The density is a mixture of three normals around each place, on a raster.

    Parameters
    ----------
    lon, lat
        Places where events can be expected, such as enterprises, degrees, shape (n,).
    datum
        Their datum.

    Raises
    ------
    ValueError
        If there is no place.
    """
    lon, lat = convert(lon, lat, datum, parse_datum("wgs84"))
    middle = float(lon.mean()), float(lat.mean())
    east, north = _plane(lon, lat, middle)
    origin = east.min() - MARGIN_M, north.min() - MARGIN_M
    extent_m = max(np.ptp(east), np.ptp(north)) + 2 * MARGIN_M
    cell_m = max(SMALLEST_CELL_M, extent_m / LARGEST_RASTER)
    side = int(extent_m / cell_m) + 1
    columns, rows = _cells(east, north, origin, cell_m)
    counts = np.bincount(rows * side + columns, minlength=side * side)
    density = _smooth(counts.reshape(side, side).astype(np.float64))
    floor = FLOOR * density.mean()
    score = np.log(density + floor)
    lowest = math.log(floor)

    def fit(lon: Floats, lat: Floats) -> Floats:
        columns, rows = _cells(*_plane(lon, lat, middle), origin, cell_m)
        inside = (columns >= 0) & (columns < side) & (rows >= 0) & (rows < side)
        return np.where(inside, score[rows * inside, columns * inside], lowest)

    return fit


def _as_degrees(x: Floats, y: Floats, declared: Datum) -> tuple[Floats, Floats]:
    """Return finite coordinates as degrees without undoing any shift, else NaN."""
    finite = np.isfinite(x) & np.isfinite(y)
    x, y = np.where(finite, x, np.nan), np.where(finite, y, np.nan)
    unshifted = Datum(declared.crs.name, declared.crs)
    lon, lat = convert(x, y, unshifted, parse_datum("wgs84"))
    on_earth = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    return np.where(on_earth, lon, np.nan), np.where(on_earth, lat, np.nan)


def _clear_winner(lon: Floats, lat: Floats, fit: Fit) -> str | None:
    """Return the reading whose fit clearly leads every other's."""
    wgs84 = parse_datum("wgs84")
    rows = np.flatnonzero(~np.isnan(lon))
    fits = {
        name: fit(*convert(lon, lat, parse_datum(name), wgs84))[rows]
        for name in READINGS
    }
    squares = _squares(lon[rows], lat[rows])
    if len(squares) == 0 or squares.max() + 1 < FEWEST_SQUARES:
        return None
    best = max(READINGS, key=lambda name: float(fits[name].mean()))
    rivals = (fits[name] for name in READINGS if name != best)
    if min(_lead(fits[best] - other, squares) for other in rivals) < CLEAR_LEAD:
        return None
    place = convert(lon, lat, parse_datum(best), wgs84)
    here = fits[best].mean()
    is_peak = all(fit(*spot)[rows].mean() < here for spot in _moved(*place))
    return best if is_peak else None


def _moved(lon: Floats, lat: Floats) -> Iterator[tuple[Floats, Floats]]:
    """Yield the points moved all together in eight directions.

    Points that gather elsewhere than the places fit better the nearer they are moved
    to these; only points that belong to the places fit best where they are.
    """
    per_lon, per_lat = metres_per_degree(lat)
    for angle in np.arange(8) * math.pi / 4:
        east, north = PEAK_RADIUS_M * np.cos(angle), PEAK_RADIUS_M * np.sin(angle)
        yield lon + east / per_lon, lat + north / per_lat


def _lead(gain: Floats, squares: NDArray[np.int64]) -> float:
    """Return the mean gain in standard errors, points of one square being one."""
    mean = float(gain.mean())
    error = float(np.sqrt((np.bincount(squares, gain - mean) ** 2).sum())) / len(gain)
    if error == 0.0:
        return math.inf if mean > 0 else 0.0
    return mean / error


def _squares(lon: Floats, lat: Floats) -> NDArray[np.int64]:
    """Return the number of the square that each point lies in."""
    if len(lon) == 0:
        return np.empty(0, np.int64)
    east, north = _plane(lon, lat, (float(lon.mean()), float(lat.mean())))
    cells = np.floor(np.column_stack([east, north]) / SQUARE_M)
    return np.unique(cells, axis=0, return_inverse=True)[1].astype(np.int64)


def _shift(lon: Floats, lat: Floats, own: str, winner: str) -> tuple[float, str]:
    """Return how far and where to points lie from their places when read as `own`."""
    wgs84 = parse_datum("wgs84")
    seen_lon, seen_lat = convert(lon, lat, parse_datum(own), wgs84)
    true_lon, true_lat = convert(lon, lat, parse_datum(winner), wgs84)
    per_lon, per_lat = metres_per_degree(true_lat)
    east = float(np.nanmedian((seen_lon - true_lon) * per_lon))
    north = float(np.nanmedian((seen_lat - true_lat) * per_lat))
    eighth = round(math.atan2(north, east) / (math.pi / 4)) % 8
    return math.hypot(east, north), DIRECTIONS[eighth]


def _plane(
    lon: Floats, lat: Floats, middle: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Return metres east and north of the middle."""
    per_lon, per_lat = metres_per_degree(np.array([middle[1]]))[:, 0]
    return (lon - middle[0]) * per_lon, (lat - middle[1]) * per_lat


def _cells(
    east: Floats, north: Floats, origin: tuple[float, float], cell_m: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return column and row of each point, far outside the raster where it is NaN."""
    columns, rows = (
        np.clip(np.nan_to_num(np.floor((along - start) / cell_m), nan=-1.0), -1, 2**31)
        for along, start in zip((east, north), origin, strict=True)
    )
    return columns.astype(np.int64), rows.astype(np.int64)


def _smooth(counts: Floats) -> Floats:
    """Return counts spread by the mixture of normals, as a product of spectra."""
    side = 2 * counts.shape[0]
    frequency = np.fft.fftfreq(side)[:, None] ** 2 + np.fft.rfftfreq(side) ** 2
    spectrum = sum(
        np.exp(-2.0 * (np.pi * width) ** 2 * frequency) for width in KERNEL_CELLS
    )
    padded = np.fft.irfft2(np.fft.rfft2(counts, (side, side)) * spectrum, (side, side))
    # rounding of the transform leaves negatives of 1e-16
    return np.maximum(padded[: counts.shape[0], : counts.shape[1]], 0.0)
