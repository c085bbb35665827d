"""The store in one GeoPackage file: durable, chained, open to GIS software."""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import geopandas as gpd
import pandas as pd

from gis.errors import RowFault, StoreError
from gis.models import Instant
from gis.versions import History, Version, Withdrawal
from layers.schema.layer import LayerSchema
from layers.stores.actions import action_bytes
from layers.stores.admission import (
    Admission,
    Outcome,
    Stock,
    append_checked,
    check_entries,
    count_new,
    decide_each,
    event_ids_of,
    event_receipts,
    requests_of,
)
from layers.stores.event_history import EventHistory, HistoryRows
from layers.stores.event_records import EventReceipt, NewEvent, StoredEvent
from layers.stores.events import EventIds, changed_faults, event_bytes, event_frame
from layers.stores.fact_checks import Surroundings, prepare_facts
from layers.stores.facts import Selection, as_known, fact_bytes, with_record
from layers.stores.forms import check_form
from layers.stores.geopackage import events as event_rows
from layers.stores.geopackage import log as links
from layers.stores.geopackage import loop as loop_rows
from layers.stores.geopackage import versions as version_rows
from layers.stores.geopackage.clock import insert_clock, read_clock
from layers.stores.geopackage.connections import StoreFile
from layers.stores.geopackage.export import write_export
from layers.stores.geopackage.facts import (
    insert_facts,
    last_recorded_at,
    read_facts,
)
from layers.stores.geopackage.loop_queries import LoopQueries
from layers.stores.geopackage.migration import newest
from layers.stores.geopackage.outbox import OutboxRows
from layers.stores.geopackage.strays import strays
from layers.stores.geopackage.tables import identify, srs_id_of
from layers.stores.group_commit import GroupCommit, outcome_of
from layers.stores.log import (
    ACTIONS,
    EVENTS,
    Batch,
    Link,
    LogFault,
    refuse_changed,
    refuse_faults,
)
from layers.stores.loops import Entry, EntryReceipt
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

_Writing: TypeAlias = tuple[sqlite3.Connection, Link | str, Instant]
"""The writer, what the next link stands on, and the time of record."""


