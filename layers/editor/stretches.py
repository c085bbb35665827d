"""The stretch of a drawn line at which an edit was refused, to be drawn in red."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.editing import PlanarMap
from gis.editing.whole_numbers import to_degrees, to_units
from gis.errors import EditError

Stretch: TypeAlias = list[list[float]]


def stretch_of(
    error: EditError, operation: object, planar: PlanarMap
) -> Stretch | None:
    """Return the stretch at which an operation was refused; None where there is none.

    Parameters
    ----------
    error
        Why; where it names a stretch itself, that is the one.
    operation
        Values of the operation as they came.
    planar
        The map on which it was tried.

    Returns
    -------
    stretch
        Lon and lat of its corners: the side of the drawn line, or of the border as it
        would be with a moved corner, that is nearest to the place of the refusal.
    """
    if error.stretch:
        return [[x, y] for x, y in error.stretch]
    if error.place is None or not isinstance(operation, Mapping):
        return None
    try:
        sides = _sides(operation, planar)
    except (TypeError, ValueError):  # no numbers: nothing is drawn
        return None
    if not len(sides):
        return None
    nearest = shapely.distance(shapely.linestrings(sides), shapely.Point(error.place))
    stretch: Stretch = sides[int(nearest.argmin())].tolist()
    return stretch


def _sides(operation: Mapping[str, Any], planar: PlanarMap) -> NDArray[np.float64]:
    """Return the sides that an operation draws, shape (n, 2, 2)."""
    if "line" in operation:
        line = np.asarray(operation["line"], dtype=np.float64)
    elif "new" in operation:
        return _moved_sides(operation["old"], operation["new"], planar)
    else:
        return np.empty((0, 2, 2))
    return np.stack([line[:-1], line[1:]], axis=1)


def _moved_sides(
    old: Sequence[float], new: Sequence[float], planar: PlanarMap
) -> NDArray[np.float64]:
    """Return the sides of borders beside a corner once it has moved."""
    corner = to_units(np.asarray(old, dtype=np.float64))
    ends = []
    for key in planar.keys_in(corner.tolist(), corner.tolist()):
        xy = planar.arcs[key].xy
        rows = np.flatnonzero((xy == corner).all(axis=1))
        beside = np.concatenate([rows - 1, rows + 1])
        ends += to_degrees(xy[beside[(beside >= 0) & (beside < len(xy))]]).tolist()
    place = np.asarray(new, dtype=np.float64).tolist()
    return np.array([[end, place] for end in ends]).reshape(-1, 2, 2)
