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

CACHE_DAYS: Final = 4
"""Rated days that are kept in memory until the store changes."""

CACHE_VERSIONS: Final = 4
"""Versions of the boundaries that are kept in memory."""

Key = tuple[int, Cutoff]


@dataclass(frozen=True, slots=True)
class RiskDesk:
    """Rates the days of a store and keeps the last few until something changes.

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
    _days: OrderedDict[Key, RiskDay] = field(default_factory=OrderedDict)
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
        link = self.store.last_link()
        key = (link.sequence if link else 0, cutoff)
        # one computes, the others wait for it instead of computing the same
        with self._lock:
            if key not in self._days:
                self._days[key] = read_risk_day(self.store, cutoff)
            self._days.move_to_end(key)
            while len(self._days) > CACHE_DAYS:
                self._days.popitem(last=False)
            return self._days[key]

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
        snapshot, rulebook = self._in_force(cutoff), self._rulebook(cutoff)
        return read_place(self.store, cutoff, place_id, snapshot, rulebook)

    def _rulebook(self, cutoff: Cutoff) -> Rulebook:
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

    def _in_force(self, cutoff: Cutoff) -> Snapshot | None:
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


def _or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None
