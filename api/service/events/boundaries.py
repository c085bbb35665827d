"""The boundaries in force at a time as they were known at a time."""

import threading
from dataclasses import dataclass, field
from typing import Final

from gis.models import Instant
from layers.snapshots import Snapshot, Snapshots, StoreView, build_snapshot
from layers.stores.protocol import Store

CACHED: Final = 4
"""Boundaries as known at other times that are kept in memory."""


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Boundaries of a store; any thread may ask.

    Attributes
    ----------
    store
        Where they are.
    snapshots
        Those of any time as known now.
    """

    store: Store
    snapshots: Snapshots
    _earlier: dict[tuple[int, Instant | None], Snapshot] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def at(self, at: Instant, known_at: Instant | None) -> Snapshot | None:
        """Return the boundaries in force at a time as known at a time; None for none.

        Parameters
        ----------
        at
            In force.
        known_at
            None is now.
        """
        snapshot = self.snapshots.at(at)
        if known_at is None:
            return snapshot
        view = StoreView(self.store, known_at)
        version = view.history().in_force(at)
        if version is None:
            return None
        if snapshot is not None and snapshot.version == version:
            return snapshot
        with self._lock:
            key = version.version, known_at
            if key not in self._earlier:
                for old in [*self._earlier][: 1 - CACHED]:
                    del self._earlier[old]
                terms = self.snapshots.current.terms
                self._earlier[key] = build_snapshot(view, at, terms=terms)
            return self._earlier[key]
