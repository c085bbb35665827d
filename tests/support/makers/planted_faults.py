"""Seeded coverages, clean or with one planted fault whose area is known exactly."""

from collections import defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal

import numpy as np
import pyproj
import shapely

Kind = Literal["gap", "hole", "overlap", "sliver gap", "sliver overlap"]
KINDS: tuple[Kind, ...] = ("gap", "hole", "overlap", "sliver gap", "sliver overlap")

COLUMNS, ROWS, CELL_M, SEGMENTS = 5, 4, 500.0, 4
SMALLEST_M2, GREATEST_M2, GREATEST_SLIVER_M2 = 1e-4, 1e3, 20.0
# a vertex stored to 0.1 mm needs some height to stand on its own side of an edge
LEAST_HEIGHT_M = 5e-4

GEOD = pyproj.Geod(ellps="GRS80")


@dataclass(frozen=True)
class Site:
    """Where a coverage lies, and how its coordinates are stored."""

    crs: str
    origin: tuple[float, float]
    units_per_m: tuple[float, float]
    decimals: int

    def store(self, metres: np.ndarray) -> np.ndarray:
        return np.round(metres * self.units_per_m + self.origin, self.decimals)


LONLAT = Site("EPSG:4490", (120.08, 30.33), (1 / 96_200.0, 1 / 110_900.0), 9)
METRIC = Site("EPSG:4549", (507_700.0, 3_356_900.0), (1.0, 1.0), 4)


@dataclass(frozen=True)
class Plant:
    """The fault that was planted."""

    kind: Literal["gap", "overlap"]
    is_sliver: bool
    grids: tuple[str, ...]
    area_m2: float
    triangle: shapely.Polygon


@dataclass(frozen=True)
class Sample:
    """A coverage; `plant` is None where it is clean."""

    ids: tuple[str, ...]
    polygons: tuple[shapely.Geometry, ...]
    site: Site
    plant: Plant | None = None


def clean_coverage(seed: int, site: Site) -> Sample:
    """Jittered blocks, some joined into rings and multi-part grids, some vertices of
    one side lying on the other side's edge as nearly as doubles can say."""
    rng = np.random.default_rng(seed)
    sample = _joined_blocks(rng, site)
    return _with_t_vertices(rng, sample)


def faulty_coverage(seed: int, site: Site, kind: Kind) -> Sample:
    """A clean coverage with one fault of that kind."""
    rng = np.random.default_rng(seed)
    sample = _joined_blocks(rng, site)
    while True:
        planted = (
            _cut_hole(rng, sample)
            if kind == "hole"
            else _move_border(rng, sample, kind)
        )
        if planted is not None:
            return _with_t_vertices(rng, planted)


def _joined_blocks(rng: np.random.Generator, site: Site) -> Sample:
    blocks = _blocks(rng, site)
    names = {cell: f"G-{cell[0]}{cell[1]}" for cell in blocks}
    centre = (int(rng.integers(1, COLUMNS - 1)), int(rng.integers(1, ROWS - 1)))
    joins = [
        [c for c in blocks if c != centre and np.abs(np.subtract(c, centre)).max() == 1]
    ]
    others = [cell for cell in blocks if cell != centre and cell not in joins[0]]
    if rng.random() < 0.5:
        joins = []
        others = list(blocks)
    picked = rng.choice(len(others), 4, replace=False)
    joins += [[others[i] for i in picked[:2]], [others[i] for i in picked[2:]]]
    for cells in joins:
        names.update(dict.fromkeys(cells, names[cells[0]]))
    groups = defaultdict(list)
    for cell, name in names.items():
        groups[name].append(blocks[cell])
    ids = tuple(str(name) for name in rng.permutation(list(groups)))
    polygons = tuple(shapely.coverage_union_all(groups[name]) for name in ids)
    return Sample(ids, polygons, site)


def _blocks(
    rng: np.random.Generator, site: Site
) -> dict[tuple[int, int], shapely.Polygon]:
    """Quarters of a jittered lattice; the line between two has one set of vertices."""
    lattice = np.indices((COLUMNS + 1, ROWS + 1)).transpose(1, 2, 0).astype(float)
    lattice += rng.uniform(-0.25, 0.25, lattice.shape)

    def line(start: np.ndarray, end: np.ndarray) -> np.ndarray:
        t = np.linspace(0.0, 1.0, SEGMENTS + 1)[:, None]
        points = start + (end - start) * t
        points[1:-1] += rng.uniform(-0.04, 0.04, (SEGMENTS - 1, 2))
        return site.store(points * CELL_M)

    columns, rows = range(COLUMNS), range(ROWS)
    across = {
        (i, j): line(lattice[i, j], lattice[i + 1, j])
        for i in columns
        for j in range(ROWS + 1)
    }
    up = {
        (i, j): line(lattice[i, j], lattice[i, j + 1])
        for i in range(COLUMNS + 1)
        for j in rows
    }
    return {
        (i, j): shapely.Polygon(
            np.vstack(
                [
                    across[i, j][:-1],
                    up[i + 1, j][:-1],
                    across[i, j + 1][:0:-1],
                    up[i, j][:0:-1],
                ]
            )
        )
        for i in columns
        for j in rows
    }


Segment = tuple[tuple[float, float], tuple[float, float]]


def _inner_segments(sample: Sample) -> dict[Segment, list[int]]:
    """Segments that two grids share, with the rows of both."""
    owners: dict[Segment, list[int]] = defaultdict(list)
    for row, polygon in enumerate(sample.polygons):
        for ring in shapely.get_rings(shapely.get_parts(polygon)):
            for a, b in pairwise(ring.coords):
                owners[min(a, b), max(a, b)].append(row)
    return {segment: rows for segment, rows in owners.items() if len(set(rows)) == 2}


