"""Area levels in five colours: a score, fixed breaks, and the card that says so."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class MethodCard:
    """How a map was coloured, printed on the map itself.

    Attributes
    ----------
    title, title_zh
        What the colours show, in English and Chinese.
    formula
        The score in plain characters.
    unit
        Unit of the score.
    breaks
        Four ascending upper limits: a score up to and including `breaks[i]` has level
        i + 1, above the last one level 5.
    version
        Version of the method; breaks are constants of it, never fitted to the day.
    data_date
        The days the facts cover.
    note
        One sentence on limits.
    """

    title: str
    title_zh: str
    formula: str
    unit: str
    breaks: tuple[float, float, float, float]
    version: str
    data_date: str
    note: str


EVENT_LOAD_BREAKS = (150.0, 400.0, 800.0, 1500.0)
"""Events per km2 and 30 days; a starting proposal, to be set by each town."""


def event_load_card(data_date: str) -> MethodCard:
    """Return the method card of the event load map.

    Examples
    --------
    >>> event_load_card("2026-09").unit
    'events per km2 and 30 days'
    """
    return MethodCard(
        title="Event load",
        title_zh="事件负荷",
        formula="score = events / area_km2 * 30 / days",
        unit="events per km2 and 30 days",
        breaks=EVENT_LOAD_BREAKS,
        version="event-load/1",
        data_date=data_date,
        note="Counts reports, not harm; not the area risk score.",
    )


def event_load(
    events: ArrayLike, area_m2: ArrayLike, days: float
) -> NDArray[np.float64]:
    """Return events per km2 and 30 days of each area.

    Parameters
    ----------
    events
        Number of events of each area, shape (n,).
    area_m2
        Area of each, square metres, shape (n,).
    days
        Days that the events cover.

    Returns
    -------
    scores
        Shape (n,); NaN where the area is 0.

    Examples
    --------
    >>> event_load([300, 10], [1e6, 5e5], days=30)
    array([300.,  20.])
    """
    area_km2 = np.asarray(area_m2, dtype=np.float64) / 1e6
    counts = np.asarray(events, dtype=np.float64)
    rate = np.full(counts.shape, np.nan)
    np.divide(counts * 30.0 / days, area_km2, out=rate, where=area_km2 > 0)
    return rate


def classify(
    scores: ArrayLike, breaks: tuple[float, float, float, float]
) -> NDArray[np.int8]:
    """Return the level 1 to 5 of each score by fixed breaks, 0 where it is NaN.

    Parameters
    ----------
    scores
        Shape (n,).
    breaks
        Four ascending upper limits; a score equal to a limit is in the lower class
        (the rule of mapclassify's `UserDefined`).

    Examples
    --------
    >>> classify([1.0, 10.0, 11.0, float("nan")], (10.0, 20.0, 30.0, 40.0))
    array([1, 1, 2, 0], dtype=int8)
    """
    values = np.asarray(scores, dtype=np.float64)
    levels = np.searchsorted(np.asarray(breaks), values, side="left") + 1
    return np.where(np.isnan(values), 0, levels).astype(np.int8)
