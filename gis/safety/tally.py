"""Counts of areas: places by code, checks, fixes, what is overdue."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.models import SafetyCode
from gis.safety.inspections import Facts, Visits
from gis.safety.ratings import Ratings

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Figures of areas, int64, one row an area; sums over rows are those of the town.

    Attributes
    ----------
    codes
        Green, yellow and red places, shape (areas, 3).
    overdue
        Places whose check is overdue, shape (areas,).
    checks, fixes
        Checks done and findings fixed in the span, shape (areas,).
    """

    codes: Counts
    overdue: Counts
    checks: Counts
    fixes: Counts


def tally(
    ratings: Ratings,
    facts: Facts,
    area_of: NDArray[np.integer],
    areas: int,
    span: tuple[dt.date, dt.date],
) -> Tally:
    """Count places, checks and fixes by area: a grid, a circle, a scene.

    Parameters
    ----------
    ratings
        Codes of n places.
    facts
        What they were rated from.
    area_of
        Row of the area of each place, shape (n,); -1 is in no area and not counted.
    areas
        Number of areas.
    span
        First and last day of the checks and fixes, both in it.
    """
    placed = area_of >= 0
    codes = [
        _count(area_of[placed & (ratings.code == code)], areas) for code in SafetyCode
    ]
    return Tally(
        codes=np.column_stack(codes),
        overdue=_count(area_of[placed & (ratings.overdue_days > 0)], areas),
        checks=_count_visits(facts.checks, area_of, areas, span),
        fixes=_count_visits(facts.fixes, area_of, areas, span),
    )


def _count(rows: NDArray[np.integer], areas: int) -> Counts:
    return np.bincount(rows, minlength=areas).astype(np.int64)


def _count_visits(
    visits: Visits,
    area_of: NDArray[np.integer],
    areas: int,
    span: tuple[dt.date, dt.date],
) -> Counts:
    """Return the visits of each area from the first to the last day of the span."""
    first, last = (np.datetime64(day, "D") for day in span)
    rows = area_of[visits.place]
    counted = (rows >= 0) & (first <= visits.day) & (visits.day <= last)
    return _count(rows[counted], areas)
