"""One set of grids from two systems: what both keep together stays together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from gis.codes import reading_order
from gis.crosswalk.faces import Faces, faces_of
from gis.crosswalk.grouping import join_neighbours
from gis.crosswalk.pieces import NOISE_M, GridSystem
from gis.errors import InvalidLayerError
from gis.sentences import sentence
from gis.versions import Lineage

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]
Pair: TypeAlias = tuple[str | None, str | None]
"""Ids of a grid of either system; None where one has no grid."""
Groups: TypeAlias = int | Mapping[str, Iterable[Pair]]

PREFIX: Final = "M"


@dataclass(frozen=True, slots=True, eq=False)
class Merger:
    """Grids that two systems were merged into, and where their ground came from.

    Attributes
    ----------
    grids
        The new grids.
    lineage
        Which share of each former grid went where, with the system of each; the shares
        of a former grid sum to 1.
    ground_m2
        Area of each row of the lineage, shape (k,).
    groups
        The pairs of former grids that each new grid was joined from.
    """

    grids: GridSystem
    lineage: tuple[Lineage, ...]
    ground_m2: Floats
    groups: Mapping[str, tuple[Pair, ...]]


def merge_systems(
    systems: Mapping[str, GridSystem],
    crs: pyproj.CRS,
    groups: Groups,
    *,
    noise_m: float = NOISE_M,
) -> Merger:
    """Merge two systems over one place into one set of grids.

    Pieces of the common refinement are joined whole: ground of one pair of grids goes
    to one new grid, and every new border was one before. Ground narrower than noise
    goes with the neighbour that it has the longest border with. Corners are rounded as
    they are stored, so that the new grids are a coverage where both systems are.

    Parameters
    ----------
    systems
        Two of them by name, coverages in `crs`.
    crs
        Geographic CRS, or one in metres.
    groups
        The number of new grids, for which the smallest piece joins the neighbour with
        the longest border for its size until so many are left, and which are numbered
        ``M001`` on in rows from north; or the pairs of each new grid by its id.
    noise_m
        Mean width below which ground is noise.

    Raises
    ------
    InvalidLayerError
        If there are not two systems, the number cannot be reached, or groups leave a
        pair out, name it twice or name one that has no ground.

    Examples
    --------
    >>> from gis.crosswalk.pieces import grid_system
    >>> crs = pyproj.CRS("+proj=laea +lat_0=0 +lon_0=0")
    >>> box = shapely.box
    >>> old = grid_system(["A", "B"], [box(0, 0, 40, 90), box(40, 0, 99, 90)])
    >>> new = grid_system(["P", "Q"], [box(0, 0, 50, 90), box(50, 0, 99, 90)])
    >>> merger = merge_systems({"old": old, "new": new}, crs, 2)
    >>> list(merger.groups.items())
    [('M001', (('A', 'P'), ('B', 'P'))), ('M002', (('B', 'Q'),))]
    """
    if len(systems) != 2:
        raise InvalidLayerError(
            "Found {systems} grid systems {systems_2!r}, expected two; merge a third "
            "with what comes of these.",
            systems=len(systems),
            systems_2=list(systems),
        )
    first, second = systems.values()
    faces = faces_of(first, second, crs, noise_m)
    names = [(*first.ids, None), (*second.ids, None)]
    pairs = [(names[0][row], names[1][other]) for row, other in faces.pairs.tolist()]
    if isinstance(groups, int):
        labels, ids = _joined(faces, groups)
    else:
        labels, ids = _named(pairs, groups)
    grids = GridSystem(ids, _dissolved(faces, labels))
    lineage, ground_m2 = _lineage(faces, labels, systems, ids)
    members: dict[str, list[Pair]] = {grid_id: [] for grid_id in ids}
    for pair, label in zip(pairs, labels.tolist(), strict=True):
        members[ids[label]].append(pair)
    return Merger(grids, lineage, ground_m2, {k: tuple(v) for k, v in members.items()})


def _joined(faces: Faces, count: int) -> tuple[Rows, tuple[str, ...]]:
    """Return the group of each pair, numbered in reading order, and the new ids."""
    labels = join_neighbours(faces.pair_m2, faces.borders, count)
    order = reading_order(_dissolved(faces, labels))
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    ids = tuple(f"{PREFIX}{number:03d}" for number in range(1, count + 1))
    return places[labels], ids


def _named(
    pairs: Sequence[Pair], groups: Mapping[str, Iterable[Pair]]
) -> tuple[Rows, tuple[str, ...]]:
    """Return the group of each pair, as groups name them, and the ids in code order."""
    ids = tuple(sorted(groups))
    rows = {pair: row for row, pair in enumerate(pairs)}
    labels = np.full(len(pairs), -1)
    for label, grid_id in enumerate(ids):
        for pair in groups[grid_id]:
            row = rows.get(pair)
            if row is None or labels[row] >= 0:
                fault = (
                    sentence("has no ground")
                    if row is None
                    else sentence("is in another group too")
                )
                raise InvalidLayerError(
                    "The pair {pair!r} of group {grid_id!r} {fault}; give every pair "
                    "of grids with ground in common to one group.",
                    pair=pair,
                    grid_id=grid_id,
                    fault=fault,
                )
            labels[row] = label
    left = [pairs[row] for row in np.flatnonzero(labels < 0).tolist()]
    empty = set(range(len(ids))) - set(labels.tolist())
    if left or empty:
        fault = (
            sentence(
                "leave out the pairs {left!r} ({left_2} in all)",
                left=left[:3],
                left_2=len(left),
            )
            if left
            else sentence("have nothing for {ids!r}", ids=ids[min(empty)])
        )
        raise InvalidLayerError(
            "The groups {fault}; give every pair of grids with ground in common to "
            "one group.",
            fault=fault,
        )
    return labels, ids


def _dissolved(faces: Faces, labels: Rows) -> NDArray[np.object_]:
    """Return the polygon of each group."""
    group = labels[faces.owner]
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(1, int(labels.max()) + 1))
    polygons = np.empty(int(labels.max()) + 1, dtype=object)
    for label, rows in enumerate(np.split(order, starts)):
        polygons[label] = shapely.coverage_union_all(faces.polygons[rows])
    return polygons


def _lineage(
    faces: Faces,
    labels: Rows,
    systems: Mapping[str, GridSystem],
    ids: tuple[str, ...],
) -> tuple[tuple[Lineage, ...], Floats]:
    """Return where the ground of each former grid went, noise left out."""
    rows: list[Lineage] = []
    areas: list[Floats] = []
    for side, (name, system) in enumerate(systems.items()):
        is_there = faces.pairs[:, side] >= 0
        keys = faces.pairs[is_there, side] * len(ids) + labels[is_there]
        keys, place = np.unique(keys, return_inverse=True)
        moved: Floats = np.zeros(len(keys))
        np.add.at(moved, place, faces.pair_m2[is_there])
        former, new = np.divmod(keys, len(ids))
        total = np.zeros(len(system.ids))
        np.add.at(total, former, moved)
        shares = np.minimum(moved / total[former], 1.0)
        rows += [
            Lineage(system.ids[old], ids[to], share, name)
            for old, to, share in zip(
                former.tolist(), new.tolist(), shares.tolist(), strict=True
            )
        ]
        areas.append(moved)
    return tuple(rows), np.concatenate(areas)
