"""Rows of events and tasks, as far as who asks sees them."""

from collections.abc import Collection as Values
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from api.service.access.sight import Sight
from api.service.ogc.item_query import Period, StateQuery
from gis.access import WHOLE, is_visible
from gis.errors import SettingError
from gis.events import Loop
from gis.models import Instant
from layers.collections import CollectionState
from layers.schema.loops import EVENT_LOOPS, TASKS
from layers.stores import Store
from layers.stores.loops import LoopQuery, TaskQuery

MOST_TASKS: Final = 200_000
"""More tasks are not given out at a time."""
BLOCK: Final = 4096
"""Of so many events a store is asked at a time which run a loop."""
TIMES: Final = tuple(f.name for f in EVENT_LOOPS.fields if f.kind == "instant")
STANDING: Final = ("state", "phase", "is_supervised", "post_id")
"""Where an event stands: not known as it was known then."""
LOOP_COLUMNS: Final = (*(f.name for f in EVENT_LOOPS.fields), "lon", "lat")
RECORDED: Final = ("event_id", "kind", "severity", "source", "grid_id")
TASK_TIMES: Final = tuple(f.name for f in TASKS.fields if f.kind == "instant")


def event_state(
    store: Store, query: StateQuery, sight: Sight, sensitive_kinds: Values[str]
) -> CollectionState:
    """Return the events that are open at an instant, or occurred in a period.

    Of a period also those of a history, which run no loop.

    Parameters
    ----------
    store
        The store.
    query
        When, and as known when: what came later is left out, and where events stand is
        then not said.
    sight
        Of who asks; sensitive kinds with a grant alone.
    sensitive_kinds
        Kinds about people.
    """
    period, start, end, end_of_news = _span(query)
    wanted = LoopQuery(since=start, until=end, is_open=_is_open(query))
    rows = store.loop_columns(wanted, sight.scope, LOOP_COLUMNS)
    if end_of_news is not None:
        rows = rows[~(rows["closed_at"] <= end_of_news)]
    if period is not None:
        rows = pd.concat([rows, _histories(store, period, sight, sensitive_kinds)])
    rows = rows.reset_index(drop=True)
    if query.known_at is not None:
        rows = _as_known(rows, query.known_at)
    texts = [f.name for f in EVENT_LOOPS.fields if f.kind == "text"]
    rows[texts] = rows[texts].astype(object).replace("", None)
    frame = gpd.GeoDataFrame(rows, geometry=_points(rows), crs=store.crs)
    return CollectionState.of(frame, EVENT_LOOPS)


def task_state(store: Store, query: StateQuery, sight: Sight) -> CollectionState:
    """Return the tasks that are owed at an instant, or given in a period.

    Parameters
    ----------
    store, query, sight
        As `event_state` takes them.

    Raises
    ------
    SettingError
        If there are more than `MOST_TASKS`.
    """
    _, start, end, end_of_news = _span(query)
    wanted = TaskQuery(
        since=start, until=end, is_open=_is_open(query), limit=MOST_TASKS
    )
    tasks = store.tasks(wanted, sight.scope)
    if len(tasks) == MOST_TASKS:
        raise SettingError(
            "There are {most_tasks} tasks or more in that time, expected fewer; ask "
            "for a shorter time by datetime.",
            most_tasks=MOST_TASKS,
        )
    names = [f.name for f in TASKS.fields]
    rows = pd.DataFrame(
        {name: [getattr(task, name) for task in tasks] for name in names}, columns=names
    )
    if end_of_news is not None:
        rows = rows[~(rows["ended_at"].astype(float) <= end_of_news)]
    if query.known_at is not None:
        rows = rows[rows["given_at"] <= query.known_at].copy()
        rows[["state", "level"]] = None
        _forget(rows, TASK_TIMES, query.known_at)
    texts = [f.name for f in TASKS.fields if f.kind == "text"]
    rows[texts] = rows[texts].astype(object).replace("", None)
    loops = store.loop_columns(
        LoopQuery(is_open=_is_open(query)), sight.scope, ("event_id", "lon", "lat")
    )
    places = rows[["event_id"]].merge(loops, how="left", on="event_id")
    frame = gpd.GeoDataFrame(rows, geometry=_points(places), crs=store.crs)
    return CollectionState.of(frame, TASKS)


