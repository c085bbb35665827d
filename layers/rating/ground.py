"""What the areas of a day are rated from: codes, counts and hazards of its grids."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.errors import InvalidLayerError
from gis.geometry import area_m2
from gis.models import SafetyCode, Scene
from gis.risk import EventFacts, Hazard, PlaceFacts, RiskMethod, sum_hazard
from gis.risk.day import GroundFacts, is_recent, sum_by_owner
from gis.risk.score import is_counted, is_rated
from gis.safety import Ratings, rate
from layers.rating.facts import RiskFacts, Rows
from layers.schema.layer import frame_datum

Levels = NDArray[np.int8]
SCENE_ROWS: Final = {scene.value: row for row, scene in enumerate(Scene)}


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The grids of a day, before they become scores.

    Attributes
    ----------
    method
        How hazards are weighed: that in force, where no place is coded without the
        share of places.
    ratings
        All about the places on the last day.
    counts
        Figures of each grid at the end of the last day, by name.
    facts
        Places with their codes on each day, events.
    hazard
        Of each day and grid; E is NaN where nothing gives a colour.
    """

    method: RiskMethod
    ratings: Ratings
    counts: Mapping[str, Rows]
    facts: GroundFacts
    hazard: Hazard


@dataclass(frozen=True, slots=True, eq=False)
class PlaceGround:
    """What events change nothing of: places with their codes, and what is divided by.

    Attributes
    ----------
    method, ratings
        As `Ground` has them.
    counts
        Figures of each grid at the end of the last day, without that of events.
    places
        Places with their codes on each day.
    extents
        What hazards of each grid are counted against, shape (grids,).
    """

    method: RiskMethod
    ratings: Ratings
    counts: Mapping[str, Rows]
    places: PlaceFacts
    extents: NDArray[np.float64]


def read_ground(facts: RiskFacts, days: list[dt.date]) -> Ground:
    """Return what the areas are rated from on some days in a row.

    Parameters
    ----------
    facts
        What is known.
    days
        The oldest first; the last is the day of the facts.

    Raises
    ------
    InvalidLayerError
        If a value that the method counts against is missing.
    """
    return add_events(read_places(facts, days), facts)


def read_places(facts: RiskFacts, days: list[dt.date]) -> PlaceGround:
    """Return what of the ground hangs on no event; parameters as of `read_ground`.

    Raises
    ------
    InvalidLayerError
        If a value that the method counts against is missing.
    """
    codes, ratings = _codes(facts, days)
    method = facts.rulebook.method
    if not codes.any():
        method = method.without_places()
    counts = _counts(facts, ratings)
    extents = method.extents(_amounts(facts, counts))
    return PlaceGround(method, ratings, counts, _place_facts(facts, codes), extents)


def add_events(base: PlaceGround, facts: RiskFacts) -> Ground:
    """Return the ground of places with the events of a day.

    Parameters
    ----------
    base
        The places.
    facts
        Their facts, with any events.
    """
    method = base.method
    counts = {"events": _count_events(facts), **base.counts}
    ground = GroundFacts(base.places, _event_facts(facts), facts.cutoff.day)
    # an area of which nothing is known is not an area where all is well, nor is one
    # whose events are no hazards; and where the codes of places are the ground of
    # colours there is none without them
    is_silent = (counts["places"] == 0) & (
        ~_has_hazards(ground.events, method, facts) | (method.place_percent > 0)
    )
    hazard = sum_hazard(
        ground.places,
        ground.events,
        np.where(is_silent, np.nan, base.extents),
        method,
        ground.day,
    )
    return Ground(method, base.ratings, counts, ground, hazard)


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
    """Return the figures of each grid at the end of the day, but for its events."""
    last = np.datetime64(facts.cutoff.day, "D")
    places = facts.places
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
    return {name: sum_by_owner(is_it, grid_row, count) for name, is_it in masks.items()}


def _count_events(facts: RiskFacts) -> Rows:
    """Return how many events of the window each grid has."""
    owners = facts.events["grid_row"].to_numpy(np.int64)
    return sum_by_owner(_in_window(facts), owners, len(facts.snapshot.territory.grids))


def _in_window(facts: RiskFacts) -> NDArray[np.bool_]:
    """Say which events are of the window."""
    days = facts.events["day"].to_numpy("datetime64[D]")
    return is_recent(days, facts.cutoff.day, facts.rulebook.method.window_days)


def _has_hazards(
    events: EventFacts, method: RiskMethod, facts: RiskFacts
) -> NDArray[np.bool_]:
    """Say which grids have an event of the window that counts as a hazard."""
    counts = is_counted(events, method) & is_rated(events.severity) & _in_window(facts)
    owners = facts.events["grid_row"].to_numpy(np.int64)
    grids = len(facts.snapshot.territory.grids)
    return np.asarray(sum_by_owner(counts, owners, grids) > 0)


def _amounts(facts: RiskFacts, counts: Mapping[str, Rows]) -> NDArray[np.float64]:
    """Return what the method counts hazards of each grid against."""
    grids, base = facts.snapshot.territory.grids, facts.rulebook.method.denominator
    if base == "km2":
        return area_m2(grids.geometry.to_numpy(), frame_datum(grids).crs)
    if base == "places":
        return counts["places"].astype(np.float64)
    if base not in grids or grids[base].isna().all():
        raise InvalidLayerError(
            "The risk method counts against {base!r} and no grid says how many; "
            "publish grids with that column or choose another denominator.",
            base=base,
        )
    return grids[base].to_numpy(np.float64, na_value=np.nan)
