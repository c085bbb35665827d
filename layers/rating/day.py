"""Safety codes and area risk of a day: facts of a store in, frames to draw out."""

import datetime as dt
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias, TypeVar

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
from layers.rating.day_table import day_table
from layers.rating.drivers import PlaceDetails, list_drivers, place_details
from layers.rating.facts import (
    Cutoff,
    RiskFacts,
    Rows,
    fixes_of,
    read_risk_facts,
)
from layers.rating.ground import Ground, PlaceGround, add_events, read_places
from layers.rating.posts import answering_posts
from layers.stores.protocol import Store

HISTORY_DAYS: Final = 14
"""Days of levels beside that of the day itself."""
MOST_STEADY_DAYS: Final = 30
METHOD_LINK: Final = "/risk/method"

Levels = NDArray[np.int8]
Layer: TypeAlias = tuple[gpd.GeoDataFrame, Rows]
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
class PlaceDay:
    """What of a rated day hangs on no event.

    Attributes
    ----------
    ground
        Places with their codes, by grid.
    places
        place_id, name, scene, hazard, code (0: none), grid_id, community_id, due_on,
        overdue_days, last_check, open_minor, open_serious, open_critical, criteria
        (ids of those that fired, joined by ``;``); points.
    campaign_places
        As `rate_campaign_places` returns them, with grid_id and community_id.
    inspections
        inspection_id, place_id, kind, day, campaign, result, department (empty where
        none is known), found, fixed, grid_id.
    details
        Of the places, as drivers name them.
    layers
        Areas of each layer by name, and the row of the area of each grid.
    check_span
        First and last day of the inspections that count, in words; empty without any.
    days
        The days of `Areas.levels`, datetime64[D].
    """

    ground: PlaceGround
    places: gpd.GeoDataFrame
    campaign_places: pd.DataFrame
    inspections: pd.DataFrame
    details: Mapping[str, PlaceDetails]
    layers: Mapping[str, Layer]
    check_span: str
    days: NDArray[np.datetime64]


