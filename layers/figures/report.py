"""Figures of a daily or monthly report: the same again as of the same cut-off.

What becomes an event about people later is left out from then on, as everywhere.
"""

import calendar
import datetime as dt
from collections.abc import Hashable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
from numpy.typing import NDArray

from gis.errors import SettingError
from gis.events import Scenarios
from gis.local_time import instant_text, timezone_of
from gis.risk import MethodCard
from gis.safety import SafetyRule
from layers.figures.area_events import AreaEvents, Within, count_area_events
from layers.figures.areas import AreaLayer, list_areas, list_attention
from layers.figures.counting import (
    COUNT_COLUMNS,
    EVENT_COLUMNS,
    Counts,
    Span,
    Spans,
    count_campaigns,
    count_grids,
    rows_of,
)
from layers.figures.sensitive import SensitiveCounts, count_sensitive, sensitive_rule
from layers.files.sheets import sheet_of, workbook_bytes
from layers.files.spreadsheets import csv_bytes
from layers.rating.day import RiskDay
from layers.rating.plan import CheckPlan
from layers.schema.circles import text_or_none
from layers.words import Words
from layers.words.vocabulary import NO_GRID

Kind = Literal["daily", "monthly"]

TREND_DAYS: Final = 30
KEYS: Final = ("layer", "area_id", "tier", "parent_id", "name")
RATED: Final = ("score", "level", "change", "drivers")
GROUND: Final = ("grid_id", "parent_id", "level", "geometry")
AREA_COLUMNS: Final = (*KEYS, *RATED, *COUNT_COLUMNS, "campaigns")
NO_EVENT_GRID: Final = "no_event_grid"
"""What a rated day leaves out of its scores, and a report counts in a row."""
NAMELESS: Final = Words("")
TOWN: Final = ""
"""Stands for the id of the whole town."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a report is, and what it was made from.

    Attributes
    ----------
    kind
        ``daily`` or ``monthly``.
    town
        Name of the town.
    synthetic
        Whether the data are made up.
    first, last, before_first, before_last
        Days of the report, and those that it compares with.
    cut_off
        Only what was recorded until then counts, ISO 8601; empty: all there was.
    timezone
        IANA zone of the days.
    boundary_version, boundary_digest
        The grids in force.
    safety_rule, safety_owner, risk_method, risk_owner
        Versions in force, and who answers for them.
    data_date
        Days that the scores cover.
    """

    kind: Kind
    town: Words
    synthetic: bool
    first: dt.date
    last: dt.date
    before_first: dt.date
    before_last: dt.date
    cut_off: str
    timezone: str
    boundary_version: int
    boundary_digest: str
    safety_rule: str
    safety_owner: str
    risk_method: str
    risk_owner: str
    data_date: str


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """Everything that a report says.

    Attributes
    ----------
    head
        What it is and what it was made from.
    areas
        One row an area, columns `AREA_COLUMNS`: the town, its circles from the top,
        communities, grids, and a row that makes the sums whole: `NO_GRID` for facts in
        no grid. Counts of grids and this row add up to those of the town; sensitive
        events are in none of them. Events count as the figures of the area count them:
        in a circle those too that are its own and in no grid of it. `level` is 1 green
        to 5 red, 0 no data.
    trend
        Events of the town and its circles (rows) by day (columns, ISO).
    counters
        Coded places, red ones, checks, campaigns and fixed findings by grid, scene and
        campaign; a campaign counts once, where most of its checks were, so that every
        column sums to the figure of the town.
    attention
        Places that are red or overdue, the worst first.
    sensitive
        What is said of sensitive categories.
    left_out
        What could not be counted, by reason; events in no grid are counted.
    moves
        ``events`` and ``events_before`` -> how those that were recorded in other
        boundaries came to these, of `layers.figures.moved_events` -> how many.
    events
        The events that are counted, as `layers.figures.period_events` has them; not
        part of the files but in ledgers.
    card
        How the areas were coloured.
    rule
        What gave places their codes.
    scenarios
        What kinds of events are called; not part of the files.
    ground
        Grids with level and geometry, for the map; not part of the files.
    first_event
        The first day of which events are there, of those that were read; None where no
        event is. Not part of the files.
    plan
        Checks of the days ahead; None where they were not planned.
    """

    head: Head
    areas: pd.DataFrame
    trend: pd.DataFrame
    counters: pd.DataFrame
    attention: pd.DataFrame
    sensitive: SensitiveCounts
    left_out: Mapping[str, int]
    moves: Mapping[str, Mapping[str, int]]
    events: pd.DataFrame
    card: MethodCard
    rule: SafetyRule
    scenarios: Scenarios
    ground: gpd.GeoDataFrame
    first_event: dt.date | None
    plan: CheckPlan | None = None

    def rows(self, layer: str) -> pd.DataFrame:
        """Return the areas of one layer: town, circle, community, grid, ..."""
        return self.areas[self.areas["layer"] == layer]

    def to_json(self) -> bytes:
        """Return all figures as JSON with sorted keys."""
        document = {
            "head": asdict(self.head) | {"town": self.head.town.line},
            "areas": self._area_records(),
            "trend": {
                "days": list(self.trend.columns),
                "events": dict(
                    zip(self.trend.index, self.trend.to_numpy().tolist(), strict=True)
                ),
            },
            "counters": self.counters.to_dict("records"),
            "attention": self.attention.to_dict("records"),
            "sensitive": asdict(self.sensitive),
            "left_out": dict(self.left_out),
            "moves": dict(self.moves),
            "method": asdict(self.card),
            "plan": None if self.plan is None else self.plan.document(),
        }
        options = orjson.OPT_SORT_KEYS | orjson.OPT_SERIALIZE_NUMPY
        return orjson.dumps(document, option=options | orjson.OPT_INDENT_2)

    def _area_records(self) -> list[dict[Hashable, Any]]:
        """Return the areas with their drivers as objects."""
        drivers = pd.Series(
            [[d._asdict() for d in row] for row in self.areas["drivers"]]
        )
        return self.areas.assign(drivers=drivers).to_dict("records")

    def to_csv(self) -> dict[str, bytes]:
        """Return the tables as CSV by file name."""
        return {f"{name}.csv": csv_bytes(t) for name, t in self.tables().items()}

    def to_workbook(self) -> bytes:
        """Return the tables as the sheets of an Excel workbook."""
        return workbook_bytes({n: sheet_of(t) for n, t in self.tables().items()})

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables by name, as files have them."""
        drivers = [
            "; ".join(
                f"{driver.driver_id} {driver.share:.3f}" for driver in area_drivers
            )
            for area_drivers in self.areas["drivers"]
        ]
        return {
            "areas": self.areas.assign(drivers=drivers),
            "counters": self.counters,
            "attention": self.attention,
            **({} if self.plan is None else _plan_tables(self.plan)),
        }


def daily_figures(
    day: RiskDay,
    within: Within,
    *,
    town: Words = NAMELESS,
    synthetic: bool = False,
    plan: CheckPlan | None = None,
) -> Figures:
    """Return the figures of one day, compared with the day before.

    Parameters
    ----------
    day
        Facts of the day.
    within
        Gives the events of some days; those of the last 30 are plotted.
    town
        Name of the town; the name of its top circle where it is empty.
    synthetic
        Whether the data are made up; every page says so.
    plan
        Checks of the days ahead.
    """
    span = Span(day.day, day.day)
    yesterday = day.day - dt.timedelta(days=1)
    trend = Span(day.day - dt.timedelta(days=TREND_DAYS - 1), day.day)
    spans = Spans(span, Span(yesterday, yesterday), trend)
    head = _head(day, "daily", town, synthetic, spans)
    return replace(_figures(day, within, head, spans), plan=plan)


def monthly_figures(
    day: RiskDay,
    within: Within,
    *,
    town: Words = NAMELESS,
    synthetic: bool = False,
    plan: CheckPlan | None = None,
) -> Figures:
    """Return the figures of a calendar month, compared with the month before.

    Parameters
    ----------
    day
        Facts of the last day of the month; its inspections must go back to the first
        day of the month before.
    within
        Gives the events of some days, since the month before.
    town, synthetic, plan
        As for `daily_figures`.

    Raises
    ------
    SettingError
        If the day is not the last of its month.
    """
    last = day.day
    if last.day != calendar.monthrange(last.year, last.month)[1]:
        raise SettingError(
            "A monthly report is asked for on {last!r}, expected the last day of a "
            "month; choose one, or the daily report.",
            last=last.isoformat(),
        )
    before_last = last.replace(day=1) - dt.timedelta(days=1)
    span = Span(last.replace(day=1), last)
    spans = Spans(span, Span(before_last.replace(day=1), before_last), span)
    head = _head(day, "monthly", town, synthetic, spans)
    return replace(_figures(day, within, head, spans), plan=plan)


def _figures(day: RiskDay, within: Within, head: Head, spans: Spans) -> Figures:
    """Count everything that a report says."""
    events = count_area_events(spans, within)
    sensitive_counts = SensitiveCounts(sensitive_rule(day.scenarios))
    if head.kind == "monthly":
        sensitive_counts = count_sensitive(day, spans.span)
    layers = list(list_areas(day))
    return Figures(
        head=head,
        areas=_areas(day, head, events, layers, spans.span),
        trend=_trend(events, layers, spans.trend),
        counters=count_campaigns(day, spans.span),
        attention=list_attention(day),
        sensitive=sensitive_counts,
        left_out={
            reason: count
            for reason, count in sorted(day.left_out.items())
            if reason != NO_EVENT_GRID
        },
        moves=events.moves,
        events=events.events,
        card=day.card,
        rule=day.rule,
        scenarios=day.scenarios,
        ground=day.grids[[name for name in GROUND if name in day.grids]],
        first_event=_first_event(day),
    )


def _first_event(day: RiskDay) -> dt.date | None:
    """Return the first day of the events that a rated day was read with."""
    days = pd.concat([day.events["day"], day.sensitive_events["day"]]).dropna()
    return None if days.empty else pd.Timestamp(days.min()).date()


def _plan_tables(plan: CheckPlan) -> dict[str, pd.DataFrame]:
    """Return the tables of the plan by name."""
    hazards = [
        "; ".join(f"{kind} {count}" for kind, count in kinds)
        for kinds in plan.circles["hazards"]
    ]
    return {
        "plan": plan.circles.assign(hazards=hazards),
        "plan_trades": plan.trades,
    }


def _head(day: RiskDay, kind: Kind, town: Words, synthetic: bool, spans: Spans) -> Head:
    """Return what the report is."""
    cut_off = ""
    if day.known_at is not None:
        cut_off = instant_text(day.known_at, timezone_of(day.timezone))
    return Head(
        kind=kind,
        town=town if town.zh else _top_name(day),
        synthetic=synthetic,
        first=spans.span.first,
        last=spans.span.last,
        before_first=spans.before.first,
        before_last=spans.before.last,
        cut_off=cut_off,
        timezone=day.timezone,
        boundary_version=day.version.version,
        boundary_digest=day.version.digest,
        safety_rule=day.rule.version,
        safety_owner=day.rule.owner,
        risk_method=day.method.version,
        risk_owner=day.method.owner,
        data_date=day.card.data_date,
    )


def _top_name(day: RiskDay) -> Words:
    """Return the name of the circle at the top, empty without a tree."""
    if day.circles is None:
        return NAMELESS
    names = day.circles.sort_values(["tier", "circle_id"])["name"]
    name = text_or_none(names.iloc[0]) or ""
    return Words(name, name)


def _areas(
    day: RiskDay,
    head: Head,
    events: AreaEvents,
    layers: list[AreaLayer],
    span: Span,
) -> pd.DataFrame:
    """Return every area with its rating and counts."""
    facts = count_grids(day, span).to_numpy()
    campaigns = _campaign_rows(day, span)
    grids, ids = len(day.grids), pd.Index(day.grids["grid_id"])
    parts = [_with_counts(layer, events, ids, facts, campaigns) for layer in layers]
    total = [*events.table.sum(axis=0), *facts.sum(axis=0)]
    # the grids come last
    in_grids = parts[-1][list(EVENT_COLUMNS)].sum()
    outside = [*events.table.sum(axis=0) - in_grids, *facts[grids]]
    town = pd.DataFrame([total], columns=COUNT_COLUMNS).assign(
        layer="town", name=head.town.line, campaigns=int(campaigns.any(axis=0).sum())
    )
    nowhere = pd.DataFrame([outside], columns=COUNT_COLUMNS).assign(
        layer="no_grid", name=NO_GRID.line, campaigns=int(campaigns[grids].sum())
    )
    frame = pd.concat([town, *parts, nowhere], ignore_index=True).reindex(
        columns=list(AREA_COLUMNS)
    )
    frame["drivers"] = [d if isinstance(d, tuple) else () for d in frame["drivers"]]
    frame["level"] = frame["level"].fillna(0).astype(np.int64)
    frame["tier"] = pd.Series(
        [None if pd.isna(tier) else int(tier) for tier in frame["tier"]], dtype=object
    )
    for name in ("area_id", "parent_id", "name"):
        frame[name] = frame[name].fillna("").astype(str)
    return frame


def _with_counts(
    layer: AreaLayer,
    events: AreaEvents,
    grid_ids: pd.Index,
    facts: Counts,
    campaigns: NDArray[np.bool_],
) -> pd.DataFrame:
    """Return the areas of a layer with their events, and the sums over their grids."""
    places = events.rows(layer, grid_ids)
    counts = [
        [*events.table[some].sum(axis=0), *facts[rows].sum(axis=0)]
        for some, rows in zip(places, layer.grid_rows, strict=True)
    ]
    frame = pd.DataFrame(counts, columns=COUNT_COLUMNS, dtype=np.int64)
    campaign_counts = [
        int(campaigns[rows].any(axis=0).sum()) for rows in layer.grid_rows
    ]
    return layer.frame.join(frame).assign(campaigns=campaign_counts)


def _campaign_rows(day: RiskDay, span: Span) -> NDArray[np.bool_]:
    """Say in which grid a campaign was at work, shape (grids + 1, campaigns)."""
    done = day.inspections[span.holds(day.inspections["day"])]
    done = done[done["campaign"] != ""]
    names = pd.Index(sorted(done["campaign"].unique()))
    index = pd.Index(day.grids["grid_id"])
    present = np.zeros((len(index) + 1, len(names)), dtype=np.bool_)
    present[rows_of(done["grid_id"], index), rows_of(done["campaign"], names)] = True
    return present


def _trend(events: AreaEvents, layers: list[AreaLayer], span: Span) -> pd.DataFrame:
    """Return the events of the town and of circles by day."""
    rows = {TOWN: events.trend.sum(axis=0)}
    for layer in layers:
        if layer.name == "circle":
            # a path names circles and grids alone
            places = events.rows(layer, pd.Index([]))
            for area_id, some in zip(layer.frame["area_id"], places, strict=True):
                rows[area_id] = events.trend[some].sum(axis=0)
    days = [span.first + dt.timedelta(days=back) for back in range(span.days)]
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=[day.isoformat() for day in days]
    )
