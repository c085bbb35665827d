"""What an edit takes out of a planar map and what it puts in."""

from dataclasses import dataclass, field
from typing import TypeAlias

import shapely

from gis.editing.whole_numbers import Ints, Point, as_point

Face: TypeAlias = str | None
"""Id of a grid; None is the outside, holes that no grid covers among it."""
Polygon: TypeAlias = shapely.Polygon | shapely.MultiPolygon


@dataclass(frozen=True, slots=True, eq=False)
class Arc:
    """A stretch of border from node to node.

    Attributes
    ----------
    xy
        Units of 1e-9 degree, shape (n, 2).
    left, right
        What lies on either side.

    Examples
    --------
    >>> import numpy as np
    >>> Arc(np.array([[0, 0], [1, 0]]), "A", None).reversed().left is None
    True
    """

    xy: Ints
    left: Face
    right: Face

    @property
    def start(self) -> Point:
        """Node that it begins at."""
        return as_point(self.xy[0])

    @property
    def end(self) -> Point:
        """Node that it ends at."""
        return as_point(self.xy[-1])

    @property
    def faces(self) -> tuple[Face, Face]:
        """What lies on the left and on the right."""
        return self.left, self.right

    def reversed(self) -> "Arc":
        """Return the same stretch the other way."""
        return Arc(self.xy[::-1], self.right, self.left)

    def beside(self, face: Face) -> "Arc":
        """Return the stretch with a face, which it borders, on its left."""
        return self if self.left == face else self.reversed()


@dataclass(frozen=True, slots=True)
class Change:
    """Arcs to drop and to add.

    Attributes
    ----------
    drop
        Keys of arcs of the map.
    add
        Arcs in their place.
    """

    drop: tuple[int, ...] = ()
    add: tuple[Arc, ...] = ()


@dataclass(frozen=True, slots=True)
class Reversal:
    """What brings a map back to where it was, as `PlanarMap.restore` takes it.

    Attributes
    ----------
    drop
        Keys of arcs that were added.
    add
        Arcs that were dropped, under their keys.
    polygons
        Polygon of each grid whose ground changed, before; None where it was not there.
    areas
        Doubled area of each of them, in units.
    """

    drop: tuple[int, ...]
    add: dict[int, Arc]
    polygons: dict[str, Polygon | None] = field(default_factory=dict)
    areas: dict[str, int] = field(default_factory=dict)
