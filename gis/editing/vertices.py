"""Operations on single corners of borders, and borders made straighter."""

import numpy as np
import shapely

from gis.editing.arrangement import tidied
from gis.editing.change import Arc, Change
from gis.editing.contacts import Scale, distances_m
from gis.editing.cuts import foot_on
from gis.editing.drawn_lines import SNAP_M, line_units
from gis.editing.planar_map import PlanarMap
from gis.editing.whole_numbers import (
    Ints,
    Point,
    as_point,
    place_of,
    segments_of,
    to_units,
    without_repeats,
)
from gis.errors import EditError
from gis.sentences import sentence

Place = tuple[float, float]


def move_vertex(
    planar: PlanarMap, old: Place, new: Place, *, snap_m: float = SNAP_M
) -> Change:
    """Move a corner, with every border that passes or ends there.

    Parameters
    ----------
    planar
        The map.
    old, new
        Lon and lat.
    snap_m
        The corner is the one nearest to `old`, no further away than this.

    Raises
    ------
    EditError
        If there is no corner, or `new` is no lon and lat.

    Examples
    --------
    >>> town = {"A": shapely.box(0, 0, 1, 1), "B": shapely.box(1, 0, 2, 1)}
    >>> planar = PlanarMap.build(town)
    >>> _ = planar.replace(move_vertex(planar, (1, 0), (1.5, 0)))
    >>> planar.polygons["A"].area
    1.25
    """
    node = corner_near(planar, old, snap_m)
    target = as_point(line_units([old, new], planar)[-1])
    drop, add = [], []
    for key in planar.keys_in(node, node):
        arc = planar.arcs[key]
        is_moved = (arc.xy == node).all(axis=1)
        if is_moved.any():
            drop.append(key)
            xy = np.where(is_moved[:, None], np.array(target), arc.xy)
            add.append(Arc(xy, *arc.faces))
    return Change(tuple(drop), tuple(add))


def insert_vertex(planar: PlanarMap, at: Place, *, snap_m: float = SNAP_M) -> Change:
    """Put a corner on a border, for the grids on both sides.

    Parameters
    ----------
    planar
        The map.
    at
        Lon and lat; the corner is the nearest place on a border.
    snap_m
        No border further away than this is taken.

    Raises
    ------
    EditError
        If no border is near, or a corner is there.

    Examples
    --------
    >>> planar = PlanarMap.build({"A": shapely.box(0, 0, 1, 1)})
    >>> _ = planar.replace(insert_vertex(planar, (0.5, 0)))
    >>> len(planar.polygons["A"].exterior.coords)
    6
    """
    point = _point(at)
    scale = Scale.at(point[1])
    best: tuple[float, int, int] | None = None
    for key in planar.keys_in(*_box_about(point, snap_m)):
        segments = segments_of(planar.arcs[key].xy)
        places = np.broadcast_to(np.array(point), (len(segments), 2))
        metres = distances_m(places, segments, scale)
        nearest = int(metres.argmin())
        if metres[nearest] <= snap_m:
            candidate = (float(metres[nearest]), key, nearest)
            best = candidate if best is None else min(best, candidate)
    if best is None:
        raise EditError(
            "No border is within {snap_m:g} m",
            place=place_of(point),
            remedy=sentence("choose a place on a border"),
            snap_m=snap_m,
        )
    _, key, row = best
    arc = planar.arcs[key]
    corner = foot_on(point, arc.xy[row : row + 2], scale)
    if corner in (as_point(arc.xy[row]), as_point(arc.xy[row + 1])):
        raise EditError(
            "A corner is there already",
            place=place_of(corner),
            remedy=sentence("move it, or choose a place between corners"),
        )
    xy = np.insert(arc.xy, row + 1, corner, axis=0)
    return Change((key,), (Arc(xy, *arc.faces),))


def remove_vertex(planar: PlanarMap, at: Place, *, snap_m: float = SNAP_M) -> Change:
    """Take a corner out of a border, for the grids on both sides.

    Parameters
    ----------
    planar
        The map.
    at
        Lon and lat.
    snap_m
        The corner is the one nearest to `at`, no further away than this.

    Raises
    ------
    EditError
        If there is no corner, three borders meet in it, or its ring has no other three.

    Examples
    --------
    >>> planar = PlanarMap.build({"A": shapely.box(0, 0, 1, 1)})
    >>> _ = planar.replace(remove_vertex(planar, (1, 1)))
    >>> planar.polygons["A"].area
    0.5
    """
    corner = corner_near(planar, at, snap_m)
    keys = [
        key
        for key in planar.keys_in(corner, corner)
        if (planar.arcs[key].xy == corner).all(axis=1).any()
    ]
    arc = planar.arcs[keys[0]]
    is_ring = arc.start == arc.end
    if len(keys) > 1 or (corner in (arc.start, arc.end) and not is_ring):
        raise EditError(
            "Several borders meet in the corner",
            grids={f for key in keys for f in planar.arcs[key].faces if f is not None},
            place=place_of(corner),
            remedy=sentence("move it, or redraw one of the borders"),
        )
    xy = arc.xy[(arc.xy != corner).any(axis=1)]
    if is_ring and corner == arc.start:
        xy = np.concatenate([xy, xy[:1]])
    if is_ring and len(xy) < 4:
        raise EditError(
            "The border has no more than three corners",
            grids=[face for face in arc.faces if face is not None],
            place=place_of(corner),
            remedy=sentence("merge the grid with its neighbour instead"),
        )
    return Change((keys[0],), (Arc(xy, *arc.faces),))


