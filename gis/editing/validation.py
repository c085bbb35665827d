"""Validate a whole planar map, faster than arc by arc.

Where every grid is a valid polygon on the left of its arcs, the sides agree around
every node, and the outline is a valid polygon of the area that the grids sum to, the
grids lie over each other nowhere: around each point inside they are spread once.
"""

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.editing.arc_checks import check_valid
from gis.editing.change import Arc, Polygon
from gis.editing.cycles import polygon_of, trace_cycles
from gis.editing.nodes import check_node
from gis.editing.planar_map import PlanarMap
from gis.editing.whole_numbers import Ints, doubled_area, to_units
from gis.errors import CoverageError, EditError
from gis.sentences import sentence

# angles of doubles err by less; what is nearer is told in whole numbers
_DOUBTFUL: Final = 1e-12
_MIX: Final = tuple(
    np.uint64(number)
    for number in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
)

Marks = NDArray[np.uint64]


def validate(planar: PlanarMap) -> None:
    """Refuse a map that is no coverage.

    Parameters
    ----------
    planar
        The map, whatever was done to it.

    Raises
    ------
    EditError
        If a grid has other borders than its arcs or is no valid polygon, sides do not
        agree around a node, or the grids do not sum to the outline.

    Examples
    --------
    >>> validate(PlanarMap.build({"A": shapely.box(0, 0, 1, 1)}))
    """
    arcs = list(planar.arcs.values())
    _check_nodes(arcs)
    _check_polygons(planar, arcs)
    outline = outline_of(planar)
    check_valid("of the outline", outline)
    total = sum(_areas(list(planar.polygons.values())))
    rim = sum(_areas([outline]))
    if not total == rim == planar.outline_area():
        raise EditError(
            "The grids sum to {total} square units, their outline has {rim}",
            remedy=sentence("mend gaps and overlaps of the coverage first"),
            total=total,
            rim=rim,
        )


def outline_of(planar: PlanarMap) -> Polygon:
    """Return the ground that the grids cover, declared holes left out.

    Examples
    --------
    >>> outline_of(PlanarMap.build({"A": shapely.box(0, 0, 1, 1)})).area
    1.0
    """
    lines = [planar.arcs[key].beside(None).xy[::-1] for key in planar.keys_of(None)]
    return polygon_of(trace_cycles(lines))


def _check_nodes(arcs: list[Arc]) -> None:
    """Check the sides around all nodes: by doubles, in doubt by whole numbers."""
    heads = np.array([(*arc.xy[0], *(arc.xy[1] - arc.xy[0])) for arc in arcs])
    tails = np.array([(*arc.xy[-1], *(arc.xy[-2] - arc.xy[-1])) for arc in arcs])
    spokes = np.concatenate([heads, tails])
    numbers = {face: n for n, face in enumerate({f for a in arcs for f in a.faces})}
    sides = np.array([[numbers[arc.left], numbers[arc.right]] for arc in arcs])
    sides = np.concatenate([sides, sides[:, ::-1]])
    angle = np.arctan2(*spokes[:, :1:-1].T.astype(float))
    order = np.lexsort((angle, spokes[:, 1], spokes[:, 0]))
    spokes, sides, angle = spokes[order], sides[order], angle[order]
    is_first = np.ones(len(spokes), dtype=bool)
    is_first[1:] = (spokes[1:, :2] != spokes[:-1, :2]).any(axis=1)
    starts = np.flatnonzero(is_first)
    following = np.arange(1, len(spokes) + 1)
    following[np.append(starts[1:], len(spokes)) - 1] = starts
    is_wrong = sides[:, 0] != sides[following, 1]
    is_close = ~is_first
    is_close[1:] &= angle[1:] - angle[:-1] < _DOUBTFUL
    doubtful = spokes[is_wrong | is_close][:, :2]
    for x, y in {(int(x), int(y)) for x, y in doubtful.tolist()}:
        ending = [arc for arc in arcs if (x, y) in (arc.start, arc.end)]
        check_node((x, y), ending)


