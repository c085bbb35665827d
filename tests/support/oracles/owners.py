"""Whose a point is, found plainly: the lowest id of all grids that touch it."""

import shapely


def owner_of(x, y, polygons):
    """Return the id of the owner of a point, None where no grid touches it."""
    point = shapely.Point(x, y)
    touching = [
        grid for grid, polygon in polygons.items() if shapely.intersects(polygon, point)
    ]
    return min(touching, default=None)
