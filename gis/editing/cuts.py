"""Lines laid over arcs: where they meet, and what pieces both fall into."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gis.editing.change import Arc, Face
from gis.editing.contacts import Scale, distances_m, find_meetings
from gis.editing.neighbourhood import Stack
from gis.editing.whole_numbers import Ints, Point, as_point, turns, without_repeats


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A stretch of a line between two places where it meets arcs.

    Attributes
    ----------
    xy
        Units, shape (n, 2).
    grid
        The grid that it lies in; None where that is none of those of the arcs.
    is_joined
        Whether its first and its last point lie on arcs.
    is_along
        Whether it runs along an arc instead of lying in a grid.
    """

    xy: Ints
    grid: Face
    is_joined: tuple[bool, bool]
    is_along: bool = False


@dataclass(slots=True, eq=False)
class Overlay:
    """Arcs around some grids, and a line over them.

    Parameters
    ----------
    arcs
        By key.
    grids
        Those that the arcs are around.
    """

    arcs: dict[int, Arc]
    grids: frozenset[str]
    crossings: set[Point] = field(default_factory=set)
    """Points that neither the line nor an arc has: rounded, up to half a unit off."""
    anchors: set[Point] = field(default_factory=set)
    """Places between corners that points were snapped to, as near as that."""
    _stack: Stack | None = field(default=None, init=False)
    _boxes: tuple[Ints, Ints] | None = field(default=None, init=False)

    def snapped(self, point: Point, snap_m: float) -> Point:
        """Return the corner of an arc near a point, else a place on an arc, else it.

        Parameters
        ----------
        point
            In units.
        snap_m
            What is further away is not taken, metres.
        """
        scale = Scale.at(point[1])
        stack = self._segments()
        places = np.broadcast_to(np.array(point), (len(stack.segments), 2))
        corners = stack.segments.reshape(-1, 2)
        metres = np.hypot(*scale.metres(corners - np.array(point)).T)
        if metres.min() <= snap_m:
            return as_point(corners[metres.argmin()])
        off = distances_m(places, stack.segments, scale)
        if off.min() > snap_m:
            return point
        foot = foot_on(point, stack.segments[off.argmin()], scale)
        self.anchors.add(foot)
        return foot

    def has_corner(self, point: Ints) -> bool:
        """Say whether a point, shape (2,), is a corner of an arc."""
        corners = self._segments().segments.reshape(-1, 2)
        return bool((corners == point).all(axis=1).any())

    def pieces(self, line: Ints) -> list[Piece]:
        """Return the stretches of a line from contact to contact with the arcs.

        Parameters
        ----------
        line
            Units, shape (n, 2); closed where it ends as it begins.
        """
        corners, contacts = self._noded(line)
        stops = [n for n, corner in enumerate(corners) if corner in contacts]
        bounds = sorted({0, *stops, len(corners) - 1})
        paths = [corners[start : end + 1] for start, end in pairwise(bounds)]
        is_loose_ring = corners[0] == corners[-1] and corners[0] not in contacts
        if is_loose_ring and len(paths) > 1:
            paths[0] = [*paths.pop(), *paths[0][1:]]
        return [self._piece(path, contacts) for path in paths]

    def _piece(self, path: Sequence[Point], contacts: Iterable[Point]) -> Piece:
        """Return a stretch with where it lies."""
        xy = np.array(path, dtype=np.int64)
        is_joined = (path[0] in contacts, path[-1] in contacts)
        if len(path) == 2 and (self._touched(path[0]) & self._touched(path[1])).any():
            return Piece(xy, None, is_joined, is_along=True)
        return Piece(xy, self.grid_at(xy[0] + xy[1], scale=2), is_joined)

    def grid_at(self, place: Ints, scale: int = 1) -> Face:
        """Return the grid that holds a place given in parts of a unit."""
        stack = self._segments()
        start, end = stack.segments.transpose(1, 0, 2) * scale
        rises = start[:, 1] <= place[1]
        crosses = rises != (end[:, 1] <= place[1])
        turn = turns(start, end, place)
        is_hit = crosses & np.where(rises, turn > 0, turn < 0)
        arcs = list(self.arcs.values())
        odd: dict[Face, bool] = defaultdict(bool)
        for row in stack.arc[is_hit].tolist():
            for face in arcs[row].faces:
                odd[face] = not odd[face]
        return next((grid for grid in sorted(self.grids) if odd[grid]), None)

    def _noded(self, line: Ints) -> tuple[list[Point], set[Point]]:
        """Return the corners of a line with its contacts among them, and these."""
        stack = self._segments()
        segments = np.stack([line[:-1], line[1:]], axis=1)
        meetings = find_meetings(segments, stack.segments)
        on_segment: dict[int, set[Point]] = defaultdict(set)
        pairs = zip(meetings.segments, meetings.partners, strict=True)
        for row, other in pairs:
            on_segment[int(row)].update(
                self._anchored(point)
                for point in self._meet(segments[row], stack.segments[other])
            )
        contacts = {point for points in on_segment.values() for point in points}
        contacts |= self.anchors & {as_point(corner) for corner in line}
        corners = [as_point(line[0])]
        for row, (start, end) in enumerate(segments):
            along = sorted(on_segment[row], key=lambda at: _steps(at, start))
            corners += [*along, as_point(end)]
        plain = without_repeats(np.array(corners, dtype=np.int64))
        return [as_point(corner) for corner in plain], contacts

    def _anchored(self, point: Point) -> Point:
        """Return the anchor that rounding alone keeps a point off, else it."""
        x, y = point
        beside = ((x + i, y + j) for i in (0, 1, -1) for j in (0, 1, -1))
        return next((other for other in beside if other in self.anchors), point)

    def _meet(self, segment: Ints, partner: Ints) -> list[Point]:
        """Return the points in which two segments meet that do."""
        points = [
            as_point(end)
            for ends, other in ((segment, partner), (partner, segment))
            for end in ends
            if _is_on(end, other)
        ]
        if not points:
            points = [crossing_of(segment, partner)]
            self.crossings.update(points)
        return points

    def noded_arcs(self, ends: Iterable[Point]) -> dict[int, list[Arc]]:
        """Return the pieces of arcs that have some of the points on them.

        Parameters
        ----------
        ends
            Corners of arcs, or points as near to them as rounding leaves them.
        """
        on_arc: dict[int, set[Point]] = defaultdict(set)
        keys = list(self.arcs)
        for point in set(ends):
            for row in set(self._segments().arc[self._touched(point)].tolist()):
                on_arc[keys[row]].add(point)
        return {key: cut_arc(self.arcs[key], at) for key, at in on_arc.items()}

    def _touched(self, point: Point) -> NDArray[np.bool_]:
        """Return which segments of arcs have a point on them but for rounding."""
        segments = self._segments().segments
        if self._boxes is None:
            self._boxes = segments.min(axis=1) - 1, segments.max(axis=1) + 1
        low, high = self._boxes
        place = np.array(point)
        is_inside = (low <= place) & (place <= high)
        is_touched = np.asarray(is_inside.all(axis=1), dtype=np.bool_)
        rows = np.flatnonzero(is_touched)
        places = np.broadcast_to(place, (len(rows), 2))
        is_touched[rows] = distances_m(places, segments[rows], Scale(1.0, 1.0)) < 1.0
        return is_touched

    def _segments(self) -> Stack:
        """Return the segments of all arcs."""
        if self._stack is None:
            self._stack = Stack.of(list(self.arcs.values()))
        return self._stack