def _check_polygons(planar: PlanarMap, arcs: list[Arc]) -> None:
    """Check that each grid is valid and has the segments of its arcs."""
    ids = list(planar.polygons)
    row_of = {grid: row for row, grid in enumerate(ids)}
    marks = _arc_marks(arcs, row_of)
    polygons = np.array(list(planar.polygons.values()), dtype=object)
    for row in np.flatnonzero(_polygon_marks(polygons) != marks):
        grid = ids[row]
        try:
            rebuilt = planar.rebuilt(grid)
        except CoverageError as error:
            text = str(error).partition(";")[0]
            raise EditError(
                text, grids=[grid], remedy=sentence("mend its border")
            ) from error
        # a corner of a neighbour on an edge is a corner of the arcs, not of the grid
        if _simple(rebuilt) != _simple(polygons[row]):
            raise EditError(
                "Grid {grid!r} has other borders than its neighbours",
                grids=[grid],
                remedy=sentence("mend gaps and overlaps of the coverage first"),
                grid=grid,
            )
    for row in np.flatnonzero(~shapely.is_valid(polygons)):
        check_valid(ids[row], polygons[row])


def _simple(polygon: Polygon) -> bytes:
    """Return the bytes of a polygon without corners on straight edges."""
    units = shapely.transform(polygon, lambda xy: to_units(xy).astype(float))
    # a normal ring starts at its lowest point, which is a true corner
    plain = shapely.normalize(shapely.simplify(shapely.normalize(units), 0.0))
    return shapely.to_wkb(shapely.MultiPolygon(list(shapely.get_parts(plain))))


def _arc_marks(arcs: list[Arc], row_of: dict[str, int]) -> Marks:
    """Return the mark of each grid: the sum over the segments around it."""
    counts = np.array([len(arc.xy) - 1 for arc in arcs])
    start = np.concatenate([arc.xy[:-1] for arc in arcs])
    end = np.concatenate([arc.xy[1:] for arc in arcs])
    firsts = np.cumsum(counts) - counts
    marks = np.zeros(len(row_of) + 1, dtype=np.uint64)
    for side, (tail, tip) in enumerate(((start, end), (end, start))):
        sums = np.add.reduceat(_segment_marks(tail, tip), firsts)
        rows = [row_of[f] if (f := arc.faces[side]) is not None else -1 for arc in arcs]
        np.add.at(marks, rows, sums)
    return marks[:-1]


def _polygon_marks(polygons: NDArray[np.object_]) -> Marks:
    """Return the mark of each polygon: the sum over its segments, it on their left."""
    start, end, row = _segments(polygons)
    marks = np.zeros(len(polygons), dtype=np.uint64)
    np.add.at(marks, row, _segment_marks(start, end))
    return marks


def _segments(polygons: NDArray[np.object_]) -> tuple[Ints, Ints, NDArray[np.int64]]:
    """Return the segments of polygons, each with its polygon on the left."""
    left = shapely.orient_polygons(polygons, exterior_cw=False)
    parts, row = shapely.get_parts(left, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    units = to_units(xy)
    is_segment = (ring[1:] == ring[:-1]) & (units[1:] != units[:-1]).any(axis=1)
    rows = row[part[ring[:-1][is_segment]]]
    return units[:-1][is_segment], units[1:][is_segment], rows


def _segment_marks(start: Ints, end: Ints) -> Marks:
    """Return a number of each directed segment; sums of them tell sets apart."""
    mark = np.full(len(start), _MIX[2])
    for values in (*start.T, *end.T):
        mark = (mark ^ values.astype(np.uint64)) * _MIX[0]
        mark ^= mark >> np.uint64(29)
        mark *= _MIX[1]
        mark ^= mark >> np.uint64(32)
    return mark


def _areas(polygons: list[Polygon]) -> list[int]:
    """Return doubled areas in square units, exactly."""
    start, end, row = _segments(np.array(polygons, dtype=object))
    firsts = np.flatnonzero(np.diff(row, prepend=-1))
    origins = np.repeat(start[firsts], np.diff([*firsts, len(row)]), axis=0)
    if max(np.abs(start - origins).max(), np.abs(end - origins).max()) >= 2**31:
        return [
            sum(
                doubled_area(np.stack([tail, tip]), origin=(0, 0))
                for tail, tip in zip(start[row == n], end[row == n], strict=True)
            )
            for n in range(len(polygons))
        ]
    tail, tip = start - origins, end - origins
    terms = tail[:, 0] * tip[:, 1] - tail[:, 1] * tip[:, 0]
    high = np.add.reduceat(terms >> 32, firsts).tolist()
    low = np.add.reduceat(terms & (2**32 - 1), firsts).tolist()
    return [upper * 2**32 + lower for upper, lower in zip(high, low, strict=True)]
