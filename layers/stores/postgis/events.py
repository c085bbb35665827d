"""Events <-> tables: added, found by source or id, read in order of the log."""

import struct
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import repeat
from typing import Final, LiteralString, NamedTuple

from psycopg import sql
from psycopg.rows import TupleRow

from gis.models import Event, Instant, Position
from layers.stores.event_history import EventHistory, HistoryRows
from layers.stores.event_records import EventReceipt, NewEvent, StoredEvent
from layers.stores.events import Source, sources_of
from layers.stores.postgis.connections import Connection, wire_instant
from layers.stores.postgis.log import is_named, names_row
from layers.stores.postgis.strays import refuse_miscounted
from layers.stores.postgis.tables import Table, add_rows, as_parameter

EVENTS: Final = Table(
    "events",
    {
        "log_row": "int8",
        "batch": "int8",
        "recorded_at": "int8",
        "event_id": "bytea",
        "source": "text",
        "source_id": "text",
        "kind": "text",
        "severity": "int8",
        "x": "float8",
        "y": "float8",
        "datum": "text",
        "accuracy_m": "float8",
        "community_id": "text",
        "occurred_at": "int8",
        "captured_at": "int8",
        "received_at": "int8",
        "grid_id": "text",
        "at_occurrence": "bytea",
        "acting": "bytea",
        "details": "text",
        "geom": "bytea",
    },
)
OUTBOX: Final = Table(
    "outbox", {"log_row": "int8", "ordinal": "int8", "destination": "text"}
)

# a lookup for each pair, whatever the planner believes of the size of the table
_KNOWN = """
    SELECT known.recorded_at, known.batch, known.log_row
    FROM unnest(%s::text[], %s::text[]) AS asked (source, source_id)
    CROSS JOIN LATERAL (
        SELECT t.* FROM event_keys AS k
        JOIN events AS t USING (recorded_at, batch, log_row)
        WHERE k.source = asked.source AND k.source_id = asked.source_id
            AND t.event_id = k.event_id AND {named} LIMIT 1
    ) AS known
"""
_ADD_KEYS = """
    INSERT INTO event_keys
    SELECT source, source_id, event_id, log_row, batch, recorded_at FROM events
    WHERE recorded_at = %s AND batch = %s
"""
_EVENTS = """
    SELECT event_id::text, log_row, batch, recorded_at, source, source_id, kind,
        severity, x, y, datum, accuracy_m, community_id, occurred_at, captured_at,
        received_at, grid_id, at_occurrence, acting, details, ST_X(geom), ST_Y(geom),
        ARRAY(SELECT destination FROM outbox AS o WHERE o.log_row = e.log_row
              ORDER BY ordinal)
    FROM events AS e WHERE {named} AND
"""
_OF_BATCH = _EVENTS + "recorded_at = %s AND batch = %s ORDER BY log_row"
_KEY_OF = "SELECT recorded_at, batch, log_row FROM event_keys WHERE event_id = %s"
_BY_KEY = _EVENTS + "recorded_at = %s AND batch = %s AND log_row = %s"
_RECORD_OF = "SELECT recorded_at FROM event_keys WHERE log_row = %s"
_BY_KEYS = (
    _EVENTS  # noqa: S608  words of this module
    + """(recorded_at, batch, log_row) IN (
        SELECT * FROM unnest(%s::timestamptz[], %s::int8[], %s::int8[])
    )
"""
)
_QUERY = (
    _EVENTS
    + """
    log_row > %(after)s
        AND (%(start)s::timestamptz IS NULL OR recorded_at >= %(start)s)
        AND (%(since)s::timestamptz IS NULL OR occurred_at >= %(since)s)
        AND (%(until)s::timestamptz IS NULL OR occurred_at < %(until)s)
        AND (%(grid_ids)s::text[] IS NULL OR grid_id = ANY(%(grid_ids)s))
    ORDER BY recorded_at, batch, log_row LIMIT %(limit)s
"""
)
_ANY_KNOWN = """
    SELECT 1 FROM unnest(%s::text[], %s::text[]) AS asked (source, source_id)
    CROSS JOIN LATERAL (
        SELECT 1 FROM event_keys AS k
        WHERE k.source = asked.source AND k.source_id = asked.source_id LIMIT 1
    ) AS known
    LIMIT 1
"""
_OUTBOX = """
    SELECT DISTINCT e.event_id::text, log_row, e.batch, e.recorded_at FROM outbox
    JOIN event_keys AS k USING (log_row)
    JOIN events AS e USING (recorded_at, batch, log_row)
    WHERE destination = %s AND log_row > %s AND {named} ORDER BY log_row LIMIT %s
"""
_LAST_ROW = sql.SQL(
    "SELECT log_row FROM event_keys AS e WHERE {} ORDER BY log_row DESC LIMIT 1"
).format(names_row("events", "e"))
_ROWS_OF = """
    SELECT event_id::text, log_row FROM event_keys WHERE event_id = ANY(%s::uuid[])
"""
_POINT = struct.Struct("<BIdd")
_LITTLE_ENDIAN = _POINT_TYPE = 1


