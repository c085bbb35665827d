"""The gazetteer of a store, made when it is first asked for and kept current."""

import logging
import threading
from dataclasses import dataclass, field, replace
from typing import Final

from gis.errors import GovernanceError, NotReadyError
from gis.models import Instant
from layers.gazetteer import PlaceRegister, read_places
from layers.snapshots import Snapshot, Snapshots
from layers.stores import Store

MOST_WAITED: Final = 20_000
"""Who asks waits for so many rows to be read again; more are read aside."""
MOST_WAIT_S: Final = 5.0
"""So long waits who asks while somebody else reads."""

logger = logging.getLogger("uvicorn.error")


@dataclass(frozen=True, slots=True)
class KeptPlaces:
    """Places, and the revision of the store before they were read."""

    register: PlaceRegister
    revision: int


@dataclass(frozen=True, slots=True)
class PlaceDesk:
    """Has the places in force now.

    Attributes
    ----------
    store, snapshots
        What keeps them, and the grids in force.
    """

    store: Store
    snapshots: Snapshots
    _kept: list[KeptPlaces] = field(default_factory=list)
    _building: threading.Lock = field(default_factory=threading.Lock)

    @property
    def current(self) -> PlaceRegister:
        """The places in force now.

        Up to `MOST_WAITED` rows they have all that was recorded before. Of more the
        last complete ones are there while they are read again, aside.

        Raises
        ------
        NotReadyError
            If somebody else has been reading them for `MOST_WAIT_S`.
        """
        places = self._fresh()
        if places is not None:
            return places.register
        if self._kept and len(self._kept[-1].register) > MOST_WAITED:
            self._read_aside()
            return self._kept[-1].register
        # who waits holds a thread that others need
        if not self._building.acquire(timeout=MOST_WAIT_S):
            raise NotReadyError(
                "The places of the registers are still being read; ask again after the "
                "seconds of Retry-After."
            )
        try:
            return (self._fresh() or self._read()).register
        finally:
            self._building.release()

    def _fresh(self) -> KeptPlaces | None:
        """Return the kept places where nothing that they are made from changed."""
        if not self._kept:
            return None
        places, revision = self._kept[-1], self.store.revision()
        expires_at = places.register.expires_at
        if expires_at is not None and self.store.now() >= expires_at:
            return None
        if places.revision != revision:
            if "enterprises" in self.store.changed_layers(places.revision):
                return None
            places = replace(places, revision=revision)
        return self._keep(self._in_grids(places))

    def _in_grids(self, places: KeptPlaces) -> KeptPlaces:
        """Return places by the grids in force."""
        snapshot = self.snapshots.current
        if places.register.version == snapshot.version.version:
            return places
        return replace(places, register=places.register.in_grids(snapshot))

    def _read_aside(self) -> None:
        """Read the places again in a thread, unless one does already."""
        if self._building.acquire(blocking=False):
            threading.Thread(target=self._read_and_release, daemon=True).start()

    def _read_and_release(self) -> None:
        try:
            self._read()
        except GovernanceError as error:
            # the last ones stay, and the next who asks tries again
            logger.error("Places could not be read again: %s", error)
        finally:
            self._building.release()

    def _read(self) -> KeptPlaces:
        """Read the places of the store; the lock is held."""
        revision, now = self.store.revision(), Instant(self.store.now())
        snapshot: Snapshot = self.snapshots.current
        register = read_places(self.store, now, snapshot)
        return self._keep(KeptPlaces(register, revision))

    def _keep(self, places: KeptPlaces) -> KeptPlaces:
        # one reference is swapped: readers see the old ones or the new ones
        self._kept[:] = [places]
        return places
