"""Figures of events by what they share, over the columns of their loops."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from gis.events import LINES, MINUTE_MS, PLACINGS, Clocks, Kind
from gis.models import Instant
from layers.stores.loop_columns import FIRST_DEPARTMENT

FIGURE_KEYS: Final = ("source", "circle", "line", "module", "department", "rule")
"""What figures of events may be given by."""
KEY_COLUMNS: Final[Mapping[str, str]] = {
    "source": "source",
    "circle": "area_path",
    "line": "line",
    "module": "module",
    "department": FIRST_DEPARTMENT,
    "rule": "rule_id",
}
"""What figures are given by -> column that says it."""
COLUMNS: Final = (
    *("kind", "line", "status", "phase", "is_sensitive", "is_overridden"),
    *("occurred_at", "received_at", "accepted_at", "assigned_at", "handled_at"),
    *("first_response_at", "arrived_at", "due_at", "closed_tier"),
)
"""Columns that every figure needs."""
COUNTS: Final = (
    *("count", "open", "overdue", "resolved", "located", "ambiguous", "outside"),
    *("unplaced", "unanswered", "overridden"),
)
CLOCKS: Final = {
    "discovery_ms": ("occurred_at", "accepted_at"),
    "arrival_ms": ("accepted_at", "arrived_at"),
    "response_ms": ("received_at", "first_response_at"),
    "handling_ms": ("assigned_at", "handled_at"),
}
"""Clock -> what it runs between."""
NO_KEY: Final = ""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """Figures of the events that share something.

    Attributes
    ----------
    key
        What they share; empty for those that have none of it.
    count, open, overdue, resolved
        How many there are, are not closed, owe something that was due, and are closed
        after they were handled.
    located, ambiguous, outside, unplaced
        How many lie in one grid, on a border of several, outside all, nowhere known:
        these sum to the count.
    unanswered
        How many are open with nobody's response although acceptance was due.
    overridden
        In how many the suggestion was overridden.
    closed_at_tier
        Tier -> how many were closed by an area of that tier.
    lines
        Each line of business -> how many are of it; an unknown kind is of none.
    medians
        Of their clocks, over the events in which each has stopped.
    """

    key: str
    count: int
    open: int
    overdue: int
    resolved: int
    located: int
    ambiguous: int
    outside: int
    unplaced: int
    unanswered: int
    overridden: int
    closed_at_tier: Mapping[int, int]
    lines: Mapping[str, int]
    medians: Clocks


def figure_rows(
    loops: pd.DataFrame,
    keys: "pd.Series[str]",
    accept_by: "pd.Series[float]",
    now: Instant,
    expected: Collection[str] = (),
) -> tuple[FigureRow, ...]:
    """Return figures of events by what they share, in order of that.

    Every event is in one row, so that counts sum to the total; medians do not.

    Parameters
    ----------
    loops
        Their `COLUMNS`.
    keys
        What each event shares: of `keys_of`, or constant for the total.
    accept_by
        Until when each was to be accepted, inclusively: of `accept_times`.
    now
        By the clock of the store.
    expected
        Keys that have a row without events too.

    Examples
    --------
    >>> from gis.access import EVERYTHING
    >>> from layers.stores import open_store
    >>> from layers.stores.loops import LoopQuery
    >>> store = open_store("memory:")
    >>> loops = store.loop_columns(LoopQuery(), EVERYTHING, COLUMNS)
    >>> rows = figure_rows(loops, loops["line"], loops["due_at"], 0, ["hazard"])
    >>> [(row.key, row.count) for row in rows]
    [('hazard', 0)]
    """
    groups = keys.astype(object).to_numpy()
    order = pd.Index(sorted({*groups, *expected}), dtype=object)
    flags = _flags(loops, accept_by, now)
    counts = flags.groupby(groups).sum().reindex(order, fill_value=0)
    spans = {n: loops[end] - loops[start] for n, (start, end) in CLOCKS.items()}
    medians = pd.DataFrame(spans).groupby(groups).median().reindex(order)
    tiers = _crossed(groups, loops["closed_tier"], order)
    lines = _crossed(groups, loops["line"].astype(object), order)
    return tuple(
        FigureRow(
            key,
            **dict(zip(COUNTS, (int(n) for n in row), strict=True)),
            closed_at_tier={int(t): n for t, n in tiers[key].items()},
            lines={line: lines[key].get(line, 0) for line in LINES},
            medians=Clocks(*(None if np.isnan(ms) else ms for ms in spans_ms)),
        )
        for key, row, spans_ms in zip(
            order,
            counts[[*COUNTS]].to_numpy().tolist(),
            medians[[*CLOCKS]].to_numpy(dtype=float).tolist(),
            strict=True,
        )
    )


def total_row(
    loops: pd.DataFrame, accept_by: "pd.Series[float]", now: Instant
) -> FigureRow:
    """Return the figures of all events; parameters as of `figure_rows`."""
    keys = pd.Series(NO_KEY, index=loops.index, dtype=object)
    [row] = figure_rows(loops, keys, accept_by, now, (NO_KEY,))
    return row


def keys_of(loops: pd.DataFrame, by: str, tier: int = 1) -> "pd.Series[str]":
    """Return what each event shares with others.

    An event counts for the department that had to handle it first.

    Parameters
    ----------
    loops
        With the column that `KEY_COLUMNS` names.
    by
        One of `FIGURE_KEYS`.
    tier
        Of the areas, for ``circle``: 1 is the core; the key of an event that lies in
        none of them is empty.

    Examples
    --------
    >>> loops = pd.DataFrame({"area_path": ["C1/C2/G1/", "C1/"]})
    >>> keys_of(loops, "circle", tier=2).tolist()
    ['C2', '']
    """
    column = loops[KEY_COLUMNS[by]]
    return column.map(lambda path: _area_at(path, tier)) if by == "circle" else column


def accept_times(
    loops: pd.DataFrame, kinds: Mapping[str, Kind], minutes: int
) -> "pd.Series[float]":
    """Return until when each event was to be accepted, inclusively.

    Parameters
    ----------
    loops
        With `kind` and `received_at`.
    kinds
        Those that packs have.
    minutes
        Of a kind that no pack has.

    Examples
    --------
    >>> loops = pd.DataFrame({"kind": ["kite"], "received_at": [0]})
    >>> accept_times(loops, {}, 15).tolist()
    [900000.0]
    """
    terms = (
        loops["kind"]
        .astype(object)
        .map(lambda kind: kinds[kind].minutes.accept if kind in kinds else minutes)
    )
    return loops["received_at"] + terms.astype(float) * MINUTE_MS


def unanswered(
    loops: pd.DataFrame, accept_by: "pd.Series[float]", now: Instant
) -> "pd.Series[bool]":
    """Say of each event whether it is open with nobody's response though it was due.

    Parameters
    ----------
    loops
        With `phase` and `first_response_at`.
    accept_by
        Until when each was to be accepted.
    now
        By the clock of the store.

    Examples
    --------
    >>> loops = pd.DataFrame({"phase": ["assigned"], "first_response_at": [None]})
    >>> unanswered(loops, pd.Series([5.0]), 6).tolist()
    [True]
    """
    is_silent = loops["phase"].ne("closed") & loops["first_response_at"].isna()
    return is_silent & accept_by.lt(now)


def _flags(
    loops: pd.DataFrame, accept_by: "pd.Series[float]", now: Instant
) -> pd.DataFrame:
    """Return for each of `COUNTS` which events count."""
    is_open = loops["phase"].ne("closed")
    placings = (
        loops["status"]
        .astype(object)
        .map(lambda status: PLACINGS.get(status, "unplaced"))
    )
    return pd.DataFrame(
        {
            "count": True,
            "open": is_open,
            "overdue": is_open & loops["due_at"].lt(now),
            "resolved": ~is_open & loops["handled_at"].notna(),
            **{
                placing: placings.eq(placing)
                for placing in ("located", "ambiguous", "outside", "unplaced")
            },
            "unanswered": unanswered(loops, accept_by, now),
            "overridden": loops["is_overridden"],
        },
        index=loops.index,
    )


def _crossed(
    groups: np.ndarray, values: pd.Series, order: pd.Index
) -> dict[str, dict[Any, int]]:
    """Return how often each value stands in each group; those that are none do not."""
    table: dict[str, dict[Any, int]] = {key: {} for key in order}
    pairs = pd.DataFrame({"key": groups, "value": values.to_numpy()})
    counts = pairs.groupby(["key", "value"]).size().reset_index(name="count")
    for key, value, count in counts.itertuples(index=False):
        table[key][value] = int(count)
    return table


def _area_at(area_path: str, tier: int) -> str:
    """Return the area of a tier in a path; empty where it ends above."""
    areas = [area for area in area_path.split("/") if area]
    return areas[tier - 1] if tier <= len(areas) else NO_KEY
