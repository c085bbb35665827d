"""The store in memory: for tests and notebooks; the shortest reading of the rules."""

import uuid
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gis.errors import RowFault, StoreError
from gis.models import Instant
from gis.sentences import sentence
from gis.versions import History, Version, Withdrawal
from layers.schema.layer import LayerSchema, refusal
from layers.stores.actions import action_bytes
from layers.stores.admission import (
    Admission,
    Stock,
    append_checked,
    check_entries,
    decide_each,
    event_ids_of,
    event_receipts,
    requests_of,
)
from layers.stores.event_history import EventHistory
from layers.stores.event_records import EventReceipt, NewEvent, StoredEvent
from layers.stores.events import (
    EventIds,
    changed_faults,
    check_events,
    event_bytes,
    event_frame,
    sources_of,
)
from layers.stores.fact_checks import Surroundings, prepare_facts
from layers.stores.facts import (
    FACTS,
    Selection,
    as_known,
    empty_records,
    fact_bytes,
    fact_layer,
    instant_of,
    records_of,
    with_record,
)
from layers.stores.group_commit import outcome_of
from layers.stores.log import (
    ACTIONS,
    EVENTS,
    UNREVISED,
    Batch,
    Link,
    LogFault,
    genesis,
    next_link,
)
from layers.stores.loops import Entry, EntryReceipt
from layers.stores.memory_loops import MemoryLoops
from layers.stores.protocol import MAIN_SYSTEM, Publication, VersionLayers
from layers.stores.town_clock import KeptClock, TownClock
from layers.stores.version_digest import version_bytes, withdrawal_bytes
from layers.stores.versions import (
    VERSION_LAYERS,
    LayersInForce,
    Standing,
    layers_in_force,
    no_layers,
    prepare,
)


