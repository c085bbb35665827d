"""Grids that came back, made one coverage again: disputes healed, or refused."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import pyproj
import shapely

from gis.editing.conflicts import REMEDIES, Conflict, conflict_over
from gis.editing.crumbs import Shape, without_crumbs
from gis.editing.disputes import PairDispute, Piece, by_pair, pieces_in_dispute
from gis.editing.ground import NOBODY, Ground, Ints, lay_over
from gis.editing.returned import ReturnedGrids, canonical, redrawn
from gis.editing.seams import smooth_seams
from gis.errors import SettingError
from gis.geometry import Polygonal, area_m2, mean_width_m
from gis.sentences import sentence

NOISE_M: Final = 1.0
"""Ground of a smaller mean width is how two hands drew one border."""
LEAST_SHARE: Final = 0.01
"""Of the ground of a grid that did not come back: who has less did not get it."""
LOST_SHARE: Final = 0.5
"""From this part without an owner on a grid that did not come back is lost."""
_UNDECIDED: Final = -2
_MOST_PASSES: Final = 6


class Merger(NamedTuple):
    """A grid that did not come back, and who has its ground.

    Attributes
    ----------
    grid
        Id in the base.
    into
        Key and share of its ground, the most first, without those that have a trace.
    """

    grid: str
    into: tuple[tuple[str, float], ...]

    def is_split(self, created: Collection[str]) -> bool:
        """Say whether it was cut in new grids, and is none of others.

        Parameters
        ----------
        created
            Keys of all new grids.
        """
        return len(self.into) > 1 and all(key in created for key, _ in self.into)


class Passage(NamedTuple):
    """Ground that is another grid's than in the base: from whom, to whom, how much."""

    source: str
    target: str
    area_m2: float


@dataclass(frozen=True, slots=True, eq=False)
class Reconciliation:
    """What became of grids that came back.

    Attributes
    ----------
    returned
        What came back.
    disputes
        Ground that no grid has or several, by pair, the widest first, before healing.
    mergers
        Grids that did not come back and whose ground others have.
    passages
        Ground that changes hands, by key.
    conflicts
        Why it is refused; none where it is one coverage, as it came or healed.
    polygons
        Every grid by key as it shall be, those that stay as they were the very
        polygons of the base; empty where there are conflicts.
    unchanged
        Keys of those that stay.
    noded
        Keys of grids that came back as in the base and only get corners where a border
        beside them ends on their edge.
    """

    returned: ReturnedGrids
    disputes: tuple[PairDispute, ...]
    mergers: tuple[Merger, ...]
    passages: tuple[Passage, ...]
    conflicts: tuple[Conflict, ...]
    polygons: Mapping[str, Polygonal]
    unchanged: tuple[str, ...]
    noded: tuple[str, ...]

    @property
    def changed(self) -> tuple[str, ...]:
        """Keys of grids of the base that are others than they were."""
        staying = {*self.unchanged, *self.noded}
        return tuple(
            key
            for key in self.returned.polygons
            if key in self.returned.base and key not in staying
        )


def reconcile(
    returned: ReturnedGrids,
    crs: pyproj.CRS,
    *,
    is_healed: bool,
    noise_m: float = NOISE_M,
) -> Reconciliation:
    """Make one coverage of grids that came back, or say why there is none.

    Parameters
    ----------
    returned
        Matched with their base, a clean coverage in degrees.
    crs
        Geographic CRS of both.
    is_healed
        Whether ground in dispute whose mean width is below `noise_m` goes back to the
        grid that had it; outside the base it is cut off. Where that grid is split or
        did not come back it goes to the grid beside it that has most of the border.
    noise_m
        Metres. Ground as wide as this, or wider, is a conflict.

    Raises
    ------
    SettingError
        If the width is no number from 0 on.

    Examples
    --------
    >>> from gis.editing.returned import match_grids
    >>> west, east = shapely.box(0, 0, 0.01, 0.01), shapely.box(0.01, 0, 0.02, 0.01)
    >>> drawn = shapely.box(0.010005, 0, 0.02, 0.01)
    >>> match = match_grids({"A": west, "B": east}, [("A", west), ("B", drawn)])
    >>> crs = pyproj.CRS(4490)
    >>> [text.to_text() for text in reconcile(match, crs, is_healed=False).disputes]
    ["gap of 'A' and 'B': 1 face, 1,106 m long, at most 0.556 m wide, 615.5 m2, \
at (0.010003, 0.005000)"]
    >>> reconcile(match, crs, is_healed=True).unchanged
    ('A', 'B')
    """
    if not 0.0 <= noise_m < np.inf:
        raise SettingError(
            "The width of noise is {noise_m!r}, expected metres from 0 on; take 1.0.",
            noise_m=noise_m,
        )
    ground = lay_over(returned, crs)
    disputes = pieces_in_dispute(ground)
    outcome = _settled(returned, ground, disputes, noise_m if is_healed else 0.0)
    for _ in range(_MOST_PASSES if is_healed else 0):
        if outcome.conflicts:
            break
        # where borders meet beside a corner of the base they take it now
        again = _pass_again(returned, outcome.polygons, crs, noise_m)
        is_same = _are_equal(again.polygons, outcome.polygons)
        outcome = again
        if is_same:
            break
    staying = [
        key
        for key, shape in outcome.polygons.items()
        if shape is returned.base.get(key)
    ]
    return Reconciliation(
        returned,
        by_pair(disputes),
        outcome.mergers,
        outcome.passages,
        outcome.conflicts,
        outcome.polygons,
        tuple(staying),
        tuple(
            key
            for key in returned.unchanged
            if key in outcome.polygons and key not in staying
        ),
    )


