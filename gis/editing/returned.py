"""Grids that came back from a survey, matched with the version they were drawn on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.errors import CoverageError
from gis.geodesy import metres_per_degree
from gis.geometry import Polygonal, polygon_fault, repair, round_coordinates
from gis.sentences import sentence

Floats: TypeAlias = NDArray[np.float64]
Polygons: TypeAlias = NDArray[np.object_]

SNAP_M: Final = 0.01
"""A vertex this near to one of the base is that one."""
HALF_MARK: Final = "/"
"""Between a grid and the number of a half that waits for an id; no id contains it."""
# degrees, more than any vertex snaps
_AROUND: Final = (-0.01, -0.01, 0.01, 0.01)


class Split(NamedTuple):
    """A grid that came back in several halves under one id.

    Attributes
    ----------
    grid
        Id, which the greatest of them keeps.
    halves
        Keys of those that wait for a new id, the greatest first.
    """

    grid: str
    halves: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ReturnedGrids:
    """Grids of a base and as they came back, by key in code order.

    The key of a grid is its id; that of a half which waits for one is the id of the
    grid that it was cut from, `HALF_MARK` and a number from 2 on.

    Attributes
    ----------
    base
        Polygons of the base, as they are.
    polygons
        As they came back, on the base's vertices and at 9 decimals; those of an
        unchanged grid are the very polygons of the base.
    rows
        Which rows each polygon is made of, the first is 0; several where parts of a
        grid came back apart.
    unchanged
        Grids that are drawn as in the base.
    changed
        Grids of the base that are drawn otherwise.
    created
        Grids that the base does not have, halves included.
    lacking
        Grids of the base that did not come back.
    splits
        Grids that came back in halves.
    """

    base: Mapping[str, Polygonal]
    polygons: Mapping[str, Polygonal]
    rows: Mapping[str, tuple[int, ...]]
    unchanged: tuple[str, ...]
    changed: tuple[str, ...]
    created: tuple[str, ...]
    lacking: tuple[str, ...]
    splits: tuple[Split, ...]

    @property
    def half_of(self) -> dict[str, str]:
        """The grid that each half was cut from."""
        return {half: split.grid for split in self.splits for half in split.halves}


def match_grids(
    base: Mapping[str, Polygonal],
    rows: Iterable[tuple[str, Polygonal]],
    *,
    snap_m: float = SNAP_M,
) -> ReturnedGrids:
    """Match grids that came back with those of the base.

    Every vertex within `snap_m` of vertices of the base takes the nearest of them, so
    that a copy which lost its last digits is the base again. Rows of one id are halves
    of a split: of each part of the grid in the base, the row with the most of its
    ground keeps the id.

    Parameters
    ----------
    base
        All grids of the base in degrees, 9 decimals.
    rows
        Id and polygon of every row that came back, in degrees; an id may repeat.
    snap_m
        Metres on the ground.

    Raises
    ------
    CoverageError
        If nothing came back, or a row is no usable polygon in degrees; it is named.

    Examples
    --------
    >>> west, east = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    >>> near = shapely.box(0, 0, 1.00000004, 1)
    >>> halves = [("B", shapely.box(1, 0, 1.6, 1)), ("B", shapely.box(1.6, 0, 2, 1))]
    >>> match = match_grids({"A": west, "B": east}, [("A", near), *halves])
    >>> match.unchanged, match.changed, match.splits
    (('A',), ('B',), (Split(grid='B', halves=('B/2',)),))
    """
    drawn = list(rows)
    _check_rows(drawn)
    differing = [row for row in drawn if not _is_base(base, *row)]
    snapped = iter(_snapped([polygon for _, polygon in differing], base, snap_m))
    placed = [
        polygon if _is_base(base, grid, polygon) else next(snapped)
        for grid, polygon in drawn
    ]
    by_grid: dict[str, list[int]] = {}
    for row, (grid, _) in enumerate(drawn):
        by_grid.setdefault(grid, []).append(row)
    keyed, splits = _with_halves(base, by_grid, placed)
    polygons = {
        key: _joined([placed[row] for row in own]) for key, own in keyed.items()
    }
    common = sorted(base.keys() & by_grid.keys())
    same = dict(zip(common, _are_same(base, polygons, common), strict=True))
    same |= {
        grid: _is_copy(base[grid], polygon, snap_m)
        for grid, polygon in drawn
        if not same.get(grid, True) and len(by_grid[grid]) == 1
    }
    polygons |= {grid: base[grid] for grid in common if same[grid]}
    return ReturnedGrids(
        base,
        dict(sorted(polygons.items())),
        {key: tuple(own) for key, own in keyed.items()},
        tuple(grid for grid in common if same[grid]),
        tuple(grid for grid in common if not same[grid]),
        tuple(sorted(polygons.keys() - base.keys())),
        tuple(sorted(base.keys() - by_grid.keys())),
        splits,
    )


def redrawn(
    returned: ReturnedGrids, polygons: Mapping[str, Polygonal]
) -> ReturnedGrids:
    """Return grids that came back with other polygons of the same keys.

    Parameters
    ----------
    returned
        Matched with their base.
    polygons
        Of every key; those that are the very polygons of the base are unchanged.
    """
    base = returned.base
    keys = [key for key, polygon in polygons.items() if polygon is not base.get(key)]
    snapped = _snapped([polygons[key] for key in keys], base, SNAP_M)
    placed = dict(polygons) | dict(zip(keys, snapped, strict=True))
    common = [key for key in keys if key in base]
    same = dict(zip(common, _are_same(base, placed, common), strict=True))
    placed |= {key: base[key] for key in common if same[key]}
    changed = tuple(key for key in common if not same[key])
    return replace(
        returned,
        polygons=placed,
        unchanged=tuple(k for k in placed if k in base and k not in changed),
        changed=changed,
    )


def canonical(polygons: Iterable[Polygonal]) -> Polygons:
    """Return polygons such that equal ones have equal bytes, wherever a ring begins.

    Parameters
    ----------
    polygons
        Polygons or multipolygons; repeated corners do not count.
    """
    multi = [shapely.MultiPolygon(shapely.get_parts(p).tolist()) for p in polygons]
    plain = shapely.remove_repeated_points(np.array(multi, dtype=object))
    normal: Polygons = shapely.normalize(plain)
    return normal


def _check_rows(rows: list[tuple[str, Polygonal]]) -> None:
    """Refuse what is no set of polygons in degrees."""
    if not rows:
        raise CoverageError("No grid came back, expected them all; export them again.")
    for grid, polygon in rows:
        fault = polygon_fault(polygon)
        if not fault and (np.abs(polygon.bounds) > (180.0, 90.0, 180.0, 90.0)).any():
            fault = sentence(
                "lies within {bounds!r}, which are no degrees", bounds=polygon.bounds
            )
        if fault:
            raise CoverageError(
                "Grid {grid!r} came back and {fault}, expected a valid polygon in "
                "degrees; redraw it, or say in which CRS the file is.",
                grid=grid,
                fault=fault,
            )


def _is_base(base: Mapping[str, Polygonal], grid: str, polygon: Polygonal) -> bool:
    """Say whether a row is its grid in the base to the last digit."""
    return grid in base and base[grid].equals_exact(polygon, 0.0)


def _snapped(
    polygons: list[Polygonal], base: Mapping[str, Polygonal], snap_m: float
) -> Polygons:
    """Return polygons whose vertices are those of the base where they are near."""
    rounded = round_coordinates(np.array([*polygons, None], dtype=object)[:-1])
    around = np.array([*base.values(), None], dtype=object)[:-1]
    boxes = shapely.box(*(shapely.bounds(rounded) + _AROUND).T)
    near = np.unique(shapely.STRtree(around).query(boxes)[1])
    vertices = np.unique(shapely.get_coordinates(around[near]), axis=0)
    xy = _nearest_vertices(shapely.get_coordinates(rounded), vertices, snap_m)
    moved = shapely.set_coordinates(rounded.copy(), xy)
    sound = [_sound(_plain(m), r) for m, r in zip(moved, rounded, strict=True)]
    return np.array(sound, dtype=object)


def _plain(polygon: Polygonal) -> Polygonal:
    """Return a polygon without repeated corners, and without rings that are no more."""
    try:
        plain: Polygonal = shapely.remove_repeated_points(polygon)
    except shapely.errors.GEOSException:
        parts = (shapely.get_rings(part) for part in shapely.get_parts(polygon))
        whole = [
            shapely.Polygon(shell, [hole for hole in holes if _has_area(hole)])
            for shell, *holes in parts
            if _has_area(shell)
        ]
        plain = shapely.remove_repeated_points(shapely.MultiPolygon(whole))
    return plain


def _has_area(ring: shapely.Geometry) -> bool:
    """Say whether a ring has three different corners."""
    return len(np.unique(shapely.get_coordinates(ring), axis=0)) > 2


def _sound(moved: Polygonal, rounded: Polygonal) -> Polygonal:
    """Return the first that is valid: as moved, as rounded, or that one mended."""
    for polygon in (moved, rounded):
        if not polygon.is_empty and polygon.is_valid:
            return polygon
    mended: Polygonal = round_coordinates([repair(rounded)])[0]
    return mended


def _nearest_vertices(xy: Floats, vertices: Floats, snap_m: float) -> Floats:
    """Return for each place the nearest vertex, or itself where none is near."""
    if not len(vertices):
        return xy
    scale = metres_per_degree(vertices[:, 1]).T
    # one scale for the search, wide enough for every latitude of the town
    middle, least = np.median(scale, axis=0), scale.min(axis=0)
    reach = snap_m * float((middle / least).max()) * 1.001
    tree = shapely.STRtree(np.asarray(shapely.points(vertices * middle)))
    place, hit = tree.query_nearest(
        shapely.points(xy * middle), max_distance=reach, all_matches=False
    )
    metres = np.hypot(*((xy[place] - vertices[hit]) * scale[hit]).T)
    is_near = metres <= snap_m
    nearest = xy.copy()
    nearest[place[is_near]] = vertices[hit[is_near]]
    return nearest


def _with_halves(
    base: Mapping[str, Polygonal],
    by_grid: Mapping[str, list[int]],
    placed: Sequence[Polygonal],
) -> tuple[dict[str, list[int]], tuple[Split, ...]]:
    """Return the rows of every key, and which grids are split."""
    keyed: dict[str, list[int]] = {}
    splits = []
    for grid, rows in sorted(by_grid.items()):
        ordered = sorted(rows, key=lambda row: (-placed[row].area, placed[row].wkb))
        lasting = _keeping([placed[row] for row in ordered], base.get(grid))
        keyed[grid] = [ordered[place] for place in sorted(lasting)]
        halves = [row for row in ordered if row not in keyed[grid]]
        keys = tuple(f"{grid}{HALF_MARK}{n}" for n in range(2, len(halves) + 2))
        keyed |= {key: [half] for key, half in zip(keys, halves, strict=True)}
        if keys:
            splits.append(Split(grid, keys))
    return keyed, tuple(splits)


def _joined(polygons: Sequence[Polygonal]) -> Polygonal:
    """Return parts of a grid as one."""
    parts = [part for polygon in polygons for part in shapely.get_parts(polygon)]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(parts)


def _keeping(ordered: list[Polygonal], base: Polygonal | None) -> set[int]:
    """Return which of some polygons, the greatest first, keep the id of their grid."""
    if len(ordered) == 1 or base is None:
        return {0}
    parts = shapely.get_parts(base).tolist()
    return {_greatest_share(ordered, part) for part in parts}


def _greatest_share(rows: list[Polygonal], part: shapely.Polygon) -> int:
    """Return which row has the most of a part; the greatest row where none has any."""
    return int(np.argmax(shapely.area(shapely.intersection(rows, part))))


def _are_same(
    base: Mapping[str, Polygonal], polygons: Mapping[str, Polygonal], grids: list[str]
) -> list[bool]:
    """Say which grids are drawn as in the base."""
    before = canonical(base[grid] for grid in grids)
    after = canonical(polygons[grid] for grid in grids)
    same: list[bool] = shapely.equals_exact(before, after, 0.0).tolist()
    return same


def _is_copy(base: Polygonal, drawn: Polygonal, snap_m: float) -> bool:
    """Say whether both are near, corner by corner."""
    before, after = shapely.orient_polygons([base, drawn])
    (xy, rings), (near, near_rings) = _corners(before), _corners(after)
    if rings != near_rings:
        return False
    scale = metres_per_degree(xy[:, 1]).T
    return bool((np.hypot(*((near - xy) * scale).T) <= snap_m).all())


def _corners(polygon: Polygonal) -> tuple[Floats, list[list[int]]]:
    """Return the corners of a polygon, and how many each ring of each part has."""
    parts = shapely.get_parts(polygon)
    counts = [shapely.get_num_coordinates(shapely.get_rings(p)).tolist() for p in parts]
    return shapely.get_coordinates(polygon), counts
