"""Where the events of a time were, as points: as reported, or as corrected by then."""

import hashlib
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.access import WHOLE
from gis.events import Loop, fold_all
from gis.models import Instant
from layers.stores.loops import LoopQuery
from layers.stores.protocol import Store

SAME_DEGREES: Final = 2e-9
"""A store rounds to 9 decimals."""


def event_points(
    store: Store, since: Instant, until: Instant, known_at: Instant | None
) -> pd.DataFrame:
    """Return the points of the events of ``[since, until)`` as they were at the end.

    Parameters
    ----------
    store
        Where they are.
    since, until
        When they occurred.
    known_at
        Only what was recorded up to then counts; None takes all.

    Returns
    -------
    points
        By the row in the log: x, y in the CRS of the store, NaN for none, and draw, a
        number from 0 to below 1 that hangs on the id of the event alone.

    Examples
    --------
    >>> from layers.stores import open_store
    >>> [*event_points(open_store("memory:"), Instant(0), Instant(9), None)]
    ['x', 'y', 'draw']
    """
    events = store.events(since=since, until=until)
    points = pd.DataFrame(_coordinates(events.geometry.to_numpy()), columns=["x", "y"])
    points = points.set_axis(pd.Index(events["row"]))
    points["draw"] = [_draw(event_id) for event_id in events["event_id"]]
    query = LoopQuery(since=since, until=until)
    loops = store.loop_columns(query, WHOLE, ("row", "event_id", "lon", "lat"))
    corrected = loops[_differs(loops, points.reindex(loops["row"]))]
    for row, event_id in zip(corrected["row"], corrected["event_id"], strict=True):
        loop = _loop_then(store, event_id, until, known_at)
        points.loc[row, ["x", "y"]] = [
            np.nan if value is None else value for value in (loop.lon, loop.lat)
        ]
    return points


def _coordinates(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return points as numbers, NaN where there is none."""
    xy = np.full((len(shapes), 2), np.nan)
    is_there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    xy[is_there] = shapely.get_coordinates(shapes[is_there])
    return xy


def _draw(event_id: str) -> float:
    """Return a number from 0 to below 1 that hangs on an id alone."""
    digest = hashlib.sha256(event_id.encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48


def _differs(loops: pd.DataFrame, points: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which loops are elsewhere than was reported."""
    now, before = (
        frame[names].to_numpy(np.float64)
        for frame, names in ((loops, ["lon", "lat"]), (points, ["x", "y"]))
    )
    is_same = np.isclose(now, before, rtol=0.0, atol=SAME_DEGREES, equal_nan=True)
    differs: NDArray[np.bool_] = ~is_same.all(axis=1)
    return differs


def _loop_then(
    store: Store, event_id: str, until: Instant, known_at: Instant | None
) -> Loop:
    """Return where an event stood after its last step before a time, or its first."""
    entries = [
        entry
        for entry in store.actions(event_id)
        if known_at is None or entry.recorded_at <= known_at
    ]
    steps = [e for e in entries if e.action.at < until] or entries[:1]
    return fold_all(Loop(event_id), [e.action.changes for e in steps])[0]
