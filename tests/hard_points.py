"""Points that are hard to locate, and the exact answer by fractions."""

import itertools
from fractions import Fraction

import shapely
from shapely.geometry.base import BaseGeometry

from gis.index import Relation


def exact_relate(polygons: list[BaseGeometry], x: float, y: float) -> tuple[int, int]:
    """Return row and relation of a point by rational arithmetic, edge by edge."""
    point = (Fraction(x), Fraction(y))
    covers, interiors = [], 0
    for row, polygon in enumerate(polygons):
        sides = [_side_of_ring(ring, point) for ring in _rings(polygon)]
        on_edge = 0 in sides
        inside = not on_edge and sum(side > 0 for side in sides) % 2 == 1
        interiors += inside
        if on_edge or inside:
            covers.append(row)
    if not covers:
        return -1, Relation.OUTSIDE
    if not interiors:
        return covers[0], Relation.BOUNDARY
    return covers[0], Relation.INSIDE if len(covers) == 1 else Relation.OVERLAP


def _rings(polygon: BaseGeometry) -> list[list[tuple[Fraction, Fraction]]]:
    """Return every ring of a polygon as rational vertices."""
    rings = shapely.get_rings(shapely.get_parts([polygon]))
    return [
        [(Fraction(x), Fraction(y)) for x, y in shapely.get_coordinates(ring)]
        for ring in rings
    ]


def _side_of_ring(
    ring: list[tuple[Fraction, Fraction]], point: tuple[Fraction, Fraction]
) -> int:
    """Return 1 inside a ring, 0 on it, -1 outside."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        cross = (x1 - x) * (y2 - y) - (y1 - y) * (x2 - x)
        in_span = min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2)
        if cross == 0 and in_span:
            return 0
        if (y1 <= y) != (y2 <= y) and (cross < 0) == (y1 <= y):
            inside = not inside
    return 1 if inside else -1
