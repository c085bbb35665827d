"""Cells, corners and records of an index in plain Python and exact arithmetic."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import shapely

from gis.index.cells import Cell, make_axis
from gis.index.edges import edges_of, rings_of


def edges_of_polygons(polygons):
    array = np.empty(len(polygons), dtype=object)
    array[:] = polygons
    return edges_of(rings_of(array))


def even_axes(edges, columns, rows):
    """Axes of cells from the lowest vertex to a little beyond the highest."""
    low, high = edges.vertices.min(axis=0), edges.vertices.max(axis=0)
    ends = np.nextafter(high, np.inf)
    return (
        make_axis(float(low[0]), float(ends[0]), columns),
        make_axis(float(low[1]), float(ends[1]), rows),
    )


def cells_of(x_axis, y_axis):
    """Every cell of a block, row after row from the south."""
    return [
        Cell(west, east, south, north)
        for south, north in pairwise(y_axis.borders)
        for west, east in pairwise(x_axis.borders)
    ]


def ends_of(edges, edge):
    first = edges.first[edge]
    return [(Fraction(x), Fraction(y)) for x, y in edges.vertices[first : first + 2]]


def is_crossed(edges, edge, x, y):
    """Whether a point sees an edge to its west; one on the edge does not."""
    low, high = sorted(ends_of(edges, edge), key=lambda end: end[1])
    x, y = Fraction(x), Fraction(y)
    if not low[1] <= y < high[1]:
        return False
    at = low[0] + (high[0] - low[0]) * (y - low[1]) / (high[1] - low[1])
    return at < x


def parts_at(edges, x, y):
    """The parts that hold a point by the edges that it sees to its west."""
    odd = set()
    for edge in range(len(edges.first)):
        if is_crossed(edges, edge, x, y):
            odd ^= {edges.left[edge]}
            odd ^= {edges.right[edge]} - {-1}
    return {int(part) for part in odd}


def edges_in(edges, cell):
    """The edges that have a point in common with a closed cell."""
    lines = edges.vertices[np.stack([edges.first, edges.first + 1], axis=1)]
    box = shapely.box(cell.west, cell.south, cell.east, cell.north)
    return set(np.flatnonzero(shapely.intersects(shapely.linestrings(lines), box)))
