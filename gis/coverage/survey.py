"""The examination of a set of grids: what is missing, doubled or broken, and where."""

import math
from collections.abc import Sequence
from operator import itemgetter

import numpy as np
import pyproj
import shapely
from pyproj.exceptions import CRSError as PyprojCrsError

from gis.coverage.certificate import Certificate, Fault
from gis.coverage.digest import Attributes, layer_digest
from gis.coverage.faces import Survey
from gis.coverage.rings import refuse_wide_rings
from gis.errors import CoverageError, CrsError, InvalidLayerError, SettingError
from gis.geometry import Polygonal, Polygonals, find_flaw
from gis.sentences import sentence


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
    _check_width(gap_width_m)
    survey = _survey(ids, polygons, crs, outline)
    return Certificate(
        grid_count=len(ids),
        area_m2=survey.total_m2,
        faults=(
            *survey.invalid_rings(),
            *sorted(survey.overlaps(), key=_greatest_first),
            *sorted(survey.gaps(), key=_greatest_first),
            *sorted(survey.bays(gap_width_m), key=_greatest_first),
        ),
        notes=(*survey.pieces(), *survey.slivers(), *survey.beyond()),
        digest=layer_digest(ids, polygons, attributes),
        gap_width_m=gap_width_m,
        has_outline=outline is not None,
    )


def certify_filling(
    ids: Sequence[str],
    polygons: Polygonals,
    crs: pyproj.CRS | str | int,
    outline: Polygonal,
) -> Certificate:
    """Examine whether grids form a coverage that fills an outline and keeps inside it.

    As `certify` with an outline, but that faces beyond it are faults, and that along
    the outline, on either side, faces narrower than 1 cm on the average are none: a
    line drawn by two hands has its vertices in other places. Gaps that do not reach the
    outline are taken to the last digit.

    Parameters
    ----------
    ids, polygons, crs
        As in `certify`.
    outline
        What the grids shall fill, in `crs`: its holes belong to somebody else.

    Raises
    ------
    InvalidLayerError, CoverageError, CrsError
        As `certify` says.

    Examples
    --------
    >>> crs = "+proj=laea +lat_0=0 +lon_0=0"
    >>> town = shapely.box(0, 0, 20, 10)
    >>> certify_filling(["G"], [shapely.box(0.001, 0, 20, 10)], crs, town).is_clean
    True
    >>> [fault] = certify_filling(["G"], [shapely.box(0, 0, 22, 10)], crs, town).faults
    >>> fault.kind, fault.grids, round(fault.area_m2, 6)
    ('beyond', ('G',), 20.0)
    """
    _check_rows(ids, polygons, None)
    survey = _survey(ids, polygons, crs, outline)
    return Certificate(
        grid_count=len(ids),
        area_m2=survey.total_m2,
        faults=(
            *survey.invalid_rings(),
            *sorted(survey.overlaps(), key=_greatest_first),
            *sorted(survey.wide_gaps(), key=_greatest_first),
            *sorted(survey.strays(), key=_greatest_first),
        ),
        notes=(*survey.pieces(), *survey.slivers()),
        digest=layer_digest(ids, polygons),
        has_outline=True,
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
            "Ids, polygons and attributes number {counts!r}; give one of each for "
            "every grid.",
            counts=sorted(counts),
        )
    if len(ids) == 0:
        raise CoverageError("There are no grids; give at least one polygon.")
    earlier: set[str] = set()
    for grid, polygon in zip(ids, polygons, strict=True):
        if grid in earlier:
            raise InvalidLayerError(
                "Grid id {grid!r} repeats; join its features into one multi-part grid.",
                grid=grid,
            )
        earlier.add(grid)
        _check_polygon(sentence("Grid {grid!r}", grid=grid), polygon)


def _check_polygon(name: str, polygon: object) -> None:
    """Refuse anything but a polygon with finite coordinates."""
    if not isinstance(polygon, shapely.Polygon | shapely.MultiPolygon):
        kind = getattr(polygon, "geom_type", sentence("no geometry"))
        raise CoverageError(
            "{name} has {kind!r} where a polygon is expected; fix it.",
            name=name,
            kind=kind,
        )
    if polygon.is_empty or not np.isfinite(shapely.get_coordinates(polygon)).all():
        raise CoverageError(
            "{name} is empty or has coordinates that are not finite; give it a ring "
            "of numbers.",
            name=name,
        )


def _survey(
    ids: Sequence[str],
    polygons: Polygonals,
    crs: pyproj.CRS | str | int,
    outline: Polygonal | None,
) -> Survey:
    """Return grids laid out in code order: no report depends on the order of rows."""
    _check_outline(outline)
    parsed = _parse_crs(crs)
    if parsed.is_geographic:
        names = [sentence("Grid {grid!r}", grid=grid) for grid in ids]
        refuse_wide_rings(names, polygons)
        refuse_wide_rings(["The outline"], [] if outline is None else [outline])
    grids = dict(sorted(zip(ids, polygons, strict=True), key=itemgetter(0)))
    return Survey(tuple(grids), list(grids.values()), parsed, outline)


def _check_outline(outline: Polygonal | None) -> None:
    """Refuse an outline that says nothing definite."""
    if outline is None:
        return
    _check_polygon("The outline", outline)
    flaw = find_flaw(outline)
    if flaw is not None:
        raise CoverageError(
            "The outline is invalid ({cause} at {x!r}, {y!r}); redraw it.",
            cause=flaw.reason,
            x=flaw.x,
            y=flaw.y,
        )


def _check_width(gap_width_m: float | None) -> None:
    """Refuse a width that is none."""
    if gap_width_m is not None and not 0.0 < gap_width_m < math.inf:
        raise SettingError(
            "The width of gaps is {gap_width_m!r}, expected metres above 0; give one "
            "such as 10.",
            gap_width_m=gap_width_m,
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
            "CRS {crs!r} is unknown; give one such as EPSG:4490 or EPSG:4549.", crs=crs
        ) from error