def straighten(planar: PlanarMap, a: str, b: str, tolerance_m: float) -> Change:
    """Leave out corners of a border that lie near the line without them.

    Where the border begins and ends stays.

    Parameters
    ----------
    planar
        The map.
    a, b
        Grids with a common border.
    tolerance_m
        How far the border may move, metres.

    Raises
    ------
    EditError
        If they have no common border, no corner would go, or the tolerance is no
        positive number.

    References
    ----------
    .. [1] Douglas, Peucker (1973), Algorithms for the reduction of the number of points
       required to represent a digitized line or its caricature.

    Examples
    --------
    >>> west = shapely.Polygon([(0, 0), (1, 0), (1.000001, 0.5), (1, 1), (0, 1)])
    >>> town = {"A": west, "B": shapely.box(0, 0, 2, 1) - west}
    >>> planar = PlanarMap.build(town)
    >>> _ = planar.replace(straighten(planar, "A", "B", 1.0))
    >>> planar.polygons["A"].area
    1.0
    """
    keys = planar.keys_between(a, b) if {a, b} <= set(planar.polygons) else []
    if not keys or not 0.0 < tolerance_m < np.inf:
        raise EditError(
            "Grids without a common border or a tolerance of {tolerance_m!r} m",
            grids=[a, b],
            remedy=sentence("name two neighbours and some metres"),
            tolerance_m=tolerance_m,
        )
    drop, add = [], []
    for key in keys:
        arc = planar.arcs[key]
        xy = _straightened(arc.xy, tolerance_m)
        if len(xy) < len(arc.xy):
            drop.append(key)
            add.append(Arc(xy, *arc.faces))
    if not drop:
        raise EditError(
            "The border has no corner that is off it by less than {tolerance_m:g} m",
            grids=[a, b],
            place=place_of(planar.arcs[keys[0]].start),
            remedy=sentence("give more metres"),
            tolerance_m=tolerance_m,
        )
    return tidied(planar, Change(tuple(drop), tuple(add)))


def corner_near(planar: PlanarMap, at: Place, snap_m: float) -> Point:
    """Return the corner of a border that is nearest to a place.

    Raises
    ------
    EditError
        If none is within `snap_m`.
    """
    point = _point(at)
    scale = Scale.at(point[1])
    best: tuple[float, Point] | None = None
    for key in planar.keys_in(*_box_about(point, snap_m)):
        xy = planar.arcs[key].xy
        metres = np.hypot(*scale.metres(xy - np.array(point)).T)
        nearest = int(metres.argmin())
        if metres[nearest] <= snap_m:
            candidate = (float(metres[nearest]), as_point(xy[nearest]))
            best = candidate if best is None else min(best, candidate)
    if best is None:
        raise EditError(
            "No corner is within {snap_m:g} m",
            place=place_of(point),
            remedy=sentence("choose a corner of a border"),
            snap_m=snap_m,
        )
    return best[1]


def _point(at: Place) -> Point:
    """Return a place in units, or refuse what is none."""
    lon, lat = at
    if not (abs(lon) <= 180.0 and abs(lat) <= 90.0):
        raise EditError(
            "The place ({lon!r}, {lat!r}) is no lon and lat",
            remedy=sentence("give degrees, not metres"),
            lon=lon,
            lat=lat,
        )
    return as_point(to_units([lon, lat]))


def _box_about(point: Point, metres: float) -> tuple[Point, Point]:
    """Return the corners of a box about a point."""
    width, height = Scale.at(point[1]).margin(metres)
    x, y = point
    return (x - width, y - height), (x + width, y + height)


def _straightened(xy: Ints, tolerance_m: float) -> Ints:
    """Return a line without the corners that Douglas and Peucker leave out."""
    scale = Scale.at(int(xy[0, 1]))
    line = shapely.LineString(scale.metres(xy - xy[0]))
    plain = shapely.get_coordinates(shapely.simplify(line, tolerance_m))
    units = np.round(plain / [scale.x, scale.y]).astype(np.int64) + xy[0]
    is_ring = bool((xy[0] == xy[-1]).all())
    straight = without_repeats(units)
    return xy if is_ring and len(straight) < 4 else straight
