r"""Rings from the lines around an area, and polygons from the rings.

Every line has the area on its left. At a node the ring takes the first way clockwise
from the one it came along, so that it never leaves its piece of the area::

    +-----------+
    |     A     |      two pieces that touch at a node, and a hole that touches
    |   /\      |      the rim at one, each come out as rings of their own
    +--<  >-----+
        \/
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from operator import itemgetter

import numpy as np
import shapely

from gis.editing.whole_numbers import (
    Floats,
    Ints,
    Point,
    angle_order,
    as_point,
    doubled_area,
    side_of_ring,
    to_degrees,
)
from gis.errors import CoverageError

BY_ANGLE = cmp_to_key(angle_order)
"""Sorts directions anticlockwise from the east."""


@dataclass(frozen=True, slots=True, eq=False)
class Cycle:
    """A way around one piece of an area, or around what lies in it.

    Attributes
    ----------
    lines
        Numbers of the lines in order.
    xy
        Closed, shape (n, 2), the area on the left.
    doubled_area
        Positive around a piece, holes that touch its rim left out; else negative.
    """

    lines: tuple[int, ...]
    xy: Ints
    doubled_area: int


def trace_cycles(lines: Sequence[Ints]) -> list[Cycle]:
    """Return the ways around the pieces that lines enclose.

    Parameters
    ----------
    lines
        Each of shape (n, 2) with the area on its left; they meet in their ends only.

    Raises
    ------
    CoverageError
        If a line ends where no other begins.

    Examples
    --------
    >>> triangle = np.array([[0, 0], [2, 0], [0, 2], [0, 0]])
    >>> [(cycle.lines, cycle.doubled_area) for cycle in trace_cycles([triangle])]
    [((0,), 4)]
    """
    following = _following(lines)
    is_left = [True] * len(lines)
    cycles = []
    for first in range(len(lines)):
        if not is_left[first]:
            continue
        path = [first]
        is_left[first] = False
        number = following[first]
        while number != first:
            path.append(number)
            is_left[number] = False
            number = following[number]
        xy = _joined([lines[number] for number in path])
        cycles.append(Cycle(tuple(path), xy, doubled_area(xy)))
    return cycles


def _following(lines: Sequence[Ints]) -> list[int]:
    """Return for each line the one that goes on where it ends; each follows one."""
    ends = [(as_point(line[0]), as_point(line[-1])) for line in lines]
    leaving: dict[Point, list[int]] = defaultdict(list)
    for number, (start, _) in enumerate(ends):
        leaving[start].append(number)
    following = []
    for line, (_, end) in zip(lines, ends, strict=True):
        ways = leaving.get(end, [])
        if len(ways) == 1:
            following.append(ways[0])
        else:
            following.append(_first_clockwise(line, ways, lines))
    if len(set(following)) < len(lines):
        x, y = to_degrees(lines[0][0]).tolist()
        raise CoverageError(
            "The lines around an area near ({x!r}, {y!r}) do not close to rings; mend "
            "the coverage.",
            x=x,
            y=y,
        )
    return following


def _first_clockwise(line: Ints, ways: Sequence[int], lines: Sequence[Ints]) -> int:
    """Return the way that comes first clockwise from where a line came along."""
    if not ways:
        x, y = to_degrees(line[-1]).tolist()
        raise CoverageError(
            "A line ends at ({x!r}, {y!r}) where no other begins; mend the coverage.",
            x=x,
            y=y,
        )
    back = BY_ANGLE(as_point(line[-2] - line[-1]))
    headings = [(BY_ANGLE(as_point(lines[n][1] - lines[n][0])), n) for n in ways]
    ordered = sorted(headings, key=itemgetter(0))
    before = [way for heading, way in ordered if heading < back]
    return before[-1] if before else ordered[-1][1]


def _joined(lines: Sequence[Ints]) -> Ints:
    """Return lines that go on from each other as a closed ring."""
    return np.concatenate([*(line[:-1] for line in lines), lines[0][:1]])


def polygon_of(cycles: Sequence[Cycle]) -> shapely.Polygon | shapely.MultiPolygon:
    """Return the area that cycles go around, in degrees.

    Rings start at their lowest point and parts stand in order of theirs, so that equal
    areas have equal bytes.

    Raises
    ------
    CoverageError
        If nothing is enclosed, or a hole lies in no piece.

    Examples
    --------
    >>> square = np.array([[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]) * 10**9
    >>> polygon_of(trace_cycles([square])).area
    4.0
    """
    parts = []
    for rim, holes in nest_cycles(cycles):
        rings = simple_rings(rim.xy)
        for hole in holes:
            rings.extend(simple_rings(hole.xy))
        parts.append(_part(rings))
    parts.sort(key=itemgetter(0))
    polygons = [shapely.Polygon(shell, holes) for _, shell, holes in parts]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _part(rings: Sequence[Ints]) -> tuple[Point, Floats, list[Floats]]:
    """Return the lowest point of a piece, its shell and its holes in degrees."""
    shells: list[Ints] = []
    holes: list[Ints] = []
    for ring in rings:
        first = int(np.lexsort((ring[:-1, 1], ring[:-1, 0]))[0])
        turned = np.concatenate([ring[first:-1], ring[: first + 1]])
        (shells if doubled_area(ring) > 0 else holes).append(turned)
    if len(shells) != 1:
        x, y = to_degrees(rings[0][0]).tolist()
        raise CoverageError(
            "A piece near ({x!r}, {y!r}) has {shells} outer rings, expected 1; draw "
            "its border so that it goes around once.",
            x=x,
            y=y,
            shells=len(shells),
        )
    holes.sort(key=lambda ring: as_point(ring[0]))
    return as_point(shells[0][0]), to_degrees(shells[0]), [to_degrees(h) for h in holes]


def nest_cycles(cycles: Sequence[Cycle]) -> list[tuple[Cycle, list[Cycle]]]:
    """Return each piece with the cycles around what lies in it.

    Raises
    ------
    CoverageError
        If nothing is enclosed, or a hole lies in no piece.
    """
    rims = sorted(
        (cycle for cycle in cycles if cycle.doubled_area > 0),
        key=lambda cycle: cycle.doubled_area,
    )
    if not rims:
        raise CoverageError("Nothing is left of an area; leave it some ground.")
    holes: list[list[Cycle]] = [[] for _ in rims]
    for cycle in cycles:
        if cycle.doubled_area <= 0:
            inside = (n for n, rim in enumerate(rims) if is_within(cycle.xy, rim.xy))
            row = next(inside, None)
            if row is None:
                x, y = to_degrees(cycle.xy[0]).tolist()
                raise CoverageError(
                    "A hole at ({x!r}, {y!r}) lies outside the area that it is cut "
                    "from; draw the border around it.",
                    x=x,
                    y=y,
                )
            holes[row].append(cycle)
    return list(zip(rims, holes, strict=True))


def is_within(xy: Ints, ring: Ints) -> bool:
    """Return whether a line that does not cross a ring lies inside it.

    Examples
    --------
    >>> square = np.array([[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]])
    >>> is_within(np.array([[4, 0], [1, 1]]), square)
    True
    """
    if (xy.min(axis=0) < ring.min(axis=0)).any() or (
        xy.max(axis=0) > ring.max(axis=0)
    ).any():
        return False
    # most often the first corners tell; where all are on the ring, a middle does
    for places, scale in ((xy[:4], 1), (xy[4:], 1), (xy[1:] + xy[:-1], 2)):
        sides = side_of_ring(places, ring * scale)
        if sides.any():
            return bool(sides[sides != 0][0] > 0)
    return False


def simple_rings(xy: Ints) -> list[Ints]:
    """Cut a ring where it passes a corner again.

    Examples
    --------
    >>> bow = np.array([[0, 0], [2, 0], [2, 2], [0, 0], [-2, 0], [-2, -2], [0, 0]])
    >>> [len(ring) for ring in simple_rings(bow)]
    [4, 4]
    """
    corners = [(x, y) for x, y in xy[:-1].tolist()]
    if len(set(corners)) == len(corners):
        return [xy]
    rings: list[Ints] = []
    path: list[Point] = []
    position_of: dict[Point, int] = {}
    for corner in corners:
        if corner in position_of:
            start = position_of[corner]
            rings.append(np.array([*path[start:], corner], dtype=np.int64))
            for passed in path[start:]:
                del position_of[passed]
            del path[start:]
        position_of[corner] = len(path)
        path.append(corner)
    rings.append(np.array([*path, path[0]], dtype=np.int64))
    return rings
