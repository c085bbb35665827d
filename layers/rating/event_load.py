"""The map of event load: how many events each grid and circle has, in five colours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.geometry import area_m2
from gis.pagoda import Pagoda, dissolve_circles
from gis.risk import MethodCard, classify, event_load, event_load_card
from gis.roster import BEGINNING, DutyTable
from layers.maps import RiskMap, five_colour_map
from layers.schema.layer import frame_datum
from layers.territory import Territory

Counts = NDArray[np.int64]
Number = TypeVar("Number", np.int64, np.float64)


@dataclass(frozen=True, slots=True)
class Days:
    """The days that events cover, both ends included."""

    first: date
    last: date

    @property
    def count(self) -> int:
        """Number of days."""
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        return f"{self.first:%Y-%m-%d} / {self.last:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class EventLoad:
    """Grids and circles with `events`, `score` and `level`, and how they came about."""

    grids: gpd.GeoDataFrame
    circles: gpd.GeoDataFrame | None
    card: MethodCard

    def draw(self, title: str) -> RiskMap:
        """Draw the map of a synthetic town."""
        return five_colour_map(
            self.grids, self.circles, title=title, method=self.card, synthetic=True
        )


def count_events(territory: Territory, grid_ids: pd.Series) -> Counts:
    """Return the number of events of each grid, in order of the territory's grids.

    Parameters
    ----------
    territory
        The grids.
    grid_ids
        Owner of each event; missing where it has none.
    """
    counts = grid_ids.value_counts().reindex(territory.grids["grid_id"], fill_value=0)
    return np.asarray(counts, dtype=np.int64)


def measure_event_load(territory: Territory, counts: Counts, days: Days) -> EventLoad:
    """Give every grid and circle the level of its event load.

    Parameters
    ----------
    territory
        Grids of a clean coverage, and the tree above them if there is one.
    counts
        Events of each grid, in order of the territory's grids.
    days
        What the events cover.
    """
    card = event_load_card(str(days))
    grids = with_levels(territory.grids, counts, card, days)
    if territory.pagoda is None:
        return EventLoad(grids, None, card)
    posts = grids["grid_id"].map(standing_posts(territory))
    circles = circle_frame(territory.pagoda, grids)
    totals = count_by_circle(territory.pagoda, grids["grid_id"].tolist(), counts)
    return EventLoad(
        grids.assign(accountable_post=posts),
        with_levels(circles, totals, card, days),
        card,
    )


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


def with_levels(
    areas: gpd.GeoDataFrame, counts: Counts, card: MethodCard, days: Days
) -> gpd.GeoDataFrame:
    """Return areas with `events`, `score` and `level`."""
    polygons = areas.geometry.to_numpy()
    areas_m2 = area_m2(polygons, frame_datum(areas).crs)
    scores = event_load(counts, areas_m2, days.count)
    levels = classify(scores, card.breaks)
    return areas.assign(events=counts, score=scores, level=levels)


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


def count_by_circle(
    pagoda: Pagoda, grid_ids: Sequence[str], counts: NDArray[Number]
) -> NDArray[Number]:
    """Return the sum over the grids of every circle, in order of `pagoda.circles`."""
    rows = pagoda.chain_rows(grid_ids)
    totals = np.zeros(len(pagoda.circles), dtype=counts.dtype)
    for tier in range(rows.shape[1]):
        np.add.at(totals, rows[:, tier], counts)
    return totals
