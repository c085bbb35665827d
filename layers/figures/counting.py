"""Counts of a report but for events: a fact counts in its grid, areas are the sums."""

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
from layers.words.code_lists import SEVERITIES
from layers.words.vocabulary import OTHER

Counts = NDArray[np.int64]

MODULES: Final = (*codes_of("modules"), OTHER)
MODULE_COLUMNS: Final = tuple(f"module_{name}" for name in MODULES)
SEVERITY_COLUMNS: Final = tuple(f"severity_{name}" for name in SEVERITIES)
CODE_COLUMNS: Final = ("green", "yellow", "red")
EVENT_COLUMNS: Final = (
    *("events", "events_before"),
    *MODULE_COLUMNS,
    *SEVERITY_COLUMNS,
)
"""What is counted of events, by `layers.figures.area_events`."""
FACT_COLUMNS: Final = (
    *("places", *CODE_COLUMNS, "overdue"),
    *("checks", "drills", "found", "fixed"),
)
"""What is counted of places and inspections."""
COUNT_COLUMNS: Final = (*EVENT_COLUMNS, *FACT_COLUMNS)
"""All that may be summed over grids and the row of what lies in none."""

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


def count_grids(day: RiskDay, span: Span) -> pd.DataFrame:
    """Count places and inspections by grid.

    Parameters
    ----------
    day
        Facts at the end of the last day of the span.
    span
        Days of the inspections.

    Returns
    -------
    table
        Columns `FACT_COLUMNS`, one row a grid, the last for facts that lie in none.
    """
    index = pd.Index(day.grids["grid_id"])
    columns = dict(_fact_counts(day, index, span))
    return pd.DataFrame({name: columns[name] for name in FACT_COLUMNS})


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


def _fact_counts(
    day: RiskDay, index: pd.Index, span: Span
) -> Iterator[tuple[str, Counts]]:
    """Count coded places by code, and what inspections of the span found and fixed."""
    places = day.places[day.places["code"] > 0]
    at = rows_of(places["grid_id"], index)
    yield "places", _count(at, index)
    for code, name in zip(SafetyCode, CODE_COLUMNS, strict=True):
        yield name, _count(at[(places["code"] == code).to_numpy()], index)
    yield "overdue", _count(at[(places["overdue_days"] > 0).to_numpy()], index)
    inspections = day.inspections[span.holds(day.inspections["day"])]
    at = rows_of(inspections["grid_id"], index)
    for kind, name in (("check", "checks"), ("drill", "drills")):
        yield name, _count(at[(inspections["kind"] == kind).to_numpy()], index)
    for name in ("found", "fixed"):
        yield name, _count(np.repeat(at, inspections[name].to_numpy(np.int64)), index)


def _count(rows: Counts, index: pd.Index) -> Counts:
    return np.bincount(rows, minlength=len(index) + 1).astype(np.int64)
