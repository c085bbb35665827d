"""The ground that goes from grid to grid with a change, piece by piece."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
import pyproj
import shapely

from gis.geometry import Polygonal, area_m2, mean_width_m, polygon_parts

NOISE_WIDTH_M: Final = 1e-3
"""What rounding leaves between two borders is thinner, and is no ground."""


class MovedGround(NamedTuple):
    """Ground of one grid that another one gets.

    Attributes
    ----------
    from_id, to_id
        Grid before and after.
    geometry
        The ground, in the coordinates of the grids.
    area_m2, share
        Its area on the ellipsoid, and the part of the grid of before that it is.
    """

    from_id: str
    to_id: str
    geometry: shapely.MultiPolygon
    area_m2: float
    share: float


def moved_ground(
    before: Mapping[str, Polygonal], after: Mapping[str, Polygonal], crs: pyproj.CRS
) -> tuple[MovedGround, ...]:
    """Return the ground that goes from each grid to each other one, in code order.

    Parameters
    ----------
    before, after
        Grids that change, valid, lon then lat or x then y; together they are the same
        ground.
    crs
        Geographic or projected CRS of both.

    Returns
    -------
    ground
        Pairs of grids that share no ground, or what is thinner than rounding leaves
        (1 mm on the average), are left out.

    Examples
    --------
    >>> west, east = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    >>> halves = {"A": shapely.box(0, 0, 1.5, 1), "B": shapely.box(1.5, 0, 2, 1)}
    >>> plane = pyproj.CRS("+proj=laea")
    >>> [(m.from_id, m.to_id, round(m.share, 3))
    ...  for m in moved_ground({"A": west, "B": east}, halves, plane)]
    [('B', 'A', 0.5)]
    """
    names = [(a, b) for a in sorted(before) for b in sorted(after) if a != b]
    if not names:
        return ()
    common = shapely.intersection(
        [before[a] for a, _ in names], [after[b] for _, b in names]
    )
    parts, rows = polygon_parts(np.asarray(common, dtype=object))
    is_ground = mean_width_m(parts, crs) > NOISE_WIDTH_M
    parts, rows = parts[is_ground], rows[is_ground]
    part_areas = area_m2(parts, crs)
    areas = np.bincount(rows, part_areas, minlength=len(names))
    whole = dict(zip(before, area_m2(list(before.values()), crs), strict=True))
    return tuple(
        MovedGround(
            a,
            b,
            shapely.MultiPolygon(parts[rows == row].tolist()),
            float(areas[row]),
            min(1.0, float(areas[row] / whole[a])),
        )
        for row, (a, b) in enumerate(names)
        if areas[row] > 0.0
    )
