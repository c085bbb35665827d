"""One layer of areas on one day: hazards of grids in, levels of areas above out."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis.risk.drivers import Contributions, contributions, score_change
from gis.risk.floors import floor_levels
from gis.risk.levels import BreakMove, break_sensitivity
from gis.risk.method import RiskMethod
from gis.risk.score import EventFacts, Hazard, PlaceFacts, rate_areas

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

CHANGE_DAYS: Final = 7
"""Since how many days the change of a score counts."""


@dataclass(frozen=True, slots=True)
class GroundFacts:
    """Places and events that the areas of every layer are rated from.

    Attributes
    ----------
    places, events
        By the row of their grid, -1 in none.
    day
        The day rated.
    """

    places: PlaceFacts
    events: EventFacts
    day: dt.date


@dataclass(frozen=True, slots=True)
class LayerRating:
    """The n areas of one layer on a day.

    Attributes
    ----------
    scores, change
        Score of each, and by how much it changed in `CHANGE_DAYS`, NaN where unknown;
        shape (n,).
    levels, raw_levels
        Level shown, and that of the score of the day alone, shape (n,).
    floors
        Level where a floor rule decided it, else 0, shape (n,).
    history
        Level on each of the days, the oldest first, shape (days, n).
    parts
        What each score is made of.
    sensitivity
        What moving each break by a tenth would change.
    """

    scores: Floats
    change: Floats
    levels: NDArray[np.int8]
    raw_levels: NDArray[np.int8]
    floors: NDArray[np.int8]
    history: NDArray[np.int8]
    parts: Contributions
    sensitivity: tuple[BreakMove, ...]


def rate_layer(
    hazard: Hazard, facts: GroundFacts, owners: Rows, count: int, method: RiskMethod
) -> LayerRating:
    """Rate the areas of one layer.

    Parameters
    ----------
    hazard
        Of the grids, on the last days.
    facts
        What the hazard was summed from.
    owners
        Row of the area above each grid, -1 in none, shape (grids,).
    count
        Number of areas.
    method
        How hazards become levels.
    """
    areas = hazard.gather(owners, count)
    rating = rate_areas(areas, method)
    # facts of a grid without data count in no circle either
    counting = np.where(np.isnan(hazard.extents), -1, owners)
    parts = contributions(
        facts.places, facts.events, count, method, facts.day, counting
    )
    inside = replace(facts.places, area=owned_by(owners, facts.places.area))
    floors = floor_levels(inside, count, method.floors)[method.steady_days :]
    # floors come after the hysteresis, so that they show at once
    levels = np.maximum(rating.levels, floors)
    return LayerRating(
        scores=rating.scores[-1],
        change=_change(areas, method),
        levels=levels[-1],
        raw_levels=rating.raw[-1],
        floors=np.where(floors[-1] > rating.levels[-1], floors[-1], 0).astype(np.int8),
        history=levels,
        parts=parts,
        sensitivity=break_sensitivity(
            rating.scores, method.breaks, method.steady_days, floors[-1]
        ),
    )


def owned_by(owners: Rows, grid_rows: NDArray[np.integer]) -> Rows:
    """Return the row of the area that each fact belongs to, -1 in none.

    Examples
    --------
    >>> owned_by(np.array([4, 7]), np.array([1, 0, -1]))
    array([ 7,  4, -1])
    """
    rows: Rows = np.append(owners, -1)[grid_rows]
    return rows


def sum_by_owner(values: NDArray[np.generic], owners: Rows, count: int) -> Rows:
    """Return the sums of values by owner; what has none counts nowhere.

    Examples
    --------
    >>> sum_by_owner(np.array([1, 2, 4]), np.array([0, -1, 0]), 2)
    array([5, 0])
    """
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, owners[owners >= 0], values[owners >= 0].astype(np.int64))
    return total


def is_recent(
    days: NDArray[np.datetime64], day: dt.date, window_days: int
) -> NDArray[np.bool_]:
    """Say which days lie in the window that ends with a day.

    Examples
    --------
    >>> days = np.array(["2026-09-01", "2026-09-30"], dtype="M8[D]")
    >>> is_recent(days, dt.date(2026, 9, 30), 29)
    array([False,  True])
    """
    recent: NDArray[np.bool_] = (np.datetime64(day, "D") - days).astype(
        np.int64
    ) < window_days
    return recent


def _change(areas: Hazard, method: RiskMethod) -> Floats:
    """Return by how much the score changed in `CHANGE_DAYS`; NaN where unknown."""
    earlier = slice(None, -CHANGE_DAYS)
    before = replace(areas, places=areas.places[earlier], events=areas.events[earlier])
    if not len(before.places):
        return np.full(len(areas.extents), np.nan)
    return score_change(before, areas, method).score
