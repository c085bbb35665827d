"""Figures of now beside those of a week ago."""

import datetime as dt
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from api.service.events.figures import AreaFigures
from api.service.rating.days import RiskDesk
from gis.errors import NoVersionError
from gis.models import RiskLevel
from layers.figures.area_facts import PlaceFigures, place_figures
from layers.figures.counting import Span
from layers.rating.day import RiskDay

WEEK: Final = dt.timedelta(days=7)
PLACE_FIGURES: Final = ("red", "yellow", "checks_overdue")
AREA_FIGURES: Final = {
    "red_areas": RiskLevel.RED,
    "orange_areas": RiskLevel.ORANGE,
}
Rows = NDArray[np.int64]


class Headline(NamedTuple):
    """A figure now, and at the same hour a week ago; None where that is not known."""

    figure: str
    value: int
    before: int | None


class Earlier:
    """Places as they were a week ago, rated aside: nobody waits for that.

    Parameters
    ----------
    rating
        Rates days.
    """

    def __init__(self, rating: RiskDesk) -> None:
        self._rating = rating
        self._pool = ThreadPoolExecutor(1, "pagoda-earlier")
        self._lock = threading.Lock()
        self._jobs: dict[tuple[str, str], Future[PlaceFigures | None]] = {}

    def close(self) -> None:
        """Rate no more days."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def places(
        self, day: RiskDay, grid_ids: frozenset[str], area_id: str
    ) -> PlaceFigures | None:
        """Return the places at the end of the day a week before; None until rated.

        Parameters
        ----------
        day
            Today.
        grid_ids, area_id
            The area, and its grids.
        """
        key = (day.day.isoformat(), area_id)
        with self._lock:
            if key not in self._jobs:
                today = key[0]
                current = {k: f for k, f in self._jobs.items() if k[0] == today}
                job = self._pool.submit(self._rated, day, grid_ids)
                self._jobs = {**current, key: job}
            job = self._jobs[key]
        return job.result() if job.done() and not job.cancelled() else None

    def _rated(self, day: RiskDay, grid_ids: frozenset[str]) -> PlaceFigures | None:
        try:
            before = self._rating.on(day.day - WEEK)
        except NoVersionError:
            return None
        return places_of(before, grid_ids)


def event_headline(name: str, now: AreaFigures, before: AreaFigures | None) -> Headline:
    """Return a figure of events beside that of a week ago.

    Parameters
    ----------
    name
        Of the figure.
    now, before
        Counted now and then; None where there was no such area.
    """
    return Headline(
        name,
        now.table.total.counts[name],
        None if before is None else before.table.total.counts[name],
    )


def places_of(day: RiskDay, grid_ids: frozenset[str]) -> PlaceFigures:
    """Return the places of some grids at the end of a day.

    Parameters
    ----------
    day
        The day.
    grid_ids
        The grids.
    """
    return place_figures(day, grid_ids, Span(day.day, day.day))


def place_headlines(now: PlaceFigures, before: PlaceFigures | None) -> list[Headline]:
    """Return codes of places and checks that are overdue.

    Parameters
    ----------
    now, before
        Today, and a week ago; None where that is not known yet.
    """
    return [
        Headline(
            name, getattr(now, name), None if before is None else getattr(before, name)
        )
        for name in PLACE_FIGURES
    ]


def area_headlines(day: RiskDay, rows: Rows) -> list[Headline]:
    """Return how many grids are red and orange, beside the day a week before.

    Parameters
    ----------
    day
        Today; it has the levels of the days before.
    rows
        Of the grids of the area.
    """
    levels = day.tiers["grids"].levels[:, rows]
    week = WEEK.days
    headlines = []
    for name, level in AREA_FIGURES.items():
        counts = (levels == level).sum(axis=1)
        before = int(counts[-1 - week]) if len(counts) > week else None
        headlines.append(Headline(name, int(counts[-1]), before))
    return headlines
