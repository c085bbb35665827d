"""Enterprises of a synthetic town: points along its streets, in eight scenes."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DECIMALS = 7


@dataclass(frozen=True, slots=True)
class Hotspots:
    """Middles of activity: lon, lat in degrees (k, 2), width in degrees and weight."""

    centres: Floats
    width: Floats
    weight: Floats

    def sample(self, count: int, rng: np.random.Generator) -> Floats:
        """Return points around the middles, shape (count, 2)."""
        share = self.weight / self.weight.sum()
        pick = rng.choice(len(share), size=count, p=share)
        return self.centres[pick] + rng.normal(size=(count, 2)) * self.width[pick, None]


def make_hotspots(
    polygons: NDArray[np.object_], count: int, rng: np.random.Generator
) -> Hotspots:
    """Return middles of activity in random grids, a few of them heavy."""
    grids = polygons[rng.choice(len(polygons), size=count, replace=False)]
    centres = shapely.get_coordinates(shapely.point_on_surface(grids))
    width = rng.uniform(0.0012, 0.0045, count)
    return Hotspots(centres, width, rng.pareto(1.6, count) + 0.15)


def sample_inside(
    polygons: NDArray[np.object_],
    hotspots: Hotspots,
    count: int,
    rng: np.random.Generator,
) -> tuple[Floats, NDArray[np.int64]]:
    """Return points strictly inside grids and the row of each.

    Seven of ten gather around the hotspots, the others lie evenly over the grids.

    Returns
    -------
    xy, rows
        Degrees at 7 decimals, shape (count, 2), and grid rows, shape (count,).
    """
    tree = shapely.STRtree(polygons)
    kept_xy, kept_rows = [np.empty((0, 2))], [np.empty(0, np.int64)]
    while sum(map(len, kept_rows)) < count:
        near = hotspots.sample(int(count * 0.7), rng)
        even = _even(polygons, count - len(near), rng)
        xy = np.round(rng.permutation(np.vstack([near, even])), DECIMALS)
        points, rows = tree.query(shapely.points(xy), predicate="within")
        kept_xy.append(xy[points])
        kept_rows.append(rows)
    return np.vstack(kept_xy)[:count], np.concatenate(kept_rows)[:count]


def _even(
    polygons: NDArray[np.object_], count: int, rng: np.random.Generator
) -> Floats:
    """Return points spread evenly over the bounds of the grids."""
    min_x, min_y, max_x, max_y = shapely.total_bounds(polygons)
    return rng.uniform((min_x, min_y), (max_x, max_y), (count, 2))


def make_enterprises(
    grids: gpd.GeoDataFrame,
    hotspots: Hotspots,
    scenes: Mapping[str, int],
    total: int,
    rng: np.random.Generator,
) -> gpd.GeoDataFrame:
    """Return enterprises as points: place_id, scene, is_coded, grid_id.

    Parameters
    ----------
    grids
        The grids, with grid_id.
    hotspots
        Where they gather.
    scenes
        Coded places of each scene; the rest up to `total` is not coded.
    total
        Number of enterprises.
    rng
        Source of all chance.
    """
    xy, rows = sample_inside(grids.geometry.to_numpy(), hotspots, total, rng)
    coded = np.repeat(list(scenes), list(scenes.values()))
    scene = rng.permutation(np.append(coded, [""] * (total - len(coded))))
    return gpd.GeoDataFrame(
        {
            "place_id": [f"E{number:05d}" for number in range(1, total + 1)],
            "scene": np.where(scene == "", "general_enterprise", scene),
            "is_coded": scene != "",
            "grid_id": grids["grid_id"].to_numpy()[rows],
        },
        geometry=shapely.points(xy),
        crs=grids.crs,
    )