def _insert(
    polygon: shapely.Geometry, segment: Segment, points: list
) -> shapely.Geometry:
    """Put points, in order from the segment's start, into a polygon's ring."""
    ways = {segment: points, segment[::-1]: points[::-1]}

    def ring(line: shapely.LinearRing) -> list:
        coords = [line.coords[0]]
        for a, b in pairwise(line.coords):
            coords += [*ways.get((a, b), []), b]
        return coords

    return shapely.MultiPolygon(
        [
            (ring(part.exterior), [ring(hole) for hole in part.interiors])
            for part in shapely.get_parts(polygon)
        ]
    )


def _with_t_vertices(rng: np.random.Generator, sample: Sample) -> Sample:
    """Give one side of a few borders a vertex that the other side does not have."""
    polygons = list(sample.polygons)
    segments = list(_inner_segments(sample).items())
    for n in rng.choice(len(segments), 5, replace=False):
        (a, b), rows = segments[n]
        point = np.array(a) + np.subtract(b, a) * rng.uniform(0.2, 0.8)
        row = int(rng.choice(rows))
        polygons[row] = _insert(polygons[row], (a, b), [tuple(point)])
    return replace(sample, polygons=tuple(polygons))


def _draw_area(rng: np.random.Generator, greatest: float) -> float:
    return float(np.exp(rng.uniform(np.log(SMALLEST_M2), np.log(greatest))))


def _cut_hole(rng: np.random.Generator, sample: Sample) -> Sample | None:
    row = int(rng.integers(len(sample.ids)))
    grid = sample.polygons[row]
    area = _draw_area(rng, GREATEST_M2)
    centre = shapely.get_coordinates(grid.representative_point())[0]
    turns = rng.uniform(0.0, 1.0) + np.array([0.0, 1.0, 2.0]) / 3.0
    circle = np.column_stack([np.cos(2 * np.pi * turns), np.sin(2 * np.pi * turns)])
    radius_m = np.sqrt(area / (0.75 * np.sqrt(3.0)))
    metres = (centre - sample.site.origin) / sample.site.units_per_m + circle * radius_m
    triangle = shapely.Polygon(sample.site.store(metres))
    if not shapely.contains_properly(grid, triangle):
        return None
    return _planted(sample, {row: grid - triangle}, "gap", False, triangle)


def _move_border(rng: np.random.Generator, sample: Sample, kind: Kind) -> Sample | None:
    """Pull one grid back from a shared border, or push it over; None where no room."""
    is_sliver = kind.startswith("sliver")
    area = _draw_area(rng, GREATEST_SLIVER_M2 if is_sliver else GREATEST_M2)
    segments = list(_inner_segments(sample).items())
    (a, b), rows = segments[rng.integers(len(segments))]
    mover, other = rng.permutation(rows)
    site = sample.site
    start, end = ((np.array(p) - site.origin) / site.units_per_m for p in (a, b))
    length = float(np.hypot(*(end - start)))
    longest = 0.8 * length
    base = min(longest, 2.0 * area / LEAST_HEIGHT_M if is_sliver else 2.0 * area**0.5)
    along = (end - start) / length
    middle = (start + end) / 2.0
    side = rng.choice([-1.0, 1.0])
    apex_m = middle + side * np.array([-along[1], along[0]]) * 2.0 * area / base
    corners = [middle - along * base / 2.0, middle + along * base / 2.0]
    left, right, apex = (tuple(p) for p in site.store(np.array([*corners, apex_m])))
    moved = _insert(sample.polygons[mover], (a, b), [left, apex, right])
    kept = _insert(sample.polygons[other], (a, b), [left, right])
    before = _insert(sample.polygons[mover], (a, b), [left, right])
    triangle = shapely.Polygon([left, right, apex])
    fault: Literal["gap", "overlap"] = "gap" if kind.endswith("gap") else "overlap"
    room = before if fault == "gap" else kept
    if not (moved.is_valid and kept.is_valid and shapely.covers(room, triangle)):
        return None
    changed = {mover: moved, other: kept}
    return _planted(sample, changed, fault, is_sliver, triangle)


def _planted(
    sample: Sample,
    changed: dict[int, shapely.Geometry],
    kind: Literal["gap", "overlap"],
    is_sliver: bool,
    triangle: shapely.Polygon,
) -> Sample:
    polygons = list(sample.polygons)
    for row, polygon in changed.items():
        polygons[row] = polygon
    grids = tuple(sorted(sample.ids[row] for row in changed))
    area = exact_area_m2(triangle, sample.site)
    plant = Plant(kind, is_sliver, grids, area, triangle)
    return replace(sample, polygons=tuple(polygons), plant=plant)


def exact_area_m2(polygon: shapely.Polygon, site: Site) -> float:
    """The area of a ring of doubles in rational numbers, times the scale there."""
    ring = [(Fraction(x), Fraction(y)) for x, y in polygon.exterior.coords]
    twice = sum(
        (a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)),
        Fraction(0),
    )
    scale = 1.0 if site is METRIC else _m2_per_degree2(polygon.centroid.y)
    return float(abs(twice) / 2) * scale


def _m2_per_degree2(lat: float) -> float:
    """The scale of the ellipsoid from a geodesic box, not from a formula."""
    side = 1e-3
    south, north = lat - side / 2, lat + side / 2
    area_m2, _ = GEOD.polygon_area_perimeter(
        [0.0, side, side, 0.0], [south, south, north, north]
    )
    return area_m2 / side**2
