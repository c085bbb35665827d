"""The pagoda: circles of command over grids, as data with a validator.

The tree is never arithmetic: 1, 6, 12, 30 and 125 do not divide evenly, and another
town has three tiers or four.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.counts import count_text
from gis.errors import TreeError
from gis.geometry import dissolve
from gis.models import Circle, CircleId, GridId
from gis.sentences import sentence

SHOWN_IDS: Final = 5


@dataclass(frozen=True, slots=True)
class Pagoda:
    """The command tree of one set of grids.

    Attributes
    ----------
    circles
        Every circle by id, in code order of the ids.
    grid_parents
        The circle that each grid reports to, in code order of the grid ids.
    tiers
        Tiers of the circles from the one above the grids up to the core.
    """

    circles: Mapping[CircleId, Circle]
    grid_parents: Mapping[GridId, CircleId]
    tiers: tuple[int, ...]

    def chain(self, grid_id: GridId) -> tuple[CircleId, ...]:
        """Return the circles above a grid, from its parent up to the core."""
        return self.chain_above(self.grid_parents[grid_id])

    def chain_above(self, circle_id: CircleId) -> tuple[CircleId, ...]:
        """Return a circle and all above it, up to the core."""
        chain: list[CircleId] = []
        step: CircleId | None = circle_id
        while step is not None:
            chain.append(step)
            step = self.circles[step].parent_id
        return tuple(chain)

    def path(self, area_id: str) -> str | None:
        """Return the path of a grid or circle; None where the tree has none such.

        Examples
        --------
        >>> core = Circle(CircleId("C"), None, 1, "core")
        >>> tree = build_pagoda([core], {GridId("G1"): CircleId("C")})
        >>> tree.path("G1"), tree.path("C"), tree.path("G2")
        ('C/G1/', 'C/', None)
        """
        if area_id in self.circles:
            return area_path(self.chain_above(CircleId(area_id)))
        if area_id in self.grid_parents:
            return area_path((area_id, *self.chain(GridId(area_id))))
        return None

    def chain_rows(self, ids: Sequence[str]) -> NDArray[np.int32]:
        """Return rows into the circle ids for each grid and tier.

        Parameters
        ----------
        ids
            Grid ids, n of them.

        Returns
        -------
        rows
            Positions in `tuple(circles)`, shape (n, len(tiers)), bottom tier first.
        """
        position = {circle_id: row for row, circle_id in enumerate(self.circles)}
        chains = [self.chain(GridId(grid_id)) for grid_id in ids]
        rows = [[position[circle_id] for circle_id in chain] for chain in chains]
        return np.array(rows, dtype=np.int32).reshape(len(rows), len(self.tiers))

    def of_tier(self, tier: int) -> tuple[Circle, ...]:
        """Return the circles of one tier in code order."""
        return tuple(c for c in self.circles.values() if c.tier == tier)


def area_path(areas_up: Sequence[str]) -> str:
    """Return the path of an area: ids from the top down, each ended by ``/``.

    Parameters
    ----------
    areas_up
        The area, its parent, and so on up to the top.

    Examples
    --------
    >>> area_path(("G1", "C2", "C1"))
    'C1/C2/G1/'
    """
    return "".join(f"{area}/" for area in reversed(areas_up))


def check_area_id(area_id: str) -> None:
    """Refuse the id of a grid or circle that would be several in the path of an area.

    A grid ``C1/C2`` at the top would lie within circle C1 for whoever may see that.

    Parameters
    ----------
    area_id
        Of a grid or circle; communities and places stand in no path.

    Raises
    ------
    ValueError
        If it has a ``/``.

    Examples
    --------
    >>> check_area_id("C1-01")
    >>> check_area_id("C1/C2")
    Traceback (most recent call last):
    ...
    ValueError: has '/', which separates the ids in the path of an area, \
