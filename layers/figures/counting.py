"""Counts of a report: every fact counts in the grid it carries, areas are its sums."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.models import SafetyCode
from layers.packs.code_tables import codes_of
from layers.rating.day import RiskDay
from layers.words import OTHER, SEVERITIES

Counts = NDArray[np.int64]

MODULES: Final = (*codes_of("modules"), OTHER)
MODULE_COLUMNS: Final = tuple(f"module_{name}" for name in MODULES)
SEVERITY_COLUMNS: Final = tuple(f"severity_{name}" for name in SEVERITIES)
CODE_COLUMNS: Final = ("green", "yellow", "red")
COUNT_COLUMNS: Final = (
    "events",
    "events_before",
    *MODULE_COLUMNS,
    *SEVERITY_COLUMNS,
    "places",
    *CODE_COLUMNS,
    "overdue",
    "checks",
    "drills",
    "found",
    "fixed",
)
"""What is counted; all of them may be summed over grids."""

COUNTER_KEYS: Final = ("grid_id", "scene", "campaign")
COUNTERS: Final = ("places", "red", "checks", "campaigns", "fixed")


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both in it.

    Examples
    --------
    >>> Span(dt.date(2026, 9, 1), dt.date(2026, 9, 30)).days
    30
    """

    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def holds(self, days: pd.Series) -> NDArray[np.bool_]:
        """Say which of some days (datetime64[D]) lie in it; NaT does not."""
        values = days.to_numpy("datetime64[D]")
        first, last = np.datetime64(self.first, "D"), np.datetime64(self.last, "D")
        is_inside: NDArray[np.bool_] = (first <= values) & (values <= last)
        return is_inside


@dataclass(frozen=True, slots=True)
class Spans:
    """What a report covers: its span, the one before it, and the days that it plots."""

    span: Span
    before: Span
    trend: Span


@dataclass(frozen=True, slots=True, eq=False)
class GridCounts:
    """Counts of the grids, with one row more for facts that lie in none.

    Attributes
    ----------
    table
        Columns `COUNT_COLUMNS`, shape (grids + 1, columns).
    trend
        Events of each day that is plotted, shape (grids + 1, days).
    """

    table: pd.DataFrame
    trend: Counts


def count_grids(day: RiskDay, spans: Spans) -> GridCounts:
    """Count events, places and inspections by grid.

    Parameters
    ----------
    day
        Facts at the end of the last day of the span.
    spans
        Days that are counted.
    """
    index = pd.Index(day.grids["grid_id"])
    return GridCounts(
        _table(
            [
                *_event_counts(day.events, index, spans),
                *_fact_counts(day, index, spans),
            ]
        ),
        _count_days(day.events, index, spans.trend),
    )


def count_campaigns(day: RiskDay, span: Span) -> pd.DataFrame:
    """Count places, checks, campaigns and fixes by grid, scene and campaign.

    A campaign counts once, where most of its inspections were (of equals the first),
    so that every column sums to the figure of the town.

    Parameters
    ----------
    day
        Facts at the end of the span.
    span
        Days of the inspections.

    Returns
    -------
    counters
        grid_id, scene, campaign (empty: none), then `COUNTERS`, in order of the keys.
    """
    places = day.places[day.places["code"] > 0].assign(campaign="", places=1)
    places["red"] = (places["code"] == SafetyCode.RED).astype(np.int64)
    inspections = day.inspections[span.holds(day.inspections["day"])]
    all_places = pd.concat([day.places, day.campaign_places])
    scenes = all_places.set_index("place_id")["scene"]
    inspections = inspections.assign(
        scene=inspections["place_id"].map(scenes),
        checks=(inspections["kind"] == "check").astype(np.int64),
        inspections=1,
    )
    facts = pd.concat([pd.DataFrame(places), inspections], ignore_index=True)
    facts[list(COUNTER_KEYS)] = facts[list(COUNTER_KEYS)].fillna("").astype(str)
    facts = facts.assign(campaigns=0, inspections=facts.get("inspections"))
    sums = facts.groupby(list(COUNTER_KEYS), as_index=False)[
        [*COUNTERS, "inspections"]
    ].sum()
    of_campaigns = sums[sums["campaign"] != ""]
    order = of_campaigns.sort_values("inspections", ascending=False, kind="stable")
    sums.loc[order.drop_duplicates("campaign").index, "campaigns"] = 1
    return sums[list(COUNTER_KEYS)].join(sums[list(COUNTERS)].astype(np.int64))


