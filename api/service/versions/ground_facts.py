"""What lies on the ground of a version: places with codes, open events, people."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from api.service.versions.gate import Trial
from gis.access import EVERYTHING
from gis.editing.caseload import owners_to_read
from gis.editing.figures import MONTH_DAYS, Events, GroundFacts, Places, Staff
from gis.editing.ground_points import GroundPoints, Reach
from gis.editing.head_counts import counts_of_rows
from gis.geometry import Polygonal
from gis.local_time import EPOCH, MILLISECOND, timezone_of
from gis.models import Instant, SafetyCode
from layers.packs.rulebook import Rulebook
from layers.rating.day import read_risk_day
from layers.rating.due import list_due
from layers.rating.facts import Cutoff
from layers.schema.layer import frame_datum
from layers.snapshots import PLAIN, Terms
from layers.stores import Store
from layers.stores.facts import timestamp
from layers.stores.loops import LoopQuery
from layers.territory import ruler_of

Floats = NDArray[np.float64]

DAY_MS: Final = 24 * 3600 * 1000
_OPEN: Final = LoopQuery(is_open=True)
_OPEN_COLUMNS: Final = ("event_id", "kind", "grid_id", "lon", "lat")


@dataclass(frozen=True, slots=True)
class ReviewTerms:
    """How a deployment answers, and in which zone its days are."""

    timezone: str
    answers: Terms = PLAIN


@dataclass(frozen=True, slots=True, eq=False)
class TownFacts:
    """What a store knows of the ground of a change; None is a layer not loaded.

    Attributes
    ----------
    ground
        Ready for figures.
    rulebook
        Rules of the day.
    places
        place_id, scene, code (None for none), due_on (None where no check is due by the
        end of today); in the order of `ground.places`.
    open_events
        event_id, kind, grid_id, lon, lat of open ones, none of a sensitive kind.
    open_points
        Their positions on the base.
    """

    ground: GroundFacts
    rulebook: Rulebook
    places: pd.DataFrame | None
    open_events: pd.DataFrame | None
    open_points: GroundPoints | None


def read_town(
    store: Store, trial: Trial, terms: ReviewTerms, *, is_whole: bool = False
) -> TownFacts:
    """Return what lies on the ground of a change.

    Codes and due checks are those of the end of today, or of the first day of the base
    where that is later, as `pagoda due` has them.

    Parameters
    ----------
    store
        Has the facts.
    trial
        The change on its base.
    terms
        How the deployment answers.
    is_whole
        Whether events of all grids are counted, for a draft that goes on; of the
        changed ones and their ancestors alone unless so.

    Raises
    ------
    InvalidLayerError
        If a rule cannot be read.
    """
    polygons: Mapping[str, Polygonal] = trial.workspace.base_polygons
    crs = pyproj.CRS(trial.workspace.crs)
    now = store.now()
    since = max(now, trial.version.valid_from)
    local = (EPOCH + since * MILLISECOND).astimezone(timezone_of(terms.timezone))
    day = Cutoff(local.date(), timezone=terms.timezone, terms=terms.answers)
    rating = read_risk_day(store, day, history_days=0)
    rulebook = rating.facts.rulebook
    enterprises = gpd.GeoDataFrame(store.facts("enterprises"))
    reach = _reach(trial.layers.grids, terms.answers)
    table, places = None, None
    if not enterprises.empty:
        due = {check.place_id: check.due_on for check in reversed(list_due(rating))}
        table = _places(rating.places, enterprises, since, due)
        codes = [None if code is None else SafetyCode(code) for code in table["code"]]
        places = Places.locate(polygons, _xy(table), table["scene"].tolist(), codes)
        if reach is not None:
            located = GroundPoints.locate(polygons, *_xy(table), reach)
            places = replace(places, points=located)
    loops, points = None, None
    if store.last_action():
        loops = store.loop_columns(_OPEN, EVERYTHING, _OPEN_COLUMNS)
        loops = loops.sort_values("event_id", ignore_index=True)
        xy = (loops["lon"].to_numpy(float), loops["lat"].to_numpy(float))
        points = GroundPoints.locate(polygons, *xy, reach)
    ground = GroundFacts(
        crs,
        counts_of_rows(trial.workspace.base_rows),
        places,
        _events(
            store,
            polygons,
            now,
            None if is_whole else _owners(store, trial),
            frozenset(rulebook.scenarios.sensitive_kinds),
        ),
        None,
        Staff(trial.posts) if has_posts(store) else None,
    )
    return TownFacts(ground, rulebook, table, loops, points)


def has_posts(store: Store) -> bool:
    """Say whether posts were ever loaded."""
    return not store.facts("posts").empty


def _places(
    coded: gpd.GeoDataFrame,
    enterprises: gpd.GeoDataFrame,
    at: Instant,
    due: Mapping[str, dt.date],
) -> gpd.GeoDataFrame:
    """Return the places that are there, in order of id: coded ones, then all else."""
    moment = timestamp(at)
    is_there = enterprises["valid_from"] <= moment
    is_there &= enterprises["valid_to"].isna() | (enterprises["valid_to"] > moment)
    is_there &= ~enterprises["is_coded"].astype(bool)
    is_there &= ~enterprises["place_id"].isin(coded["place_id"])
    plain = enterprises[is_there].sort_values(["place_id", "source"])
    plain = plain.drop_duplicates("place_id")
    geometry = [*coded.geometry, *plain.geometry]
    codes = [*(int(code) or None for code in coded["code"]), *[None] * len(plain)]
    ids = [*coded["place_id"].astype(str), *plain["place_id"].astype(str)]
    frame = gpd.GeoDataFrame(
        {
            "place_id": ids,
            "scene": [*coded["scene"].astype(str), *plain["scene"].astype(str)],
            "code": pd.Series(codes, dtype=object),
            "due_on": pd.Series([due.get(place) for place in ids], dtype=object),
        },
        geometry=geometry,
        crs=enterprises.crs,
    )
    return frame.sort_values("place_id", ignore_index=True)


def _xy(table: gpd.GeoDataFrame) -> tuple[Floats, Floats]:
    """Return positions; NaN where a place has none."""
    points = np.asarray(table.geometry, dtype=object)
    return shapely.get_x(points), shapely.get_y(points)


def _reach(grids: gpd.GeoDataFrame, terms: Terms) -> Reach | None:
    if not terms.snap_m:
        return None
    return Reach(ruler_of(frame_datum(grids)), terms.snap_m)


def _owners(store: Store, trial: Trial) -> frozenset[str] | None:
    """Return the grids whose events may be of the changed ones; None for all."""
    polygons = trial.workspace.base_polygons
    change = trial.workspace.redrawing()
    before = shapely.union_all([*change.before.values()])
    around = [g for g, p in polygons.items() if shapely.intersects(before, p)]
    owners = owners_to_read(
        change,
        [grid for grid in around if grid not in change.before],
        store.history(trial.version.system),
    )
    is_same_ground = (
        shapely.area(before ^ shapely.union_all([*change.after.values()])) <= 1e-12
    )
    # events of nobody matter only where the ground of the town changes
    return owners if is_same_ground else None


def _events(
    store: Store,
    polygons: Mapping[str, Polygonal],
    now: Instant,
    owners: frozenset[str] | None,
    sensitive: frozenset[str],
) -> Events | None:
    """Return the events of the last month of some grids; None of all."""
    if store.events(limit=1).empty:
        return None
    events = store.events(
        since=Instant(now - MONTH_DAYS * DAY_MS), until=now, grid_ids=owners
    )
    is_sensitive = events["kind"].isin(sensitive).to_numpy(bool)
    return Events.locate(polygons, _xy(events), float(MONTH_DAYS), is_sensitive)
