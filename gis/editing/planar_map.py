"""The planar map of a coverage: arcs with a grid on either side, changed in one way.

Nothing is changed but by `PlanarMap.replace`, which drops arcs and adds others, checks
what came of it in whole numbers, and leaves all as it was where that is refused::

    before     o-----o-----o        drop the arc between A and B,
               |  A  |  B  |   ->   add another one: A and B are
               o-----o-----o        rebuilt, all others keep their bytes
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import count
from typing import Final, Self

import numpy as np
import shapely
from numpy.typing import NDArray
from rtree.index import Index

from gis.arcs import OUTSIDE, share_arcs, sides_of
from gis.editing.arc_checks import (
    check_arc,
    check_once,
    check_valid,
    moved_grids,
    refuse,
)
from gis.editing.change import Arc, Change, Face, Polygon, Reversal
from gis.editing.cycles import Cycle, polygon_of, trace_cycles
from gis.editing.neighbourhood import Neighbourhood, Stack, fresh_segments
from gis.editing.nodes import check_node, faces_around
from gis.editing.whole_numbers import (
    UNIT,
    Ints,
    Point,
    doubled_area,
    to_units,
    turns,
)
from gis.errors import CoverageError, EditError
from gis.geometry import STORED_DECIMALS, round_coordinates
from gis.sentences import sentence

CLEARANCE_M: Final = 0.05
"""What is made keeps so far off what it does not touch."""

Polygons = Mapping[str, Polygon]

# of arcs in the tree of boxes, dropped ones too, as many times as there are arcs
_MOST_STALE: Final = 3
_FEW: Final = 1000


class PlanarMap:
    """Arcs, nodes and grids of a coverage.

    Parameters
    ----------
    arcs
        Of a coverage, meeting in nodes only.
    polygons
        The grid of each id, as it is stored.
    clearance_m
        Least distance of what is made from what it does not touch, metres.

    Attributes
    ----------
    arcs
        By key; a key is never used again.
    polygons
        By id, in degrees.

    Examples
    --------
    >>> town = {"A": shapely.box(0, 0, 1, 1), "B": shapely.box(1, 0, 2, 1)}
    >>> planar = PlanarMap.build(town)
    >>> [key] = planar.keys_between("A", "B")
    >>> xy = np.array([[1, 0], [1.2, 0.5], [1, 1]])[:: 1 if planar.arcs[key].left == "A"
    ...     else -1]
    >>> bent = Arc(to_units(xy), *planar.arcs[key].faces)
    >>> reversal = planar.replace(Change((key,), (bent,)))
    >>> round(planar.polygons["A"].area, 9)
    1.1
    >>> _ = planar.restore(reversal)
    >>> planar.polygons["A"] is town["A"]
    True
    """

    def __init__(
        self,
        arcs: Iterable[Arc],
        polygons: Polygons,
        *,
        clearance_m: float = CLEARANCE_M,
    ) -> None:
        self.clearance_m = clearance_m
        self.arcs: dict[int, Arc] = dict(enumerate(arcs))
        self.polygons = dict(polygons)
        self._keys = count(len(self.arcs))
        self._nodes: dict[Point, set[int]] = defaultdict(set)
        self._faces: dict[Face, set[int]] = defaultdict(set)
        self._areas: dict[str, int] = {}
        for key, arc in self.arcs.items():
            self._link(key, arc)
        self._plant()
        self.origin = _middle(*_boxes(list(self.arcs.values())))

    @classmethod
    def build(cls, polygons: Polygons, *, clearance_m: float = CLEARANCE_M) -> Self:
        """Return the map of grids that do not overlap.

        Parameters
        ----------
        polygons
            By id, in degrees; taken to 9 decimals.
        clearance_m
            As in the class.

        Raises
        ------
        CoverageError
            If there are no grids, or two lie on one side of a border.
        """
        if not polygons:
            raise CoverageError("There are no grids; give at least one polygon.")
        ids = list(polygons)
        stored = _as_stored(polygons.values())
        topology = share_arcs(stored, STORED_DECIMALS)
        names: dict[int, Face] = {OUTSIDE: None, **dict(enumerate(ids))}
        arcs = [
            Arc(xy, names[left], names[right])
            for xy, (left, right) in zip(
                topology.arcs, sides_of(topology).tolist(), strict=True
            )
        ]
        return cls(arcs, dict(zip(ids, stored, strict=True)), clearance_m=clearance_m)

    def keys_of(self, face: Face) -> list[int]:
        """Return the keys of the arcs around a face, in order."""
        return sorted(self._faces.get(face, ()))

    def keys_between(self, face: Face, other: Face) -> list[int]:
        """Return the keys of the arcs between two faces, in order."""
        near, far = sorted(
            (self._faces.get(face, set()), self._faces.get(other, set())), key=len
        )
        return sorted(near & far)

    def keys_at(self, node: Point) -> list[int]:
        """Return the keys of the arcs that end in a node; none where it is no node."""
        return sorted(self._nodes.get(node, ()))

    def keys_in(self, low: Sequence[int], high: Sequence[int]) -> list[int]:
        """Return the keys of the arcs whose boxes meet a box, in order."""
        return sorted(self._near((*low, *high)))

    def neighbours(self, grid: str) -> set[str]:
        """Return the grids that share a border with one."""
        arcs = [self.arcs[key] for key in self._faces.get(grid, ())]
        return {face for face in faces_around(arcs) if face not in (grid, None)}

    def nodes(self) -> list[Point]:
        """Return all nodes in order."""
        return sorted(self._nodes)

    def doubled_area(self, grid: str) -> int:
        """Return twice the area of a grid in square units, exactly."""
        if grid not in self._areas:
            self._areas[grid] = _doubled_area(self.polygons[grid])
        return self._areas[grid]

    def outline_area(self) -> int:
        """Return twice the area within the outline in square units, exactly."""
        return -sum(self._outside_turn(self.arcs[key]) for key in self._faces[None])

    def digest(self) -> str:
        """Return the SHA-256 of all arcs with their sides, whatever their keys."""
        rows = sorted(
            arc.xy.astype("<i8").tobytes() + repr(arc.faces).encode()
            for arc in self.arcs.values()
        )
        nodes = repr(sorted((n, len(keys)) for n, keys in self._nodes.items()))
        return sha256(b"".join(rows) + nodes.encode()).hexdigest()

    def rebuilt(self, grid: str) -> Polygon:
        """Return a grid put together from its arcs.

        Raises
        ------
        CoverageError
            If its arcs do not close to a polygon.
        """
        return polygon_of(self._cycles(grid))

    def _cycles(self, grid: str) -> list[Cycle]:
        """Return the ways around a grid and around what lies in it."""
        lines = [self.arcs[key].beside(grid).xy for key in self.keys_of(grid)]
        return trace_cycles(lines)

    def faces_over(self, point: Point) -> tuple[set[Face], set[Face]]:
        """Return the grids that hold a point inside, and the faces it borders.

        A ray to the east crosses the border of a grid that holds the point an odd
        number of times. The outside is never among the first.
        """
        x, y = point
        parity: dict[Face, int] = defaultdict(int)
        beside: set[Face] = set()
        place = np.array(point)
        for key in self._near((x, y, 181 * UNIT, y)):
            arc = self.arcs[key]
            crossings, is_on = _ray_crossings(place, arc.xy)
            if is_on:
                beside.update(arc.faces)
            for face in arc.faces:
                parity[face] += crossings
        holders = {face for face, crossings in parity.items() if crossings % 2}
        return holders - beside - {None}, beside

    def replace(self, change: Change) -> Reversal:
        """Drop arcs and add others, all or nothing.

        Parameters
        ----------
        change
            Arcs to drop by their keys, arcs to add.

        Returns
        -------
        reversal
            What `restore` takes to bring back the very same state.

        Raises
        ------
        EditError
            If new arcs meet others but in nodes, sides do not agree around a node, a
            grid is no valid polygon, the areas do not sum to that of the outline, or
            something comes nearer than the clearance. Nothing is changed then.
        """
        dropped = [self.arcs[key] for key in change.drop]
        for arc in change.add:
            check_arc(arc)
        check_once(change.add)
        is_fresh = self._check_around(change, dropped)
        reversal = self._swap(change.drop, {next(self._keys): a for a in change.add})
        try:
            self._check_nodes([*dropped, *change.add])
            self._rebuild(moved_grids(dropped, change.add), reversal)
            self._check_areas(dropped, change.add, reversal)
            if is_fresh:
                self._check_outside(change.add, dropped)
        except BaseException:
            self.restore(reversal)
            raise
        return reversal

    def restore(self, reversal: Reversal) -> Reversal:
        """Bring back what a change replaced; return what replaces it again.

        Parameters
        ----------
        reversal
            That of the last change that is not restored.
        """
        back = self._swap(reversal.drop, reversal.add)
        for grid, polygon in reversal.polygons.items():
            self._note(grid, back)
            self._set_polygon(grid, polygon)
        self._areas.update(reversal.areas)
        return back

    def _swap(self, drop: Iterable[int], add: Mapping[int, Arc]) -> Reversal:
        """Exchange arcs unchecked."""
        dropped = {key: self.arcs[key] for key in drop}
        for key, arc in dropped.items():
            self._unlink(key, arc)
            del self.arcs[key]
        for key, arc in add.items():
            self.arcs[key] = arc
            self._link(key, arc)
            if key not in self._planted:
                self._tree.insert(key, _box(arc))
                self._planted.add(key)
        if len(self._planted) > _MOST_STALE * len(self.arcs) + _FEW:
            self._plant()
        return Reversal(tuple(add), dropped)

    def _plant(self) -> None:
        """Build the tree of boxes anew.

        An arc that is dropped stays in it, since deleting costs more than looking past
        it, and undo brings it back under its key.
        """
        low, high = _boxes(list(self.arcs.values()))
        self._tree = Index((np.array([*self.arcs]), low, high))
        self._planted = set(self.arcs)

    def _near(self, box: tuple[int, ...]) -> Iterator[int]:
        """Yield the keys of the arcs whose boxes meet a box."""
        return (key for key in self._tree.intersection(box) if key in self.arcs)

    def _link(self, key: int, arc: Arc) -> None:
        """Enter an arc at its nodes and faces."""
        for node in (arc.start, arc.end):
            self._nodes[node].add(key)
        for face in arc.faces:
            self._faces[face].add(key)

    def _unlink(self, key: int, arc: Arc) -> None:
        """Take an arc from its nodes and faces; what has no arc is no more."""
        for node in {arc.start, arc.end}:
            self._nodes[node].discard(key)
            if not self._nodes[node]:
                del self._nodes[node]
        for face in arc.faces:
            self._faces[face].discard(key)
            if not self._faces[face]:
                del self._faces[face]

    def _check_around(self, change: Change, dropped: Sequence[Arc]) -> bool:
        """Check new segments against what is near; return whether there are any."""
        if not change.add:
            return False
        self._check_inner_corners(change)
        added = Stack.of(change.add)
        fresh = added.take(fresh_segments(added, dropped))
        if not len(fresh.segments):
            return False
        middle_y = float(fresh.segments[..., 1].mean()) / UNIT
        reach = self.clearance_m / 1e5 / max(0.01, np.cos(np.radians(middle_y)))
        margin = int(reach * UNIT) + 2
        low = fresh.segments.min(axis=(0, 1)) - margin
        high = fresh.segments.max(axis=(0, 1)) + margin
        leaving = set(change.drop)
        near = self._near((*low.tolist(), *high.tolist()))
        standing = [self.arcs[key] for key in sorted(near) if key not in leaving]
        around = Neighbourhood(change.add, standing, dropped, fresh)
        around.check_contacts()
        around.check_clearance(self.clearance_m)
        return True

    def _check_inner_corners(self, change: Change) -> None:
        """Refuse arcs that pass through a node instead of ending there."""
        ends = {node for arc in change.add for node in (arc.start, arc.end)}
        leaving = set(change.drop)
        passed: set[Point] = set()
        for arc in change.add:
            for x, y in arc.xy[1:-1].tolist():
                corner = (x, y)
                is_node = corner in ends or bool(
                    self._nodes.get(corner, set()) - leaving
                )
                if is_node or corner in passed:
                    refuse(
                        sentence(
                            "The new border passes through a corner of another one"
                        ),
                        arc.faces,
                        corner,
                        sentence("end it there"),
                    )
                passed.add(corner)

    def _check_nodes(self, arcs: Iterable[Arc]) -> None:
        """Check the sides around the ends of arcs."""
        for node in {node for arc in arcs for node in (arc.start, arc.end)}:
            keys = self._nodes.get(node)
            if keys:
                check_node(node, [self.arcs[key] for key in keys])

    def _rebuild(self, grids: Iterable[str], reversal: Reversal) -> None:
        """Rebuild grids whose border changed, and note in a reversal what they were."""
        for grid in sorted(grids):
            self._note(grid, reversal)
            if grid not in self._faces:
                self._set_polygon(grid, None)
                continue
            try:
                cycles = self._cycles(grid)
                polygon = polygon_of(cycles)
            except CoverageError as error:
                remedy = sentence("leave each grid its own side of the border")
                raise EditError(
                    str(error).partition(";")[0], grids=[grid], remedy=remedy
                ) from error
            check_valid(grid, polygon)
            self._set_polygon(grid, polygon)
            self._areas[grid] = sum(cycle.doubled_area for cycle in cycles)

    def _note(self, grid: str, reversal: Reversal) -> None:
        """Note in a reversal what a grid is now."""
        polygon = self.polygons.get(grid)
        reversal.polygons[grid] = polygon
        if polygon is not None:
            reversal.areas[grid] = self.doubled_area(grid)

    def _set_polygon(self, grid: str, polygon: Polygon | None) -> None:
        """Give a grid its polygon, or take it out of the map."""
        if polygon is None:
            self.polygons.pop(grid, None)
            self._areas.pop(grid, None)
        else:
            self.polygons[grid] = polygon

    def _check_areas(
        self, dropped: Iterable[Arc], added: Iterable[Arc], reversal: Reversal
    ) -> None:
        """Refuse where the areas of grids do not sum to that of the outline."""
        after = sum(
            self.doubled_area(grid) for grid in reversal.polygons if grid in self._areas
        )
        grown = after - sum(reversal.areas.values())
        outside = sum(map(self._outside_turn, added)) - sum(
            map(self._outside_turn, dropped)
        )
        if grown + outside:
            raise EditError(
                "The grids cover {grown} units of area more than the outline encloses",
                grids=reversal.polygons,
                remedy=sentence("draw borders that do not lie over each other"),
                grown=grown + outside,
            )

    def _outside_turn(self, arc: Arc) -> int:
        """Return the doubled area between an arc of the outside and the origin."""
        if None not in arc.faces:
            return 0
        return doubled_area(arc.beside(None).xy, self.origin)

    def _check_outside(self, added: Iterable[Arc], dropped: Sequence[Arc]) -> None:
        """Refuse a border of the outside that lies over a grid."""
        old = {tuple(xy) for arc in dropped for xy in arc.xy.tolist()}
        for arc in added:
            if None not in arc.faces:
                continue
            for x, y in arc.xy.tolist():
                if (x, y) in old:
                    continue
                holders, _ = self.faces_over((x, y))
                if holders:
                    refuse(
                        sentence("The outline would lie over a grid"),
                        (*arc.faces, *holders),
                        (x, y),
                        sentence("keep it off the other grids"),
                    )
                break


def _as_stored(polygons: Iterable[Polygon]) -> NDArray[np.object_]:
    """Return polygons at 9 decimals; those that are so already stay the same ones."""
    array = np.array(list(polygons), dtype=object)
    rounded = round_coordinates(array)
    is_same = shapely.equals_exact(shapely.force_2d(array), rounded, tolerance=0.0)
    array[~is_same] = rounded[~is_same]
    return array


def _boxes(arcs: Sequence[Arc]) -> tuple[Ints, Ints]:
    """Return the lower and upper corners of the boxes of arcs."""
    low = np.array([arc.xy.min(axis=0) for arc in arcs])
    high = np.array([arc.xy.max(axis=0) for arc in arcs])
    return low, high


def _box(arc: Arc) -> tuple[int, int, int, int]:
    """Return the box of an arc as the tree takes it."""
    low, high = arc.xy.min(axis=0).tolist(), arc.xy.max(axis=0).tolist()
    return (*low, *high)


def _middle(low: Ints, high: Ints) -> Point:
    """Return the middle of boxes."""
    x, y = ((low.min(axis=0) + high.max(axis=0)) // 2).tolist()
    return x, y


def _doubled_area(polygon: Polygon) -> int:
    """Return twice the area of a polygon in square units."""
    area = 0
    for part in shapely.get_parts(polygon):
        shell, *holes = shapely.get_rings(part)
        area += abs(doubled_area(to_units(shapely.get_coordinates(shell))))
        for hole in holes:
            area -= abs(doubled_area(to_units(shapely.get_coordinates(hole))))
    return area


def _ray_crossings(place: Ints, xy: Ints) -> tuple[int, bool]:
    """Return how often a ray to the east crosses a line, and if it starts on it."""
    start, end = xy[:-1], xy[1:]
    rises = start[:, 1] <= place[1]
    crosses = rises != (end[:, 1] <= place[1])
    turn = turns(start, end, place)
    low, high = np.minimum(start, end), np.maximum(start, end)
    is_on = (turn == 0) & ((low <= place) & (place <= high)).all(axis=1)
    is_hit = crosses & np.where(rises, turn > 0, turn < 0)
    return int(is_hit.sum()), bool(is_on.any())
