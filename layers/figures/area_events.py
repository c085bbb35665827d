"""Events of a report counted in its areas, as the figures of each area count them."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.figures.areas import AreaLayer
from layers.figures.counting import (
    MODULES,
    Counts,
    Span,
    Spans,
    rows_of,
)
from layers.words.code_lists import SEVERITIES

Within: TypeAlias = Callable[[Span], pd.DataFrame]
"""Gives the events of some days, as `layers.figures.period_events` has them."""
PLACE: Final = ["area_path", "grid_id"]


@dataclass(frozen=True, slots=True, eq=False)
class AreaEvents:
    """Events of a report by where they lie.

    Attributes
    ----------
    events
        Those of the days of the report, one row each.
    places
        Path and grid of all that are counted, each pair once.
    table
        Columns `EVENT_COLUMNS`, shape (places, columns).
    trend
        Events of each day that is plotted, shape (places, days).
    moves
        How the events of the report and those before came to its boundaries, of
        `layers.figures.moved_events` -> how many; none where they lie as recorded.
    """

    events: pd.DataFrame
    places: pd.MultiIndex
    table: Counts
    trend: Counts
    moves: Mapping[str, Mapping[str, int]]

    def rows(self, layer: AreaLayer, grid_ids: pd.Index) -> list[NDArray[np.int64]]:
        """Return the rows of the places in each area of a layer.

        In a community lie the events of its grids; in a grid or circle those whose path
        names it, as `layers.figures.question.Ground` has it.

        Parameters
        ----------
        layer
            The areas.
        grid_ids
            Ids of all grids, in order of their rows.
        """
        if layer.name == "community":
            at = rows_of(self.places.get_level_values(1).to_series(), grid_ids)
            return [np.flatnonzero(np.isin(at, rows)) for rows in layer.grid_rows]
        by_id: dict[str, list[int]] = defaultdict(list)
        for row, path in enumerate(self.places.get_level_values(0)):
            for area_id in path.split("/")[:-1]:
                by_id[area_id].append(row)
        ids = layer.frame["area_id"]
        return [np.array(by_id.get(area_id, []), np.int64) for area_id in ids]


def count_area_events(spans: Spans, within: Within) -> AreaEvents:
    """Count the events of a report by where they lie.

    Parameters
    ----------
    spans
        Days that are counted.
    within
        Gives the events.
    """
    now, before = within(spans.span), within(spans.before)
    trend = now if spans.trend == spans.span else within(spans.trend)
    every = pd.concat([frame[PLACE] for frame in (now, before, trend)])
    places = pd.MultiIndex.from_frame(every.drop_duplicates().sort_values(PLACE))
    modules = rows_of(now["module"], pd.Index(MODULES[:-1]))
    severities = rows_of(now["severity"].astype(str), pd.Index([*SEVERITIES][:-1]))
    days = trend["day"].to_numpy("datetime64[D]") - np.datetime64(spans.trend.first)
    table = np.concatenate(
        [
            _cells(now, places, np.zeros(len(now), np.int64), 1),
            _cells(before, places, np.zeros(len(before), np.int64), 1),
            # the last of each, `OTHER`, takes what is none of them
            _cells(now, places, modules, len(MODULES)),
            _cells(now, places, severities, len(SEVERITIES)),
        ],
        axis=1,
    )
    return AreaEvents(
        now,
        places,
        table,
        _cells(trend, places, days.astype(np.int64), spans.trend.days),
        {"events": _moves(now), "events_before": _moves(before)},
    )


def _cells(
    events: pd.DataFrame, places: pd.MultiIndex, codes: Counts, width: int
) -> Counts:
    """Count events by place and code."""
    at = places.get_indexer(pd.MultiIndex.from_frame(events[PLACE]))
    counts = np.bincount(at * width + codes, minlength=len(places) * width)
    return counts.astype(np.int64).reshape(-1, width)


def _moves(events: pd.DataFrame) -> dict[str, int]:
    """Return how many events came which way, of those that were moved."""
    counts = events.loc[events["move"] != "", "move"].value_counts()
    return {str(name): int(count) for name, count in counts.sort_index().items()}
