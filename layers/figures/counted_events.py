"""Which events figures count, one by one: the rows behind a number."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.access import Scope
from gis.tally import place_rows
from layers.figures.columns import EventColumns
from layers.figures.question import FigureQuery, Meaning, choice_of

FIELDS: Final = ("kind", "module", "severity")
"""Fields of a profile that a list of events says."""


def counted_events(
    columns: EventColumns, query: FigureQuery, scope: Scope, meaning: Meaning
) -> pd.DataFrame:
    """Return the events that `layers.figures.tally.count_events` counts.

    Parameters
    ----------
    columns
        The events.
    query
        What is asked for; by what rows are makes no difference.
    scope
        What who asks sees.
    meaning
        What stands in no event.

    Returns
    -------
    events
        By the row in the columns, or in those that they were taken from: occurred_at
        (milliseconds), kind, module, severity, area_path, grid_id (empty for none) and
        move (how it came there, of `layers.figures.moved_events`), as they stood at the
        end of the time.

    Examples
    --------
    >>> from gis.access import EVERYTHING
    >>> from layers.figures.question import TOWN
    >>> from layers.figures.step_log import StepLog
    >>> from layers.stores import open_store
    >>> columns = StepLog(open_store("memory:")).current()
    >>> query = FigureQuery(TOWN, 0, 9, 9)
    >>> [*counted_events(columns, query, EVERYTHING, Meaning())][:4]
    ['occurred_at', 'kind', 'module', 'severity']
    """
    rows, occurred, places = _counted(columns, query, scope, meaning)
    profiles, count = columns.profiles, columns.profile_count
    areas = [*columns.areas.values(columns.area_count)]
    fields = {
        name: _texts(profiles.values(name), profiles.codes(name, count)[places[:, 0]])
        for name in FIELDS
    }
    return pd.DataFrame(
        {
            "occurred_at": occurred,
            **fields,
            "area_path": _texts([area.path for area in areas], places[:, 1]),
            "grid_id": _texts([area.grid_id or "" for area in areas], places[:, 1]),
            "move": _texts([area.move for area in areas], places[:, 1]),
        },
        index=pd.Index(rows if columns.origin is None else columns.origin[rows]),
    ).astype({"severity": np.int64})


def _counted(
    columns: EventColumns, query: FigureQuery, scope: Scope, meaning: Meaning
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
    """Return rows of the events, when they occurred, and their profiles and areas."""
    choice, _ = choice_of(columns, replace(query, by=()), scope, meaning)
    nothing = np.empty(0, np.int64)
    parts, start = [(nothing, nothing, np.empty((0, 2), np.int32))], 0
    for chunk in columns.chunks:
        size = chunk.rows.occurred.size
        if chunk.last >= query.since and chunk.first < query.until:
            places = np.empty((size, 2), np.int32)
            place_rows(chunk.rows, columns.steps, choice, places)
            some = np.flatnonzero(places[:, 0] >= 0)
            parts.append((start + some, chunk.rows.occurred[some], places[some]))
        start += size
    rows, occurred, counted = map(np.concatenate, zip(*parts, strict=True))
    return rows, occurred, counted


def _texts(values: Sequence[Hashable], codes: NDArray[np.int32]) -> NDArray[np.object_]:
    """Return values by their numbers."""
    texts = np.empty(len(values), object)
    texts[:] = values
    return texts[codes]
