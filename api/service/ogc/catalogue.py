"""The collections of a store as they were at a time, as far as who asks sees them."""

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np

from api.service.access.sight import Sight
from api.service.ogc.collections import Collection, collections_of
from api.service.ogc.event_rows import event_state, task_state
from api.service.ogc.item_query import Period, StateQuery
from api.service.ogc.row_sources import (
    enterprise_state,
    fact_state,
    next_change,
    no_rows,
    place_state,
    rated_state,
    version_state,
    versions_within,
)
from api.service.rating.days import RiskDesk
from api.service.rating.seen import seen_day
from gis.errors import NoVersionError
from gis.local_time import timezone_of
from gis.models import Instant
from layers.collections import CollectionState
from layers.stores import Store

MOST_BYTES: Final = 1_000_000_000
"""Of the states that are kept, but for the last one."""


@dataclass(frozen=True, slots=True)
class KeptState:
    """A state, and how long it is the answer to its question.

    Attributes
    ----------
    source
        What it was built from.
    state
        The state.
    until
        When it is another one by time alone; None for never.
    nbytes
        About how much memory it takes.
    """

    source: Hashable
    state: CollectionState
    until: Instant | None
    nbytes: int


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
    _states: OrderedDict[Hashable, KeptState] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def collections(self, sight: Sight) -> dict[str, Collection]:
        """Return the collections that who asks sees, by name."""
        return collections_of(self.store, sight)

    def state(
        self, collection: Collection, query: StateQuery, sight: Sight
    ) -> CollectionState:
        """Return a collection as it was, as far as who asks sees its rows and fields.

        Raises
        ------
        InvalidLayerError
            If a rule of rating cannot be read.
        SettingError
            If there is too much in that time.
        """
        if collection.has_events:
            whole = self._events(collection, query, sight)
        elif collection.rows in ("rated", "places"):
            whole = self._rated(collection, query, sight)
        elif collection.rows == "boundaries":
            whole = self._boundaries(collection, query)
        else:
            whole = self._facts(collection, query)
        name, scope = collection.collection_id, None
        if collection.has_places and not sight.is_whole:
            scope = sight.scope
            build = partial(_only_seen, whole, sight)
            whole = self._kept((name, query, scope), (whole, sight.pagoda), build)
        elif collection.has_events or collection.rows == "rated":
            scope = sight.scope
        key = (name, query, scope, sight.classes)
        return self._kept(key, whole, partial(whole.shared, sight.classes))

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
            versions = versions_within(history.timeline(query.known_at), query.period)
        numbers = tuple(version.version for version in versions)
        key = (collection.collection_id, query)
        build = partial(version_state, self.store, collection, versions)
        return self._kept(key, numbers, build)

    def _rated(
        self, collection: Collection, query: StateQuery, sight: Sight
    ) -> CollectionState:
        """Return what a day says: that of the instant, or the last of the period."""
        try:
            rating = self.desk.on(self._day_of(_last(query)), query.known_at)
        except NoVersionError:
            return no_rows(collection.schema, self.store.crs)
        key: tuple[Hashable, ...] = (collection.collection_id, query)
        if collection.has_places:
            # what hangs on no event is the same object as long as no fact changes
            return self._kept(key, rating.base, partial(place_state, rating))
        part = seen_day(rating, sight)
        if part is not rating:
            key = (*key, sight.scope)
        return self._kept(key, part, partial(rated_state, collection, part))

    def _facts(self, collection: Collection, query: StateQuery) -> CollectionState:
        """Return facts that were valid then; of now, until one begins or ends."""
        now = self.store.now()
        at = now if query.at is None else query.at
        period = query.period or Period(at, Instant(at + 1))
        is_of_now = query.period is None and query.at is None
        build = partial(fact_state, self.store, collection, period, query.known_at)
        if collection.has_places:
            cutoff = self.desk.cutoff(self._day_of(_last(query)), query.known_at)
            snapshot = self.desk.boundaries(cutoff)
            if snapshot is None:
                return no_rows(collection.schema, self.store.crs)
            build = partial(
                enterprise_state, self.store, snapshot, period, query.known_at
            )
        return self._kept(
            (collection.collection_id, query),
            self.store.revision(),
            build,
            partial(next_change, self.store, collection.collection_id, now)
            if is_of_now
            else None,
        )

    def _events(
        self, collection: Collection, query: StateQuery, sight: Sight
    ) -> CollectionState:
        """Return events or tasks that are seen."""
        key = (collection.collection_id, query, sight.scope)
        link = self.store.last_link()
        source = link.sequence if link else 0
        if collection.rows == "tasks":
            return self._kept(
                key, source, partial(task_state, self.store, query, sight)
            )
        rulebook = self.desk.rulebook(self.desk.cutoff(None, None))
        kinds = rulebook.scenarios.sensitive_kinds
        build = partial(event_state, self.store, query, sight, kinds)
        return self._kept(key, (source, kinds, sight.pagoda), build)

    def _day_of(self, at: Instant | None) -> dt.date | None:
        """Return the local day of an instant; of now and later, today."""
        if at is None or at >= self.store.now():
            return None
        zone = timezone_of(self.desk.timezone)
        return dt.datetime.fromtimestamp(at / 1000, zone).date()

    def _kept(
        self,
        key: Hashable,
        source: Hashable,
        build: Callable[[], CollectionState],
        until: Callable[[], Instant | None] | None = None,
    ) -> CollectionState:
        """Return the state of a question, built anew where its source is another."""
        with self._lock:
            entry = self._states.get(key)
        is_over = entry and entry.until is not None and entry.until <= self.store.now()
        if entry is None or entry.source != source or is_over:
            state = build()
            entry = KeptState(source, state, until() if until else None, state.nbytes)
        with self._lock:
            self._states[key] = entry
            self._states.move_to_end(key)
            total = sum(item.nbytes for item in self._states.values())
            while total > MOST_BYTES and len(self._states) > 1:
                _, oldest = self._states.popitem(last=False)
                total -= oldest.nbytes
        return entry.state


def _last(query: StateQuery) -> Instant | None:
    """Return the instant of a question, or the last one of its period."""
    if query.period is not None and query.period.end is not None:
        return Instant(query.period.end - 1)
    return query.at


def _only_seen(state: CollectionState, sight: Sight) -> CollectionState:
    """Return the places that who asks sees."""
    grids, rows = state.columns.words("grid_id")
    views = [*map(sight.has_place, grids.to_pylist()), sight.has_place(None)]
    return state.only(np.array(views)[rows.fill_null(-1).to_numpy()])
