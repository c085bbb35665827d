"""Whose a point is, found plainly: the lowest id that touches it, or is nearest."""

import shapely


def owner_of(x, y, polygons):
    """Return the id of the owner of a point, None where no grid touches it."""
    point = shapely.Point(x, y)
    touching = [
        grid for grid, polygon in polygons.items() if shapely.intersects(polygon, point)
    ]
    return min(touching, default=None)


def nearest_owner(x, y, polygons, reach):
    """Return the owner of a point, else the lowest id of the nearest within a reach.

    Distances are planar, to 1 mm.
    """
    point = shapely.Point(x, y)
    metres = {
        grid: round(shapely.distance(polygon, point), 3)
        for grid, polygon in polygons.items()
    }
    near = [(far, grid) for grid, far in metres.items() if far <= reach]
    return owner_of(x, y, polygons) or min(near, default=(0, None))[1]
