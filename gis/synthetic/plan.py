"""Ground plan of a synthetic town: streets and canals cut an outline into grids."""

from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Polygons = NDArray[np.object_]

# street lines are snapped to whole centimetres before they are noded
CENTIMETRE = 0.01
DECIMALS_OF_PLAN = 2
CANALS = 2
VERTEX_STEP_M = 60.0
DECIMALS = 9


@dataclass(frozen=True, slots=True)
class PlanSize:
    """How large a town is and how it is cut.

    Attributes
    ----------
    lon, lat
        Middle of the town, degrees.
    metric_crs
        Projected CRS that the plan is drawn in.
    area_m2
        Area inside the outline.
    grids
        Number of grids.
    block_m
        Mean distance of the streets.
    """

    lon: float
    lat: float
    metric_crs: str
    area_m2: float
    grids: int
    block_m: float


def draw_grids(size: PlanSize, rng: np.random.Generator) -> Polygons:
    """Return the grids of a town as metric polygons.

    Streets wind and are closer in the middle, two canals cross them; what is too small
    joins the neighbour along its longest border, until the number fits. All grids
    share their vertices exactly.

    Parameters
    ----------
    size
        Size and place.
    rng
        Source of all chance.

    Returns
    -------
    polygons
        Shape (size.grids,), in metres around the middle of the town.
    """
    outline = draw_outline(size.area_m2, rng)
    lines = [outline.exterior, *draw_streets(outline, size.block_m, rng)]
    noded = shapely.union_all(lines, grid_size=CENTIMETRE)
    faces = np.array(shapely.get_parts(shapely.polygonize([noded])), dtype=object)
    # noding moves the outline by up to a centimetre, so a face is judged by its middle
    faces = faces[shapely.within(shapely.point_on_surface(faces), outline)]
    return merge_smallest(faces, size.grids)


def draw_outline(area_m2: float, rng: np.random.Generator) -> shapely.Polygon:
    """Return a rounded irregular outline of the area, metres around 0, 0."""
    angle = np.linspace(0.0, 2.0 * np.pi, 240, endpoint=False)
    radius = np.ones_like(angle)
    for wave in range(2, 8):
        phase, weight = rng.uniform(0.0, 2.0 * np.pi), rng.uniform(0.2, 1.0)
        radius += 0.16 / wave * weight * np.cos(wave * angle + phase)
    ring = np.column_stack([1.2 * radius * np.cos(angle), radius * np.sin(angle)])
    unit = shapely.Polygon(ring).area
    return shapely.Polygon(ring * np.sqrt(area_m2 / unit))


def draw_streets(
    outline: shapely.Polygon, block_m: float, rng: np.random.Generator
) -> list[shapely.LineString]:
    """Return winding streets both ways and two canals across the outline."""
    reach = 1.2 * float(np.abs(outline.bounds).max())
    turn = rng.uniform(-0.25, 0.25)
    streets = [
        _winding(offset, reach, block_m * 0.16, turn + quarter, rng)
        for quarter in (0.0, np.pi / 2.0)
        for offset in _offsets(reach, block_m, rng)
    ]
    canals = [
        _winding(offset, reach, block_m * 0.9, turn + tilt, rng)
        for offset, tilt in ((-0.12 * reach, 0.7), (0.22 * reach, -0.9))
    ]
    return streets + canals


def _offsets(reach: float, block_m: float, rng: np.random.Generator) -> list[float]:
    """Return where streets cross the axis: closer in the middle, never too close."""
    offsets, position = [], -reach
    while position < reach:
        far = min(abs(position) / reach, 1.0)
        position += block_m * (0.7 + 0.9 * far) * rng.uniform(0.8, 1.25)
        offsets.append(position)
    return offsets


def _winding(
    offset: float, reach: float, swing_m: float, turn: float, rng: np.random.Generator
) -> shapely.LineString:
    """Return a line that swings around an offset, turned by an angle."""
    along = np.arange(-reach, reach, VERTEX_STEP_M)
    across = np.full_like(along, offset)
    for length_m in (1900.0, 4700.0):
        phase = rng.uniform(0.0, 2.0 * np.pi)
        across += 0.5 * swing_m * np.sin(2.0 * np.pi * along / length_m + phase)
    across += rng.uniform(-3.0, 3.0, len(along))
    x = along * np.cos(turn) - across * np.sin(turn)
    y = along * np.sin(turn) + across * np.cos(turn)
    return shapely.LineString(np.column_stack([x, y]))


def merge_smallest(faces: Polygons, count: int) -> Polygons:
    """Merge the smallest face into a neighbour until `count` are left."""
    merged = list(faces)
    while len(merged) > count:
        smallest = int(np.argmin(shapely.area(merged)))
        face = merged.pop(smallest)
        borders = shapely.length(shapely.intersection(merged, face))
        best = int(np.argmax(borders))
        merged[best] = shapely.coverage_union_all([merged[best], face])
    return np.array([_single(face) for face in merged], dtype=object)


def _single(face: shapely.Geometry) -> shapely.Geometry:
    """Return the only part of a multi-part geometry, or the geometry."""
    parts = shapely.get_parts(face)
    return parts[0] if len(parts) == 1 else face


def to_degrees(polygons: Polygons, size: PlanSize) -> Polygons:
    """Return metric polygons around the middle as lon, lat at 9 decimals (EPSG:4490).

    Equal vertices stay equal, so a clean coverage stays clean.
    """
    forth = pyproj.Transformer.from_crs("EPSG:4490", size.metric_crs, always_xy=True)
    east, north = forth.transform(size.lon, size.lat)

    def convert(xy: Floats) -> Floats:
        lon, lat = forth.transform(
            xy[:, 0] + east, xy[:, 1] + north, direction="INVERSE"
        )
        return np.round(np.column_stack([lon, lat]), DECIMALS)

    return np.asarray(shapely.transform(polygons, convert), dtype=object)
