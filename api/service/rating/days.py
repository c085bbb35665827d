"""Codes and colours of any day, for who asks: computed from the facts, never stored."""

import datetime as dt
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis.local_time import timezone_of
from gis.models import Instant, RiskLevel, SafetyCode
from layers.packs.rulebook import Rulebook
from layers.rating.day import RiskDay, read_risk_day
from layers.rating.facts import CodedPlaces, Cutoff, read_place, rulebook_of
from layers.snapshots import PLAIN, Snapshot, StoreView, Terms, build_snapshot
from layers.stores import Store
from layers.stores.log import Link

CACHE_DAYS: Final = 4
"""Rated days that are kept in memory."""

CACHE_VERSIONS: Final = 4
"""Versions of the boundaries that are kept in memory."""


@dataclass(frozen=True, slots=True)
class KeptDay:
    """A rated day, and how far the store had come when it began to be read.

    Attributes
    ----------
    rating
        The day.
    sequence
        Of the last link of the log; 0 of none.
    revision
        Revision of the store, asked for after the sequence.
    is_final
        Whether nothing that is recorded later is known at the cut-off.
    """

    rating: RiskDay
    sequence: int
    revision: int
    is_final: bool

    def has(self, sequence: int) -> bool:
        """Say whether all counts here that was recorded up to a link of the log."""
        return self.is_final or self.sequence >= sequence


