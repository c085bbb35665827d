"""Narrow parts of grids that came back and hang nowhere, given to who is around."""

from collections import defaultdict
from typing import Final, NamedTuple

import numpy as np
import shapely

from gis.editing.ground import NOBODY, Ground, Ints, Polygons, faces_within, join_faces
from gis.editing.returned import ReturnedGrids
from gis.geometry import mean_width_m

_MOST_PASSES: Final = 6


class Shape(NamedTuple):
    """What a grid has, and what it had in the base.

    Attributes
    ----------
    parts
        Its polygons, the greatest first.
    most
        How many it had, at least 1.
    least_width_m
        Mean width of the narrowest that it had; infinite where it had none.
    """

    parts: Polygons
    most: int
    least_width_m: float


def without_crumbs(
    returned: ReturnedGrids, ground: Ground, owners: Ints, noise_m: float
) -> dict[int, Shape]:
    """Return the parts of every key, narrow ones that hang nowhere given away.

    Parameters
    ----------
    returned, ground
        What came back, and how it lies over the base.
    owners
        Row of the key that has each face, shape (n,); it is changed.
    noise_m
        A part of a smaller mean width, one more than the base had, is a crumb: it goes
        to who had it and lies beside it, else to who has most of the border around it.

    Returns
    -------
    shapes
        By row of the key.
    """
    points = shapely.point_on_surface(ground.faces)
    shapes: dict[int, Shape] = {}
    rows = {*range(len(ground.keys))}
    for _ in range(_MOST_PASSES):
        members = {row: np.flatnonzero(owners == row) for row in sorted(rows)}
        shapes |= {
            row: _shape(returned, ground, row, faces) for row, faces in members.items()
        }
        receivers = set()
        for row, faces in members.items():
            for crumb in _crumbs(shapes[row], ground, noise_m):
                within = faces_within(crumb, points[faces]) != NOBODY
                receivers |= _give_away(ground, owners, faces[within], row)
                receivers.add(row)
        if not receivers:
            break
        rows = receivers
    return shapes


def _shape(returned: ReturnedGrids, ground: Ground, row: int, faces: Ints) -> Shape:
    parts = ground.faces[faces]
    if len(faces):
        parts = join_faces(parts)
        parts = parts[np.argsort(-shapely.area(parts), kind="stable")]
    base = returned.base.get(ground.keys[row])
    own = shapely.get_parts([] if base is None else [base])
    least = mean_width_m(own, ground.crs).min(initial=np.inf)
    return Shape(parts, max(1, len(own)), float(least))


def _crumbs(shape: Shape, ground: Ground, noise_m: float) -> list[Polygons]:
    """Return the parts of noise that the base did not have, each in an array."""
    extra = shape.parts[shape.most if shape.least_width_m < noise_m else 1 :]
    if not len(extra):
        return []
    widths = mean_width_m(ground.in_degrees(extra), ground.crs)
    return [extra[[n]] for n in np.flatnonzero(widths < noise_m).tolist()]


def _give_away(ground: Ground, owners: Ints, faces: Ints, row: int) -> set[int]:
    """Give a crumb to who has most of the border around it; return to whom."""
    lengths: dict[int, float] = defaultdict(float)
    for face in faces.tolist():
        for other, length in ground.neighbours_of(face):
            owner = NOBODY if other == NOBODY else int(owners[other])
            if owner not in (row, NOBODY):
                lengths[owner] += length
    if not lengths:
        return set()
    # who had it first, if he is beside it
    former = {ground.base_ids[base] for base in ground.base[faces] if base != NOBODY}
    best = max(
        lengths, key=lambda own: (ground.keys[own] in former, lengths[own], -own)
    )
    owners[faces] = best
    return {best}
