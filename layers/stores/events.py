"""Events as a store keeps them: checks, ids, rows of the log, frames."""

import math
import os
import re
import threading
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import shapely

from gis.errors import InvalidLayerError, RowFault
from gis.geometry import STORED_DECIMALS
from gis.models import Event, Instant, Position
from gis.sentences import sentence
from layers.schema.cells import refuse_unstorable
from layers.schema.layer import refusal
from layers.stores.event_records import NewEvent, StoredEvent

Source: TypeAlias = tuple[str, str]
"""How a source and its own number name an event."""

EVENT_COLUMNS = (
    "event_id",
    "source",
    "source_id",
    "kind",
    "severity",
    "x",
    "y",
    "datum",
    "accuracy_m",
    "community_id",
    "occurred_at",
    "captured_at",
    "received_at",
    "recorded_at",
    "grid_id",
    "at_occurrence",
    "acting",
    "details",
    "row",
    "batch",
)
"""Columns of `Store.events` beside the point; x, y, datum are as reported."""

INSTANTS = ("occurred_at", "captured_at", "received_at", "recorded_at")
NUMBERS = ("x", "y", "accuracy_m")
TEXTS = (
    "event_id",
    "source",
    "source_id",
    "kind",
    "datum",
    "community_id",
    "grid_id",
    "details",
)
DTYPES = (
    dict.fromkeys(TEXTS, "str")
    | dict.fromkeys(NUMBERS, "float64")
    | dict.fromkeys(("severity", "row", "batch"), "int64")
)
SAID = (
    "source",
    "source_id",
    "kind",
    "datum",
    "community_id",
    "grid_id",
    "details",
    "destinations",
)
"""Texts that an event brings."""
LARGEST_INTEGER = 2**63 - 1
_UUID7 = re.compile(
    "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)
CHANCE_BYTES, IDS_AT_ONCE = 10, 256
FIRST_INSTANT, LAST_INSTANT = -62_135_596_800_000, 253_402_300_799_999


class EventIds:
    """Makes UUIDv7 that ascend, also within a millisecond; any thread may ask."""

    def __init__(self) -> None:
        self._last = 0
        self._making = threading.Lock()
        # the system gives much chance nearly as fast as little
        self._chance = b""

    def make(self, at: Instant) -> str:
        """Return the next id.

        Parameters
        ----------
        at
            Its time.

        Examples
        --------
        >>> ids = EventIds()
        >>> first, second = ids.make(Instant(0)), ids.make(Instant(0))
        >>> first[:15], first < second
        ('00000000-0000-7', True)
        """
        return self.make_many(at, 1)[0]

    def make_many(self, at: Instant, count: int) -> list[str]:
        """Return the next ids of one time; the first by chance, then one by one.

        Parameters
        ----------
        at
            Their time.
        count
            How many.
        """
        with self._making:
            chance = int.from_bytes(self._take_chance(), "big")
            # RFC 9562: 48 bits of time, version, 12 of chance, variant, 62 of chance
            value = at << 80 | 7 << 76 | (chance >> 62 & 0xFFF) << 64 | 2 << 62
            first = max(value | chance & (1 << 62) - 1, self._last + 1)
            self._last = first + count - 1
        texts = [f"{number:032x}" for number in range(first, first + count)]
        return [f"{t[:8]}-{t[8:12]}-{t[12:16]}-{t[16:20]}-{t[20:]}" for t in texts]

    def _take_chance(self) -> bytes:
        """Return bytes by chance that no id has had."""
        if len(self._chance) < CHANCE_BYTES:
            self._chance = os.urandom(CHANCE_BYTES * IDS_AT_ONCE)
        chance, self._chance = (
            self._chance[:CHANCE_BYTES],
            self._chance[CHANCE_BYTES:],
        )
        return chance


def check_events(events: Sequence[NewEvent]) -> None:
    """Refuse events that no store takes, before any is appended.

    Raises
    ------
    InvalidLayerError
        Names row, field and rule of the first faults, and the count; its `faults` has
        them all.
    """
    faults = [
        RowFault(row, name, rule)
        for row, new in enumerate(events, start=1)
        for name, rule in _faults(new)
    ]
    if faults:
        raise refusal("events", faults, sentence("append the events again"))


def changed_faults(
    events: Sequence[NewEvent], known_events: Mapping[Source, NewEvent]
) -> list[RowFault]:
    """Return a fault for each event that came before, or twice here, and was other.

    When it was received may differ: a source sends again what it is not sure of.

    Parameters
    ----------
    events
        Events that are brought.
    known_events
        Those of them that are known, by source and id.
    """
    first_of = dict(known_events)
    faults = []
    for row, new in enumerate(events, start=1):
        event = new.event
        first = first_of.setdefault((event.source, event.source_id), new)
        if first is new:
            continue
        names = [
            n for n, value in content_of(new).items() if content_of(first)[n] != value
        ]
        if names:
            rule = sentence(
                "{source_id!r} of {source!r} came before with other {names}; "
                "expected the same event, or another id",
                source_id=event.source_id,
                source=event.source,
                names=", ".join(names),
            )
            faults.append(RowFault(row, "source_id", rule))
    return faults


def content_of(new: NewEvent) -> dict[str, object]:
    """Return what a source says of an event, but for when it was received."""
    event, position = new.event, new.event.position
    return {
        "kind": event.kind,
        "severity": event.severity,
        "position": position and (position.x, position.y, position.datum),
        "accuracy_m": event.accuracy_m,
        "community_id": event.community_id,
        "occurred_at": event.occurred_at,
        "captured_at": event.captured_at,
        "details": new.details,
    }


def sources_of(events: Iterable[NewEvent]) -> Iterator[Source]:
    """Yield how each event is named."""
    for new in events:
        yield new.event.source, new.event.source_id


def refuse_taken(event_id: str, event_ids: Container[str]) -> None:
    """Refuse an id that a restored event brings and another one has.

    Raises
    ------
    InvalidLayerError
        Names the id.
    """
    if event_id in event_ids:
        raise InvalidLayerError(
            "Event id {event_id!r} is in use; leave it empty, the store makes one.",
            event_id=event_id,
        )


def admit(new: NewEvent, event_id: str) -> NewEvent:
    """Return an event as it is stored: with its id, lon and lat at 9 decimals."""
    event, position = new.event, new.event.position
    if position is not None:
        # adding 0 turns -0.0, which a database may not keep, into 0.0
        position = Position(position.x + 0.0, position.y + 0.0, position.datum)
    # `replace` takes five times as long, and histories have millions of events
    return NewEvent(
        event=Event(
            event_id,
            event.source,
            event.source_id,
            event.kind,
            event.severity,
            position,
            event.occurred_at,
            event.captured_at,
            event.received_at,
            event.accuracy_m,
            event.community_id,
        ),
        lon=None if new.lon is None else round(new.lon, STORED_DECIMALS) + 0.0,
        lat=None if new.lat is None else round(new.lat, STORED_DECIMALS) + 0.0,
        grid_id=new.grid_id,
        at_occurrence=new.at_occurrence,
        acting=new.acting,
        details=new.details,
        destinations=new.destinations,
    )


def is_storable(text: str) -> bool:
    """Say whether a database keeps a text.

    Examples
    --------
    >>> is_storable("text"), is_storable(chr(0))
    (True, False)
    """
    try:
        refuse_unstorable(text)
    except ValueError:
        return False
    return True


def event_bytes(entry: StoredEvent) -> bytes:
    """Return an event as a row of the log.

    Numbers are written as Python writes them, so that no other library's taste changes
    the digest.
    """
    new, event, receipt = entry.new, entry.new.event, entry.receipt
    position = event.position
    head = orjson.dumps(
        [
            receipt.event_id,
            receipt.row,
            event.source,
            event.source_id,
            event.kind,
            event.severity,
            position and repr(float(position.x)),
            position and repr(float(position.y)),
            position and position.datum,
            event.occurred_at,
            event.captured_at,
            event.received_at,
            receipt.recorded_at,
            None if event.accuracy_m is None else repr(float(event.accuracy_m)),
            event.community_id,
            None if new.lon is None else repr(float(new.lon)),
            None if new.lat is None else repr(float(new.lat)),
            new.grid_id,
            new.details,
            new.destinations,
            len(new.at_occurrence),
        ]
    )
    return b"%b\n%b%b" % (head, new.at_occurrence, new.acting)


def event_frame(events: Iterable[StoredEvent], crs: str) -> gpd.GeoDataFrame:
    """Return events as a frame of `EVENT_COLUMNS` and a point."""
    names = (*EVENT_COLUMNS, "lon", "lat")
    rows = [_row(entry) for entry in events]
    # column by column: a frame takes long to be made of rows, and its parts be changed
    values = zip(*rows, strict=True) if rows else ((),) * len(names)
    columns = dict(zip(names, values, strict=True))
    frame = pd.DataFrame({name: _column(name, columns[name]) for name in EVENT_COLUMNS})
    lon, lat = (np.array(columns[name], dtype=np.float64) for name in ("lon", "lat"))
    points = np.array(shapely.points(lon, lat), dtype=object)
    points[np.isnan(lon)] = None
    return gpd.GeoDataFrame(frame, geometry=points, crs=crs)


def _column(name: str, values: Sequence[object]) -> pd.Series:
    """Return one of `EVENT_COLUMNS`."""
    if name in INSTANTS:
        moments = np.array(values, dtype="datetime64[ms]")
        return pd.Series(moments).dt.tz_localize("UTC")
    return pd.Series(values, dtype=DTYPES.get(name, object))


def _faults(new: NewEvent) -> list[tuple[str, str]]:
    """Return field and rule of what keeps an event out."""
    event = new.event
    faults = [
        (name, sentence("is empty, expected the name that its source gives it"))
        for name, text in (("source", event.source), ("source_id", event.source_id))
        if not text.strip()
    ]
    if not _is_position(new.lon, new.lat):
        faults.append(
            (
                "lon",
                sentence(
                    "({lon!r}, {lat!r}) is neither a position nor none",
                    lon=new.lon,
                    lat=new.lat,
                ),
            )
        )
    at = event.position
    if at is not None and not _is_position(at.x, at.y):
        faults.append(
            (
                "x",
                sentence(
                    "({x!r}, {y!r}) is not finite, give no position", x=at.x, y=at.y
                ),
            )
        )
    faults += _text_faults(new) + _number_faults(event)
    if event.event_id and not _UUID7.fullmatch(event.event_id):
        faults.append(
            (
                "event_id",
                sentence("{event_id!r} is not a UUIDv7", event_id=event.event_id),
            )
        )
    return faults


def _is_position(x: float | None, y: float | None) -> bool:
    """Say whether both are finite, or both absent."""
    if x is None or y is None:
        return x is None and y is None
    return math.isfinite(x) and math.isfinite(y)


def _text_faults(new: NewEvent) -> list[tuple[str, str]]:
    """Return field and rule of texts that a store cannot hold."""
    event = new.event
    texts = (
        event.source,
        event.source_id,
        event.kind,
        event.position.datum if event.position else "",
        event.community_id or "",
        new.grid_id or "",
        new.details,
        "".join(new.destinations),
    )
    # nearly every event is sound, and histories have millions
    if is_storable("".join(texts)):
        return []
    rule = sentence("stands with a character that no database keeps")
    return [
        (name, rule)
        for name, text in zip(SAID, texts, strict=True)
        if not is_storable(text)
    ]


def _number_faults(event: Event) -> list[tuple[str, str]]:
    """Return field and rule of numbers that a store cannot hold."""
    faults = []
    if not -LARGEST_INTEGER <= event.severity <= LARGEST_INTEGER:
        rule = sentence(
            "{severity!r} is beyond 64 bits, expected a small whole number",
            severity=event.severity,
        )
        faults.append(("severity", rule))
    for name in ("occurred_at", "captured_at", "received_at"):
        instant = getattr(event, name)
        if not FIRST_INSTANT <= instant <= LAST_INSTANT:
            rule = sentence(
                "{instant!r} ms is not in the years 1 to 9999", instant=instant
            )
            faults.append((name, rule))
    radius = event.accuracy_m
    if radius is not None and not (math.isfinite(radius) and radius >= 0):
        faults.append(
            (
                "accuracy_m",
                sentence("{radius!r} is no radius, expected 0 or more", radius=radius),
            )
        )
    return faults


def _row(entry: StoredEvent) -> tuple[object, ...]:
    new, event, receipt = entry.new, entry.new.event, entry.receipt
    position = event.position
    return (
        receipt.event_id,
        event.source,
        event.source_id,
        event.kind,
        event.severity,
        position.x if position else None,
        position.y if position else None,
        position.datum if position else None,
        event.accuracy_m,
        event.community_id,
        event.occurred_at,
        event.captured_at,
        event.received_at,
        receipt.recorded_at,
        new.grid_id,
        new.at_occurrence,
        new.acting,
        new.details,
        receipt.row,
        receipt.batch,
        new.lon,
        new.lat,
    )


def details_of(text: str) -> dict[str, object]:
    """Return what a source reported beside the event, where it is a JSON object.

    Examples
    --------
    >>> details_of('{"module": "safety"}'), details_of("by telephone")
    ({'module': 'safety'}, {})
    """
    try:
        details = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return details if isinstance(details, dict) else {}
