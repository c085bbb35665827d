"""Events, their outbox and their keys as rows of a GeoPackage."""

# ruff: noqa: S608  the words are of this module

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, repeat
from typing import Any

import numpy as np
import orjson

from gis.models import Event, Instant, Position
from layers.stores.event_history import EventHistory, HistoryRows
from layers.stores.event_records import EventReceipt, NewEvent, StoredEvent
from layers.stores.events import Source, sources_of
from layers.stores.geopackage.encoding import (
    instant_texts,
    point_blob,
    point_blobs,
    read_instants,
    read_point,
)
from layers.stores.geopackage.log import is_named
from layers.stores.geopackage.row_statement import RowStatement
from layers.stores.geopackage.strays import refuse_miscounted

_COLUMNS = (
    *("fid", "geom", "event_id", "source", "source_id", "kind", "severity", "x", "y"),
    *("datum", "accuracy_m", "community_id", "occurred_at", "captured_at"),
    *("received_at", "recorded_at", "grid_id", "at_occurrence", "acting", "details"),
    "batch",
)
_TIMES = slice(_COLUMNS.index("occurred_at"), _COLUMNS.index("grid_id"))
_INSERT = RowStatement("INSERT INTO events", len(_COLUMNS))
_SELECT = f"SELECT {','.join(_COLUMNS)} FROM events"
_NAMED = is_named("events")
_RECEIPT = "SELECT event_id, fid, batch, recorded_at FROM events"
_KNOWN = (
    "WHERE fid IN (SELECT fid FROM json_each(?) AS asked CROSS JOIN events "
    "ON source_id = json_extract(asked.value, '$[1]') "
    f"AND source = json_extract(asked.value, '$[0]')) AND {_NAMED}"
)
_TAKEN = (
    "SELECT event_id, fid FROM json_each(?) AS given CROSS JOIN events "
    f"ON event_id = given.value AND {_NAMED}"
)
_ANY_KNOWN = (
    "SELECT 1 FROM json_each(?) AS asked CROSS JOIN events "
    "ON source_id = json_extract(asked.value, '$[1]') "
    "AND source = json_extract(asked.value, '$[0]') LIMIT 1"
)
_DESTINATIONS = "SELECT destination FROM outbox WHERE event_row = ? ORDER BY fid"
_NOWHERE = (None, None, None)
_FETCHED = 10_000
_INSERTED = 1000


def read_entries(
    connection: sqlite3.Connection, events: Sequence[NewEvent], srs_id: int
) -> dict[Source, StoredEvent]:
    """Return what is there of events that are brought.

    The idempotency key is the unique index over source and source_id.
    """
    if not events:
        return {}
    sources = orjson.dumps(list(sources_of(events))).decode()
    entries = {
        (entry.new.event.source, entry.new.event.source_id): entry
        for entry in read_events(connection, _KNOWN, (sources,), srs_id)
    }
    batches = [entry.receipt.batch for entry in entries.values()]
    refuse_miscounted(connection, "events", batches)
    return entries


def read_taken(
    connection: sqlite3.Connection, events: Sequence[NewEvent]
) -> frozenset[str]:
    """Return those of the ids that new events bring and that events have."""
    event_ids = [new.event.event_id for new in events if new.event.event_id]
    return frozenset(read_rows(connection, event_ids))


def read_rows(
    connection: sqlite3.Connection, event_ids: Collection[str]
) -> dict[str, int]:
    """Return the rows in the log of events by their ids."""
    if not event_ids:
        return {}
    rows = connection.execute(_TAKEN, (orjson.dumps(list(event_ids)).decode(),))
    return {event_id: int(row) for event_id, row in rows}


def last_row(connection: sqlite3.Connection) -> int:
    """Return the row of the last event, 0 without one."""
    last = connection.execute(
        f"SELECT fid FROM events WHERE {_NAMED} ORDER BY fid DESC LIMIT 1"
    ).fetchone()
    return int(last[0]) if last else 0