@dataclass(frozen=True, slots=True, eq=False)
class Tiers(Mapping[str, Areas]):
    """Layers of areas by name, each rated when it is first asked for.

    Who draws the grids does not wait for the circles. Any thread may ask.

    Attributes
    ----------
    base
        Places and areas.
    ground
        What the areas are rated from.
    """

    base: PlaceDay
    ground: Ground
    _areas: dict[str, Areas] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __getitem__(self, name: str) -> Areas:
        """Return a layer rated."""
        with self._lock:
            if name not in self._areas:
                self._areas[name] = _areas(self.base, self.ground, name)
            return self._areas[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(self.base.layers)

    def __len__(self) -> int:
        """Return how many layers there are."""
        return len(self.base.layers)


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class RiskDay:
    """Places and areas at the end of a day.

    Attributes
    ----------
    facts
        What it was computed from.
    base
        What of it hangs on no event.
    card
        How the areas were coloured.
    events
        Events of the window as they were reported: row, event_id, source_id, category,
        module, severity, channel, occurred_at, day, grid_id, lon, lat; none of a
        sensitive category.
    sensitive_events
        Those of a sensitive category: counted in the closed month, and nowhere else.
    tiers
        Rated areas by name: ``grids``, ``tier4`` ... ``tier1`` as far as the tree goes,
        ``communities`` where the grids name some.
    """

    facts: RiskFacts
    base: PlaceDay
    card: MethodCard
    events: pd.DataFrame
    sensitive_events: pd.DataFrame
    tiers: Mapping[str, Areas]

    def with_new_events(self, store: Store) -> "RiskDay":
        """Return the day with the events that were appended since it was read.

        It is the day that `read_risk_day` would return, byte for byte, as long as the
        revision of the store is the same.

        Parameters
        ----------
        store
            Where the day was read.

        Returns
        -------
        rating
            The same object where no event came that counts on the day.
        """
        facts = self.facts.with_new_events(store)
        return self if facts is self.facts else _rate_areas(self.base, facts)

    @property
    def ratings(self) -> Ratings:
        """Codes of the places, in order of those of the facts."""
        return self.base.ground.ratings

    @property
    def places(self) -> gpd.GeoDataFrame:
        """The places, as `PlaceDay.places`."""
        return self.base.places

    @property
    def campaign_places(self) -> pd.DataFrame:
        """Places that campaigns alone name, as `PlaceDay.campaign_places`."""
        return self.base.campaign_places

    @property
    def inspections(self) -> pd.DataFrame:
        """The inspections, as `PlaceDay.inspections`."""
        return self.base.inspections

    @property
    def days(self) -> NDArray[np.datetime64]:
        """The days of `Areas.levels`, datetime64[D]."""
        return self.base.days

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

    def _repr_html_(self) -> str:
        """Return what a notebook shows: levels of grids, codes of places, by what."""
        return day_table(
            self.facts, self.grids["level"], self.places["code"], len(self.events)
        )


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
    return _rate_areas(_rate_places(facts, history_days), facts)


def _rate_places(facts: RiskFacts, history_days: int) -> PlaceDay:
    """Return what of a day hangs on no event."""
    steady_days = facts.rulebook.method.steady_days
    backs = reversed(range(history_days + 1 + steady_days))
    days = [facts.cutoff.day - dt.timedelta(days=back) for back in backs]
    ground = read_places(facts, days)
    places = _place_frame(facts, ground.ratings)
    posts = {grid_id: post for grid_id, (post, _) in answering_posts(facts).items()}
    return PlaceDay(
        ground=ground,
        places=places,
        campaign_places=_with_grids(facts, rate_campaign_places(facts)),
        inspections=_inspection_frame(facts),
        details=place_details(places, posts),
        layers=dict(_layers(facts)),
        check_span=_check_span(facts.inspections),
        days=np.array(days[steady_days:], dtype="datetime64[D]"),
    )


def _rate_areas(base: PlaceDay, facts: RiskFacts) -> RiskDay:
    """Return the day of rated places with the events of the facts."""
    ground = add_events(base.ground, facts)
    version = facts.snapshot.version
    return RiskDay(
        facts=facts,
        base=base,
        card=ground.method.card(
            _data_date(facts, base.check_span),
            boundary_version=f"{version.version} ({version.digest[:12]})",
            rule_version=facts.rulebook.safety.version,
            link=METHOD_LINK,
            names=facts.rulebook.scenarios.names_of,
        ),
        events=_with_grids(facts, facts.events),
        sensitive_events=_with_grids(facts, facts.sensitive_events),
        tiers=Tiers(base, ground),
    )


def _data_date(facts: RiskFacts, check_span: str) -> str:
    """Return the days of the events and of the inspections that count."""
    text = "事件 events " + (event_span(facts) or "无 none")
    return f"{text} · 检查 checks {check_span}" if check_span else text


def event_span(facts: RiskFacts) -> str:
    """Return the first and last day of the events that count, empty of none.

    Parameters
    ----------
    facts
        Of the day.
    """
    day = facts.cutoff.day
    window = day - dt.timedelta(days=facts.rulebook.method.window_days - 1)
    is_in_window = facts.events["day"].to_numpy("M8[D]") >= np.datetime64(window)
    return _span(window, day) if is_in_window.any() else ""


def _check_span(inspections: pd.DataFrame) -> str:
    """Return the first and last day of the inspections that count, empty of none."""
    days = inspections.loc[inspections["place_row"] >= 0, "day"].dt.date
    return "" if days.empty else _span(days.min(), days.max())


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
        department=[facts.bodies.get(post, "") for post in inspections["post_id"]],
        found=[len(orjson.loads(text or "[]")) for text in inspections["found_json"]],
        fixed=fixes_of(inspections),
    )
    return _with_grids(
        facts, counts.drop(columns=["place_row", "post_id", "found_json", "fixed_json"])
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


def _areas(base: PlaceDay, ground: Ground, name: str) -> Areas:
    """Return one layer of areas rated."""
    frame, owners = base.layers[name]
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
        "drivers": list_drivers(rating.parts, base.details),
        **{
            figure: sum_by_owner(values, owners, len(frame))
            for figure, values in ground.counts.items()
        },
    }
    # put beside the areas at once: a geometry takes care with every column
    table = pd.concat([frame, pd.DataFrame(columns, index=frame.index)], axis=1)
    areas = gpd.GeoDataFrame(table)
    return Areas(areas, rating.history, rating.sensitivity)


def _layers(facts: RiskFacts) -> Iterator[tuple[str, Layer]]:
    """Yield name and areas of each layer, and the row of the area of each grid."""
    grids, pagoda = facts.snapshot.territory.grids, facts.snapshot.territory.pagoda
    yield "grids", (grids, np.arange(len(grids)))
    circles = facts.snapshot.layers.circles.sort_values("circle_id", ignore_index=True)
    if pagoda is not None:
        chains = pagoda.chain_rows(grids["grid_id"].tolist())
        ids = np.array([str(circle_id) for circle_id in pagoda.circles])
        for column, tier in enumerate(pagoda.tiers):
            frame = circles[circles["tier"] == tier].reset_index(drop=True)
            owners = _rows_of(ids[chains[:, column]], frame["circle_id"])
            yield f"tier{tier}", (frame, owners)
    communities = facts.snapshot.layers.communities
    if len(communities):
        frame = communities.sort_values("community_id", ignore_index=True)
        community_ids = grids["community_id"].to_numpy(dtype=object)
        owners = _rows_of(community_ids, frame["community_id"])
        yield "communities", (frame, owners)


def _rows_of(names: NDArray[np.generic], ids: pd.Series) -> Rows:
    """Return the position of each name among ids, -1 where it is none."""
    return np.asarray(pd.Index(ids).get_indexer(pd.Index(names)), dtype=np.int64)