class EventQuery(NamedTuple):
    """Which events are asked for, as `Store.events` says."""

    since: Instant | None
    until: Instant | None
    grid_ids: list[str] | None
    after: int
    limit: int | None


def read_entries(
    connection: Connection, events: Sequence[NewEvent]
) -> dict[Source, StoredEvent]:
    """Return what is there of events that are brought."""
    if not events:
        return {}
    sources = [list(names) for names in zip(*sources_of(events), strict=True)]
    keys = connection.execute(_named(_KNOWN, "t"), sources, binary=True).fetchall()
    entries: list[StoredEvent] = []
    if keys:
        moments, batches, rows = (list(column) for column in zip(*keys, strict=True))
        columns = [[as_parameter(moment) for moment in moments], batches, rows]
        entries = _stored(connection, _BY_KEYS, columns)
    return {(e.new.event.source, e.new.event.source_id): e for e in entries}


def read_taken(connection: Connection, events: Sequence[NewEvent]) -> frozenset[str]:
    """Return those ids given by restored events that another event has."""
    event_ids = [new.event.event_id for new in events if new.event.event_id]
    return frozenset(read_log_rows(connection, event_ids))


def read_log_rows(connection: Connection, event_ids: Collection[str]) -> dict[str, int]:
    """Return the rows in the log of events by their ids."""
    keys = [event_id for event_id in event_ids if _is_uuid(event_id)]
    if not keys:
        return {}
    rows = connection.execute(_ROWS_OF, [keys], binary=True)
    return {event_id: int(row) for event_id, row in rows}


def last_row(connection: Connection) -> int:
    """Return the row of the last event that the log names, 0 without one."""
    last = connection.execute(_LAST_ROW).fetchone()
    return int(last[0]) if last else 0


def add_events(
    connection: Connection, events: Sequence[StoredEvent], batch: int, at: Instant
) -> None:
    """Add the events of a batch with their keys, and what is to be told to whom."""
    if not events:
        return
    moment = as_parameter(at)
    connection.execute("SELECT make_event_partition(%s)", [moment])
    add_rows(connection, EVENTS, map(_wire_row, events))
    connection.execute(_ADD_KEYS, [moment, batch])
    due = [
        (entry.receipt.row, ordinal, destination)
        for entry in events
        for ordinal, destination in enumerate(entry.new.destinations)
    ]
    if due:
        add_rows(connection, OUTBOX, due)


def has_source(connection: Connection, history: EventHistory) -> bool:
    """Say whether any event of a history is there."""
    sources = [history.source, history.source_id]
    return connection.execute(_ANY_KNOWN, sources, binary=True).fetchone() is not None


def add_history(connection: Connection, rows: HistoryRows, batch: int) -> None:
    """Add the events of a history with their keys; they have nobody to be told."""
    moment = as_parameter(rows.recorded_at)
    connection.execute("SELECT make_event_partition(%s)", [moment])
    add_rows(connection, EVENTS, _wire_history(rows, batch))
    connection.execute(_ADD_KEYS, [moment, batch])


def events_of_batch(
    connection: Connection, batch: int, at: Instant
) -> list[StoredEvent]:
    """Return the events of a link in order of the log."""
    parameters = [as_parameter(at), batch]
    return _stored(connection, _OF_BATCH, parameters)


def event_by_id(connection: Connection, event_id: uuid.UUID) -> StoredEvent | None:
    """Return an event by its id."""
    key = connection.execute(_KEY_OF, [event_id], binary=True).fetchone()
    if key is None:
        return None
    at, batch, row = key
    parameters = [as_parameter(at), batch, row]
    return next(iter(_stored(connection, _BY_KEY, parameters)), None)