def insert_events(
    connection: sqlite3.Connection, events: Iterable[StoredEvent], srs_id: int
) -> None:
    """Append events."""
    queue = iter(events)
    while some := list(islice(queue, _INSERTED)):
        times = (
            instant_texts([entry.new.event.occurred_at for entry in some]),
            instant_texts([entry.new.event.captured_at for entry in some]),
            instant_texts([entry.new.event.received_at for entry in some]),
            instant_texts([some[0].receipt.recorded_at]) * len(some),
        )
        rows = [
            _row(entry, instants, srs_id)
            for entry, instants in zip(some, zip(*times, strict=True), strict=True)
        ]
        _INSERT.write(connection, rows)


def has_source(connection: sqlite3.Connection, history: EventHistory) -> bool:
    """Say whether any event of a history is there."""
    sources = orjson.dumps(list(history.sources)).decode()
    return connection.execute(_ANY_KNOWN, (sources,)).fetchone() is not None


def insert_history(
    connection: sqlite3.Connection, rows: HistoryRows, batch: int, srs_id: int
) -> None:
    """Append the events of a history, which have nobody to be told."""
    history = rows.history
    occurred_at = instant_texts(history.occurred_at)
    captured_at, received_at = (
        # most often it is the same
        occurred_at
        if np.array_equal(times, history.occurred_at)
        else instant_texts(times)
        for times in (history.captured_at, history.received_at)
    )
    columns = (
        rows.rows,
        point_blobs(*rows.points, srs_id),
        rows.event_ids,
        history.source,
        history.source_id,
        history.kind,
        history.severity,
        rows.x,
        rows.y,
        rows.datums,
        rows.accuracy_m,
        history.community_id,
        occurred_at,
        captured_at,
        received_at,
        repeat(*instant_texts([rows.recorded_at])),
        history.grid_id,
        history.at_occurrence,
        history.acting,
        history.details,
        repeat(batch),
    )
    _INSERT.write(connection, zip(*columns, strict=False))


def insert_due(connection: sqlite3.Connection, events: Iterable[StoredEvent]) -> None:
    """Append who is to be told of events."""
    connection.executemany(
        "INSERT INTO outbox VALUES (NULL, ?, ?)",
        [
            (destination, entry.receipt.row)
            for entry in events
            for destination in entry.new.destinations
        ],
    )


def read_event(
    connection: sqlite3.Connection, event_id: str, srs_id: int
) -> StoredEvent | None:
    """Return an event with its destinations; None if there is none."""
    condition = f"WHERE {_NAMED} AND event_id = ?"
    events = read_events(connection, condition, (event_id,), srs_id)
    return next(_with_destinations(connection, events), None)


def events_of(
    connection: sqlite3.Connection, batch: int, srs_id: int
) -> Iterator[StoredEvent]:
    """Yield the events of a link of the log with their destinations."""
    condition = f"WHERE {_NAMED} AND batch = ? ORDER BY fid"
    events = read_events(connection, condition, (batch,), srs_id)
    return _with_destinations(connection, events)


_MONTH = "substr(occurred_at, 1, 7)"
"""What the index of grids begins with."""
_MONTHS = """
    WITH RECURSIVE months (day, last) AS (
        SELECT
            date(
                max(coalesce(?, ''), (SELECT min(occurred_at) FROM events)),
                'start of month'
            ),
            min(coalesce(?, '9999'), (SELECT max(occurred_at) FROM events))
        UNION ALL
        SELECT date(day, '+1 month'), last
        FROM months
        WHERE date(day, '+1 month') <= last
    )
    SELECT substr(day, 1, 7) FROM months
"""
"""Every month from the first to the last event that is asked for."""


def event_condition(
    since: Instant | None,
    until: Instant | None,
    grid_ids: Collection[str] | None,
    after: int,
    limit: int | None,
) -> tuple[str, list[object]]:
    """Return the condition that `Store.events` asks, and its values."""
    conditions: list[str] = []
    values: list[object] = []
    if since is not None:
        conditions.append("occurred_at >= ?")
        values += instant_texts([since])
    if until is not None:
        conditions.append("occurred_at < ?")
        values += instant_texts([until])
    if grid_ids is not None:
        conditions.append(f"{_MONTH} IN ({_MONTHS})")
        values += [None if t is None else instant_texts([t])[0] for t in (since, until)]
        conditions.append("grid_id IN (SELECT value FROM json_each(?))")
        values.append(orjson.dumps(list(grid_ids)).decode())
    values += [after, -1 if limit is None else limit]
    if not conditions:
        return f"WHERE {_NAMED} AND fid > ? ORDER BY fid LIMIT ?", values
    conditions.append(_NAMED)
    # the sign keeps SQLite from reading all rows instead of the index
    rows = f"WHERE {' AND '.join(conditions)} AND +fid > ? ORDER BY +fid LIMIT ?"
    query = f"SELECT fid FROM events {rows}"
    return f"WHERE fid IN ({query}) ORDER BY fid", values


