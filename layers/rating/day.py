"""Safety codes and area risk of a day: facts of a store in, frames to draw out."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
from numpy.typing import NDArray

from gis.events import Scenarios
from gis.models import Instant
from gis.risk import (
    BreakMove,
    MethodCard,
    RiskMethod,
)
from gis.risk.day import rate_layer, sum_by_owner
from gis.risk.floors import FLOOR_LAYERS
from gis.safety import Ratings, SafetyRule
from gis.versions import Version
from layers.rating.campaign_checks import rate_campaign_places
from layers.rating.drivers import list_drivers, place_details
from layers.rating.facts import Cutoff, RiskFacts, Rows, read_risk_facts
from layers.rating.ground import Ground, read_ground
from layers.rating.posts import answering_posts
from layers.stores.protocol import Store

HISTORY_DAYS: Final = 14
"""Days of levels beside that of the day itself."""
MOST_STEADY_DAYS: Final = 30
METHOD_LINK: Final = "/risk/method"

Levels = NDArray[np.int8]
Frame = TypeVar("Frame", bound=pd.DataFrame)


@dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """One layer of areas rated: grids, one tier of circles, or communities.

    Attributes
    ----------
    frame
        The areas with score, level, raw_level (of the score of the day alone; another
        than level where the method holds the level), floor (the level where a floor
        rule decided it, else 0), change, events, places, green, yellow, red, overdue,
        drivers (tuple of `AreaDriver`), in code order of their ids.
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
        occurred_at, day, grid_id, lon, lat; none of a sensitive category.
    sensitive_events
        Those of a sensitive category: counted in the closed month, and nowhere else.
    campaign_places
        As `rate_campaign_places` returns them, with grid_id and community_id.
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
    campaign_places: pd.DataFrame
    events: pd.DataFrame
    sensitive_events: pd.DataFrame
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
    def edition_timezone(self) -> str:
        """IANA zone of the months in which counts of people are given."""
        return self.facts.rulebook.imprint.timezone

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
    def scenarios(self) -> Scenarios:
        """What kinds of events are, and are called."""
        return self.facts.rulebook.scenarios

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
    NoVersionError
        If no version of the grids is in force on the day.
    InvalidLayerError
        If a rule cannot be read, or a value that the method counts against is missing.

    Examples
    --------
    >>> from layers.stores import open_store
    >>> day = Cutoff(dt.date(2026, 9, 30))
    >>> read_risk_day(open_store("memory:"), day)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    gis.errors.NoVersionError: Grid system 'main' has no version in force; ...
    """
    # the rules say only later how many days a level must hold
    past_days = history_days + MOST_STEADY_DAYS
    return rate_day(read_risk_facts(store, cutoff, past_days), history_days)


def rate_day(facts: RiskFacts, history_days: int = HISTORY_DAYS) -> RiskDay:
    """Rate all places and areas from facts that were read, as `read_risk_day` does."""
    method, day = facts.rulebook.method, facts.cutoff.day
    count = history_days + 1 + method.steady_days
    days = [day - dt.timedelta(days=back) for back in reversed(range(count))]
    ground = read_ground(facts, days)
    places = _place_frame(facts, ground.ratings)
    version = facts.snapshot.version
    window = day - dt.timedelta(days=method.window_days - 1)
    return RiskDay(
        facts=facts,
        card=ground.method.card(
            _data_date(facts, window),
            boundary_version=f"{version.version} ({version.digest[:12]})",
            rule_version=facts.rulebook.safety.version,
            link=METHOD_LINK,
            names=facts.rulebook.scenarios.names_of,
        ),
        ratings=ground.ratings,
        places=places,
        campaign_places=_with_grids(facts, rate_campaign_places(facts)),
        events=_with_grids(facts, facts.events),
        sensitive_events=_with_grids(facts, facts.sensitive_events),
        inspections=_inspection_frame(facts),
        tiers=dict(_tiers(facts, ground, places)),
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
    places = pd.concat([facts.places, facts.campaign_places])
    grid_rows = places.set_index("place_id")["grid_row"]
    grid_row = grid_rows.reindex(inspections["place_id"]).fillna(-1).to_numpy(np.int64)
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
    facts: RiskFacts, ground: Ground, places: pd.DataFrame
) -> Iterator[tuple[str, Areas]]:
    """Yield every layer of areas rated from the same facts."""
    posts = {grid_id: post for grid_id, (post, _) in answering_posts(facts).items()}
    details = place_details(places, posts)
    for name, frame, owners in _layers(facts):
        method = ground.method
        if name not in FLOOR_LAYERS:
            method = replace(method, floors=())
        rating = rate_layer(ground.hazard, ground.facts, owners, len(frame), method)
        columns: dict[str, Any] = {
            "score": rating.scores,
            "level": rating.levels,
            "raw_level": rating.raw_levels,
            "floor": rating.floors,
            "change": rating.change,
            "drivers": list_drivers(rating.parts, details),
            **{
                figure: sum_by_owner(values, owners, len(frame))
                for figure, values in ground.counts.items()
            },
        }
        areas = frame.assign(**columns)
        yield name, Areas(areas, rating.history, rating.sensitivity)


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
