"""Polygons drawn elsewhere, put in the place of grids of a planar map."""

from collections.abc import Collection, Mapping
from itertools import chain

import shapely

from gis.editing.change import Change, Polygon
from gis.editing.planar_map import PlanarMap
from gis.editing.whole_numbers import to_units
from gis.errors import CoverageError, EditError
from gis.sentences import sentence


def adopt(
    planar: PlanarMap, polygons: Mapping[str, Polygon], retired: Collection[str]
) -> Change:
    """Put polygons in the place of those that grids have, new grids among them.

    Parameters
    ----------
    planar
        The map.
    polygons
        What each grid shall be, by id, in degrees; taken to 9 decimals. Whatever lies
        beside them and is not among them stays as it is.
    retired
        Grids that are no more; others have their ground.

    Raises
    ------
    EditError
        If there are none, two of them lie on the same ground, a grid that is retired
        is not in the map or has a polygon.

    Examples
    --------
    >>> town = {"A": shapely.box(0, 0, 1, 1), "B": shapely.box(1, 0, 2, 1)}
    >>> planar = PlanarMap.build(town)
    >>> drawn = {"A": shapely.box(0, 0, 1.5, 1), "B": shapely.box(1.5, 0, 2, 1)}
    >>> _ = planar.replace(adopt(planar, drawn, []))
    >>> planar.polygons["A"].area
    1.5
    """
    wrong = [g for g in retired if g not in planar.polygons or g in polygons]
    if wrong or not polygons:
        raise EditError(
            "Grids {wrong!r} cannot be retired, or no polygon came",
            grids=sorted(wrong)[:3],
            remedy=sentence(
                "retire grids of the draft that have no polygon, and give others"
            ),
            wrong=sorted(wrong),
        )
    changing = {*retired, *(grid for grid in polygons if grid in planar.polygons)}
    drop = {key for grid in changing for key in planar.keys_of(grid)}
    around = {
        grid: planar.polygons[grid]
        for grid in _beside(planar, changing, polygons)
        if grid not in changing
    }
    try:
        built = PlanarMap.build({**around, **polygons}, clearance_m=planar.clearance_m)
    except CoverageError as error:
        raise EditError(
            "The polygons of {polygons!r} are no coverage: {error}",
            grids=sorted(polygons)[:3],
            remedy=sentence("mend them where they were drawn"),
            polygons=sorted(polygons)[:3],
            error=error,
        ) from error
    add = [
        arc for arc in built.arcs.values() if not polygons.keys().isdisjoint(arc.faces)
    ]
    return Change(tuple(sorted(drop)), tuple(add))


def _beside(
    planar: PlanarMap, changing: Collection[str], polygons: Mapping[str, Polygon]
) -> set[str]:
    """Return the grids with a border near what changes or near what it becomes."""
    shapes = chain((planar.polygons[grid] for grid in changing), polygons.values())
    near: set[str] = set()
    for shape in shapes:
        west, south, east, north = shapely.bounds(shape)
        low, high = to_units([[west, south], [east, north]]).tolist()
        for key in planar.keys_in(low, high):
            near.update(face for face in planar.arcs[key].faces if face is not None)
    return near