class _Outcome(NamedTuple):
    """Ground settled once."""

    conflicts: tuple[Conflict, ...]
    mergers: tuple[Merger, ...]
    passages: tuple[Passage, ...]
    polygons: Mapping[str, Polygonal]


def _pass_again(
    returned: ReturnedGrids,
    polygons: Mapping[str, Polygonal],
    crs: pyproj.CRS,
    noise_m: float,
) -> _Outcome:
    """Return what becomes of healed grids if they come back as they are."""
    again = redrawn(returned, polygons)
    ground = lay_over(again, crs)
    return _settled(again, ground, pieces_in_dispute(ground), noise_m)


def _settled(
    returned: ReturnedGrids,
    ground: Ground,
    disputes: Sequence[Piece],
    noise_m: float,
) -> _Outcome:
    """Return who has which ground, or why that cannot be said."""
    heirs = _heirs(returned, ground)
    owners = ground.sole_holder.copy()
    owners[ground.is_disputed] = _UNDECIDED
    conflicts = _lost(returned, ground, heirs)
    lost = {grid for conflict in conflicts for grid in conflict.grids}
    conflicts += [
        _in_dispute(piece, noise_m)
        for piece in disputes
        if piece.width_m >= noise_m and not lost.issuperset(piece.grids)
    ]
    for piece in disputes:
        if piece.width_m < noise_m:
            _give_back(ground, owners, piece.faces, heirs)
    polygons: Mapping[str, Polygonal] = {}
    if not conflicts:
        shapes = without_crumbs(returned, ground, owners, noise_m)
        conflicts = [*_in_pieces(returned, ground, shapes)]
    if not conflicts:
        polygons = _polygons(returned, ground, shapes)
    return _Outcome(
        tuple(conflicts),
        _mergers(returned, ground, owners),
        _passages(ground, owners),
        polygons,
    )


def _heirs(returned: ReturnedGrids, ground: Ground) -> list[list[int]]:
    """Return who may get the ground of each grid of the base back, as rows of keys.

    It is the grid itself; of a split one its halves too; of one that did not come back
    those that have its ground, the most first.
    """
    rows = {key: row for row, key in enumerate(ground.keys)}
    heirs = [[rows[grid]] if grid in rows else [] for grid in ground.base_ids]
    bases = {grid: row for row, grid in enumerate(ground.base_ids)}
    for half, grid in returned.half_of.items():
        if grid in bases:
            heirs[bases[grid]].append(rows[half])
    for grid in returned.lacking:
        areas = _areas_by_owner(ground, ground.sole_holder, bases[grid])
        heirs[bases[grid]] = sorted(areas, key=lambda row: (-areas[row], row))
    return heirs


def _areas_by_owner(ground: Ground, owners: Ints, base: int) -> dict[int, float]:
    """Return the ground of a grid of the base by the row of who has it."""
    faces = np.flatnonzero((ground.base == base) & (owners >= 0))
    areas: dict[int, float] = defaultdict(float)
    for owner, area in zip(
        owners[faces].tolist(), ground.area_m2[faces].tolist(), strict=True
    ):
        areas[owner] += area
    return areas


def _lost(
    returned: ReturnedGrids, ground: Ground, heirs: list[list[int]]
) -> list[Conflict]:
    """Return a conflict for each grid that did not come back and nobody has."""
    conflicts = []
    for row, grid in enumerate(ground.base_ids):
        if grid not in returned.lacking:
            continue
        polygon = np.array([returned.base[grid]], dtype=object)
        [area] = area_m2(polygon, ground.crs).tolist()
        free = (ground.base == row) & (ground.holder_counts == 0)
        if not heirs[row] or ground.area_m2[free].sum() >= LOST_SHARE * area:
            [width] = mean_width_m(polygon, ground.crs).tolist()
            conflicts.append(
                conflict_over("lost", (grid,), polygon, (area, width), ground)
            )
    return conflicts


def _in_dispute(piece: Piece, noise_m: float) -> Conflict:
    """Return ground in dispute that is not healed as a conflict."""
    remedy = REMEDIES[piece.kind]
    if noise_m == 0.0 and piece.width_m < NOISE_M:
        remedy = sentence("heal it with --heal")
    return Conflict(
        piece.kind,
        piece.grids,
        piece.area_m2,
        piece.width_m,
        piece.lon,
        piece.lat,
        remedy,
    )


