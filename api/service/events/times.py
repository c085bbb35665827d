"""The three times of events in a file, and what is wrong with them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.counts import count_text
from gis.errors import InvalidLayerError, RowFault
from gis.local_time import instant_text
from gis.models import Instant
from gis.sentences import joined, sentence
from gis.versions import History
from layers.schema.instants import (
    NO_INSTANT,
    Instants,
    Midnights,
    read_instants,
)

TIMES = ("occurred_at", "captured_at", "received_at")


@dataclass(frozen=True, slots=True, eq=False)
class EventTimes:
    """When m events occurred, were captured and received.

    Attributes
    ----------
    occurred_at, captured_at, received_at
        Instants, `NO_INSTANT` where a fault says why there is none, int64 (m,).
    is_day
        Where only the day is known on which it occurred, bool (m,).
    faults
        Every faulty cell.
    """

    occurred_at: NDArray[np.int64]
    captured_at: NDArray[np.int64]
    received_at: NDArray[np.int64]
    is_day: NDArray[np.bool_]
    faults: tuple[RowFault, ...]

    def values(self) -> dict[str, NDArray[np.int64]]:
        """Return the instants by the field of an event."""
        columns = (self.occurred_at, self.captured_at, self.received_at)
        return dict(zip(TIMES, columns, strict=True))


class TimeReader:
    """Reads when events occurred, were captured and received, part by part.

    Captured is occurred and received is now by default, in each row that does not say
    it.

    Parameters
    ----------
    timezone
        IANA zone of times without offset.
    now
        When events without `received_at` were received.
    history
        Versions of the grids; one must be in force when an event occurred.

    Raises
    ------
    InvalidLayerError
        If there is none.
    """

    def __init__(self, timezone: str, now: Instant, history: History) -> None:
        if not history.timeline():
            raise InvalidLayerError(
                "The store has no grids, expected those in force when the events "
                "occurred; load them first, with `pagoda load grids`."
            )
        self._timezone = timezone
        self._now = now
        self._history = history
        self._local = self._days = 0
        self._midnights = Midnights()
        self._has_occurred = self._has_received = False
        self._empty: Counter[str] = Counter()

    def read(self, frame: pd.DataFrame) -> EventTimes:
        """Return the times of a part.

        Parameters
        ----------
        frame
            One row an event; faults count its rows from 1.
        """
        columns = {
            name: read_instants(frame[name], self._timezone)
            for name in TIMES
            if name in frame
        }
        self._count(columns)
        absent = np.full(len(frame), NO_INSTANT)
        no_day = np.zeros(len(frame), dtype=np.bool_)
        occurred = columns.get("occurred_at", Instants(absent, no_day, no_day))
        captured_at = self._filled("captured_at", columns, occurred.values)
        received_at = self._filled(
            "received_at", columns, np.full(len(frame), self._now)
        )
        faults = {
            *_unread(frame, columns),
            *_reversed(occurred.values, received_at),
            *_uncovered("occurred_at", occurred.values, self._history),
            *_uncovered("received_at", received_at, self._history),
        }
        return EventTimes(
            occurred.values,
            captured_at,
            received_at,
            occurred.is_day,
            tuple(sorted(faults)),
        )

    def _filled(
        self, name: str, columns: dict[str, Instants], default: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return times of a column, the default where it has none, and count those."""
        if name not in columns:
            return default
        is_empty = _are_empty(columns[name])
        self._empty[name] += int(is_empty.sum())
        return np.where(is_empty, default, columns[name].values)

    def _count(self, columns: dict[str, Instants]) -> None:
        """Count what the user should know of a part."""
        self._has_received = "received_at" in columns
        self._local += sum(
            int((i.is_local & ~i.is_day).sum()) for i in columns.values()
        )
        if "occurred_at" in columns:
            self._has_occurred = True
            self._days += int(columns["occurred_at"].is_day.sum())
            self._midnights.add(columns["occurred_at"], self._timezone)

    def notices(self) -> list[str]:
        """Return what the user should know of the times of all parts."""
        notices = []
        if self._local:
            notices.append(
                sentence(
                    "{have} no offset: taken as local in {timezone}.",
                    have=count_text(self._local, "time has", "times have"),
                    timezone=self._timezone,
                )
            )
        if self._days:
            notices.append(
                sentence(
                    "{have} a day without an hour: who was on duty then is not "
                    "answered (no_time).",
                    have=count_text(self._days, "event has", "events have"),
                )
            )
        if self._has_occurred:
            notices += self._midnights.notices(self._timezone)
        if not self._has_received:
            notices.append(
                sentence("The events do not say when they were received: taken as now.")
            )
        rules = {
            "captured_at": sentence(
                "{cells} taken as the time at which the event occurred in {name!r}.",
                cells=_cells(self._empty["captured_at"]),
                name="captured_at",
            ),
            "received_at": sentence(
                "{cells} taken as now in {name!r}.",
                cells=_cells(self._empty["received_at"]),
                name="received_at",
            ),
        }
        return notices + [rule for name, rule in rules.items() if self._empty[name]]


def _cells(count: int) -> str:
    return count_text(count, "empty cell is", "empty cells are")


def _are_empty(instants: Instants) -> NDArray[np.bool_]:
    """Return where there is no time and nothing that is wrong."""
    is_empty: NDArray[np.bool_] = instants.values == NO_INSTANT
    is_empty[[*instants.faults]] = False
    return is_empty


def _unread(frame: pd.DataFrame, columns: dict[str, Instants]) -> Iterator[RowFault]:
    """Yield what is no time, and days where an hour is needed."""
    if "occurred_at" not in columns:
        for row in range(1, len(frame) + 1):
            yield RowFault(
                row, "occurred_at", sentence("is missing, expected when it happened")
            )
    for name, instants in columns.items():
        rules = dict(instants.faults)
        for place in np.flatnonzero(instants.is_day & (name != "occurred_at")).tolist():
            rules[place] = sentence("is a day without an hour, expected a time")
        for place, rule in rules.items():
            value = repr(str(frame[name].iloc[place]))
            yield RowFault(place + 1, name, joined(" ", (value, rule)))
        if name == "occurred_at":
            for place in np.flatnonzero(_are_empty(instants)).tolist():
                yield RowFault(place + 1, name, sentence("is empty, expected a time"))


def _reversed(
    occurred_at: NDArray[np.int64], received_at: NDArray[np.int64]
) -> Iterator[RowFault]:
    """Yield events that were received before they occurred."""
    is_there = (occurred_at != NO_INSTANT) & (received_at != NO_INSTANT)
    for place in np.flatnonzero(is_there & (occurred_at > received_at)).tolist():
        text, received_text = (
            instant_text(Instant(int(times[place])))
            for times in (occurred_at, received_at)
        )
        rule = sentence(
            "{text} is after it was received at {received_text}, expected no later",
            text=text,
            received_text=received_text,
        )
        yield RowFault(place + 1, "occurred_at", rule)


def _uncovered(
    name: str, instants: NDArray[np.int64], history: History
) -> Iterator[RowFault]:
    """Yield times before the first version of the grids."""
    timeline = history.timeline()
    first = timeline[0].valid_from
    early = (instants != NO_INSTANT) & (instants < first)
    for place in np.flatnonzero(early).tolist():
        text = instant_text(Instant(int(instants[place])))
        rule = sentence(
            "no version covers {text}, the first is in force from {since}",
            text=text,
            since=instant_text(first),
        )
        yield RowFault(place + 1, name, rule)