class GeoPackageStore(TownClock, LayersInForce, LoopQueries, OutboxRows):
    """A `Store` in a GeoPackage that `create_geopackage` made.

    While it is open the file has a log (``-wal``) beside it: never copy it by hand, and
    give GIS software what `export` writes. The copy of SQLite in GDAL must not open the
    live file from the same process, it would take the locks of this one. A file that
    cannot be written answers everything and refuses what would change it.

    Parameters
    ----------
    path
        The file.
    now
        The clock, as `open_store` takes it.
    is_service
        Whether to be the one service of the file: events of callers that wait at the
        same time are committed together. Others write one transaction at a time.

    Raises
    ------
    StoreError
        If the file is not there, is no store, has another form, or has a service
        already; if it is to be served and can only be read.
    """

    def __init__(
        self,
        path: Path,
        *,
        now: Callable[[], Instant] | None = None,
        is_service: bool = False,
    ) -> None:
        super().__init__(now)
        self._file = StoreFile(path, is_service=is_service)
        try:
            with self._file.reading() as connection:
                self._store_id, self._crs, form = identify(connection, path)
            check_form(str(path), form, newest())
            self._file.keep_undo_in_memory()
        except BaseException:
            self._file.close()
            raise
        self._srs_id = srs_id_of(self._crs)
        self._event_ids = EventIds()
        self._group = GroupCommit(self._append) if is_service else None

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
        with self._file.reading() as connection:
            return version_rows.read_systems(connection)

    def history(self, system: str = MAIN_SYSTEM) -> History:
        """Return all versions and withdrawals of a grid system."""
        with self._file.reading() as connection:
            return version_rows.read_history(connection, system)

    def publish(self, publication: Publication) -> tuple[Version, ...]:
        """Publish grids, circles and tree together, all drafts or none."""
        with self._writing() as (connection, last, recorded_at):
            history = version_rows.read_history(connection, publication.system)
            grid_ids = version_rows.read_grid_ids(connection, history)
            system, srs_id = publication.system, self._srs_id
            standing = Standing(
                grid_ids,
                lambda n: version_rows.read_version(connection, system, n, srs_id),
            )
            version_layers = prepare(
                publication, history, recorded_at, standing, self._crs
            )
            rows = [version_bytes(layers) for layers in version_layers]
            link = links.append_link(connection, last, "versions", recorded_at, rows)
            for layers in version_layers:
                version_rows.insert_version(
                    connection, layers, link.sequence, self._srs_id
                )
        return tuple(layers.version for layers in version_layers)

    def withdraw(
        self, version: int, *, reason: str, reviewer: str, system: str = MAIN_SYSTEM
    ) -> Withdrawal:
        """Record that a version not yet in force shall not come into force."""
        with self._writing() as (connection, last, recorded_at):
            withdrawal = version_rows.read_history(connection, system).plan_withdrawal(
                version, recorded_at, reason=reason, reviewer=reviewer
            )
            rows = [withdrawal_bytes(withdrawal)]
            link = links.append_link(connection, last, "withdrawals", recorded_at, rows)
            version_rows.insert_withdrawal(connection, withdrawal, link.sequence)
        return withdrawal

    def version_layers(self, version: int, system: str = MAIN_SYSTEM) -> VersionLayers:
        """Return the layers of a version, also of a withdrawn one."""
        with self._file.reading() as connection:
            return version_rows.read_version(connection, system, version, self._srs_id)

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
        with self._writing() as (connection, last, recorded_at):

            def known(name: str, only: Selection | None) -> pd.DataFrame:
                records = read_facts(connection, name, self._srs_id, only=only)
                return as_known(records, name, only=only)

            around = Surroundings(
                known, Instant(recorded_at), is_new, is_restored, tuple(faults)
            )
            facts = prepare_facts(layer, rows, around, self._crs)
            before = last_recorded_at(connection, layer)
            at = recorded_at if before is None else max(recorded_at, before + 1)
            log_rows = fact_bytes(layer, facts)
            link = links.append_link(connection, last, layer, Instant(at), log_rows)
            added = with_record(facts, Instant(at), link.sequence)
            insert_facts(connection, layer, added, self._srs_id)
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
        with self._file.reading() as connection:
            records = read_facts(connection, layer, self._srs_id, only=only)
        return as_known(records, layer, valid_at=valid_at, known_at=known_at, only=only)

    def records(self, layer: str) -> pd.DataFrame:
        """Return every row ever recorded in a layer of facts."""
        with self._file.reading() as connection:
            return read_facts(connection, layer, self._srs_id)

    def append_events(self, events: Sequence[NewEvent]) -> tuple[EventReceipt, ...]:
        """Append events of a history; one sent before is not appended again."""
        return event_receipts(self.append([Entry(new) for new in events]).result())

    def append_history(self, parts: Iterable[EventHistory]) -> int:
        """Append parts of a history in one transaction; return how many are new."""
        count = 0
        with self._writing() as start:
            self._file.expect_history()
            writing = start
            for part in parts:
                new, writing = self._append_part(writing, part)
                count += new
        return count

    def append(self, entries: Sequence[Entry]) -> Future[tuple[EntryReceipt, ...]]:
        """Append the entries of one caller in one transaction, all or none."""
        check_entries(entries)
        if self._group is not None:
            return self._group.append(entries)
        return outcome_of(self._append, entries)

    def append_each(
        self, calls: Sequence[Sequence[Entry]]
    ) -> list[tuple[EntryReceipt, ...] | Exception]:
        """Append the entries of several callers at once in one transaction."""
        return append_checked(self._append, calls)

    def changed_events(self, events: Sequence[NewEvent]) -> list[RowFault]:
        """Return a fault for each event that came before and was other."""
        with self._file.reading() as connection:
            entries = event_rows.read_entries(connection, events, self._srs_id)
        return changed_faults(events, {s: e.new for s, e in entries.items()})

    def event(self, event_id: str) -> StoredEvent | None:
        """Return an event with both answers byte for byte."""
        with self._file.reading() as connection:
            entry = event_rows.read_event(connection, event_id, self._srs_id)
            if entry is not None and entry.new.destinations:
                self._refuse_changed(connection, [entry.receipt])
            return entry

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
        with self._file.reading() as connection:
            condition = event_rows.event_condition(since, until, grid_ids, after, limit)
            entries = event_rows.read_events(connection, *condition, self._srs_id)
            return event_frame(entries, self._crs)

    def outbox(
        self, destination: str, *, after: int = 0, limit: int = 1000
    ) -> tuple[EventReceipt, ...]:
        """Return receipts of the events for a destination after a row of the log."""
        with self._file.reading() as connection:
            receipts = event_rows.read_outbox(connection, destination, after, limit)
            self._refuse_changed(connection, receipts)
            return receipts

    def log(self, after: int = 0) -> Iterator[Batch]:
        """Yield every link after a sequence with its rows as stored now."""
        with self._file.reading() as connection:
            for link in links.links_after(connection, after):
                yield link, self._rows_of(connection, link)

    def strays(self) -> tuple[LogFault, ...]:
        """Return what lies in the store and no link of the log names."""
        with self._file.reading() as connection:
            return tuple(strays(connection))

    def last_link(self) -> Link | None:
        """Return the end of the log; None while it is empty."""
        with self._file.reading() as connection:
            return links.last_link(connection)

    def revision(self) -> int:
        """Return the sequence of the last link that is not of events."""
        with self._file.reading() as connection:
            return links.revision(connection)

    def changed_layers(self, after: int) -> frozenset[str]:
        """Return the layers that links after a sequence are of, but for events."""
        with self._file.reading() as connection:
            return links.changed_layers(connection, after)

    def wait_for_change(self, revision: int, timeout_s: float) -> int:
        """Return the revision as soon as it is not the one given."""
        with closing(self._file.commits(timeout_s)) as commits:
            revisions = map(links.revision, commits)
            return next(
                (number for number in revisions if number != revision), revision
            )

    def is_healthy(self) -> bool:
        """Say whether the file is in place and events are still taken."""
        is_taking = self._group is None or self._group.is_alive()
        return is_taking and self._file.is_in_place()

    def export(self, path: Path) -> bool:
        """Write one state of the store to a new file that any GIS software opens.

        The copy has no log beside it and can be opened as a store again.
        """
        town_clock = self.kept_clock()
        # nobody serves the copy
        standing = town_clock and replace(town_clock, base=self.now(), since=None)
        with self._file.reading() as connection:
            refuse_faults(strays(connection))
            write_export(connection, path, standing)
        return True

    def keep_clock(self, clock: KeptClock) -> None:
        """Keep a clock."""
        with self._file.writing() as connection:
            insert_clock(connection, clock)
        self.kept_clock()

    def close(self) -> None:
        """Finish what is being written and let go."""
        if self._group is not None:
            self._group.close()
        self._file.close()

    @contextmanager
    def _writing(self) -> Iterator[_Writing]:
        """Give the writer, what the next link stands on, and the time of record."""
        self.now()  # read before the file is held
        with self._file.writing() as connection:
            last = links.last_link(connection)
            now = self.now()
            yield (
                connection,
                last or self._store_id,
                max(now, last.recorded_at) if last else now,
            )

    def _read_clock(self) -> KeptClock | None:
        """Return the clock that was kept last."""
        with self._file.reading() as connection:
            return read_clock(connection)

    def _append(self, calls: Sequence[Sequence[Entry]]) -> list[Outcome]:
        """Append the entries of several callers in one transaction."""
        with self._writing() as writing:
            outcomes, _ = self._admit(writing, calls)
        return outcomes

    def _admit(
        self, writing: _Writing, calls: Sequence[Sequence[Entry]]
    ) -> tuple[list[Outcome], _Writing]:
        """Write what is admitted; return what each gets, and what comes after."""
        connection, last, recorded_at = writing
        stock = self._stock(connection, [e for call in calls for e in call])
        admission = Admission(stock, self._event_ids, recorded_at)
        places = decide_each(admission, calls)
        admission.number(last.sequence if isinstance(last, Link) else 0)
        event_rows.insert_events(connection, admission.events, self._srs_id)
        event_rows.insert_due(connection, admission.events)
        loop_rows.insert_actions(connection, admission.actions)
        loop_rows.put_loops(connection, admission.loops, admission.tasks)
        for layer, rows in admission.log_rows():
            last = links.append_link(connection, last, layer, recorded_at, rows)
        return admission.outcomes(places), (connection, last, recorded_at)

    def _append_part(
        self, writing: _Writing, part: EventHistory
    ) -> tuple[int, _Writing]:
        """Write a part of a history; return how many are new, and what comes after."""
        connection, last, recorded_at = writing
        if not part.is_plain() or event_rows.has_source(connection, part):
            entries = [Entry(new) for new in part.events()]
            check_entries(entries)
            [outcome], writing = self._admit(writing, [entries])
            return count_new(outcome), writing
        event_ids = self._event_ids.make_many(recorded_at, len(part))
        first = event_rows.last_row(connection) + 1
        rows = HistoryRows(part, event_ids, first, recorded_at)
        log_rows = rows.log_rows()
        link = links.append_link(connection, last, EVENTS, recorded_at, log_rows)
        event_rows.insert_history(connection, rows, link.sequence, self._srs_id)
        return len(part), (connection, link, recorded_at)

    def _stock(self, connection: sqlite3.Connection, entries: Sequence[Entry]) -> Stock:
        """Return what is there of what entries are about."""
        events = [entry.event for entry in entries if entry.event is not None]
        entries_there = event_rows.read_entries(connection, events, self._srs_id)
        acted_on = event_ids_of(entries)
        loops, tasks = loop_rows.read_standing(connection, acted_on)
        return Stock(
            entries_there,
            event_rows.read_taken(connection, events),
            loop_rows.read_intakes(
                connection, {e.receipt.event_id for e in entries_there.values()}
            ),
            loop_rows.read_requests(connection, requests_of(entries)),
            loops,
            tasks,
            event_rows.read_rows(connection, acted_on - loops.keys()),
            event_rows.last_row(connection),
            loop_rows.last_action_row(connection),
        )

    def _in_force(
        self,
        layer: LayerSchema,
        system: str,
        valid_at: Instant | None,
        known_at: Instant | None,
    ) -> gpd.GeoDataFrame:
        """Return a layer of the version in force, with the column `version`."""
        at = self.now() if valid_at is None else valid_at
        with self._file.reading() as connection:
            history = version_rows.read_history(connection, system)
            version = history.in_force(at, known_at)
            layers = no_layers(self._crs)
            if version is not None:
                layers = layers_in_force(
                    version_rows.read_version(
                        connection, system, version.version, self._srs_id
                    )
                )
        return layers[VERSION_LAYERS.index(layer)]

    def _refuse_changed(
        self, connection: sqlite3.Connection, receipts: Iterable[EventReceipt]
    ) -> None:
        """Refuse links of events whose rows or destinations are not those committed."""
        for batch in sorted({receipt.batch for receipt in receipts}):
            link = links.links_after(connection, batch - 1, 1)[0]
            refuse_changed(link, self._rows_of(connection, link))

    def _rows_of(self, connection: sqlite3.Connection, link: Link) -> Iterable[bytes]:
        """Return the rows of a link, made from what is stored now."""
        try:
            return list(self._read_rows(connection, link))
        except (StoreError, ValueError, TypeError, KeyError, sqlite3.DatabaseError):
            # rows that cannot be read are other rows than were committed
            return []

    def _read_rows(self, connection: sqlite3.Connection, link: Link) -> Iterable[bytes]:
        if link.layer == EVENTS:
            events = event_rows.events_of(connection, link.sequence, self._srs_id)
            return [event_bytes(entry) for entry in events]
        if link.layer == ACTIONS:
            condition = "batch = ? ORDER BY fid"
            actions = loop_rows.read_actions(connection, condition, (link.sequence,))
            return [action_bytes(entry) for entry in actions]
        if link.layer == "versions":
            versions = version_rows.published(connection, link.sequence, self._srs_id)
            return [version_bytes(layers) for layers in versions]
        if link.layer == "withdrawals":
            condition = "batch = ? ORDER BY fid"
            withdrawals = version_rows.read_withdrawals(
                connection, condition, link.sequence
            )
            return [withdrawal_bytes(withdrawal) for withdrawal in withdrawals]
        rows = read_facts(connection, link.layer, self._srs_id, batch=link.sequence)
        return fact_bytes(link.layer, rows)