expected an id without it
    """
    if "/" in area_id:
        raise ValueError(
            sentence(
                "has '/', which separates the ids in the path of an area, expected an "
                "id without it"
            )
        )


def build_pagoda(
    circles: Iterable[Circle],
    grid_parents: Mapping[GridId, CircleId | None],
    *,
    is_published: bool = False,
) -> Pagoda:
    """Check circles and the parents of grids, and return them as one tree.

    Parameters
    ----------
    circles
        All circles; exactly one has no parent and tier 1, every other reports to a
        circle of the tier above.
    grid_parents
        The circle of the bottom tier that each grid reports to.
    is_published
        Whether the tree was published: a former release let grids have the ids of
        circles, and what was published then is still read.

    Raises
    ------
    TreeError
        If an id repeats or is of a grid and of a circle, a parent is missing or
        unknown, there is a cycle, no root or a second one, or a tier does not follow
        its parent's.

    Examples
    --------
    >>> core = Circle(CircleId("C"), None, 1, "core")
    >>> east = Circle(CircleId("E"), CircleId("C"), 2, "east")
    >>> build_pagoda([core, east], {GridId("G1"): CircleId("E")}).chain(GridId("G1"))
    ('E', 'C')
    """
    nodes = sorted(circles, key=lambda circle: circle.circle_id)
    by_id = {circle.circle_id: circle for circle in nodes}
    _refuse_repeated(nodes)
    _refuse_unknown_parents(by_id)
    _refuse_cycles(by_id)
    _refuse_roots_but_one(nodes)
    _refuse_skipped_tiers(by_id)
    tiers = tuple(sorted({circle.tier for circle in nodes}, reverse=True))
    _refuse_lost_grids(grid_parents, by_id, tiers[0])
    if not is_published:
        _refuse_shared_ids(shared_ids(grid_parents, by_id))
    parents = {grid: parent for grid, parent in sorted(grid_parents.items()) if parent}
    return Pagoda(by_id, parents, tiers)


def _refuse_repeated(circles: Sequence[Circle]) -> None:
    for circle_id, count in Counter(c.circle_id for c in circles).items():
        if count > 1:
            raise TreeError(
                "Circle {circle_id!r} stands {count} times in the circles; every "
                "circle_id may stand once, remove the others.",
                circle_id=circle_id,
                count=count,
            )


def _refuse_unknown_parents(by_id: Mapping[CircleId, Circle]) -> None:
    for circle in by_id.values():
        if circle.parent_id is not None and circle.parent_id not in by_id:
            raise TreeError(
                "Circle {circle_id!r} reports to {parent_id!r}, which is not among "
                "the circles; add that circle or correct parent_id.",
                circle_id=circle.circle_id,
                parent_id=circle.parent_id,
            )


def _refuse_cycles(by_id: Mapping[CircleId, Circle]) -> None:
    for circle in by_id.values():
        below = {circle.circle_id}
        step = circle.parent_id
        while step is not None:
            if step in below:
                raise TreeError(
                    "Circle {step!r} reports to itself through its parents; a command "
                    "tree has no cycle, correct one parent_id of it.",
                    step=step,
                )
            below.add(step)
            step = by_id[step].parent_id


def _refuse_roots_but_one(circles: Sequence[Circle]) -> None:
    roots = [circle.circle_id for circle in circles if circle.parent_id is None]
    if len(roots) != 1:
        raise TreeError(
            "The circles have {roots} tops {roots_2!r} without a parent; a command "
            "tree has exactly one, give the others a parent_id.",
            roots=len(roots),
            roots_2=roots[:5],
        )


def _refuse_skipped_tiers(by_id: Mapping[CircleId, Circle]) -> None:
    for circle in by_id.values():
        parent = by_id.get(circle.parent_id) if circle.parent_id else None
        expected = parent.tier + 1 if parent else 1
        if circle.tier != expected:
            raise TreeError(
                "Circle {circle_id!r} has tier {tier!r} where its parent makes it "
                "{expected!r}; correct tier or parent_id.",
                circle_id=circle.circle_id,
                tier=circle.tier,
                expected=expected,
            )


def _refuse_lost_grids(
    grid_parents: Mapping[GridId, CircleId | None],
    by_id: Mapping[CircleId, Circle],
    bottom: int,
) -> None:
    for grid_id, parent in sorted(grid_parents.items()):
        if parent is None:
            raise TreeError(
                "Grid {grid_id!r} has no circle; give it the parent_id of a circle of "
                "tier {bottom}.",
                grid_id=grid_id,
                bottom=bottom,
            )
        if parent not in by_id:
            raise TreeError(
                "Grid {grid_id!r} reports to {parent!r}, which is not among the "
                "circles; add that circle or correct parent_id.",
                grid_id=grid_id,
                parent=parent,
            )
        if by_id[parent].tier != bottom:
            raise TreeError(
                "Grid {grid_id!r} reports to {parent!r} of tier {tier}; grids report "
                "to circles of the bottom tier {bottom}.",
                grid_id=grid_id,
                parent=parent,
                tier=by_id[parent].tier,
                bottom=bottom,
            )


def shared_ids(grids: Iterable[str], circles: Iterable[str]) -> list[str]:
    """Return the ids that are of a grid and of a circle, in code order.

    Examples
    --------
    >>> shared_ids(["1", "2", "3"], ["T", "2"])
    ['2']
    """
    return sorted({*grids} & {*circles})


def _refuse_shared_ids(ids: Sequence[str]) -> None:
    """Refuse ids of two areas: the post of one would be the leader of the other."""
    if ids:
        raise TreeError(
            "{ids} of a grid and of a circle, as {shown!r}; posts name an area by its "
            "id alone, expected every id on one area: rename those circles, such as "
            "'C{first}', in the circles, in parent_id and in the posts.",
            ids=count_text(len(ids), "id is", "ids are"),
            shown=list(map(str, ids[:SHOWN_IDS])),
            first=ids[0],
        )


def refuse_bare(pagoda: Pagoda) -> None:
    """Refuse a tree in which a circle has no grid below it.

    Raises
    ------
    TreeError
        Names such circles.

    Examples
    --------
    >>> core = Circle(CircleId("C"), None, 1, "core")
    >>> refuse_bare(build_pagoda([core], {GridId("G1"): CircleId("C")}))
    """
    commanding = {
        c
        for parent in set(pagoda.grid_parents.values())
        for c in pagoda.chain_above(parent)
    }
    bare = [circle_id for circle_id in pagoda.circles if circle_id not in commanding]
    if bare:
        raise TreeError(
            "Circles {bare!r} ({bare_2} in all) have no grid below them; give them "
            "grids or leave them out.",
            bare=bare[:SHOWN_IDS],
            bare_2=len(bare),
        )


def dissolve_circles(
    pagoda: Pagoda, ids: Sequence[str], polygons: Sequence[BaseGeometry]
) -> dict[CircleId, BaseGeometry]:
    """Return the polygon of every circle, dissolved from its grids.

    Vertices are kept as they are, so that the union of a circle's children equals it
    with difference 0; see `gis.geometry.dissolve` for corners on a neighbour's edge.

    Parameters
    ----------
    pagoda
        The tree.
    ids, polygons
        Grids of a clean coverage, n each, in any CRS.
    """
    members: dict[CircleId, list[BaseGeometry]] = {c: [] for c in pagoda.circles}
    for grid_id, polygon in zip(ids, polygons, strict=True):
        for circle_id in pagoda.chain(GridId(grid_id)):
            members[circle_id].append(polygon)
    return {circle_id: dissolve(grids) for circle_id, grids in members.items()}
