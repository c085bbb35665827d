"""What every store promises, and the records it speaks: signatures, no code.

Rules that hold in every method:

- An instant is UTC milliseconds as an integer in arguments and records, and
  ``datetime64[ms, UTC]`` in frames. Intervals are half-open.
- Geometry goes in and out as lon, lat doubles in `Store.crs`, rounded to 9 decimals.
- Nothing is overwritten or deleted. A call that writes is one transaction: all of it
  is durable when the call returns, or nothing of it is there.
- `recorded_at` is `Store.now`, or the last `recorded_at` of the log where the clock
  went back: it never decreases. A batch of facts is recorded at least
  1 ms after the batch before it in its layer.
- Every transaction puts one link a layer that it wrote on the log
  (`layers.stores.log`): events, then actions; what callers bring at the same time
  shares them.
- A row is only believed where a link of its layer names it, by sequence and time, and
  has as many rows as it committed; a call that meets a link with more raises.
- Any thread may call any method; writers wait for each other.
- A refusal is a `StoreError` of one sentence, `VersionConflictError` where a draft is
  not based on the head, or `InvalidLayerError` naming row, field and rule. A store that
  cannot be used now (busy, disk full, read-only, away, closed) raises
  `StoreUnavailableError`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import geopandas as gpd
import pandas as pd

from gis.errors import RowFault
from gis.geometry import Polygonal
from gis.models import Instant
from gis.versions import History, Lineage, Version, Withdrawal
from layers.stores.event_history import EventHistory
from layers.stores.event_records import EventReceipt, NewEvent, StoredEvent
from layers.stores.facts import Selection
from layers.stores.log import Link, Log
from layers.stores.loops import Loops
from layers.stores.outbox import Outbox
from layers.stores.town_clock import OwnTime

MAIN_SYSTEM = "main"
"""The grid system of a deployment that has one."""


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """The layers of one version to be published.

    Attributes
    ----------
    valid_from
        True in the world since.
    digest
        What the reviewer approved: `layers.stores.version_digest.draft_digest`.
    grids
        Layer `GRIDS` in the CRS of the store; further columns are refused.
    circles
        Layer `CIRCLES`, geometry ignored: it is dissolved from the grids; None for a
        grid system without command, such as police beats.
    communities
        Layer `COMMUNITIES`, geometry ignored likewise; None takes the ids that the
        grids name.
    lineage
        Where the ground of earlier grids went.
    note
        What the version is for.
    outline
        What the grids shall fill, in the CRS of the store; its holes are ground of
        somebody else. None is what the grids of the base cover. It is not stored.
    dissolved
        Polygons of circles and communities, in code order, of a version restored from
        an export whose polygons are broken, or whose grids have ids of circles: a
        former release published them so, and their digests are on its log. None
        dissolves the grids.
    """

    valid_from: Instant
    digest: str
    grids: gpd.GeoDataFrame
    circles: pd.DataFrame | None = None
    communities: pd.DataFrame | None = None
    lineage: tuple[Lineage, ...] = ()
    note: str = ""
    outline: Polygonal | None = None
    dissolved: tuple[gpd.GeoSeries, gpd.GeoSeries] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Publication:
    """Drafts of one grid system to be published together.

    Attributes
    ----------
    drafts
        In order of `valid_from`: one, or a correction and the later versions that it
        publishes again.
    author, reviewer
        Two persons.
    base
        The head that was worked on; None where nothing is published yet.
    replaces, untouched
        Only for a correction, see `gis.versions.Proposal`.
    system
        The grid system.
    """

    drafts: tuple[Draft, ...]
    author: str
    reviewer: str
    base: int | None = None
    replaces: tuple[int, ...] = ()
    untouched: tuple[int, ...] = ()
    system: str = MAIN_SYSTEM


@dataclass(frozen=True, slots=True, eq=False)
class VersionLayers:
    """A version as it is stored, rows in code order of their ids.

    Attributes
    ----------
    grids
        `GRIDS`.
    circles
        `CIRCLES` with the polygon dissolved from the grids; no rows without a tree.
    communities
        `COMMUNITIES` likewise; no rows where the grids name none.
    """

    version: Version
    grids: gpd.GeoDataFrame
    circles: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame


class Versions(Protocol):
    """Grids, circles and communities as they were published."""

    def systems(self) -> tuple[str, ...]:
        """Return the grid systems that have a version, in code order."""

    def history(self, system: str = MAIN_SYSTEM) -> History:
        """Return all versions and withdrawals of a grid system; empty if unknown."""

    def publish(self, publication: Publication) -> tuple[Version, ...]:
        """Publish grids, circles and tree together, all drafts or none.

        What is checked: `History.plan` (base, reviewer, correction form, returning ids,
        lineage), the schemas, the command tree, a clean coverage certificate of the
        rounded grids, which fill the outline of the draft and keep inside it, and the
        digest of each draft.

        Returns
        -------
        versions
            One for each draft, in their order; numbers follow the greatest given.

        Raises
        ------
        VersionConflictError
            If the base is not the head.
        StoreError
            If the digest does not match or `History.plan` refuses.
        InvalidLayerError
            If a layer breaks its schema, is no tree, or no clean coverage.
        """

    def withdraw(
        self, version: int, *, reason: str, reviewer: str, system: str = MAIN_SYSTEM
    ) -> Withdrawal:
        """Record that a version not yet in force shall not come into force.

        Raises
        ------
        StoreError
            If there is no such version, it is withdrawn, or in force already.
        """

    def version_layers(self, version: int, system: str = MAIN_SYSTEM) -> VersionLayers:
        """Return the layers of a version, also of a withdrawn one.

        Raises
        ------
        StoreError
            If there is no such version.
        """

    def grids(
        self,
        *,
        valid_at: Instant | None = None,
        known_at: Instant | None = None,
        system: str = MAIN_SYSTEM,
    ) -> gpd.GeoDataFrame:
        """Return the grids in force at a time as known at a time, in code order.

        Parameters
        ----------
        valid_at
            None is now, by the clock of the store.
        known_at
            None is all that is recorded.
        system
            The grid system.

        Returns
        -------
        grids
            `GRIDS` and a column `version`; no rows where no version is in force.
        """

    def circles(
        self,
        *,
        valid_at: Instant | None = None,
        known_at: Instant | None = None,
        system: str = MAIN_SYSTEM,
    ) -> gpd.GeoDataFrame:
        """Return the circles in force as polygons, as `grids` does."""

    def communities(
        self,
        *,
        valid_at: Instant | None = None,
        known_at: Instant | None = None,
        system: str = MAIN_SYSTEM,
    ) -> gpd.GeoDataFrame:
        """Return the communities in force as polygons, as `grids` does."""


class Facts(Protocol):
    """Layers of facts, with both times."""

    def record(
        self,
        layer: str,
        rows: pd.DataFrame,
        *,
        is_new: bool = False,
        is_restored: bool = False,
        faults: Sequence[RowFault] = (),
    ) -> Link:
        """Append rows to a layer of facts, all or none.

        Parameters
        ----------
        layer
            One of `layers.stores.facts.FACTS`.
        rows
            The columns of its schema with `valid_from` (with offset), optional
            `valid_to` and `cancelled`; points in the CRS of the store where the layer
            has geometry. A key recorded before is superseded, a cancelled row is a
            tombstone. A key stands once in a batch.
        is_new
            Whether a key that is in force already is refused, not superseded.
        is_restored
            Whether a store had the rows: what a former release let stand side by side
            is recorded as it was.
        faults
            What the caller found wrong with the rows, counted from 1: named with what
            is found here, and nothing is recorded where there are some.

        Returns
        -------
        link
            The link of the batch; its `recorded_at` is that of every row.

        Raises
        ------
        InvalidLayerError
            Names every row, field and rule that is broken: an unknown column, a
            repeated key, an interval that ends before it starts, a reference to a row
            that is not there.
        StoreError
            If `is_new` and a key is in force.
        """

    def facts(
        self,
        layer: str,
        *,
        valid_at: Instant | None = None,
        known_at: Instant | None = None,
        only: Selection | None = None,
    ) -> pd.DataFrame:
        """Return the facts of a layer as known at a time, in code order of the key.

        Of each key the row recorded last counts, and none where that is cancelled.

        Parameters
        ----------
        layer
            One of `layers.stores.facts.FACTS`.
        valid_at
            Only facts with ``valid_from <= valid_at < valid_to``; None takes those of
            all times.
        known_at
            None is all that is recorded.
        only
            Only facts of these values of a column of text; None takes all. Cheap where
            they are few.

        Returns
        -------
        facts
            Columns of the schema, `valid_from`, `valid_to`, `recorded_at`, `batch`; a
            GeoDataFrame where the layer has points.
        """

    def records(self, layer: str) -> pd.DataFrame:
        """Return every row ever recorded in a layer of facts, in order of record.

        Columns as `facts`, with `cancelled` and `batch` (sequence of the link).
        """


class Events(Protocol):
    """Events with both of their answers."""

    def append_events(self, events: Sequence[NewEvent]) -> tuple[EventReceipt, ...]:
        """Append events, durable when the call returns.

        An event whose `source` and `source_id` were appended before, in this call or an
        earlier one, is not appended again: its first receipt is returned. One that says
        anything else than before, but for when it was received, is refused.

        Returns
        -------
        receipts
            One for each event, in their order.

        Raises
        ------
        InvalidLayerError
            Names each event without source or source_id, with a position that is not
            finite, with an id in use, or that came before with other content; then none
            is appended.
        """

    def append_history(self, parts: Iterable[EventHistory]) -> int:
        """Append parts of a history in one transaction; return how many are new.

        Each part is a link of the log, as `append_events` puts it there.

        Parameters
        ----------
        parts
            Others who write wait until the last is there.

        Raises
        ------
        InvalidLayerError
            As `append_events`; then no part is appended.
        """

    def changed_events(self, events: Sequence[NewEvent]) -> list[RowFault]:
        """Return a fault for each event that `append_events` refuses as changed."""

    def event(self, event_id: str) -> StoredEvent | None:
        """Return an event with both answers byte for byte; None if there is none."""

    def events(
        self,
        *,
        since: Instant | None = None,
        until: Instant | None = None,
        grid_ids: Collection[str] | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> gpd.GeoDataFrame:
        """Return events that occurred in ``[since, until)``, in order of the log.

        Parameters
        ----------
        since, until
            None leaves that side open.
        grid_ids
            Only events of these owners; None takes all.
        after
            Only rows after this one of the log.
        limit
            At most so many; None takes all.

        Returns
        -------
        events
            Columns of `layers.stores.events.EVENT_COLUMNS`, points in `crs`, None
            where the event has no position.
        """

    def outbox(
        self, destination: str, *, after: int = 0, limit: int = 1000
    ) -> tuple[EventReceipt, ...]:
        """Return receipts of the events for a destination after a row of the log."""


class Store(Versions, Facts, Events, Loops, Outbox, Log, OwnTime, Protocol):
    """A store of grid systems, facts and events that loses nothing."""

    @property
    def store_id(self) -> str:
        """Id of the store, a UUID given when it was made; begins its log."""

    @property
    def crs(self) -> str:
        """Geographic CRS of every geometry, such as ``EPSG:4490``."""

    def export(self, path: Path) -> bool:
        """Copy the store to a new GeoPackage; say whether it is one itself.

        Parameters
        ----------
        path
            Where nothing is yet; nothing is written by a store of another kind.

        Raises
        ------
        StoreError
            If there is a file, it cannot be written, or the store has strays; then none
            is left.
        """

    def is_healthy(self) -> bool:
        """Say whether the store takes events; for the health check of a service."""

    def close(self) -> None:
        """Finish what is being written and let go; further calls are refused."""