def _points(rows: pd.DataFrame) -> NDArray[np.object_]:
    """Return where events are; None where that is not known."""
    lon, lat = (rows[name].to_numpy(dtype=float) for name in ("lon", "lat"))
    points = np.array(shapely.points(lon, lat), dtype=object)
    points[np.isnan(lon)] = None
    return points


def _span(
    query: StateQuery,
) -> tuple[Period | None, Instant | None, Instant | None, Instant | None]:
    """Return the period, what rows begin within, and until when an end counts."""
    if query.period is not None:
        return query.period, query.period.start, query.period.end, None
    limits = [time for time in (query.at, query.known_at) if time is not None]
    end = None if query.at is None else Instant(query.at + 1)
    return None, None, end, min(limits, default=None)


def _is_open(query: StateQuery) -> bool | None:
    """Return whether only what is open now is asked for."""
    is_of_now = query.period is None and query.at is None and query.known_at is None
    return True if is_of_now else None


def _histories(
    store: Store, period: Period, sight: Sight, sensitive_kinds: Values[str]
) -> pd.DataFrame:
    """Return events of a period that run no loop, those that are seen.

    Whose an event is that runs one, and what kind it is, its loop alone says: it may
    be of another area now, or of a sensitive kind.
    """
    records = store.events(since=period.start, until=period.end)
    records = records[~records["row"].isin(_in_loops(store, records["row"]))]
    keys = ["grid_id", "kind", "source"]
    combinations = [*records[keys].itertuples(index=False, name=None)]
    views = {
        (grid_id, kind, source): _is_seen(
            grid_id, kind, source, sight, is_sensitive=kind in sensitive_kinds
        )
        for grid_id, kind, source in set(combinations)
    }
    flags = [views[combination] for combination in combinations]
    seen_rows = records[np.array(flags, dtype=bool)]
    times = {
        name: seen_rows[name].astype("int64") // _unit(seen_rows[name])
        for name in ("occurred_at", "received_at")
    }
    shapes = seen_rows.geometry
    rows = pd.DataFrame(seen_rows[[*RECORDED]]).assign(
        **times, lon=shapes.x, lat=shapes.y
    )
    return rows.reindex(columns=LOOP_COLUMNS)


def _in_loops(store: Store, log_rows: pd.Series) -> set[int]:
    """Return the rows of the log whose events run a loop, whoever sees it."""
    running: set[int] = set()
    numbers = log_rows.tolist()
    for start in range(0, len(numbers), BLOCK):
        query = LoopQuery(event_rows=tuple(numbers[start : start + BLOCK]))
        running.update(store.loop_columns(query, WHOLE, ("row",))["row"].tolist())
    return running


def _unit(times: pd.Series) -> int:
    """Return how many units of a column of timestamps are a millisecond."""
    return int(pd.Timedelta(1, "ms") // pd.Timedelta(1, times.dt.unit))


def _is_seen(
    grid_id: object,
    kind: str,
    source: str,
    sight: Sight,
    *,
    is_sensitive: bool,
) -> bool:
    """Return whether an event of a history is seen: as if it had a loop."""
    grid = grid_id if isinstance(grid_id, str) else None
    path = sight.path_of(grid) if grid else ""
    loop = Loop(
        "",
        kind=kind,
        source=source,
        area_path=path or "",
        is_sensitive=is_sensitive,
    )
    return is_visible(loop, (), sight.scope)


def _as_known(rows: pd.DataFrame, known_at: Instant) -> pd.DataFrame:
    """Return events as they were known: without what came later."""
    rows = rows[rows["received_at"] <= known_at].reset_index(drop=True)
    rows[[*STANDING]] = None
    _forget(rows, TIMES, known_at)
    return rows


def _forget(rows: pd.DataFrame, times: tuple[str, ...], known_at: Instant) -> None:
    """Take times out of rows that were not yet then."""
    for name in times:
        if name not in ("due_at", "climbs_at"):
            rows[name] = rows[name].where(rows[name].astype(float) <= known_at)
    for name in {"due_at", "climbs_at"} & set(rows):
        rows[name] = None
