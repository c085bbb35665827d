"""The points of outlines that are nearest to positions, edge by edge."""

import numpy as np
from numpy.typing import NDArray

from gis.index.compiling import compiled
from gis.index.edges import Rings

Floats = NDArray[np.float64]


def nearest_feet(
    rings: Rings, rows: NDArray[np.int32], xy: Floats, scale: Floats
) -> Floats:
    """Return the point of the rings of a polygon nearest to each position.

    Parameters
    ----------
    rings
        Of the polygons, each with at least one edge.
    rows
        Which polygon is asked about, shape (m,).
    xy
        Positions in the units of the polygons, shape (m, 2).
    scale
        Length of one unit of x and of y at each position, shape (2, m).

    Returns
    -------
    feet
        Shape (m, 2); of edges equally near the first counts.

    Examples
    --------
    >>> import shapely
    >>> from gis.index.edges import rings_of
    >>> rings = rings_of(np.array([shapely.box(0, 0, 2, 1)]))
    >>> row = np.zeros(1, dtype=np.int32)
    >>> nearest_feet(rings, row, np.array([[5.0, 0.5]]), np.ones((2, 1))).tolist()
    [[2.0, 0.5]]
    """
    feet = np.empty((len(rows), 2))
    _project(
        np.ascontiguousarray(rings.vertices),
        rings.ring_starts,
        # the rings of a row follow each other, and so do their vertices
        rings.part_starts[rings.row_starts],
        np.ascontiguousarray(rows, dtype=np.int32),
        np.column_stack([xy, scale.T]),
        feet,
    )
    return feet


@compiled
def _project(
    vertices: Floats,
    ring_starts: NDArray[np.int64],
    rings_of_row: NDArray[np.int64],
    rows: NDArray[np.int32],
    places: Floats,
    feet: Floats,
) -> None:
    """Project each position on each edge of its polygon and keep the nearest foot."""
    for place in range(len(rows)):
        x, y, scale_x, scale_y = places[place]
        best = np.inf
        row = rows[place]
        for ring in range(rings_of_row[row], rings_of_row[row + 1]):
            for vertex in range(ring_starts[ring], ring_starts[ring + 1] - 1):
                start_x, start_y = vertices[vertex]
                step_x = vertices[vertex + 1, 0] - start_x
                step_y = vertices[vertex + 1, 1] - start_y
                edge_x, edge_y = step_x * scale_x, step_y * scale_y
                to_x, to_y = (x - start_x) * scale_x, (y - start_y) * scale_y
                length2 = edge_x * edge_x + edge_y * edge_y
                along = 0.0
                if length2 > 0.0:
                    along = (to_x * edge_x + to_y * edge_y) / length2
                    along = min(max(along, 0.0), 1.0)
                off_x, off_y = to_x - along * edge_x, to_y - along * edge_y
                gap2 = off_x * off_x + off_y * off_y
                if gap2 < best:
                    best = gap2
                    feet[place, 0] = start_x + along * step_x
                    feet[place, 1] = start_y + along * step_y
