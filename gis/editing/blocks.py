"""Blocks: the ground between streets, canals and lanes, each of it in one grid."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from gis.arcs import OUTSIDE, share_arcs, sides_of
from gis.errors import CoverageError, InvalidLayerError
from gis.geodesy import GeodesicRuler
from gis.geometry import STORED_DECIMALS, Polygonal, mean_width_m
from gis.index import GridIndex

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Line: TypeAlias = shapely.LineString | shapely.MultiLineString

LEAST_WIDTH_M: Final = 10.0
"""Of blocks, in the mean: what is thinner is a strip beside a line."""
_STEP: Final = 10.0**-STORED_DECIMALS
# grids are in degrees of a datum near it; for widths that is near enough
_DEGREES: Final = pyproj.CRS(4490)


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Faces of lines inside grids, and which of them lie side by side.

    Attributes
    ----------
    grid_ids
        Grids in code order.
    polygons
        Blocks in degrees, those of the first grid first, shape (n,).
    owners
        Row in `grid_ids` of the grid of each, shape (n,).
    sides
        Rows of two blocks with a border between them, the lower first, shape (m, 2);
        those that touch in points only are none.
    lengths_m
        Length of the border of each two, shape (m,).
    """

    grid_ids: tuple[str, ...]
    polygons: NDArray[np.object_]
    owners: Rows
    sides: Rows
    lengths_m: Floats


def cut_blocks(
    grids: Mapping[str, Polygonal],
    lines: Iterable[Line],
    *,
    least_width_m: float = LEAST_WIDTH_M,
) -> Blocks:
    """Cut grids along lines into blocks.

    Lines end where they cross others or a border; ends that enclose nothing are
    dropped, and a grid without a line through it is one block. Blocks of a grid add up
    to it; where a line meets a border both sides get the same corner, which lies within
    1e-9 degree of it.

    Parameters
    ----------
    grids
        Polygons of a coverage by id, in degrees at 9 decimals.
    lines
        In the same coordinates; what of them lies outside the grids cuts nothing.
    least_width_m
        A block whose mean width, twice its area over its perimeter, is less joins the
        block of its grid with the longest border to it.

    Raises
    ------
    CoverageError
        If grids overlap.
    InvalidLayerError
        If a line is something else or has no place.

    Examples
    --------
    >>> west, east = shapely.box(0, 0, 0.01, 0.01), shapely.box(0.01, 0, 0.02, 0.01)
    >>> lane = shapely.LineString([(-1, 0.004), (0.012, 0.004)])
    >>> blocks = cut_blocks({"B": east, "A": west}, [lane])
    >>> blocks.grid_ids, blocks.owners.tolist(), blocks.sides.tolist()
    (('A', 'B'), [0, 0, 1], [[0, 1], [0, 2], [1, 2]])
    >>> blocks.lengths_m.round().tolist()
    [1113.0, 442.0, 663.0]
    """
    ids = tuple(sorted(grids))
    shapes = np.array([grids[grid] for grid in ids], dtype=object)
    faces, owners = _faces_of(ids, shapes, _near(shapes, lines))
    sides, lengths = _borders(faces)
    while True:
        thin = np.flatnonzero(mean_width_m(faces, _DEGREES) < least_width_m)
        rows = _hosts(thin, owners, sides, lengths)
        if rows.max(initial=-1) + 1 == len(faces):
            return Blocks(ids, faces, owners, sides, lengths)
        faces, owners = _dissolved(faces, owners, rows)
        sides, lengths = _summed(rows[sides], lengths)


def count_points(
    blocks: Blocks, x: Floats, y: Floats, weights: Floats | None = None
) -> Floats:
    """Return how many points lie in each block, or their weight.

    A point on a border belongs to the lowest block, so to the grid with the lowest id.

    Parameters
    ----------
    blocks
        Of the grids.
    x, y
        Positions in their coordinates, shape (k,); those in no block, and those that
        are not finite, count nowhere.
    weights
        Of each point, shape (k,); None counts 1 each.

    Returns
    -------
    loads
        Shape (n,), of each block.

    Examples
    --------
    >>> blocks = cut_blocks({"A": shapely.box(0, 0, 0.01, 0.01)}, [])
    >>> count_points(blocks, np.array([0.01, 0.02]), np.array([0.0, 0.0]))
    array([1.])
    """
    count = len(blocks.polygons)
    digits = len(str(count))
    index = GridIndex.build(
        [f"{row:0{digits}}" for row in range(count)], blocks.polygons
    )
    rows = index.locate_many(
        np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    )
    is_inside = rows >= 0
    weighed = None if weights is None else np.asarray(weights, np.float64)[is_inside]
    return np.bincount(rows[is_inside], weighed, count).astype(np.float64)


def share_by_area(blocks: Blocks, figures: Floats) -> Floats:
    """Return a figure of each grid, as residents are, spread over its blocks by area.

    Parameters
    ----------
    blocks
        Of the grids.
    figures
        Of each grid in the order of `grid_ids`, shape (g,).

    Returns
    -------
    loads
        Shape (n,), of each block; those of a grid sum to its figure.

    Examples
    --------
    >>> lane = shapely.LineString([(0.0025, 0), (0.0025, 0.01)])
    >>> blocks = cut_blocks({"A": shapely.box(0, 0, 0.01, 0.01)}, [lane])
    >>> share_by_area(blocks, np.array([1000])).round(6).tolist()
    [250.0, 750.0]
    """
    area = shapely.area(blocks.polygons)
    of_grid = np.bincount(blocks.owners, area, len(blocks.grid_ids))
    loads: Floats = np.asarray(figures)[blocks.owners] * (area / of_grid[blocks.owners])
    return loads


