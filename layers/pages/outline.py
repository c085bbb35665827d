"""An area drawn small: its outline and numbered points as SVG takes them."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.geodesy import metres_per_degree

SIZE: Final = 100.0
"""Units of the longer side of what is drawn."""
MARGIN: Final = 6.0
DETAIL: Final = 0.4
"""Bends smaller than this are not drawn, units."""


class Dot(NamedTuple):
    """A numbered point of a drawing."""

    x: float
    y: float
    number: int


class Outline(NamedTuple):
    """A drawing.

    Attributes
    ----------
    width, height
        Of the box, from 0.
    path
        The outline, for the attribute ``d``.
    dots
        The points that lie in the box.
    """

    width: float
    height: float
    path: str
    dots: tuple[Dot, ...]


def outline(
    shape: shapely.Geometry, points: Sequence[tuple[int, float, float]] = ()
) -> Outline:
    """Return an area as it is drawn, north up, degrees as long as they are there.

    Parameters
    ----------
    shape
        The area, degrees.
    points
        Number, lon and lat of each point.

    Examples
    --------
    >>> drawing = outline(shapely.box(0, 0, 2, 1))
    >>> drawing.width, round(drawing.height)
    (112.0, 62)
    >>> drawing.path.count("Z")
    1
    """
    west, south, east, north = shapely.bounds(shape).tolist()
    along = metres_per_degree(np.array([(south + north) / 2]))[:, 0]
    wide, high = (east - west) * along[0], (north - south) * along[1]
    scale = along * SIZE / max(wide, high, 1e-9)

    def placed(lonlats: NDArray[np.float64]) -> NDArray[np.float64]:
        x = (lonlats[:, 0] - west) * scale[0] + MARGIN
        y = (north - lonlats[:, 1]) * scale[1] + MARGIN
        return np.column_stack([x, y])

    drawn = shapely.transform(shape, placed)
    width = round(float((east - west) * scale[0]) + 2 * MARGIN, 1)
    height = round(float((north - south) * scale[1]) + 2 * MARGIN, 1)
    spots = [(n, *placed(np.array([[lon, lat]]))[0]) for n, lon, lat in points]
    dots = tuple(
        Dot(round(float(x), 1), round(float(y), 1), n)
        for n, x, y in spots
        if 0 <= x <= width and 0 <= y <= height
    )
    return Outline(width, height, "".join(_lines(drawn)), dots)


def _lines(drawn: shapely.Geometry) -> Iterator[str]:
    """Yield each ring as a closed path."""
    for part in shapely.get_parts(shapely.simplify(drawn, DETAIL)):
        for ring in (part.exterior, *part.interiors):
            pairs = shapely.get_coordinates(ring)[:-1]
            yield f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in pairs.tolist())}Z"
