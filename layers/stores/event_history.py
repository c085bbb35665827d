"""Events of a history, column by column: what is brought, and as it is stored.

A history has millions of events; objects for each would take most of the time.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Final

import numpy as np
import orjson
from numpy.typing import NDArray

from gis.geometry import STORED_DECIMALS
from gis.models import Event, Instant, Position
from layers.stores.event_records import NewEvent
from layers.stores.events import (
    FIRST_INSTANT,
    LARGEST_INTEGER,
    LAST_INSTANT,
    Source,
    is_storable,
)

Floats = NDArray[np.float64]
Times = NDArray[np.int64]
_UNIT: Final = 10.0**STORED_DECIMALS
_UNSURE: Final = 1e-3
"""So near to the middle between two roundings the product may be on the wrong side."""
_LARGEST_SURE: Final = 1000.0
"""Up to here the product is off by less than that."""


@dataclass(frozen=True, slots=True, eq=False)
class EventHistory:
    """Events with their answers, as columns; all have one datum.

    Attributes
    ----------
    source, source_id, kind, severity, community_id, details
        As of `NewEvent`.
    x, y
        As reported; one of both is not finite where there is no position.
    datum
        Of those.
    accuracy_m
        NaN where there is none.
    occurred_at, captured_at, received_at
        Instants.
    lon, lat
        Position in the CRS of the store; both NaN where there is none.
    grid_id
        Owner in the answer at occurrence; None where no grid owns it.
    at_occurrence, acting
        The two answers with their provenance, kept byte for byte.
    """

    source: list[str]
    source_id: list[str]
    kind: list[str]
    severity: list[int]
    community_id: list[str | None]
    details: list[str]
    x: Floats
    y: Floats
    datum: str
    accuracy_m: Floats
    occurred_at: Times
    captured_at: Times
    received_at: Times
    lon: Floats
    lat: Floats
    grid_id: list[str | None]
    at_occurrence: list[bytes]
    acting: list[bytes]

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.source)

    @property
    def sources(self) -> Iterator[Source]:
        """How each event is named."""
        return zip(self.source, self.source_id, strict=True)

    def events(self) -> list[NewEvent]:
        """Return the events one by one."""
        x, y, datums = _positions(self)
        events = map(
            Event,
            repeat(""),
            self.source,
            self.source_id,
            self.kind,
            self.severity,
            [
                None
                if east is None or north is None or datum is None
                else Position(east, north, datum)
                for east, north, datum in zip(x, y, datums, strict=True)
            ],
            *(times.tolist() for times in _times(self)),
            _numbers(self.accuracy_m),
            self.community_id,
        )
        return [
            NewEvent(*values)
            for values in zip(
                events,
                _numbers(self.lon),
                _numbers(self.lat),
                self.grid_id,
                self.at_occurrence,
                self.acting,
                self.details,
                strict=True,
            )
        ]

    def is_plain(self) -> bool:
        """Say of all at once that a store takes each, and that no two have one name.

        `check_events` says so too, and otherwise which it does not take. Nothing is
        not plain.
        """
        texts = (self.source, self.source_id, self.kind, self.details, [self.datum])
        codes = ([text or "" for text in c] for c in (self.community_id, self.grid_id))
        return (
            len(self) > 0
            and all(is_storable("".join(column)) for column in (*texts, *codes))
            and all(map(str.strip, self.source))
            and all(map(str.strip, self.source_id))
            and len(set(self.sources)) == len(self)
            and _are_numbers(self)
        )


class HistoryRows:
    """A history as a store keeps it, its positions at 9 decimals; None for none.

    Parameters
    ----------
    history
        What is brought; `is_plain`, and none of it is in the store.
    event_ids
        The id of each.
    first_row
        Row of the first in the log.
    recorded_at
        When all are committed.
    """

    def __init__(
        self,
        history: EventHistory,
        event_ids: Sequence[str],
        first_row: int,
        recorded_at: Instant,
    ) -> None:
        self.history = history
        self.event_ids = event_ids
        self.rows = range(first_row, first_row + len(history))
        self.recorded_at = recorded_at
        self.x, self.y, self.datums = _positions(history)
        self.accuracy_m = _numbers(history.accuracy_m)
        self.points = stored_degrees(history.lon), stored_degrees(history.lat)
        self.lon, self.lat = map(_numbers, self.points)

    def log_rows(self) -> list[bytes]:
        """Return the events as rows of the log, as `event_bytes` writes each."""
        history = self.history
        x_texts, y_texts = _texts(self.x), _texts(self.y)
        heads = zip(
            self.event_ids,
            self.rows,
            history.source,
            history.source_id,
            history.kind,
            history.severity,
            x_texts,
            y_texts,
            self.datums,
            *(times.tolist() for times in _times(history)),
            repeat(self.recorded_at),
            _texts(self.accuracy_m),
            history.community_id,
            x_texts if self.lon == self.x else _texts(self.lon),
            y_texts if self.lat == self.y else _texts(self.lat),
            history.grid_id,
            history.details,
            repeat(()),
            map(len, history.at_occurrence),
            strict=False,
        )
        return [
            b"%b\n%b%b" % parts
            for parts in zip(
                map(orjson.dumps, heads),
                history.at_occurrence,
                history.acting,
                strict=True,
            )
        ]


def stored_degrees(degrees: Floats) -> Floats:
    """Return degrees at the decimals that a store keeps, as `round` has each.

    Parameters
    ----------
    degrees
        NaN stays.

    Examples
    --------
    >>> stored_degrees(np.array([120.0081234565, -1e-12, np.nan])).tolist()
    [120.008123457, 0.0, nan]
    """
    is_near = np.abs(degrees) < _LARGEST_SURE
    scaled = np.where(is_near, degrees, 0.0) * _UNIT
    whole = np.rint(scaled)
    rounded: Floats = whole / _UNIT
    # the product is itself rounded, so that what it says near the middle is not sure
    is_sure = is_near & (np.abs(np.abs(scaled - whole) - 0.5) > _UNSURE)
    rounded[~is_sure] = [
        round(value, STORED_DECIMALS) for value in degrees[~is_sure].tolist()
    ]
    return rounded + 0.0


def _times(history: EventHistory) -> tuple[Times, Times, Times]:
    return history.occurred_at, history.captured_at, history.received_at


def _positions(
    history: EventHistory,
) -> tuple[list[float | None], list[float | None], list[str | None]]:
    """Return x, y and datum of each event, None for all of them without position."""
    is_there = np.isfinite(history.x) & np.isfinite(history.y)
    x, y = (
        # adding 0 turns -0.0, which a database may not keep, into 0.0
        _numbers(np.where(is_there, values, np.nan) + 0.0)
        for values in (history.x, history.y)
    )
    return x, y, [history.datum if here else None for here in is_there.tolist()]


def _numbers(values: Floats) -> list[float | None]:
    """Return numbers, None for NaN."""
    numbers: list[float | None] = values.tolist()
    for place in np.flatnonzero(np.isnan(values)).tolist():
        numbers[place] = None
    return numbers


def _texts(numbers: Iterable[float | None]) -> list[str | None]:
    """Return numbers as Python writes them."""
    return [None if number is None else repr(number) for number in numbers]


def _are_numbers(history: EventHistory) -> bool:
    """Say whether a store takes all numbers."""
    lon, lat, radii = history.lon, history.lat, history.accuracy_m
    is_nowhere = np.isnan(lon) & np.isnan(lat)
    times = np.concatenate(_times(history))
    return bool(
        (is_nowhere | (np.isfinite(lon) & np.isfinite(lat))).all()
        and (np.isnan(radii) | ((radii >= 0) & np.isfinite(radii))).all()
        and ((times >= FIRST_INSTANT) & (times <= LAST_INSTANT)).all()
        and all(-LARGEST_INTEGER <= n <= LARGEST_INTEGER for n in history.severity)
    )
