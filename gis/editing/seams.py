"""Borders of grids made of faces, without corners that no longer bend them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.arcs import share_arcs

Ints: TypeAlias = NDArray[np.int64]
Polygons: TypeAlias = NDArray[np.object_]

_BENT: Final = 1.0
"""Units by which cutting may have bent an edge."""


def smooth_seams(parts: Sequence[Polygons], corners: Ints) -> list[Polygons]:
    """Return parts whose edges run straight again where nothing meets them any more.

    Where a border that is no more crossed an edge, or ended there, is a corner up to
    half a unit beside the edge. It goes from both sides of the edge at once, so that
    what had every edge in common has it still; where two borders would then touch, all
    stay.

    Parameters
    ----------
    parts
        Polygons of each grid, in units, with all edges in common.
    corners
        They stay where the border passes them, shape (n, 2).
    """
    counts = [len(own) for own in parts]
    flat = np.concatenate([*parts, np.empty(0, dtype=object)])
    if not len(flat):
        return list(parts)
    lasting = {(x, y) for x, y in corners.tolist()}
    arcs = share_arcs(flat, decimals=0).arcs
    lines = np.array(
        [shapely.LineString(_smooth(arc, lasting)) for arc in arcs], dtype=object
    )
    if not shapely.is_simple(shapely.MultiLineString(lines.tolist())):
        return list(parts)
    faces = shapely.get_parts(shapely.polygonize(lines))
    owner = np.repeat(np.arange(len(parts)), counts)
    place, row = shapely.STRtree(flat).query(
        shapely.point_on_surface(faces), predicate="intersects"
    )
    of_face = np.full(len(faces), -1)
    of_face[place] = owner[row]
    return [faces[of_face == grid] for grid in range(len(parts))]


def _smooth(arc: Ints, lasting: set[tuple[int, int]]) -> Ints:
    """Return an arc without corners that lie on a straight line and need not stay."""
    stays = [0]
    stays += [n for n in range(1, len(arc) - 1) if tuple(arc[n].tolist()) in lasting]
    stays.append(len(arc) - 1)
    pieces = [arc[:1]]
    for start, end in pairwise(stays):
        piece = arc[start : end + 1]
        if end - start > 1:
            line = shapely.LineString(piece).simplify(_BENT, preserve_topology=False)
            piece = np.round(shapely.get_coordinates(line)).astype(np.int64)
        pieces.append(piece[1:])
    return np.concatenate(pieces)
