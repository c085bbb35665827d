"""Which collections there are, and the state of one as it was at a time."""

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
from numpy.typing import NDArray

from api.service.ogc.item_query import Period, StateQuery
from api.service.rating.days import RiskDesk
from api.service.rating.documents import area_frame
from gis.errors import NoVersionError
from gis.local_time import timezone_of
from gis.models import Instant, SafetyCode
from gis.versions import Version
from layers.collections import CollectionState
from layers.features import Scope, json_of
from layers.rating.day import RiskDay
from layers.schema.areas import RATED_CIRCLES, RATED_COMMUNITIES, RATED_GRIDS
from layers.schema.circles import CIRCLES
from layers.schema.communities import COMMUNITIES
from layers.schema.grids import GRIDS
from layers.schema.layer import Field, LayerSchema
from layers.schema.places import PLACES
from layers.stores import Store
from layers.stores.protocol import MAIN_SYSTEM
from layers.words import Words

STATES: Final = 12
"""So many states are kept in memory, each with what it was built from."""
CODE_WORDS: Final = {int(code): code.name.lower() for code in SafetyCode}
BOUNDARIES: Final = {"grids": GRIDS, "circles": CIRCLES, "communities": COMMUNITIES}
RATED: Final = {
    "risk_grids": RATED_GRIDS,
    "risk_circles": RATED_CIRCLES,
    "risk_communities": RATED_COMMUNITIES,
}
RATED_TIERS: Final = {
    "risk_grids": "grids",
    "risk_circles": "tier",
    "risk_communities": "communities",
}
"""Their tiers of a rated day, without the number."""
TITLES: Final = {
    "grids": Words("治理网格", "Grids"),
    "circles": Words("指挥圈层", "Circles of command"),
    "communities": Words("社区边界", "Communities"),
    "risk_grids": Words("网格五色图", "Risk of grids"),
    "risk_circles": Words("圈层五色图", "Risk of circles"),
    "risk_communities": Words("社区五色图", "Risk of communities"),
    "places": Words("赋码场所", "Places with a safety code"),
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """What who asks sees of collections.

    Attributes
    ----------
    classes
        Classes of sharing of the fields that are seen.
    has_grid
        Says whether the places of a grid are seen; None where no place is.
    """

    classes: Scope
    has_grid: Callable[[str | None], bool] | None


@dataclass(frozen=True, slots=True)
class Collection:
    """A layer that is given out.

    Attributes
    ----------
    collection_id
        Its name in paths.
    title
        In both languages.
    schema
        What its columns are.
    system
        Grid system that it is of.
    """

    collection_id: str
    title: Words
    schema: LayerSchema
    system: str = MAIN_SYSTEM

    @property
    def is_of_places(self) -> bool:
        """Whether its rows are places, which not everybody sees."""
        return self.schema is PLACES

    @property
    def is_tiled(self) -> bool:
        """Whether it has vector tiles: areas of a version."""
        return self.schema in BOUNDARIES.values()

    def fields(self, viewer: Viewer) -> tuple[Field, ...]:
        """Return the fields that who asks sees, in order."""
        return tuple(f for f in self.schema.fields if f.sharing in viewer.classes)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The collections of a store; states are kept until others were asked for.

    Attributes
    ----------
    store
        The store.
    desk
        Rates days.
    """

    store: Store
    desk: RiskDesk
    _states: OrderedDict[Hashable, tuple[Hashable, CollectionState]] = field(
        default_factory=OrderedDict
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def collections(self, viewer: Viewer) -> dict[str, Collection]:
        """Return the collections that who asks sees, by name."""
        collections = [
            Collection(name, TITLES[name], schema)
            for name, schema in (BOUNDARIES | RATED).items()
        ]
        for system in self.store.systems():
            if system != MAIN_SYSTEM:
                title = TITLES["grids"]
                words = Words(f"{title.zh}：{system}", f"{title.en}: {system}")
                collections.append(Collection(f"grids-{system}", words, GRIDS, system))
        if viewer.has_grid is not None:
            collections.append(Collection("places", TITLES["places"], PLACES))
        return {item.collection_id: item for item in collections}

    def state(
        self, collection: Collection, query: StateQuery, viewer: Viewer
    ) -> CollectionState:
        """Return a collection as it was, as far as who asks sees its rows and fields.

        Raises
        ------
        InvalidLayerError
            If a rule of rating cannot be read.
        """
        is_rated = collection.is_of_places or collection.collection_id in RATED
        read = self._rated if is_rated else self._boundaries
        whole = read(collection, query)
        if collection.is_of_places:
            is_seen = _seen_places(whole, viewer)
            if not is_seen.all():
                return whole.only(is_seen).shared(viewer.classes)
        key = (collection.collection_id, query, viewer.classes)
        return self._kept(key, whole, partial(whole.shared, viewer.classes))

    def first_instant(self, system: str) -> Instant | None:
        """Return since when a grid system has had a version in force."""
        timeline = self.store.history(system).timeline()
        return timeline[0].valid_from if timeline else None

    def _boundaries(self, collection: Collection, query: StateQuery) -> CollectionState:
        """Return polygons of the versions in force then."""
        history = self.store.history(collection.system)
        if query.period is None:
            at = self.store.now() if query.at is None else query.at
            version = history.in_force(at, query.known_at)
            versions = [] if version is None else [version]
        else:
            versions = _within(history.timeline(query.known_at), query.period)
        name = collection.collection_id.partition("-")[0]
        numbers = tuple(version.version for version in versions)
        key = (collection.collection_id, query)
        return self._kept(key, numbers, partial(self._read, collection, name, versions))

    def _read(
        self, collection: Collection, name: str, versions: Sequence[Version]
    ) -> CollectionState:
        """Return the last state of each row of some versions."""
        frames = [
            getattr(self.store.version_layers(v.version, collection.system), name)
            for v in versions
        ]
        if not frames:
            return _nothing(collection.schema, self.store.crs)
        return CollectionState.last_of(frames, collection.schema)

    def _rated(self, collection: Collection, query: StateQuery) -> CollectionState:
        """Return what a day says: that of the instant, or the last of the period."""
        at = query.at
        if query.period is not None and query.period.end is not None:
            at = Instant(query.period.end - 1)
        try:
            rating = self.desk.on(self._day_of(at), query.known_at)
        except NoVersionError:
            return _nothing(collection.schema, self.store.crs)
        key = (collection.collection_id, query)
        return self._kept(key, rating, partial(_rated_state, collection, rating))

    def _day_of(self, at: Instant | None) -> dt.date | None:
        """Return the local day of an instant; of now and later, today."""
        if at is None or at >= self.store.now():
            return None
        zone = timezone_of(self.desk.timezone)
        return dt.datetime.fromtimestamp(at / 1000, zone).date()

    def _kept(
        self, key: Hashable, source: Hashable, build: Callable[[], CollectionState]
    ) -> CollectionState:
        """Return the state of a question, built anew where its source is another."""
        with self._lock:
            entry = self._states.get(key)
        state = build() if entry is None or entry[0] != source else entry[1]
        with self._lock:
            self._states[key] = source, state
            self._states.move_to_end(key)
            while len(self._states) > STATES:
                self._states.popitem(last=False)
        return state


def _within(timeline: tuple[Version, ...], period: Period) -> list[Version]:
    """Return the versions that are in force at some time of a period."""
    ends = [*(v.valid_from for v in timeline[1:]), None]
    return [
        version
        for version, end in zip(timeline, ends, strict=True)
        if (period.end is None or version.valid_from < period.end)
        and (period.start is None or end is None or end > period.start)
    ]


def _nothing(schema: LayerSchema, crs: pyproj.CRS | str | None) -> CollectionState:
    """Return the state of a collection before there was anything."""
    columns = {f.name: pd.Series(dtype=object) for f in schema.fields}
    return CollectionState.of(gpd.GeoDataFrame(columns, geometry=[], crs=crs), schema)


def _rated_state(collection: Collection, rating: RiskDay) -> CollectionState:
    """Return what a rated day says of its areas or places."""
    if collection.is_of_places:
        return CollectionState.of(_place_frame(rating), PLACES)
    wanted = RATED_TIERS[collection.collection_id]
    frames = [
        _with_texts(area_frame(rating, name))
        for name in rating.tiers
        if name.rstrip("0123456789") == wanted
    ]
    if not frames:
        return _nothing(collection.schema, rating.grids.crs)
    return CollectionState.last_of(frames, collection.schema)


def _with_texts(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return areas whose drivers are JSON as text: columns of clients are flat."""
    return frame.assign(drivers=[json_of(row).decode() for row in frame["drivers"]])


def _place_frame(rating: RiskDay) -> gpd.GeoDataFrame:
    """Return the coded places of a day as `PLACES`."""
    places = rating.places
    names = [f.name for f in PLACES.fields]
    frame = places[[*names, places.geometry.name]].copy()
    frame["code"] = frame["code"].map(CODE_WORDS)
    frame["hazard"] = frame["hazard"].replace("", None)
    for name in ("due_on", "last_check"):
        frame[name] = frame[name].dt.strftime("%Y-%m-%d")
    return gpd.GeoDataFrame(frame, geometry=places.geometry.name, crs=places.crs)


def _seen_places(state: CollectionState, viewer: Viewer) -> NDArray[np.bool_]:
    """Return which places who asks sees."""
    has_grid = viewer.has_grid
    if has_grid is None:
        return np.zeros(len(state), dtype=bool)
    grids, rows = state.columns.words("grid_id")
    views = [*map(has_grid, grids.to_pylist()), has_grid(None)]
    is_seen: NDArray[np.bool_] = np.array(views)[rows.fill_null(-1).to_numpy()]
    return is_seen
