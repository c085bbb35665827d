"""Rows of collections as a store and a rated day have them."""

from collections.abc import Sequence
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from api.service.ogc.collections import Collection
from api.service.ogc.item_query import Period
from api.service.rating.documents import area_frame
from gis.geometry import STORED_DECIMALS
from gis.models import Instant, SafetyCode
from gis.versions import Version
from layers.collections import CollectionState
from layers.features import json_of
from layers.rating.day import RiskDay
from layers.rating.facts import locate_points
from layers.rating.registers import rating_rows, with_sources
from layers.schema.enterprises import COMPARED, REGISTERED
from layers.schema.layer import LayerSchema
from layers.schema.places import PLACES
from layers.snapshots import Snapshot
from layers.stores import Store
from layers.stores.facts import timestamp

CODE_WORDS: Final = {int(code): code.name.lower() for code in SafetyCode}
RATED_TIERS: Final = {
    "risk_grids": "grids",
    "risk_circles": "tier",
    "risk_communities": "communities",
}
"""Their tiers of a rated day, without the number."""


def no_rows(schema: LayerSchema, crs: pyproj.CRS | str | None) -> CollectionState:
    """Return the state of a collection before there was anything."""
    columns = {f.name: pd.Series(dtype=object) for f in schema.fields}
    return CollectionState.of(gpd.GeoDataFrame(columns, geometry=[], crs=crs), schema)


def versions_within(timeline: Sequence[Version], period: Period) -> list[Version]:
    """Return the versions that are in force at some time of a period.

    Parameters
    ----------
    timeline
        Versions in order of time.
    period
        The period.
    """
    ends = [*(v.valid_from for v in timeline[1:]), None]
    return [
        version
        for version, end in zip(timeline, ends, strict=True)
        if (period.end is None or version.valid_from < period.end)
        and (period.start is None or end is None or end > period.start)
    ]


def version_state(
    store: Store, collection: Collection, versions: Sequence[Version]
) -> CollectionState:
    """Return the last state of each area of some versions.

    Parameters
    ----------
    store
        The store.
    collection
        Of boundaries.
    versions
        In order of time.
    """
    name = collection.collection_id.partition("-")[0]
    frames = [
        getattr(store.version_layers(v.version, collection.system), name)
        for v in versions
    ]
    if not frames:
        return no_rows(collection.schema, store.crs)
    return CollectionState.last_of(frames, collection.schema)


def rated_state(collection: Collection, rating: RiskDay) -> CollectionState:
    """Return what a rated day says of its areas.

    Parameters
    ----------
    collection
        Of rated areas.
    rating
        The day.
    """
    wanted = RATED_TIERS[collection.collection_id]
    frames = [
        _with_texts(area_frame(rating, name))
        for name in rating.tiers
        if name.rstrip("0123456789") == wanted
    ]
    if not frames:
        return no_rows(collection.schema, rating.grids.crs)
    return CollectionState.last_of(frames, collection.schema)


def place_state(rating: RiskDay) -> CollectionState:
    """Return the coded places of a day.

    Parameters
    ----------
    rating
        The day.
    """
    places = rating.places
    names = [f.name for f in PLACES.fields]
    frame = places[[*names, places.geometry.name]].copy()
    frame["code"] = frame["code"].map(CODE_WORDS)
    frame["hazard"] = frame["hazard"].replace("", None)
    for name in ("due_on", "last_check"):
        frame[name] = frame[name].dt.strftime("%Y-%m-%d")
    shapes = gpd.GeoDataFrame(frame, geometry=places.geometry.name, crs=places.crs)
    return CollectionState.of(shapes, PLACES)


def enterprise_state(
    store: Store, snapshot: Snapshot, period: Period, known_at: Instant | None
) -> CollectionState:
    """Return the enterprises of a period, one row a place: the one that rates it.

    Parameters
    ----------
    store
        The store.
    snapshot
        With the grids that say where they lie.
    period
        When they were there.
    known_at
        As known when; all without it.
    """
    rows = gpd.GeoDataFrame(_facts_within(store, "enterprises", period, known_at))
    places = with_sources(rating_rows(rows), rows, [*COMPARED])
    points = gpd.GeoSeries(places[rows.geometry.name], crs=store.crs)
    grid_ids = np.array([*snapshot.territory.grids["grid_id"], None], dtype=object)
    frame = gpd.GeoDataFrame(
        places.assign(grid_id=grid_ids[locate_points(points, snapshot)]),
        geometry=points,
    )
    return CollectionState.of(frame, REGISTERED)


def fact_state(
    store: Store, collection: Collection, period: Period, known_at: Instant | None
) -> CollectionState:
    """Return the facts of a layer in a period.

    Parameters
    ----------
    store
        The store.
    collection
        Of a layer of facts.
    period, known_at
        As `enterprise_state` takes them.
    """
    rows = _facts_within(store, collection.collection_id, period, known_at)
    if "area_id" in rows and not isinstance(rows, gpd.GeoDataFrame):
        at = store.now() if period.end is None else Instant(period.end - 1)
        points = _area_points(store, at, known_at).reindex(rows["area_id"])
        rows = gpd.GeoDataFrame(rows, geometry=points.to_numpy(), crs=store.crs)
    return CollectionState.of(gpd.GeoDataFrame(rows), collection.schema)


def _area_points(store: Store, at: Instant, known_at: Instant | None) -> pd.Series:
    """Return a point in each grid and circle in force, by its id."""
    version = store.history().in_force(at, known_at)
    if version is None:
        return pd.Series(dtype=object)
    layers = store.version_layers(version.version)
    areas = [
        _points_in(frame.set_index(key).geometry)
        for frame, key in ((layers.grids, "grid_id"), (layers.circles, "circle_id"))
    ]
    points: pd.Series = pd.concat(areas)
    return points


def _points_in(areas: gpd.GeoSeries) -> pd.Series:
    """Return a point in each area that has ground, with the decimals of a store."""
    has_ground = areas.notna() & ~areas.is_empty
    there = gpd.GeoSeries(areas[has_ground])
    xy = shapely.get_coordinates(there.representative_point().to_numpy())
    points = shapely.points(np.round(xy, STORED_DECIMALS))
    return pd.Series(points, there.index, dtype=object)


def next_change(store: Store, layer: str, at: Instant) -> Instant | None:
    """Return when a fact or version begins or ends next; None where none does.

    Parameters
    ----------
    store
        The store.
    layer
        Of facts.
    at
        The instant.
    """
    rows, moment = store.facts(layer), timestamp(at)
    times = pd.concat([rows["valid_from"], rows["valid_to"]])
    following = times[times > moment]
    starts = [v.valid_from for v in store.history().timeline() if v.valid_from > at]
    if not following.empty:
        starts.append(Instant(following.min().value // 1_000_000))
    return min(starts, default=None)


def _facts_within(
    store: Store, layer: str, period: Period, known_at: Instant | None
) -> pd.DataFrame:
    """Return facts that are valid at some time of a period."""
    rows = store.facts(layer, known_at=known_at)
    is_within = pd.Series(True, index=rows.index)
    if period.end is not None:
        is_within &= rows["valid_from"] < timestamp(period.end)
    if period.start is not None:
        is_within &= ~(rows["valid_to"] <= timestamp(period.start))
    return rows[is_within]


def _with_texts(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return areas whose drivers are JSON as text: columns of clients are flat."""
    return frame.assign(drivers=[json_of(row).decode() for row in frame["drivers"]])
