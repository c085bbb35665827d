"""Coverages in degrees, and how they may come back from a survey."""

import numpy as np
import pyproj
import shapely
from hypothesis import strategies as st
from shapely import box

from gis.geometry import round_coordinates
from support.makers.strategies import Coverage, coverages

CRS = pyproj.CRS(4490)
ORIGIN = np.array([120.0, 30.0])
STEP = 1e-3
"""Degrees of a whole number of a coverage: a quarter of it is about a kilometre."""
METRES = np.array([96_000.0, 111_000.0])
"""A little less than those of a degree there, so that what is moved is moved less."""


def in_degrees(coverage: Coverage) -> dict[str, shapely.Geometry]:
    """Return the grids of a coverage as they are stored."""
    shapes = [
        shapely.transform(polygon, lambda xy: xy * STEP + ORIGIN)
        for polygon in coverage.polygons
    ]
    rounded = round_coordinates(shapes)
    return dict(zip(coverage.ids, rounded, strict=True))


def moved(polygon: shapely.Geometry, metres: float, seed: int) -> shapely.Geometry:
    """Return a polygon with every corner up to so many metres elsewhere."""
    random = np.random.default_rng(seed)
    corners: dict[tuple[float, ...], np.ndarray] = {}

    def shake(xy: np.ndarray) -> np.ndarray:
        for corner in map(tuple, xy.tolist()):
            if corner not in corners:
                angle, part = random.uniform(0, 2 * np.pi), random.uniform(0, 1)
                step = part * metres * np.array([np.cos(angle), np.sin(angle)])
                corners[corner] = np.array(corner) + step / METRES / 1.02
        return np.array([corners[corner] for corner in map(tuple, xy.tolist())])

    shaken: shapely.Geometry = shapely.transform(polygon, shake)
    return shaken


@st.composite
def redrawn_coverages(
    draw: st.DrawFn,
) -> tuple[dict[str, shapely.Geometry], list[tuple[str, shapely.Geometry]]]:
    """Draw a base, and its grids drawn anew, some by 0.3 m and some by 30 m."""
    base = in_degrees(draw(coverages(min_side=2)))
    rows = []
    for grid, polygon in base.items():
        metres = draw(st.sampled_from([0.0, 0.0, 0.3, 30.0]))
        seed = draw(st.integers(0, 99))
        drawn = moved(polygon, metres, seed) if metres else polygon
        rows.append((grid, drawn if drawn.is_valid else polygon))
    return base, rows


def redigitised(
    base: dict[str, shapely.Geometry], count: int, metres: float, seed: int
) -> list[tuple[str, shapely.Geometry]]:
    """Return all grids, some of them with every corner normally astray."""
    random = np.random.default_rng(seed)
    chosen = set(random.choice(sorted(base), count, replace=False).tolist())
    rows = []
    for grid, polygon in base.items():
        corners = shapely.get_coordinates(polygon)[:-1]
        step = random.normal(0.0, metres, corners.shape) / METRES
        drawn = shapely.Polygon(corners + step) if grid in chosen else polygon
        rows.append((grid, drawn))
    return rows


@st.composite
def edited_coverages(
    draw: st.DrawFn,
) -> tuple[dict[str, shapely.Geometry], list[tuple[str, shapely.Geometry]]]:
    """Draw a base, and rows in which grids are split, merged, renamed and shaken."""
    base = in_degrees(draw(coverages(min_side=2, joined=False)))
    rows = list(base.items())
    for _ in range(draw(st.integers(1, 3))):
        grid, shape = rows.pop(draw(st.integers(0, len(rows) - 1)))
        how = draw(st.sampled_from(["split", "merge", "rename"]))
        if how == "split":
            west, south, east, north = shape.bounds
            x = west + (east - west) * draw(st.floats(0.2, 0.8))
            halves = [box(west, south, x, north), box(x, south, east, north)]
            parts = shapely.get_parts(shapely.intersection(shape, halves))
            rows += [(grid, part) for part in parts]
        elif how == "merge" and rows:
            place = draw(st.integers(0, len(rows) - 1))
            name, other = rows[place]
            rows[place] = name, shapely.union(shape, other)
        else:
            rows.append((f"N{grid}", shape))
    shaken = []
    for grid, shape in rows:
        seed = draw(st.integers(0, 9))
        near = moved(shape, 0.3, seed) if seed % 2 else shape
        shaken.append((grid, near if near.is_valid else shape))
    return base, [row for row in shaken if row[1].geom_type.endswith("Polygon")]
