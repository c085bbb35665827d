"""The ground that grids of two systems share, piece by piece, and how grids relate."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Final

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.errors import CoverageError, SettingError
from gis.geometry import area_m2, find_flaw, local_metres, polygon_parts
from gis.index.inputs import ordered_grids
from gis.sentences import sentence

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
Polygons = NDArray[np.object_]

NOISE_M: Final = 1.0
"""Ground narrower than this is how two offices drew one border."""
LEAST_SHARE: Final = 0.01
"""A piece counts if it is this part of either of its grids."""
OUTSIDE: Final = -1
"""In place of a row: no grid of that system."""


class Relation(StrEnum):
    """How a grid of one system lies to the grids of another, by pieces that count."""

    ONE_TO_ONE = "1:1"
    NESTS = "nests"
    SPLITS = "splits"
    OUTSIDE = "outside"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Limits:
    """Metres below which a piece is noise; part of a grid from which on it counts."""

    noise_m: float = NOISE_M
    least_share: float = LEAST_SHARE


@dataclass(frozen=True, slots=True, eq=False)
class GridSystem:
    """Grids of one system, in code order of their ids; made by `grid_system`."""

    ids: tuple[str, ...]
    polygons: Polygons


@dataclass(frozen=True, eq=False)
class Crosswalk:
    """Pieces of two systems: each is ground of one pair of grids, in all its parts.

    Ground that only one system has is a piece too, with `OUTSIDE` in place of the other
    row. Pieces are in order of their source, then of their target, outside last.

    Attributes
    ----------
    sources, targets
        The two systems.
    crs
        CRS of every polygon.
    rows
        Row of the source and of the target, shape (k, 2).
    polygons
        MultiPolygons, shape (k,).
    area_m2
        On the ellipsoid, shape (k,).
    width_m
        Mean width (twice the area over the perimeter) of the widest part, shape (k,).
    source_area_m2, target_area_m2
        Of the grids, shape (n,) and (m,).
    limits
        What is noise, and what counts.
    """

    sources: GridSystem
    targets: GridSystem
    crs: pyproj.CRS
    rows: Rows
    polygons: Polygons
    area_m2: Floats
    width_m: Floats
    source_area_m2: Floats
    target_area_m2: Floats
    limits: Limits

    @cached_property
    def is_noise(self) -> Flags:
        """Pieces that are narrower than noise: ignored, and counted."""
        noise: Flags = self.width_m < self.limits.noise_m
        return noise

    @cached_property
    def is_shared(self) -> Flags:
        """Pieces that both systems have, noise too."""
        shared: Flags = (self.rows != OUTSIDE).all(axis=1)
        return shared

    @cached_property
    def counts(self) -> Flags:
        """Shared pieces that are no noise and a large enough part of either grid."""
        source, target = self.rows.T
        of_source = (
            self.area_m2 >= self.limits.least_share * self.source_area_m2[source]
        )
        of_target = (
            self.area_m2 >= self.limits.least_share * self.target_area_m2[target]
        )
        counts: Flags = (of_source | of_target) & self.is_shared & ~self.is_noise
        return counts

    @cached_property
    def is_small(self) -> Flags:
        """Shared pieces that are no noise and yet too small to count: to be listed."""
        return self.is_shared & ~self.is_noise & ~self.counts

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """Return the relation of each source: see `Relation`.

        ``1:1`` has one piece, the only one of its target; ``nests`` one piece of a
        target that has others; ``splits`` several, each the only one of its target;
        ``outside`` none; anything else is a ``conflict``.
        """
        source, target = self.rows[self.counts].T
        pieces = np.bincount(source, minlength=len(self.sources.ids))
        per_target = np.bincount(target, minlength=len(self.targets.ids))
        is_alone = per_target[target] == 1
        alone = np.bincount(source[is_alone], minlength=len(pieces))
        return tuple(
            _relation(count, only)
            for count, only in zip(pieces.tolist(), alone.tolist(), strict=True)
        )

    @cached_property
    def is_conflict(self) -> Flags:
        """Pieces that count, of sources in conflict."""
        places = [relation is Relation.CONFLICT for relation in self.relations]
        conflict: Flags = np.array(places, dtype=bool)[self.rows[:, 0]] & self.counts
        return conflict

    def reversed(self) -> "Crosswalk":
        """Return the same pieces as from the targets to the sources."""
        rows = self.rows[:, ::-1]
        order = _piece_order(rows)
        return replace(
            self,
            sources=self.targets,
            targets=self.sources,
            rows=rows[order],
            polygons=self.polygons[order],
            area_m2=self.area_m2[order],
            width_m=self.width_m[order],
            source_area_m2=self.target_area_m2,
            target_area_m2=self.source_area_m2,
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """Polygons, and the rows of the piece that each is part of."""

    rows: Rows
    parts: Polygons


def grid_system(
    ids: Iterable[str | int], polygons: Iterable[BaseGeometry]
) -> GridSystem:
    """Return grids in code order of their ids, all checked.

    Parameters
    ----------
    ids
        Unique ids.
    polygons
        One valid Polygon or MultiPolygon each.

    Raises
    ------
    CoverageError
        If an id is repeated or a grid is no usable polygon; it is named.

    Examples
    --------
    >>> system = grid_system(["B", "A"], [shapely.box(0, 0, 1, 1)] * 2)
    >>> system.ids
    ('A', 'B')
    """
    ordered, shapes = ordered_grids(ids, polygons)
    broken = np.flatnonzero(~shapely.is_valid(shapes))
    if len(broken):
        flaw = find_flaw(shapes[broken[0]])
        spot = (
            sentence(" ({flaw} at {x!r}, {y!r})", flaw=flaw.reason, x=flaw.x, y=flaw.y)
            if flaw
            else ""
        )
        raise CoverageError(
            "Grid {ordered!r} is not valid{spot}; mend its rings first.",
            ordered=ordered[broken[0]],
            spot=spot,
        )
    return GridSystem(ordered, shapely.force_2d(shapes))


def cross(
    sources: GridSystem,
    targets: GridSystem,
    crs: pyproj.CRS,
    *,
    noise_m: float = NOISE_M,
    least_share: float = LEAST_SHARE,
) -> Crosswalk:
    """Return the pieces of two grid systems over one place.

    Parameters
    ----------
    sources, targets
        Coverages in `crs`; what either leaves out is outside it. Where grids of one
        system overlap their ground is in several pieces: certify it first.
    crs
        Geographic or projected CRS of both.
    noise_m
        Pieces of a smaller mean width are noise.
    least_share
        Pieces count from this part of either grid on.

    Raises
    ------
    SettingError
        If the width is not from 0 on, or the share not from 0 to 1.

    Examples
    --------
    >>> crs = pyproj.CRS("+proj=laea +lat_0=0 +lon_0=0")
    >>> halves = [shapely.box(0, 0, 500, 900), shapely.box(500, 0, 1000, 900)]
    >>> sources = grid_system(["W", "E"], halves)
    >>> targets = grid_system(["T"], [shapely.box(0, 0, 1000.4, 900)])
    >>> walk = cross(sources, targets, crs)
    >>> walk.relations[0], walk.reversed().relations[0]
    (<Relation.NESTS: 'nests'>, <Relation.SPLITS: 'splits'>)
    >>> walk.rows.tolist(), walk.is_noise.tolist()
    ([[0, 0], [1, 0], [-1, 0]], [False, False, True])
    """
    limits = Limits(noise_m, least_share)
    _check_limits(limits)
    shared = _shared_ground(sources.polygons, targets.polygons)
    areas = area_m2(sources.polygons, crs), area_m2(targets.polygons, crs)
    sides = (sources.polygons, targets.polygons), (targets.polygons, sources.polygons)
    ground = [shared]
    for side, (own, other) in enumerate(sides):
        rows = shared.rows[:, side]
        covered = np.bincount(rows, shapely.area(shared.parts), minlength=len(own))
        planar = shapely.area(own)
        missing_m2 = (planar - covered) * areas[side] / planar
        # of all shapes of one mean width a disc has the least area
        least_m2 = 0.5 * math.pi * noise_m**2
        short = np.flatnonzero((missing_m2 >= least_m2) | (covered == 0.0))
        ground.append(_ground_outside(own, other, short, side))
    return _measured(_joined(ground), (sources, targets), crs, areas, limits)


def _check_limits(limits: Limits) -> None:
    """Refuse limits that are no width and no share."""
    if not 0.0 <= limits.noise_m < math.inf:
        raise SettingError(
            "The width of noise is {noise_m!r}, expected metres from 0 on; take 1.0 "
            "for the grids of two offices.",
            noise_m=limits.noise_m,
        )
    if not 0.0 <= limits.least_share <= 1.0:
        raise SettingError(
            "The least share of a piece is {least_share!r}, expected 0 to 1; take "
            "0.01 for one in a hundred.",
            least_share=limits.least_share,
        )


def _relation(pieces: int, alone: int) -> Relation:
    """Return the relation of a source with so many pieces alone in their targets."""
    if pieces == 0:
        return Relation.OUTSIDE
    if pieces == 1:
        return Relation.ONE_TO_ONE if alone else Relation.NESTS
    return Relation.SPLITS if alone == pieces else Relation.CONFLICT


def _shared_ground(own: Polygons, other: Polygons) -> _Ground:
    """Return the polygons that grids of two systems have in common."""
    source, target = shapely.STRtree(other).query(own)
    parts, piece = polygon_parts(shapely.intersection(own[source], other[target]))
    return _Ground(np.column_stack([source, target])[piece], parts)


def _ground_outside(own: Polygons, other: Polygons, rows: Rows, side: int) -> _Ground:
    """Return the polygons of some grids that no grid of the other system has."""
    tree = shapely.STRtree(other)
    near = (np.sort(tree.query(own[row], predicate="intersects")) for row in rows)
    rests = [
        shapely.difference(own[row], shapely.union_all(other[hits]))
        for row, hits in zip(rows, near, strict=True)
    ]
    parts, piece = polygon_parts(np.array(rests, dtype=object))
    pairs = np.full((len(parts), 2), OUTSIDE)
    pairs[:, side] = rows[piece]
    return _Ground(pairs, parts)


def _joined(grounds: list[_Ground]) -> _Ground:
    """Return polygons of several kinds of pieces, those of one piece together."""
    rows = np.concatenate([ground.rows for ground in grounds])
    parts = np.concatenate([ground.parts for ground in grounds])
    order = _piece_order(rows)
    return _Ground(rows[order], parts[order])


def _piece_order(rows: Rows) -> Rows:
    """Return the order of pairs by source, then by target, outside last."""
    source, target = np.where(rows == OUTSIDE, np.iinfo(np.int64).max, rows).T
    return np.lexsort((target, source))


def _measured(
    ground: _Ground,
    systems: tuple[GridSystem, GridSystem],
    crs: pyproj.CRS,
    areas: tuple[Floats, Floats],
    limits: Limits,
) -> Crosswalk:
    """Return pieces with their measures from polygons in order of their pieces."""
    starts = np.flatnonzero((np.diff(ground.rows, axis=0, prepend=-2) != 0).any(axis=1))
    piece = np.zeros(len(ground.rows), dtype=np.int64)
    piece[starts] = 1
    piece = np.cumsum(piece) - 1
    metric = local_metres(ground.parts, crs)
    part_m2 = shapely.area(metric)
    width_m = np.zeros(len(starts))
    np.maximum.at(width_m, piece, 2.0 * part_m2 / shapely.length(metric))
    polygons = np.empty(len(starts), dtype=object)
    shapely.multipolygons(ground.parts, indices=piece, out=polygons)
    piece_m2: Floats = np.zeros(len(starts))
    np.add.at(piece_m2, piece, part_m2)
    return Crosswalk(
        *systems,
        crs,
        ground.rows[starts],
        polygons,
        piece_m2,
        width_m,
        *areas,
        limits,
    )
