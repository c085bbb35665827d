"""Streets, canals and lanes that borders snap to, and the ways along them."""

import heapq
from collections import defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

from gis.errors import EditError, InvalidLayerError
from gis.geometry import STORED_DECIMALS
from gis.sentences import sentence

Floats = NDArray[np.float64]
Place: TypeAlias = tuple[float, float]

REACH_M: Final = 50.0
"""A click so near to a line is on it."""
# of a degree of latitude; lines of one town, so a sphere is near enough
_DEGREE_M: Final = 111_320.0


class _Foot(NamedTuple):
    """A place on an edge: its row, and metres from its start."""

    edge: int
    along_m: float


class SnapLines:
    """Lines of a town, and the shortest ways along them.

    Parameters
    ----------
    lines
        LineStrings and MultiLineStrings in the coordinates of the grids, in degrees.
        Where they cross or touch, one can turn from one to the other.

    Raises
    ------
    InvalidLayerError
        If something else is among them, or coordinates are not finite.

    Attributes
    ----------
    parts
        The lines as they came, in single parts.

    Examples
    --------
    >>> across, up = [(0, 0), (0.01, 0)], [(0.005, -1), (0.005, 0.004)]
    >>> lines = SnapLines([shapely.LineString(across), shapely.LineString(up)])
    >>> lines.follow((0.0, 0.0001), (0.0051, 0.003))
    [(0.0, 0.0), (0.005, 0.0), (0.005, 0.003)]
    """

    def __init__(self, lines: Iterable[shapely.Geometry] = ()) -> None:
        self.parts = _parts(lines)
        self._middle = _middle(self.parts)
        noded = shapely.node(shapely.multilinestrings(self.parts))
        self._edges = shapely.transform(shapely.get_parts(noded), self._to_metres)
        self._lengths = shapely.length(self._edges)
        self._tree = shapely.STRtree(self._edges)
        self._ends = _ends(self._edges)
        self._ways: dict[Place, list[int]] = defaultdict(list)
        for row, ends in enumerate(self._ends):
            for end in set(ends):
                self._ways[end].append(row)

    def __len__(self) -> int:
        return len(self.parts)

    def follow(
        self, start: Place, end: Place, *, reach_m: float = REACH_M
    ) -> list[Place]:
        """Return the shortest way along lines from one place to another.

        Parameters
        ----------
        start, end
            Lon and lat; the way leads from the place on a line that is nearest to one
            to that which is nearest to the other.
        reach_m
            So near a line has to be.

        Returns
        -------
        way
            Lon and lat at 9 decimals; corners of lines are those very corners.

        Raises
        ------
        EditError
            If there are no lines, none is near enough, or none lead there.
        """
        first, last = self._foot(start, reach_m), self._foot(end, reach_m)
        steps = self._shortest(first, last)
        if steps is None:
            raise EditError(
                "No lines lead from one place to the other",
                place=start,
                stretch=[start, end],
                remedy=sentence("draw that stretch by hand"),
            )
        way = np.concatenate([shapely.get_coordinates(step) for step in steps])
        degrees = np.round(self._to_degrees(way), STORED_DECIMALS) + 0.0
        is_new = np.ones(len(degrees), dtype=bool)
        is_new[1:] = (degrees[1:] != degrees[:-1]).any(axis=1)
        return [(x, y) for x, y in degrees[is_new].tolist()]

    def _foot(self, place: Place, reach_m: float) -> _Foot:
        """Return the place on a line that is nearest."""
        if not len(self):
            raise EditError(
                "No lines are loaded",
                place=place,
                remedy=sentence("load a layer of streets and canals"),
            )
        point = shapely.Point(*self._to_metres(np.array([place]))[0])
        rows, metres = self._tree.query_nearest(
            point, max_distance=reach_m, return_distance=True, all_matches=False
        )
        if not len(rows) or metres[0] > reach_m:
            raise EditError(
                "No line is within {reach_m:g} m of the click",
                place=place,
                remedy=sentence("click nearer to one, or draw by hand"),
                reach_m=reach_m,
            )
        row = int(rows[0])
        return _Foot(row, float(shapely.line_locate_point(self._edges[row], point)))

    def _shortest(self, first: _Foot, last: _Foot) -> list[shapely.Geometry] | None:
        """Return the stretches of the shortest way in order; None where there is none.

        References
        ----------
        .. [1] Dijkstra (1959), A note on two problems in connexion with graphs.
        """
        best, exits = np.inf, self._exits(last)
        if first.edge == last.edge:
            best = abs(first.along_m - last.along_m)
        waiting = [(metres, node) for node, metres in self._exits(first).items()]
        heapq.heapify(waiting)
        before: dict[Place, int] = {}
        reached = {node: metres for metres, node in waiting}
        final: Place | None = None
        while waiting and waiting[0][0] < best:
            metres, node = heapq.heappop(waiting)
            if metres > reached[node]:
                continue
            if node in exits and metres + exits[node] < best:
                best, final = metres + exits[node], node
            for row in self._ways[node]:
                self._relax(row, (metres, node), reached, before, waiting)
        if final is None:
            return [self._between(first, last)] if np.isfinite(best) else None
        return self._steps(first, last, final, before)

    def _relax(
        self,
        row: int,
        here: tuple[float, Place],
        reached: dict[Place, float],
        before: dict[Place, int],
        waiting: list[tuple[float, Place]],
    ) -> None:
        """Note what an edge leads to, where that is shorter."""
        metres, node = here
        start, end = self._ends[row]
        beyond = end if node == start else start
        length = metres + float(self._lengths[row])
        if length < reached.get(beyond, np.inf):
            reached[beyond], before[beyond] = length, row
            heapq.heappush(waiting, (length, beyond))

    def _exits(self, foot: _Foot) -> dict[Place, float]:
        """Return the ends of an edge with their metres from a place on it."""
        start, end = self._ends[foot.edge]
        rest = float(self._lengths[foot.edge]) - foot.along_m
        if start == end:
            return {start: min(foot.along_m, rest)}
        return {start: foot.along_m, end: rest}

    def _steps(
        self, first: _Foot, last: _Foot, final: Place, before: dict[Place, int]
    ) -> list[shapely.Geometry]:
        """Return the stretches that lead to the end, from those noted on the way."""
        steps: list[shapely.Geometry] = [self._leaving(last, final)]
        node = final
        while node in before:
            row = before[node]
            start, end = self._ends[row]
            edge = self._edges[row]
            steps.append(edge if end == node else edge.reverse())
            node = start if end == node else end
        steps.append(shapely.reverse(self._leaving(first, node)))
        return steps[::-1]

    def _leaving(self, foot: _Foot, node: Place) -> shapely.Geometry:
        """Return the stretch of an edge from one of its ends to a place on it."""
        edge, length = self._edges[foot.edge], float(self._lengths[foot.edge])
        start, end = self._ends[foot.edge]
        is_back = length - foot.along_m < foot.along_m if start == end else node == end
        return substring(edge, length if is_back else 0.0, foot.along_m)

    def _between(self, first: _Foot, last: _Foot) -> shapely.Geometry:
        """Return the stretch of one edge between two places on it."""
        return substring(self._edges[first.edge], first.along_m, last.along_m)

    def _to_metres(self, xy: Floats) -> Floats:
        """Return degrees as metres about the middle of the lines."""
        return (xy - self._middle) * self._scale()

    def _to_degrees(self, xy: Floats) -> Floats:
        """Return metres as degrees."""
        return xy / self._scale() + self._middle

    def _scale(self) -> Floats:
        cosine = np.cos(np.radians(self._middle[1]))
        return _DEGREE_M * np.array([max(0.01, cosine), 1.0])