def _give_back(
    ground: Ground, owners: Ints, faces: Ints, heirs: list[list[int]]
) -> None:
    """Give the faces of a piece back to who had them; `owners` is changed."""
    waiting = []
    for face in faces.tolist():
        base = int(ground.base[face])
        if base == NOBODY:
            owners[face] = NOBODY
        elif len(heirs[base]) == 1:
            owners[face] = heirs[base][0]
        else:
            waiting.append((face, heirs[base]))
    while waiting:
        nearest = [_most_border(ground, owners, face, own) for face, own in waiting]
        if max(length for _, length in nearest) == 0.0:
            nearest = [(own[0] if own else NOBODY, 1.0) for _, own in waiting]
        for (face, _), (owner, length) in zip(waiting, nearest, strict=True):
            if length > 0.0:
                owners[face] = owner
        waiting = [item for item in waiting if owners[item[0]] == _UNDECIDED]


def _most_border(
    ground: Ground, owners: Ints, face: int, among: Sequence[int] | None = None
) -> tuple[int, float]:
    """Return the owner beside a face that has most of its border, and how much."""
    lengths: dict[int, float] = defaultdict(float)
    for other, length in ground.neighbours_of(face):
        owner = NOBODY if other == NOBODY else int(owners[other])
        if owner >= 0 and (among is None or owner in among):
            lengths[owner] += length
    best = max(lengths, key=lambda row: (lengths[row], -row), default=NOBODY)
    return best, lengths[best]


def _in_pieces(
    returned: ReturnedGrids, ground: Ground, shapes: Mapping[int, Shape]
) -> list[Conflict]:
    """Return a conflict for each grid in more pieces than it was, or without any."""
    conflicts = []
    for row, shape in sorted(shapes.items()):
        key = ground.keys[row]
        if not len(shape.parts):
            polygon = np.array([returned.polygons[key]], dtype=object)
            conflicts.append(
                conflict_over("nothing left", (key,), polygon, (0.0, 0.0), ground)
            )
        for part in ground.in_degrees(shape.parts[shape.most :]):
            polygon = np.array([part], dtype=object)
            [area] = area_m2(polygon, ground.crs).tolist()
            [width] = mean_width_m(polygon, ground.crs).tolist()
            conflicts.append(
                conflict_over("pieces", (key,), polygon, (area, width), ground)
            )
    return conflicts


def _polygons(
    returned: ReturnedGrids, ground: Ground, shapes: Mapping[int, Shape]
) -> dict[str, Polygonal]:
    """Return every grid, those that are as in the base by its very polygons."""
    polygons = dict(returned.polygons)
    smooth = smooth_seams([shape.parts for shape in shapes.values()], ground.corners)
    for row, own in zip(shapes, smooth, strict=True):
        parts = ground.in_degrees(own).tolist()
        whole = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
        polygons[ground.keys[row]] = whole
    common = [ground.keys[row] for row in shapes if ground.keys[row] in returned.base]
    before = canonical(returned.base[key] for key in common)
    after = canonical(polygons[key] for key in common)
    same = shapely.equals_exact(before, after, 0.0)
    return polygons | {
        key: returned.base[key] for key in np.array(common, dtype=object)[same]
    }


def _mergers(
    returned: ReturnedGrids, ground: Ground, owners: Ints
) -> tuple[Merger, ...]:
    """Return who has the ground of grids that did not come back."""
    bases = {grid: row for row, grid in enumerate(ground.base_ids)}
    mergers = []
    for grid in returned.lacking:
        areas = _areas_by_owner(ground, owners, bases[grid])
        total = ground.area_m2[ground.base == bases[grid]].sum()
        shares = {ground.keys[row]: area / total for row, area in areas.items()}
        into = [(key, share) for key, share in shares.items() if share >= LEAST_SHARE]
        if into:
            ordered = sorted(into, key=lambda item: (-item[1], item[0]))
            mergers.append(Merger(grid, tuple(ordered)))
    return tuple(mergers)


def _passages(ground: Ground, owners: Ints) -> tuple[Passage, ...]:
    """Return the ground that changes hands, by key."""
    areas: dict[tuple[str, str], float] = defaultdict(float)
    faces = np.flatnonzero((ground.base != NOBODY) & (owners >= 0))
    for face in faces.tolist():
        pair = ground.base_ids[ground.base[face]], ground.keys[owners[face]]
        areas[pair] += float(ground.area_m2[face])
    return tuple(
        Passage(*pair, area)
        for pair, area in sorted(areas.items())
        if pair[0] != pair[1]
    )


def _are_equal(
    polygons: Mapping[str, Polygonal], earlier: Mapping[str, Polygonal]
) -> bool:
    """Say whether the same grids have the same polygons."""
    if polygons.keys() != earlier.keys():
        return False
    differing = [
        key for key, polygon in polygons.items() if polygon is not earlier[key]
    ]
    before = canonical(earlier[key] for key in differing)
    after = canonical(polygons[key] for key in differing)
    return bool(shapely.equals_exact(before, after, 0.0).all())
