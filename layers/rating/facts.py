"""What a store knows of places and events up to the end of a day, ready to rate."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, Self, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.assignment import REASONS, Positions, answer_many
from gis.errors import InvalidLayerError
from gis.local_time import DEFAULT_TIMEZONE, local_instant, timezone_of
from gis.models import Instant, Scene
from gis.risk import RiskMethod
from gis.safety import (
    Campaign,
    Facts,
    Inspections,
    Places,
    count_fixes,
    gather_facts,
)
from layers.packs.rulebook import Rulebook, read_rulebook
from layers.rating.registers import rating_rows
from layers.snapshots import PLAIN, Snapshot, StoreView, Terms, build_snapshot
from layers.stores.events import details_of
from layers.stores.facts import Selection, timestamp
from layers.stores.protocol import MAIN_SYSTEM, Store

Days = NDArray[np.datetime64]
Rows = NDArray[np.int64]
LeftOut: TypeAlias = Literal[
    "no_position",
    "no_grid",
    "sources_disagree",
    "no_inspected_place",
    "no_campaign_place",
    "no_event_grid",
    "unknown_event_kind",
]
"""Why a fact counts in no grid or not at all, of `layers.words.rating.LEFT_OUT`."""

"""Of several addresses of a place, the one that counts."""
EVENT_DTYPES: Final = {
    "row": "int64",
    "event_id": "str",
    "source_id": "str",
    "category": "str",
    "module": "str",
    "channel": "str",
    "severity": "int64",
    "occurred_at": "datetime64[ms, UTC]",
    "day": "datetime64[s]",
    "grid_row": "int64",
    "lon": "float64",
    "lat": "float64",
}
"""Columns of the events of a day."""


@dataclass(frozen=True, slots=True)
class Cutoff:
    """A day, and what is known of it.

    Attributes
    ----------
    day
        Its end is meant.
    known_at
        Only what was recorded until then counts; None takes all.
    timezone
        IANA zone that days are in.
    system
        The grid system.
    terms
        An event or place outside all grids counts in one as these say.
    """

    day: dt.date
    known_at: Instant | None = None
    timezone: str = DEFAULT_TIMEZONE
    system: str = MAIN_SYSTEM
    terms: Terms = PLAIN

    @property
    def end(self) -> Instant:
        """The last millisecond of the day."""
        return Instant(self.start_of(1) - 1)

    def start_of(self, days: int) -> Instant:
        """Return the first millisecond of the day so many days later."""
        midnight = dt.datetime.combine(self.day + dt.timedelta(days=days), dt.time())
        return local_instant(midnight, timezone_of(self.timezone))

    def days_of(self, moments: pd.Series) -> Days:
        """Return the local day of instants; NaT stays NaT."""
        local = moments.dt.tz_convert(self.timezone).dt.tz_localize(None)
        days: Days = local.to_numpy("datetime64[D]")
        return days


@dataclass(frozen=True, slots=True, eq=False)
class CodedPlaces:
    """What is known of coded places at a cut-off.

    Attributes
    ----------
    cutoff
        The day.
    snapshot
        Boundaries in force at its end; all facts are counted in these boundaries.
    rulebook
        The rules in force then.
    places
        Coded places in code order of `place_id`: place_id, name, scene, hazard, known,
        gone (days; NaT: still there), grid_row (-1 in none); points.
    visits
        Checks, drills and findings at these places.
    inspections
        Rows of the layer up to the day: inspection_id, place_id, kind, campaign, day,
        at, place_row, result, post_id, found_json and fixed_json as the layer keeps
        them.
    """

    cutoff: Cutoff
    snapshot: Snapshot
    rulebook: Rulebook
    places: gpd.GeoDataFrame
    visits: Facts
    inspections: pd.DataFrame

    @property
    def place_rows(self) -> Places:
        """The places as a rating takes them."""
        places = self.places
        return Places.of(
            places["scene"].tolist(),
            places["hazard"].tolist(),
            places["known"].to_numpy("datetime64[D]"),
        )


@dataclass(frozen=True, slots=True, eq=False)
class RiskFacts(CodedPlaces):
    """What is known of all coded places, and of events, at a cut-off.

    Attributes
    ----------
    events
        row (of the log), event_id, source_id (that of its source), category, module,
        severity, channel, occurred_at, day, grid_row; none of a sensitive category.
    sensitive_events
        Those of a sensitive category: for the closed month of a town, and nothing else.
    stations
        station_id, kind, name, area_id of those in place; points.
    campaign_places
        Places without a code of kinds that a campaign names, columns as `places`.
    event_days
        Number of days that the events cover, the last one included.
    last_row
        Row of the log of the last event that was read, 0 before any.
    left_out
        What is counted in no grid or not at all: reason -> number.
    bodies
        Department of each post that has one.
    """

    events: pd.DataFrame
    sensitive_events: pd.DataFrame
    stations: gpd.GeoDataFrame
    campaign_places: gpd.GeoDataFrame
    event_days: int
    last_row: int
    left_out: Mapping[str, int]
    bodies: Mapping[str, str] = field(default_factory=dict)

    def with_new_events(self, store: Store) -> Self:
        """Return the facts with the events that were appended since they were read.

        Nothing else is read again: it is for who knows that the revision of the store
        is the same. Events that do not count at the cut-off change nothing.

        Parameters
        ----------
        store
            Where the facts were read.

        Returns
        -------
        facts
            The same object where no event came that counts.
        """
        new = _events(store, self)
        if new.empty:
            return self
        is_sensitive = new["category"].isin(self.rulebook.scenarios.sensitive_kinds)
        events = new[~is_sensitive]
        left_out = dict(self.left_out)
        counts: dict[LeftOut, int] = {
            "no_event_grid": int((events["grid_row"] < 0).sum()),
            "unknown_event_kind": _unknown_kinds(events, self.rulebook),
        }
        for reason, count in counts.items():
            # taken out and put behind the others: the order is that of `LeftOut`
            if total := left_out.pop(reason, 0) + count:
                left_out[reason] = total
        return replace(
            self,
            events=_joined(self.events, events),
            sensitive_events=_joined(self.sensitive_events, new[is_sensitive]),
            last_row=int(new["row"].max()),
            left_out=left_out,
        )

    def with_method(self, method: RiskMethod) -> Self:
        """Return the same facts to be rated by another method.

        Parameters
        ----------
        method
            Its window may not be longer: earlier events were not read.

        Raises
        ------
        InvalidLayerError
            If its window is longer.
        """
        most = self.rulebook.method.window_days
        if method.window_days > most:
            raise InvalidLayerError(
                "The risk method {version!r} has a window of {window_days} days where "
                "events of {most} days were read; record it as the rule 'risk' and "
                "read the day again.",
                version=method.version,
                window_days=method.window_days,
                most=most,
            )
        return replace(self, rulebook=replace(self.rulebook, method=method))


def read_risk_facts(store: Store, cutoff: Cutoff, past_days: int) -> RiskFacts:
    """Return what a store knows at a cut-off.

    Parameters
    ----------
    store
        The store.
    cutoff
        The day.
    past_days
        Earlier days that are to be rated too; the window of the method before them is
        read with them.

    Raises
    ------
    StoreError
        If no version of the grids is in force on the day.
    InvalidLayerError
        If a rule cannot be read.
    """
    end, known_at = cutoff.end, cutoff.known_at
    snapshot = build_snapshot(
        StoreView(store, known_at), end, system=cutoff.system, terms=cutoff.terms
    )
    rulebook = rulebook_of(store, cutoff)
    days = past_days + rulebook.method.window_days - 1
    enterprises = gpd.GeoDataFrame(store.facts("enterprises", known_at=known_at))
    coded = _coded(enterprises, cutoff)
    places = _places(coded, snapshot, cutoff)
    campaigns = [c for c in rulebook.calendar.campaigns if c.first <= cutoff.day]
    uncoded = _uncoded(enterprises, places, campaigns, cutoff)
    campaign_places = _places(uncoded, snapshot, cutoff)
    inspections = _inspections(store, places, cutoff)
    no_events = pd.DataFrame(columns=[*EVENT_DTYPES]).astype(EVENT_DTYPES)
    left_out: dict[LeftOut, int] = {
        **_gaps(coded, places, cutoff),
        "no_inspected_place": _unknown_places(inspections, campaign_places),
        "no_campaign_place": _unmet_kinds(campaigns, campaign_places),
    }
    facts = RiskFacts(
        cutoff=cutoff,
        snapshot=snapshot,
        rulebook=rulebook,
        places=places,
        visits=_visits(inspections),
        inspections=inspections,
        events=no_events,
        sensitive_events=no_events,
        stations=gpd.GeoDataFrame(
            store.facts("stations", valid_at=end, known_at=known_at)
        ),
        campaign_places=campaign_places,
        event_days=days + 1,
        last_row=0,
        left_out={str(reason): n for reason, n in left_out.items() if n},
        bodies=_bodies(store, cutoff),
    )
    return facts.with_new_events(store)


def read_place(
    store: Store,
    cutoff: Cutoff,
    place_id: str,
    snapshot: Snapshot | None = None,
    rulebook: Rulebook | None = None,
) -> CodedPlaces:
    """Return what a store knows of one place, none where it is no coded place.

    What is said of the place is what `read_risk_facts` would say, in a hundredth of
    the time.

    Parameters
    ----------
    store
        The store.
    cutoff
        The day.
    place_id
        The place.
    snapshot
        With the boundaries of the day; None reads them. Of any revision: its posts and
        duties do not matter.
    rulebook
        The rules of the day; None reads them.

    Raises
    ------
    StoreError
        If no version of the grids is in force on the day.
    InvalidLayerError
        If a rule cannot be read.
    """
    end, known_at = cutoff.end, cutoff.known_at
    boundaries = snapshot or build_snapshot(
        StoreView(store, known_at), end, system=cutoff.system, terms=cutoff.terms
    )
    only = Selection("place_id", (place_id,))
    enterprises = store.facts("enterprises", known_at=known_at, only=only)
    coded = _coded(gpd.GeoDataFrame(enterprises), cutoff)
    places = _places(coded, boundaries, cutoff)
    inspections = _inspections(store, places, cutoff, only)
    return CodedPlaces(
        cutoff=cutoff,
        snapshot=boundaries,
        rulebook=rulebook or rulebook_of(store, cutoff),
        places=places,
        visits=_visits(inspections),
        inspections=inspections,
    )


def rulebook_of(store: Store, cutoff: Cutoff) -> Rulebook:
    """Return the rules in force at the end of a day.

    Parameters
    ----------
    store
        The store.
    cutoff
        The day.

    Raises
    ------
    InvalidLayerError
        If a rule cannot be read.
    """
    rules = store.facts("rules", valid_at=cutoff.end, known_at=cutoff.known_at)
    return read_rulebook(rules)


def locate_points(points: gpd.GeoSeries, snapshot: Snapshot) -> Rows:
    """Return the row of the grid of each point, -1 in none.

    Parameters
    ----------
    points
        In the CRS of the grids; a row may have none.
    snapshot
        With the grids.
    """
    xy = np.full((len(points), 2), np.nan)
    shapes = np.asarray(points)
    is_there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    xy[is_there] = shapely.get_coordinates(shapes[is_there])
    reasons = np.where(is_there, 0, REASONS.index("missing")).astype(np.uint8)
    positions = Positions(xy[:, 0], xy[:, 1], reasons)
    answers = answer_many(snapshot.basis, positions, snapshot.basis.datum)
    return np.asarray(answers.table.rows, dtype=np.int64)


def fixes_of(inspections: pd.DataFrame) -> Rows:
    """Return how many findings each inspection is the first to see as fixed.

    Those at places without a code count as well: campaigns check them.

    Parameters
    ----------
    inspections
        As `CodedPlaces` has them.
    """
    places, _ = pd.factorize(inspections["place_id"])
    return count_fixes(_rows_at(inspections, places.astype(np.int64)))


def _coded(enterprises: gpd.GeoDataFrame, cutoff: Cutoff) -> gpd.GeoDataFrame:
    """Return what registers say of coded places, known by the end of the day."""
    is_coded = enterprises["is_coded"].astype(bool)
    return enterprises[is_coded & (enterprises["valid_from"] <= timestamp(cutoff.end))]


def _uncoded(
    enterprises: gpd.GeoDataFrame,
    places: pd.DataFrame,
    campaigns: Sequence[Campaign],
    cutoff: Cutoff,
) -> gpd.GeoDataFrame:
    """Return what registers say of places without a code that campaigns name."""
    kinds = {kind for campaign in campaigns for kind in campaign.scenes} - {*Scene}
    is_other = enterprises["scene"].isin(sorted(kinds))
    is_other &= ~enterprises["place_id"].isin(places["place_id"])
    return enterprises[is_other & (enterprises["valid_from"] <= timestamp(cutoff.end))]


def _unknown_places(inspections: pd.DataFrame, campaign_places: pd.DataFrame) -> int:
    """Return how many inspections count at no place."""
    is_of_campaign = inspections["place_id"].isin(campaign_places["place_id"])
    return int(((inspections["place_row"] < 0) & ~is_of_campaign).sum())


def _unmet_kinds(campaigns: Sequence[Campaign], campaign_places: pd.DataFrame) -> int:
    """Return how many kinds beside the scenes campaigns name and no place is of."""
    kinds = {kind for campaign in campaigns for kind in campaign.scenes}
    return len(kinds - {*Scene} - {*campaign_places["scene"]})


def _places(
    coded: gpd.GeoDataFrame, snapshot: Snapshot, cutoff: Cutoff
) -> gpd.GeoDataFrame:
    """Return one row a coded place."""
    places = rating_rows(coded)
    points = gpd.GeoSeries(places[coded.geometry.name])
    return gpd.GeoDataFrame(
        {
            "place_id": places["place_id"],
            "name": places["name"],
            "scene": places["scene"],
            "hazard": places["hazard"].fillna(""),
            "known": cutoff.days_of(places["valid_from"]),
            "gone": cutoff.days_of(places["valid_to"]),
            "grid_row": locate_points(points, snapshot),
        },
        geometry=points,
    )


def _gaps(
    coded: gpd.GeoDataFrame, places: gpd.GeoDataFrame, cutoff: Cutoff
) -> dict[LeftOut, int]:
    """Return what is wrong with some places."""
    disagree = coded.groupby("place_id")["scene"].nunique()
    # a place that is gone is missed by nobody
    there = places[~(places["gone"].to_numpy("M8[D]") <= np.datetime64(cutoff.day))]
    has_point = there.geometry.notna()
    return {
        "no_position": int((~has_point).sum()),
        "no_grid": int((has_point & (there["grid_row"] < 0)).sum()),
        "sources_disagree": int((disagree.reindex(there["place_id"]) > 1).sum()),
    }


def _inspections(
    store: Store,
    places: pd.DataFrame,
    cutoff: Cutoff,
    only: Selection | None = None,
) -> pd.DataFrame:
    """Return the inspections up to the day, each with the row of its place."""
    facts = store.facts("inspections", known_at=cutoff.known_at, only=only)
    inspections = facts[facts["valid_from"] <= timestamp(cutoff.end)].reset_index(
        drop=True
    )
    rows = pd.Series(np.arange(len(places)), index=places["place_id"])
    place_row = rows.reindex(inspections["place_id"]).fillna(-1).to_numpy(np.int64)
    return pd.DataFrame(
        {
            "inspection_id": inspections["inspection_id"],
            "place_id": inspections["place_id"],
            "kind": inspections["kind"],
            "campaign": inspections["campaign"].fillna(""),
            "result": inspections["result"].fillna(""),
            "at": inspections["valid_from"],
            "day": cutoff.days_of(inspections["valid_from"]),
            "place_row": place_row,
            "post_id": inspections["post_id"].fillna(""),
            "found_json": _texts(inspections, "findings"),
            "fixed_json": _texts(inspections, "fixed"),
        }
    )


def _bodies(store: Store, cutoff: Cutoff) -> dict[str, str]:
    """Return the departments of posts: whose duty post it is, else as posts say it."""
    posts = store.facts("posts", known_at=cutoff.known_at)
    departments = store.facts("departments", known_at=cutoff.known_at)
    pairs = pd.DataFrame(
        {
            "post": [*posts["post_id"], *departments["post_id"]],
            "body": [*posts["department"], *departments["department_id"]],
        }
    ).dropna()
    return {str(post): str(body) for post, body in pairs.itertuples(index=False)}


def _unknown_kinds(events: pd.DataFrame, rulebook: Rulebook) -> int:
    """Return how many events are of a kind of which nobody says if it is a hazard."""
    if rulebook.method.event_kinds is None:
        return 0
    kinds = {*rulebook.scenarios.kinds, *rulebook.method.event_kinds}
    return int((~events["category"].isin(kinds)).sum())


def _texts(frame: pd.DataFrame, column: str) -> list[str]:
    return [str(text) for text in frame[column].fillna("").tolist()]


def _visits(inspections: pd.DataFrame) -> Facts:
    """Return checks, drills and findings as a rating takes them."""
    places = inspections["place_row"].to_numpy(np.int64)
    return gather_facts(_rows_at(inspections, places))


def _rows_at(inspections: pd.DataFrame, places: Rows) -> Inspections:
    """Return inspections as `gis.safety` takes them, at some rows of places."""
    at = inspections["at"].dt.tz_localize(None).to_numpy("datetime64[ms]")
    return Inspections(
        place=places,
        at=at,
        day=inspections["day"].to_numpy("datetime64[D]"),
        kind=inspections["kind"].tolist(),
        findings=inspections["found_json"].tolist(),
        fixed=inspections["fixed_json"].tolist(),
        result=inspections["result"].tolist(),
    )


def _events(store: Store, facts: RiskFacts) -> pd.DataFrame:
    """Return events that count and were not read yet."""
    cutoff = facts.cutoff
    events = store.events(
        since=cutoff.start_of(1 - facts.event_days),
        until=cutoff.start_of(1),
        after=facts.last_row,
    )
    if cutoff.known_at is not None:
        events = events[events["recorded_at"] <= timestamp(cutoff.known_at)]
    events = events.reset_index(drop=True)
    details = [details_of(text) for text in _texts(events, "details")]
    modules = facts.rulebook.scenarios.module_of
    columns = {
        "row": events["row"],
        "event_id": events["event_id"],
        "source_id": events["source_id"],
        "category": events["kind"],
        "module": [
            modules(kind, str(document.get("module", "")))
            for kind, document in zip(events["kind"], details, strict=True)
        ],
        "channel": [str(document.get("channel", "")) for document in details],
        "severity": events["severity"],
        "occurred_at": events["occurred_at"],
        "day": cutoff.days_of(events["occurred_at"]),
        "grid_row": locate_points(events.geometry, facts.snapshot),
        "lon": shapely.get_x(events.geometry.to_numpy()),
        "lat": shapely.get_y(events.geometry.to_numpy()),
    }
    return pd.DataFrame(columns).astype(EVENT_DTYPES)


def _joined(events: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return events with new ones behind them; the same object without any."""
    if new.empty:
        return events
    return pd.concat([events, new], ignore_index=True)