def rows_of(ids: pd.Series, index: pd.Index) -> Counts:
    """Return the row of each id in the index; the number of its rows where in none."""
    rows = index.get_indexer(pd.Index(ids))
    return np.where(rows < 0, len(index), rows).astype(np.int64)


def _table(columns: list[tuple[str, Counts]]) -> pd.DataFrame:
    """Return columns in their order, those that were not counted as zeros."""
    by_name = dict(columns)
    rows = len(by_name["events"])
    return pd.DataFrame(
        {name: by_name.get(name, np.zeros(rows, np.int64)) for name in COUNT_COLUMNS}
    )


def _event_counts(
    events: pd.DataFrame, index: pd.Index, spans: Spans
) -> list[tuple[str, Counts]]:
    """Count the events of the span by module and by severity, and those before it."""
    now = events[spans.span.holds(events["day"])]
    earlier = events[spans.before.holds(events["day"])]
    modules = _by_code(now, "module", MODULES, index)
    severities = _by_code(now, "severity", tuple(SEVERITIES), index)
    return [
        ("events", _count(rows_of(now["grid_id"], index), index)),
        ("events_before", _count(rows_of(earlier["grid_id"], index), index)),
        *zip(MODULE_COLUMNS, modules.T, strict=True),
        *zip(SEVERITY_COLUMNS, severities.T, strict=True),
    ]


def _fact_counts(
    day: RiskDay, index: pd.Index, spans: Spans
) -> Iterator[tuple[str, Counts]]:
    """Count coded places by code, and what inspections of the span found and fixed."""
    places = day.places[day.places["code"] > 0]
    at = rows_of(places["grid_id"], index)
    yield "places", _count(at, index)
    for code, name in zip(SafetyCode, CODE_COLUMNS, strict=True):
        yield name, _count(at[(places["code"] == code).to_numpy()], index)
    yield "overdue", _count(at[(places["overdue_days"] > 0).to_numpy()], index)
    inspections = day.inspections[spans.span.holds(day.inspections["day"])]
    at = rows_of(inspections["grid_id"], index)
    for kind, name in (("check", "checks"), ("drill", "drills")):
        yield name, _count(at[(inspections["kind"] == kind).to_numpy()], index)
    for name in ("found", "fixed"):
        yield name, _count(np.repeat(at, inspections[name].to_numpy(np.int64)), index)


def _by_code(
    facts: pd.DataFrame, column: str, codes: tuple[str, ...], index: pd.Index
) -> Counts:
    """Count facts by grid and code."""
    # the last code, `OTHER`, takes what is none of them
    kinds = rows_of(facts[column].astype(str), pd.Index(codes[:-1]))
    width = len(codes)
    cells = rows_of(facts["grid_id"], index) * width + kinds
    counts = np.bincount(cells, minlength=(len(index) + 1) * width)
    return counts.astype(np.int64).reshape(-1, width)


def _count_days(events: pd.DataFrame, index: pd.Index, span: Span) -> Counts:
    """Count events by grid and day."""
    rows = events[span.holds(events["day"])]
    first = np.datetime64(span.first, "D")
    ages = (rows["day"].to_numpy("datetime64[D]") - first).astype(np.int64)
    cells = rows_of(rows["grid_id"], index) * span.days + ages
    counts = np.bincount(cells, minlength=(len(index) + 1) * span.days)
    return counts.astype(np.int64).reshape(-1, span.days)


def _count(rows: Counts, index: pd.Index) -> Counts:
    return np.bincount(rows, minlength=len(index) + 1).astype(np.int64)
