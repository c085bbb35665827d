"""The `Store` in PostgreSQL with PostGIS: many services may write and read it."""

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import astuple
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gis.errors import InvalidLayerError, RowFault, StoreError
from gis.models import Instant
from gis.versions import History, Version, Withdrawal
from layers.schema.layer import LayerSchema
from layers.stores.actions import action_bytes
from layers.stores.event_records import EventReceipt, NewEvent, StoredEvent
from layers.stores.events import changed_faults, event_bytes, event_frame
from layers.stores.fact_checks import Surroundings, prepare_facts
from layers.stores.facts import Selection, fact_bytes, fact_layer, with_record
from layers.stores.forms import FormChange
from layers.stores.group_commit import GroupCommit
from layers.stores.log import (
    ACTIONS,
    EVENTS,
    Batch,
    Link,
    LogFault,
    refuse_changed,
)
from layers.stores.postgis import events as event_rows
from layers.stores.postgis import log as links
from layers.stores.postgis import loop as loop_rows
from layers.stores.postgis import versions as version_rows
from layers.stores.postgis.connections import CHANNEL, Connection, Connections
from layers.stores.postgis.facts import fact_rows, fact_table, read_facts, read_records
from layers.stores.postgis.log import LINKS_AFTER, last_link, read_revision
from layers.stores.postgis.loop_queries import LoopQueries
from layers.stores.postgis.migration import (
    Identity,
    drop_tables,
    identify,
    make_tables,
    migrate_tables,
    srid_of,
)
from layers.stores.postgis.outbox import OutboxRows
from layers.stores.postgis.strays import strays
from layers.stores.postgis.tables import add_rows
from layers.stores.postgis.writer import Writer
from layers.stores.protocol import MAIN_SYSTEM, Publication, VersionLayers
from layers.stores.town_clock import KeptClock
from layers.stores.version_digest import version_bytes, withdrawal_bytes
from layers.stores.versions import (
    VERSION_LAYERS,
    LayersInForce,
    Standing,
    layers_in_force,
    no_layers,
    prepare,
)

LINKS_AT_ONCE = 1000

_LAST_RECORD = "SELECT max(recorded_at) FROM links WHERE layer = %s"


def create_postgis(
    url: str, *, crs: str = "EPSG:4490", store_id: str | None = None
) -> None:
    """Make an empty store in the first schema of the search path of a database.

    Parameters
    ----------
    url
        As `PostgisStore` takes it.
    crs
        Geographic CRS of every geometry, an EPSG code.
    store_id
        Given only to restore a store under its own id.

    Raises
    ------
    StoreError
        If there is a store already, or the database cannot be reached or is not fit.
    """
    new = Identity(store_id or str(uuid.uuid4()), srid_of(crs))
    connections = Connections(url)
    with closing(connections), connections.take() as connection:
        make_tables(connection, new)


def remove_postgis(url: str, store_id: str) -> None:
    """Remove all that `create_postgis` made but the extension PostGIS.

    Parameters
    ----------
    url
        As `create_postgis` took it.
    store_id
        Id of the store.

    Raises
    ------
    StoreError
        If another store is there or none, or it cannot be removed.
    """
    connections = Connections(url)
    with closing(connections), connections.take() as connection:
        drop_tables(connection, store_id)


def migrate_postgis(url: str, *, is_trial: bool) -> FormChange:
    """Bring the tables of a store to the form of this release, or leave them.

    Parameters
    ----------
    url
        As `PostgisStore` takes it, of the role that owns the tables.
    is_trial
        Whether all is taken back in the end.

    Raises
    ------
    StoreError
        If there is no store or one of a later release, or a step fails.
    """
    connections = Connections(url)
    with closing(connections), connections.take() as connection:
        return migrate_tables(connection, is_trial=is_trial)