@dataclass(slots=True)
class Slot:
    """Where one day is kept; who holds the lock brings it up to date.

    Attributes
    ----------
    lock
        Others that need what is being rated wait for it.
    day
        None until it is rated for the first time.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    day: KeptDay | None = None


@dataclass(frozen=True, slots=True)
class RiskDesk:
    """Rates the days of a store, keeps the last few and brings them up to date.

    What is asked for counts all that was recorded before it was asked, events too. A
    day is read anew where the revision of the store is another; events that came since
    are added to what was read, and the areas alone are rated again.

    Attributes
    ----------
    store
        The store.
    timezone
        IANA zone of days.
    terms
        How the deployment answers.
    """

    store: Store
    timezone: str
    terms: Terms = PLAIN
    _boundaries: dict[int, Snapshot] = field(default_factory=dict)
    _days: OrderedDict[Cutoff, Slot] = field(default_factory=OrderedDict)
    # of the last cutoff of a place, and the revision at which they were the rules
    _rules: dict[Cutoff, tuple[int, Rulebook]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> Instant:
        """Return the time of the store."""
        return self.store.now()

    def today(self) -> dt.date:
        """Return the local day of now."""
        moment = dt.datetime.fromtimestamp(
            self.now() / 1000, timezone_of(self.timezone)
        )
        return moment.date()

    def cutoff(self, day: dt.date | None, known_at: Instant | None) -> Cutoff:
        """Return a day and what is known of it, as `on` takes them."""
        return Cutoff(day or self.today(), known_at, self.timezone, terms=self.terms)

    def on(
        self, day: dt.date | None = None, known_at: Instant | None = None
    ) -> RiskDay:
        """Return a day rated.

        Parameters
        ----------
        day
            Its end is meant; None is today.
        known_at
            Only what was recorded until then counts; None takes all.

        Raises
        ------
        StoreError
            If no version of the grids is in force on the day.
        InvalidLayerError
            If a rule cannot be read.
        """
        cutoff = self.cutoff(day, known_at)
        link, slot = self.store.last_link(), self._slot(cutoff)
        current = slot.day
        if current is None or not current.has(_sequence(link)):
            current = self._rated(cutoff, slot, link)
        return current.rating

    def _rated(self, cutoff: Cutoff, slot: Slot, link: Link | None) -> KeptDay:
        """Return a day that has all up to a link, and keep it."""
        try:
            # one computes, the others wait for it instead of computing the same
            with slot.lock:
                if slot.day is None or not slot.day.has(_sequence(link)):
                    slot.day = self._read(cutoff, slot.day, link)
                return slot.day
        finally:
            self._tidy()

    def _slot(self, cutoff: Cutoff) -> Slot:
        """Return where a day is kept or is to be."""
        with self._lock:
            slot = self._days.setdefault(cutoff, Slot())
            self._days.move_to_end(cutoff)
            return slot

    def _tidy(self) -> None:
        """Let go of days that cannot be rated, then of those asked for long ago."""
        with self._lock:
            days = self._days.items()
            for cutoff in [c for c, s in days if not (s.day or s.lock.locked())]:
                del self._days[cutoff]
            while len(self._days) > CACHE_DAYS:
                self._days.popitem(last=False)

    def _read(self, cutoff: Cutoff, last: KeptDay | None, link: Link | None) -> KeptDay:
        """Return a day read anew, or with the events that came since."""
        revision = self.store.revision()
        if last is not None and last.revision == revision:
            rating = last.rating.with_new_events(self.store)
        else:
            rating = read_risk_day(self.store, cutoff)
        known_at = cutoff.known_at
        # what is recorded after a link is recorded at its time or later
        is_final = bool(link and known_at is not None and link.recorded_at > known_at)
        return KeptDay(rating, _sequence(link), revision, is_final)

    def at_place(
        self,
        place_id: str,
        day: dt.date | None = None,
        known_at: Instant | None = None,
    ) -> CodedPlaces:
        """Return what is known of one place; the day is not rated for it.

        Parameters
        ----------
        place_id
            The place; nothing is known of one that has no code.
        day, known_at
            As `on` takes them.

        Raises
        ------
        StoreError
            As `on` does.
        InvalidLayerError
            Likewise.
        """
        cutoff = self.cutoff(day, known_at)
        snapshot, rulebook = self.boundaries(cutoff), self.rulebook(cutoff)
        return read_place(self.store, cutoff, place_id, snapshot, rulebook)

    def rulebook(self, cutoff: Cutoff) -> Rulebook:
        """Return the rules of a day, read again where one was recorded."""
        revision = self.store.revision()
        with self._lock:
            read_at, rulebook = self._rules.get(cutoff, (0, None))
        if rulebook is None or "rules" in self.store.changed_layers(read_at):
            rulebook = rulebook_of(self.store, cutoff)
        with self._lock:
            self._rules.clear()
            self._rules[cutoff] = revision, rulebook
        return rulebook

    def keep(self, snapshot: Snapshot) -> None:
        """Take the boundaries of a version from who has them, instead of building.

        Parameters
        ----------
        snapshot
            Of any revision: its posts and duties do not matter here.
        """
        with self._lock:
            self._boundaries[snapshot.version.version] = snapshot

    def boundaries(self, cutoff: Cutoff) -> Snapshot | None:
        """Return the boundaries of a day, of the last few versions from memory."""
        view = StoreView(self.store, cutoff.known_at)
        version = view.history(cutoff.system).in_force(cutoff.end)
        if version is None:
            return None
        with self._lock:
            if version.version not in self._boundaries:
                oldest = [*self._boundaries][: 1 - CACHE_VERSIONS]
                for number in oldest:
                    del self._boundaries[number]
                self._boundaries[version.version] = build_snapshot(
                    view, cutoff.end, system=cutoff.system, terms=self.terms
                )
            return self._boundaries[version.version]


def count_codes(rating: RiskDay) -> dict[str, int]:
    """Return the number of places by code, the worst first."""
    codes = rating.places["code"].to_numpy()
    return {c.name.lower(): int((codes == c).sum()) for c in reversed(SafetyCode)}


def count_colours(levels: NDArray[np.int8]) -> dict[str, int]:
    """Return the number of areas by level, the highest first, then without data."""
    counts = {v.name.lower(): int((levels == v).sum()) for v in reversed(RiskLevel)}
    return counts | {"no data": int((levels == 0).sum())}


def _sequence(link: Link | None) -> int:
    return link.sequence if link else 0