def query_events(connection: Connection, query: EventQuery) -> list[StoredEvent]:
    """Return events in order of the log."""
    last = connection.execute(_RECORD_OF, [query.after], binary=True).fetchone()
    parameters = {
        "start": as_parameter(last[0]) if last else None,
        "since": as_parameter(query.since),
        "until": as_parameter(query.until),
        "grid_ids": query.grid_ids,
        "after": query.after,
        "limit": query.limit,
    }
    return _stored(connection, _QUERY, parameters)


def receipts_due(
    connection: Connection, destination: str, after: int, limit: int
) -> tuple[EventReceipt, ...]:
    """Return receipts of the events for a destination after a row of the log."""
    parameters = [destination, after, limit]
    rows = connection.execute(_named(_OUTBOX), parameters, binary=True).fetchall()
    return tuple(EventReceipt(*row) for row in rows)


def _is_uuid(text: str) -> bool:
    """Say whether a text is an id as the database writes it."""
    with suppress(ValueError):
        return str(uuid.UUID(text)) == text
    return False


def _wire_row(entry: StoredEvent) -> tuple[object, ...]:
    """Return an event as COPY takes it, columns as in `EVENTS`."""
    new, event, receipt = entry.new, entry.new.event, entry.receipt
    position = event.position
    return (
        receipt.row,
        receipt.batch,
        wire_instant(receipt.recorded_at),
        bytes.fromhex(receipt.event_id.replace("-", "")),
        event.source,
        event.source_id,
        event.kind,
        event.severity,
        position.x if position else None,
        position.y if position else None,
        position.datum if position else None,
        event.accuracy_m,
        event.community_id,
        wire_instant(event.occurred_at),
        wire_instant(event.captured_at),
        wire_instant(event.received_at),
        new.grid_id,
        new.at_occurrence,
        new.acting,
        new.details,
        None
        if new.lon is None
        else _POINT.pack(_LITTLE_ENDIAN, _POINT_TYPE, new.lon, new.lat),
    )


def _wire_history(rows: HistoryRows, batch: int) -> Iterator[tuple[object, ...]]:
    """Yield the events of a history as `_wire_row` has each."""
    history = rows.history
    return zip(
        rows.rows,
        repeat(batch),
        repeat(wire_instant(rows.recorded_at)),
        [bytes.fromhex(event_id.replace("-", "")) for event_id in rows.event_ids],
        history.source,
        history.source_id,
        history.kind,
        history.severity,
        rows.x,
        rows.y,
        rows.datums,
        rows.accuracy_m,
        history.community_id,
        map(wire_instant, history.occurred_at.tolist()),
        map(wire_instant, history.captured_at.tolist()),
        map(wire_instant, history.received_at.tolist()),
        history.grid_id,
        history.at_occurrence,
        history.acting,
        history.details,
        [
            None if lon is None else _POINT.pack(_LITTLE_ENDIAN, _POINT_TYPE, lon, lat)
            for lon, lat in zip(rows.lon, rows.lat, strict=True)
        ],
        strict=False,
    )


def _named(query: LiteralString, alias: str = "e") -> sql.Composed:
    """Return a query of events as it takes only those that a link names."""
    return sql.SQL(query).format(named=is_named("events", alias))


def _stored(
    connection: Connection,
    query: LiteralString,
    parameters: Sequence[object] | Mapping[str, object],
) -> list[StoredEvent]:
    """Return events that a query finds.

    Raises
    ------
    StoreError
        If the link of one has more or fewer rows than it committed.
    """
    rows = connection.execute(_named(query), parameters, binary=True).fetchall()
    refuse_miscounted(connection, "events", [row[2] for row in rows])
    return [_stored_event(row) for row in rows]


def _stored_event(row: TupleRow) -> StoredEvent:
    """Return an event from a row of `_EVENTS`."""
    event = Event(
        event_id=row[0],
        source=row[4],
        source_id=row[5],
        kind=row[6],
        severity=row[7],
        position=None if row[8] is None else Position(row[8], row[9], row[10]),
        accuracy_m=row[11],
        community_id=row[12],
        occurred_at=row[13],
        captured_at=row[14],
        received_at=row[15],
    )
    new = NewEvent(
        event=event,
        grid_id=row[16],
        at_occurrence=row[17],
        acting=row[18],
        details=row[19],
        lon=row[20],
        lat=row[21],
        destinations=tuple(row[22]),
    )
    return StoredEvent(new, EventReceipt(*row[:4]))
