"""Coverages with fractal shared edges, and points in them; seeded.

Voronoi cells of half uniform and half clustered seeds, so that sizes are uneven. Each
shared edge is roughened by midpoint displacement inside the kite that it spans with
the two seeds beside it; kites do not overlap, so the coverage stays valid.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

BOUNDS = {125: (120.05, 30.30, 120.11, 30.36), 5733: (116.7, 38.5, 118.1, 40.3)}
COUNTRY = (109.6, 20.2, 117.3, 25.5)
PIECES = 16  # segments of a roughened edge
FILLED = 0.8  # of the kite
ROUGHNESS = 0.12  # of the edge length, for the first displacement

Polygons = NDArray[np.object_]
XY = NDArray[np.float64]


def fractal_coverage(count: int, seed: int = 1) -> Polygons:
    """Return polygons of about 100 vertices that share their edges bit by bit."""
    random = np.random.default_rng(seed)
    seeds = _mirrored(_seeds(count, random))
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(seeds), ordered=True)
    )
    starts, ends, owners = _walls(cells[:count])
    walls, wall_of, forward = _shared(starts, ends)
    kites = _kites(walls, seeds[owners], wall_of)
    lines = _roughened(walls, kites, random)
    minx, miny, maxx, maxy = BOUNDS.get(count, COUNTRY)
    lines = lines * (maxx - minx, maxy - miny) + (minx, miny)
    return _assembled(lines, wall_of, forward, owners)


def points_in(polygons: Polygons, count: int, kind: str, seed: int = 7) -> XY:
    """Return uniform points in the bounds, or points clustered about 200 places."""
    random = np.random.default_rng(seed)
    minx, miny, maxx, maxy = shapely.total_bounds(polygons)
    if kind == "uniform":
        return random.uniform((minx, miny), (maxx, maxy), (count, 2))
    chosen = polygons[random.integers(0, len(polygons), 200)]
    centres = shapely.get_coordinates(shapely.centroid(chosen))
    spread = 0.01 * (maxx - minx)
    return random.normal(centres[random.integers(0, 200, count)], spread)


def _seeds(count: int, random: np.random.Generator) -> XY:
    """Return seeds in the unit square, every second one in a cluster."""
    uniform = random.random((count - count // 2, 2))
    clusters = max(3, count // 400)
    centres = random.uniform(0.05, 0.95, (clusters, 2))
    spreads = random.uniform(0.02, 0.07, clusters) * (3 if count < 1000 else 1)
    which = random.integers(0, clusters, 4 * count)
    near = random.normal(centres[which], spreads[which, None])
    near = near[((near > 0.001) & (near < 0.999)).all(axis=1)][: count // 2]
    return np.vstack([uniform, near])


def _mirrored(seeds: XY) -> XY:
    """Return seeds and their images beyond the sides, which bound their cells."""
    images = [seeds]
    for axis, side in ((0, 0.0), (0, 1.0), (1, 0.0), (1, 1.0)):
        image = seeds.copy()
        image[:, axis] = 2 * side - image[:, axis]
        images.append(image[np.abs(image[:, axis] - side) < 0.4])
    return np.vstack(images)


def _walls(cells: Polygons) -> tuple[XY, XY, NDArray[np.int64]]:
    """Return both ends of every wall of every cell, and the cell, in ring order."""
    xy, ring = shapely.get_coordinates(
        shapely.get_exterior_ring(cells), return_index=True
    )
    within = ring[1:] == ring[:-1]
    return xy[:-1][within], xy[1:][within], ring[:-1][within]


def _shared(starts: XY, ends: XY) -> tuple[XY, NDArray[np.int64], NDArray[np.bool_]]:
    """Return each wall once, the wall of each side, and which sides run along it."""
    forward = (starts[:, 0] < ends[:, 0]) | (
        (starts[:, 0] == ends[:, 0]) & (starts[:, 1] < ends[:, 1])
    )
    first = np.where(forward[:, None], starts, ends)
    second = np.where(forward[:, None], ends, starts)
    walls, wall_of = np.unique(np.hstack([first, second]), axis=0, return_inverse=True)
    return walls, wall_of.ravel(), forward


def _kites(walls: XY, seeds: XY, wall_of: NDArray[np.int64]) -> XY:
    """Return for each wall how far its two seeds let it move, at each step along it.

    The result has shape (walls, 2, PIECES + 1): the lowest and the highest offset.
    """
    steps = np.arange(PIECES + 1) / PIECES
    along = walls[wall_of, 2:] - walls[wall_of, :2]
    length = np.hypot(along[:, 0], along[:, 1])
    unit = along / length[:, None]
    to_seed = seeds - walls[wall_of, :2]
    foot = (to_seed * unit).sum(axis=1) / length
    height = unit[:, 0] * to_seed[:, 1] - unit[:, 1] * to_seed[:, 0]
    foot = foot[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        rising = np.where(foot > 0, steps / foot, np.inf)
        falling = np.where(foot < 1, (1 - steps) / (1 - foot), np.inf)
    offsets = FILLED * height[:, None] * np.minimum(rising, falling)
    kites = np.zeros((len(walls), 2, PIECES + 1))
    np.minimum.at(kites[:, 0], wall_of, np.minimum(offsets, 0.0))
    np.maximum.at(kites[:, 1], wall_of, np.maximum(offsets, 0.0))
    return kites


def _roughened(walls: XY, kites: XY, random: np.random.Generator) -> XY:
    """Return a line of PIECES segments for each wall, shape (walls, PIECES + 1, 2)."""
    along = walls[:, 2:] - walls[:, :2]
    length = np.hypot(along[:, 0], along[:, 1])
    offsets = np.zeros((len(walls), PIECES + 1))
    step, size = PIECES, ROUGHNESS
    while step > 1:
        middle = np.arange(step // 2, PIECES, step)
        chord = (offsets[:, middle - step // 2] + offsets[:, middle + step // 2]) / 2
        moved = chord + random.normal(size=chord.shape) * size * length[:, None]
        offsets[:, middle] = np.clip(moved, kites[:, 0, middle], kites[:, 1, middle])
        step, size = step // 2, size * 0.55
    steps = np.arange(PIECES + 1)[:, None] / PIECES
    normal = np.column_stack([-along[:, 1], along[:, 0]]) / length[:, None]
    lines = walls[:, None, :2] + steps * along[:, None]
    lines += normal[:, None] * offsets[:, :, None]
    lines[:, 0], lines[:, -1] = walls[:, :2], walls[:, 2:]
    return lines


def _assembled(
    lines: XY,
    wall_of: NDArray[np.int64],
    forward: NDArray[np.bool_],
    owners: NDArray[np.int64],
) -> Polygons:
    """Return the polygons whose sides are the given lines, walked either way."""
    there, back = lines[wall_of, :-1], lines[wall_of, :0:-1]
    xy = np.where(forward[:, None, None], there, back).reshape(-1, 2)
    starts = np.searchsorted(owners, np.arange(owners[-1] + 2)) * PIECES
    closed = np.insert(xy, starts[1:], xy[starts[:-1]], axis=0)
    ring_starts = starts + np.arange(len(starts))
    return np.asarray(
        shapely.from_ragged_array(
            shapely.GeometryType.POLYGON,
            closed,
            (ring_starts, np.arange(len(ring_starts))),
        )
    )
