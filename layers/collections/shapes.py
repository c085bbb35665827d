"""Geometry of rows: points as two columns, other shapes as they are."""

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

Flags: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """Geometry of rows; NaN stands where a row has none.

    Attributes
    ----------
    x_low, y_low, x_high, y_high
        Bounds, shape (n,) each; of points the last two are the first two.
    items
        The geometry, shape (n,); None where all rows are points, which are made when
        they are asked for: a million of them take 16 MB.

    Examples
    --------
    >>> shapes = Shapes.of(shapely.points([[1.0, 2.0], [3.0, 4.0]]))
    >>> shapes.touches(shapely.box(0, 0, 2, 2)).tolist(), shapes.items is None
    ([True, False], True)
    """

    x_low: Floats
    y_low: Floats
    x_high: Floats
    y_high: Floats
    items: NDArray[np.object_] | None
    _bounds: list[Floats] = field(default_factory=list, init=False, repr=False)

    @classmethod
    def of(cls, items: NDArray[np.object_]) -> "Shapes":
        """Return geometry as rows have it.

        Parameters
        ----------
        items
            Shape (n,), None where a row has none.
        """
        is_point = shapely.get_type_id(items) == shapely.GeometryType.POINT
        if (is_point | shapely.is_missing(items)).all():
            return cls.of_points(shapely.get_x(items), shapely.get_y(items))
        west, south, east, north = np.ascontiguousarray(shapely.bounds(items).T)
        return cls(west, south, east, north, items)

    @classmethod
    def of_points(cls, x: Floats, y: Floats) -> "Shapes":
        """Return points, shape (n,) each; NaN where a row has none."""
        return cls(x, y, x, y, None)

    @classmethod
    def nowhere(cls, count: int) -> "Shapes":
        """Return the geometry of rows that have none, or none that is seen."""
        nothing = np.full(count, np.nan)
        return cls.of_points(nothing, nothing)

    def __len__(self) -> int:
        return len(self.x_low)

    @property
    def nbytes(self) -> int:
        """About how much memory they take: a vertex of a shape has two numbers."""
        columns = {id(c): c for c in (self.x_low, self.y_low, self.x_high, self.y_high)}
        vertices = 0 if self.items is None else shapely.get_num_coordinates(self.items)
        return sum(c.nbytes for c in columns.values()) + 16 * int(np.sum(vertices))

    def take(self, rows: Rows) -> NDArray[np.object_]:
        """Return the geometry of some rows; None where there is none."""
        if self.items is not None:
            return self.items[rows]
        shapes: NDArray[np.object_] = np.full(len(rows), None, dtype=np.object_)
        is_there = ~np.isnan(self.x_low[rows])
        there = rows[is_there]
        shapes[is_there] = shapely.points(self.x_low[there], self.y_low[there])
        return shapes

    def only(self, is_wanted: Flags) -> "Shapes":
        """Return the geometry of the rows that are wanted, shape (n,)."""
        if self.items is None:
            return self.of_points(self.x_low[is_wanted], self.y_low[is_wanted])
        return self.of(self.items[is_wanted])

    def has_any(self) -> Flags:
        """Return which rows have a geometry."""
        has_any: Flags = ~np.isnan(self.x_low)
        return has_any

    def bounds(self) -> Floats:
        """Return west, south, east and north of all; NaN where no row has a shape."""
        # every page asks, and a million rows take as long as a page
        if not self._bounds:
            bounds = self._total_bounds()
            bounds.setflags(write=False)
            self._bounds.append(bounds)
        return self._bounds[0]

    def _total_bounds(self) -> Floats:
        if not self.has_any().any():
            return np.full(4, np.nan)
        lows = np.nanmin(self.x_low), np.nanmin(self.y_low)
        return np.array([*lows, np.nanmax(self.x_high), np.nanmax(self.y_high)])

    def touches(self, shape: shapely.Geometry, is_wanted: Flags | None = None) -> Flags:
        """Return which rows touch a geometry; those without one do not.

        Parameters
        ----------
        shape
            In the CRS of the rows.
        is_wanted
            Others are not looked at; all are without.
        """
        west, south, east, north = shapely.bounds(shape)
        is_near: Flags = (self.x_low <= east) & (self.x_high >= west)
        is_near &= (self.y_low <= north) & (self.y_high >= south)
        if is_wanted is not None:
            is_near &= is_wanted
        is_box = shapely.equals(shape, shapely.box(west, south, east, north))
        if self.items is None and is_box:
            return is_near
        near = np.flatnonzero(is_near)
        shapely.prepare(shape)
        if self.items is None:
            x, y = self.x_low[near], self.y_low[near]
            is_near[near] = shapely.intersects_xy(shape, x, y)
        else:
            is_near[near] = shapely.intersects(shape, self.items[near])
        return is_near