class PostgisStore(Writer, LayersInForce, LoopQueries, OutboxRows):
    """A `Store` in the first schema of the search path of a database.

    Parameters
    ----------
    url
        ``postgresql://user@host:port/name``, as libpq takes it.
    now
        The clock, as `open_store` takes it.
    is_service
        Whether events that come at the same time are committed together, by a thread.

    Raises
    ------
    StoreError
        If the database cannot be reached, is not fit, keeps no store, or one of
        another form.
    """

    def __init__(
        self,
        url: str,
        *,
        now: Callable[[], Instant] | None = None,
        is_service: bool = False,
    ) -> None:
        super().__init__(Connections(url), now)
        # by grid system: the revision before which it was read, and what was read
        self._histories: dict[str, tuple[int, History]] = {}
        try:
            with self._connections.take() as connection:
                identity = identify(connection)
        except BaseException:
            self._connections.close()
            raise
        self._store_id, self._crs = identity.store_id, f"EPSG:{identity.srid}"
        if is_service:
            self._group = GroupCommit(self._append)

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
        with self._connections.take() as connection:
            return version_rows.systems(connection)

    def history(self, system: str = MAIN_SYSTEM) -> History:
        """Return all versions and withdrawals of a grid system."""
        with self._connections.take() as connection:
            return self._history(connection, system)

    def publish(self, publication: Publication) -> tuple[Version, ...]:
        """Publish grids, circles and tree together, all drafts or none."""
        with self._writing() as writing:
            connection = writing.connection
            history = version_rows.read_history(connection, publication.system)
            standing = Standing(
                version_rows.standing_grid_ids(connection, history),
                lambda n: version_rows.read_version(connection, history, n, self._crs),
            )
            version_layers = prepare(
                publication, history, writing.recorded_at, standing, self._crs
            )
            for layers in version_layers:
                version_rows.add_version(writing.connection, layers, writing.batch)
            self._commit(
                writing, "versions", [version_bytes(v) for v in version_layers]
            )
        return tuple(layers.version for layers in version_layers)

    def withdraw(
        self, version: int, *, reason: str, reviewer: str, system: str = MAIN_SYSTEM
    ) -> Withdrawal:
        """Record that a version not yet in force shall not come into force."""
        with self._writing() as writing:
            history = version_rows.read_history(writing.connection, system)
            withdrawal = history.plan_withdrawal(
                version, writing.recorded_at, reason=reason, reviewer=reviewer
            )
            version_rows.add_withdrawal(writing.connection, withdrawal, writing.batch)
            self._commit(writing, "withdrawals", [withdrawal_bytes(withdrawal)])
        return withdrawal

    def version_layers(self, version: int, system: str = MAIN_SYSTEM) -> VersionLayers:
        """Return the layers of a version, also of a withdrawn one."""
        with self._connections.take() as connection:
            history = self._history(connection, system)
            return version_rows.read_version(connection, history, version, self._crs)

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
        definition = fact_layer(layer)
        with self._writing() as writing:
            connection = writing.connection

            def known(name: str, only: Selection | None) -> pd.DataFrame:
                return read_facts(connection, fact_layer(name), self._crs, only=only)

            around = Surroundings(
                known, writing.recorded_at, is_new, is_restored, tuple(faults)
            )
            facts = prepare_facts(layer, rows, around, self._crs)
            [before] = connection.execute(_LAST_RECORD, [layer], binary=True)
            later = writing.after(before[0])
            added = with_record(facts, later.recorded_at, later.batch)
            add_rows(connection, fact_table(definition), fact_rows(definition, added))
            link = self._commit(later, layer, fact_bytes(layer, facts))
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
        definition = fact_layer(layer)
        with self._connections.take() as connection:
            return read_facts(
                connection,
                definition,
                self._crs,
                valid_at=valid_at,
                known_at=known_at,
                only=only,
            )

    def records(self, layer: str) -> pd.DataFrame:
        """Return every row ever recorded in a layer of facts."""
        definition = fact_layer(layer)
        with self._connections.take() as connection:
            return read_records(connection, definition, self._crs)

    def changed_events(self, events: Sequence[NewEvent]) -> list[RowFault]:
        """Return a fault for each event that came before and was other."""
        with self._connections.take() as connection:
            entries = event_rows.read_entries(connection, events)
        return changed_faults(events, {s: e.new for s, e in entries.items()})

    def event(self, event_id: str) -> StoredEvent | None:
        """Return an event with both answers byte for byte."""
        try:
            key = uuid.UUID(event_id)
        except ValueError:
            return None
        with self._connections.take() as connection:
            entry = event_rows.event_by_id(connection, key)
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
        query = event_rows.EventQuery(
            since, until, None if grid_ids is None else list(grid_ids), after, limit
        )
        with self._connections.take() as connection:
            entries = event_rows.query_events(connection, query)
        return event_frame(entries, self._crs)

    def outbox(
        self, destination: str, *, after: int = 0, limit: int = 1000
    ) -> tuple[EventReceipt, ...]:
        """Return receipts of the events for a destination after a row of the log."""
        with self._connections.take() as connection:
            receipts = event_rows.receipts_due(connection, destination, after, limit)
            self._refuse_changed(connection, receipts)
            return receipts

    def log(self, after: int = 0) -> Iterator[Batch]:
        """Yield every link after a sequence with its rows as stored now."""
        while links := self._links_after(after):
            for link in links:
                with self._connections.take() as connection:
                    rows = self._rows_of(connection, link)
                yield link, rows
            after = links[-1].sequence

    def strays(self) -> tuple[LogFault, ...]:
        """Return what lies in the store and no link of the log names."""
        with self._connections.take() as connection:
            return tuple(strays(connection))

    def last_link(self) -> Link | None:
        """Return the end of the log; None while it is empty."""
        with self._connections.take() as connection:
            return last_link(connection)

    def revision(self) -> int:
        """Return the sequence of the last link not of `UNREVISED`."""
        with self._connections.take() as connection:
            return read_revision(connection)

    def changed_layers(self, after: int) -> frozenset[str]:
        """Return the layers that links after a sequence are of, but for `UNREVISED`."""
        with self._connections.take() as connection:
            return links.changed_layers(connection, after)

    def wait_for_change(self, revision: int, timeout_s: float) -> int:
        """Return the revision as soon as it is not the one given."""
        with closing(self._connections.notices(timeout_s, CHANNEL)) as notices:
            revisions = map(read_revision, notices)
            return next(
                (number for number in revisions if number != revision), revision
            )

    def keep_clock(self, clock: KeptClock) -> None:
        """Keep a clock."""
        with self._connections.take() as connection, connection.transaction():
            connection.execute(
                "INSERT INTO clock (base, speed, since) VALUES (%s, %s, %s)",
                astuple(clock),
            )
        self.kept_clock()

    def lead(self, name: str) -> AbstractContextManager[bool]:
        """Say whether, of several processes on one store, this is to do something."""
        return self._connections.lead(name)

    def export(self, path: Path) -> bool:
        """Write nothing: a store in PostgreSQL is no GeoPackage."""
        return False

    def is_healthy(self) -> bool:
        """Say whether the database answers and events are still taken."""
        try:
            self.revision()
        except StoreError:
            return False
        return self._group is None or self._group.is_alive()

    def close(self) -> None:
        """Append what waits and let go; further calls raise StoreError."""
        if self._group:
            self._group.close()
        self._connections.close()

    def _read_clock(self) -> KeptClock | None:
        """Return the clock that was kept last."""
        with self._connections.take() as connection:
            row = connection.execute(
                "SELECT base, speed, since FROM clock ORDER BY number DESC LIMIT 1"
            ).fetchone()
        return None if row is None else KeptClock(*row)

    def _history(self, connection: Connection, system: str) -> History:
        """Return what is recorded of a grid system, read anew when anything changed."""
        revision = read_revision(connection)
        entry = self._histories.get(system)
        if entry is None or entry[0] != revision:
            entry = revision, version_rows.read_history(connection, system)
            self._histories[system] = entry
        return entry[1]

    def _in_force(
        self,
        schema: LayerSchema,
        system: str,
        valid_at: Instant | None,
        known_at: Instant | None,
    ) -> gpd.GeoDataFrame:
        """Return a layer of the version in force with the column `version`."""
        at = self.now() if valid_at is None else valid_at
        with self._connections.take() as connection:
            history = self._history(connection, system)
            version = history.in_force(at, known_at)
            layers = no_layers(self._crs)
            if version is not None:
                layers = layers_in_force(
                    version_rows.read_version(
                        connection, history, version.version, self._crs
                    )
                )
        return layers[VERSION_LAYERS.index(schema)]

    def _refuse_changed(
        self, connection: Connection, receipts: Iterable[EventReceipt]
    ) -> None:
        """Refuse links of events whose rows or destinations are not those committed."""
        for batch in sorted({receipt.batch for receipt in receipts}):
            rows = connection.execute(LINKS_AFTER, [batch - 1, 1], binary=True)
            link = Link(*next(rows))
            refuse_changed(link, self._rows_of(connection, link))

    def _links_after(self, after: int) -> list[Link]:
        with self._connections.take() as connection:
            parameters = [after, LINKS_AT_ONCE]
            rows = connection.execute(LINKS_AFTER, parameters, binary=True).fetchall()
        return [Link(*row) for row in rows]

    def _rows_of(self, connection: Connection, link: Link) -> list[bytes]:
        """Return the rows of a link, made from what is stored now."""
        try:
            return self._read_rows(connection, link)
        except (StoreError, InvalidLayerError):
            # rows that cannot be read are other rows than were committed
            return []

    def _read_rows(self, connection: Connection, link: Link) -> list[bytes]:
        if link.layer == EVENTS:
            events = event_rows.events_of_batch(
                connection, link.sequence, link.recorded_at
            )
            return [event_bytes(entry) for entry in events]
        if link.layer == ACTIONS:
            condition = "batch = %s ORDER BY action_row"
            actions = loop_rows.read_actions(connection, condition, [link.sequence])
            return [action_bytes(entry) for entry in actions]
        if link.layer == "versions":
            versions = version_rows.versions_of_batch(
                connection, link.sequence, self._crs
            )
            return [version_bytes(layers) for layers in versions]
        if link.layer == "withdrawals":
            withdrawals = version_rows.withdrawals_of_batch(connection, link.sequence)
            return [withdrawal_bytes(withdrawal) for withdrawal in withdrawals]
        layer = fact_layer(link.layer)
        rows = read_records(connection, layer, self._crs, batch=link.sequence)
        return fact_bytes(link.layer, rows)
