"""What is in force now, as one immutable object that is built aside and swapped."""

import threading
from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Protocol

import geopandas as gpd
import pandas as pd

from gis.assignment import AnswerBasis, Assigner
from gis.coverage.neighbours import Neighbours
from gis.errors import NoVersionError, StoreUnavailableError
from gis.models import Instant, PostId
from gis.roster import REGION_TIER, Duty
from gis.versions import History, Version
from layers.schema.duties import without_overlaps
from layers.schema.neighbours import jurisdictions_of
from layers.stores.facts import instant_of, timestamp
from layers.stores.protocol import MAIN_SYSTEM, Store, VersionLayers
from layers.territory import Territory, build_territory

ATTEMPTS = 5
PAST_SNAPSHOTS = 4
"""Of past or coming times, beside the current one."""
SOURCES: Final = frozenset({"versions", "withdrawals", "posts", "duties", "neighbours"})
"""Layers that a snapshot is made from; a change of others moves its revision alone."""
NEVER = Instant(253_402_300_800_000)
"""The year 10000 stands for the end of a duty that has none."""


class Source(Protocol):
    """What of a `Store` a snapshot is made from."""

    def revision(self) -> int:
        """Return the sequence of the last link that is not of events."""

    def history(self, system: str = MAIN_SYSTEM) -> History:
        """Return versions and withdrawals of a grid system."""

    def version_layers(self, version: int, system: str = MAIN_SYSTEM) -> VersionLayers:
        """Return the layers of a version."""

    def facts(self, layer: str) -> pd.DataFrame:
        """Return the facts of a layer, of all times."""


