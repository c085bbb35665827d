"""WebMercatorQuad (OGC 17-083r4, annex D): where tiles lie, and how they are cut."""

import math
from dataclasses import dataclass
from typing import Final

from gis.coverage.snapping import Lines

HALF_WORLD_M: Final = math.pi * 6_378_137
"""From the middle of the world to its sides, in EPSG:3857."""
EXTENT: Final = 4096
"""Pixels along a side of a tile."""
BUFFER: Final = 64
"""A tile has so many pixels of its neighbours on each side, to draw borders whole."""
ZOOMS: Final = range(8, 15)
"""Of a town whose sides are at most some degrees, down to its houses."""
CUTS: Final = Lines(EXTENT, (-BUFFER, BUFFER))
"""Where tiles with their buffers are cut out of all pixels of a zoom."""

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Limits:
    """The tiles of a zoom that there is something to show in, rows from the north.

    Attributes
    ----------
    first_row, last_row, first_column, last_column
        All within.
    """

    first_row: int
    last_row: int
    first_column: int
    last_column: int

    def has(self, row: int, column: int) -> bool:
        """Say whether a tile is within.

        Parameters
        ----------
        row, column
            The tile.
        """
        return (
            self.first_row <= row <= self.last_row
            and self.first_column <= column <= self.last_column
        )


def pixel_m(zoom: int) -> float:
    """Return the side of a pixel in metres of EPSG:3857.

    Examples
    --------
    >>> round(pixel_m(14), 6)
    0.597164
    """
    return float(2 * HALF_WORLD_M / (EXTENT << zoom))


def limits_of(bounds: Bounds, zoom: int, margin: float) -> Limits:
    """Return the tiles that bounds lie in.

    Parameters
    ----------
    bounds
        West, south, east and north in EPSG:3857.
    zoom
        Of the tiles.
    margin
        The bounds are widened by so many pixels.

    Examples
    --------
    >>> limits_of((1.0, 1.0, 1.0, 1.0), 1, margin=0)
    Limits(first_row=0, last_row=0, first_column=1, last_column=1)
    """
    west, south, east, north = bounds
    side, space = pixel_m(zoom) * EXTENT, pixel_m(zoom) * margin

    def number(distance: float) -> int:
        return min(max(math.floor(distance / side), 0), (1 << zoom) - 1)

    return Limits(
        number(HALF_WORLD_M - north - space),
        number(HALF_WORLD_M - south + space),
        number(HALF_WORLD_M + west - space),
        number(HALF_WORLD_M + east + space),
    )
