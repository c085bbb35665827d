"""Which datum a file is in: what the user says, what the file says, or WGS 84."""

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gis.assignment import REASONS, AnswerBasis, Positions, is_usable
from gis.counts import count_text, noun_for
from gis.coverage.rings import refuse_wide_rings
from gis.crs import Datum, convert, datum_of, parse_datum
from gis.crs_area import (
    BEYOND_DEGREES,
    Bounds,
    area_of_use,
    degrees_beyond,
    likely_crs,
)
from gis.datum_check import DatumCheck, check_datum, fit_to_places
from gis.errors import CrsError, InputFileError, SettingError
from gis.sentences import bilingual, sentence
from layers.schema.grids import GRIDS
from layers.schema.layer import LayerSchema

Floats = NDArray[np.float64]

OUT_OF_RANGE = REASONS.index("out_of_range")
# what is written for degrees and may be metres of a map
_DEGREES = sentence(
    "they look like lon, lat in degrees; set in the file the CRS that they are in, "
    "such as EPSG:4326 or EPSG:4490, and leave the coordinates as they are"
)
FEWEST_METRES = 10_000.0
MOST_PLACES = 65_536
"""So many places off their CRS are looked at for the one in their middle."""


def choose_datum(
    what: str,
    option: str,
    declared: str | Datum | None,
    crs: CRS | None,
    ballpark_m: float | None = None,
) -> tuple[Datum, str]:
    """Return the datum of a file and a sentence that says why.

    Parameters
    ----------
    what
        What the file holds, for the sentence ("events").
    option
        The option that declares it, for the sentence ("--datum").
    declared
        What the user declared; None for nothing.
    crs
        What the file declares; None for nothing.
    ballpark_m
        Error allowed where no parameters lead to WGS 84, metres; None refuses that.

    Raises
    ------
    CrsError
        If degrees are declared for a file in a projected CRS, or no parameters lead
        from its datum to WGS 84.

    Examples
    --------
    >>> choose_datum("events", "--datum", None, None)[1]
    'The events declare no CRS: taken as wgs84; say otherwise with --datum.'
    """
    # a request and a call from Python have no option for it
    allowing = "--allow-ballpark" if option.startswith("--") else ""
    if declared is not None:
        datum = (
            declared
            if isinstance(declared, Datum)
            else parse_datum(declared, ballpark_m, allowing=allowing)
        )
        if crs is not None and not crs.is_geographic and datum.is_geographic:
            raise CrsError(
                "The {what} are in the projected CRS {name!r} and {option} says "
                "{declared!r}; leave {option} away, or name the projected CRS that "
                "they are really in.",
                what=what,
                name=crs.name,
                option=option,
                declared=declared if isinstance(declared, str) else datum.name,
            )
        notice = sentence(
            "The {what} are taken as {name}, as {option} says.",
            what=what,
            name=datum.name,
            option=option,
        )
    elif crs is not None:
        datum = datum_of(crs, ballpark_m, allowing=allowing)
        notice = sentence(
            "The {what} declare {name}; if they are not, say so with {option}.",
            what=what,
            name=datum.name,
            option=option,
        )
    else:
        return parse_datum("wgs84"), (
            sentence(
                "The {what} declare no CRS: taken as wgs84; say otherwise with "
                "{option}.",
                what=what,
                option=option,
            )
        )
    if datum.error_m:
        notice += sentence(
            " No parameters lead from it to WGS 84: its numbers are taken over, "
            "with an error of {error_m:g} m as --allow-ballpark says.",
            error_m=datum.error_m,
        )
    return datum, notice


def refuse_other_datums(option: str, value: object) -> None:
    """Refuse what names no datum.

    Parameters
    ----------
    option
        What is given, for the sentence.
    value
        A name, a `Datum` or None for nothing.

    Raises
    ------
    SettingError
        Says what was expected.
    """
    if value is not None and not isinstance(value, (str, Datum)):
        raise SettingError(
            "{option} is {value!r}, expected a name such as 'wgs84', 'gcj02' or "
            "'EPSG:4549'; write it in quotes.",
            option=option,
            value=value,
        )