def _parts(lines: Iterable[shapely.Geometry]) -> NDArray[np.object_]:
    """Return lines in single parts."""
    shapes = np.array([*lines, None], dtype=object)[:-1]
    wrong = ~np.isin(shapely.get_type_id(shapes), (1, 5))
    xy = shapely.get_coordinates(shapes)
    if wrong.any() or not np.isfinite(xy).all():
        word = (
            shapes[wrong][0].geom_type
            if wrong.any()
            else sentence("coordinate not finite")
        )
        raise InvalidLayerError(
            "Among the lines is a {word}, expected lines in degrees; mend the layer.",
            word=word,
        )
    parts: NDArray[np.object_] = shapely.get_parts(shapes)
    return parts[~shapely.is_empty(parts)]


def _middle(parts: NDArray[np.object_]) -> Floats:
    """Return the middle of the box of lines."""
    if not len(parts):
        return np.zeros(2)
    west, south, east, north = shapely.total_bounds(parts).tolist()
    return np.array([(west + east) / 2, (south + north) / 2])


def _ends(edges: NDArray[np.object_]) -> list[tuple[Place, Place]]:
    """Return the ends of edges, shape as they compare equal."""
    points = [shapely.get_coordinates(shapely.get_point(edges, n)) for n in (0, -1)]
    return [
        ((a, b), (c, d))
        for (a, b), (c, d) in zip(points[0].tolist(), points[1].tolist(), strict=True)
    ]
