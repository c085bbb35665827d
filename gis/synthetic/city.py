"""A synthetic city like Tianjin: 16 districts, 276 streets, 5,733 communities.

Units are quarters of a jittered lattice whose borders are fractal lines, shared to the
bit; streets and districts are blocks of quarters, so every tier nests in the next.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.models import Circle, CircleId

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

CRS = "EPSG:4490"
SEED = 20_261_002
DECIMALS = 9
BOUNDS = (116.70, 38.60, 117.95, 39.60)
COLUMNS, ROWS = 91, 63
# 2 ** 5 steps a border make about 130 vertices a unit
DEPTH = 5
# a corner moves by at most this share of a quarter, a border by this slope: no two meet
CORNER_SHARE = 0.18
BORDER_SLOPE = 0.28


@dataclass(frozen=True, slots=True)
class City:
    """Layers of a city: communities are its grids, streets and districts its circles.

    Attributes
    ----------
    grids
        grid_id, parent_id (street); polygons in EPSG:4490.
    circles
        circle_id, parent_id, tier (1 city, 2 district, 3 street), name; no geometry.
    """

    grids: gpd.GeoDataFrame
    circles: pd.DataFrame


def make_city(seed: int = SEED) -> City:
    """Make a city: 1, 16, 276 circles over 5,733 grids; same seed, same bytes.

    Parameters
    ----------
    seed
        Same seed, same bytes.

    Examples
    --------
    >>> city = make_city()
    >>> len(city.grids), len(city.circles)
    (5733, 293)
    """
    polygons = draw_lattice(BOUNDS, (COLUMNS, ROWS), np.random.default_rng(seed))
    districts, streets = label_blocks(16, 276)
    grids = gpd.GeoDataFrame(
        {
            "grid_id": [f"U{number:05d}" for number in range(len(polygons))],
            "parent_id": [f"S{number:03d}" for number in streets],
        },
        geometry=list(polygons),
        crs=CRS,
    )
    return City(grids, _circle_rows(districts, streets))


def make_city_events(count: int, seed: int = SEED) -> pd.DataFrame:
    """Make events of a city: event_id, lon, lat at 7 decimals (WGS 84).

    Half of them gather around 200 places, the others lie evenly, a few outside.

    Parameters
    ----------
    count
        Number of events.
    seed
        Same seed, same bytes.
    """
    rng = np.random.default_rng([seed, 1])
    min_x, min_y, max_x, max_y = BOUNDS
    even = rng.uniform((min_x, min_y), (max_x, max_y), (count - count // 2, 2))
    places = rng.uniform((min_x, min_y), (max_x, max_y), (200, 2))
    near = places[rng.integers(0, 200, count // 2)]
    near = near + rng.normal(size=near.shape) * 0.01
    xy = np.round(rng.permutation(np.vstack([even, near])), 7)
    return pd.DataFrame(
        {"event_id": np.arange(count), "lon": xy[:, 0], "lat": xy[:, 1]}
    )


def draw_lattice(
    bounds: tuple[float, float, float, float],
    size: tuple[int, int],
    rng: np.random.Generator,
) -> NDArray[np.object_]:
    """Return the quarters of a jittered lattice with fractal borders, row by row.

    Parameters
    ----------
    bounds
        ``(minx, miny, maxx, maxy)`` of the corners before they move.
    size
        Columns and rows.
    rng
        Source of all chance.

    Returns
    -------
    polygons
        Shape (columns * rows,), vertices at 9 decimals.
    """
    columns, rows = size
    min_x, min_y, max_x, max_y = bounds
    pitch = np.array([(max_x - min_x) / columns, (max_y - min_y) / rows])
    index = np.stack(np.meshgrid(np.arange(columns + 1), np.arange(rows + 1)), axis=-1)
    jitter = rng.uniform(-CORNER_SHARE, CORNER_SHARE, index.shape)
    corners = np.array([min_x, min_y]) + (index + jitter) * pitch
    east = fractal_lines(corners[:, :-1], corners[:, 1:], rng)
    north = fractal_lines(corners[:-1, :], corners[1:, :], rng)
    rings = np.concatenate(
        [east[:-1], north[:, 1:], east[1:, :, ::-1], north[:, :-1, ::-1]], axis=2
    )
    # each border ends where the next one begins
    keep = np.ones(rings.shape[2], dtype=bool)
    keep[np.arange(1, 4) * east.shape[2]] = False
    rings = np.round(rings[:, :, keep].reshape(columns * rows, -1, 2), DECIMALS)
    return np.asarray(shapely.polygons(rings), dtype=object)


def fractal_lines(start: Floats, end: Floats, rng: np.random.Generator) -> Floats:
    """Return lines between points by midpoint displacement.

    Parameters
    ----------
    start, end
        Shape (..., 2).
    rng
        Source of all chance.

    Returns
    -------
    lines
        Shape (..., 2 ** DEPTH + 1, 2); no line leaves the slope allowed at its ends.
    """
    steps = 2**DEPTH
    share = np.arange(steps + 1) / steps
    offset = np.zeros((*start.shape[:-1], steps + 1))
    limit = BORDER_SLOPE * np.minimum(share, 1 - share)
    stride, swing = steps, 0.12
    while stride > 1:
        middle = np.arange(stride // 2, steps, stride)
        mean = (
            offset[..., middle - stride // 2] + offset[..., middle + stride // 2]
        ) / 2
        moved = mean + rng.normal(size=mean.shape) * swing
        offset[..., middle] = np.clip(moved, -limit[middle], limit[middle])
        stride, swing = stride // 2, swing * 0.5
    along = (end - start)[..., None, :]
    across = np.stack([-along[..., 1], along[..., 0]], axis=-1)
    lines: Floats = start[..., None, :] + share[:, None] * along
    return lines + offset[..., None] * across


def label_blocks(districts: int, streets: int) -> tuple[Labels, Labels]:
    """Return the district and the street of each quarter, row by row of the lattice."""
    cells = np.arange(COLUMNS * ROWS)
    district_of, street_of = np.empty_like(cells), np.empty_like(cells)
    numbered = 0
    blocks = split_block(cells.reshape(ROWS, COLUMNS), districts)
    for district, block in enumerate(blocks):
        district_of[block] = district
        share = streets // districts + (district < streets % districts)
        for part in split_block(block, share):
            street_of[part] = numbered
            numbered += 1
    return district_of, street_of


def split_block(cells: Labels, count: int) -> list[Labels]:
    """Cut a rectangle of cells into `count` rectangles of similar size."""
    if count == 1:
        return [cells]
    axis = int(cells.shape[1] > cells.shape[0])
    first = count // 2
    cut = round(cells.shape[axis] * first / count)
    low, high = np.split(cells, [cut], axis=axis)
    return split_block(low, first) + split_block(high, count - first)


def _circle_rows(districts: Labels, streets: Labels) -> pd.DataFrame:
    """Return the rows of the tree: the city, its districts, their streets."""
    of_street = dict(zip(streets.tolist(), districts.tolist(), strict=True))
    circles = [Circle(CircleId("C"), None, 1, "合成城市")]
    circles += [
        Circle(CircleId(f"D{d:02d}"), CircleId("C"), 2, f"第{d + 1}区")
        for d in sorted(set(of_street.values()))
    ]
    circles += [
        Circle(CircleId(f"S{s:03d}"), CircleId(f"D{d:02d}"), 3, f"第{s + 1}街道")
        for s, d in sorted(of_street.items())
    ]
    return pd.DataFrame(
        [(c.circle_id, c.parent_id, c.tier, c.name) for c in circles],
        columns=["circle_id", "parent_id", "tier", "name"],
    )
