"""The clock of a store: this machine's, or of a made-up town one that is kept in it.

A made-up town lives in its own time. Its clock stands at the last record of the log
while nobody serves it; a service lets it run from there, as fast as it is told.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from time import time_ns
from typing import Protocol

import pandas as pd

from gis.models import Instant
from layers.schema.rules import body_of
from layers.stores.log import Link

IMPRINT = "imprint"
"""The rule that says whether a town is made up."""


def clock() -> Instant:
    """Return the time of this machine."""
    return Instant(time_ns() // 1_000_000)


@dataclass(frozen=True, slots=True)
class KeptClock:
    """A clock as a store keeps it.

    Attributes
    ----------
    base
        What it showed when it was kept.
    speed
        Its seconds in one second of the machine.
    since
        When it was kept by the machine, if it has run since; None while it stands.
    """

    base: Instant
    speed: float = 1.0
    since: Instant | None = None

    def at(self, machine: Instant) -> Instant:
        """Return what it shows at a time of the machine.

        Examples
        --------
        >>> KeptClock(Instant(1000), 60.0, since=Instant(5)).at(Instant(7))
        1120
        >>> KeptClock(Instant(1000)).at(Instant(7))
        1000
        """
        if self.since is None:
            return self.base
        return Instant(self.base + int(max(machine - self.since, 0) * self.speed))


class OwnTime(Protocol):
    """What time it is in a store."""

    def now(self) -> Instant:
        """Return the time of the store.

        By the clock it was opened with, else this machine's, or of a made-up town the
        one that is kept in it, as `kept_clock` last read it.
        """

    def kept_clock(self) -> KeptClock | None:
        """Read the clock of a made-up town anew; None where the town is real.

        Where none was kept it stands at the last record of the log.
        """

    def keep_clock(self, clock: KeptClock) -> None:
        """Keep a clock; it counts where the imprint says that the town is made up.

        Where nothing says yet whose town it is, it counts too.
        """

    def lead(self, name: str) -> AbstractContextManager[bool]:
        """Say whether, of several processes on one store, this is to do something.

        What is done once in a town, such as what its clock brings, is done by the one
        that leads, while the context lasts. A store of one process has no other.
        """


class TownClock(ABC):
    """The part of a `Store` that knows what time it is there.

    Parameters
    ----------
    now
        A clock that goes before every other; None leaves it to the town.
    """

    def __init__(self, now: Callable[[], Instant] | None) -> None:
        self._given_clock = now
        self._kept: KeptClock | None = None
        self._is_read = False
        # the revision that the rules were last looked at, and what they said
        self._looked: tuple[int, bool | None] = (-1, None)

    def now(self) -> Instant:
        """Return the time of the store, by its clock as `kept_clock` last read it."""
        if self._given_clock is not None:
            return self._given_clock()
        town_clock = self._kept if self._is_read else self.kept_clock()
        return clock() if town_clock is None else town_clock.at(clock())

    def kept_clock(self) -> KeptClock | None:
        """Read the clock of a made-up town; None where the town is real."""
        if self._given_clock is not None:
            return None
        town_clock, is_synthetic = self._read_clock(), self._is_synthetic()
        if is_synthetic is None:  # nothing says yet whose town it is
            is_synthetic = town_clock is not None
        self._kept = _going_on(town_clock, self.last_link()) if is_synthetic else None
        self._is_read = True
        return self._kept

    def lead(self, name: str) -> AbstractContextManager[bool]:
        """Say that this process leads: it is the only one."""
        return nullcontext(True)

    def _look_again(self, layer: str) -> None:
        """Read the clock anew once a rule, or by a clock that stands, was recorded."""
        is_standing = self._kept is not None and self._kept.since is None
        self._is_read &= layer != "rules" and not is_standing

    def _is_synthetic(self) -> bool | None:
        """Return what the imprint says, None without one; looked at once a revision."""
        revision = self.revision()
        if self._looked[0] != revision:
            self._looked = revision, _says_synthetic(self.facts("rules"))
        return self._looked[1]

    @abstractmethod
    def _read_clock(self) -> KeptClock | None:
        """Return the clock that was kept last."""

    @abstractmethod
    def facts(self, layer: str) -> pd.DataFrame:
        """Return the facts of a layer."""

    @abstractmethod
    def last_link(self) -> Link | None:
        """Return the end of the log."""

    @abstractmethod
    def revision(self) -> int:
        """Return the revision."""


def _says_synthetic(rules: pd.DataFrame) -> bool | None:
    """Return whether the imprint says that the town is made up, None without one."""
    for text in rules.loc[rules["rule_id"] == IMPRINT, "body"]:
        with suppress(ValueError):
            return body_of(text).get("is_synthetic") is True
    return None


def _going_on(town_clock: KeptClock | None, last: Link | None) -> KeptClock:
    """Return a clock that, where it stands, stands not before the last record."""
    recorded_at = last.recorded_at if last else Instant(0)
    if town_clock is None:
        return KeptClock(recorded_at)
    if town_clock.since is not None:
        return town_clock
    return replace(town_clock, base=max(town_clock.base, recorded_at))
