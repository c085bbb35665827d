"""The map of event load: how many events each grid and circle has, in five colours."""

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.assignment import Assigner, AssignmentTable
from gis.geometry import area_m2
from gis.pagoda import Pagoda, dissolve_circles
from gis.risk import MethodCard, classify, event_load, event_load_card
from layers.maps import RiskMap, five_colour_map
from layers.territory import Territory, frame_datum

Counts = NDArray[np.int64]


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


def measure_event_load(
    territory: Territory, assigner: Assigner, answers: AssignmentTable, days: Days
) -> EventLoad:
    """Count the events of every grid and circle and give each a level.

    Parameters
    ----------
    territory
        Grids of a clean coverage, and the tree above them if there is one.
    assigner, answers
        The assigner of the territory and its answers to the events.
    days
        What the events cover.
    """
    card = event_load_card(str(days))
    owned = answers.rows[answers.rows >= 0]
    counts = np.bincount(owned, minlength=len(assigner.ids))
    posts = pd.Series([owner.accountable.post_id for owner in assigner.owners])
    grids = territory.grids.assign(accountable_post=posts)
    circles = None
    if territory.pagoda is not None:
        totals = count_by_circle(territory.pagoda, assigner.ids, counts)
        circles = circle_frame(territory.pagoda, grids)
        circles = with_levels(circles, totals, card, days)
    return EventLoad(with_levels(grids, counts, card, days), circles, card)


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
    pagoda: Pagoda, grid_ids: tuple[str, ...], counts: Counts
) -> Counts:
    """Return the events of every circle, in order of `pagoda.circles`."""
    rows = pagoda.chain_rows(grid_ids)
    totals = np.zeros(len(pagoda.circles), dtype=np.int64)
    for tier in range(rows.shape[1]):
        np.add.at(totals, rows[:, tier], counts)
    return totals