def bring_shapes(
    shapes: NDArray[np.object_], source: Datum, target: Datum
) -> NDArray[np.object_]:
    """Return geometries with their vertices in another datum.

    Parameters
    ----------
    shapes
        Geometries, shape (n,).
    source, target
        Datum that they are in, and shall be in.
    """
    brought: NDArray[np.object_] = shapely.transform(
        shapes, lambda xy: np.column_stack(convert(xy[:, 0], xy[:, 1], source, target))
    )
    return brought


def refuse_misplaced(
    areas: gpd.GeoDataFrame, datum: Datum, option: str, schema: LayerSchema = GRIDS
) -> list[str]:
    """Refuse areas that cannot be where their CRS is used; return what else to say.

    Parameters
    ----------
    areas
        In the coordinates of the datum.
    datum
        What they are declared in.
    option
        The option that declares it, for the sentence.
    schema
        Layer of the areas, named in the sentence.

    Raises
    ------
    CrsError
        Names the corner that is no lon, lat or far outside the area of the CRS, and
        the CRS that it is likely in.
    """
    require_degrees(areas, datum, schema)
    bounds = areas.geometry.bounds.to_numpy()
    x, y = bounds[:, [0, 2, 0, 2]].ravel(), bounds[:, [1, 1, 3, 3]].ravel()
    if are_degrees(x, y, datum):
        raise CrsError(
            "The {layer}, such as {iloc!r} at {spot}, are said to be in the projected "
            "CRS {name_2}, but {degrees}.",
            layer=schema.name,
            iloc=areas[schema.key].iloc[0],
            spot=_place(x, y, 0),
            name_2=datum.name,
            degrees=_DEGREES,
        )
    beyond = degrees_beyond(x, y, datum)
    count = int((beyond > 0).reshape(-1, 4).any(axis=1).sum())
    if not count:
        return []
    corner = int(beyond.argmax())
    example = sentence(
        "{key!r} at {place}",
        key=areas[schema.key].iloc[corner // 4],
        place=_place(x, y, corner),
    )
    what = sentence(
        "{count:,} of {areas:,} {layer}, such as {example}, {verb} outside the "
        "area of use of {area_text}",
        count=count,
        areas=len(areas),
        layer=schema.name,
        example=example,
        verb=noun_for(count, "lies", "lie"),
        area_text=_area_text(datum),
    )
    if beyond[corner] <= BEYOND_DEGREES:
        return [
            sentence("{what}; look whether they belong in another zone.", what=what)
        ]
    raise CrsError(
        "{what}; {other_crs}.",
        what=what,
        other_crs=_other_crs(x[corner], y[corner], datum, option),
    )


def require_degrees(areas: gpd.GeoDataFrame, datum: Datum, schema: LayerSchema) -> None:
    """Refuse areas that cannot be lon, lat in degrees where their datum says so.

    Parameters
    ----------
    areas
        Polygons with the key of their layer.
    datum
        What they are declared in.
    schema
        Their layer, named in the sentence.

    Raises
    ------
    CrsError
        Names the corner that is out of range: swapped axes, another CRS (with the one
        that the numbers are likely in), or degrees counted on beyond the meridian of
        180.
    CoverageError
        Names a ring that spans more than half the globe.
    """
    if not datum.is_geographic:
        return
    min_x, min_y, max_x, max_y = (float(v) for v in areas.total_bounds.round(6))
    if min_x >= -180 and max_x <= 180 and min_y >= -90 and max_y <= 90:
        noun, noun_zh = schema.name.capitalize()[:-1], schema.zh or schema.name
        names = [
            bilingual(f"{noun} {key!r}", f"{noun_zh} {key!r}")
            for key in areas[schema.key]
        ]
        refuse_wide_rings(names, areas.geometry.to_numpy())
        return
    likely = likely_crs(max_x, max_y, datum)
    other = sentence(", likely {text}", text=likely.text) if likely else ""
    what = sentence(
        "exchange the axes or name the CRS that they are in{other}", other=other
    )
    if min_x >= -360 and max_x <= 360 and min_y >= -90 and max_y <= 90:
        what = sentence(
            "cut what crosses the meridian of 180 degrees there and write what "
            "lies beyond it from -180 on (181 is -179), exchange the axes, or "
            "name the CRS that they are in"
        )
    raise CrsError(
        "The {layer} reach from ({min_x!r}, {min_y!r}) to ({max_x!r}, {max_y!r}), "
        "which is not lon, lat in degrees as {name_2} has it; {what}.",
        layer=schema.name,
        min_x=min_x,
        min_y=min_y,
        max_x=max_x,
        max_y=max_y,
        name_2=datum.name,
        what=what,
    )


def about_misplaced(
    positions: Positions,
    reasons: NDArray[np.uint8],
    datum: Datum,
    option: str,
    within: Bounds | None = None,
) -> list[str]:
    """Say how many positions lie outside the area of their CRS, and what they may be.

    Parameters
    ----------
    positions
        As they came, NaN where there is none.
    reasons
        What is wrong with each as its answer says, codes into `REASONS`.
    datum
        What they are declared in.
    option
        The option that declares it, for the sentence.
    within
        Bounds of the grids: a CRS that brings them there is likely.
    """
    misplaced = Misplaced(datum, option)
    misplaced.add(positions, reasons)
    return misplaced.notices(within)


class Misplaced:
    """Positions outside the area of their CRS, counted part by part.

    Parameters
    ----------
    datum, option
        As `about_misplaced` takes them.
    """

    def __init__(self, datum: Datum, option: str) -> None:
        self._datum = datum
        self._option = option
        self._rows = 0
        self._off = _Places()
        self._finite = _Places()
        self._are_degrees = not datum.is_geographic

    def add(self, positions: Positions, reasons: NDArray[np.uint8]) -> None:
        """Count those of a part.

        Parameters
        ----------
        positions, reasons
            As `about_misplaced` takes them, of the rows behind those before.
        """
        datum, (x, y) = self._datum, (positions.x, positions.y)
        is_off = reasons == OUT_OF_RANGE
        if datum.is_plain:
            is_off &= np.maximum(np.abs(x), np.abs(y)) >= FEWEST_METRES
        else:
            is_off |= is_usable(reasons) & (degrees_beyond(x, y, datum) > 0)
        self._off.add(self._rows, np.flatnonzero(is_off), x, y)
        if self._are_degrees:
            is_there = np.isfinite(x)
            self._are_degrees = not is_there.any() or are_degrees(x, y, datum)
            self._finite.add(self._rows, np.flatnonzero(is_there), x, y)
        self._rows += len(x)

    def notices(self, within: Bounds | None = None) -> list[str]:
        """Return what to say about them.

        Parameters
        ----------
        within
            As `about_misplaced` takes it.
        """
        # metres of a map that are all small enough are degrees
        are_small = self._are_degrees and self._finite.count > 0
        places = self._finite if are_small else self._off
        if not places.count:
            return []
        row, x, y = places.first
        other = _other_crs(*places.middle, self._datum, self._option, within)
        return [
            sentence(
                "{positions}, such as row {rows:,} at {place}, {verb} outside the area "
                "of use of {area_text}; {other}.",
                positions=count_text(places.count, "position"),
                rows=row + 1,
                place=_place(np.array([x]), np.array([y]), 0),
                verb=noun_for(places.count, "lies", "lie"),
                area_text=_area_text(self._datum),
                other=other,
            )
        ]


class _Places:
    """Some rows of a file: how many, the first, and one in their middle.

    Of many, each second is forgotten again and again, so that a few thousand stay.
    """

    def __init__(self) -> None:
        self.count = 0
        self.first = (0, np.nan, np.nan)
        self._step = 1
        self._sample: list[tuple[float, float]] = []

    @property
    def middle(self) -> tuple[float, float]:
        """The place in their middle; near it where they are many."""
        return self._sample[self.count // 2 // self._step]

    def add(self, start: int, rows: NDArray[np.intp], x: Floats, y: Floats) -> None:
        """Take rows of a part that begins at a row of the file."""
        if not self.count and len(rows):
            row = int(rows[0])
            self.first = (start + row, float(x[row]), float(y[row]))
        chosen = rows[-self.count % self._step :: self._step]
        self._sample += zip(x[chosen].tolist(), y[chosen].tolist(), strict=True)
        self.count += len(rows)
        while len(self._sample) > MOST_PLACES:
            self._sample, self._step = self._sample[::2], 2 * self._step


def are_degrees(x: Floats, y: Floats, datum: Datum) -> bool:
    """Say whether all coordinates of a projected CRS are small enough for lon, lat.

    Parameters
    ----------
    x, y
        Coordinates as they came, NaN where there is none.
    datum
        What they are declared in.

    Examples
    --------
    >>> are_degrees(np.array([120.08]), np.array([30.33]), parse_datum("EPSG:3857"))
    True
    """
    is_there = np.isfinite(x) & np.isfinite(y)
    is_small = (np.abs(x) <= 180) & (np.abs(y) <= 90)
    return bool(not datum.is_geographic and is_there.any() and is_small[is_there].all())


def lonlat_bounds(basis: AnswerBasis) -> Bounds:
    """Return the bounds of the grids in degrees of WGS 84."""
    min_x, min_y, max_x, max_y = basis.bounds
    lon, lat = convert(
        np.array([min_x, min_x, max_x, max_x]),
        np.array([min_y, max_y, min_y, max_y]),
        basis.datum,
        parse_datum("wgs84"),
    )
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _other_crs(
    x: float, y: float, datum: Datum, option: str, within: Bounds | None = None
) -> str:
    """Return which CRS to declare instead."""
    if are_degrees(np.array([x]), np.array([y]), datum):
        return _DEGREES
    likely = likely_crs(float(x), float(y), datum, within)
    if likely is None:
        return sentence("say with {option} which CRS they are in", option=option)
    if likely.is_exchanged:
        return sentence("they are likely in {text}, exchange x and y", text=likely.text)
    return sentence(
        "they are likely in {text}, say so with {option}",
        text=likely.text,
        option=option,
    )


def _place(x: Floats, y: Floats, row: int) -> str:
    return f"({x[row]:.10g}, {y[row]:.10g})"


def _area_text(datum: Datum) -> str:
    west, south, east, north = (f"{v:g}" for v in area_of_use(datum.crs))
    return sentence(
        "{name} (lon {west} to {east}, lat {south} to {north})",
        name=datum.name,
        west=west,
        east=east,
        south=south,
        north=north,
    )


def compare_with_places(
    basis: AnswerBasis, places: Positions, positions: Positions, datum: Datum
) -> DatumCheck:
    """Say whether reported positions fit their datum, judged by known places.

    Parameters
    ----------
    basis
        The grids; places outside their bounds do not count.
    places
        Known places in the coordinates of the grids.
    positions
        Positions as they came, NaN where there is none.
    datum
        What they are taken in.

    Raises
    ------
    InputFileError
        If no place lies in the bounds of the grids.
    """
    min_x, min_y, max_x, max_y = basis.bounds
    mask = is_usable(places.reasons)
    mask &= (places.x >= min_x) & (places.x <= max_x)
    mask &= (places.y >= min_y) & (places.y <= max_y)
    if not mask.any():
        raise InputFileError(
            "No anchor of {mask:,} lies in the bounds of the grids; give known places "
            "of this town and their datum.",
            mask=len(mask),
        )
    fit = fit_to_places(places.x[mask], places.y[mask], basis.datum)
    return check_datum(positions.x, positions.y, datum, fit)
