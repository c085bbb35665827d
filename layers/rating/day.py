"""Safety codes and area risk of a day: facts of a store in, frames to draw out."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
from numpy.typing import NDArray

from gis.errors import InvalidLayerError
from gis.geometry import area_m2
from gis.models import Instant, SafetyCode, Scene
from gis.risk import (
    BreakMove,
    Contributions,
    Driver,
    EventFacts,
    MethodCard,
    PlaceFacts,
    RiskMethod,
    sum_hazard,
)
from gis.risk.day import GroundFacts, is_recent, rate_layer, sum_by_owner
from gis.safety import Ratings, SafetyRule, rate
from gis.versions import Version
from layers.packs.code_tables import SENSITIVE
from layers.rating.facts import Cutoff, RiskFacts, Rows, read_risk_facts
from layers.schema.layer import frame_datum
from layers.stores.protocol import Store

HISTORY_DAYS: Final = 14
"""Days of levels beside that of the day itself."""
TOP_DRIVERS: Final = 5
MOST_STEADY_DAYS: Final = 30
METHOD_LINK: Final = "/risk/method"

Levels = NDArray[np.int8]
SCENE_ROWS: Final = {scene.value: row for row, scene in enumerate(Scene)}
Frame = TypeVar("Frame", bound=pd.DataFrame)


@dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """One layer of areas rated: grids, one tier of circles, or communities.

    Attributes
    ----------
    frame
        The areas with score, level, raw_level (of the score of the day alone; another
        than level where the method holds the level), change, events, places, green,
        yellow, red, overdue, drivers (tuple of `Driver`, none of a sensitive
        category), in code order of their ids.
    levels
        Level on each of the last days, shape (days, n), oldest first.
    sensitivity
        What moving each break by a tenth would change.
    """

    frame: gpd.GeoDataFrame
    levels: Levels
    sensitivity: tuple[BreakMove, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RiskDay:
    """Places and areas at the end of a day.

    Attributes
    ----------
    facts
        What it was computed from.
    card
        How the areas were coloured.
    ratings
        Codes of the places, in order of `places`.
    places
        place_id, name, scene, hazard, code (0: none), grid_id, community_id, due_on,
        overdue_days, last_check, open_minor, open_serious, open_critical, criteria
        (ids of those that fired, joined by ``;``); points.
    events
        Events of the window: event_id, category, module, severity, channel,
        occurred_at, day, grid_id, lon, lat.
    inspections
        inspection_id, place_id, kind, day, campaign, result, found, fixed, grid_id.
    tiers
        Rated areas by name: ``grids``, ``tier4`` ... ``tier1`` as far as the tree goes,
        ``communities`` where the grids name some.
    days
        The days of `Areas.levels`, datetime64[D].
    """

    facts: RiskFacts
    card: MethodCard
    ratings: Ratings
    places: gpd.GeoDataFrame
    events: pd.DataFrame
    inspections: pd.DataFrame
    tiers: Mapping[str, Areas]
    days: NDArray[np.datetime64]

    @property
    def day(self) -> dt.date:
        """The day."""
        return self.facts.cutoff.day

    @property
    def known_at(self) -> Instant | None:
        """Only what was recorded until then counts; None takes all."""
        return self.facts.cutoff.known_at

    @property
    def timezone(self) -> str:
        """IANA zone of the days."""
        return self.facts.cutoff.timezone

    @property
    def version(self) -> Version:
        """Version of the boundaries."""
        return self.facts.snapshot.version

    @property
    def rule(self) -> SafetyRule:
        """The rule that gave the codes."""
        return self.facts.rulebook.safety

    @property
    def method(self) -> RiskMethod:
        """The method that gave the scores."""
        return self.facts.rulebook.method

    @property
    def left_out(self) -> Mapping[str, int]:
        """What is counted in no grid or not at all: reason -> number."""
        return self.facts.left_out

    @property
    def grids(self) -> gpd.GeoDataFrame:
        """The grids rated."""
        return self.tiers["grids"].frame

    def has_grid(self, grid_id: str) -> bool:
        """Say whether the boundaries have a grid of this id."""
        return bool((self.grids["grid_id"] == grid_id).any())

    @property
    def circles(self) -> gpd.GeoDataFrame | None:
        """Circles of all tiers rated; None without a tree."""
        frames = [a.frame for name, a in self.tiers.items() if name.startswith("tier")]
        if not frames:
            return None
        return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=frames[0].crs)

    @property
    def communities(self) -> gpd.GeoDataFrame | None:
        """The communities rated; None where the grids name none."""
        areas = self.tiers.get("communities")
        return areas.frame if areas else None


def read_risk_day(
    store: Store, cutoff: Cutoff, history_days: int = HISTORY_DAYS
) -> RiskDay:
    """Rate all places and areas at the end of a day.

    Everything follows from the facts up to that end, in the boundaries in force then:
    past days of the history too, so that they can be compared.

    Parameters
    ----------
    store
        The store.
    cutoff
        The day, and what is known of it.
    history_days
        Days of levels before it.

    Raises
    ------
    StoreError
        If no version of the grids is in force on the day.
    InvalidLayerError
        If a rule cannot be read, or a value that the method counts against is missing.

    Examples
    --------
    >>> from layers.stores import open_store
    >>> day = Cutoff(dt.date(2026, 9, 30))
    >>> read_risk_day(open_store("memory:"), day)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    gis.errors.StoreError: Grid system 'main' has no version in force; publish one ...
    """
    # the rules say only later how many days a level must hold
    past_days = history_days + MOST_STEADY_DAYS
    return rate_day(read_risk_facts(store, cutoff, past_days), history_days)


def rate_day(facts: RiskFacts, history_days: int = HISTORY_DAYS) -> RiskDay:
    """Rate all places and areas from facts that were read, as `read_risk_day` does."""
    method, day = facts.rulebook.method, facts.cutoff.day
    count = history_days + 1 + method.steady_days
    days = [day - dt.timedelta(days=back) for back in reversed(range(count))]
    codes, ratings = _codes(facts, days)
    version = facts.snapshot.version
    window = day - dt.timedelta(days=method.window_days - 1)
    return RiskDay(
        facts=facts,
        card=method.card(
            _data_date(facts, window),
            boundary_version=f"{version.version} ({version.digest[:12]})",
            rule_version=facts.rulebook.safety.version,
            link=METHOD_LINK,
        ),
        ratings=ratings,
        places=_place_frame(facts, ratings),
        events=_with_grids(facts, facts.events),
        inspections=_inspection_frame(facts),
        tiers=dict(_tiers(facts, ratings, codes)),
        days=np.array(days[method.steady_days :], dtype="datetime64[D]"),
    )


def _data_date(facts: RiskFacts, window: dt.date) -> str:
    """Return the days of the events and of the inspections that count."""
    day = facts.cutoff.day
    is_in_window = facts.events["day"].to_numpy("M8[D]") >= np.datetime64(window)
    text = "事件 events " + (_span(window, day) if is_in_window.any() else "无 none")
    inspections = facts.inspections
    days = inspections.loc[inspections["place_row"] >= 0, "day"].dt.date
    if days.empty:
        return text
    return f"{text} · 检查 checks {_span(days.min(), days.max())}"


def _span(first: dt.date, last: dt.date) -> str:
    return f"{first.isoformat()} / {last.isoformat()}"


def _codes(facts: RiskFacts, days: list[dt.date]) -> tuple[Levels, Ratings]:
    """Return the codes of all places on each day, and all about the last one."""
    book, places = facts.rulebook, facts.place_rows
    end_days = facts.places["gone"].to_numpy("datetime64[D]")
    codes = []
    for day in days:
        ratings = rate(places, facts.visits, book.safety, day, book.calendar)
        is_gone = end_days <= np.datetime64(day, "D")
        codes.append(np.where(is_gone, 0, ratings.code))
    return np.array(codes, dtype=np.int8), ratings


def _place_frame(facts: RiskFacts, ratings: Ratings) -> gpd.GeoDataFrame:
    """Return the places that are there at the end of the day, rated."""
    findings = ratings.open_findings
    ids = [criterion.criterion_id for criterion in facts.rulebook.safety.criteria]
    places = _with_grids(facts, facts.places).assign(
        code=ratings.code,
        due_on=ratings.due,
        overdue_days=ratings.overdue_days,
        last_check=ratings.last_check,
        open_minor=findings[:, 0],
        open_serious=findings[:, 1],
        open_critical=findings[:, 2],
        criteria=[
            ";".join(name for bit, name in enumerate(ids) if fired >> bit & 1)
            for fired in ratings.fired.tolist()
        ],
    )
    is_there = ~(facts.places["gone"].to_numpy("M8[D]") <= np.datetime64(ratings.day))
    rows = places[is_there].drop(columns=["known", "gone"])
    return gpd.GeoDataFrame(rows.reset_index(drop=True))


def _inspection_frame(facts: RiskFacts) -> pd.DataFrame:
    """Return the inspections with counts instead of lists, by the grid of the place."""
    inspections = facts.inspections
    rows = inspections["place_row"].to_numpy()
    grid_row = np.append(facts.places["grid_row"].to_numpy(np.int64), -1)[rows]
    counts = inspections.assign(
        grid_row=grid_row,
        found=[len(orjson.loads(text or "[]")) for text in inspections["found_json"]],
        fixed=[len(orjson.loads(text or "[]")) for text in inspections["fixed_json"]],
    )
    return _with_grids(
        facts, counts.drop(columns=["place_row", "found_json", "fixed_json"])
    )


def _with_grids(facts: RiskFacts, frame: Frame) -> Frame:
    """Return rows with `grid_id` and `community_id` instead of `grid_row`."""
    grids = facts.snapshot.territory.grids
    rows = frame["grid_row"].to_numpy(np.int64)
    table = frame.drop(columns="grid_row")
    for name in ("grid_id", "community_id"):
        values = grids.get(name, pd.Series(None, index=grids.index, dtype=object))
        table[name] = np.array([*values, None], dtype=object)[rows]
    return table


def _tiers(
    facts: RiskFacts, ratings: Ratings, codes: Levels
) -> Iterator[tuple[str, Areas]]:
    """Yield every layer of areas rated from the same facts."""
    method = facts.rulebook.method
    ground = GroundFacts(
        _place_facts(facts, codes), _event_facts(facts), facts.cutoff.day
    )
    counts = _counts(facts, ratings)
    extents = method.extents(_amounts(facts, counts))
    # an area of which nothing is known is not an area where all is well
    events_of_all = _count_events(facts, np.full(len(facts.events), True))
    is_silent = (counts["places"] == 0) & (events_of_all == 0)
    hazard = sum_hazard(
        ground.places,
        ground.events,
        np.where(is_silent, np.nan, extents),
        method,
        ground.day,
    )
    for name, frame, owners in _layers(facts):
        rating = rate_layer(hazard, ground, owners, len(frame), method)
        columns: dict[str, Any] = {
            "score": rating.scores,
            "level": rating.levels,
            "raw_level": rating.raw_levels,
            "change": rating.change,
            "drivers": _drivers(rating.parts),
            **{
                figure: sum_by_owner(values, owners, len(frame))
                for figure, values in counts.items()
            },
        }
        areas = frame.assign(**columns)
        yield name, Areas(areas, rating.history, rating.sensitivity)


def _drivers(parts: Contributions) -> list[tuple[Driver, ...]]:
    """Return the first drivers of each area that name no sensitive category."""
    return [
        tuple(
            driver
            for driver in row
            if driver.kind == "place" or driver.driver_id not in SENSITIVE
        )[:TOP_DRIVERS]
        for row in parts.top(TOP_DRIVERS + len(SENSITIVE))
    ]


def _place_facts(facts: RiskFacts, codes: Levels) -> PlaceFacts:
    places = facts.places
    return PlaceFacts(
        place_ids=places["place_id"].to_numpy(dtype=np.str_),
        area=places["grid_row"].to_numpy(np.int64),
        scene=places["scene"].map(SCENE_ROWS).to_numpy(np.int8),
        codes=codes,
    )


def _event_facts(facts: RiskFacts) -> EventFacts:
    """Return the events, grouped by category."""
    events = facts.events
    groups, names = pd.factorize(events["category"], sort=True)
    return EventFacts(
        area=events["grid_row"].to_numpy(np.int64),
        severity=events["severity"].to_numpy(np.int64),
        day=events["day"].to_numpy("datetime64[D]"),
        group=groups.astype(np.int64),
        groups=tuple(str(name) for name in names),
    )


def _counts(facts: RiskFacts, ratings: Ratings) -> dict[str, Rows]:
    """Return the figures of each grid at the end of the day."""
    last = np.datetime64(facts.cutoff.day, "D")
    events, places = facts.events, facts.places
    grid_row = places["grid_row"].to_numpy(np.int64)
    is_there = ~(places["gone"].to_numpy("datetime64[D]") <= last)
    code = np.where(is_there, ratings.code, 0)
    masks = {
        "places": code > 0,
        "green": code == SafetyCode.GREEN,
        "yellow": code == SafetyCode.YELLOW,
        "red": code == SafetyCode.RED,
        "overdue": (code > 0) & (ratings.overdue_days > 0),
    }
    count = len(facts.snapshot.territory.grids)
    # reports withhold sensitive ones below the town: a difference must not tell them
    is_open = ~events["category"].isin(SENSITIVE).to_numpy()
    return {
        "events": _count_events(facts, is_open),
        **{name: sum_by_owner(is_it, grid_row, count) for name, is_it in masks.items()},
    }


def _count_events(facts: RiskFacts, mask: NDArray[np.bool_]) -> Rows:
    """Return how many of the chosen events of the window each grid has."""
    days = facts.events["day"].to_numpy("datetime64[D]")
    in_window = is_recent(days, facts.cutoff.day, facts.rulebook.method.window_days)
    owners = facts.events["grid_row"].to_numpy(np.int64)
    return sum_by_owner(mask & in_window, owners, len(facts.snapshot.territory.grids))


def _amounts(facts: RiskFacts, counts: Mapping[str, Rows]) -> NDArray[np.float64]:
    """Return what the method counts hazards of each grid against."""
    grids, base = facts.snapshot.territory.grids, facts.rulebook.method.denominator
    if base == "km2":
        return area_m2(grids.geometry.to_numpy(), frame_datum(grids).crs)
    if base == "places":
        return counts["places"].astype(np.float64)
    if base not in grids or grids[base].isna().all():
        raise InvalidLayerError(
            f"The risk method counts against {base!r} and no grid says how many; "
            "publish grids with that column or choose another denominator."
        )
    return grids[base].to_numpy(np.float64, na_value=np.nan)


def _layers(facts: RiskFacts) -> Iterator[tuple[str, gpd.GeoDataFrame, Rows]]:
    """Yield name and areas of each layer, and the row of the area of each grid."""
    grids, pagoda = facts.snapshot.territory.grids, facts.snapshot.territory.pagoda
    yield "grids", grids, np.arange(len(grids))
    circles = facts.snapshot.layers.circles.sort_values("circle_id", ignore_index=True)
    if pagoda is not None:
        chains = pagoda.chain_rows(grids["grid_id"].tolist())
        ids = np.array([str(circle_id) for circle_id in pagoda.circles])
        for column, tier in enumerate(pagoda.tiers):
            frame = circles[circles["tier"] == tier].reset_index(drop=True)
            yield (
                f"tier{tier}",
                frame,
                _rows_of(ids[chains[:, column]], frame["circle_id"]),
            )
    communities = facts.snapshot.layers.communities
    if len(communities):
        frame = communities.sort_values("community_id", ignore_index=True)
        community_ids = grids["community_id"].to_numpy(dtype=object)
        yield "communities", frame, _rows_of(community_ids, frame["community_id"])


def _rows_of(names: NDArray[np.generic], ids: pd.Series) -> Rows:
    """Return the position of each name among ids, -1 where it is none."""
    return np.asarray(pd.Index(ids).get_indexer(pd.Index(names)), dtype=np.int64)