@dataclass(frozen=True, slots=True)
class StoreView:
    """A store as far as it was known at a time; a `Source`.

    Attributes
    ----------
    store
        The store.
    known_at
        What was recorded later does not count; None counts all.
    """

    store: Store
    known_at: Instant | None = None

    def revision(self) -> int:
        """Return the revision of the store."""
        return self.store.revision()

    def history(self, system: str = MAIN_SYSTEM) -> History:
        """Return the versions and withdrawals recorded until then."""
        history, known_at = self.store.history(system), self.known_at
        if known_at is None:
            return history
        return History(
            system,
            tuple(v for v in history.versions if v.recorded_at <= known_at),
            tuple(w for w in history.withdrawals if w.recorded_at <= known_at),
        )

    def version_layers(self, version: int, system: str = MAIN_SYSTEM) -> VersionLayers:
        """Return the layers of a version."""
        return self.store.version_layers(version, system)

    def facts(self, layer: str) -> pd.DataFrame:
        """Return the facts as they were known then."""
        return self.store.facts(layer, known_at=self.known_at)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a deployment answers; part of the provenance of a stored answer.

    Attributes
    ----------
    snap_m
        A position outside all grids is given to one at most this far.
    region_tier
        Tier of the circles that region leaders head.
    indexes
        Folder where indexes are found again, as `cached_index` takes it; None builds
        them. No answer depends on it.
    """

    snap_m: float = 0.0
    region_tier: int = REGION_TIER
    indexes: Path | None = field(default=None, compare=False)


PLAIN = Terms()
"""What a deployment that sets nothing answers by."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One grid system as it is in force from a time on; nothing in it changes.

    Attributes
    ----------
    revision
        Revision of the store that it was read at.
    version
        Version of the grids in force.
    layers
        Its grids, circles and communities as polygons.
    territory
        Grids, command tree, posts in force, and duties of all times as known at the
        revision; posts and duties of areas that the tree does not have are left out.
        The neighbours in force stand around them.
    basis
        Index, tree and duties, ready to answer.
    terms
        How it answers.
    since, expires_at
        When what is in force came so, and when another version, post or neighbour comes
        into force by itself; None for always.
    """

    revision: int
    version: Version
    layers: VersionLayers
    territory: Territory
    basis: AnswerBasis
    terms: Terms
    since: Instant | None
    expires_at: Instant | None

    def covers(self, at: Instant) -> bool:
        """Say whether what is in force here was so at a time."""
        begun = self.since is None or self.since <= at
        return begun and (self.expires_at is None or at < self.expires_at)

    @property
    def assigner(self) -> Assigner:
        """Index, tree and duties, ready to answer."""
        return self.basis.assigner

    @property
    def neighbours(self) -> Neighbours:
        """The shared borders of the grids."""
        return self.territory.neighbours


class Snapshots:
    """Holds the current snapshot of a store; readers never wait for a new one.

    A reader takes `current` once and asks all it has to ask of that object: what it is
    told belongs together, whatever is swapped in the meantime.

    Parameters
    ----------
    store
        Where everything is read.
    now
        The clock that decides what is in force.
    system
        The grid system.
    terms
        How the deployment answers.
    start
        A snapshot of this store, grid system and terms to go on from, such as one that
        several processes share; None reads everything.

    Raises
    ------
    StoreError
        If no version of the grid system is in force.

    Examples
    --------
    >>> from gis.synthetic import make_s_town
    >>> from layers.stores import open_store
    >>> from layers.stores.protocol import Draft, Publication
    >>> from layers.stores.version_digest import draft_digest
    >>> town, store = make_s_town(), open_store("memory:")
    >>> digest = draft_digest(town.grids, town.circles)
    >>> draft = Draft(Instant(0), digest, town.grids, town.circles)
    >>> versions = store.publish(Publication((draft,), "planner", "chief"))
    >>> snapshots = Snapshots(store, now=lambda: Instant(0))
    >>> snapshot = snapshots.current
    >>> assignment = snapshot.assigner.assign(120.08, 30.33)
    >>> snapshot.revision, assignment.status, snapshots.refresh()
    (1, <Status.INSIDE: 'inside'>, False)
    """

    def __init__(
        self,
        store: Store,
        *,
        now: Callable[[], Instant],
        system: str = MAIN_SYSTEM,
        terms: Terms = PLAIN,
        start: Snapshot | None = None,
    ) -> None:
        self._store = store
        self._now = now
        self._system = system
        self._terms = terms
        self._building = threading.Lock()
        self._past: list[Snapshot] = []
        self._current = start or self._build()
        if start is not None:
            self.refresh()

    @property
    def current(self) -> Snapshot:
        """What is in force as far as the last `refresh` saw."""
        return self._current

    def at(self, at: Instant) -> Snapshot | None:
        """Return what is in force at a time, as known now; None before any version.

        Parameters
        ----------
        at
            Any time; the last `PAST_SNAPSHOTS` that were asked for are kept.
        """
        current = self._current
        if current.covers(at):
            return current
        with self._building:
            same = [s for s in self._past if s.revision == current.revision]
            snapshot = next((s for s in same if s.covers(at)), None)
            if snapshot is None:
                if self._store.history(self._system).in_force(at) is None:
                    return None
                snapshot = build_snapshot(
                    self._store, at, system=self._system, terms=self._terms
                )
            rest = [s for s in same if s is not snapshot]
            self._past = [snapshot, *rest][:PAST_SNAPSHOTS]
            return snapshot

    def refresh(self) -> bool:
        """Swap in a new snapshot where something changed; say whether.

        Asked every second it costs one look at the revision. It is built where one of
        its `SOURCES` changed or it expired; where it cannot be built the error is
        raised and the current one stays.
        """
        with self._building:
            revision = self._store.revision()
            if not self._is_over() and revision == self._current.revision:
                return False
            # readers see the old object or the new one: this is one reference
            self._current = self._moved(revision) or self._build(self._current)
            return True

    def _is_over(self) -> bool:
        """Say whether by the clock something else is in force."""
        current, now = self._current, self._now()
        is_due = current.expires_at is not None and now >= current.expires_at
        return is_due or now < current.version.valid_from

    def _moved(self, revision: int) -> Snapshot | None:
        """Return the current snapshot at a revision; None where it is another."""
        before = self._current.revision
        # asked after the revision was: of what it counts nothing is missed
        changed = self._store.changed_layers(before)
        if self._is_over() or not changed.isdisjoint(SOURCES):
            return None
        self._past = [
            replace(snapshot, revision=revision)
            for snapshot in self._past
            if snapshot.revision == before
        ]
        return replace(self._current, revision=revision)

    def _build(self, before: Snapshot | None = None) -> Snapshot:
        """Read at one revision everything but the layers that were read before."""
        for _ in range(ATTEMPTS):
            revision = self._store.revision()
            snapshot = build_snapshot(
                self._store,
                self._now(),
                system=self._system,
                terms=self._terms,
                before=before,
            )
            if snapshot.revision == revision == self._store.revision():
                return snapshot
        raise StoreUnavailableError(
            "The store changed during {attempts} attempts to read it; ask again.",
            attempts=ATTEMPTS,
        )


def build_snapshot(
    store: Source,
    at: Instant,
    *,
    system: str = MAIN_SYSTEM,
    terms: Terms = PLAIN,
    before: Snapshot | None = None,
) -> Snapshot:
    """Return what is in force at a time, as known now.

    Parameters
    ----------
    store
        Not written to in the meantime; `Snapshots` sees to that.
    at
        The time.
    system, terms
        As `Snapshots` takes them.
    before
        A snapshot of this store; the layers of its version are not read again.

    Raises
    ------
    NoVersionError
        If no version is in force then.
    """
    revision = store.revision()
    history = store.history(system)
    version = history.in_force(at)
    if version is None:
        raise NoVersionError(
            "Grid system {system!r} has no version in force; publish one first, or "
            "ask for a later time.",
            system=system,
        )
    if before is not None and before.version == version:
        layers = before.layers
    else:
        layers = store.version_layers(version.version, system)
    posts, neighbours = store.facts("posts"), store.facts("neighbours")
    there = _posts(layers, posts, at)
    territory = _territory(layers, there, store.facts("duties"), terms.region_tier)
    around = gpd.GeoDataFrame(neighbours[_is_valid(neighbours, at)])
    territory = replace(territory, jurisdictions=jurisdictions_of(around))
    edges = _edges(history, posts, neighbours)
    return Snapshot(
        revision=revision,
        version=version,
        layers=layers,
        territory=territory,
        basis=territory.basis(
            snap_m=terms.snap_m, version=version, indexes=terms.indexes
        ),
        terms=terms,
        since=max((edge for edge in edges if edge <= at), default=None),
        expires_at=min((edge for edge in edges if edge > at), default=None),
    )


def _territory(
    layers: VersionLayers, posts: pd.DataFrame, duties: pd.DataFrame, region_tier: int
) -> Territory:
    """Put the layers together with the posts in force and all duties."""
    if layers.circles.empty:
        return build_territory(layers.grids)
    territory = build_territory(layers.grids, layers.circles, posts, is_published=True)
    return territory.with_duties(
        duties_in_store(duties, set(posts["post_id"])), region_tier
    )


def _posts(layers: VersionLayers, posts: pd.DataFrame, at: Instant) -> pd.DataFrame:
    """Return the posts in force whose area the version has."""
    areas = {*layers.grids["grid_id"], *layers.circles["circle_id"]}
    is_there = posts["area_id"].isin(areas) & _is_valid(posts, at)
    return posts[is_there].reset_index(drop=True)


def _is_valid(facts: pd.DataFrame, at: Instant) -> pd.Series:
    """Say which facts are true at a time."""
    is_open = facts["valid_to"].isna() | (facts["valid_to"] > timestamp(at))
    return is_open & (facts["valid_from"] <= timestamp(at))


def duties_in_store(duties: pd.DataFrame, posts: Container[str]) -> list[Duty]:
    """Return the duties of posts that are there.

    Parameters
    ----------
    duties
        Facts of the layer of duties.
    posts
        Ids of posts; duties of others are left out.
    """
    return [
        Duty(
            row["duty_id"],
            PostId(row["post_id"]),
            row["holder_id"],
            instant_of(row["valid_from"]),
            NEVER if pd.isna(row["valid_to"]) else instant_of(row["valid_to"]),
            instant_of(row["recorded_at"]),
        )
        for row in without_overlaps(duties).to_dict("records")
        if row["post_id"] in posts
    ]


def _edges(history: History, *facts: pd.DataFrame) -> list[Instant]:
    """Return when something comes into force or ends by itself."""
    edges = [version.valid_from for version in history.timeline()]
    for frame in facts:
        for name in ("valid_from", "valid_to"):
            edges += [instant_of(moment) for moment in frame[name].dropna()]
    return edges
