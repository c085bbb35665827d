"""Event load: how many events an area has, the plainest of the five-colour maps."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.risk.method_card import MethodCard

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