def cut_arc(arc: Arc, points: Iterable[Point]) -> list[Arc]:
    """Cut an arc at points on it; one that is an end cuts nothing.

    Parameters
    ----------
    arc
        The arc.
    points
        Corners of it, or points within a unit of a segment.

    Examples
    --------
    >>> arc = Arc(np.array([[0, 0], [4, 0], [8, 0]]), "A", "B")
    >>> [piece.xy.tolist() for piece in cut_arc(arc, [(2, 0)])]
    [[[0, 0], [2, 0]], [[2, 0], [4, 0], [8, 0]]]
    """
    corners = arc.xy.tolist()
    inside: dict[int, list[Point]] = defaultdict(list)
    cuts = set()
    for point in points:
        cuts.add(point)
        if list(point) not in corners:
            inside[_segment_near(arc.xy, point)].append(point)
    path: list[Point] = []
    paths = [path]
    last = len(corners) - 1
    for row, (x, y) in enumerate(corners):
        along = sorted(inside[row], key=lambda at: _steps(at, arc.xy[row]))
        for corner in [(x, y), *along]:
            path.append(corner)
            if corner in cuts and len(path) - 1 > 0 and (row, corner) != (last, (x, y)):
                path = [corner]
                paths.append(path)
    return [Arc(np.array(at, np.int64), *arc.faces) for at in paths if len(at) > 1]


def crossing_of(segment: Ints, partner: Ints) -> Point:
    """Return where two segments cross, rounded to units.

    Examples
    --------
    >>> crossing_of(np.array([[0, 0], [9, 9]]), np.array([[0, 8], [8, 0]]))
    (4, 4)
    """
    (ax, ay), (bx, by) = segment.tolist()
    (cx, cy), (dx, dy) = partner.tolist()
    turn = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
    share = Fraction((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx), turn)
    return ax + round(share * (bx - ax)), ay + round(share * (by - ay))


def foot_on(point: Point, segment: Ints, scale: Scale) -> Point:
    """Return the point of a segment nearest to a point, rounded to units.

    Examples
    --------
    >>> foot_on((3, 5), np.array([[0, 0], [9, 0]]), Scale(1.0, 1.0))
    (3, 0)
    """
    along = scale.metres(segment[1] - segment[0])
    off = scale.metres(np.array(point) - segment[0])
    share = float(np.clip((along * off).sum() / (along**2).sum(), 0.0, 1.0))
    step = np.round(share * (segment[1] - segment[0])).astype(np.int64)
    return as_point(segment[0] + step)


def comes_near(xy: Ints, point: Point) -> bool:
    """Return whether a line has a point on it but for rounding.

    Examples
    --------
    >>> comes_near(np.array([[0, 0], [9, 2]]), (5, 1))
    True
    """
    low, high = xy.min(axis=0) - 1, xy.max(axis=0) + 1
    if not ((low <= point) & (point <= high)).all():
        return False
    return bool(_offsets(xy, point).min() < 1.0)


def _steps(point: Point, start: Ints) -> int:
    """Return how far a point is from the start of its segment."""
    x, y = start.tolist()
    return abs(point[0] - int(x)) + abs(point[1] - int(y))


def _is_on(place: Ints, segment: Ints) -> bool:
    """Return whether a place lies on a segment, exactly."""
    x, y = place.tolist()
    (ax, ay), (bx, by) = segment.tolist()
    if not (min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by)):
        return False
    return bool((bx - ax) * (y - ay) == (by - ay) * (x - ax))


def _offsets(xy: Ints, point: Point) -> Ints:
    """Return the distance of a point from each segment of a line, in units."""
    places = np.broadcast_to(np.array(point), (len(xy) - 1, 2))
    segments = np.stack([xy[:-1], xy[1:]], axis=1)
    return np.asarray(distances_m(places, segments, Scale(1.0, 1.0)))


def _segment_near(xy: Ints, point: Point) -> int:
    """Return the segment of a line that is nearest to a point."""
    return int(_offsets(xy, point).argmin())