def _near(shapes: NDArray[np.object_], lines: Iterable[Line]) -> NDArray[np.object_]:
    """Return the lines that have ground of grids in their boxes."""
    drawn = np.array([*lines], dtype=object)
    for row, line in enumerate(drawn):
        is_line = isinstance(line, shapely.LineString | shapely.MultiLineString)
        if not is_line or not np.isfinite(shapely.get_coordinates(line)).all():
            word = getattr(line, "geom_type", type(line).__name__)
            raise InvalidLayerError(
                "Line {row_number} of {drawn} is a {word} or has coordinates that are "
                "not finite, expected a line in degrees; mend the layer of lines.",
                row_number=row + 1,
                drawn=len(drawn),
                word=word,
            )
    if not len(drawn):
        return drawn
    near, _ = shapely.STRtree(shapes).query(drawn)
    inside: NDArray[np.object_] = drawn[np.unique(near)]
    return inside


def _faces_of(
    ids: tuple[str, ...], shapes: NDArray[np.object_], lines: NDArray[np.object_]
) -> tuple[NDArray[np.object_], Rows]:
    """Return what lines and borders enclose in grids, by grid and place."""
    noded = shapely.union_all([*shapely.boundary(shapes), *lines], grid_size=_STEP)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    # coordinates are multiples of a step that no float is: the nearest ones are stored
    faces = shapely.transform(faces, lambda xy: np.round(xy, STORED_DECIMALS))
    rows, owners = shapely.STRtree(shapes).query(
        shapely.point_on_surface(faces), predicate="within"
    )
    twice = np.flatnonzero(np.bincount(rows, minlength=len(faces)) > 1)
    if len(twice):
        both = [ids[row] for row in sorted(owners[rows == twice[0]])]
        x, y = shapely.get_coordinates(shapely.point_on_surface(faces[twice[0]]))[0]
        raise CoverageError(
            "Grids {both!r} overlap at ({x:.6f}, {y:.6f}), expected ground of one "
            "grid; clean the coverage before it is cut into blocks.",
            both=both,
            x=x,
            y=y,
        )
    faces = faces[rows]
    order = np.lexsort((*shapely.bounds(faces).T[::-1], owners))
    return faces[order], owners[order].astype(np.int64)


def _borders(faces: NDArray[np.object_]) -> tuple[Rows, Floats]:
    """Return the pairs of faces with a border between them, and its length."""
    topology = share_arcs(faces, STORED_DECIMALS)
    sides = sides_of(topology)
    is_inner = (sides != OUTSIDE).all(axis=1)
    arcs = [topology.arcs[arc] for arc in np.flatnonzero(is_inner)]
    if not arcs:
        return np.empty((0, 2), dtype=np.int64), np.empty(0)
    arc = np.repeat(np.arange(len(arcs)), [len(xy) for xy in arcs])
    xy = np.concatenate(arcs) * _STEP
    is_edge = arc[1:] == arc[:-1]
    lengths = GeodesicRuler().lengths_m(xy[:-1][is_edge], xy[1:][is_edge])
    of_arc = np.bincount(arc[1:][is_edge], lengths, len(arcs)).astype(np.float64)
    return _summed(sides[is_inner], of_arc)


def _summed(sides: Rows, lengths: Floats) -> tuple[Rows, Floats]:
    """Return each pair of different blocks once, with the length of its border."""
    is_border = sides[:, 0] != sides[:, 1]
    pairs, pair = np.unique(
        np.sort(sides[is_border], axis=1), axis=0, return_inverse=True
    )
    sums = np.bincount(pair.ravel(), lengths[is_border], len(pairs))
    return pairs, sums.astype(np.float64)


def _hosts(thin: Rows, owners: Rows, sides: Rows, lengths: Floats) -> Rows:
    """Return the new row of each block: thin ones join another of their grid."""
    is_within = owners[sides[:, 0]] == owners[sides[:, 1]]
    pairs = np.concatenate([sides[is_within], sides[is_within][:, ::-1]])
    order = np.argsort(-np.tile(lengths[is_within], 2), kind="stable")
    blocks, first = np.unique(pairs[order, 0], return_index=True)
    hosts = dict(zip(blocks.tolist(), pairs[order, 1][first].tolist(), strict=True))
    labels = np.arange(len(owners))
    for row in thin.tolist():
        if row in hosts:
            labels[labels == labels[row]] = labels[hosts[row]]
    return np.unique(labels, return_inverse=True)[1].ravel()


def _dissolved(
    faces: NDArray[np.object_], owners: Rows, rows: Rows
) -> tuple[NDArray[np.object_], Rows]:
    """Return blocks of the faces that go to one row each."""
    order = np.argsort(rows, kind="stable")
    starts = np.searchsorted(rows[order], np.arange(rows.max() + 1))
    blocks = np.empty(len(starts), dtype=object)
    blocks[:] = [
        faces[part[0]] if len(part) == 1 else shapely.coverage_union_all(faces[part])
        for part in np.split(order, starts[1:])
    ]
    return blocks, owners[order[starts]]