class MemoryStore(TownClock, LayersInForce, MemoryLoops):
    """A `Store` in dictionaries; what it holds ends with the process.

    Parameters
    ----------
    now
        The clock, as `open_store` takes it.
    crs
        Geographic CRS of every geometry.
    store_id
        Given only to restore a store under its own id.

    Examples
    --------
    >>> store = MemoryStore(now=lambda: Instant(0))
    >>> store.last_link() is None, store.grids().empty
    (True, True)
    """

    def __init__(
        self,
        *,
        now: Callable[[], Instant] | None = None,
        crs: str = "EPSG:4490",
        store_id: str | None = None,
    ) -> None:
        super().__init__(now)
        MemoryLoops.__init__(self)
        self._crs = crs
        self._store_id = store_id or str(uuid.uuid4())
        self._links: list[Link] = []
        self._histories: dict[str, History] = {}
        self._layers: dict[tuple[str, int], VersionLayers] = {}
        self._published: dict[int, tuple[VersionLayers, ...]] = {}
        self._withdrawn: dict[int, Withdrawal] = {}
        self._records = {name: empty_records(name, crs) for name in FACTS}
        self._events: list[StoredEvent] = []
        self._by_id: dict[str, StoredEvent] = {}
        self._by_source: dict[tuple[str, str], StoredEvent] = {}
        self._event_ids = EventIds()
        self._revision = 0
        self._clock: KeptClock | None = None

    @property
    def store_id(self) -> str:
        """Id of the store."""
        return self._store_id

    @property
    def crs(self) -> str:
        """Geographic CRS of every geometry."""
        return self._crs

    def systems(self) -> tuple[str, ...]:
        """Return the grid systems that have a version, in code order."""
        with self._open():
            return tuple(sorted(self._histories))

    def history(self, system: str = MAIN_SYSTEM) -> History:
        """Return all versions and withdrawals of a grid system."""
        with self._open():
            return self._histories.get(system, History(system))

    def publish(self, publication: Publication) -> tuple[Version, ...]:
        """Publish grids, circles and tree together, all drafts or none."""
        with self._open():
            history = self.history(publication.system)
            recorded_at = self._recorded_at()
            grid_ids = {
                v.version: frozenset(self._stored(history, v.version).grids["grid_id"])
                for v in history.standing()
            }
            standing = Standing(grid_ids, partial(self._stored, history))
            version_layers = prepare(
                publication, history, recorded_at, standing, self._crs
            )
            rows = [version_bytes(layers) for layers in version_layers]
            link = self._commit("versions", recorded_at, rows)
            versions = tuple(layers.version for layers in version_layers)
            self._published[link.sequence] = version_layers
            for layers in version_layers:
                self._layers[history.system, layers.version.version] = layers
            self._histories[history.system] = replace(
                history, versions=history.versions + versions
            )
            return versions

    def withdraw(
        self, version: int, *, reason: str, reviewer: str, system: str = MAIN_SYSTEM
    ) -> Withdrawal:
        """Record that a version not yet in force shall not come into force."""
        with self._open():
            history = self.history(system)
            recorded_at = self._recorded_at()
            withdrawal = history.plan_withdrawal(
                version, recorded_at, reason=reason, reviewer=reviewer
            )
            rows = [withdrawal_bytes(withdrawal)]
            link = self._commit("withdrawals", recorded_at, rows)
            self._withdrawn[link.sequence] = withdrawal
            self._histories[system] = replace(
                history, withdrawals=(*history.withdrawals, withdrawal)
            )
            return withdrawal

    def version_layers(self, version: int, system: str = MAIN_SYSTEM) -> VersionLayers:
        """Return the layers of a version, also of a withdrawn one."""
        with self._open():
            layers = self._stored(self.history(system), version)
            return VersionLayers(
                layers.version,
                layers.grids.copy(),
                layers.circles.copy(),
                layers.communities.copy(),
            )

    def record(
        self,
        layer: str,
        rows: pd.DataFrame,
        *,
        is_new: bool = False,
        is_restored: bool = False,
        faults: Sequence[RowFault] = (),
    ) -> Link:
        """Append rows to a layer of facts, all or none."""
        with self._open():
            recorded_at = self._recorded_at()
            around = Surroundings(
                self._known, recorded_at, is_new, is_restored, tuple(faults)
            )
            facts = prepare_facts(layer, rows, around, self._crs)
            records = self._records[layer]
            if len(records):
                last = instant_of(records["recorded_at"].iloc[-1])
                recorded_at = max(recorded_at, Instant(last + 1))
            link = self._commit(layer, recorded_at, fact_bytes(layer, facts))
            added = with_record(facts, recorded_at, link.sequence)
            self._records[layer] = pd.concat([records, added], ignore_index=True)
            self._look_again(layer)
            return link

    def facts(
        self,
        layer: str,
        *,
        valid_at: Instant | None = None,
        known_at: Instant | None = None,
        only: Selection | None = None,
    ) -> pd.DataFrame:
        """Return the facts of a layer as known at a time."""
        with self._open():
            records = self._records[fact_layer(layer).schema.name]
        if only is not None:
            records = records_of(records, layer, only)
        return as_known(records, layer, valid_at=valid_at, known_at=known_at, only=only)

    def _known(self, layer: str, only: Selection | None) -> pd.DataFrame:
        return self.facts(layer, only=only)

    def records(self, layer: str) -> pd.DataFrame:
        """Return every row ever recorded in a layer of facts."""
        with self._open():
            return self._records[fact_layer(layer).schema.name].copy()

    def append_events(self, events: Sequence[NewEvent]) -> tuple[EventReceipt, ...]:
        """Append events of a history; one sent before is not appended again."""
        return event_receipts(self.append([Entry(new) for new in events]).result())

    def append_history(self, parts: Iterable[EventHistory]) -> int:
        """Append parts of a history in one transaction; return how many are new."""
        calls = [part.events() for part in parts]
        with self._open():
            # nothing is taken back here: so all is looked at before
            whole = [new for events in calls for new in events]
            check_events(whole)
            if faults := self.changed_events(whole):
                raise refusal("events", faults, sentence("append the events again"))
            receipts = [r for events in calls for r in self.append_events(events)]
        return sum(receipt.is_new for receipt in receipts)

    def append(self, entries: Sequence[Entry]) -> Future[tuple[EntryReceipt, ...]]:
        """Append the entries of one caller in one transaction, all or none."""
        check_entries(entries)
        return outcome_of(self._append, entries)

    def append_each(
        self, calls: Sequence[Sequence[Entry]]
    ) -> list[tuple[EntryReceipt, ...] | Exception]:
        """Append the entries of several callers at once in one transaction."""
        return append_checked(self._append, calls)

    def _append(
        self, calls: Sequence[Sequence[Entry]]
    ) -> list[tuple[EntryReceipt, ...] | Exception]:
        with self._open():
            recorded_at = self._recorded_at()
            stock = self._stock([entry for call in calls for entry in call])
            admission = Admission(stock, self._event_ids, recorded_at)
            places = decide_each(admission, calls)
            admission.number(len(self._links))
            for layer, rows in admission.log_rows():
                self._commit(layer, recorded_at, rows)
            for entry in admission.events:
                self._events.append(entry)
                self._by_id[entry.receipt.event_id] = entry
                event = entry.new.event
                self._by_source[event.source, event.source_id] = entry
            self._add(admission.actions, admission.loops, admission.tasks)
            return admission.outcomes(places)

    def _stock(self, entries: Sequence[Entry]) -> Stock:
        """Return what is there of what entries are about."""
        events = [entry.event for entry in entries if entry.event is not None]
        entries_there = {
            source: self._by_source[source]
            for source in sources_of(events)
            if source in self._by_source
        }
        event_ids = {entry.receipt.event_id for entry in entries_there.values()}
        acted_on = event_ids_of(entries)
        loops, tasks = self._standing(acted_on)
        return Stock(
            entries_there,
            frozenset(new.event.event_id for new in events) & self._by_id.keys(),
            self._intakes(event_ids),
            self._requests_of(requests_of(entries)),
            loops,
            tasks,
            {i: self._by_id[i].receipt.row for i in acted_on & self._by_id.keys()},
            len(self._events),
            len(self._actions),
        )

    def changed_events(self, events: Sequence[NewEvent]) -> list[RowFault]:
        """Return a fault for each event that came before and was other."""
        with self._open():
            known_events = {
                source: self._by_source[source].new
                for source in sources_of(events)
                if source in self._by_source
            }
            return changed_faults(events, known_events)

    def event(self, event_id: str) -> StoredEvent | None:
        """Return an event with both answers byte for byte."""
        with self._open():
            return self._by_id.get(event_id)

    def events(
        self,
        *,
        since: Instant | None = None,
        until: Instant | None = None,
        grid_ids: Collection[str] | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> gpd.GeoDataFrame:
        """Return events that occurred in ``[since, until)``, in order of the log."""
        with self._open():
            entries = [
                entry
                for entry in self._events[after:]
                if (since is None or entry.new.event.occurred_at >= since)
                and (until is None or entry.new.event.occurred_at < until)
                and (grid_ids is None or entry.new.grid_id in grid_ids)
            ]
            return event_frame(entries[:limit], self._crs)

    def outbox(
        self, destination: str, *, after: int = 0, limit: int = 1000
    ) -> tuple[EventReceipt, ...]:
        """Return receipts of the events for a destination after a row of the log."""
        with self._open():
            receipts = (
                entry.receipt
                for entry in self._events[after:]
                if destination in entry.new.destinations
            )
            return tuple(receipts)[:limit]

    def log(self, after: int = 0) -> Iterator[Batch]:
        """Yield every link after a sequence with its rows as stored now."""
        with self._open():
            links = self._links[after:]
        for link in links:
            yield link, self._rows_of(link)

    def strays(self) -> tuple[LogFault, ...]:
        """Return nothing: no other program writes into this one."""
        return ()

    def last_link(self) -> Link | None:
        """Return the end of the log; None while it is empty."""
        with self._open():
            return self._links[-1] if self._links else None

    def revision(self) -> int:
        """Return the sequence of the last link that is not of events."""
        with self._open():
            return self._revision

    def changed_layers(self, after: int) -> frozenset[str]:
        """Return the layers that links after a sequence are of, but for events."""
        with self._open():
            return frozenset(link.layer for link in self._links[after:]) - UNREVISED

    def wait_for_change(self, revision: int, timeout_s: float) -> int:
        """Return the revision as soon as it is not the one given."""
        with self._change:
            self._change.wait_for(
                lambda: self._is_closed or self._revision != revision, timeout_s
            )
            return self.revision()

    def keep_clock(self, clock: KeptClock) -> None:
        """Keep a clock."""
        with self._open():
            self._clock = clock
        self.kept_clock()

    def export(self, path: Path) -> bool:
        """Write nothing: a store in memory has no file."""
        return False

    def is_healthy(self) -> bool:
        """Say whether the store is open."""
        return not self._is_closed

    def close(self) -> None:
        """Let go; further calls raise StoreError."""
        with self._change:
            self._is_closed = True
            self._change.notify_all()

    def _recorded_at(self) -> Instant:
        """Return the clock, or the last record where the clock went back."""
        now = self.now()
        return max(now, self._links[-1].recorded_at) if self._links else now

    def _read_clock(self) -> KeptClock | None:
        """Return the clock that was kept last."""
        return self._clock

    def _commit(self, layer: str, recorded_at: Instant, rows: Iterable[bytes]) -> Link:
        """Put the next link on the log."""
        head = self._links[-1].head if self._links else genesis(self._store_id)
        link = next_link(head, len(self._links) + 1, layer, recorded_at, rows)
        self._links.append(link)
        if layer not in UNREVISED:
            self._revision = link.sequence
            self._change.notify_all()
        return link

    def _stored(self, history: History, version: int) -> VersionLayers:
        """Return the layers of a version themselves."""
        layers = self._layers.get((history.system, version))
        if layers is None:
            numbers = [v.version for v in history.versions]
            raise StoreError(
                "Grid system {system!r} has no version {version!r} but {numbers!r}; "
                "name one of them.",
                system=history.system,
                version=version,
                numbers=numbers,
            )
        return layers

    def _in_force(
        self,
        layer: LayerSchema,
        system: str,
        valid_at: Instant | None,
        known_at: Instant | None,
    ) -> gpd.GeoDataFrame:
        """Return a layer of the version in force, with the column `version`."""
        with self._open():
            at = self.now() if valid_at is None else valid_at
            version = self.history(system).in_force(at, known_at)
            layers = (
                no_layers(self._crs)
                if version is None
                else layers_in_force(self._layers[system, version.version])
            )
        return layers[VERSION_LAYERS.index(layer)]

    def _rows_of(self, link: Link) -> list[bytes]:
        """Return the rows of a link, made from what is stored now."""
        if link.layer == EVENTS:
            of_batch = bisect_left(self._events, link.sequence, key=_batch)
            rows = self._events[of_batch : of_batch + link.rows]
            return [event_bytes(entry) for entry in rows]
        if link.layer == ACTIONS:
            return [action_bytes(entry) for entry in self._actions_of(link.sequence)]
        if link.layer == "versions":
            return [version_bytes(v) for v in self._published[link.sequence]]
        if link.layer == "withdrawals":
            return [withdrawal_bytes(self._withdrawn[link.sequence])]
        records = self._records[link.layer]
        return fact_bytes(link.layer, records[records["batch"] == link.sequence])


def _batch(entry: StoredEvent) -> int:
    return entry.receipt.batch
