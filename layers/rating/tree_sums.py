"""What the tree above grids says of them: circles as areas, sums, standing posts."""

from collections.abc import Sequence
from typing import TypeVar

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from gis.pagoda import Pagoda, dissolve_circles
from gis.roster import BEGINNING, DutyTable
from layers.territory import Territory

Number = TypeVar("Number", np.int64, np.float64)


def standing_posts(territory: Territory) -> dict[str, str]:
    """Return the post that answers for each grid, whoever is on duty at a time."""
    if territory.duties is None:
        return {}
    table = DutyTable(territory.duties.roster)
    standing = [table.on_duty(row, BEGINNING) for row in range(len(table.grid_ids))]
    return {
        grid: state.accountable.post_id
        for grid, state in zip(table.grid_ids, standing, strict=True)
        if state.accountable and state.accountable.post_id
    }


def circle_frame(pagoda: Pagoda, grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the circles of a tree as polygons dissolved from their grids."""
    polygons = dissolve_circles(pagoda, grids["grid_id"].tolist(), list(grids.geometry))
    circles = pagoda.circles.values()
    return gpd.GeoDataFrame(
        {
            "circle_id": [c.circle_id for c in circles],
            "parent_id": [c.parent_id for c in circles],
            "tier": [c.tier for c in circles],
            "name": [c.name for c in circles],
        },
        geometry=[polygons[c.circle_id] for c in circles],
        crs=grids.crs,
    )


def sum_by_circle(
    pagoda: Pagoda, grid_ids: Sequence[str], counts: NDArray[Number]
) -> NDArray[Number]:
    """Return the sum over the grids of every circle, in order of `pagoda.circles`."""
    rows = pagoda.chain_rows(grid_ids)
    totals = np.zeros(len(pagoda.circles), dtype=counts.dtype)
    for tier in range(rows.shape[1]):
        np.add.at(totals, rows[:, tier], counts)
    return totals