def read_events(
    connection: sqlite3.Connection,
    condition: str,
    values: Sequence[object],
    srs_id: int,
) -> Iterator[StoredEvent]:
    """Yield the events for which a condition holds, without destinations.

    Raises
    ------
    StoreError
        If the link of one has more or fewer rows than it committed.
    """
    cursor = connection.execute(f"{_SELECT} {condition}", values)
    while rows := cursor.fetchmany(_FETCHED):
        refuse_miscounted(connection, "events", [row[-1] for row in rows])
        columns = (
            read_instants(times)
            for times in zip(*(row[_TIMES] for row in rows), strict=True)
        )
        for row, instants in zip(rows, zip(*columns, strict=True), strict=True):
            yield _stored(row, instants, srs_id)


def read_outbox(
    connection: sqlite3.Connection, destination: str, after: int, limit: int
) -> tuple[EventReceipt, ...]:
    """Return receipts of the events for a destination after a row of the log."""
    rows = connection.execute(
        f"{_RECEIPT} WHERE fid IN (SELECT event_row FROM outbox JOIN events "
        f"ON events.fid = event_row AND {_NAMED} WHERE destination = ? "
        "AND event_row > ? ORDER BY event_row LIMIT ?) ORDER BY fid",
        (destination, after, limit),
    )
    return tuple(_receipt(row) for row in rows)


def _row(
    entry: StoredEvent, times: tuple[str | None, ...], srs_id: int
) -> tuple[object, ...]:
    """Return an event in the order of `_COLUMNS`."""
    new, event, at = entry.new, entry.new.event, entry.new.event.position
    lon, lat = new.lon, new.lat
    return (
        entry.receipt.row,
        None if lon is None or lat is None else point_blob(lon, lat, srs_id),
        event.event_id,
        event.source,
        event.source_id,
        event.kind,
        event.severity,
        *((at.x, at.y, at.datum) if at else _NOWHERE),
        event.accuracy_m,
        event.community_id,
        *times,
        new.grid_id,
        new.at_occurrence,
        new.acting,
        new.details,
        entry.receipt.batch,
    )


def _stored(
    row: tuple[Any, ...], instants: tuple[Instant, ...], srs_id: int
) -> StoredEvent:
    """Return the event of a row of `_COLUMNS`."""
    fid, geom, event_id, source, source_id, kind, severity, x, y, datum = row[:10]
    accuracy_m, community_id = row[10:12]
    grid_id, at_occurrence, acting, details, batch = row[16:]
    lon, lat = (None, None) if geom is None else read_point(geom, srs_id)
    occurred_at, captured_at, received_at, recorded_at = instants
    event = Event(
        event_id,
        source,
        source_id,
        kind,
        severity,
        None if x is None else Position(x, y, datum),
        occurred_at,
        captured_at,
        received_at,
        accuracy_m,
        community_id,
    )
    new = NewEvent(event, lon, lat, grid_id, at_occurrence, acting, details)
    return StoredEvent(new, EventReceipt(event_id, fid, batch, recorded_at))


def _with_destinations(
    connection: sqlite3.Connection, events: Iterator[StoredEvent]
) -> Iterator[StoredEvent]:
    """Yield the events with their destinations."""
    for entry in events:
        rows = connection.execute(_DESTINATIONS, (entry.receipt.row,)).fetchall()
        destinations = tuple(destination for (destination,) in rows)
        yield replace(entry, new=replace(entry.new, destinations=destinations))


def _receipt(row: tuple[str, int, int, str]) -> EventReceipt:
    event_id, fid, batch, recorded_at = row
    [at] = read_instants([recorded_at])
    return EventReceipt(event_id, fid, batch, at)
