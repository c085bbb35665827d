"""Whose ground lies around the town: the area that holds a position outside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.index.rtree import RTreeIndex

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """An area next to the town.

    Attributes
    ----------
    neighbour_id
        Its official code.
    name
        Its name; None where none is known.
    """

    neighbour_id: str
    name: str | None = None


class Jurisdictions:
    """Areas next to the town, in the coordinates of its grids.

    Parameters
    ----------
    areas
        In any order; each code once.
    polygons
        One polygon or multi-polygon each.

    Raises
    ------
    CoverageError
        If a code is repeated or a polygon cannot be used.

    Examples
    --------
    >>> import shapely
    >>> areas = [Jurisdiction("330109"), Jurisdiction("330106")]
    >>> squares = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    >>> around = Jurisdictions(areas, squares)
    >>> [on_border, far] = around.at_many(np.array([1.0, 9.0]), np.array([0.5, 0.5]))
    >>> on_border.neighbour_id, far is None
    ('330106', True)
    """

    def __init__(
        self, areas: Sequence[Jurisdiction], polygons: Iterable[BaseGeometry]
    ) -> None:
        codes = [area.neighbour_id for area in areas]
        self._index = RTreeIndex.build(codes, polygons)
        by_code = dict(zip(codes, areas, strict=True))
        # row -1 is the last one
        rows = [*(by_code[code] for code in self._index.ids), None]
        self._areas = np.array(rows, dtype=object)

    def at_many(self, x: Floats, y: Floats) -> NDArray[np.object_]:
        """Return the area that holds each position, None where none does.

        Parameters
        ----------
        x, y
            Positions in the CRS of the grids, shape (m,).

        Returns
        -------
        areas
            `Jurisdiction` or None, shape (m,); on a border, and where areas lie over
            each other, that of the lowest code.
        """
        areas: NDArray[np.object_] = self._areas[self._index.locate_many(x, y)]
        return areas
