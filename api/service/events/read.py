"""Events of a store, listed for who asks."""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from gis.errors import SettingError
from gis.local_time import instant_of
from gis.models import Instant
from layers.features import shared_frame
from layers.schema.events import EVENTS
from layers.schema.sharing import LOOPBACK
from layers.stores import Store


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Which events are asked for.

    Attributes
    ----------
    first, last
        Local days on which they occurred, both counted; None leaves a side open.
    grid_id
        Only those of this owner; None takes all.
    limit
        At most so many.
    """

    first: dt.date | None = None
    last: dt.date | None = None
    grid_id: str | None = None
    limit: int = 20


def list_events(
    store: Store, query: EventQuery, timezone: str
) -> tuple[pd.DataFrame, bool]:
    """Return events in order of the log, and whether there are more.

    Parameters
    ----------
    store
        The store.
    query
        Which.
    timezone
        IANA zone of the days.

    Returns
    -------
    events, has_more
        Columns that a caller on this machine may see; nothing closed.

    Raises
    ------
    SettingError
        If no version ever had the grid.
    """
    frame = store.events(
        since=_midnight(query.first, timezone),
        until=_midnight(query.last and query.last + dt.timedelta(days=1), timezone),
        grid_ids=None if query.grid_id is None else [query.grid_id],
        limit=query.limit + 1,
    )
    if frame.empty and query.grid_id is not None:
        _refuse_unknown(store, query.grid_id)
    events = pd.DataFrame(shared_frame(frame, EVENTS, LOOPBACK))
    return events.iloc[: query.limit], len(events) > query.limit


def _midnight(day: dt.date | None, timezone: str) -> Instant | None:
    """Return the beginning of a local day."""
    if day is None:
        return None
    return instant_of(dt.datetime.combine(day, dt.time()), timezone)


def _refuse_unknown(store: Store, grid_id: str) -> None:
    """Refuse a grid that no version of any grid system has."""
    for system in store.systems():
        for version in store.history(system).versions:
            layers = store.version_layers(version.version, system)
            if grid_id in set(layers.grids["grid_id"]):
                return
    raise SettingError(
        "No version of the store has a grid {grid_id!r}; `pagoda risk` names some, "
        "GET /model all.",
        grid_id=grid_id,
    )
